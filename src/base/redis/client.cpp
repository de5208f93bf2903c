#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "base/async/notifier.hpp"
#include "base/redis/resp.hpp"

namespace sb::redis {

namespace asio = boost::asio;
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

namespace {

struct Address {
  std::string host = "127.0.0.1", port = "6379", user, password, database;
};

// redis://[[user]:password@]host[:port][/db]
std::optional<Address> parse_url(std::string_view url) {
  constexpr std::string_view kScheme = "redis://";
  if (!url.starts_with(kScheme)) return std::nullopt;
  url.remove_prefix(kScheme.size());
  Address address;
  if (auto at = url.rfind('@'); at != std::string_view::npos) {
    auto secret = url.substr(0, at);
    url.remove_prefix(at + 1);
    auto colon = secret.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    address.user = std::string(secret.substr(0, colon));
    address.password = std::string(secret.substr(colon + 1));
  }
  if (auto slash = url.find('/'); slash != std::string_view::npos) {
    address.database = std::string(url.substr(slash + 1));
    url = url.substr(0, slash);
  }
  auto colon = url.rfind(':');
  if (colon != std::string_view::npos) address.port = std::string(url.substr(colon + 1));
  address.host = std::string(url.substr(0, colon));
  if (address.host.empty()) return std::nullopt;
  return address;
}

// Closes the socket at the deadline, so that whatever waits on it ends.
class Watchdog {
 public:
  Watchdog(asio::ip::tcp::socket& socket, Deadline deadline) : timer_(socket.get_executor()) {
    if (deadline.is_never()) return;
    timer_.expires_at(deadline.time());
    timer_.async_wait([&socket](const boost::system::error_code& error) {
      boost::system::error_code ignored;
      if (!error) socket.close(ignored);
    });
  }

 private:
  asio::steady_timer timer_;
};

}  // namespace

struct Client::Impl {
  Impl(Executor e, std::string u) : executor(e), url(std::move(u)), socket(e), freed(e) {}

  Task<Result<>> connect(Deadline deadline);
  Task<Result<std::vector<Reply>>> exchange(std::string bytes, std::size_t count,
                                            Deadline deadline);

  Executor executor;
  std::string url;
  asio::ip::tcp::socket socket;
  bool is_busy = false;  // one exchange at a time: replies come in order
  Notifier freed;
};

Task<Result<>> Client::Impl::connect(Deadline deadline) {
  auto address = parse_url(url);
  if (!address)
    co_return fail(ErrorCode::invalid_argument, "REDIS_URL must be redis://host:port[/db]");
  asio::ip::tcp::resolver resolver(executor);
  auto [resolve_error, endpoints] =
      co_await resolver.async_resolve(address->host, address->port, kAwait);
  if (resolve_error)
    co_return fail(ErrorCode::unavailable, "cannot resolve Redis host", address->host);
  boost::system::error_code last = asio::error::host_not_found;
  for (const auto& entry : endpoints) {
    socket = asio::ip::tcp::socket(executor);
    Watchdog watchdog(socket, deadline);
    auto [error] = co_await socket.async_connect(entry.endpoint(), kAwait);
    last = error;
    if (!error) break;
  }
  if (last)
    co_return fail(ErrorCode::unavailable,
                   fmt::format("cannot connect to Redis: {}", last.message()),
                   address->host + ":" + address->port);
  boost::system::error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  std::string hello;
  std::size_t count = 0;
  if (!address->password.empty()) {
    Command auth{"AUTH"};
    if (!address->user.empty()) auth.push_back(address->user);
    auth.push_back(address->password);
    append_command(hello, auth);
    ++count;
  }
  if (!address->database.empty() && address->database != "0") {
    append_command(hello, {"SELECT", address->database});
    ++count;
  }
  if (count == 0) co_return Result<>();
  auto greeted = co_await exchange(std::move(hello), count, deadline);
  if (!greeted) {
    socket.close(ignored);
    co_return std::unexpected(std::move(greeted).error());
  }
  co_return Result<>();
}

Task<Result<std::vector<Reply>>> Client::Impl::exchange(std::string bytes, std::size_t count,
                                                        Deadline deadline) {
  boost::system::error_code ignored;
  Watchdog watchdog(socket, deadline);
  auto lost = [&](const boost::system::error_code& error) -> Error {
    socket.close(ignored);
    if (deadline.has_passed()) return Error{ErrorCode::timeout, "Redis did not answer in time", {}};
    return Error{ErrorCode::unavailable, "connection to Redis lost: " + error.message(), {}};
  };
  auto [write_error, written] = co_await asio::async_write(socket, asio::buffer(bytes), kAwait);
  if (write_error) co_return std::unexpected(lost(write_error));
  std::string data;
  std::size_t offset = 0;
  std::vector<Reply> replies;
  std::optional<ErrorReply> failure;
  char chunk[16 << 10];
  while (replies.size() < count) {
    bool malformed = false;
    if (auto parsed = parse_reply(data, offset, malformed)) {
      if (parsed->error && !failure) failure = std::move(parsed->error);
      replies.push_back(std::move(parsed->reply));
      continue;
    }
    if (malformed) {
      socket.close(ignored);
      co_return fail(ErrorCode::data_loss, "what answers as Redis does not speak its protocol");
    }
    auto [error, size] = co_await socket.async_read_some(asio::buffer(chunk), kAwait);
    if (error) co_return std::unexpected(lost(error));
    data.append(chunk, size);
  }
  if (failure) co_return fail(ErrorCode::failed_precondition, "Redis: " + failure->text);
  co_return replies;
}

Client::Client(Executor executor, std::string url)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(url))) {}
Client::~Client() {
  boost::system::error_code ignored;
  impl_->socket.close(ignored);
}

Task<Result<std::vector<Reply>>> Client::pipeline(std::vector<Command> commands,
                                                  Deadline deadline) {
  auto impl = impl_;
  while (impl->is_busy)
    if (!co_await impl->freed.wait(deadline))
      co_return fail(ErrorCode::timeout, "Redis connection is busy");
  impl->is_busy = true;
  struct Free {
    Impl& impl;
    ~Free() {
      impl.is_busy = false;
      impl.freed.notify_all();
    }
  } free{*impl};

  std::string bytes;
  for (const auto& command : commands) append_command(bytes, command);
  bool was_open = impl->socket.is_open();
  if (!was_open) SB_CO_TRY_VOID(co_await impl->connect(deadline));
  auto replies = co_await impl->exchange(bytes, commands.size(), deadline);
  // A kept connection may have died with a restarted server: once more on a new one.
  if (!replies && was_open && replies.error().code == ErrorCode::unavailable) {
    SB_CO_TRY_VOID(co_await impl->connect(deadline));
    co_return co_await impl->exchange(std::move(bytes), commands.size(), deadline);
  }
  co_return replies;
}

Task<Result<Reply>> Client::command(Command command, Deadline deadline) {
  std::vector<Command> commands;
  commands.push_back(std::move(command));
  SB_CO_TRY(auto replies, co_await pipeline(std::move(commands), deadline));
  co_return std::move(replies.front());
}

}  // namespace sb::redis
