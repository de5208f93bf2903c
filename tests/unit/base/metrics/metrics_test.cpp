#include "base/metrics/metrics.hpp"

#include <gtest/gtest.h>

namespace sb::metrics {
namespace {

TEST(Metrics, writes_prometheus_text) {
  Registry registry;
  registry.describe("requests_total", "counter", "Requests served.");
  registry.add("requests_total", {{"route", "/a\"b"}}, 2);
  registry.add("requests_total", {{"route", "/a\"b"}});
  registry.set("open", {}, 4);
  EXPECT_EQ(registry.text(),
            "# TYPE open untyped\nopen 4\n# HELP requests_total Requests served.\n"
            "# TYPE requests_total counter\nrequests_total{route=\"/a\\\"b\"} 3\n");
  EXPECT_EQ(registry.value("requests_total", {{"route", "/a\"b"}}), 3);
}

TEST(Metrics, counts_histograms_cumulatively) {
  Registry registry;
  registry.describe("seconds", "histogram", "Time.");
  for (double value : {0.0005, 0.2, 0.21, 99.0}) registry.observe("seconds", {}, value);
  auto text = registry.text();
  EXPECT_NE(text.find("seconds_bucket{le=\"0.2\"} 2\n"), std::string::npos) << text;
  EXPECT_NE(text.find("seconds_bucket{le=\"0.3\"} 3\n"), std::string::npos);
  EXPECT_NE(text.find("seconds_bucket{le=\"+Inf\"} 4\n"), std::string::npos);
  EXPECT_NE(text.find("seconds_count 4\n"), std::string::npos);
}

}  // namespace
}  // namespace sb::metrics
