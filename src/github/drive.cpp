// The part of the hub that carries runs out: what next() asks for, one step after the other.
#include <algorithm>
#include <cstdlib>

#include "base/async/spawn.hpp"
#include "base/log/log.hpp"
#include "github/hub.hpp"

namespace sb::github {

namespace {

// Of the shell that started salthub, steps see only what finds programs and files.
std::map<std::string, std::string> inherited() {
  std::map<std::string, std::string> out;
  for (const char* name : {"PATH", "HOME", "USER", "LOGNAME", "LANG", "TMPDIR", "HTTP_PROXY",
                           "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"})
    if (const char* value = std::getenv(name)) out[name] = value;
  return out;
}

void lay_over(std::map<std::string, std::string>& base,
              const std::map<std::string, std::string>& more) {
  for (const auto& [name, value] : more) base[name] = value;
}

}  // namespace

// One run of a workflow works at a time: later ones wait in line. What waits for an approval holds
// no place in it.
void Hub::schedule() {
  if (is_stopping_) return;
  auto ids = store_.unfinished();
  if (!ids) return log::error("cannot read the runs", {{"error", ids.error().text()}});
  std::vector<Run> runs;
  for (bool under_way : {true, false}) {
    for (auto id : *ids) {
      auto run = store_.run(id);
      if (!run) continue;
      bool works = std::ranges::any_of(run->jobs,
                                       [](const Job& job) { return job.status == "in_progress"; });
      if (works == under_way) runs.push_back(*std::move(run));
    }
  }
  for (const auto& run : runs) {
    if (busy_workflows_.contains(run.workflow_id) || driven_runs_.contains(run.id)) continue;
    if (next(run).kind == Next::Kind::nothing) continue;
    if (run.is_cancelled) cancelled_runs_.insert(run.id);
    busy_workflows_.insert(run.workflow_id);
    driven_runs_.insert(run.id);
    spawn_logged(executor_, gate_, "run", drive(run.id, run.workflow_id));
  }
}

Task<> Hub::drive(std::int64_t run_id, std::int64_t workflow_id) {
  while (true) {
    auto more = co_await advance(run_id);
    if (!more) {
      // Not our place to guess: what was written down stands, and a restart goes on from there.
      log::error("a run is stuck", {{"run", run_id}, {"error", more.error().text()}});
      co_return;
    }
    if (!*more) break;
  }
  busy_workflows_.erase(workflow_id);
  driven_runs_.erase(run_id);
  cancelled_runs_.erase(run_id);
  schedule();
}

Task<Result<bool>> Hub::advance(std::int64_t run_id) {
  SB_CO_TRY(auto run, store_.run(run_id));
  auto todo = next(run);
  if (todo.kind == Next::Kind::nothing || is_stopping_) co_return false;
  if (todo.kind == Next::Kind::start_job) {
    start_job(run, todo.job, now());
    SB_CO_TRY_VOID(store_.put(run));
    co_return true;
  }
  bool was_started = todo.kind == Next::Kind::running_step;
  if (!was_started) {
    start_step(run, todo.job, todo.step, now());
    SB_CO_TRY_VOID(store_.put(run));
  }
  auto outcome = co_await execute(run, todo.job, todo.step, was_started);
  if (outcome.conclusion.empty()) co_return false;
  SB_CO_TRY(run, store_.run(run_id));  // somebody may have cancelled it meanwhile
  if (run.is_cancelled && outcome.conclusion == "failure") outcome.conclusion = "cancelled";
  finish_step(run, todo.job, todo.step, outcome.conclusion, outcome.note, now());
  SB_CO_TRY_VOID(store_.put(run));
  const auto& job = run.jobs[todo.job];
  if (job.status == "completed") (void)fs::remove_all(home_.job_folder(run.id, job.key) / "work");
  if (run.status == "completed")
    log::info("run completed",
              {{"run", run.id}, {"workflow", run.workflow_file}, {"conclusion", run.conclusion}});
  co_return true;
}

Task<StepOutcome> Hub::execute(const Run& run, std::size_t job_index, std::size_t step_index,
                               bool was_started) {
  const auto& job = run.jobs[job_index];
  const auto& step = job.steps[step_index];
  if (step.kind == "checkout") {  // repeatable: an interrupted one is done again
    auto done = co_await repository_.check_out(run.sha, home_.job_folder(run.id, job.key) / "work");
    if (done)
      co_return StepOutcome{
          "success",
          "",
      };
    co_return StepOutcome{"failure", done.error().text()};
  }
  auto process = step_process(run, job, step);
  if (!was_started) {
    auto started = start_step_process(process);
    if (!started) co_return StepOutcome{"failure", started.error().text()};
  }
  auto end = job.started_at.value_or(now()) + std::chrono::minutes(job.timeout_minutes);
  auto ask = [this, id = run.id, end] { return demand(id, end); };
  auto outcome = co_await await_step_process(process.folder, ask);
  if (outcome.conclusion == "failure" && now() >= end) {
    outcome.note =
        fmt::format("The job has exceeded its limit of {} minutes.", job.timeout_minutes);
  }
  co_return outcome;
}

Demand Hub::demand(std::int64_t run_id, Timestamp end) const {
  if (is_stopping_) return Demand::leave;
  if (cancelled_runs_.contains(run_id) || now() >= end) return Demand::end;
  return Demand::go_on;
}

StepProcess Hub::step_process(const Run& run, const Job& job, const Step& step) const {
  auto work = home_.job_folder(run.id, job.key) / "work";
  auto environment = inherited();
  std::string path;
  for (const auto& folder : config_.path) path += folder + ":";
  environment["PATH"] = path + environment["PATH"];
  lay_over(environment, {{"CI", "true"},
                         {"SALTHUB", "true"},  // for who must know that this is not GitHub
                         {"GITHUB_ACTIONS", "true"},
                         {"GITHUB_WORKSPACE", work.string()},
                         {"GITHUB_REPOSITORY", config_.full_name()},
                         {"GITHUB_SHA", run.sha},
                         {"GITHUB_REF", "refs/heads/" + run.branch},
                         {"GITHUB_REF_NAME", run.branch},
                         {"GITHUB_EVENT_NAME", run.event},
                         {"GITHUB_WORKFLOW", run.workflow_name},
                         {"GITHUB_JOB", job.key},
                         {"GITHUB_RUN_ID", std::to_string(run.id)},
                         {"GITHUB_RUN_NUMBER", std::to_string(run.number)},
                         {"GITHUB_ACTOR", run.actor},
                         {"RUNNER_OS", "Linux"},
                         // A checkout has another path each time; what it compiles is the same.
                         {"CCACHE_BASEDIR", work.string()},
                         {"CCACHE_NOHASHDIR", "1"}});
  // Only a job that deploys reaches what is deployed: tests make homes of their own.
  if (!job.environment.empty()) environment["SALTBITTER_HOME"] = home_.root.string();
  lay_over(environment, config_.environment);
  lay_over(environment, run.env);
  lay_over(environment, job.env);
  lay_over(environment, step.env);
  return {.folder = home_.step_folder(run.id, job.key, step.number),
          .working_directory = work / step.working_directory,
          .script = step.script,
          .environment = std::move(environment)};
}

}  // namespace sb::github
