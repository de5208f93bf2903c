// The only writer of a data channel's websocket: frames are queued and sent one at a time, in
// order.
#pragma once

#include <deque>
#include <memory>

#include "base/async/notifier.hpp"
#include "base/http/message.hpp"

namespace sb::aws::session {

class FrameWriter {
 public:
  FrameWriter(const Executor& executor, std::shared_ptr<http::WebSocket> socket)
      : socket_(std::move(socket)), changed_(executor) {}

  void push(std::string frame) {
    frames_.push_back(std::move(frame));
    changed_.notify_all();
  }
  // Lets run() end once what is queued has been sent.
  void finish() {
    is_finishing_ = true;
    changed_.notify_all();
  }
  bool is_broken() const {
    return is_broken_;
  }
  // Bytes' worth of frames that wait: a reader of a terminal stops reading while there are many.
  std::size_t queued() const {
    return frames_.size();
  }
  // Must not outlive the writer.
  Task<> run();

 private:
  std::shared_ptr<http::WebSocket> socket_;
  Notifier changed_;
  std::deque<std::string> frames_;
  bool is_finishing_ = false;
  bool is_broken_ = false;
};

}  // namespace sb::aws::session
