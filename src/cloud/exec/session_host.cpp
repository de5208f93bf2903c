#include "cloud/exec/session_host.hpp"

#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>
#include <charconv>
#include <filesystem>

#include "aws/session/channel.hpp"
#include "aws/session/writer.hpp"
#include "base/async/spawn.hpp"
#include "base/crypto/crypto.hpp"
#include "base/log/log.hpp"

namespace sb::cloud::exec {

namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using aws::session::Channel;
using aws::session::PayloadType;
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

// Below 2.3.722 clients leave features out (exec facts: AgentVersion).
constexpr std::string_view kHandshake =
    R"({"AgentVersion":"3.3.987.0","RequestedClientActions":[{"ActionType":"SessionType",)"
    R"("ActionParameters":{"SessionType":"InteractiveCommands","Properties":null}}]})";
constexpr std::size_t kChunkBytes = 1024;
constexpr std::size_t kMaxQueuedFrames =
    256;  // a client that does not read stops the command's output
constexpr int kMaxResends = 60;

struct Session {
  Session(const Executor& executor, std::string session_id, std::shared_ptr<http::WebSocket> s)
      : id(std::move(session_id)),
        socket(s),
        writer(executor, s),
        terminal(executor),
        changed(executor) {}

  void send(PayloadType type, std::string payload) {
    writer.push(channel.send(type, std::move(payload), now(), std::chrono::steady_clock::now()));
  }
  // Takes in one frame; false when the client has gone. Delivered messages are handed to `each`.
  Task<bool> receive(Deadline deadline,
                     const std::function<void(const aws::session::Message&)>& each);

  std::string id;
  std::shared_ptr<http::WebSocket> socket;
  aws::session::FrameWriter writer;
  Channel channel{aws::session::Side::agent};
  asio::posix::stream_descriptor terminal;
  Notifier changed;
  std::string keystrokes;  // for the terminal, not yet written
  bool tells_exit_code = false;
  bool client_is_gone = false;
  bool command_has_ended = false;
  std::string farewell;  // why we end it
  bool must_end = false;
  // Nobody is there any more for whom the command should go on.
  bool is_over() const {
    return client_is_gone || must_end;
  }
  void end(std::string why);
  std::optional<process::ExitStatus> exit;
};

void Session::end(std::string why) {
  farewell = std::move(why);
  must_end = true;
  boost::system::error_code ignored;
  if (!command_has_ended) terminal.cancel(ignored);
  changed.notify_all();
}

Task<bool> Session::receive(Deadline deadline,
                            const std::function<void(const aws::session::Message&)>& each) {
  auto frame = co_await socket->read(deadline);
  if (!frame) co_return false;
  auto received = channel.receive(frame->data, now(), std::chrono::steady_clock::now());
  if (!received) {
    log::debug("session frame refused", {{"session", id}, {"error", received.error().text()}});
    co_return true;
  }
  for (auto& reply : received->replies) writer.push(std::move(reply));
  for (const auto& message : received->delivered) each(message);
  changed.notify_all();
  co_return true;
}

std::optional<std::pair<int, int>> parse_size(const std::string& text) {
  boost::system::error_code error;
  auto value = boost::json::parse(text, error);
  auto* object = error ? nullptr : value.if_object();
  auto* cols = object ? object->if_contains("cols") : nullptr;
  auto* rows = object ? object->if_contains("rows") : nullptr;
  if (!cols || !rows || !cols->is_int64() || !rows->is_int64()) return std::nullopt;
  auto sane = [](std::int64_t n) {
    return static_cast<int>(std::clamp<std::int64_t>(n, 1, 10'000));
  };
  return std::pair(sane(cols->get_int64()), sane(rows->get_int64()));
}

void apply_size(int master, std::pair<int, int> size) {
  winsize w{};
  w.ws_col = static_cast<unsigned short>(size.first);
  w.ws_row = static_cast<unsigned short>(size.second);
  ::ioctl(master, TIOCSWINSZ, &w);
}

// The client's frames: keystrokes to the terminal, window sizes.
Task<> read_client(std::shared_ptr<Session> session) {
  auto take = [&](const aws::session::Message& message) {
    if (message.payload_type == PayloadType::output) session->keystrokes += message.payload;
    if (message.payload_type == PayloadType::size)
      if (auto size = parse_size(message.payload); size && session->terminal.is_open())
        apply_size(session->terminal.native_handle(), *size);
    if (message.payload_type == PayloadType::flag && message.payload == std::string("\0\0\0\2", 4))
      session->client_is_gone = true;
  };
  while (!session->client_is_gone) {
    // Resends and pings keep a live client's socket busy; silence for this long is an idle session.
    if (!co_await session->receive(Deadline::after(kIdleLimit), take))
      session->client_is_gone = true;
  }
  session->changed.notify_all();
  boost::system::error_code ignored;
  if (!session->command_has_ended) session->terminal.cancel(ignored);
}

Task<> write_terminal(std::shared_ptr<Session> session) {
  while (!session->client_is_gone && !session->command_has_ended) {
    if (session->keystrokes.empty()) {
      (void)co_await session->changed.wait(Deadline::after(1s));
      continue;
    }
    std::string bytes = std::exchange(session->keystrokes, {});
    auto [error, size] = co_await asio::async_write(session->terminal, asio::buffer(bytes), kAwait);
    if (error) co_return;
  }
}

Task<> write_client(std::shared_ptr<Session> session) {
  co_await session->writer.run();  // which may outlast everything else of the session
}

Task<> resend_loop(std::shared_ptr<Session> session) {
  while (!session->client_is_gone) {
    co_await sleep_for(100ms);
    for (auto& frame : session->channel.resend(std::chrono::steady_clock::now()))
      session->writer.push(std::move(frame));
    if (session->channel.resends() > kMaxResends || session->writer.is_broken())
      session->client_is_gone = true;
    session->changed.notify_all();
  }
}

// The terminal's output until the command has closed it (EIO) or the client has gone.
Task<> carry_output(std::shared_ptr<Session> session) {
  std::string chunk(kChunkBytes, '\0');
  while (!session->is_over()) {
    while (session->writer.queued() > kMaxQueuedFrames && !session->is_over())
      (void)co_await session->changed.wait(Deadline::after(100ms));
    auto [error, size] = co_await session->terminal.async_read_some(asio::buffer(chunk), kAwait);
    if (error) break;
    session->send(PayloadType::output, chunk.substr(0, size));
  }
}

Task<> await_exit(std::shared_ptr<Session> session, process::Identity process) {
  session->exit = co_await process::wait(process);
  session->changed.notify_all();
}

// The processes of a terminal's session; its leader's id is the session's.
void kill_all_of(pid_t terminal_session) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const auto name = entry.path().filename().string();
    pid_t pid = 0;
    std::from_chars(name.data(), name.data() + name.size(), pid);  // others than processes stay 0
    if (pid > 0 && ::getsid(pid) == terminal_session) ::kill(pid, SIGKILL);
  }
}

// The command has closed its terminal, or nobody listens any more: what runs on the terminal gets
// SIGHUP (the terminal is gone), then SIGKILL. Returns when the command has ended.
Task<> end_command(std::shared_ptr<Session> session, process::Identity process) {
  auto until_exit = [&](Duration limit) -> Task<> {
    auto deadline = Deadline::after(limit);
    while (!session->exit && !deadline.has_passed()) (void)co_await session->changed.wait(deadline);
  };
  if (!session->is_over()) co_await until_exit(1s);
  session->command_has_ended = true;
  pid_t on_terminal = 0;  // nothing once the session's leader has ended by itself
  ::ioctl(session->terminal.native_handle(), TIOCGSID, &on_terminal);
  boost::system::error_code ignored;
  session->terminal.close(ignored);
  co_await until_exit(std::chrono::seconds(2));
  if (on_terminal > 0) kill_all_of(on_terminal);
  if (!session->exit) process::send_signal(process, SIGKILL);
  while (!session->exit) (void)co_await session->changed.wait(Deadline::after(1s));
}

Task<> say_and_close(std::shared_ptr<Session> session, std::string words) {
  auto deadline = Deadline::after(5s);
  while (session->channel.has_unacknowledged() && !session->is_over() && !deadline.has_passed())
    (void)co_await session->changed.wait(Deadline::after(100ms));
  session->writer.push(aws::session::channel_closed(session->id, words, now()));
  session->writer.finish();
}

// The token comes first, as text; then both sides introduce themselves.
Task<bool> shake_hands(std::shared_ptr<Session> session, const std::string& token) {
  auto hello = co_await session->socket->read(Deadline::after(15s));
  if (!hello) co_return false;
  boost::system::error_code error;
  auto value = boost::json::parse(hello->data, error);
  auto* object = error ? nullptr : value.if_object();
  auto* given = object ? object->if_contains("TokenValue") : nullptr;
  if (!given || !given->is_string() ||
      !crypto::constant_time_equal(std::string(given->get_string()), token)) {
    log::warning("session refused: wrong token", {{"session", session->id}});
    co_return false;
  }
  auto* name = object->if_contains("ClientName");
  session->tells_exit_code = name && name->is_string() && name->get_string() == "saltbitter";
  session->send(PayloadType::handshake_request, std::string(kHandshake));
  bool answered = false, accepted = false;
  auto take = [&](const aws::session::Message& message) {
    if (message.payload_type != PayloadType::handshake_response) return;
    answered = true;
    accepted = message.payload.find(R"("ActionStatus":1)") != std::string::npos;
  };
  auto deadline = Deadline::after(15s);
  while (!answered)
    if (!co_await session->receive(deadline, take)) co_return false;
  if (accepted)
    session->send(PayloadType::handshake_complete,
                  R"({"HandshakeTimeToComplete":1000000,"CustomerMessage":""})");
  co_return accepted;
}

Task<> run(Executor executor, std::shared_ptr<Session> session, std::string token, Launch launch) {
  const auto& session_id = session->id;
  spawn_logged(executor, "session writer", write_client(session));
  if (!co_await shake_hands(session, token)) {
    session->writer.finish();
    co_await session->socket->close();
    co_return;
  }
  spawn_logged(executor, "session resend", resend_loop(session));
  auto started = co_await launch();
  if (!started) {
    spawn_logged(executor, "session client", read_client(session));
    co_await say_and_close(session, started.error().text());
  } else {
    log::info("session opened", {{"session", session_id}, {"pid", started->process.pid}});
    session->terminal.assign(started->master.release());
    spawn_logged(executor, "session client", read_client(session));
    spawn_logged(executor, "session input", write_terminal(session));
    spawn_logged(executor, "session exit", await_exit(session, started->process));
    co_await carry_output(session);
    co_await end_command(session, started->process);
    log::info("session closed", {{"session", session_id}, {"exit_code", session->exit->code}});
    if (session->tells_exit_code && session->exit->is_known)
      session->send(PayloadType::exit_code, std::to_string(session->exit->code));
    co_await say_and_close(session, session->farewell);
  }
  auto deadline = Deadline::after(3s);
  while (!session->client_is_gone && !deadline.has_passed())
    (void)co_await session->changed.wait(Deadline::after(100ms));
  session->client_is_gone = true;
  co_await session->socket->close();
}

}  // namespace

bool SessionHost::terminate(const std::string& session_id) {
  if (pending_.erase(session_id) > 0) return true;
  auto it = open_.find(session_id);
  if (it == open_.end()) return false;
  it->second("the session was terminated");
  return true;
}

Issued SessionHost::issue(Launch launch) {
  auto time = std::chrono::steady_clock::now();
  std::erase_if(pending_, [&](const auto& entry) { return entry.second.expires < time; });
  Issued issued{"ecs-execute-command-" + crypto::random_hex(17), crypto::random_token(64)};
  pending_[issued.session_id] = {issued.token, std::move(launch), time + kTokenLife};
  return issued;
}

http::Handler SessionHost::handler() {
  return [this](http::Request request) { return answer(std::move(request)); };
}

Task<http::Response> SessionHost::answer(http::Request request) {
  std::string id = request.path.substr(std::min(request.path.size(), kPath.size()));
  auto it = pending_.find(id);
  if (is_stopping_ || it == pending_.end() || it->second.expires < std::chrono::steady_clock::now())
    co_return http::Response::text(404, "no such session, or its time to connect has passed\n");
  http::Response response;
  response.upgrade = [this, id](std::unique_ptr<http::WebSocket> socket) {
    return serve(id, std::move(socket));
  };
  co_return response;
}

Task<> SessionHost::serve(std::string session_id, std::unique_ptr<http::WebSocket> socket) {
  auto holder = gate_.enter();
  auto it = pending_.find(session_id);
  if (!holder || it == pending_.end()) co_return;
  Pending pending = std::move(it->second);
  pending_.erase(it);  // one connection each, whatever comes of it

  auto session = std::make_shared<Session>(executor_, session_id,
                                           std::shared_ptr<http::WebSocket>(std::move(socket)));
  open_[session_id] = [session](std::string why) { session->end(std::move(why)); };
  co_await run(executor_, session, std::move(pending.token), std::move(pending.launch));
  open_.erase(session_id);
}

Task<> SessionHost::stop(Deadline deadline) {
  is_stopping_ = true;
  pending_.clear();
  gate_.close();
  for (const auto& [id, end] : open_) end("saltcloud is stopping");
  (void)co_await gate_.wait(deadline);
}

}  // namespace sb::cloud::exec
