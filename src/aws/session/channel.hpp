// One end of a data channel: numbers what it sends, keeps it until the peer has acknowledged it,
// sends the oldest again when that takes too long, and delivers what it receives once and in order.
// Pure: time comes in as arguments, frames go out as strings.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "aws/session/message.hpp"
#include "base/async/deadline.hpp"

namespace sb::aws::session {

enum class Side { agent, client };

class Channel {
 public:
  explicit Channel(Side side) : side_(side) {}

  // A data frame to send now.
  std::string send(PayloadType type, std::string payload, Timestamp now, SteadyTime clock);

  struct Received {
    std::vector<Message> delivered;    // data frames, in order, each once
    std::vector<std::string> replies;  // acknowledgements to send
    bool is_closed = false;            // the agent closed the channel
    std::string closing_words;
  };
  // Frames that are early are kept, late ones only acknowledged again. Errors: invalid_argument.
  Result<Received> receive(std::string_view frame, Timestamp now, SteadyTime clock);

  // The oldest unacknowledged frame, if it is due to be sent again.
  std::vector<std::string> resend(SteadyTime clock);
  bool has_unacknowledged() const {
    return !unacknowledged_.empty();
  }
  // Resends of the present oldest frame: the peer is gone when this grows large.
  int resends() const {
    return unacknowledged_.empty() ? 0 : unacknowledged_.front().resends;
  }

 private:
  struct Sent {
    std::int64_t sequence;
    std::string frame;
    SteadyTime last_sent;
    int resends = 0;
  };
  std::string acknowledgement(const Message& message, Timestamp now) const;
  void acknowledged(std::int64_t sequence, SteadyTime clock);

  Side side_;
  std::int64_t next_sequence_ = 0;
  std::deque<Sent> unacknowledged_;
  std::int64_t expected_ = 0;
  std::map<std::int64_t, Message> early_;
  // Round-trip estimate (RFC 6298), as the plugin keeps it.
  Duration smoothed_{100}, variation_{0}, timeout_{200};
};

// The frame that ends a session, sent by the agent. `output` is shown to the person; may be empty.
std::string channel_closed(const std::string& session_id, const std::string& output, Timestamp now);

}  // namespace sb::aws::session
