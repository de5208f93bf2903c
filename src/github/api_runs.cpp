// Runs, their approvals, their jobs and what these printed.
#include <algorithm>
#include <boost/json.hpp>

#include "github/answers.hpp"
#include "github/api.hpp"

namespace sb::github {

namespace json = boost::json;

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

}  // namespace sb::github
