#include "github/views.hpp"

#include <boost/json.hpp>

namespace sb::github {

namespace json = boost::json;

namespace {

json::value text_or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  return json::value(text);
}

json::value time_or_null(const std::optional<Timestamp>& time) {
  if (!time) return nullptr;
  return json::value(format_rfc3339(*time));
}

// gh 2.23 knows no "pending" job; GitHub shows jobs that wait for others as queued.
json::value conclusion_of(const std::string& status, const std::string& conclusion) {
  return status == "completed" ? text_or_null(conclusion) : json::value(nullptr);
}

json::object commit_view(const Run& run) {
  return {{"id", run.sha},
          {"message", run.title},
          {"timestamp", format_rfc3339(run.created_at)},
          {"author", {{"name", run.actor}, {"email", run.actor + "@github.localhost"}}}};
}

json::object annotation(std::string_view level, const std::string& title,
                        const std::string& message) {
  return {{"path", ".github"},         {"start_line", 1}, {"end_line", 1},
          {"annotation_level", level}, {"title", title},  {"message", message}};
}

}  // namespace

std::int64_t environment_id(const std::string& name) {
  std::uint32_t hash = 2166136261u;  // FNV-1a
  for (char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash & 0x7fffffffu;
}

json::object user_view(const std::string& login) {
  return {{"login", login},
          {"id", environment_id(login)},
          {"node_id", "U_" + login},
          {"type", "User"},
          {"site_admin", false}};
}

json::object repository_view(const Config& config, const Urls& urls) {
  return {{"id", 1},
          {"node_id", "R_1"},
          {"name", config.repository},
          {"full_name", config.full_name()},
          {"private", true},
          {"owner", user_view(config.owner)},
          {"html_url", urls.page()},
          {"url", urls.repository()},
          {"clone_url", urls.page() + ".git"},
          {"default_branch", "main"},
          {"fork", false},
          {"archived", false},
          {"allow_merge_commit", true},
          {"allow_squash_merge", true},
          {"allow_rebase_merge", false},
          {"permissions", {{"admin", true}, {"push", true}, {"pull", true}}}};
}

json::object workflow_view(const WorkflowEntry& workflow, const Urls& urls) {
  return {{"id", workflow.id},
          {"node_id", fmt::format("W_{}", workflow.id)},
          {"name", workflow.name},
          {"path", ".github/workflows/" + workflow.file},
          {"state", "active"},
          {"url", fmt::format("{}/actions/workflows/{}", urls.repository(), workflow.id)},
          {"html_url", fmt::format("{}/actions/workflows/{}", urls.page(), workflow.file)}};
}

json::object run_view(const Run& run, const Urls& urls) {
  auto url = fmt::format("{}/actions/runs/{}", urls.repository(), run.id);
  json::object repository = {
      {"full_name", urls.full_name},
      {"name", urls.full_name.substr(urls.full_name.find('/') + 1)},
      {"owner", user_view(urls.full_name.substr(0, urls.full_name.find('/')))}};
  return {{"id", run.id},
          {"name", run.workflow_name},
          {"display_title", run.title},
          {"node_id", fmt::format("WFR_{}", run.id)},
          {"run_number", run.number},
          {"run_attempt", 1},
          {"event", run.event},
          {"status", run.status},
          {"conclusion", conclusion_of(run.status, run.conclusion)},
          {"salthub_note", text_or_null(run.note)},
          {"workflow_id", run.workflow_id},
          {"path", ".github/workflows/" + run.workflow_file},
          {"head_branch", run.branch},
          {"head_sha", run.sha},
          {"head_commit", commit_view(run)},
          {"head_repository", repository},
          {"repository", repository},
          {"actor", user_view(run.actor)},
          {"triggering_actor", user_view(run.actor)},
          {"pull_requests", json::array()},
          {"created_at", format_rfc3339(run.created_at)},
          {"updated_at", format_rfc3339(run.updated_at)},
          {"run_started_at", format_rfc3339(run.started_at.value_or(run.created_at))},
          {"url", url},
          {"jobs_url", url + "/jobs"},
          {"logs_url", url + "/logs"},
          {"cancel_url", url + "/cancel"},
          {"check_suite_id", run.id},
          {"html_url", fmt::format("{}/actions/runs/{}", urls.page(), run.id)}};
}

json::object job_view(const Run& run, const Job& job, const Urls& urls) {
  json::array steps;
  for (const auto& step : job.steps)
    steps.push_back(json::object{{"name", step.name},
                                 {"number", step.number},
                                 {"status", step.status},
                                 {"conclusion", conclusion_of(step.status, step.conclusion)},
                                 {"started_at", time_or_null(step.started_at)},
                                 {"completed_at", time_or_null(step.completed_at)},
                                 {"salthub_note", text_or_null(step.note)}});
  return {{"id", job.id},
          {"run_id", run.id},
          {"name", job.name},
          {"status", job.status},
          {"conclusion", conclusion_of(job.status, job.conclusion)},
          // gh takes a job without a start for one that took three centuries.
          {"started_at",
           format_rfc3339(job.started_at.value_or(job.completed_at.value_or(run.created_at)))},
          {"completed_at", time_or_null(job.completed_at)},
          {"head_sha", run.sha},
          {"steps", std::move(steps)},
          {"salthub_note", text_or_null(job.note)},
          {"url", fmt::format("{}/actions/jobs/{}", urls.repository(), job.id)},
          {"check_run_url", fmt::format("{}/check-runs/{}", urls.repository(), job.id)},
          {"html_url", fmt::format("{}/actions/runs/{}/job/{}", urls.page(), run.id, job.id)}};
}

// Where `gh run watch` and `gh run view` show people what went wrong and what was left out.
json::array annotations_view(const Run&, const Job& job) {
  json::array out;
  if (!job.note.empty()) out.push_back(annotation("failure", job.name, job.note));
  for (const auto& step : job.steps) {
    if (step.note.empty() || step.status != "completed") continue;
    bool is_skipped = step.conclusion == "skipped";
    out.push_back(annotation(is_skipped ? "warning" : "failure", step.name, step.note));
  }
  return out;
}

json::array pending_view(const Run& run, const Config& config, const Urls& urls) {
  json::array out;
  for (const auto& name : pending_environments(run))
    out.push_back(json::object{
        {"environment",
         {{"id", environment_id(name)},
          {"node_id", fmt::format("EN_{}", environment_id(name))},
          {"name", name},
          {"url", fmt::format("{}/environments/{}", urls.repository(), name)},
          {"html_url", urls.page() + "/deployments"}}},
        {"wait_timer", 0},
        {"wait_timer_started_at", nullptr},
        {"current_user_can_approve", true},
        {"reviewers",
         json::array{json::object{{"type", "User"}, {"reviewer", user_view(config.login)}}}}});
  return out;
}

json::object pull_view(const Pull& pull, const Config& config, const Urls& urls) {
  auto side = [&](const std::string& branch, const std::string& sha) {
    return json::object{{"ref", branch},
                        {"sha", sha},
                        {"label", config.owner + ":" + branch},
                        {"user", user_view(config.owner)},
                        {"repo", repository_view(config, urls)}};
  };
  bool is_merged = pull.state == "merged";
  return {{"id", pull.number},
          {"node_id", fmt::format("PR_{}", pull.number)},
          {"number", pull.number},
          {"state", pull.state == "open" ? "open" : "closed"},
          {"merged", is_merged},
          {"draft", pull.is_draft},
          {"title", pull.title},
          {"body", text_or_null(pull.body)},
          {"user", user_view(pull.author)},
          {"head", side(pull.head, pull.head_sha)},
          {"base", side(pull.base, pull.base_sha)},
          {"merge_commit_sha", text_or_null(pull.merge_sha)},
          {"created_at", format_rfc3339(pull.created_at)},
          {"updated_at", format_rfc3339(pull.updated_at)},
          {"closed_at", time_or_null(pull.closed_at)},
          {"merged_at", is_merged ? time_or_null(pull.closed_at) : json::value(nullptr)},
          {"url", fmt::format("{}/pulls/{}", urls.repository(), pull.number)},
          {"html_url", fmt::format("{}/pull/{}", urls.page(), pull.number)}};
}

}  // namespace sb::github
