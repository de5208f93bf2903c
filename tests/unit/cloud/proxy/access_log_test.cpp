#include "cloud/proxy/access_log.hpp"

#include <gmock/gmock.h>

#include "cloud/proxy/traffic.hpp"

namespace sb::cloud::proxy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(FrameParser, cuts_messages_wherever_the_bytes_were_split) {
  const std::string stream = "5 hello11 hello world3 abc";
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    FrameParser frames;

    auto messages = frames.feed(stream.substr(0, cut));
    for (auto& message : frames.feed(stream.substr(cut))) messages.push_back(message);

    EXPECT_THAT(messages, ElementsAre("hello", "hello world", "abc")) << "cut at " << cut;
  }
}

TEST(FrameParser, gives_up_on_what_is_not_framed) {
  for (const char* garbage : {"hello world", "99999 x", "123456", "-1 x"}) {
    FrameParser frames;

    EXPECT_THAT(frames.feed(garbage), IsEmpty());
    EXPECT_TRUE(frames.is_broken()) << garbage;
    EXPECT_THAT(frames.feed("3 abc"), IsEmpty());
  }
}

TEST(AccessLine, tells_the_targets_answer) {
  const auto line = parse_access_line("lb1 blue 127.0.0.9_80 503 1795389465 473 12 14 0 --");

  ASSERT_TRUE(line);
  EXPECT_EQ(line->load_balancer, "lb1");
  EXPECT_EQ(line->group, "blue");
  EXPECT_EQ(line->status, 503);
  EXPECT_TRUE(line->target_answered);
  EXPECT_EQ(line->response_ms, 12);
  EXPECT_EQ(line->connection_errors, 0);
  EXPECT_EQ(to_unix_ms(line->ended), 1795389465487);
}

TEST(AccessLine, tells_the_load_balancers_own_answer) {
  const auto no_target = parse_access_line("lb1 blue.open <NOSRV> 503 1795389465 0 -1 0 0 SC");
  const auto refused = parse_access_line("lb1 blue s1 503 1795389465 0 -1 3 +3 SC");
  const auto left = parse_access_line("lb1 blue s1 -1 1795389465 0 -1 3 0 CH");

  ASSERT_TRUE(no_target && refused && left);
  EXPECT_FALSE(no_target->has_target);
  EXPECT_FALSE(no_target->target_answered);
  EXPECT_FALSE(refused->target_answered);
  EXPECT_EQ(refused->connection_errors, 4);
  EXPECT_EQ(left->status, 0);
}

TEST(AccessLine, counts_a_fail_open_answer_for_its_group) {
  const auto line = parse_access_line("lb1 blue.open 127.0.0.9_80 200 1795389465 0 1 1 0 --");

  ASSERT_TRUE(line);
  EXPECT_EQ(line->group, "blue");
}

TEST(AccessLine, ignores_notices) {
  EXPECT_FALSE(parse_access_line("Server blue/a is UP/READY (leaving forced maintenance)."));
  EXPECT_FALSE(parse_access_line("Server blue/a is DOWN, changed from CLI. 1 active and"));
  EXPECT_FALSE(parse_access_line(""));
  EXPECT_FALSE(parse_access_line("lb1 blue s1 200 now 473 1 1 0 --"));
}

AccessLine answered(Timestamp at, int status, std::int64_t ms = 5) {
  AccessLine line;
  line.load_balancer = "lb1";
  line.group = "blue";
  line.has_target = line.target_answered = true;
  line.status = status;
  line.response_ms = ms;
  line.ended = at;
  return line;
}

TEST(Traffic, counts_by_second_and_group) {
  Traffic traffic;
  const Timestamp now = from_unix_ms(1'795'389'465'000);

  for (int status : {200, 201, 404, 500}) traffic.add(answered(now, status), now);
  traffic.add(answered(now + std::chrono::seconds(1), 200), now);

  const auto& blue = traffic.all().at({"lb1", "blue"});
  ASSERT_EQ(blue.size(), 2u);
  EXPECT_EQ(blue.begin()->second.requests, 4u);
  EXPECT_EQ(blue.begin()->second.target_statuses[2], 2u);
  EXPECT_EQ(blue.begin()->second.target_statuses[4], 1u);
  EXPECT_EQ(blue.begin()->second.target_statuses[5], 1u);
  EXPECT_EQ(blue.begin()->second.response_seconds.count(), 4);
}

TEST(Traffic, keeps_the_load_balancers_own_errors_apart) {
  Traffic traffic;
  const Timestamp now = from_unix_ms(1'795'389'465'000);
  AccessLine failed = answered(now, 502);
  failed.target_answered = false;

  traffic.add(failed, now);

  EXPECT_EQ(traffic.all().at({"lb1", "blue"}).begin()->second.target_statuses[5], 0u);
  EXPECT_EQ(traffic.all().at({"lb1", ""}).begin()->second.balancer_statuses[5], 1u);
}

TEST(Traffic, forgets_after_three_hours) {
  Traffic traffic;
  const Timestamp now = from_unix_ms(1'795'389'465'000);
  traffic.add(answered(now, 200), now);
  const Timestamp later = now + Traffic::kKept + std::chrono::seconds(1);

  traffic.add(answered(now, 200), later);  // a line that comes three hours late
  traffic.add(answered(later, 200), later);

  const auto& blue = traffic.all().at({"lb1", "blue"});
  ASSERT_EQ(blue.size(), 1u);
  EXPECT_EQ(blue.begin()->first, to_unix_ms(later) / 1000);
}

}  // namespace
}  // namespace sb::cloud::proxy
