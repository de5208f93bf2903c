// An HTTP/1.1 client: http, https and unix sockets, keep-alive connections reused, no redirects.
// A request on a kept connection that turns out to be closed, with no byte of an answer, is sent
// again on another one (RFC 9112, 9.3.1 allows it for idempotent requests; for others the server
// has by then closed an idle connection before it read the request).
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/http/message.hpp"

namespace sb::http {

struct ClientOptions {
  // PEM: for https, trusted in place of the system's roots, as curl's --cacert; reading those takes
  // longer than a request.
  std::string ca_file;
  bool trusts_system_too = false;  // besides ca_file
  std::string unix_socket;         // all requests go there when set; the URL still names the Host
  // "host:port" -> "address:port": where to connect instead (like curl's --connect-to).
  std::map<std::string, std::string> connect_to;
  std::size_t max_body_bytes = 64 << 20;
  std::size_t max_idle_per_host = 16;
  std::string user_agent = "saltbitter";
  // False: a request lost with a kept connection is an error, as a load generator wants to count
  // it.
  bool resends_after_close = true;
};

struct ClientRequest {
  std::string method = "GET";
  std::string url;  // absolute: "https://api.saltbitter.com/health"
  Headers headers;
  std::string body;
};

struct ClientResponse {
  int status = 0;
  Headers headers;
  std::string body;
};

class Client {
 public:
  explicit Client(ClientOptions options = {});
  ~Client();
  Client(Client&&) noexcept;

  // Errors: invalid_argument (URL), unavailable (cannot connect, connection lost, TLS refused),
  // timeout (deadline), data_loss (malformed answer). Any HTTP status is a success here.
  Task<Result<ClientResponse>> send(ClientRequest request, Deadline deadline);
  Task<Result<std::unique_ptr<WebSocket>>> open_websocket(std::string url, Headers headers,
                                                          Deadline deadline);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace sb::http
