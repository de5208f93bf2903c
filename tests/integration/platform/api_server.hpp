// The real binary on a real database, spoken to over HTTP.
#pragma once

#include <boost/json.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/http/client.hpp"
#include "support/postgres_fixture.hpp"

namespace sb::testing {

struct Reply {
  int status = 0;  // 0: no answer; the reason is in `text`
  http::Headers headers;
  std::string text;
  boost::json::value body;  // null when it is not JSON

  // body["a"]["b"] as text for comparisons: "x", 1, null, true.
  std::string at(std::string_view pointer) const;
  std::string error() const {
    return at("/error");
  }
};

struct Ask {
  std::string method;
  std::string path;
  std::string body;
  std::string token;
  std::vector<std::pair<std::string, std::string>> headers;
};

using Settings = std::map<std::string, std::string>;

class ApiServer {
 public:
  // Starts `saltbitter serve` with a fresh database at `revisions` revisions, and waits until it
  // answers. Limits are off and payments on unless `settings` say otherwise.
  explicit ApiServer(const Settings& settings = {}, int revisions = 1000);
  // Ends it as ECS does, with SIGTERM: so an instrumented one leaves its profile.
  ~ApiServer();
  ApiServer(const ApiServer&) = delete;
  ApiServer& operator=(const ApiServer&) = delete;

  Reply ask(Ask what) const;
  // All at the same time, each on a connection of its own.
  std::vector<Reply> ask_all(const std::vector<Ask>& what) const;
  Reply get(std::string path, std::string token = {}) const;
  Reply post(std::string path, std::string body, std::string token = {}) const;
  Reply put(std::string path, std::string body, std::string token = {}) const;

  std::string database_url() const {
    return database_url_;
  }
  std::string psql(const std::string& script) const {
    return PostgresServer::shared().psql(database_url_, script);
  }
  int port() const {
    return port_;
  }
  Child& process() {
    return *child_;
  }
  // Runs another command of the binary with the same environment; its exit code.
  int run(const std::vector<std::string>& arguments, const Settings& settings = {}) const;

 private:
  std::map<std::string, std::string> environment(const Settings& settings) const;

  ScratchFolder folder_{"api"};
  std::string database_url_;
  std::string redis_url_;
  Settings settings_;
  int port_ = 0;
  std::unique_ptr<Child> child_;
};

struct Member {
  std::string id;
  std::string email;
  std::string access_token;
  std::string refresh_token;
};

// Registered and logged in; no profile yet.
Member join(const ApiServer& server, const std::string& name);
// Also with a profile and an assessment whose every answer is `answer`.
Member join_for_matching(const ApiServer& server, const std::string& name,
                         const std::string& profile = "{}", int answer = 2);
std::string assessment_body(int answer, const std::string& rest = R"(,"consent_given":true)");
int count_status(const std::vector<Reply>& replies, int status);

}  // namespace sb::testing
