#include "cloud/rds/events.hpp"

#include <gtest/gtest.h>

#include "support/temporary_directory.hpp"

namespace sb::cloud::rds {
namespace {

const Timestamp kNow = from_unix_ms(1'763'806'830'000);

api::Event event(const char* source, const char* category, Timestamp at) {
  api::Event event;
  event.SourceIdentifier = source;
  event.SourceType = kInstanceSource;
  event.EventCategories = {category};
  event.Date = at;
  return event;
}

std::string code_of(const api::DescribeEventsRequest& request) {
  auto query = plan_query(request, kNow);
  return query ? "" : query.error().code;
}

TEST(RdsEventQuery, is_about_the_last_hour_unless_it_says_so) {
  api::DescribeEventsRequest request;
  auto old = event("prod", "failure", kNow - std::chrono::hours(2));
  EXPECT_FALSE(plan_query(request, kNow)->matches(old));
  EXPECT_TRUE(plan_query(request, kNow)->matches(event("prod", "failure", kNow)));

  request.Duration = 180;
  EXPECT_TRUE(plan_query(request, kNow)->matches(old));
}

TEST(RdsEventQuery, picks_source_and_category) {
  api::DescribeEventsRequest request;
  request.SourceIdentifier = "Prod";
  request.SourceType = "db-instance";
  request.EventCategories = {"failure", "creation"};
  auto query = plan_query(request, kNow).value();

  EXPECT_TRUE(query.matches(event("prod", "failure", kNow)));
  EXPECT_FALSE(query.matches(event("prod", "backup", kNow)));
  EXPECT_FALSE(query.matches(event("staging", "failure", kNow)));
}

TEST(RdsEventQuery, refuses_what_aws_refuses) {
  api::DescribeEventsRequest request;
  request.SourceIdentifier = "prod";
  EXPECT_EQ(code_of(request), "InvalidParameterCombination");
  request.SourceType = "db-instance";
  EXPECT_EQ(code_of(request), "");
  request.Duration = 0;
  EXPECT_EQ(code_of(request), "InvalidParameterValue");
  request.Duration = 60;
  request.StartTime = kNow;
  EXPECT_EQ(code_of(request), "InvalidParameterCombination");
  request.Duration.reset();
  request.StartTime = kNow + std::chrono::minutes(1);
  EXPECT_EQ(code_of(request), "InvalidParameterCombination");
}

TEST(RdsEvents, come_in_order_and_by_pages) {
  test::TemporaryDirectory home;
  auto store = Store::open(home.path()).value();
  Events events(store);
  Instance instance;
  instance.view.DBInstanceIdentifier = "prod";
  for (int i = 0; i < 45; ++i) events.add(instance, category::kBackup, std::to_string(i));

  api::DescribeEventsRequest request;
  request.MaxRecords = 20;
  std::vector<std::string> seen;
  do {
    auto page = events.describe(request).value();
    for (const auto& one : page.Events) seen.push_back(one.Message.value());
    request.Marker = page.Marker;
  } while (request.Marker);

  ASSERT_EQ(seen.size(), 45U);
  for (int i = 0; i < 45; ++i) EXPECT_EQ(seen[static_cast<std::size_t>(i)], std::to_string(i));
}

}  // namespace
}  // namespace sb::cloud::rds
