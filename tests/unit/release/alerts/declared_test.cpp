// deploy/datadog as it is in the tree, and the mistakes that its reader must find.
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <fstream>

#include "release/alerts/alerts.hpp"
#include "release/alerts/monitors.hpp"
#include "release/alerts/monitors_inside.hpp"
#include "support/temporary_directory.hpp"

namespace sb::release::alerts {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const fs::Path kDeclared = fs::Path(SB_SOURCE_DIR) / "deploy" / "datadog";

TEST(DeclaredMonitors, are_well_formed_and_keep_the_runbooks_critical_alerts) {
  auto monitors = load_monitors(kDeclared / "monitors");

  ASSERT_TRUE(monitors.has_value()) << monitors.error().text();
  std::vector<std::string> critical;
  for (const auto& monitor : *monitors)
    if (monitor.is_critical) critical.push_back(monitor.name);
  EXPECT_THAT(critical, Contains(HasSubstr("error rate over 5 %")));
  EXPECT_THAT(critical, Contains(HasSubstr("database down")));
  EXPECT_GT(monitors->size(), critical.size());
}

TEST(DeclaredDashboard, shows_the_five_numbers) {
  auto dashboards = load_dashboards(kDeclared / "dashboards");

  ASSERT_TRUE(dashboards.has_value()) << dashboards.error().text();
  ASSERT_EQ(dashboards->size(), 1U);
  EXPECT_EQ(dashboards->front().title, "Deployment");
  for (const char* number :
       {"Error rate (target: < 1 %)", "API latency p95 (target: < 200 ms)",
        "Request rate (should stay steady)", "Database connections (should not spike)",
        "Memory (should stay < 80 %)"})
    EXPECT_THAT(dashboards->front().body, HasSubstr(number));
}

class MonitorFile : public ::testing::Test {
 protected:
  // A good one, with one member changed.
  std::string problem_with(const std::string& member, boost::json::value value) {
    std::ifstream in(kDeclared / "monitors" / "error-rate-critical.json");
    std::string text((std::istreambuf_iterator<char>(in)), {});
    auto monitor = boost::json::parse(text).as_object();
    monitor[member] = std::move(value);
    EXPECT_TRUE(
        fs::write_file(folder_ / "bad.json", boost::json::serialize(monitor), 0644).has_value());
    auto loaded = load_monitors(folder_.path());
    return loaded ? "" : loaded.error().text();
  }
  test::TemporaryDirectory folder_;
};

TEST_F(MonitorFile, is_either_critical_or_may_be_silenced) {
  const boost::json::array both{"managed-by:saltctl", "env:production", "critical", "deploy:mute"};
  const boost::json::array neither{"managed-by:saltctl", "env:production"};

  EXPECT_THAT(problem_with("tags", both), HasSubstr("exactly one of critical and deploy:mute"));
  EXPECT_THAT(problem_with("tags", neither), HasSubstr("exactly one of critical and deploy:mute"));
}

TEST_F(MonitorFile, compares_with_the_number_that_is_its_threshold) {
  EXPECT_THAT(problem_with("options", {{"thresholds", {{"critical", 6}}}}),
              HasSubstr("must be the number that query ends in"));
  EXPECT_THAT(problem_with("query", "avg(last_5m):x{env:production}"),
              HasSubstr("must end in a comparison"));
}

TEST_F(MonitorFile, wakes_somebody_when_it_is_critical) {
  EXPECT_THAT(problem_with("message", "look @slack-deploys"), HasSubstr("@pagerduty"));
}

TEST_F(MonitorFile, is_limited_to_its_environment) {
  EXPECT_THAT(problem_with("query", "sum(last_5m):x{env:staging} > 5"),
              HasSubstr("limited to env:production"));
}

TEST_F(MonitorFile, names_the_file_and_the_member_that_is_wrong) {
  EXPECT_THAT(problem_with("priority", 9), AllOf(HasSubstr("bad.json"), HasSubstr("priority")));
  EXPECT_THAT(problem_with("name", 7), AllOf(HasSubstr("bad.json"), HasSubstr("name")));
}

TEST(Differences, ignore_defaults_that_the_service_adds_and_the_order_of_tags) {
  auto ours = boost::json::parse(R"({"tags":["a","b"],"options":{"thresholds":{"critical":5}}})");
  auto theirs = boost::json::parse(
      R"({"id":1,"tags":["b","a"],"options":{"thresholds":{"critical":5.0},"silenced":{}}})");

  EXPECT_THAT(differences(ours, theirs), IsEmpty());
}

TEST(Differences, name_what_is_other) {
  auto ours = boost::json::parse(R"({"query":"x > 5","options":{"a":1},"widgets":[{"t":1}]})");
  auto theirs = boost::json::parse(R"({"query":"x > 6","options":{},"widgets":[{"t":2}]})");

  EXPECT_THAT(
      differences(ours, theirs),
      ElementsAre("query: \"x > 6\" → \"x > 5\"", "options/a: absent → 1", "widgets/0/t: 2 → 1"));
}

}  // namespace
}  // namespace sb::release::alerts
