#include "github/api.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/crypto/crypto.hpp"
#include "base/log/log.hpp"
#include "github/answers.hpp"

namespace sb::github {

namespace json = boost::json;

http::Handler Api::for_gh() {
  return [this](http::Request request) { return answer_gh(std::move(request)); };
}

http::Handler Api::for_git() {
  return [this](http::Request request) { return answer_git(std::move(request)); };
}

Urls Api::urls(const http::Request& request) const {
  auto host = std::string(request.headers.get("Host", "api.github.localhost"));
  auto name = host.starts_with("api.") ? host.substr(4) : host;
  bool is_enterprise = request.path.starts_with("/api/v3/") || request.path == "/api/graphql";
  return {.base = "http://" + host + (is_enterprise ? "/api/v3" : ""),
          .html = "http://" + name,
          .full_name = hub_.config().full_name()};
}

// "token X" and "Bearer X" (gh), or Basic with the token as the password (git).
bool Api::is_authorized(const http::Request& request) const {
  auto given = request.headers.get("Authorization");
  auto space = given.find(' ');
  if (space == std::string_view::npos) return false;
  std::string secret(given.substr(space + 1));
  if (given.starts_with("Basic ")) {
    secret = crypto::from_base64(secret).value_or("");
    secret.erase(0, secret.find(':') + 1);
  }
  return crypto::constant_time_equal(secret, token_);
}

Task<http::Response> Api::answer_git(http::Request request) {
  auto words = words_of(request.path);
  const auto& config = hub_.config();
  auto name = words.size() > 1 ? words[1] : "";
  if (name.ends_with(".git")) name.resize(name.size() - 4);
  bool is_ours = words.size() > 2 && words[0] == config.owner && name == config.repository;
  std::string service;
  for (std::size_t i = 2; i < words.size(); ++i) service += (i > 2 ? "/" : "") + words[i];
  bool is_known =
      service == "info/refs" || service == "git-upload-pack" || service == "git-receive-pack";
  if (!is_ours || !is_known)
    co_return http::Response::text(404, "salthub: no such repository: " + request.path + "\n");
  if (!is_authorized(request)) {
    auto response = http::Response::text(
        401, "salthub: use the environment that 'salthub env' prints: it has the token\n");
    response.headers.set("WWW-Authenticate", "Basic realm=\"salthub\"");
    co_return response;
  }
  auto response = co_await hub_.repository().smart_http(service, std::move(request), config.login);
  if (!response) co_return http::Response::text(500, response.error().text() + "\n");
  if (service == "git-receive-pack") {
    auto noticed = co_await hub_.notice_pushes(config.login);
    if (!noticed) log::error("a push was not noticed", {{"error", noticed.error().text()}});
  }
  co_return *std::move(response);
}

Task<http::Response> Api::answer_gh(http::Request request) {
  if (!is_authorized(request)) co_return answer(401, json::object{{"message", "Bad credentials"}});
  auto words = words_of(request.path);
  if (words.size() >= 2 && words[0] == "api" && words[1] == "v3")
    words.erase(words.begin(), words.begin() + 2);
  if (!words.empty() && words.back() == "graphql" && words.size() <= 2)
    co_return co_await answer_graphql(std::move(request));
  if (words.empty()) {
    auto response = answer(200, json::object{{"salthub", true}});
    response.headers.set("X-Oauth-Scopes", "repo, workflow, read:org");
    co_return response;
  }
  if (words[0] == "user" && words.size() == 1 && request.method == "GET")
    co_return answer(200, user_view(hub_.config().login));
  const auto& config = hub_.config();
  if (words[0] != "repos" || words.size() < 3) co_return not_here(request);
  if (words[1] != config.owner || words[2] != config.repository)
    co_return answer(404, json::object{{"message", fmt::format("Not Found: salthub has {} only",
                                                               config.full_name())}});
  words.erase(words.begin(), words.begin() + 3);
  co_return co_await answer_repository(std::move(request), std::move(words));
}

Task<http::Response> Api::answer_repository(http::Request request, Words words) {
  if (words.empty() && request.method == "GET")
    co_return answer(200, repository_view(hub_.config(), urls(request)));
  if (words.empty()) co_return not_here(request);
  if (words[0] == "actions") co_return co_await answer_actions(std::move(request), words);
  if (words[0] == "pulls") co_return co_await answer_pulls(std::move(request), words);
  if (words[0] == "check-runs" && words.size() == 3 && words[2] == "annotations")
    if (auto id = number_of(words[1])) co_return answer_job(request, *id, true);
  if (request.method == "DELETE" && words.size() > 3 && words[0] == "git" && words[1] == "refs" &&
      words[2] == "heads") {
    std::string branch;
    for (std::size_t i = 3; i < words.size(); ++i) branch += (i > 3 ? "/" : "") + words[i];
    co_return co_await delete_branch(branch);
  }
  co_return not_here(request);
}

Task<http::Response> Api::answer_actions(http::Request request, Words words) {
  bool is_get = request.method == "GET";
  if (words.size() >= 2 && words[1] == "workflows")
    co_return co_await answer_workflows(std::move(request), words);
  if (words.size() == 2 && words[1] == "runs" && is_get) co_return list_runs(request, std::nullopt);
  auto id = words.size() >= 3 ? number_of(words[2]) : std::nullopt;
  if (id && words[1] == "runs") co_return co_await answer_run(std::move(request), *id, words);
  if (id && words[1] == "jobs" && is_get && words.size() == 3)
    co_return answer_job(request, *id, false);
  if (id && words[1] == "jobs" && is_get && words.size() == 4 && words[3] == "logs") {
    auto run = hub_.store().run(*id / 1000);
    const auto* job = run ? find_job(*run, *id) : nullptr;
    if (job != nullptr) co_return job_log(*run, *job);
  }
  co_return not_here(request);
}

Result<WorkflowEntry> Api::find_workflow(const std::string& id_or_file) {
  SB_TRY(auto all, hub_.store().workflows());
  auto id = number_of(id_or_file);
  for (const auto& workflow : all)
    if (workflow.file == id_or_file || (id && workflow.id == *id)) return workflow;
  return fail(ErrorCode::not_found, "Not Found", id_or_file);
}

Task<http::Response> Api::answer_workflows(http::Request request, Words words) {
  bool is_get = request.method == "GET";
  auto where = urls(request);
  if (words.size() == 2 && is_get) {
    auto all = hub_.store().workflows();
    if (!all) co_return refuse(all.error());
    json::array list;
    for (const auto& workflow : *all) list.push_back(workflow_view(workflow, where));
    co_return answer(200, json::object{{"total_count", list.size()}, {"workflows", list}});
  }
  if (words.size() < 3) co_return not_here(request);
  auto workflow = find_workflow(words[2]);
  if (!workflow) co_return refuse(workflow.error());
  if (words.size() == 3 && is_get) co_return answer(200, workflow_view(*workflow, where));
  if (words.size() == 4 && words[3] == "runs" && is_get) co_return list_runs(request, workflow->id);
  if (words.size() == 4 && words[3] == "dispatches" && request.method == "POST")
    co_return co_await dispatch(std::move(request), words[2]);
  co_return not_here(request);
}

Task<http::Response> Api::dispatch(http::Request request, std::string name) {
  auto workflow = find_workflow(name);
  auto body = body_of(request);
  if (!workflow) co_return refuse(workflow.error());
  if (!body) co_return refuse(body.error());
  std::map<std::string, std::string> inputs;
  if (const auto* given = body->if_contains("inputs"); given != nullptr && given->is_object())
    for (const auto& [key, value] : given->get_object())
      inputs[std::string(key)] =
          value.is_string() ? std::string(value.get_string()) : json::serialize(value);
  auto ref = text_of(*body, "ref");
  if (ref.empty()) co_return answer(422, json::object{{"message", "\"ref\" wasn't supplied."}});
  auto run = co_await hub_.dispatch(*workflow, ref, std::move(inputs));
  if (run) co_return empty(204);
  if (run.error().code == ErrorCode::not_found) run.error().code = ErrorCode::failed_precondition;
  co_return refuse(run.error());
}

}  // namespace sb::github
