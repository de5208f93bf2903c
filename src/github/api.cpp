#include "github/api.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "base/crypto/crypto.hpp"
#include "base/json/codec.hpp"
#include "base/log/log.hpp"

namespace sb::github {

namespace json = boost::json;

namespace {

constexpr std::size_t kMostPerPage = 100;

http::Response answer(int status, const json::value& body) {
  return http::Response::json(status, json::serialize(body));
}

http::Response empty(int status) {
  http::Response response;
  response.status = status;
  return response;
}

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return 400;
    case ErrorCode::unauthenticated:
      return 401;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::conflict:
      return 409;
    case ErrorCode::failed_precondition:
    case ErrorCode::unimplemented:
      return 422;
    default:
      return 500;
  }
}

http::Response refuse(const Error& error) {
  return answer(status_of(error.code), json::object{{"message", error.text()}});
}

http::Response not_here(const http::Request& request) {
  return answer(404,
                json::object{{"message", fmt::format("Not Found: salthub does not answer {} {}",
                                                     request.method, request.path)}});
}

std::vector<std::string> words_of(const std::string& path) {
  std::vector<std::string> out;
  std::size_t from = 0;
  while (from <= path.size()) {
    auto slash = std::min(path.find('/', from), path.size());
    if (slash > from) out.push_back(path.substr(from, slash - from));
    from = slash + 1;
  }
  return out;
}

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<json::object> body_of(const http::Request& request) {
  if (request.body.empty()) return json::object();
  SB_TRY(auto value, sb::json::parse(request.body));
  if (auto* object = value.if_object()) return std::move(*object);
  return fail(ErrorCode::invalid_argument, "Problems parsing JSON: an object is wanted");
}

std::string text_of(const json::object& body, std::string_view name) {
  const auto* value = body.if_contains(name);
  const auto* text = value ? value->if_string() : nullptr;
  return text ? std::string(*text) : std::string();
}

// GitHub's page of a list, with the Link header that clients follow.
class Page {
 public:
  Page(const http::Request& request, const Urls& urls, std::size_t total)
      : request_(request), urls_(urls), total_(total) {
    auto wanted = number_of(http::query_value(request.query, "per_page").value_or("30"));
    size_ = std::clamp<std::size_t>(static_cast<std::size_t>(wanted.value_or(30)), 1, kMostPerPage);
    auto page = number_of(http::query_value(request.query, "page").value_or("1")).value_or(1);
    page_ = static_cast<std::size_t>(std::clamp<std::int64_t>(page, 1, 1'000'000));
  }
  std::size_t begin() const {
    return std::min((page_ - 1) * size_, total_);
  }
  std::size_t end() const {
    return std::min(begin() + size_, total_);
  }
  http::Response finish(http::Response response) const {
    if (end() >= total_) return response;
    std::string query;
    for (const auto& [name, value] : http::parse_query(request_.query).value_or(Pairs()))
      if (name != "page")
        query += http::percent_encode(name) + "=" + http::percent_encode(value) + "&";
    response.headers.set("Link", fmt::format("<{}{}?{}page={}>; rel=\"next\"", urls_.base,
                                             request_.path, query, page_ + 1));
    return response;
  }

 private:
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  const http::Request& request_;
  const Urls& urls_;
  std::size_t total_, size_ = 0, page_ = 1;
};

const Job* find_job(const Run& run, std::int64_t id) {
  auto found = std::ranges::find(run.jobs, id, &Job::id);
  return found == run.jobs.end() ? nullptr : &*found;
}

}  // namespace

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

http::Response Api::list_runs(const http::Request& request,
                              std::optional<std::int64_t> workflow_id) {
  RunFilter filter;
  filter.workflow_id = workflow_id;
  filter.branch = http::query_value(request.query, "branch").value_or("");
  filter.event = http::query_value(request.query, "event").value_or("");
  filter.status = http::query_value(request.query, "status").value_or("");
  auto runs = hub_.store().runs(filter);
  if (!runs) return refuse(runs.error());
  auto actor = http::query_value(request.query, "actor");
  if (actor) std::erase_if(*runs, [&](const Run& run) { return run.actor != *actor; });
  auto where = urls(request);
  Page page(request, where, runs->size());
  json::array list;
  for (auto i = page.begin(); i < page.end(); ++i) list.push_back(run_view((*runs)[i], where));
  return page.finish(
      answer(200, json::object{{"total_count", runs->size()}, {"workflow_runs", list}}));
}

Task<http::Response> Api::answer_run(http::Request request, std::int64_t id, Words words) {
  auto run = hub_.store().run(id);
  if (!run) co_return refuse(run.error());
  bool is_get = request.method == "GET", is_post = request.method == "POST";
  auto where = urls(request);
  auto what = words.size() == 4 ? words[3] : "";
  if (words.size() == 3 && is_get) co_return answer(200, run_view(*run, where));
  if (what == "jobs" && is_get) {
    json::array list;
    for (const auto& job : run->jobs) list.push_back(job_view(*run, job, where));
    co_return answer(200, json::object{{"total_count", list.size()}, {"jobs", list}});
  }
  if (what == "artifacts" && is_get)
    co_return answer(200, json::object{{"total_count", 0}, {"artifacts", json::array()}});
  if (what == "pending_deployments" && is_get)
    co_return answer(200, pending_view(*run, hub_.config(), where));
  if (what == "pending_deployments" && is_post) co_return decide(request, id);
  if (what == "approvals" && is_get) {
    json::array list;
    for (const auto& review : run->reviews)
      list.push_back(json::object{
          {"state", review.state},
          {"comment", review.comment},
          {"user", user_view(review.user)},
          {"environments", json::array{json::object{{"id", environment_id(review.environment)},
                                                    {"name", review.environment}}}}});
    co_return answer(200, list);
  }
  if (what == "cancel" && is_post) {
    auto cancelled = hub_.cancel(id);
    if (!cancelled) co_return refuse(cancelled.error());
    co_return answer(202, json::object());
  }
  co_return not_here(request);
}

http::Response Api::decide(const http::Request& request, std::int64_t run_id) {
  auto body = body_of(request);
  auto run = hub_.store().run(run_id);
  if (!body) return refuse(body.error());
  if (!run) return refuse(run.error());
  auto state = text_of(*body, "state");
  if (state != "approved" && state != "rejected")
    return answer(422, json::object{{"message", "state must be 'approved' or 'rejected'"}});
  Decision decision;
  decision.approve = state == "approved";
  decision.comment = text_of(*body, "comment");
  decision.user = text_of(*body, "salthub_user");  // `salthub approve --by`: for the record
  if (decision.user.empty()) decision.user = hub_.config().login;
  auto pending = pending_environments(*run);
  const auto* ids = body->if_contains("environment_ids");
  if (ids != nullptr && ids->is_array())
    for (const auto& id : ids->get_array())
      for (const auto& name : pending)
        if (id.is_int64() && id.get_int64() == environment_id(name))
          decision.environments.push_back(name);
  if (decision.environments.empty())
    return answer(
        422, json::object{{"message", pending.empty()
                                          ? "The run has no pending deployments."
                                          : "environment_ids names none that the run waits for."}});
  auto decided = hub_.decide(run_id, std::move(decision));
  if (!decided) return refuse(decided.error());
  return answer(200, json::array{json::object{{"id", run_id},
                                              {"sha", decided->sha},
                                              {"ref", decided->branch},
                                              {"task", "deploy"},
                                              {"description", state}}});
}

http::Response Api::answer_job(const http::Request& request, std::int64_t id,
                               bool wants_annotations) {
  auto run = hub_.store().run(id / 1000);
  if (!run) return refuse(run.error());
  const auto* job = find_job(*run, id);
  if (job == nullptr || request.method != "GET") return not_here(request);
  if (wants_annotations) return answer(200, annotations_view(*run, *job));
  return answer(200, job_view(*run, *job, urls(request)));
}

http::Response Api::job_log(const Run& run, const Job& job) const {
  std::string text;
  for (const auto& step : job.steps) {
    text += fmt::format("##[group]{}\n", step.name);
    if (!step.note.empty()) text += step.note + "\n";
    auto log = fs::read_file(hub_.home().step_folder(run.id, job.key, step.number) / "log");
    if (log) text += *log;
    text += "##[endgroup]\n";
  }
  return http::Response::text(200, std::move(text));
}

Task<http::Response> Api::answer_pulls(http::Request request, Words words) {
  bool is_get = request.method == "GET";
  auto where = urls(request);
  if (words.size() == 1 && is_get) {
    auto pulls = hub_.store().pulls();
    if (!pulls) co_return refuse(pulls.error());
    auto state = http::query_value(request.query, "state").value_or("open");
    json::array list;
    for (const auto& pull : *pulls)
      if (state == "all" || (state == "open") == (pull.state == "open"))
        list.push_back(pull_view(pull, hub_.config(), where));
    co_return answer(200, list);
  }
  if (words.size() == 1 && request.method == "POST") {
    auto body = body_of(request);
    if (!body) co_return refuse(body.error());
    NewPull wanted{text_of(*body, "title"), text_of(*body, "body"), text_of(*body, "head"),
                   text_of(*body, "base")};
    auto pull = co_await hub_.open_pull(std::move(wanted));
    if (!pull) co_return refuse(pull.error());
    co_return answer(201, pull_view(*pull, hub_.config(), where));
  }
  auto number = words.size() > 1 ? number_of(words[1]) : std::nullopt;
  if (!number) co_return not_here(request);
  if (words.size() == 3 && words[2] == "merge" && request.method == "PUT")
    co_return co_await merge_pull(std::move(request), *number);
  if (words.size() != 2 || !is_get) co_return not_here(request);
  auto pull = hub_.store().pull(*number);
  if (!pull) co_return refuse(pull.error());
  co_return answer(200, pull_view(*pull, hub_.config(), where));
}

Task<http::Response> Api::merge_pull(http::Request request, std::int64_t number) {
  auto body = body_of(request);
  if (!body) co_return refuse(body.error());
  auto method = text_of(*body, "merge_method");
  if (!method.empty() && method != "merge" && method != "squash")
    co_return answer(422, json::object{{"message", "salthub merges with 'merge' or 'squash'"}});
  MergeOptions options{.number = number,
                       .title = text_of(*body, "commit_title"),
                       .message = text_of(*body, "commit_message"),
                       .expected_head = text_of(*body, "sha"),
                       .is_squash = method == "squash"};
  auto pull = co_await hub_.merge_pull(std::move(options));
  if (pull)
    co_return answer(200, json::object{{"sha", pull->merge_sha},
                                       {"merged", true},
                                       {"message", "Pull Request successfully merged"}});
  if (pull.error().code == ErrorCode::failed_precondition)
    co_return answer(405, json::object{{"message", pull.error().text()}});
  co_return refuse(pull.error());
}

Task<http::Response> Api::delete_branch(std::string branch) {
  auto branches = co_await hub_.repository().branches();
  if (!branches) co_return refuse(branches.error());
  auto found = branches->find(branch);
  if (found == branches->end() || branch == "main")
    co_return answer(422, json::object{{"message", "Reference does not exist or is protected"}});
  auto deleted = co_await hub_.repository().delete_branch(branch, found->second);
  if (!deleted) co_return refuse(deleted.error());
  auto noticed = co_await hub_.notice_pushes(hub_.config().login);
  if (!noticed) co_return refuse(noticed.error());
  co_return empty(204);
}

}  // namespace sb::github
