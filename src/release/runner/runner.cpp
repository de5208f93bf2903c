#include "release/runner/runner.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "base/async/notifier.hpp"
#include "base/json/codec.hpp"
#include "release/runner/ceremony.hpp"
#include "release/runner/executor.hpp"
#include "release/runner/planning.hpp"

namespace sb::release {

namespace {

std::string user_name() {
  const char* user = std::getenv("USER");
  return user && *user ? user : "root";
}

std::string what_of(const Plan& plan) {
  return fmt::format("{} {} to {}", plan.kind == Kind::deploy ? "deploy" : "rollback",
                     plan.to_version.empty() ? plan.to_task_definition : plan.to_version,
                     plan.environment);
}

}  // namespace

struct Runner::Impl {
  EnvironmentConfig config;
  RunnerOptions options;
  journal::Journal journal;
  Api api;
  LockStore locks;
  bool is_stopping = false;
  Notifier* stopped = nullptr;  // of the running loop

  Impl(EnvironmentConfig c, RunnerOptions o, journal::Journal j)
      : config(std::move(c)),
        options(std::move(o)),
        journal(std::move(j)),
        api(config),
        locks(api, config.lock_name()) {}

  std::string who() const {
    return options.who.empty() ? user_name() : options.who;
  }
  Result<fs::FileLock> lock_here() {
    return fs::FileLock::acquire(options.journal.parent_path() / (config.name + ".lock"));
  }
  Task<std::string> who_holds_it(std::string otherwise);
  Task<Result<Report>> refused(const Plan& plan, std::string why);
  Task<Result<Report>> drive(State state, std::vector<EventBody> first, Observer& observer);
};

// One release on its way: the state, the journal, and the one action that is pending.
class Drive {
 public:
  Drive(State state, journal::Journal& journal, Observer& observer)
      : state_(std::move(state)), journal_(journal), observer_(observer) {}

  Result<> feed(EventBody body) {
    Event event{now(), std::move(body)};
    Step next = step(state_, event);
    if (next.changed) {
      // Written down before anything is done about it.
      SB_TRY_VOID(journal_.append(event, next.state));
      State before = std::exchange(state_, std::move(next.state));
      observer_.on_event(event, before, state_);
    } else if (std::holds_alternative<ContinueAccepted>(event.body) ||
               std::holds_alternative<RollbackAccepted>(event.body)) {
      // Nothing to write down: what comes of it is seen next. Whoever looks on hears of it.
      observer_.on_event(event, state_, state_);
    }
    if (next.next) pending_ = std::move(next.next);
    return {};
  }
  std::optional<Action> take() {
    return std::exchange(pending_, std::nullopt);
  }
  const State& state() const {
    return state_;
  }
  bool is_over() const {
    return state_.stage == Stage::ended || state_.is_interrupted;
  }

 private:
  State state_;
  journal::Journal& journal_;
  Observer& observer_;
  std::optional<Action> pending_;
};

namespace {

Report report_of(const State& state) {
  Report report;
  report.release_id = state.plan.release_id;
  report.environment = state.plan.environment;
  report.from_version = state.plan.from_version;
  report.to_version = state.plan.to_version;
  report.outcome = state.stage == Stage::ended ? state.outcome : Outcome::interrupted;
  report.sentence = describe(state);
  report.state = state;
  return report;
}

}  // namespace

Task<Result<Report>> Runner::Impl::drive(State initial_state, std::vector<EventBody> first,
                                         Observer& observer) {
  Notifier notifier(co_await current_executor());
  stopped = &notifier;
  struct Reset {
    Notifier*& pointer;
    ~Reset() {
      pointer = nullptr;
    }
  } reset{stopped};

  Executor executor(api, config, options, journal, observer);
  executor.set_lock(
      lock_for(initial_state.plan.release_id, who(), what_of(initial_state.plan), now()));
  Drive drive(std::move(initial_state), journal, observer);
  for (auto& event : first) SB_CO_TRY_VOID(drive.feed(std::move(event)));
  while (!drive.is_over()) {
    auto action = drive.take();
    if (!action)
      co_return fail(ErrorCode::internal, "the release engine asks for nothing, and has not ended");
    if (action->delay_ms > 0 && !is_stopping)
      co_await notifier.wait(Deadline::after(std::chrono::milliseconds(action->delay_ms)));
    if (is_stopping) {
      SB_CO_TRY_VOID(drive.feed(Interrupted{who()}));
      break;
    }
    if (changes_something(action->kind) || action->kind == ActionKind::run_smoke)
      observer.on_action(*action, drive.state());
    EventBody learned = co_await executor.perform(*action, drive.state());
    SB_CO_TRY_VOID(drive.feed(std::move(learned)));
  }
  co_return report_of(drive.state());
}

Task<std::string> Runner::Impl::who_holds_it(std::string otherwise) {
  auto lock = co_await locks.peek();
  if (!lock || !*lock) co_return otherwise;
  co_return "the release lock is " + describe(**lock, holder_of(**lock));
}

// Nothing was begun, so nothing is journaled.
Task<Result<Report>> Runner::Impl::refused(const Plan& plan, std::string why) {
  State state = initial(plan);
  state.outcome = Outcome::refused;
  state.stage = Stage::ended;
  state.cause = co_await who_holds_it(std::move(why));
  co_return report_of(state);
}

Result<Runner> Runner::open(EnvironmentConfig config, RunnerOptions options) {
  if (config.name.empty() || config.cluster.empty() || config.service.empty() ||
      config.family.empty())
    return fail(ErrorCode::invalid_argument, "the environment names no cluster, service or family",
                config.name);
  if (config.strategy == Strategy::blue_green && config.test_url.empty())
    return fail(ErrorCode::invalid_argument,
                "a blue/green environment needs the URL of its test listener", "test_url");
  SB_TRY(auto journal, journal::Journal::open(options.journal));
  return Runner(std::make_unique<Impl>(std::move(config), std::move(options), std::move(journal)));
}

Runner::Runner(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Runner::Runner(Runner&&) noexcept = default;
Runner::~Runner() = default;

Task<Result<Plan>> Runner::plan_deploy(DeployRequest request) {
  Planner planner(impl_->api, impl_->config, impl_->journal, impl_->who());
  co_return co_await planner.deploy(std::move(request));
}

Task<Result<Plan>> Runner::plan_rollback(RollbackRequest request) {
  Planner planner(impl_->api, impl_->config, impl_->journal, impl_->who());
  co_return co_await planner.rollback(std::move(request));
}

Task<Result<std::vector<Box>>> Runner::preview_gates(Plan plan) {
  Ceremony ceremony(impl_->api, impl_->config, impl_->options);
  SB_CO_TRY(auto evaluated, co_await ceremony.preview_gates(plan));
  co_return std::move(evaluated.boxes);
}

Task<Result<Report>> Runner::run(Plan plan, Observer& observer) {
  SB_CO_TRY_VOID(validate(plan));
  auto here = impl_->lock_here();
  if (!here) {
    if (here.error().code != ErrorCode::conflict)
      co_return std::unexpected(std::move(here).error());
    co_return co_await impl_->refused(plan, "another saltctl is releasing to " + plan.environment);
  }
  auto begun = impl_->journal.begin(plan, now());
  if (!begun) {
    if (begun.error().code != ErrorCode::conflict)
      co_return std::unexpected(std::move(begun).error());
    co_return co_await impl_->refused(plan, begun.error().text());
  }
  std::vector<EventBody> first{Started{}};
  co_return co_await impl_->drive(initial(std::move(plan)), std::move(first), observer);
}

Task<Result<Report>> Runner::resume(std::string release_id, ResumeAs as, Observer& observer) {
  auto here = impl_->lock_here();
  if (!here) {
    Error error = std::move(here).error();
    if (error.code == ErrorCode::conflict)
      error.message = co_await impl_->who_holds_it("another saltctl is at it");
    co_return std::unexpected(std::move(error));
  }
  if (release_id.empty()) {
    SB_CO_TRY(auto row, impl_->journal.unfinished(impl_->config.name));
    if (!row)
      co_return fail(ErrorCode::not_found,
                     fmt::format("{} has no unfinished release: there is nothing to resume",
                                 impl_->config.name));
    release_id = row->release_id;
  }
  SB_CO_TRY(State state, impl_->journal.load(release_id));
  if (state.stage == Stage::ended)
    co_return fail(ErrorCode::failed_precondition,
                   fmt::format("this release has ended: {}", describe(state)), release_id);
  std::vector<EventBody> first;
  if (state.stage == Stage::created)
    first.push_back(Started{});
  else
    first.push_back(Resumed{impl_->who()});
  if (as == ResumeAs::roll_back)
    first.push_back(AbortRequested{impl_->who(), "rolled back instead of resumed"});
  co_return co_await impl_->drive(std::move(state), std::move(first), observer);
}

Task<Result<std::string>> Runner::stop_running_deployment() {
  ServiceCalls service(impl_->api, impl_->config.cluster, impl_->config.service);
  SB_CO_TRY(auto all, co_await service.deployments());
  if (all.empty() || (all.front().status != "IN_PROGRESS" && all.front().status != "PENDING"))
    co_return fail(ErrorCode::not_found,
                   fmt::format("no deployment of {} is in progress", impl_->config.service));
  const std::string arn = value_or_default(all.front().serviceDeploymentArn);
  SB_CO_TRY_VOID(co_await service.stop(arn));
  co_return arn;
}

Task<Result<EnvironmentStatus>> Runner::status() {
  co_return co_await read_status(impl_->api, impl_->config, impl_->journal);
}

Task<smoke::Report> Runner::smoke(smoke::Target target, std::string expected_version,
                                  Observer& observer) {
  const std::string name = target == smoke::Target::test ? "test" : "production";
  co_return co_await smoke::run(
      smoke_options(impl_->config, target, std::move(expected_version)),
      [&observer, name](const smoke::CheckResult& check) { observer.on_smoke_check(name, check); });
}

Task<Result<>> Runner::break_lock(std::string reason) {
  SB_CO_TRY(auto lock, co_await impl_->locks.peek());
  if (!lock)
    co_return fail(ErrorCode::not_found, "nobody holds the release lock of " + impl_->config.name);
  if (holder_of(*lock) == Holder::alive)
    co_return fail(
        ErrorCode::failed_precondition,
        "the release lock is " + describe(*lock, Holder::alive) + "; end that process first");
  SB_CO_TRY_VOID(impl_->journal.note(
      lock->release_id, "lock_broken",
      fmt::format(R"({{"by":{},"reason":{},"lock":{}}})", json::quote(impl_->who()),
                  json::quote(reason), json::encode(*lock)),
      now()));
  co_return co_await impl_->locks.remove();
}

void Runner::stop() {
  impl_->is_stopping = true;
  if (impl_->stopped) impl_->stopped->notify_all();
}

journal::Journal& Runner::journal() {
  return impl_->journal;
}

}  // namespace sb::release
