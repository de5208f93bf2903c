// Inside of the engine: what each answer makes of a release. Included by the engine's own files
// only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "release/engine/engine.hpp"

namespace sb::release::transitions {

using Next = std::optional<Action>;

// common.cpp
Next make(const State& s, ActionKind kind, std::string subject = {}, std::int64_t delay_ms = 0,
          std::string hook = {});
Next enter(State& s, Stage stage, Timestamp at);
Next entry_action(State& s);  // what the present stage begins (and, after a crash, goes on) with
void renew_patience(State& s, Timestamp at);
bool is_fresh(const State& s, std::optional<Timestamp> checked_at, Timestamp at);
Next look(const State& s);  // describe the deployment again after the poll interval
Next interrupt(State& s, std::string why);
Next finish(State& s, Timestamp at, Outcome outcome, std::string cause,
            Verdict verdict = Verdict::unproven);
Next end_without_lock(State& s, Timestamp at, Outcome outcome, std::string cause);
Next close(State& s, Timestamp at);  // what is to be done at every end, in order
Next unsilence(State& s, Timestamp at);
Next unlock(State& s, Timestamp at);
Next end(State& s, Timestamp at);
Next task_definition_known(State& s, Timestamp at, std::string arn);

// rollout.cpp: asking for a deployment and finding it, forward (updating) or back (restoring)
bool is_rolling_out(const State& s);
Rollout& rollout(State& s);
Next begin_update(State& s, Timestamp at);
Next baseline_read(State& s, Timestamp at, const BaselineRead& e);
Next deployment_found(State& s, Timestamp at, const std::string& arn);
Next ask_for_deployment(State& s, std::int64_t delay_ms);

// before.cpp: gates, approval, lock, silence: what comes before anything is changed
Next begin(State& s, Timestamp at);
Next begin_locking(State& s, Timestamp at);
Next begin_changes(State& s, Timestamp at);
Next gates_evaluated(State& s, Timestamp at, const GatesEvaluated& e);
Next approval_asked(State& s, Timestamp at, const ApprovalAsked& e);
Next approval_seen(State& s, Timestamp at, const ApprovalSeen& e);
Next alerts_silenced(State& s, Timestamp at, const AlertsSilenced& e);

// deploying.cpp: hook by hook
Next forward_seen(State& s, Timestamp at, const DeploymentView& view);
Next smoke_finished(State& s, Timestamp at, const SmokeFinished& e);
Next watch_seen(State& s, Timestamp at, const WatchSeen& e);

// rollback.cpp
Next begin_rollback(State& s, Timestamp at, std::string cause, Verdict verdict);
Next begin_restore(State& s, Timestamp at);
Next rollback_seen(State& s, Timestamp at, const DeploymentView& view);
Next restore_seen(State& s, Timestamp at, const DeploymentView& view);
void note_traffic(State& s, Timestamp at, const DeploymentView& view);

// failures.cpp
Next action_failed(State& s, Timestamp at, const ActionFailed& e);

inline constexpr std::string_view kTestHook = "POST_TEST_TRAFFIC_SHIFT";
inline constexpr std::string_view kProductionHook = "POST_PRODUCTION_TRAFFIC_SHIFT";

inline bool is_running(std::string_view status) {
  return status == "PENDING" || status == "IN_PROGRESS";
}
inline bool is_rolling_back(std::string_view status) {
  return status == "ROLLBACK_REQUESTED" || status == "ROLLBACK_IN_PROGRESS" ||
         status == "STOP_REQUESTED";
}

}  // namespace sb::release::transitions
