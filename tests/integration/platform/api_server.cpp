#include "api_server.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "base/async/spawn.hpp"

namespace sb::testing {

namespace {

constexpr auto kAnswerLimit = std::chrono::seconds(30);
constexpr const char* kPassword = "Passw0rd";

const std::string kBinary = std::string(SB_BIN_DIR) + "/saltbitter";

http::ClientRequest request_of(const Ask& ask, int port) {
  http::ClientRequest request;
  request.method = ask.method;
  request.url = fmt::format("http://127.0.0.1:{}{}", port, ask.path);
  request.body = ask.body;
  if (!ask.body.empty()) request.headers.set("Content-Type", "application/json");
  if (!ask.token.empty()) request.headers.set("Authorization", "Bearer " + ask.token);
  for (const auto& [name, value] : ask.headers) request.headers.set(name, value);
  return request;
}

Reply reply_of(Result<http::ClientResponse> response) {
  Reply reply;
  if (!response) {
    reply.text = response.error().text();
    return reply;
  }
  reply.status = response->status;
  reply.headers = std::move(response->headers);
  reply.text = std::move(response->body);
  boost::system::error_code ignored;
  reply.body = boost::json::parse(reply.text, ignored);
  return reply;
}

Task<> ask_into(http::ClientRequest request, Reply& reply, std::size_t& left,
                boost::asio::steady_timer& done) {
  http::Client client;
  auto response = co_await client.send(std::move(request), Deadline::after(kAnswerLimit));
  reply = reply_of(std::move(response));
  if (--left == 0) done.cancel();
}

Task<> ask_everything(const std::vector<Ask>& what, int port, std::vector<Reply>& replies) {
  Executor executor = co_await current_executor();
  Gate gate(executor);
  boost::asio::steady_timer done(executor);
  std::size_t left = what.size();
  for (std::size_t i = 0; i < what.size(); ++i)
    spawn_logged(executor, gate, "ask",
                 ask_into(request_of(what[i], port), replies[i], left, done));
  gate.close();
  co_await gate.wait(Deadline::after(kAnswerLimit));
}

}  // namespace

std::string Reply::at(std::string_view pointer) const {
  boost::system::error_code error;
  const auto* value = body.find_pointer(pointer, error);
  if (value == nullptr) return "(absent)";
  if (value->is_string()) return std::string(value->get_string());
  return boost::json::serialize(*value);
}

ApiServer::ApiServer(const Settings& settings, int revisions) : settings_(settings) {
  PostgresServer& postgres = PostgresServer::shared();
  database_url_ = postgres.create_database();
  redis_url_ = RedisServer::shared().create_database();
  if (revisions > 0) apply_revisions(postgres, database_url_, revisions);
  for (int attempt = 0; attempt < 5; ++attempt) {  // someone may take the port before we do
    port_ = free_port();
    child_ = std::make_unique<Child>(ChildOptions{.argv = {kBinary, "serve"},
                                                  .environment = environment({}),
                                                  .working_directory = folder_.path(),
                                                  .log_file = folder_.path() / "log"});
    eventually([this] { return !child_->is_running() || accepts_connections(port_); });
    if (child_->is_running()) return;
  }
  ADD_FAILURE() << "the server does not start: " << child_->log();
}

std::map<std::string, std::string> ApiServer::environment(const Settings& settings) const {
  std::map<std::string, std::string> out = {
      {"DATABASE_URL", database_url_},
      {"REDIS_URL", redis_url_},
      {"HOST", "127.0.0.1"},
      {"PORT", std::to_string(port_)},
      {"SECRET_KEY", "a secret of the integration tests, long enough"},
      {"STRIPE_WEBHOOK_SECRET", "whsec_integration"},
      {"ENABLE_PAYMENTS", "true"},
      {"RATE_LIMIT_PER_MINUTE", "0"},
      {"RATE_LIMIT_AUTH_PER_MINUTE", "0"},
      {"SALTBITTER_VERSION", "9.9.9+test"}};
  for (const auto& [name, value] : settings_) out[name] = value;
  for (const auto& [name, value] : settings) out[name] = value;
  return out;
}

int ApiServer::run(const std::vector<std::string>& arguments, const Settings& settings) const {
  std::vector<std::string> argv = {kBinary};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  Child child({.argv = argv,
               .environment = environment(settings),
               .working_directory = folder_.path(),
               .log_file = folder_.path() / "command.log"});
  return child.wait(std::chrono::seconds(60));
}

ApiServer::~ApiServer() {
  if (!child_) return;
  child_->signal(SIGTERM);
  child_->wait(std::chrono::seconds(10));
}

Reply ApiServer::ask(Ask what) const {
  std::vector<Ask> one{std::move(what)};
  return ask_all(one)[0];
}

std::vector<Reply> ApiServer::ask_all(const std::vector<Ask>& what) const {
  std::vector<Reply> replies(what.size());
  run_task(ask_everything(what, port_, replies));
  return replies;
}

Reply ApiServer::get(std::string path, std::string token) const {
  return ask({"GET", std::move(path), "", std::move(token), {}});
}

Reply ApiServer::post(std::string path, std::string body, std::string token) const {
  return ask({"POST", std::move(path), std::move(body), std::move(token), {}});
}

Reply ApiServer::put(std::string path, std::string body, std::string token) const {
  return ask({"PUT", std::move(path), std::move(body), std::move(token), {}});
}

Member join(const ApiServer& server, const std::string& name) {
  Member member;
  member.email = name + "@example.com";
  std::string body = fmt::format(R"({{"email":"{}","password":"{}"}})", member.email, kPassword);
  Reply registered = server.post("/api/auth/register", body);
  EXPECT_EQ(registered.status, 201) << registered.text;
  Reply logged_in = server.post("/api/auth/login", body);
  EXPECT_EQ(logged_in.status, 200) << logged_in.text;
  member.id = registered.at("/user_id");
  member.access_token = logged_in.at("/access_token");
  member.refresh_token = logged_in.at("/refresh_token");
  return member;
}

Member join_for_matching(const ApiServer& server, const std::string& name,
                         const std::string& profile, int answer) {
  Member member = join(server, name);
  std::string basics = fmt::format(R"({{"name":"{}","date_of_birth":"1990-01-01"}})", name);
  EXPECT_EQ(server.put("/api/profiles/me", basics, member.access_token).status, 200);
  EXPECT_EQ(server.put("/api/profiles/me", profile, member.access_token).status, 200);
  Reply assessed =
      server.post("/api/attachment/assessment", assessment_body(answer), member.access_token);
  EXPECT_EQ(assessed.status, 201) << assessed.text;
  return member;
}

std::string assessment_body(int answer, const std::string& rest) {
  std::string out = R"({"responses":[)";
  for (int id = 1; id <= 25; ++id)
    out += fmt::format(R"({}{{"question_id":{},"answer":{}}})", id == 1 ? "" : ",", id, answer);
  return out + "]" + rest + "}";
}

int count_status(const std::vector<Reply>& replies, int status) {
  return static_cast<int>(std::ranges::count(replies, status, &Reply::status));
}

}  // namespace sb::testing
