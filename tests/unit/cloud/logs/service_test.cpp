#include "cloud/logs/service.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <set>

#include "support/temporary_directory.hpp"

namespace sb::cloud::logs {
namespace {

using ::testing::ElementsAre;

class LogsService : public ::testing::Test {
 protected:
  LogsService() {
    api::CreateLogGroupRequest request;
    request.logGroupName = "/ecs/prod";
    EXPECT_TRUE(service_.create_group(request));
  }
  void write(const std::string& stream, const std::vector<Event>& events) {
    auto appended = service_.append("/ecs/prod", stream, events);
    ASSERT_TRUE(appended) << appended.error().text();
  }
  static api::FilterLogEventsRequest filter(const std::string& pattern = "") {
    api::FilterLogEventsRequest request;
    request.logGroupName = "/ecs/prod";
    request.filterPattern = pattern;
    return request;
  }
  std::vector<std::string> filtered(api::FilterLogEventsRequest request) {
    std::vector<std::string> out;
    do {
      auto page = service_.filter_events(request);
      EXPECT_TRUE(page) << page.error().message;
      if (!page) return out;
      for (const auto& event : page->events) out.push_back(*event.message);
      request.nextToken = page->nextToken;
    } while (request.nextToken);
    return out;
  }
  static api::GetLogEventsRequest read(const std::string& stream) {
    api::GetLogEventsRequest request;
    request.logGroupName = "/ecs/prod";
    request.logStreamName = stream;
    return request;
  }
  static std::vector<std::string> messages(const Outcome<api::GetLogEventsResponse>& page) {
    std::vector<std::string> out;
    EXPECT_TRUE(page);
    if (page)
      for (const auto& event : page->events) out.push_back(*event.message);
    return out;
  }

  test::TemporaryDirectory folder_;
  boost::asio::io_context context_;
  Service service_ = *Service::open(folder_.path(), Arns{}, context_.get_executor());
  std::int64_t t_ = to_unix_ms(now()) - 60'000;
};

TEST_F(LogsService, events_of_a_group_come_in_the_order_of_time) {
  write("a", {{t_ + 2, "third"}, {t_, "first"}});
  write("b", {{t_ + 1, "second"}, {t_ + 2, "fourth"}});

  EXPECT_THAT(filtered(filter()), ElementsAre("first", "second", "third", "fourth"));
  auto some = filter();
  some.startTime = t_ + 1;
  some.endTime = t_ + 1;
  EXPECT_THAT(filtered(some), ElementsAre("second"));
}

TEST_F(LogsService, event_ids_are_unique_stable_and_as_long_as_aws_ones) {
  write("a", {{t_, "x"}, {t_, "x"}});

  std::set<std::string> first, second;
  for (auto* into : {&first, &second})
    for (const auto& event : service_.filter_events(filter())->events) into->insert(*event.eventId);

  EXPECT_EQ(first.size(), 2u);
  EXPECT_EQ(first, second);
  EXPECT_EQ(first.begin()->size(), 56u);
}

TEST_F(LogsService, filters_by_stream_and_pattern_across_pages) {
  std::vector<Event> events;
  for (int i = 0; i < 2'500; ++i)
    events.push_back({t_ + i, fmt::format("line {} {}", i, i % 500 == 0 ? "ERROR" : "fine")});
  write("web/1", events);
  write("job/1", {{t_, "ERROR elsewhere"}});

  auto request = filter("ERROR");
  request.logStreamNamePrefix = "web/";
  request.limit = 2;
  EXPECT_THAT(filtered(request), ElementsAre("line 0 ERROR", "line 500 ERROR", "line 1000 ERROR",
                                             "line 1500 ERROR", "line 2000 ERROR"));
  request = filter();
  request.logStreamNames = {"job/1"};
  EXPECT_THAT(filtered(request), ElementsAre("ERROR elsewhere"));
  request.logStreamNames = {"nope"};
  EXPECT_EQ(service_.filter_events(request).error().code, "ResourceNotFoundException");
  EXPECT_EQ(service_.filter_events(filter("{ $.a")).error().code, "InvalidParameterException");
}

TEST_F(LogsService, a_stream_is_read_forward_and_says_the_same_token_at_its_end) {
  write("a", {{t_, "1"}, {t_ + 1, "2"}, {t_ + 2, "3"}});
  auto request = read("a");
  request.startFromHead = true;
  request.limit = 2;

  auto page = service_.get_events(request);
  EXPECT_THAT(messages(page), ElementsAre("1", "2"));
  request.nextToken = page->nextForwardToken;
  page = service_.get_events(request);
  EXPECT_THAT(messages(page), ElementsAre("3"));
  request.nextToken = page->nextForwardToken;
  page = service_.get_events(request);
  EXPECT_TRUE(page->events.empty());
  EXPECT_EQ(page->nextForwardToken, request.nextToken);

  write("a", {{t_ + 3, "4"}});
  EXPECT_THAT(messages(service_.get_events(request)), ElementsAre("4"));
}

TEST_F(LogsService, a_stream_is_read_backward_from_its_newest_event) {
  write("a", {{t_, "1"}, {t_ + 1, "2"}, {t_ + 2, "3"}});
  auto request = read("a");
  request.limit = 2;

  auto page = service_.get_events(request);
  EXPECT_THAT(messages(page), ElementsAre("2", "3"));
  request.nextToken = page->nextBackwardToken;
  EXPECT_THAT(messages(service_.get_events(request)), ElementsAre("1"));
  request.nextToken = "x/1";
  EXPECT_EQ(service_.get_events(request).error().code, "InvalidParameterException");
}

TEST_F(LogsService, the_end_is_exclusive_for_a_stream) {
  write("a", {{t_, "1"}, {t_ + 1, "2"}});
  auto request = read("a");
  request.endTime = t_ + 1;

  EXPECT_THAT(messages(service_.get_events(request)), ElementsAre("1"));
}

TEST_F(LogsService, put_events_refuses_disorder_and_says_what_was_too_old_or_new) {
  api::CreateLogStreamRequest create;
  create.logGroupName = "/ecs/prod";
  create.logStreamName = "s";
  ASSERT_TRUE(service_.create_stream(create));
  EXPECT_EQ(service_.create_stream(create).error().code, "ResourceAlreadyExistsException");

  api::PutLogEventsRequest put;
  put.logGroupName = "/ecs/prod";
  put.logStreamName = "s";
  put.logEvents = {{t_ + 1, "b"}, {t_, "a"}};
  EXPECT_EQ(service_.put_events(put).error().code, "InvalidParameterException");

  const std::int64_t day = 86'400'000;
  put.logEvents = {{t_ - 15 * day, "old"}, {t_ - 15 * day, "old"}};
  EXPECT_EQ(service_.put_events(put)->rejectedLogEventsInfo->tooOldLogEventEndIndex, 2);
  put.logEvents = {{t_, "now"}, {t_ + 4 * 3'600'000, "future"}};
  EXPECT_EQ(service_.put_events(put)->rejectedLogEventsInfo->tooNewLogEventStartIndex, 1);
  EXPECT_THAT(messages(service_.get_events(read("s"))), ElementsAre("now"));
  put.logEvents = {{t_, "a"}, {t_ + day + 1, "b"}};
  EXPECT_EQ(service_.put_events(put).error().code, "InvalidParameterException");
  put.logStreamName = "nope";
  put.logEvents = {{t_, "a"}};
  EXPECT_EQ(service_.put_events(put).error().code, "ResourceNotFoundException");
}

TEST_F(LogsService, a_writer_finds_its_position_after_a_restart) {
  EXPECT_EQ(service_.position("/ecs/prod", "a").value(), 0);
  ASSERT_TRUE(service_.append("/ecs/prod", "a", {{t_, "x"}}, 17));
  EXPECT_EQ(service_.append("/none", "a", {{t_, "x"}}, 1).error().code, ErrorCode::not_found);

  auto again = Service::open(folder_.path(), Arns{}, context_.get_executor());

  EXPECT_EQ(again->position("/ecs/prod", "a").value(), 17);
  EXPECT_TRUE(again->has_group("/ecs/prod").value());
  EXPECT_TRUE(again->ensure_group("/ecs/prod"));
}

TEST_F(LogsService, long_lines_are_cut_between_characters) {
  std::string long_line;
  while (long_line.size() < 600'000) long_line += "\xc3\xa4";
  write("a", {{t_, long_line}});

  std::string joined;
  for (const auto& piece : filtered(filter())) {
    EXPECT_LE(piece.size(), 256u << 10);
    EXPECT_EQ(piece.size() % 2, 0u);
    joined += piece;
  }
  EXPECT_EQ(joined, long_line);
}

TEST_F(LogsService, what_is_past_its_retention_is_neither_shown_nor_kept) {
  const std::int64_t day = 86'400'000;
  write("a", {{t_ - 3 * day, "old"}, {t_, "new"}});
  api::PutRetentionPolicyRequest policy;
  policy.logGroupName = "/ecs/prod";
  policy.retentionInDays = 2;
  EXPECT_EQ(service_.put_retention(policy).error().code, "InvalidParameterException");
  policy.retentionInDays = 1;
  ASSERT_TRUE(service_.put_retention(policy));

  EXPECT_THAT(filtered(filter()), ElementsAre("new"));

  auto archive = Archive::open(folder_ / "logs.db");
  EXPECT_FALSE(archive->purge(now(), 100).value());
  api::DeleteRetentionPolicyRequest forever;
  forever.logGroupName = "/ecs/prod";
  ASSERT_TRUE(service_.delete_retention(forever));
  EXPECT_THAT(filtered(filter()), ElementsAre("new"));
}

TEST_F(LogsService, groups_and_streams_are_described) {
  write("web/2", {{t_ + 5, "x"}});
  write("web/1", {{t_ + 9, "x"}});
  api::DescribeLogStreamsRequest streams;
  streams.logGroupIdentifier = "arn:aws:logs:us-west-2:000000000000:log-group:/ecs/prod:*";
  streams.orderBy = "LastEventTime";
  streams.descending = true;

  auto described = service_.describe_streams(streams);
  ASSERT_TRUE(described);
  EXPECT_EQ(*described->logStreams.at(0).logStreamName, "web/1");
  EXPECT_EQ(*described->logStreams.at(0).lastEventTimestamp, t_ + 9);

  auto groups = service_.describe_groups({});
  ASSERT_EQ(groups->logGroups.size(), 1u);
  EXPECT_EQ(*groups->logGroups[0].arn, "arn:aws:logs:us-west-2:000000000000:log-group:/ecs/prod:*");
  EXPECT_EQ(*groups->logGroups[0].storedBytes, 2 * 27);
}

TEST_F(LogsService, deleting_a_group_takes_its_events_along) {
  write("a", {{t_, "x"}});
  api::DeleteLogGroupRequest gone;
  gone.logGroupName = "/ecs/prod";
  ASSERT_TRUE(service_.delete_group(gone));

  EXPECT_EQ(service_.filter_events(filter()).error().code, "ResourceNotFoundException");
  EXPECT_EQ(service_.delete_group(gone).error().code, "ResourceNotFoundException");
  ASSERT_TRUE(service_.ensure_group("/ecs/prod"));
  EXPECT_TRUE(filtered(filter()).empty());
}

}  // namespace
}  // namespace sb::cloud::logs
