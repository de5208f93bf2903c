// Websockets over either stream. Instantiated in two files, one for each, because they are the
// dearest templates to compile in this house. Only the .cpp files of this folder include it.
#pragma once

#include "base/http/transport.hpp"

namespace sb::http {

bool is_websocket_upgrade(const Request& request);

struct Accepted {
  std::unique_ptr<WebSocket> socket;  // null when the handshake failed
  PlainStream* lowest = nullptr;      // owned by `socket`
};
Task<Accepted> accept_websocket(PlainStream stream, const Request& request, const Headers& answer);

struct WebSocketTarget {
  std::string host, path_and_query;
  Headers headers;  // User-Agent among them
};
Task<Result<std::unique_ptr<WebSocket>>> open_websocket(PlainStream stream, WebSocketTarget target);
Task<Result<std::unique_ptr<WebSocket>>> open_websocket(TlsStream stream, WebSocketTarget target);

}  // namespace sb::http
