#include "release/runner/planning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/json/codec.hpp"
#include "release/gates/rollback_plan.hpp"
#include "release/journal/journal.hpp"

namespace sb::release {

namespace ecs = aws::ecs;

std::string new_release_id(Timestamp at) {
  return journal::new_id("rel", at);
}

std::vector<std::string> pending_revisions(const std::vector<std::string>& revisions,
                                           const std::string& from) {
  if (from.empty()) return revisions;
  auto at = std::ranges::find(revisions, from);
  if (at == revisions.end()) return {};
  return {at + 1, revisions.end()};
}

Plan Planner::blank(Kind kind, std::string reason) const {
  Plan plan;
  plan.release_id = new_release_id(now());
  plan.kind = kind;
  plan.environment = config_.name;
  plan.cluster = config_.cluster;
  plan.service = config_.service;
  plan.family = config_.family;
  plan.strategy = config_.strategy;
  plan.requested_by = who_;
  plan.reason = std::move(reason);
  plan.container = config_.container;
  plan.watch_seconds = config_.watch_seconds;
  plan.too_little_traffic = config_.too_little_traffic;
  plan.pace = config_.pace;
  plan.silence_minutes = config_.silence_minutes;
  plan.is_closed = true;
  return plan;
}

Task<Result<std::optional<ecs::Service>>> Planner::read_service() {
  ServiceCalls service(api_, config_.cluster, config_.service);
  co_return co_await service.describe();
}

Task<Result<Plan>> Planner::deploy(DeployRequest request) {
  Plan plan = blank(Kind::deploy, std::move(request.reason));
  plan.image = std::move(request.image);
  plan.to_version = std::move(request.version);
  plan.task_definition = std::move(request.task_definition);
  plan.schema_to = request.schema_head;
  if (!request.skip_snapshot) plan.db_instance = config_.db_instance;
  plan.commit = std::move(request.commit);
  plan.is_dirty = request.is_dirty;
  plan.flags = std::move(request.flags);
  plan.checksums = std::move(request.checksums);
  plan.schema_depth = static_cast<std::int64_t>(request.revisions.size());
  plan.schema_floor = request.schema_floor;
  plan.is_gated = true;
  plan.is_hotfix = request.is_hotfix;
  plan.gates = plan.is_hotfix ? config_.hotfix_gates : config_.gates;
  plan.waivers = std::move(request.waivers);
  plan.approval = config_.approval;
  if (plan.approval.required) {
    plan.approval.given_by = std::move(request.approved_by);
    plan.approval.given_how = std::move(request.approved_how);
  }

  SB_CO_TRY(auto service, co_await read_service());
  if (service) {
    plan.from_task_definition = value_or_default(service->taskDefinition);
    auto current = co_await describe_task_definition(api_, plan.from_task_definition);
    if (!current)
      co_return std::unexpected(std::move(current).error().in("what runs now cannot be described"));
    plan.from_version = current->version();
    plan.schema_from = current->tag(kSchemaTag);
    if (service->networkConfiguration)
      plan.network_configuration = json::encode(*service->networkConfiguration);
  } else {
    plan.create_service = std::move(request.create_service);
    if (!plan.create_service.empty()) {
      auto create = json::decode<ecs::CreateServiceRequest>(plan.create_service);
      if (!create)
        co_return std::unexpected(
            std::move(create).error().in("the service's declaration cannot be read"));
      if (create->networkConfiguration)
        plan.network_configuration = json::encode(*create->networkConfiguration);
    }
  }
  plan.migrations = pending_revisions(request.revisions, plan.schema_from);
  // What runs now may be ahead of this image: then there is nothing that the image could apply.
  const bool is_behind =
      !plan.schema_from.empty() && !request.revisions.empty() &&
      std::ranges::find(request.revisions, plan.schema_from) == request.revisions.end();
  plan.runs_migrations = !request.revisions.empty() && !is_behind;
  // A snapshot is for what a migration may do to the data.
  if (plan.migrations.empty()) plan.db_instance.clear();
  SB_CO_TRY_VOID(validate(plan));
  co_return plan;
}

Task<Result<std::string>> Planner::rollback_target(RollbackRequest request, std::string current) {
  auto to = std::move(request.to);
  if (to.empty()) {
    std::vector<std::string> except;
    if (request.rather_not_to_what_was_left) {
      SB_CO_TRY(except, journal_.left_by_rollbacks(config_.name));
    }
    except.push_back(current);
    SB_CO_TRY(auto good, journal_.last_good(config_.name, except));
    if (!good) {
      SB_CO_TRY(good, journal_.last_good(config_.name, {current}));
    }
    if (!good)
      co_return fail(
          ErrorCode::not_found,
          "the ledger knows no earlier good version to go back to: name one with --to REVISION");
    co_return good->task_definition;
  }
  if (std::ranges::all_of(to, [](unsigned char c) { return std::isdigit(c); }))
    to = config_.family + ":" + to;
  co_return to;
}

Task<Result<Plan>> Planner::rollback(RollbackRequest request) {
  Plan plan = blank(Kind::rollback, std::move(request.reason));
  SB_CO_TRY(auto service, co_await read_service());
  if (!service)
    co_return fail(ErrorCode::not_found,
                   fmt::format("there is no service {} to roll back", config_.service));
  plan.from_task_definition = value_or_default(service->taskDefinition);
  SB_CO_TRY(std::string target, co_await rollback_target(request, plan.from_task_definition));
  auto found = co_await describe_task_definition(api_, target);
  if (!found) co_return std::unexpected(std::move(found).error().in(target));
  auto& described = *found;
  plan.to_task_definition = value_or_default(described.task_definition.taskDefinitionArn);
  plan.to_version = described.version();
  plan.schema_to = described.tag(kSchemaTag);
  for (const auto& container : described.task_definition.containerDefinitions)
    if (container.name == config_.container) plan.image = value_or_default(container.image);
  if (described.task_definition.family != config_.family)
    co_return fail(ErrorCode::invalid_argument,
                   fmt::format("{} is not of the family {}", target, config_.family), "to");

  SB_CO_TRY(auto verdict, journal_.verdict_of(config_.name, plan.to_task_definition));
  if (verdict && verdict->verdict == Verdict::bad)
    co_return fail(ErrorCode::failed_precondition,
                   fmt::format("{} was found bad: {}", target, verdict->reason),
                   plan.to_task_definition);
  plan.schema_depth = described.number(kSchemaDepthTag);
  auto current = co_await describe_task_definition(api_, plan.from_task_definition);
  if (current) {
    plan.from_version = current->version();
    plan.schema_from = current->tag(kSchemaTag);
  }
  SB_CO_TRY(auto schema, co_await present_schema(plan.from_task_definition));
  const auto fits = gates::can_live_with(plan.schema_depth, schema.depth, schema.floor);
  plan.schema_note = fits.sentence;
  if (!fits.lives && !request.despite_schema)
    co_return fail(ErrorCode::failed_precondition,
                   fmt::format("{} cannot be put back: {}. Undo the schema first (saltctl db "
                               "downgrade {}), or go there in spite of it with --despite-schema",
                               target, fits.sentence, config_.name),
                   plan.to_task_definition);
  SB_CO_TRY_VOID(validate(plan));
  co_return plan;
}

// The newest schema that a release may have left: of what runs, and of the newest release, which
// may have migrated before it was taken back.
Task<Result<Planner::Schema>> Planner::present_schema(std::string current) {
  Schema present;
  std::vector<std::string> candidates{current};
  SB_CO_TRY(auto newest, journal_.ledger(config_.name, 1));
  if (!newest.empty() && newest.front().task_definition != current)
    candidates.push_back(newest.front().task_definition);
  for (const auto& name : candidates) {
    auto described = co_await describe_task_definition(api_, name);
    if (!described) continue;  // deregistered by hand: it says nothing
    const std::int64_t depth = described->number(kSchemaDepthTag);
    if (depth <= present.depth) continue;
    present.depth = depth;
    present.floor = described->number(kSchemaFloorTag);
  }
  co_return present;
}

}  // namespace sb::release
