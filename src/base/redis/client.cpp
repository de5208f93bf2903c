#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <deque>

#include "base/async/notifier.hpp"
#include "base/async/spawn.hpp"
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

// One call that waits for its replies.
struct Pending {
  Pending(const Executor& executor, std::size_t wanted, Deadline deadline)
      : count(wanted), done(executor) {
    done.expires_at(deadline.time());
  }
  std::size_t count;
  std::vector<Reply> replies;
  std::optional<ErrorReply> error_reply;
  std::optional<Error> failure;
  bool is_done = false;
  asio::steady_timer done;  // cancelled when it is

  void finish() {
    is_done = true;
    done.cancel();
  }
};

// One connection. Calls are written as they come and answered in order; once anything goes wrong
// every waiting call is told, and the link is of no more use.
struct Link : std::enable_shared_from_this<Link> {
  explicit Link(const Executor& executor) : socket(executor) {}

  void lose(const Error& error) {
    if (is_lost) return;
    is_lost = true;
    boost::system::error_code ignored;
    socket.close(ignored);
    for (auto& call : pending) {
      call->failure = error;
      call->finish();
    }
    pending.clear();
  }

  void send(std::string_view bytes, std::shared_ptr<Pending> call) {
    outbox += bytes;
    pending.push_back(std::move(call));
    if (!is_writing) {
      is_writing = true;
      spawn_logged(socket.get_executor(), "redis writer", write_all(shared_from_this()));
    }
  }

  static Task<> write_all(std::shared_ptr<Link> link);
  static Task<> read_all(std::shared_ptr<Link> link);
  // Hands out whole replies; false when what came is not RESP2.
  bool hand_out(std::string_view data, std::size_t& offset);

  asio::ip::tcp::socket socket;
  std::string outbox;
  std::deque<std::shared_ptr<Pending>> pending;
  bool is_writing = false;
  bool is_lost = false;
};

Task<> Link::write_all(std::shared_ptr<Link> link) {
  while (!link->outbox.empty() && !link->is_lost) {
    std::string bytes = std::exchange(link->outbox, {});
    auto [error, size] = co_await asio::async_write(link->socket, asio::buffer(bytes), kAwait);
    if (error)
      link->lose(Error{ErrorCode::unavailable, "connection to Redis lost: " + error.message(), {}});
  }
  link->is_writing = false;
}

bool Link::hand_out(std::string_view data, std::size_t& offset) {
  bool malformed = false;
  while (!pending.empty()) {
    auto parsed = parse_reply(data, offset, malformed);
    if (!parsed) return !malformed;
    auto& call = *pending.front();
    if (parsed->error && !call.error_reply) call.error_reply = std::move(parsed->error);
    call.replies.push_back(std::move(parsed->reply));
    if (call.replies.size() < call.count) continue;
    call.finish();
    pending.pop_front();
  }
  return true;
}

Task<> Link::read_all(std::shared_ptr<Link> link) {
  std::string data;
  std::string chunk(16 << 10, '\0');
  while (!link->is_lost) {
    auto [error, size] = co_await link->socket.async_read_some(asio::buffer(chunk), kAwait);
    if (error) {
      link->lose(Error{ErrorCode::unavailable, "connection to Redis lost: " + error.message(), {}});
      co_return;
    }
    data.append(chunk, 0, size);
    std::size_t offset = 0;
    if (!link->hand_out(data, offset))
      link->lose(
          Error{ErrorCode::data_loss, "what answers as Redis does not speak its protocol", {}});
    data.erase(0, offset);
  }
}

// Waits for the call's replies. A call that is late takes the link with it: its replies would still
// come.
Task<Result<std::vector<Reply>>> settle(std::shared_ptr<Link> link, std::shared_ptr<Pending> call) {
  if (!call->is_done) (void)co_await call->done.async_wait(kAwait);
  if (!call->is_done) {
    std::erase(link->pending, call);
    link->lose(Error{ErrorCode::unavailable, "connection to Redis given up: a call was late", {}});
    co_return fail(ErrorCode::timeout, "Redis did not answer in time");
  }
  if (call->failure) co_return std::unexpected(*call->failure);
  if (call->error_reply)
    co_return fail(ErrorCode::failed_precondition, "Redis: " + call->error_reply->text);
  co_return std::move(call->replies);
}

Task<Result<std::vector<Reply>>> exchange(std::shared_ptr<Link> link, std::string bytes,
                                          std::size_t count, Deadline deadline) {
  auto call = std::make_shared<Pending>(link->socket.get_executor(), count, deadline);
  link->send(bytes, call);
  co_return co_await settle(std::move(link), std::move(call));
}

// What a new connection says first.
std::vector<Command> greeting(const Address& address) {
  std::vector<Command> commands;
  if (!address.password.empty()) {
    Command auth{"AUTH"};
    if (!address.user.empty()) auth.push_back(address.user);
    auth.push_back(address.password);
    commands.push_back(std::move(auth));
  }
  if (!address.database.empty() && address.database != "0")
    commands.push_back({"SELECT", address.database});
  return commands;
}

std::string encode(const std::vector<Command>& commands) {
  std::string bytes;
  for (const auto& command : commands) append_command(bytes, command);
  return bytes;
}

// Connects within the deadline: the socket is closed when it passes.
Task<boost::system::error_code> connect_by(std::shared_ptr<Link> link,
                                           asio::ip::tcp::endpoint endpoint, Deadline deadline) {
  asio::steady_timer limit(link->socket.get_executor());
  limit.expires_at(deadline.time());
  limit.async_wait([link](const boost::system::error_code& error) {
    boost::system::error_code ignored;
    if (!error) link->socket.close(ignored);
  });
  auto [error] = co_await link->socket.async_connect(endpoint, kAwait);
  co_return error;
}

Task<Result<std::shared_ptr<Link>>> open_link(Executor executor, std::string url,
                                              Deadline deadline) {
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
    auto link = std::make_shared<Link>(executor);
    last = co_await connect_by(link, entry.endpoint(), deadline);
    if (last) continue;
    boost::system::error_code ignored;
    link->socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    spawn_logged(executor, "redis reader", Link::read_all(link));
    auto commands = greeting(*address);
    if (commands.empty()) co_return link;
    auto greeted = co_await exchange(link, encode(commands), commands.size(), deadline);
    if (greeted) co_return link;
    link->lose(greeted.error());
    co_return std::unexpected(std::move(greeted).error());
  }
  co_return fail(ErrorCode::unavailable, fmt::format("cannot connect to Redis: {}", last.message()),
                 address->host + ":" + address->port);
}

}  // namespace

struct Client::Impl {
  Impl(Executor e, std::string u) : executor(e), url(std::move(u)), connected(e) {}

  bool is_open() const {
    return link && !link->is_lost;
  }
  // The link there is, or a new one; callers that come while it is being opened wait for it.
  Task<Result<std::shared_ptr<Link>>> current(Deadline deadline);

  Executor executor;
  std::string url;
  std::shared_ptr<Link> link;
  bool is_connecting = false;
  Notifier connected;
};

Task<Result<std::shared_ptr<Link>>> Client::Impl::current(Deadline deadline) {
  while (is_connecting)
    if (!co_await connected.wait(deadline))
      co_return fail(ErrorCode::timeout, "Redis did not accept the connection in time");
  if (is_open()) co_return link;
  is_connecting = true;
  auto opened = co_await open_link(executor, url, deadline);
  is_connecting = false;
  if (opened) link = *opened;
  connected.notify_all();
  co_return opened;
}

Client::Client(Executor executor, std::string url)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(url))) {}

Client::~Client() {
  if (impl_->link)
    impl_->link->lose(Error{ErrorCode::cancelled, "the Redis client was closed", {}});
}

Task<Result<std::vector<Reply>>> Client::pipeline(std::vector<Command> commands,
                                                  Deadline deadline) {
  auto impl = impl_;
  std::string bytes = encode(commands);
  bool was_open = impl->is_open();
  SB_CO_TRY(auto link, co_await impl->current(deadline));
  auto replies = co_await exchange(std::move(link), bytes, commands.size(), deadline);
  // A kept connection may have died with a restarted server: once more on a new one.
  if (replies || !was_open || replies.error().code != ErrorCode::unavailable) co_return replies;
  SB_CO_TRY(auto fresh, co_await impl->current(deadline));
  co_return co_await exchange(std::move(fresh), std::move(bytes), commands.size(), deadline);
}

Task<Result<Reply>> Client::command(Command command, Deadline deadline) {
  std::vector<Command> commands;
  commands.push_back(std::move(command));
  SB_CO_TRY(auto replies, co_await pipeline(std::move(commands), deadline));
  co_return std::move(replies.front());
}

}  // namespace sb::redis
