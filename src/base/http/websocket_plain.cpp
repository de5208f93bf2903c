#include "base/http/websocket_impl.hpp"

namespace sb::http {

Task<Result<std::unique_ptr<WebSocket>>> open_websocket(PlainStream stream,
                                                        WebSocketTarget target) {
  return open_on(std::move(stream), std::move(target));
}

static beast::http::request<beast::http::empty_body> handshake_of(const Request& request) {
  beast::http::request<beast::http::empty_body> handshake{beast::http::verb::get, request.target,
                                                          11};
  for (const auto& [name, value] : request.headers) handshake.insert(name, value);
  return handshake;
}

bool is_websocket_upgrade(const Request& request) {
  // Nearly no request asks for one: the full check is for those that do.
  return request.method == "GET" && request.headers.find("Upgrade") &&
         beast::websocket::is_upgrade(handshake_of(request));
}

Task<Accepted> accept_websocket(PlainStream stream, const Request& request, const Headers& answer) {
  auto socket = std::make_unique<beast::websocket::stream<PlainStream, false>>(std::move(stream));
  socket->set_option(
      beast::websocket::stream_base::decorator([&](beast::websocket::response_type& response) {
        for (const auto& [name, value] : answer) response.set(name, value);
      }));
  auto [error] = co_await socket->async_accept(handshake_of(request), kAwait);
  if (error) co_return Accepted{};
  PlainStream* lowest = &beast::get_lowest_layer(*socket);
  co_return Accepted{std::make_unique<BeastWebSocket<beast::websocket::stream<PlainStream, false>>>(
                         std::move(socket)),
                     lowest};
}

}  // namespace sb::http
