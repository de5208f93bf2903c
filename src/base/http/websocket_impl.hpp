// What websocket_plain.cpp and websocket_tls.cpp share.
#pragma once

#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/websocket.hpp>

#include "base/http/websocket.hpp"

namespace sb::http {

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

template <class Stream>
Task<Result<std::unique_ptr<WebSocket>>> open_on(Stream stream, WebSocketTarget target) {
  auto socket = std::make_unique<beast::websocket::stream<Stream, false>>(std::move(stream));
  socket->set_option(
      beast::websocket::stream_base::decorator([&](beast::websocket::request_type& request) {
        for (const auto& [name, value] : target.headers) request.set(name, value);
      }));
  beast::websocket::response_type answer;
  auto [error] =
      co_await socket->async_handshake(answer, target.host, target.path_and_query, kAwait);
  if (error)
    co_return std::unexpected(
        transport_error(error, fmt::format("websocket refused ({})", answer.result_int())));
  co_return std::make_unique<BeastWebSocket<beast::websocket::stream<Stream, false>>>(
      std::move(socket));
}

}  // namespace sb::http
