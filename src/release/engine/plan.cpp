#include "release/engine/plan.hpp"

#include <fmt/format.h>

#include "base/text/text.hpp"

namespace sb::release {

namespace {

std::string versioned(const std::string& version, const std::string& arn) {
  if (version.empty()) return text::last_part(arn);
  return arn.empty() ? version : fmt::format("{} ({})", version, text::last_part(arn));
}

}  // namespace

Result<> validate(const Plan& plan) {
  auto wrong = [](std::string message, std::string field) {
    return fail(ErrorCode::invalid_argument, std::move(message), std::move(field));
  };
  if (plan.release_id.empty()) return wrong("the plan has no release id", "release_id");
  if (plan.environment.empty()) return wrong("the plan names no environment", "environment");
  if (plan.cluster.empty() || plan.service.empty())
    return wrong("the plan names no service", "service");
  if (plan.kind == Kind::deploy && plan.task_definition.empty())
    return wrong("a deploy needs a task definition to register", "task_definition");
  if (plan.kind == Kind::rollback && plan.to_task_definition.empty())
    return wrong("a rollback needs a task definition to go to", "to_task_definition");
  if (plan.kind == Kind::rollback && !plan.has_way_back())
    return wrong("there is nothing to roll back: the service has no task definition",
                 "from_task_definition");
  if (!plan.to_task_definition.empty() && plan.to_task_definition == plan.from_task_definition)
    return wrong(text::last_part(plan.to_task_definition) + " is what serves now",
                 "to_task_definition");
  if (!plan.has_way_back() && plan.create_service.empty())
    return wrong("the service does not exist and the plan does not say how to create it",
                 "create_service");
  if (plan.has_way_back() && !plan.create_service.empty())
    return wrong("the service exists and the plan would create it", "create_service");
  if (plan.migrates() && plan.migration_command.empty())
    return wrong("there are migrations to apply and no command for it", "migration_command");
  for (const auto& waiver : plan.waivers)
    if (waiver.by.empty() || waiver.reason.empty())
      return wrong("a waiver needs a name and a reason", waiver.box);
  if (plan.approval.required && plan.approval.expires_minutes < 1)
    return wrong("an approval that expires at once is none", "approval");
  const Pace& pace = plan.pace;
  if (pace.poll_ms < 1 || pace.retry_ms < 1 || pace.max_attempts < 1 ||
      pace.decision_fresh_ms < 2 * pace.poll_ms)
    return wrong("the plan's pace makes no sense", "pace");
  if (plan.watch_seconds < 0)
    return wrong("a watch cannot be shorter than nothing", "watch_seconds");
  return {};
}

std::vector<PlannedStep> planned_steps(const Plan& plan) {
  std::vector<PlannedStep> steps;
  auto add = [&](std::string what, std::string undo) {
    steps.push_back({std::move(what), std::move(undo)});
  };
  const std::string to = versioned(plan.to_version, plan.to_task_definition);
  const std::string from = versioned(plan.from_version, plan.from_task_definition);

  if (plan.is_gated && !plan.gates.empty())
    add(fmt::format("check the boxes of the pre-deployment list: {}", fmt::join(plan.gates, ", ")),
        "nothing is changed; an open box ends it here");
  if (plan.approval.required)
    add(plan.approval.given_by.empty()
            ? fmt::format("wait up to {} minutes for an approval{}", plan.approval.expires_minutes,
                          plan.approval.by_another_person ? " by another person" : "")
            : fmt::format("approved by {} ({})", plan.approval.given_by, plan.approval.given_how),
        "nothing is changed, and no lock is held meanwhile");
  add(fmt::format("take the release lock of {}", plan.environment),
      "released at the end, whatever it is");
  add("check that the image, the secrets and a steady service are there", "nothing is changed");
  if (plan.silence_minutes > 0)
    add(fmt::format("silence alerts that do not matter meanwhile, for {} minutes at most",
                    plan.silence_minutes),
        "restored at the end, whatever it is");
  if (!plan.db_instance.empty())
    add(fmt::format("snapshot the database {} as {}", plan.db_instance, plan.snapshot_id()),
        "kept; restoring it is a person's decision, never done by itself");
  if (plan.kind == Kind::deploy)
    add(fmt::format("register a revision of {} with {}", plan.family, plan.image),
        "an unused revision does no harm");
  if (plan.migrates()) {
    const std::string expected =
        plan.migrations.empty()
            ? fmt::format("nothing to apply is expected (schema at {})", plan.schema_to)
            : fmt::format("{} ({} to {}) expected", fmt::join(plan.migrations, ", "),
                          plan.schema_from.empty() ? "empty" : plan.schema_from, plan.schema_to);
    add(fmt::format("run `{}` as a one-off task: {}", fmt::join(plan.migration_command, " "),
                    expected),
        "not undone: the old version works with the new schema");
  }
  if (plan.has_way_back())
    add(fmt::format("update {} from {} to {}{}", plan.service, from, to,
                    plan.strategy == Strategy::blue_green ? ", with a pause for each check" : ""),
        plan.strategy == Strategy::blue_green ? "the old tasks keep running and serving"
                                              : "updated back to " + from);
  else
    add(fmt::format("create {} with {}", plan.service, to),
        "none: the first deploy has no way back");

  const std::string back =
      plan.has_way_back() ? "ECS puts the old version back" : "none: the first deploy";
  if (plan.strategy == Strategy::blue_green) {
    if (plan.smoke)
      add("smoke tests on the test listener", back + "; no user has seen the new version");
    add("move all production traffic", back);
  }
  if (plan.smoke) add("smoke tests on production", back);
  if (plan.watch_seconds > 0)
    add(fmt::format("watch error rate and p95 of the new version for {} s", plan.watch_seconds),
        back);
  add("let ECS take the old tasks away",
      plan.has_way_back() ? "saltctl rollback: " + from + " is deployed again" : back);
  if (plan.strategy == Strategy::blue_green)
    add("take the pauses off the service again",
        "done at every end; meanwhile a plain update-service would wait for this release");
  if (plan.is_closed) add("write the changelog and restore the alerts", "done at every end");
  return steps;
}

}  // namespace sb::release
