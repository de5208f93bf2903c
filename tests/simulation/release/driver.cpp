#include "simulation/release/driver.hpp"

#include <fmt/format.h>

#include "release/engine/codec.hpp"

namespace sb::release::simulation {

Plan make_plan(const World& world, Strategy strategy, Kind kind) {
  Plan plan;
  plan.release_id = "rel-1";
  plan.kind = kind;
  plan.environment = "production";
  plan.cluster = "saltbitter-prod";
  plan.service = plan.family = "saltbitter-api-prod";
  plan.strategy = strategy;
  plan.to_version = "2.0.0";
  if (world.first_deploy)
    plan.create_service = "{}";
  else
    plan.from_task_definition = "task-definition/api:7";
  if (kind == Kind::deploy) {
    plan.task_definition = "{}";
    plan.runs_migrations = true;
    plan.migrations = {"0002"};
    plan.db_instance = "saltbitter-prod";
  } else {
    plan.to_task_definition = "task-definition/api:5";
  }
  plan.watch_seconds = 10;
  plan.pace.poll_ms = 500;
  plan.silence_minutes = 60;
  plan.is_closed = true;
  if (kind == Kind::deploy) {
    plan.is_gated = true;
    plan.approval = {.required = true, .expires_minutes = 2};
  }
  return plan;
}

Driver::Driver(World world, Plan plan, std::uint64_t seed)
    : world_(world), plan_(plan), cloud_(world, plan, seed), state_(initial(plan)) {}

bool Driver::feed(EventBody body) {
  Event event{cloud_.now(), std::move(body)};
  Step result = step(state_, event);
  if (!result.changed && result.next && changes_something(result.next->kind))
    broken_ = fmt::format("action {} changes something but its reason is in no record",
                          static_cast<int>(result.next->kind));
  if (result.changed) {
    journal_.push_back({event.at, std::string(type_name(event.body)), encode_body(event.body)});
    if (crashes(Point::journaled, records())) {
      die_and_resume();
      return false;
    }
  }
  state_ = std::move(result.state);
  if (result.next) pending_ = std::move(result.next);
  return true;
}

void Driver::die_and_resume() {
  // Everything but the journal is gone.
  watch_began_.reset();
  pending_.reset();
  state_ = initial(plan_);
  for (const auto& line : journal_) {
    auto body = decode_body(line.type, line.body);
    if (!body) {
      broken_ = "the journal cannot be read back: " + body.error().text();
      return;
    }
    state_ = step(state_, Event{line.at, *body}).state;
  }
  if (state_.stage == Stage::ended) return;
  cloud_.advance(dead_ms());
  if (state_.stage == Stage::created)
    feed(Started{});
  else
    feed(Resumed{"driver"});
}

bool Driver::run(int limit) {
  feed(Started{});
  while (performed_ < limit && broken_.empty()) {
    if (state_.stage == Stage::ended) {
      check_end();
      return true;
    }
    if (state_.is_interrupted) {
      die_and_resume();
      continue;
    }
    if (!pending_) {
      broken_ = "nothing to do, and not ended";
      return false;
    }
    if (aborts(state_)) feed(AbortRequested{"operator", "second thoughts"});
    Action action = *std::exchange(pending_, std::nullopt);
    cloud_.advance(action.delay_ms);
    if (action.kind != ActionKind::read_metrics && action.kind != ActionKind::describe_deployment &&
        action.kind != ActionKind::run_smoke)
      watch_began_.reset();
    EventBody body = cloud_.perform(action, watch_began_);
    ++performed_;
    if (crashes(Point::performed, performed_)) {
      die_and_resume();
      continue;
    }
    feed(std::move(body));
  }
  return false;
}

void Driver::check_end() {
  const bool serves_new = cloud_.serving() != plan_.from_task_definition;
  auto rule = [&](bool holds, std::string_view text) {
    if (!holds && broken_.empty()) broken_ = text;
  };
  rule(cloud_.lock_holder() != plan_.release_id || !state_.warnings.empty(),
       "the lock is still held");
  const bool has_said = !state_.warnings.empty();
  rule(!cloud_.is_silenced() || has_said, "alerts were left silenced");
  rule(!cloud_.was_silenced_for_ever, "alerts were silenced without an end");
  rule(!cloud_.has_request() || has_said, "the request for approval was left behind");
  rule(cloud_.closings > 0 || has_said, "the release was not closed");
  rule(!cloud_.has_hooks() && !cloud_.released_with_hooks, "the service was left with hooks");
  rule(cloud_.registrations() <= 1, "the task definition was registered twice");
  rule(cloud_.migration_runs() <= 1, "the migration was started twice");
  switch (state_.outcome) {
    case Outcome::complete:
      rule(plan_.kind == Kind::rollback || state_.approval.state == ApprovalState::approved,
           "complete without an approval");
      rule(plan_.kind == Kind::rollback || !world_.gates_fail, "complete with an open box");
      rule(serves_new, "complete, and the old version serves");
      rule(!world_.is_bad() && !world_.migration_fails, "complete with a bad version");
      rule(!world_.metrics_silent, "complete though the metrics were silent");
      rule(cloud_.production_smokes_passed > 0, "complete without smoke tests on production");
      rule(cloud_.watches_passed > 0, "complete without a watch");
      rule(!cloud_.is_half_shifted(), "complete and half shifted");
      rule(state_.verdict == Verdict::good, "complete and not good");
      break;
    case Outcome::rolled_back:
      rule(!serves_new, "rolled back, and the new version serves");
      rule(!cloud_.is_half_shifted(), "rolled back and half shifted");
      rule(state_.verdict != Verdict::good, "rolled back and good");
      break;
    case Outcome::rollback_failed:
      rule(world_.rollback_fails || world_.first_deploy || cloud_.meddled,
           "rollback failed for no reason");
      break;
    case Outcome::refused:
    case Outcome::failed:
      rule(!serves_new || world_.first_deploy, "failed, and the new version serves");
      rule(cloud_.deployments_to(state_.task_definition) == 0,
           "failed, and the service was touched");
      break;
    case Outcome::none:
    case Outcome::interrupted:
      rule(false, "ended without an outcome");
  }
}

std::string Driver::story() const {
  std::string text;
  for (const auto& line : journal_)
    text += fmt::format("{:>10} {:<24} {}\n", (line.at - journal_.front().at).count(), line.type,
                        line.body);
  return text + describe(state_) + "\n";
}

}  // namespace sb::release::simulation
