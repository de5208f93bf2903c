#include <boost/beast/websocket/ssl.hpp>

#include "base/http/websocket_impl.hpp"

namespace sb::http {

Task<Result<std::unique_ptr<WebSocket>>> open_websocket(TlsStream stream, WebSocketTarget target) {
  return open_on(std::move(stream), std::move(target));
}

}  // namespace sb::http
