#include "session_plugin/session.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <boost/json.hpp>
#include <cctype>
#include <optional>
#include <thread>

#include "aws/session/channel.hpp"
#include "aws/session/writer.hpp"
#include "base/async/spawn.hpp"
#include "base/crypto/crypto.hpp"
#include "base/http/client.hpp"
#include "session_plugin/terminal.hpp"

namespace sb::session_plugin {

namespace {

using namespace std::chrono_literals;
using aws::session::Channel;
using aws::session::PayloadType;

constexpr std::string_view kClientVersion = "1.2.0.0";
constexpr int kMaxResends = 300;  // about five minutes of silence

// What the coroutines of one session share; all run on one thread.
struct Session {
  Session(const Executor& e, std::shared_ptr<http::WebSocket> s)
      : executor(e), socket(s), writer(e, s) {}

  void send(PayloadType type, std::string payload) {
    writer.push(channel.send(type, std::move(payload), now(), std::chrono::steady_clock::now()));
  }

  Executor executor;
  std::shared_ptr<http::WebSocket> socket;
  aws::session::FrameWriter writer;
  Channel channel{aws::session::Side::client};
  std::optional<RawTerminal> terminal;
  bool is_open = false;  // the handshake is complete
  bool is_ended = false;
  std::optional<int> exit_code;
};

std::string lower(std::string_view text) {
  std::string out;
  for (char c : text) out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// Accepts the session kinds that are a terminal; refuses what it cannot do, so that the agent says
// so.
std::string handshake_response(const std::string& request) {
  boost::system::error_code error;
  boost::json::array actions;
  auto body = boost::json::parse(request, error);
  auto* object = error ? nullptr : body.if_object();
  auto* wanted = object ? object->if_contains("RequestedClientActions") : nullptr;
  if (wanted && wanted->is_array())
    for (const auto& action : wanted->get_array()) {
      auto* fields = action.if_object();
      auto* kind = fields ? fields->if_contains("ActionType") : nullptr;
      bool can = kind && kind->is_string() && kind->get_string() == "SessionType";
      actions.push_back(
          boost::json::object{{"ActionType", kind ? *kind : boost::json::value("")},
                              {"ActionStatus", can ? 1 : 3},
                              {"ActionResult", nullptr},
                              {"Error", can ? "" : "this client does not support it"}});
    }
  return boost::json::serialize(boost::json::object{
      {"ClientVersion", kClientVersion}, {"ProcessedClientActions", actions}, {"Errors", nullptr}});
}

// A terminal has no end: Ctrl-D stands for it, to whoever reads at that moment. A shell that is
// busy, or just sets its terminal up, does not take it for one; so it is said until the command
// ends.
Task<> tell_end_of_input(std::shared_ptr<Session> session) {
  while (!session->is_ended) {
    session->send(PayloadType::output, "\x04");
    co_await sleep_for(500ms);
  }
}

// Keystrokes come from a thread of their own: stdin may be a file or a pipe, which epoll does not
// take.
void start_reading_stdin(const std::shared_ptr<Session>& session) {
  std::thread([session] {
    char buffer[1024];
    for (;;) {
      ssize_t n = ::read(STDIN_FILENO, buffer, sizeof buffer);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) break;
      std::string bytes(buffer, static_cast<std::size_t>(n));
      boost::asio::post(session->executor, [session, bytes] {
        if (!session->is_ended) session->send(PayloadType::output, bytes == "\n" ? "\r" : bytes);
      });
    }
    boost::asio::post(session->executor, [session] {
      spawn_logged(session->executor, "end of input", tell_end_of_input(session));
    });
  }).detach();
}

Task<> follow_window_size(std::shared_ptr<Session> session) {
  Signals resizes(session->executor, {SIGWINCH});  // one set: none is lost while the last is told
  while (!session->is_ended) {
    (void)co_await resizes.wait();
    if (session->is_open && !session->is_ended)
      session->send(PayloadType::size, terminal_size_json());
  }
}

Task<> write_agent(std::shared_ptr<Session> session) {
  co_await session->writer.run();  // which may outlast everything else of the session
}

Task<> resend_loop(std::shared_ptr<Session> session) {
  while (!session->is_ended) {
    co_await sleep_for(100ms);
    for (auto& frame : session->channel.resend(std::chrono::steady_clock::now()))
      session->writer.push(std::move(frame));
    if (session->channel.resends() > kMaxResends) {
      fmt::print(stderr, "\r\nThe task does not answer any more.\r\n");
      session->is_ended = true;
      co_await session->socket->close();
    }
  }
}

void deliver(const std::shared_ptr<Session>& session, const aws::session::Message& message) {
  switch (message.payload_type) {
    case PayloadType::handshake_request:
      session->send(PayloadType::handshake_response, handshake_response(message.payload));
      return;
    case PayloadType::handshake_complete:
      session->is_open = true;
      session->terminal.emplace();
      session->send(PayloadType::size, terminal_size_json());
      start_reading_stdin(session);
      return;
    case PayloadType::exit_code:
      session->exit_code = std::atoi(message.payload.c_str());
      return;
    case PayloadType::output:
    case PayloadType::error:
    case PayloadType::stderr_output:
      write_stdout(message.payload);
      return;
    default:
      return;
  }
}

}  // namespace

Result<SessionRequest> parse_session(const std::string& json) {
  boost::system::error_code error;
  auto body = boost::json::parse(json, error);
  auto* object = error ? nullptr : body.if_object();
  if (!object) return fail(ErrorCode::invalid_argument, "the session is not a JSON object");
  SessionRequest request;
  for (const auto& member : *object) {
    if (!member.value().is_string()) continue;
    std::string name = lower(member.key()), value(member.value().get_string());
    if (name == "sessionid")
      request.session_id = std::move(value);
    else if (name == "streamurl")
      request.stream_url = std::move(value);
    else if (name == "tokenvalue")
      request.token = std::move(value);
  }
  if (request.stream_url.empty() || request.token.empty())
    return fail(ErrorCode::invalid_argument, "the session has no streamUrl or tokenValue");
  return request;
}

Task<int> run_session(SessionRequest request) {
  auto executor = co_await current_executor();
  http::ClientOptions options;
  options.ca_file = request.ca_file;
  http::Client client(std::move(options));
  auto opened = co_await client.open_websocket(request.stream_url, {}, Deadline::after(10s));
  if (!opened) {
    fmt::print(stderr, "Cannot open the session: {}\n", opened.error().text());
    co_return 1;
  }
  auto session =
      std::make_shared<Session>(executor, std::shared_ptr<http::WebSocket>(std::move(*opened)));
  boost::json::object hello{{"MessageSchemaVersion", "1.0"}, {"RequestId", crypto::uuid4()},
                            {"TokenValue", request.token},   {"ClientName", "saltbitter"},
                            {"ClientId", crypto::uuid4()},   {"ClientVersion", kClientVersion}};
  auto greeted =
      co_await session->socket->write({boost::json::serialize(hello), true}, Deadline::after(10s));
  if (!greeted) {
    fmt::print(stderr, "Cannot open the session: {}\n", greeted.error().text());
    co_return 1;
  }
  fmt::print("\nStarting session with SessionId: {}\n", request.session_id);
  std::fflush(stdout);
  spawn_logged(executor, "session writer", write_agent(session));
  spawn_logged(executor, "session resend", resend_loop(session));
  spawn_logged(executor, "window size", follow_window_size(session));

  int result = 1;
  std::string last_words = "the connection was lost";
  while (!session->is_ended) {
    auto frame = co_await session->socket->read(Deadline::never());
    if (!frame) break;
    auto received = session->channel.receive(frame->data, now(), std::chrono::steady_clock::now());
    if (!received) continue;  // not acknowledged: if it mattered it comes again
    for (auto& reply : received->replies) session->writer.push(std::move(reply));
    for (const auto& message : received->delivered) deliver(session, message);
    if (received->is_closed) {
      result = 0;
      last_words = received->closing_words;
      break;
    }
  }
  session->is_ended = true;
  session->terminal.reset();
  session->writer.finish();
  if (result == 0 && last_words.empty())
    fmt::print("\n\nExiting session with sessionId: {}.\n\n", request.session_id);
  else
    fmt::print("\n\nSessionId: {} : {}\n\n", request.session_id, last_words);
  std::fflush(stdout);
  if (request.wants_exit_code && session->exit_code) result = *session->exit_code;
  co_return result;
}

}  // namespace sb::session_plugin
