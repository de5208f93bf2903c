// An HTTP/1.1 server: keep-alive, limits, timeouts, graceful drain. TLS is a load balancer's.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/http/message.hpp"

namespace sb::http {

// Called once a request, on the server's executor. What it throws becomes a 500 and a log line.
using Handler = std::function<Task<Response>(Request)>;
// Answers for requests that never reach the handler (malformed 400, body too large 413, header too
// large 431, timeout 408), so that each API can speak its own error shape.
using ErrorPage = std::function<Response(int status)>;

struct ServerOptions {
  std::size_t max_body_bytes = 1 << 20;
  std::size_t max_header_bytes = 32 << 10;
  Duration header_timeout = std::chrono::seconds(30);  // for the headers of a request
  Duration body_timeout = std::chrono::seconds(60);    // for its body
  Duration idle_timeout = std::chrono::seconds(75);    // between requests
  Duration write_timeout = std::chrono::seconds(60);
  std::string server_name;  // the Server header; left out when empty
  ErrorPage error_page;     // default: a short text/plain page
};

class Server {
 public:
  Server(Executor executor, Handler handler, ServerOptions options = {});
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds and starts accepting; port 0 takes a free one. Returns the port. May be called more than
  // once. Errors: conflict (in use), permission_denied, invalid_argument; the message names the
  // address.
  Result<std::uint16_t> listen(const std::string& address, std::uint16_t port);
  Result<> listen_unix(const std::string& path, unsigned mode = 0600);

  // Stops accepting, lets requests in flight finish (each told `Connection: close`), closes idle
  // connections, and returns when all have gone or the deadline passed (then the rest is cut).
  Task<> stop(Deadline deadline);

  std::size_t connections() const;
  std::size_t requests_in_flight() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace sb::http
