#include "aws/session/message.hpp"

#include "base/crypto/crypto.hpp"

namespace sb::aws::session {

namespace {

// Offsets of the header's fields; all integers are big-endian.
constexpr std::size_t kTypeAt = 4, kSchemaAt = 36, kCreatedAt = 40, kSequenceAt = 48, kFlagsAt = 56,
                      kIdAt = 64, kDigestAt = 80, kPayloadTypeAt = 112, kPayloadLengthAt = 116,
                      kPayloadAt = 120;
constexpr std::uint32_t kHeaderLength = 116;  // up to, not with, the payload's length
constexpr std::size_t kTypeLength = 32;

void append(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
    out += static_cast<char>((value >> shift) & 0xff);
}

std::uint64_t read(std::string_view data, std::size_t at, int bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < bytes; ++i)
    value = value << 8 | static_cast<unsigned char>(data[at + static_cast<std::size_t>(i)]);
  return value;
}

// The two halves of a UUID travel in the other order (Java's least and most significant longs).
std::string id_to_wire(std::string_view uuid) {
  std::string hex;
  for (char c : uuid)
    if (c != '-') hex += c;
  auto bytes = crypto::from_hex(hex);
  if (!bytes || bytes->size() != 16) return std::string(16, '\0');
  return bytes->substr(8) + bytes->substr(0, 8);
}

std::string id_from_wire(std::string_view bytes) {
  std::string hex = crypto::to_hex(std::string(bytes.substr(8)) + std::string(bytes.substr(0, 8)));
  for (std::size_t at : {8u, 13u, 18u, 23u}) hex.insert(at, "-");
  return hex;
}

std::string_view trim(std::string_view text) {
  auto end = text.find('\0');
  text = text.substr(0, end);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

std::string encode(const Message& message) {
  std::string out;
  out.reserve(kPayloadAt + message.payload.size());
  append(out, kHeaderLength, 4);
  out += message.type.substr(0, kTypeLength);
  out.append(kTypeLength - std::min(kTypeLength, message.type.size()), ' ');
  append(out, message.schema_version, 4);
  append(out, static_cast<std::uint64_t>(to_unix_ms(message.created)), 8);
  append(out, static_cast<std::uint64_t>(message.sequence), 8);
  append(out, message.flags, 8);
  out += id_to_wire(message.id);
  out += crypto::sha256(message.payload);
  append(out, static_cast<std::uint32_t>(message.payload_type), 4);
  append(out, message.payload.size(), 4);
  out += message.payload;
  return out;
}

Result<Message> decode(std::string_view frame) {
  if (frame.size() < kPayloadAt || frame.size() > kMaxFrameBytes)
    return fail(ErrorCode::invalid_argument, "a session frame of impossible length");
  if (read(frame, 0, 4) != kHeaderLength)
    return fail(ErrorCode::invalid_argument, "a session frame with another header");
  Message message;
  message.type = std::string(trim(frame.substr(kTypeAt, kTypeLength)));
  message.schema_version = static_cast<std::uint32_t>(read(frame, kSchemaAt, 4));
  message.created = from_unix_ms(static_cast<std::int64_t>(read(frame, kCreatedAt, 8)));
  message.sequence = static_cast<std::int64_t>(read(frame, kSequenceAt, 8));
  message.flags = read(frame, kFlagsAt, 8);
  message.id = id_from_wire(frame.substr(kIdAt, 16));
  message.payload_type = static_cast<PayloadType>(read(frame, kPayloadTypeAt, 4));
  message.payload = std::string(frame.substr(kPayloadAt));
  if (read(frame, kPayloadLengthAt, 4) != message.payload.size())
    return fail(ErrorCode::invalid_argument, "a session frame whose payload is cut");
  if (!message.payload.empty() && frame.substr(kDigestAt, 32) != crypto::sha256(message.payload))
    return fail(ErrorCode::invalid_argument, "a session frame whose digest is wrong");
  return message;
}

}  // namespace sb::aws::session
