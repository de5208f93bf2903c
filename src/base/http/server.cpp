#include "base/http/server.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <charconv>
#include <set>

#include "base/async/spawn.hpp"
#include "base/http/transport.hpp"
#include "base/http/websocket.hpp"
#include "base/log/log.hpp"

namespace sb::http {

namespace bhttp = beast::http;

struct Server::Impl : std::enable_shared_from_this<Server::Impl> {
  Impl(Executor e, Handler h, ServerOptions o)
      : executor(std::move(e)), handler(std::move(h)), options(std::move(o)), gate(executor) {}

  // What stop() needs to know of a connection: it may be cut at once only between requests.
  struct Connection {
    PlainStream* lowest = nullptr;
    bool is_idle = true;
  };

  // `self` keeps what the loop reads alive: it learns of its end after the server object is gone.
  template <class Acceptor>
  Task<> accept_loop(std::shared_ptr<Impl> self, std::shared_ptr<Acceptor> acceptor);
  Task<> serve(Socket socket, std::string address, std::uint16_t port);
  Task<> serve_stream(PlainStream& stream, Connection& connection, std::string address,
                      std::uint16_t port);
  Task<bool> read_request(PlainStream& stream, beast::flat_buffer& buffer, Connection& connection,
                          Request& out, bool& keep_alive, bool& is_upgrade);
  Task<bool> write_response(PlainStream& stream, Response& response, bool is_head, bool keep_alive);
  Task<> answer_error(PlainStream& stream, int status);
  Task<> upgrade(PlainStream& stream, Connection& connection, const Request& request,
                 Response& response);
  Task<Response> call_handler(Request request);

  Executor executor;
  Handler handler;
  ServerOptions options;
  Gate gate;
  std::vector<std::shared_ptr<asio::ip::tcp::acceptor>> tcp_acceptors;
  std::vector<std::shared_ptr<asio::local::stream_protocol::acceptor>> unix_acceptors;
  std::vector<std::string> unix_paths;
  std::set<Connection*> live;
  std::size_t in_flight = 0;
  bool is_stopping = false;
};

namespace {

// Streams an answer of unknown length in chunks (RFC 9112, 7.1), or until close for HTTP/1.0.
class ChunkWriter final : public BodyWriter {
 public:
  ChunkWriter(PlainStream& stream, Duration timeout) : stream_(stream), timeout_(timeout) {}

  Task<Result<>> write(std::string chunk) override {
    if (chunk.empty()) co_return Result<>();
    co_return co_await send(fmt::format("{:x}\r\n{}\r\n", chunk.size(), chunk));
  }
  Task<Result<>> finish() {
    co_return co_await send("0\r\n\r\n");
  }
  Task<Result<>> send(std::string bytes) {
    stream_.expires_after(timeout_);
    auto [error, size] = co_await asio::async_write(stream_, asio::buffer(bytes), kAwait);
    if (error) co_return std::unexpected(transport_error(error, "client went away"));
    co_return Result<>();
  }

 private:
  PlainStream& stream_;
  Duration timeout_;
};

template <class Message>
void fill_headers(Message& message, const Response& response, const ServerOptions& options) {
  for (const auto& [name, value] : response.headers) message.insert(name, value);
  if (!options.server_name.empty()) message.set(bhttp::field::server, options.server_name);
}

std::string default_error_text(int status) {
  return fmt::format("{} {}\n", status, reason_phrase(status));
}

}  // namespace

template <class Acceptor>
Task<> Server::Impl::accept_loop([[maybe_unused]] std::shared_ptr<Impl> self,
                                 std::shared_ptr<Acceptor> acceptor) {
  for (;;) {
    auto [error, socket] = co_await acceptor->async_accept(kAwait);
    if (error) {
      if (is_stopping || error == asio::error::operation_aborted ||
          error == asio::error::bad_descriptor)
        co_return;
      // Out of descriptors or memory: wait for some to come back rather than spin.
      log::warning("cannot accept", {{"error", error.message()}});
      co_await sleep_for(std::chrono::milliseconds(50));
      continue;
    }
    std::string address;
    std::uint16_t port = 0;
    if constexpr (std::is_same_v<Acceptor, asio::ip::tcp::acceptor>) {
      beast::error_code ignored;
      socket.set_option(asio::ip::tcp::no_delay(true), ignored);
      auto peer = socket.remote_endpoint(ignored);
      if (!ignored) {
        address = peer.address().to_string();
        port = peer.port();
      }
    }
    spawn_logged(executor, gate, "http connection",
                 serve(Socket(std::move(socket)), std::move(address), port));
  }
}

Task<> Server::Impl::serve(Socket socket, std::string address, std::uint16_t port) {
  auto self = shared_from_this();  // the server object may be destroyed while we drain
  Connection connection;
  PlainStream stream(std::move(socket));
  connection.lowest = &stream;
  live.insert(&connection);
  co_await serve_stream(stream, connection, std::move(address), port);
  live.erase(&connection);
  if (!connection.lowest) co_return;
  beast::error_code ignored;
  stream.socket().shutdown(Socket::shutdown_send, ignored);
}

// Reads one request. False when the connection is to be closed (whatever had to be said, was).
Task<bool> Server::Impl::read_request(PlainStream& stream, beast::flat_buffer& buffer,
                                      Connection& connection, Request& out, bool& keep_alive,
                                      bool& is_upgrade) {
  if (buffer.size() == 0) {
    // Idle until the first byte: this wait may be cut by stop().
    connection.is_idle = true;
    if (is_stopping) co_return false;
    stream.expires_after(options.idle_timeout);
    auto [error, size] = co_await stream.async_read_some(buffer.prepare(4096), kAwait);
    if (error) co_return false;
    buffer.commit(size);
  }
  connection.is_idle = false;

  bhttp::request_parser<bhttp::string_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(options.max_header_bytes));
  parser.body_limit(options.max_body_bytes);
  stream.expires_after(options.header_timeout);
  auto [header_error, header_size] =
      co_await bhttp::async_read_header(stream, buffer, parser, kAwait);
  if (header_error) {
    if (header_error == bhttp::error::header_limit)
      co_await answer_error(stream, 431);
    else if (header_error == bhttp::error::body_limit)
      co_await answer_error(stream, 413);
    else if (header_error == beast::error::timeout)
      co_await answer_error(stream, 408);
    else if (header_error.category() == make_error_code(bhttp::error::bad_method).category() &&
             header_error != bhttp::error::end_of_stream &&
             header_error != bhttp::error::partial_message)
      co_await answer_error(stream, 400);
    co_return false;
  }
  if (beast::iequals(parser.get()[bhttp::field::expect], "100-continue")) {
    stream.expires_after(options.write_timeout);
    auto [error, size] = co_await asio::async_write(
        stream, asio::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n")), kAwait);
    if (error) co_return false;
  }
  if (!parser.is_done()) {
    stream.expires_after(options.body_timeout);
    auto [error, size] = co_await bhttp::async_read(stream, buffer, parser, kAwait);
    if (error == bhttp::error::body_limit)
      co_await answer_error(stream, 413);
    else if (error == beast::error::timeout)
      co_await answer_error(stream, 408);
    else if (error && error.category() == make_error_code(bhttp::error::bad_method).category() &&
             error != bhttp::error::partial_message && error != bhttp::error::end_of_stream)
      co_await answer_error(stream, 400);
    if (error) co_return false;
  }

  auto message = parser.release();
  keep_alive = message.keep_alive();
  out.method = std::string(message.method_string());
  out.target = std::string(message.target());
  for (const auto& field : message)
    out.headers.add(std::string_view(field.name_string()), std::string(field.value()));
  out.body = std::move(message.body());
  is_upgrade = is_websocket_upgrade(out);
  std::string_view target = out.target;
  if (target.starts_with(
          "http://")) {  // absolute form, as proxies' clients send it (RFC 9112, 3.2.2)
    auto slash = target.find('/', 7);
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  auto question = target.find('?');
  auto path = percent_decode(target.substr(0, question));
  if (!path || path->empty() || path->find('\0') != std::string::npos) {
    co_await answer_error(stream, 400);
    co_return false;
  }
  out.path = std::move(*path);
  if (question != std::string_view::npos) out.query = std::string(target.substr(question + 1));
  co_return true;
}

Task<Response> Server::Impl::call_handler(Request request) {
  std::string method = request.method, path = request.path;
  try {
    co_return co_await handler(std::move(request));
  } catch (const std::exception& e) {
    log::error("request handler threw", {{"method", method}, {"path", path}, {"error", e.what()}});
  }
  co_return options.error_page ? options.error_page(500)
                               : Response::text(500, default_error_text(500));
}

Task<> Server::Impl::serve_stream(PlainStream& stream, Connection& connection, std::string address,
                                  std::uint16_t port) {
  beast::flat_buffer buffer;
  for (;;) {
    Request request;
    bool keep_alive = false, is_upgrade = false;
    if (!co_await read_request(stream, buffer, connection, request, keep_alive, is_upgrade))
      co_return;
    request.peer_address = address;
    request.peer_port = port;
    bool is_head = request.method == "HEAD";
    stream.expires_never();  // the handler has its own deadlines

    ++in_flight;
    Request copy;
    if (is_upgrade) copy = request;
    Response response = co_await call_handler(std::move(request));
    bool goes_on = false;
    if (response.upgrade && is_upgrade) {
      co_await upgrade(stream, connection, copy, response);
    } else if (response.upgrade) {
      co_await answer_error(stream, 426);
    } else {
      goes_on = co_await write_response(stream, response, is_head, keep_alive && !is_stopping);
    }
    --in_flight;
    if (!goes_on) co_return;
  }
}

Task<bool> Server::Impl::write_response(PlainStream& stream, Response& response, bool is_head,
                                        bool keep_alive) {
  stream.expires_after(options.write_timeout);
  auto status = static_cast<bhttp::status>(response.status);
  if (response.stream && !is_head) {
    bhttp::response<bhttp::empty_body> head{status, 11};
    fill_headers(head, response, options);
    head.chunked(true);
    head.keep_alive(keep_alive);
    bhttp::response_serializer<bhttp::empty_body> serializer(head);
    auto [error, size] = co_await bhttp::async_write_header(stream, serializer, kAwait);
    if (error) co_return false;
    ChunkWriter writer(stream, options.write_timeout);
    try {
      co_await response.stream(writer);
    } catch (const std::exception& e) {
      log::error("stream failed", {{"error", e.what()}});
      co_return false;  // cut: the client must not take it for a whole answer
    }
    auto finished = co_await writer.finish();
    co_return finished.has_value() && keep_alive;
  }
  bhttp::response<bhttp::string_body> message{status, 11};
  fill_headers(message, response, options);
  message.keep_alive(keep_alive);
  if (is_head) {
    bool has_length = message.find(bhttp::field::content_length) != message.end();
    if (!has_length) message.content_length(response.body.size());
    bhttp::response_serializer<bhttp::string_body> serializer(message);
    auto [error, size] = co_await bhttp::async_write_header(stream, serializer, kAwait);
    co_return !error && keep_alive;
  }
  message.body() = std::move(response.body);
  if (response.status != 204 && response.status != 304) message.prepare_payload();
  auto [error, size] = co_await bhttp::async_write(stream, message, kAwait);
  co_return !error && keep_alive;
}

Task<> Server::Impl::answer_error(PlainStream& stream, int status) {
  Response page = options.error_page ? options.error_page(status)
                                     : Response::text(status, default_error_text(status));
  co_await write_response(stream, page, false, false);
  // Let the client read the answer before a close with unread input resets the connection.
  beast::error_code ignored;
  stream.socket().shutdown(Socket::shutdown_send, ignored);
  stream.expires_after(std::chrono::seconds(2));
  std::string sink(16 << 10, '\0');
  for (std::size_t seen = 0; seen < (32u << 20);) {
    auto [error, size] = co_await stream.async_read_some(asio::buffer(sink), kAwait);
    if (error) break;
    seen += size;
  }
}

Task<> Server::Impl::upgrade(PlainStream& stream, Connection& connection, const Request& request,
                             Response& response) {
  // `stream` is an empty shell from here on.
  auto accepted = co_await accept_websocket(std::move(stream), request, response.headers);
  connection.lowest = accepted.lowest;
  if (accepted.socket) {
    try {
      co_await response.upgrade(std::move(accepted.socket));
    } catch (const std::exception& e) {
      log::error("websocket handler threw", {{"path", request.path}, {"error", e.what()}});
    }
  }
  connection.lowest = nullptr;  // gone with the websocket
}

Server::Server(Executor executor, Handler handler, ServerOptions options)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(handler), std::move(options))) {}

Server::~Server() {
  impl_->is_stopping = true;
  beast::error_code ignored;
  for (auto& acceptor : impl_->tcp_acceptors) acceptor->close(ignored);
  for (auto& acceptor : impl_->unix_acceptors) acceptor->close(ignored);
}

Result<std::uint16_t> Server::listen(const std::string& address, std::uint16_t port) {
  std::string where = fmt::format("{}:{}", address, port);
  beast::error_code error;
  auto ip = asio::ip::make_address(address, error);
  if (error) return fail(ErrorCode::invalid_argument, "not an IP address to listen on", address);
  auto acceptor = std::make_shared<asio::ip::tcp::acceptor>(impl_->executor);
  asio::ip::tcp::endpoint endpoint(ip, port);
  acceptor->open(endpoint.protocol(), error);
  if (!error) acceptor->set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor->bind(endpoint, error);
  if (!error) acceptor->listen(4096, error);
  if (error) return std::unexpected(errno_error(error.value(), "cannot listen", where));
  std::uint16_t bound = acceptor->local_endpoint(error).port();
  impl_->tcp_acceptors.push_back(acceptor);
  spawn_logged(impl_->executor, "http accept", impl_->accept_loop(impl_, acceptor));
  return bound;
}

Result<> Server::listen_unix(const std::string& path, unsigned mode) {
  ::unlink(path.c_str());
  auto acceptor = std::make_shared<asio::local::stream_protocol::acceptor>(impl_->executor);
  beast::error_code error;
  asio::local::stream_protocol::endpoint endpoint;
  try {
    endpoint = asio::local::stream_protocol::endpoint(path);
  } catch (const boost::system::system_error&) {
    return fail(ErrorCode::invalid_argument, "socket path is too long (at most 107 bytes)", path);
  }
  acceptor->open(endpoint.protocol(), error);
  mode_t before = ::umask(0177);  // never world-accessible, not even before the chmod
  if (!error) acceptor->bind(endpoint, error);
  ::umask(before);
  if (!error && ::chmod(path.c_str(), mode) != 0)
    error.assign(errno, boost::system::generic_category());
  if (!error) acceptor->listen(1024, error);
  if (error) return std::unexpected(errno_error(error.value(), "cannot listen", path));
  impl_->unix_acceptors.push_back(acceptor);
  impl_->unix_paths.push_back(path);
  spawn_logged(impl_->executor, "http accept", impl_->accept_loop(impl_, acceptor));
  return {};
}

Task<> Server::stop(Deadline deadline) {
  auto impl = impl_;
  impl->is_stopping = true;
  beast::error_code ignored;
  for (auto& acceptor : impl->tcp_acceptors) acceptor->close(ignored);
  for (auto& acceptor : impl->unix_acceptors) acceptor->close(ignored);
  for (auto& path : impl->unix_paths) ::unlink(path.c_str());
  impl->gate.close();
  for (auto* connection : impl->live)
    if (connection->is_idle && connection->lowest) connection->lowest->cancel();
  if (co_await impl->gate.wait(deadline)) co_return;
  for (auto* connection : impl->live)
    if (connection->lowest) connection->lowest->close();
  co_await impl->gate.wait(Deadline::after(std::chrono::seconds(1)));
}

std::size_t Server::connections() const {
  return impl_->live.size();
}
std::size_t Server::requests_in_flight() const {
  return impl_->in_flight;
}

}  // namespace sb::http
