#include <fmt/format.h>
#include <fmt/ranges.h>

#include "release/engine/transitions.hpp"

namespace sb::release::transitions {

namespace {

Next ask_or_lock(State& s, Timestamp at) {
  if (s.plan.approval.required) return enter(s, Stage::awaiting_approval, at);
  return begin_locking(s, at);
}

Next expired(State& s, Timestamp at) {
  return finish(s, at, Outcome::refused,
                fmt::format("nobody approved it within {} minutes; deploy again to ask again",
                            s.plan.approval.expires_minutes));
}

}  // namespace

Next begin(State& s, Timestamp at) {
  s.timings.started_at = at;
  if (s.plan.is_gated) return enter(s, Stage::gating, at);
  return ask_or_lock(s, at);
}

Next begin_locking(State& s, Timestamp at) {
  return enter(s, Stage::locking, at);
}

Next gates_evaluated(State& s, Timestamp at, const GatesEvaluated& e) {
  s.boxes = e.boxes;
  if (s.abort_requested) return finish(s, at, Outcome::failed, s.cause);
  std::vector<std::string> open;
  for (const auto& box : s.boxes)
    if (stops_release(box)) open.push_back(fmt::format("{} ({})", box.id, box.evidence));
  if (!open.empty())
    return finish(s, at, Outcome::refused, fmt::format("not ready: {}", fmt::join(open, "; ")));
  return ask_or_lock(s, at);
}

Next approval_asked(State& s, Timestamp at, const ApprovalAsked& e) {
  s.attempts = 0;
  s.approval.digest = e.digest;
  s.approval.asked_at = at;
  s.approval.expires_at = e.expires_at;
  renew_patience(s, at);
  return make(s, ActionKind::read_approval);
}

Next approval_seen(State& s, Timestamp at, const ApprovalSeen& e) {
  s.attempts = 0;
  if (s.abort_requested) return finish(s, at, Outcome::failed, s.cause);
  if (e.state == ApprovalState::waiting) {
    if (at >= s.patience_ends) return expired(s, at);
    return make(s, ActionKind::read_approval, {}, s.plan.pace.poll_ms);
  }
  s.approval.state = e.state;
  s.approval.by = e.by;
  s.approval.caller_arn = e.caller_arn;
  s.approval.how = e.how;
  s.approval.reason = e.reason;
  s.approval.answered_at = e.answered_at;
  switch (e.state) {
    case ApprovalState::rejected:
      return finish(
          s, at, Outcome::refused,
          fmt::format("rejected by {}: {}", e.by, e.reason.empty() ? "no reason given" : e.reason));
    case ApprovalState::invalid:
      return finish(s, at, Outcome::refused,
                    fmt::format("the approval by {} does not count: {}",
                                e.by.empty() ? "somebody" : e.by, e.reason));
    case ApprovalState::approved:
    case ApprovalState::waiting:
      break;
  }
  return begin_locking(s, at);
}

Next alerts_silenced(State& s, Timestamp at, const AlertsSilenced& e) {
  s.attempts = 0;
  s.silence_id = e.id;
  if (!e.id.empty()) s.silenced_until = e.until;
  s.kept_alerts = e.kept;
  if (!e.problem.empty()) s.warnings.push_back("alerts are not silenced: " + e.problem);
  return begin_changes(s, at);
}

// The lock is held and everything is there: the first step that leaves something behind.
Next begin_changes(State& s, Timestamp at) {
  if (s.abort_requested) return finish(s, at, Outcome::failed, s.cause);
  if (s.plan.kind == Kind::rollback) {
    s.task_definition = s.plan.to_task_definition;
    return begin_update(s, at);
  }
  if (!s.plan.db_instance.empty()) return enter(s, Stage::snapshotting, at);
  return enter(s, Stage::registering, at);
}

}  // namespace sb::release::transitions
