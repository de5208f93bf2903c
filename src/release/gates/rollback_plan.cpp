#include "release/gates/rollback_plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text/text.hpp"

namespace sb::release::gates {

namespace {

std::string database_part(const Plan& plan) {
  if (plan.migrations.empty())
    return "The schema does not change: nothing is to be done about the database.\n";
  const std::int64_t old_depth =
      plan.schema_depth > 0 ? plan.schema_depth - static_cast<std::int64_t>(plan.migrations.size())
                            : 0;
  std::string text = fmt::format(
      "{} brings the schema from {} to {}. It is not undone: {}.\n",
      fmt::join(plan.migrations, ", "), plan.schema_from.empty() ? "nothing" : plan.schema_from,
      plan.schema_to, can_live_with(old_depth, plan.schema_depth, plan.schema_floor).sentence);
  text +=
      fmt::format("If it must be undone: `saltctl db downgrade {} {}`, after the application.\n",
                  plan.environment, plan.schema_from.empty() ? "base" : plan.schema_from);
  if (!plan.db_instance.empty())
    text += fmt::format(
        "If data were damaged: `saltctl db restore {} {}` makes a new instance from the snapshot "
        "that this release takes first.\n",
        plan.environment, plan.snapshot_id());
  return text;
}

}  // namespace

Compatibility can_live_with(std::int64_t code_depth, std::int64_t schema_depth,
                            std::int64_t schema_floor) {
  if (code_depth <= 0 || schema_depth <= 0)
    return {.sentence =
                "whether the older code lives with the newer schema is not known (its "
                "task definition does not say)"};
  if (code_depth >= schema_depth)
    return {.is_known = true, .sentence = "the code knows every revision of the schema"};
  const std::int64_t ahead = schema_depth - code_depth;
  const std::string revisions = fmt::format("{} revision{}", ahead, ahead == 1 ? "" : "s");
  if (code_depth >= schema_floor)
    return {.is_known = true,
            .sentence = fmt::format("the schema is {} ahead of the older code, and {} only adds: "
                                    "the older code lives with it",
                                    revisions, ahead == 1 ? "it" : "each")};
  return {.is_known = true,
          .lives = false,
          .sentence = fmt::format("the schema is {} ahead of the older code, and at least one of "
                                  "them takes something away: the older code does NOT live with it",
                                  revisions)};
}

std::string rollback_plan(const Plan& plan) {
  std::string text =
      fmt::format("# The way back of {}\n\n{} to {}{}{}.\n\n", plan.release_id,
                  plan.to_version.empty() ? plan.image : plan.to_version, plan.environment,
                  plan.from_version.empty() ? "" : ", from " + plan.from_version,
                  plan.reason.empty() ? "" : " (" + plan.reason + ")");
  text += "## By itself\n\n";
  if (!plan.has_way_back())
    text +=
        "This is the first deploy: there is nothing to go back to. A failure is reported and "
        "a version that works is deployed.\n";
  else if (plan.strategy == Strategy::blue_green)
    text += fmt::format(
        "Failing smoke tests, a breached limit of the watch, a silent metric source, or nobody "
        "answering a pause put {} back: its tasks run until the bake is over, and ECS moves the "
        "traffic back to them.\n",
        text::last_part(plan.from_task_definition));
  else
    text += fmt::format("Failing smoke tests or a breached limit of the watch deploy {} again.\n",
                        text::last_part(plan.from_task_definition));
  if (plan.has_way_back())
    text += fmt::format(
        "\n## By hand\n\nWhile the release runs, and afterwards: `saltctl rollback {0}` (to {1}).\n"
        "Without saltctl: `aws ecs update-service --cluster {2} --service {3} --task-definition "
        "{1}`.\n",
        plan.environment, text::last_part(plan.from_task_definition), plan.cluster, plan.service);
  return text + "\n## The database\n\n" + database_part(plan);
}

}  // namespace sb::release::gates
