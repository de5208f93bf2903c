#include "saltctl/watch_panel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>

#include "base/json/codec.hpp"

namespace sb::saltctl {
namespace {

namespace ana = release::analysis;
using testing::HasSubstr;

ana::Reading reading() {
  ana::Reading r;
  r.evidence.rule = "within the limits";
  r.evidence.left_seconds = 12;
  r.evidence.numbers = {
      {ana::number::kErrorRate, 0.25, "%", "< 1 %", ana::NumberState::ok, "1 of 400", {0, 0.5}},
      {ana::number::kP95, 231.6, "ms", "< 200 ms", ana::NumberState::high, "", {20, 231.6}},
      {ana::number::kRequestRate, 42.0, "/s", "> 50 % of before", ana::NumberState::ok, "", {}},
      {ana::number::kConnections,
       std::nullopt,
       "connections",
       "<= 24",
       ana::NumberState::no_data,
       "",
       {}},
      {ana::number::kMemory, 84.0, "%", "< 80 %", ana::NumberState::breach, "", {84}}};
  return r;
}

const Traits kPlain{.is_terminal = false, .has_colour = false, .width = 80};

TEST(WatchPanel, has_a_line_for_each_number_with_its_target_and_verdict) {
  Console console(STDOUT_FILENO, kPlain);

  auto lines = watch_panel(reading(), console);

  ASSERT_EQ(lines.size(), 6U);
  EXPECT_THAT(lines[0], HasSubstr("error rate"));
  EXPECT_THAT(lines[0], HasSubstr("0.25 %"));
  EXPECT_THAT(lines[0], HasSubstr("< 1 %"));
  EXPECT_THAT(lines[0], HasSubstr("ok  1 of 400"));
  EXPECT_THAT(lines[1], HasSubstr("off target"));
  EXPECT_THAT(lines[3], HasSubstr("no data"));
  EXPECT_THAT(lines[4], HasSubstr("BREACH"));
  EXPECT_EQ(lines[5], "within the limits, 12 s left");
}

TEST(WatchPanel, is_one_line_where_there_is_no_terminal) {
  EXPECT_EQ(watch_line(reading()),
            "error rate 0.25 %, latency p95 232 ms (off target), request rate 42.0/s, database "
            "connections -, memory 84.0 % (BREACH): within the limits, 12 s left");
}

TEST(WatchPanel, draws_a_course_from_zero_to_the_most) {
  EXPECT_EQ(sparkline({0, 50, 100}, 10), "▁▅█");
  EXPECT_EQ(sparkline({1, 2, 100, 100}, 2), "██");
  EXPECT_EQ(sparkline({0, 0}, 5), "▁▁");
  EXPECT_EQ(sparkline({}, 5), "");
}

TEST(WatchPanel, is_json_that_reads_back) {
  auto document = json::parse(reading_json(reading()));

  ASSERT_TRUE(document) << document.error().text();
  EXPECT_THAT(reading_json(reading()), HasSubstr(R"("name":"p95","value":231.6,"unit":"ms")"));
  EXPECT_THAT(reading_json(reading()), HasSubstr(R"("state":"high")"));
}

}  // namespace
}  // namespace sb::saltctl
