#include "github/run.hpp"

#include <fmt/ranges.h>

#include <algorithm>

namespace sb::github {

namespace {

constexpr std::int64_t kJobsPerRun = 1000;

bool is_success(const Job& job) {
  return job.status == "completed" && job.conclusion == "success";
}

const Job* find_job(const Run& run, const std::string& key) {
  auto found = std::ranges::find(run.jobs, key, &Job::key);
  return found == run.jobs.end() ? nullptr : &*found;
}

const Review* find_review(const Run& run, const std::string& environment) {
  auto found = std::ranges::find(run.reviews, environment, &Review::environment);
  return found == run.reviews.end() ? nullptr : &*found;
}

bool is_ready(const Run& run, const Job& job) {
  if (job.status != "queued") return false;
  return std::ranges::all_of(job.needs, [&](const std::string& need) {
    const auto* other = find_job(run, need);
    return other != nullptr && is_success(*other);
  });
}

void complete(Step& step, std::string conclusion, std::string note, Timestamp now) {
  step.status = "completed";
  step.conclusion = std::move(conclusion);
  if (!note.empty()) step.note = std::move(note);
  step.completed_at = now;
}

void complete(Job& job, std::string conclusion, std::string note, Timestamp now) {
  for (auto& step : job.steps)
    if (step.status != "completed") complete(step, "skipped", "", now);
  job.status = "completed";
  job.conclusion = std::move(conclusion);
  if (!note.empty()) job.note = std::move(note);
  job.completed_at = now;
}

void settle_waiting_job(Run& run, Job& job, Timestamp now) {
  for (const auto& need : job.needs) {
    const auto* other = find_job(run, need);
    if (other == nullptr || other->status != "completed") return;
    if (!is_success(*other))
      return complete(job, "skipped", fmt::format("it needs '{}', which did not succeed", need),
                      now);
  }
  if (!job.needs_approval) return;
  const auto* answer = find_review(run, job.environment);
  if (answer == nullptr) {
    job.status = "waiting";
    if (!job.waiting_since) job.waiting_since = now;
  } else if (answer->state == "approved") {
    job.status = "queued";
  } else {
    auto why =
        answer->state == "expired"
            ? fmt::format("nobody approved the deployment to {} in time", job.environment)
            : fmt::format("{} rejected the deployment to {}{}", answer->user, job.environment,
                          answer->comment.empty() ? "" : ": " + answer->comment);
    complete(job, "failure", why, now);
  }
}

// The steps in front that will not run are done with; the next one that will is left queued.
void settle_running_job(Run& run, Job& job, Timestamp now) {
  std::string outcome = run.is_cancelled ? "cancelled" : "success";
  for (auto& step : job.steps) {
    if (step.status == "completed") {
      if (step.conclusion != "success" && step.conclusion != "skipped" && outcome == "success")
        outcome = step.conclusion == "cancelled" ? "cancelled" : "failure";
      continue;
    }
    if (step.status == "in_progress") return;
    bool failed = outcome != "success";
    bool wanted = step.condition == "always()" || (step.condition == "failure()") == failed;
    if (step.kind == "skip" || !wanted || run.is_cancelled)
      complete(step, "skipped", step.note, now);
    else
      return;
  }
  complete(job, outcome, "", now);
}

void settle_run(Run& run, Timestamp now) {
  run.updated_at = now;
  auto any = [&](auto predicate) { return std::ranges::any_of(run.jobs, predicate); };
  if (!any([](const Job& job) { return job.status != "completed"; })) {
    run.status = "completed";
    run.conclusion = "success";
    if (any([](const Job& job) { return job.conclusion == "failure"; })) run.conclusion = "failure";
    if (run.is_cancelled) run.conclusion = "cancelled";
    return;
  }
  bool works = any([&](const Job& job) { return job.status == "in_progress"; });
  bool could = any([&](const Job& job) { return is_ready(run, job); });
  if (works)
    run.status = "in_progress";
  else if (could)
    run.status = "queued";
  else
    run.status = "waiting";
}

void settle(Run& run, Timestamp now) {
  if (run.status == "completed") return;
  for (auto& job : run.jobs) {
    if (job.status == "queued" || job.status == "waiting") {
      if (run.is_cancelled)
        complete(job, "cancelled", "", now);
      else
        settle_waiting_job(run, job, now);
    }
    if (job.status == "in_progress") settle_running_job(run, job, now);
  }
  settle_run(run, now);
}

std::map<std::string, std::string> context_of(const Run& run, const Trigger& trigger,
                                              const std::map<std::string, std::string>& defaults) {
  std::map<std::string, std::string> values = {
      {"github.sha", run.sha},
      {"github.ref", "refs/heads/" + run.branch},
      {"github.ref_name", run.branch},
      {"github.event_name", run.event},
      {"github.actor", run.actor},
      {"github.repository", trigger.repository},
      {"github.workflow", run.workflow_name},
      {"github.run_id", std::to_string(run.id)},
      {"github.run_number", std::to_string(run.number)},
      {"github.token", ""},  // a step that wants to ask the API does without here
      {"runner.os", "Linux"},
  };
  // As on GitHub: without a dispatch the inputs are there, and empty.
  for (const auto& [name, value] : defaults) {
    auto given = trigger.inputs.find(name);
    auto text = run.event != "workflow_dispatch" ? std::string()
                : given == trigger.inputs.end()  ? value
                                                 : given->second;
    values["inputs." + name] = text;
    values["github.event.inputs." + name] = text;
  }
  return values;
}

// Expands in place and collects what it cannot.
class Expander {
 public:
  Expander(const std::map<std::string, std::string>& values, std::vector<std::string>& problems)
      : values_(values), problems_(problems) {}
  void operator()(std::string& text) const {
    auto expanded = expand(text, values_);
    if (expanded)
      text = *std::move(expanded);
    else
      problems_.push_back(expanded.error().message);
  }
  void operator()(std::map<std::string, std::string>& variables) const {
    for (auto& [name, value] : variables) (*this)(value);
  }

 private:
  const std::map<std::string, std::string>& values_;
  std::vector<std::string>& problems_;
};

Step make_step(const StepPlan& plan, std::int64_t number, const Expander& expand_in) {
  Step step;
  step.number = number;
  step.name = plan.name;
  step.condition = plan.condition;
  if (plan.uses.starts_with("actions/checkout@")) {
    step.kind = "checkout";
  } else if (!plan.uses.empty()) {
    step.kind = "skip";
    step.note =
        fmt::format("{} was not run: salthub runs no actions but actions/checkout", plan.uses);
  } else {
    step.kind = "run";
    step.script = plan.run;
    step.env = plan.env;
    step.working_directory = plan.working_directory;
    expand_in(step.name);
    expand_in(step.script);
    expand_in(step.env);
    expand_in(step.working_directory);
  }
  return step;
}

}  // namespace

Run make_run(const Workflow& workflow, const Trigger& trigger, std::int64_t id, std::int64_t number,
             const std::vector<std::string>& protected_environments, Timestamp now) {
  Run run;
  run.id = id;
  run.number = number;
  run.workflow_file = workflow.file;
  run.workflow_name = workflow.name;
  run.event = trigger.event;
  run.branch = trigger.branch;
  run.sha = trigger.sha;
  run.title = trigger.title;
  run.actor = trigger.actor;
  run.created_at = run.updated_at = now;
  run.env = workflow.env;

  auto problems = workflow.problems;
  for (const auto& [name, value] : trigger.inputs)
    if (!workflow.inputs.contains(name))
      problems.push_back(fmt::format("the workflow has no input '{}'", name));
  auto context = context_of(run, trigger, workflow.inputs);
  Expander expand_in(context, problems);
  expand_in(run.env);
  for (const auto& plan : workflow.jobs) {
    Job job;
    job.id = id * kJobsPerRun + static_cast<std::int64_t>(run.jobs.size()) + 1;
    job.key = plan.key;
    job.name = plan.name;
    job.needs = plan.needs;
    job.environment = plan.environment;
    job.timeout_minutes = plan.timeout_minutes;
    job.env = plan.env;
    expand_in(job.environment);
    expand_in(job.env);
    job.needs_approval =
        std::ranges::find(protected_environments, job.environment) != protected_environments.end();
    for (const auto& step : plan.steps)
      job.steps.push_back(
          make_step(step, static_cast<std::int64_t>(job.steps.size()) + 1, expand_in));
    run.jobs.push_back(std::move(job));
  }
  if (problems.empty()) {
    settle(run, now);
    return run;
  }
  run.jobs.clear();
  run.status = "completed";
  run.conclusion = "startup_failure";
  run.note = fmt::format("{}: {}", workflow.file, fmt::join(problems, "; "));
  return run;
}

const Job* find_job(const Run& run, std::int64_t id) {
  auto found = std::ranges::find(run.jobs, id, &Job::id);
  return found == run.jobs.end() ? nullptr : &*found;
}

Next next(const Run& run) {
  if (run.status == "completed") return {};
  for (std::size_t j = 0; j < run.jobs.size(); ++j) {
    const auto& job = run.jobs[j];
    if (job.status != "in_progress") continue;
    for (std::size_t s = 0; s < job.steps.size(); ++s) {
      if (job.steps[s].status == "in_progress") return {Next::Kind::running_step, j, s};
      if (job.steps[s].status == "queued") return {Next::Kind::start_step, j, s};
    }
  }
  for (std::size_t j = 0; j < run.jobs.size(); ++j)
    if (is_ready(run, run.jobs[j])) return {Next::Kind::start_job, j, 0};
  return {};
}

void start_job(Run& run, std::size_t job, Timestamp now) {
  run.jobs[job].status = "in_progress";
  run.jobs[job].started_at = now;
  if (!run.started_at) run.started_at = now;
  settle(run, now);
}

void start_step(Run& run, std::size_t job, std::size_t step, Timestamp now) {
  run.jobs[job].steps[step].status = "in_progress";
  run.jobs[job].steps[step].started_at = now;
  run.updated_at = now;
}

void finish_step(Run& run, std::size_t job, std::size_t step, std::string conclusion,
                 std::string note, Timestamp now) {
  complete(run.jobs[job].steps[step], std::move(conclusion), std::move(note), now);
  settle(run, now);
}

std::vector<std::string> pending_environments(const Run& run) {
  std::vector<std::string> names;
  for (const auto& job : run.jobs)
    if (job.status == "waiting" && std::ranges::find(names, job.environment) == names.end())
      names.push_back(job.environment);
  return names;
}

Result<> review(Run& run, Review review) {
  auto pending = pending_environments(run);
  if (std::ranges::find(pending, review.environment) == pending.end())
    return fail(
        ErrorCode::failed_precondition,
        fmt::format("run {} does not wait for an approval of '{}'", run.id, review.environment),
        review.environment);
  auto at = review.at;
  run.reviews.push_back(std::move(review));
  settle(run, at);
  return {};
}

bool expire(Run& run, Duration limit, Timestamp now) {
  std::vector<std::string> late;
  for (const auto& job : run.jobs)
    if (job.status == "waiting" && job.waiting_since && now - *job.waiting_since >= limit)
      late.push_back(job.environment);
  for (const auto& environment : late)
    if (find_review(run, environment) == nullptr)
      (void)review(run, {environment, "expired", "salthub", "", now});
  return !late.empty();
}

void cancel(Run& run, Timestamp now) {
  run.is_cancelled = true;
  settle(run, now);
}

}  // namespace sb::github
