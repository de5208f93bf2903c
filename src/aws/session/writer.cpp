#include "aws/session/writer.hpp"

namespace sb::aws::session {

using namespace std::chrono_literals;

Task<> FrameWriter::run() {
  auto socket = socket_;
  for (;;) {
    while (frames_.empty() && !is_finishing_) (void)co_await changed_.wait(Deadline::never());
    if (frames_.empty()) co_return;
    http::WebSocket::Message message{std::move(frames_.front()), false};
    frames_.pop_front();
    auto sent = co_await socket->write(std::move(message), Deadline::after(30s));
    if (!sent) {
      is_broken_ = true;
      frames_.clear();
      co_return;
    }
  }
}

}  // namespace sb::aws::session
