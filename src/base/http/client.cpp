#include "base/http/client.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/url/parse.hpp>
#include <deque>

#include "base/http/exchange.hpp"
#include "base/http/websocket.hpp"

namespace sb::http {

namespace bhttp = beast::http;

namespace {

struct Target {
  bool is_tls = false;
  std::string host, port;  // as the URL says
  std::string host_header;
  std::string path_and_query;
  std::string key() const {
    return fmt::format("{}{}:{}", is_tls ? "s" : "p", host, port);
  }
};

Result<Target> parse_target(const std::string& url) {
  auto parsed = boost::urls::parse_uri(url);
  if (!parsed)
    return fail(ErrorCode::invalid_argument, "not an absolute URL", url.substr(0, url.find('?')));
  std::string scheme(parsed->scheme());
  Target target;
  target.is_tls = scheme == "https" || scheme == "wss";
  if (!target.is_tls && scheme != "http" && scheme != "ws")
    return fail(ErrorCode::invalid_argument, "URL scheme must be http or https", scheme);
  target.host = std::string(parsed->host_address());
  if (target.host.empty()) return fail(ErrorCode::invalid_argument, "URL has no host", scheme);
  bool has_port = parsed->has_port() && !parsed->port().empty();
  target.port = has_port ? std::string(parsed->port()) : target.is_tls ? "443" : "80";
  target.host_header = std::string(parsed->encoded_host());
  if (has_port) target.host_header += ":" + target.port;
  target.path_and_query =
      parsed->encoded_path().empty() ? "/" : std::string(parsed->encoded_path());
  if (parsed->has_query()) target.path_and_query += "?" + std::string(parsed->encoded_query());
  return target;
}

// One open connection; TLS or plain.
struct Connection {
  std::unique_ptr<PlainStream> plain;
  std::unique_ptr<TlsStream> tls;
  beast::flat_buffer buffer;

  PlainStream& lowest() {
    return tls ? beast::get_lowest_layer(*tls) : *plain;
  }
  void arm(Deadline deadline) {
    if (deadline.is_never()) {
      lowest().expires_never();
    } else {
      lowest().expires_at(deadline.time());
    }
  }
};

// A client's kept connections on one loop, by target.
struct Kept {
  std::map<std::string, std::deque<std::unique_ptr<Connection>>> by_target;
  bool is_over = false;  // the loop is gone
};

// A connection cannot outlive the loop it was opened on, a client can (it may serve one run_task
// after the other): so a loop that ends takes the connections along.
class KeptOnLoop final : public asio::execution_context::service {
 public:
  using key_type = KeptOnLoop;
  static inline asio::execution_context::id id;
  explicit KeptOnLoop(asio::execution_context& loop) : service(loop) {}

  std::shared_ptr<Kept> add() {
    std::erase_if(all_, [](const auto& kept) { return kept.expired(); });
    auto kept = std::make_shared<Kept>();
    all_.push_back(kept);
    return kept;
  }

 private:
  void shutdown() override {
    for (const auto& each : all_) {
      auto kept = each.lock();
      if (!kept) continue;
      kept->is_over = true;
      kept->by_target.clear();
    }
  }
  std::vector<std::weak_ptr<Kept>> all_;
};

}  // namespace

struct Client::Impl : std::enable_shared_from_this<Client::Impl> {
  explicit Impl(ClientOptions o) : options(std::move(o)) {}

  Task<Result<std::unique_ptr<Connection>>> connect(Target target, Deadline deadline);
  Task<Result<Socket>> connect_tcp(const Target& target, Deadline deadline);
  Result<asio::ssl::context*> tls_context();
  Kept& kept_on(const Executor& executor);

  ClientOptions options;
  std::unique_ptr<asio::ssl::context> tls;
  std::map<asio::execution_context*, std::shared_ptr<Kept>> kept;
};

Result<asio::ssl::context*> Client::Impl::tls_context() {
  if (tls) return tls.get();
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
  beast::error_code error;
  if (options.ca_file.empty() || options.trusts_system_too)
    context->set_default_verify_paths(error);
  context->set_verify_mode(asio::ssl::verify_peer, error);
  if (!options.ca_file.empty()) {
    context->load_verify_file(options.ca_file, error);
    if (error)
      return fail(ErrorCode::invalid_argument, "cannot load CA certificates: " + error.message(),
                  options.ca_file);
  }
  tls = std::move(context);
  return tls.get();
}

Kept& Client::Impl::kept_on(const Executor& executor) {
  auto& loop = asio::query(executor, asio::execution::context);
  auto& found = kept[&loop];
  // Another loop may be where one was that is gone.
  if (!found || found->is_over) found = asio::use_service<KeptOnLoop>(loop).add();
  return *found;
}

static std::unique_ptr<Connection> take_idle(Kept& kept, const std::string& key) {
  auto it = kept.by_target.find(key);
  if (it == kept.by_target.end() || it->second.empty()) return nullptr;
  auto connection = std::move(it->second.back());
  it->second.pop_back();
  return connection;
}

Task<Result<Socket>> Client::Impl::connect_tcp(const Target& target, Deadline deadline) {
  auto executor = co_await asio::this_coro::executor;
  std::string host = target.host, port = target.port;
  if (auto it = options.connect_to.find(host + ":" + port); it != options.connect_to.end()) {
    auto colon = it->second.rfind(':');
    host = it->second.substr(0, colon);
    if (colon != std::string::npos) port = it->second.substr(colon + 1);
  }
  beast::error_code error;
  std::vector<asio::ip::tcp::endpoint> endpoints;
  auto literal = asio::ip::make_address(host, error);
  if (!error) {
    endpoints.emplace_back(literal,
                           static_cast<std::uint16_t>(std::strtoul(port.c_str(), nullptr, 10)));
  } else {
    asio::ip::tcp::resolver resolver(executor);
    auto [resolve_error, results] = co_await resolver.async_resolve(host, port, kAwait);
    if (resolve_error)
      co_return fail(ErrorCode::unavailable, "cannot resolve host: " + resolve_error.message(),
                     host);
    for (const auto& result : results) endpoints.push_back(result.endpoint());
  }
  Error last{ErrorCode::unavailable, "host has no address", host};
  for (const auto& endpoint : endpoints) {
    beast::basic_stream<asio::ip::tcp> stream(executor);
    if (deadline.is_never()) {
      stream.expires_never();
    } else {
      stream.expires_at(deadline.time());
    }
    auto [connect_error] = co_await stream.async_connect(endpoint, kAwait);
    if (!connect_error) {
      auto socket = stream.release_socket();
      socket.set_option(asio::ip::tcp::no_delay(true), error);
      co_return Socket(std::move(socket));
    }
    last = transport_error(connect_error, fmt::format("cannot connect to {}:{}", host, port));
  }
  co_return std::unexpected(std::move(last));
}

Task<Result<std::unique_ptr<Connection>>> Client::Impl::connect(Target target, Deadline deadline) {
  auto executor = co_await asio::this_coro::executor;
  auto connection = std::make_unique<Connection>();
  if (!options.unix_socket.empty()) {
    auto stream = std::make_unique<PlainStream>(executor);
    Socket::endpoint_type endpoint{asio::local::stream_protocol::endpoint(options.unix_socket)};
    connection->plain = std::move(stream);
    connection->arm(deadline);
    auto [connect_error] = co_await connection->plain->async_connect(endpoint, kAwait);
    if (connect_error)
      co_return std::unexpected(
          transport_error(connect_error, "cannot connect to " + options.unix_socket));
    co_return connection;
  }
  SB_CO_TRY(Socket socket, co_await connect_tcp(target, deadline));
  if (!target.is_tls) {
    connection->plain = std::make_unique<PlainStream>(std::move(socket));
    co_return connection;
  }
  SB_CO_TRY(auto* context, tls_context());
  connection->tls = std::make_unique<TlsStream>(PlainStream(std::move(socket)), *context);
  SSL_set_tlsext_host_name(connection->tls->native_handle(), target.host.c_str());
  beast::error_code ignored;
  connection->tls->set_verify_callback(asio::ssl::host_name_verification(target.host), ignored);
  connection->arm(deadline);
  auto [error] = co_await connection->tls->async_handshake(asio::ssl::stream_base::client, kAwait);
  if (error)
    co_return std::unexpected(
        transport_error(error, fmt::format("TLS with {} failed", target.host)));
  co_return connection;
}

Client::Client(ClientOptions options) : impl_(std::make_shared<Impl>(std::move(options))) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;

Task<Result<ClientResponse>> Client::send(ClientRequest request, Deadline deadline) {
  auto impl = impl_;
  SB_CO_TRY(Target target, parse_target(request.url));
  bhttp::request<bhttp::string_body> message;
  message.version(11);
  message.method_string(request.method);
  message.target(target.path_and_query);
  message.set(bhttp::field::host, target.host_header);
  if (!impl->options.user_agent.empty())
    message.set(bhttp::field::user_agent, impl->options.user_agent);
  for (const auto& [name, value] : request.headers) message.set(name, value);
  message.body() = std::move(request.body);
  bool has_body = !message.body().empty() || request.method == "POST" || request.method == "PUT";
  if (has_body) message.prepare_payload();

  std::string key = target.key();
  auto executor = co_await asio::this_coro::executor;
  for (;;) {
    auto connection = take_idle(impl->kept_on(executor), key);
    bool is_reused = connection != nullptr;
    if (!connection) {
      SB_CO_TRY(connection, co_await impl->connect(target, deadline));
    }
    connection->arm(deadline);
    Exchange exchange = connection->tls
                            ? co_await exchange_on(*connection->tls, connection->buffer, message,
                                                   impl->options.max_body_bytes)
                            : co_await exchange_on(*connection->plain, connection->buffer, message,
                                                   impl->options.max_body_bytes);
    if (!exchange.response) {
      // A kept connection that the peer had closed meanwhile: every further one is tried, then a
      // new one.
      bool again = is_reused && exchange.may_retry && !deadline.has_passed() &&
                   impl->options.resends_after_close;
      if (again) continue;
      co_return std::unexpected(std::move(exchange.response).error().in(target.host_header));
    }
    auto& kept = impl->kept_on(executor).by_target[key];
    if (exchange.keep_alive && connection->buffer.size() == 0 &&
        kept.size() < impl->options.max_idle_per_host) {
      connection->lowest().expires_never();
      kept.push_back(std::move(connection));
    }
    co_return std::move(exchange.response);
  }
}

Task<Result<std::unique_ptr<WebSocket>>> Client::open_websocket(std::string url, Headers headers,
                                                                Deadline deadline) {
  auto impl = impl_;
  SB_CO_TRY(Target target, parse_target(url));
  SB_CO_TRY(auto connection, co_await impl->connect(target, deadline));
  WebSocketTarget socket{target.host_header, target.path_and_query, std::move(headers)};
  if (!impl->options.user_agent.empty()) socket.headers.set("User-Agent", impl->options.user_agent);
  connection->arm(deadline);
  if (connection->tls)
    co_return co_await http::open_websocket(std::move(*connection->tls), std::move(socket));
  co_return co_await http::open_websocket(std::move(*connection->plain), std::move(socket));
}

}  // namespace sb::http
