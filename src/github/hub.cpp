#include "github/hub.hpp"

#include <algorithm>

#include "base/async/spawn.hpp"
#include "base/log/log.hpp"

namespace sb::github {

Task<Hub::Lock> Hub::lock() {
  while (is_locked_) co_await changed_.wait(Deadline::never());
  is_locked_ = true;
  co_return Lock(this);
}

Hub::Hub(Executor executor, Home home, Config config, Store store)
    : executor_(executor),
      home_(std::move(home)),
      config_(std::move(config)),
      store_(std::move(store)),
      repository_(home_.repository(config_)),
      gate_(executor),
      changed_(executor) {}

Task<Result<std::unique_ptr<Hub>>> Hub::open(Home home, Config config) {
  SB_CO_TRY(auto store, Store::open(home.github() / "github.db"));
  auto executor = co_await current_executor();
  std::unique_ptr<Hub> hub(new Hub(executor, std::move(home), std::move(config), std::move(store)));
  SB_CO_TRY_VOID(co_await hub->repository_.create());
  SB_CO_TRY(auto seen, hub->store_.seen_branches());
  if (seen.empty()) {  // a new or freshly seeded repository: nothing was pushed
    SB_CO_TRY(auto branches, co_await hub->repository_.branches());
    SB_CO_TRY_VOID(hub->store_.set_seen_branches(branches));
  }
  co_return hub;
}

Task<Result<>> Hub::start() {
  auto main = co_await repository_.resolve("main");
  if (main) {
    SB_CO_TRY(auto workflows, co_await workflows_at(*main));
    for (const auto& workflow : workflows)
      SB_CO_TRY_VOID(store_.workflow(workflow.file, workflow.name));
  }
  SB_CO_TRY_VOID(co_await notice_pushes(config_.login));
  schedule();
  spawn_logged(executor_, gate_, "expire approvals", expire_approvals());
  co_return Result<>();
}

Task<> Hub::stop() {
  is_stopping_ = true;
  gate_.close();
  changed_.notify_all();
  co_await gate_.drain(Deadline::after(std::chrono::seconds(20)));
}

Task<> Hub::expire_approvals() {
  while (!is_stopping_) {
    auto ids = store_.unfinished();
    for (auto id : ids.value_or(std::vector<std::int64_t>())) {
      auto run = store_.run(id);
      if (!run || run->status != "waiting") continue;
      if (expire(*run, std::chrono::minutes(config_.approval_timeout_minutes), now()))
        if (auto put = store_.put(*run); !put)
          log::error("cannot write down an expiry", {{"error", put.error().text()}});
    }
    (void)co_await changed_.wait(Deadline::after(std::chrono::seconds(10)));
  }
}

Trigger Hub::trigger(std::string event, std::string branch, std::string sha,
                     std::string title) const {
  return {.event = std::move(event),
          .branch = std::move(branch),
          .sha = std::move(sha),
          .title = std::move(title),
          .actor = config_.login,
          .repository = config_.full_name(),
          .inputs = {}};
}

Task<Result<std::vector<Workflow>>> Hub::workflows_at(std::string sha) {
  SB_CO_TRY(auto files, co_await repository_.workflow_files(sha));
  std::vector<Workflow> out;
  for (const auto& [file, text] : files) {
    auto workflow = parse_workflow(file, text);
    if (!workflow) {  // GitHub too shows a file it cannot read as a failed run of a push
      Workflow broken;
      broken.file = file;
      broken.name = ".github/workflows/" + file;
      broken.push_branches.emplace();
      broken.problems = {workflow.error().message};
      workflow = std::move(broken);
    }
    out.push_back(*std::move(workflow));
  }
  co_return out;
}

Result<Run> Hub::add_run(const Workflow& workflow, const Trigger& trigger) {
  SB_TRY(auto entry, store_.workflow(workflow.file, workflow.name));
  SB_TRY(auto id, store_.next_run_id());
  SB_TRY(auto number, store_.next_run_number(entry.id));
  auto run = make_run(workflow, trigger, id, number, config_.protected_environments, now());
  run.workflow_id = entry.id;
  SB_TRY_VOID(store_.put(run));
  log::info("run added", {{"run", run.id},
                          {"workflow", run.workflow_file},
                          {"event", run.event},
                          {"branch", run.branch},
                          {"status", run.status},
                          {"note", run.note}});
  return run;
}

// Open pull requests follow their branches; one whose commits are in its base is merged, however
// they got there.
Task<Result<std::vector<Pull>>> Hub::follow_pulls(std::map<std::string, std::string> branches,
                                                  std::map<std::string, std::string> seen) {
  std::vector<Pull> changed;
  SB_CO_TRY(auto pulls, store_.pulls());
  for (auto& pull : pulls) {
    if (pull.state != "open" || !branches.contains(pull.base)) continue;
    auto head = branches.find(pull.head);
    bool head_moved = head != branches.end() && head->second != pull.head_sha;
    if (head_moved) pull.head_sha = head->second;
    auto base = branches.at(pull.base);
    if (seen[pull.base] != base) {
      SB_CO_TRY(bool is_in, co_await repository_.is_ancestor(pull.head_sha, base));
      if (is_in) {
        pull.state = "merged";
        pull.merge_sha = base;
      }
    }
    if (head == branches.end() && pull.state == "open") pull.state = "closed";
    if (!head_moved && pull.state == "open") continue;
    pull.updated_at = now();
    if (pull.state != "open") pull.closed_at = pull.updated_at;
    changed.push_back(pull);
  }
  co_return changed;
}

Task<Result<>> Hub::notice_pushes(std::string actor) {
  auto held = co_await lock();
  co_return co_await notice_pushes_locked(std::move(actor));
}

Task<Result<>> Hub::notice_pushes_locked(std::string actor) {
  SB_CO_TRY(auto branches, co_await repository_.branches());
  SB_CO_TRY(auto seen, store_.seen_branches());
  if (branches == seen) co_return Result<>();
  SB_CO_TRY(auto pulls, co_await follow_pulls(branches, seen));
  std::vector<std::pair<Workflow, Trigger>> wanted;
  for (const auto& [branch, sha] : branches) {
    if (seen[branch] == sha) continue;
    SB_CO_TRY(auto workflows, co_await workflows_at(sha));
    SB_CO_TRY(auto title, co_await repository_.subject(sha));
    for (const auto& workflow : workflows) {
      auto push = trigger("push", branch, sha, title);
      push.actor = actor;
      if (workflow.push_branches && branch_matches(*workflow.push_branches, branch))
        wanted.emplace_back(workflow, push);
      for (const auto& pull : pulls)
        if (pull.head == branch && pull.state == "open" && workflow.pull_request_branches &&
            branch_matches(*workflow.pull_request_branches, pull.base))
          wanted.emplace_back(workflow, trigger("pull_request", branch, sha, pull.title));
    }
  }
  // The runs and the fact that these pushes were noticed: together, so that no push is lost or
  // counted twice, whenever we are killed.
  SB_CO_TRY_VOID(store_.transaction([&]() -> Result<> {
    for (const auto& [workflow, what] : wanted) SB_TRY_VOID(add_run(workflow, what));
    for (const auto& pull : pulls) SB_TRY_VOID(store_.put(pull));
    return store_.set_seen_branches(branches);
  }));
  schedule();
  co_return Result<>();
}

Task<Result<Run>> Hub::dispatch(WorkflowEntry entry, std::string ref,
                                std::map<std::string, std::string> inputs) {
  if (ref.starts_with("refs/heads/")) ref.erase(0, 11);
  SB_CO_TRY(auto sha, co_await repository_.resolve(ref));
  SB_CO_TRY(auto workflows, co_await workflows_at(sha));
  auto workflow = std::ranges::find(workflows, entry.file, &Workflow::file);
  if (workflow == workflows.end())
    co_return fail(ErrorCode::failed_precondition,
                   fmt::format("{} has no .github/workflows/{}", ref, entry.file));
  if (!workflow->on_dispatch && workflow->problems.empty())
    co_return fail(ErrorCode::failed_precondition,
                   "Workflow does not have 'workflow_dispatch' trigger");
  auto what = trigger("workflow_dispatch", ref, sha, workflow->name);
  what.inputs = std::move(inputs);
  std::optional<Run> run;
  SB_CO_TRY_VOID(store_.transaction([&]() -> Result<> {
    SB_TRY(run, add_run(*workflow, what));
    return {};
  }));
  schedule();
  co_return *std::move(run);
}

Result<Run> Hub::decide(std::int64_t run_id, Decision decision) {
  SB_TRY(auto run, store_.run(run_id));
  for (const auto& environment : decision.environments)
    SB_TRY_VOID(review(run, {environment, decision.approve ? "approved" : "rejected", decision.user,
                             decision.comment, now()}));
  SB_TRY_VOID(store_.put(run));
  schedule();
  return run;
}

Result<Run> Hub::cancel(std::int64_t run_id) {
  SB_TRY(auto run, store_.run(run_id));
  if (run.status == "completed")
    return fail(ErrorCode::conflict, "Cannot cancel a workflow run that is completed.");
  github::cancel(run, now());
  SB_TRY_VOID(store_.put(run));
  cancelled_runs_.insert(run_id);
  return run;
}

}  // namespace sb::github
