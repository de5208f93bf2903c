#include "platform/api/router.hpp"

#include <gtest/gtest.h>

#include <set>

#include "platform/api/client_address.hpp"
#include "platform/api/routes.hpp"
#include "platform/api/schedule.hpp"

namespace sb::platform {
namespace {

constexpr Pattern kPatterns[] = {
    {"GET", "/"}, {"GET", "/a"}, {"PUT", "/a"}, {"POST", "/a/{id}/like"}, {"GET", "/a/{id}"},
};

TEST(Router, finds_by_method_and_path) {
  Router router(kPatterns);

  EXPECT_EQ(router.route("GET", "/").index, 0U);
  EXPECT_EQ(router.route("PUT", "/a").index, 2U);
  auto like = router.route("POST", "/a/42/like");
  EXPECT_EQ(like.kind, Routing::Kind::found);
  EXPECT_EQ(like.parameters, (std::vector<std::string>{"42"}));
}

TEST(Router, head_is_answered_by_get) {
  EXPECT_EQ(Router(kPatterns).route("HEAD", "/a").index, 1U);
}

TEST(Router, a_wrong_method_is_told_the_right_ones) {
  auto routing = Router(kPatterns).route("DELETE", "/a");

  EXPECT_EQ(routing.kind, Routing::Kind::wrong_method);
  EXPECT_EQ(routing.allow, "GET, HEAD, PUT");
}

TEST(Router, near_misses_are_misses) {
  for (const char* path : {"", "/b", "/a/", "/a/1/like/", "/a//like", "/A", "a/b/c", "//"})
    EXPECT_EQ(Router(kPatterns).route("POST", path).kind == Routing::Kind::found, false) << path;
}

TEST(Routes, are_unique_and_described) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  std::string document = openapi_document();
  for (const Route& route : routes()) {
    EXPECT_TRUE(seen.emplace(route.method, route.path).second) << route.path;
    EXPECT_NE(document.find("\"" + std::string(route.path) + "\":{"), std::string::npos)
        << route.path;
  }
}

TEST(TrustedProxies, without_any_the_header_is_ignored) {
  auto none = TrustedProxies::parse({}).value();

  EXPECT_EQ(none.client_of("10.0.0.1", "1.2.3.4"), "10.0.0.1");
}

TEST(TrustedProxies, the_right_most_untrusted_address_counts) {
  auto proxies = TrustedProxies::parse({"10.0.0.0/8", "127.0.0.1", "fd00::/8"}).value();

  EXPECT_EQ(proxies.client_of("10.1.2.3", "6.6.6.6, 1.2.3.4, 10.9.9.9"), "1.2.3.4");
  EXPECT_EQ(proxies.client_of("8.8.8.8", "1.2.3.4"), "8.8.8.8");
  EXPECT_EQ(proxies.client_of("10.1.2.3", ""), "10.1.2.3");
  EXPECT_EQ(proxies.client_of("10.1.2.3", "1.2.3.4, rubbish"), "10.1.2.3");
  EXPECT_EQ(proxies.client_of("fd00::1", "2001:db8::7"), "2001:db8::7");
  EXPECT_EQ(proxies.client_of("127.0.0.1", "10.1.1.1"), "10.1.1.1");
}

TEST(TrustedProxies, blocks_are_checked) {
  for (const char* block : {"10.0.0.0/33", "x", "10.0.0.0/", "10.0.0.0/8x", "fd00::/129", ""})
    EXPECT_FALSE(TrustedProxies::parse({block})) << block;
  auto odd = TrustedProxies::parse({"192.168.1.128/25"}).value();
  EXPECT_TRUE(odd.contains("192.168.1.200"));
  EXPECT_FALSE(odd.contains("192.168.1.100"));
}

TEST(Schedule, the_next_time_is_always_later) {
  auto at = [](const char* text) { return parse_rfc3339(text).value(); };

  EXPECT_EQ(next_daily(at("2026-11-22T05:59:59Z"), kGenerateAt), at("2026-11-22T06:00:00Z"));
  EXPECT_EQ(next_daily(at("2026-11-22T06:00:00Z"), kGenerateAt), at("2026-11-23T06:00:00Z"));
  EXPECT_EQ(next_multiple(at("2026-11-22T06:15:00Z"), kSweepEvery), at("2026-11-22T06:30:00Z"));
  EXPECT_EQ(next_multiple(at("2026-11-22T06:14:59Z"), kSweepEvery), at("2026-11-22T06:15:00Z"));
}

}  // namespace
}  // namespace sb::platform
