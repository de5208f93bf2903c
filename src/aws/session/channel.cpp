#include "aws/session/channel.hpp"

#include <boost/json.hpp>

#include "base/crypto/crypto.hpp"

namespace sb::aws::session {

namespace {

constexpr std::size_t kMaxEarly = 10'000;  // frames kept for a missing one before it

}  // namespace

std::string Channel::send(PayloadType type, std::string payload, Timestamp now, SteadyTime clock) {
  Message message;
  message.type = side_ == Side::agent ? kOutput : kInput;
  message.created = now;
  message.sequence = next_sequence_++;
  message.flags = side_ == Side::agent && message.sequence == 0 ? kFlagSyn : 0;
  message.id = crypto::uuid4();
  message.payload_type = type;
  message.payload = std::move(payload);
  std::string frame = encode(message);
  unacknowledged_.push_back({message.sequence, frame, clock});
  return frame;
}

std::string Channel::acknowledgement(const Message& message, Timestamp now) const {
  boost::json::object body{{"AcknowledgedMessageType", message.type},
                           {"AcknowledgedMessageId", message.id},
                           {"AcknowledgedMessageSequenceNumber", message.sequence},
                           {"IsSequentialMessage", true}};
  Message reply;
  reply.type = kAcknowledge;
  reply.created = now;
  reply.flags = kFlagSyn | kFlagFin;
  reply.id = crypto::uuid4();
  reply.payload = boost::json::serialize(body);
  return encode(reply);
}

void Channel::acknowledged(std::int64_t sequence, SteadyTime clock) {
  for (auto it = unacknowledged_.begin(); it != unacknowledged_.end(); ++it) {
    if (it->sequence != sequence) continue;
    if (it->resends == 0) {  // Karn: only frames sent once tell the round trip
      auto round_trip = std::chrono::duration_cast<Duration>(clock - it->last_sent);
      variation_ = (3 * variation_ + std::chrono::abs(smoothed_ - round_trip)) / 4;
      smoothed_ = (7 * smoothed_ + round_trip) / 8;
      timeout_ = std::clamp(smoothed_ + std::max(Duration(100), 4 * variation_), Duration(200),
                            Duration(1000));
    }
    unacknowledged_.erase(it);
    return;
  }
}

Result<Channel::Received> Channel::receive(std::string_view frame, Timestamp now,
                                           SteadyTime clock) {
  SB_TRY(Message message, decode(frame));
  Received received;
  if (message.type == kAcknowledge) {
    boost::system::error_code error;
    auto body = boost::json::parse(message.payload, error);
    auto* object = error ? nullptr : body.if_object();
    auto* number = object ? object->if_contains("AcknowledgedMessageSequenceNumber") : nullptr;
    if (!number || !number->is_int64())
      return fail(ErrorCode::invalid_argument, "an acknowledgement of nothing");
    acknowledged(number->as_int64(), clock);
    return received;
  }
  if (message.type == kChannelClosed) {
    received.is_closed = true;
    boost::system::error_code error;
    auto body = boost::json::parse(message.payload, error);
    if (auto* object = error ? nullptr : body.if_object())
      if (auto* text = object->if_contains("Output"); text && text->is_string())
        received.closing_words = text->as_string();
    return received;
  }
  if (message.type != (side_ == Side::agent ? kInput : kOutput))
    return received;  // publications and what comes later
  if (message.sequence > expected_ && early_.size() >= kMaxEarly)
    return received;  // unacknowledged: it comes again
  received.replies.push_back(acknowledgement(message, now));
  if (message.sequence < expected_) return received;
  early_.insert_or_assign(message.sequence, std::move(message));
  for (auto it = early_.find(expected_); it != early_.end(); it = early_.find(expected_)) {
    received.delivered.push_back(std::move(it->second));
    early_.erase(it);
    ++expected_;
  }
  return received;
}

std::vector<std::string> Channel::resend(SteadyTime clock) {
  if (unacknowledged_.empty() || clock - unacknowledged_.front().last_sent < timeout_) return {};
  auto& oldest = unacknowledged_.front();
  oldest.last_sent = clock;
  ++oldest.resends;
  return {oldest.frame};
}

std::string channel_closed(const std::string& session_id, const std::string& output,
                           Timestamp now) {
  Message message;
  message.type = kChannelClosed;
  message.created = now;
  message.id = crypto::uuid4();
  boost::json::object body{{"MessageType", kChannelClosed},
                           {"MessageId", message.id},
                           {"CreatedDate", format_rfc3339(now)},
                           {"DestinationId", ""},
                           {"SessionId", session_id},
                           {"SchemaVersion", 1},
                           {"Output", output}};
  message.payload = boost::json::serialize(body);
  return encode(message);
}

}  // namespace sb::aws::session
