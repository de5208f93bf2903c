// What salthub does: turns pushes, dispatches and pull requests into runs, and drives the runs.
// Everything on one thread; each change is in the store before anything follows from it.
#pragma once

#include <memory>
#include <set>

#include "base/async/gate.hpp"
#include "base/async/notifier.hpp"
#include "github/home.hpp"
#include "github/repository.hpp"
#include "github/step_process.hpp"
#include "github/store.hpp"

namespace sb::github {

struct NewPull {
  std::string title, body, head, base;
  bool is_draft = false;
};

struct MergeOptions {
  std::int64_t number = 0;
  std::string title, message;  // of the commit; defaults as GitHub writes them
  std::string expected_head;   // empty: whatever it is
  bool is_squash = false;
};

struct Decision {
  std::vector<std::string> environments;
  bool approve = false;
  std::string user, comment;
};

class Hub {
 public:
  static Task<Result<std::unique_ptr<Hub>>> open(Home home, Config config);

  // Takes up what a killed salthub left: pushes not yet noticed, runs under way.
  Task<Result<>> start();
  // Leaves the processes of steps running.
  Task<> stop();

  const Config& config() const {
    return config_;
  }
  const Home& home() const {
    return home_;
  }
  Store& store() {
    return store_;
  }
  Repository& repository() {
    return repository_;
  }

  // Makes runs of what the branches have changed since it was last called. Call after a push.
  Task<Result<>> notice_pushes(std::string actor);
  Task<Result<Run>> dispatch(WorkflowEntry workflow, std::string ref,
                             std::map<std::string, std::string> inputs);
  Result<Run> decide(std::int64_t run_id, Decision decision);
  Result<Run> cancel(std::int64_t run_id);
  Task<Result<Pull>> open_pull(NewPull wanted);
  Task<Result<Pull>> merge_pull(MergeOptions options);
  Task<Result<Pull>> close_pull(std::int64_t number);

 private:
  Hub(Executor executor, Home home, Config config, Store store);

  // One at a time over the repository's branches and what is derived from them.
  class Lock {
   public:
    explicit Lock(Hub* hub) : hub_(hub) {}
    Lock(Lock&& other) noexcept : hub_(std::exchange(other.hub_, nullptr)) {}
    Lock& operator=(Lock&&) = delete;
    ~Lock() {
      if (!hub_) return;
      hub_->is_locked_ = false;
      hub_->changed_.notify_all();
    }

   private:
    Hub* hub_;
  };
  Task<Lock> lock();
  Task<Result<>> notice_pushes_locked(std::string actor);
  Task<Result<std::vector<Workflow>>> workflows_at(std::string sha);
  Task<Result<std::vector<Pull>>> follow_pulls(std::map<std::string, std::string> branches,
                                               std::map<std::string, std::string> seen);
  Result<Run> add_run(const Workflow& workflow, const Trigger& trigger);
  Trigger trigger(std::string event, std::string branch, std::string sha, std::string title) const;

  void schedule();
  Task<> drive(std::int64_t run_id, std::int64_t workflow_id);
  Task<Result<bool>> advance(std::int64_t run_id);
  Task<StepOutcome> execute(const Run& run, std::size_t job, std::size_t step, bool was_started);
  StepProcess step_process(const Run& run, const Job& job, const Step& step) const;
  Demand demand(std::int64_t run_id, Timestamp end) const;
  Task<> expire_approvals();

  Executor executor_;
  Home home_;
  Config config_;
  Store store_;
  Repository repository_;
  Gate gate_;
  Notifier changed_;
  bool is_locked_ = false;
  bool is_stopping_ = false;
  std::set<std::int64_t> busy_workflows_, driven_runs_, cancelled_runs_;
};

}  // namespace sb::github
