#include "base/redis/resp.hpp"

#include <gtest/gtest.h>

namespace sb::redis {
namespace {

TEST(Resp, writes_commands_as_arrays_of_bulk_strings) {
  std::string out;
  append_command(out, {"SET", "k", "a\r\nb"});
  EXPECT_EQ(out, "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$4\r\na\r\nb\r\n");
}

TEST(Resp, reads_every_kind_of_reply) {
  std::string data("+OK\r\n:-7\r\n$-1\r\n$1\r\nq\r\n*2\r\n:1\r\n$1\r\nx\r\n-ERR no\r\n");
  std::size_t offset = 0;
  bool malformed = false;
  EXPECT_EQ(*parse_reply(data, offset, malformed)->reply.text(), "OK");
  EXPECT_EQ(parse_reply(data, offset, malformed)->reply.integer(), -7);
  EXPECT_TRUE(parse_reply(data, offset, malformed)->reply.is_nil());
  EXPECT_EQ(*parse_reply(data, offset, malformed)->reply.text(), "q");
  auto array = parse_reply(data, offset, malformed);
  EXPECT_EQ(std::get<std::vector<Reply>>(array->reply.value).size(), 2u);
  EXPECT_EQ(parse_reply(data, offset, malformed)->error->text, "ERR no");
  EXPECT_EQ(offset, data.size());
  EXPECT_FALSE(malformed);
}

TEST(Resp, waits_for_the_rest_of_every_cut_reply) {
  std::string whole = "*2\r\n$5\r\nhello\r\n:12\r\n";
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    std::size_t offset = 0;
    bool malformed = false;
    EXPECT_FALSE(parse_reply(std::string_view(whole).substr(0, cut), offset, malformed).has_value())
        << cut;
    EXPECT_EQ(offset, 0u);
    EXPECT_FALSE(malformed) << cut;
  }
}

TEST(Resp, refuses_what_is_not_resp) {
  for (std::string text :
       {"HTTP/1.1 400 Bad Request\r\n", ":x\r\n", "$-5\r\n", "\r\n", "$2\r\nabcd\r\n",
        "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n"}) {
    std::size_t offset = 0;
    bool malformed = false;
    EXPECT_FALSE(parse_reply(text, offset, malformed).has_value()) << text;
    EXPECT_TRUE(malformed) << text;
  }
}

}  // namespace
}  // namespace sb::redis
