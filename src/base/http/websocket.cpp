#include <boost/beast/core/buffers_to_string.hpp>

#include "base/http/transport.hpp"

namespace sb::http {

namespace {

template <class Stream>
class BeastWebSocket final : public WebSocket {
 public:
  explicit BeastWebSocket(std::unique_ptr<Stream> stream) : stream_(std::move(stream)) {
    stream_->read_message_max(1 << 20);
  }

  Task<Result<Message>> read(Deadline deadline) override {
    beast::flat_buffer buffer;
    arm(deadline);
    auto [error, size] = co_await stream_->async_read(buffer, kAwait);
    if (error) co_return std::unexpected(transport_error(error, "websocket read"));
    co_return Message{beast::buffers_to_string(buffer.data()), stream_->got_text()};
  }

  Task<Result<>> write(Message message, Deadline deadline) override {
    stream_->text(message.is_text);
    arm(deadline);
    auto [error, size] = co_await stream_->async_write(asio::buffer(message.data), kAwait);
    if (error) co_return std::unexpected(transport_error(error, "websocket write"));
    co_return Result<>();
  }

  Task<> close() override {
    arm(Deadline::after(std::chrono::seconds(2)));
    auto [error] = co_await stream_->async_close(beast::websocket::close_code::normal, kAwait);
    (void)error;  // the peer may have gone first
  }

 private:
  void arm(Deadline deadline) {
    auto& lowest = beast::get_lowest_layer(*stream_);
    if (deadline.is_never()) {
      lowest.expires_never();
    } else {
      lowest.expires_at(deadline.time());
    }
  }

  std::unique_ptr<Stream> stream_;
};

}  // namespace

std::unique_ptr<WebSocket> wrap(std::unique_ptr<beast::websocket::stream<PlainStream>> stream) {
  return std::make_unique<BeastWebSocket<beast::websocket::stream<PlainStream>>>(std::move(stream));
}

std::unique_ptr<WebSocket> wrap(std::unique_ptr<beast::websocket::stream<TlsStream>> stream) {
  return std::make_unique<BeastWebSocket<beast::websocket::stream<TlsStream>>>(std::move(stream));
}

}  // namespace sb::http
