#include <fmt/format.h>

#include "release/engine/engine.hpp"

namespace sb::release {

namespace {

std::string name_of(const Plan& plan) {
  std::string to = plan.to_version.empty() ? plan.to_task_definition : plan.to_version;
  return fmt::format("{} of {} to {}", plan.kind == Kind::deploy ? "deploy" : "rollback",
                     to.empty() ? plan.image : to, plan.environment);
}

std::string describe_deployment(const State& s) {
  const DeploymentView& view = s.forward.seen;
  if (view.status.empty()) return "the deployment has begun";
  if (view.stage == "POST_TEST_TRAFFIC_SHIFT" && !view.hook_id.empty())
    return "paused: smoke tests on the test listener";
  if ((view.stage == "POST_PRODUCTION_TRAFFIC_SHIFT" && !view.hook_id.empty()) ||
      view.status == "SUCCESSFUL")
    return s.is_watching ? "serving all traffic, being watched"
                         : "serving all traffic, being tested";
  return fmt::format("ECS is at {} ({} of {} tasks running)",
                     view.stage.empty() ? view.status : view.stage, view.target_running,
                     view.target_requested);
}

std::string doing(const State& s) {
  switch (s.stage) {
    case Stage::created:
      return "not begun";
    case Stage::gating:
      return "checking the boxes of the pre-deployment list";
    case Stage::awaiting_approval:
      return fmt::format("waiting for an approval: saltctl approve {}", s.plan.environment);
    case Stage::silencing:
      return "silencing alerts that do not matter meanwhile";
    case Stage::closing:
      return "closing the release";
    case Stage::unsilencing:
      return "restoring alerts";
    case Stage::locking:
      return "taking the release lock";
    case Stage::checking:
      return "checking what is there";
    case Stage::snapshotting:
      return "waiting for the database snapshot";
    case Stage::registering:
      return "registering the task definition";
    case Stage::migrating:
      return "migrating the database";
    case Stage::updating:
      return "asking ECS for the deployment";
    case Stage::deploying:
      return describe_deployment(s);
    case Stage::rolling_back:
      return "rolling back: " + s.cause;
    case Stage::restoring:
      return "deploying the old version again: " + s.cause;
    case Stage::tidying:
      return "taking the pause hooks off the service";
    case Stage::unlocking:
      return "releasing the lock";
    case Stage::ended:
      return "ended";
  }
  return {};
}

}  // namespace

std::string progress(const State& state) {
  return state.stage == Stage::ended ? "ended: " + describe(state) : doing(state);
}

std::string describe(const State& state) {
  const std::string name = name_of(state.plan);
  if (state.is_interrupted)
    return fmt::format("{}: interrupted while {}{}; `saltctl resume {}` goes on", name,
                       doing(state),
                       state.last_error.empty() ? std::string() : " (" + state.last_error + ")",
                       state.plan.environment);
  switch (state.outcome) {
    case Outcome::none:
    case Outcome::interrupted:
      return fmt::format("{}: {}", name, doing(state));
    case Outcome::complete:
      return fmt::format("{}: complete{}", name,
                         state.watch_accepted_thin ? " (with too little traffic to judge by)" : "");
    case Outcome::rolled_back:
      return fmt::format("{}: rolled back: {}", name, state.cause);
    case Outcome::rollback_failed:
      return fmt::format("{}: ROLLBACK FAILED: {}", name, state.cause);
    case Outcome::refused:
      return fmt::format("{}: refused: {}", name, state.cause);
    case Outcome::failed:
      return fmt::format("{}: failed: {}", name, state.cause);
  }
  return name;
}

}  // namespace sb::release
