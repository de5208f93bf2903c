// RESP2 (https://redis.io/docs/reference/protocol-spec/): what is written and read, without a
// socket.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/redis/redis.hpp"

namespace sb::redis {

// An error reply ("-WRONGTYPE ..."): kept apart from values so that it cannot be taken for one.
struct ErrorReply {
  std::string text;
};

void append_command(std::string& out, const Command& command);

// Reads one reply at `offset` of `data` and moves it past. Nothing when it is not whole yet; then
// `offset` stays. `malformed` is set when it cannot be RESP2. Nesting is limited to 8, bulk strings
// to 512 MiB.
struct Parsed {
  Reply reply;
  std::optional<ErrorReply> error;
};
std::optional<Parsed> parse_reply(std::string_view data, std::size_t& offset, bool& malformed);

}  // namespace sb::redis
