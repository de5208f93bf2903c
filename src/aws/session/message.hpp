// The binary frames of a Session Manager data channel, as amazon-ssm-agent and
// session-manager-plugin exchange them over a websocket (message layout: amazon-ssm-agent,
// agent/session/contracts). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock/clock.hpp"
#include "base/error/error.hpp"

namespace sb::aws::session {

// What a frame is for. Names longer than 32 bytes do not exist.
inline constexpr std::string_view kInput = "input_stream_data";    // client to agent
inline constexpr std::string_view kOutput = "output_stream_data";  // agent to client
inline constexpr std::string_view kAcknowledge = "acknowledge";
inline constexpr std::string_view kChannelClosed = "channel_closed";
inline constexpr std::string_view kStartPublication = "start_publication";
inline constexpr std::string_view kPausePublication = "pause_publication";

// What the payload of a data frame is.
enum class PayloadType : std::uint32_t {
  none = 0,
  output = 1,  // terminal bytes, in either direction
  error = 2,
  size = 3,  // {"cols":80,"rows":24}
  parameter = 4,
  handshake_request = 5,
  handshake_response = 6,
  handshake_complete = 7,
  encryption_challenge_request = 8,
  encryption_challenge_response = 9,
  flag = 10,
  stderr_output = 11,
  exit_code = 12,
};

inline constexpr std::uint64_t kFlagSyn = 1;
inline constexpr std::uint64_t kFlagFin = 2;
inline constexpr std::size_t kMaxFrameBytes = 1 << 20;

struct Message {
  std::string type;
  std::uint32_t schema_version = 1;
  Timestamp created;
  std::int64_t sequence = 0;
  std::uint64_t flags = 0;
  std::string id;  // a UUID, hyphenated
  PayloadType payload_type = PayloadType::none;
  std::string payload;
};

std::string encode(const Message& message);
// Errors (invalid_argument): too short, lengths that do not fit, a digest that is not the
// payload's.
Result<Message> decode(std::string_view frame);

}  // namespace sb::aws::session
