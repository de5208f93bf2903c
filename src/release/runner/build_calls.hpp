// What a release needs before the service is touched: a snapshot, a task definition, a migrated
// schema.
#pragma once

#include <string>

#include "aws/model/ecs_task_definition.hpp"
#include "release/engine/plan.hpp"
#include "release/runner/api.hpp"

namespace sb::release {

// Tags on every task definition that a release registers.
inline constexpr std::string_view kReleaseTag = "saltbitter:release";
inline constexpr std::string_view kVersionTag = "saltbitter:version";
inline constexpr std::string_view kSchemaTag = "saltbitter:schema";
// How many revisions it knows, and how many a version must know to live with its schema.
inline constexpr std::string_view kSchemaDepthTag = "saltbitter:schema-depth";
inline constexpr std::string_view kSchemaFloorTag = "saltbitter:schema-floor";

class BuildCalls {
 public:
  BuildCalls(Api& api, const Plan& plan) : api_(api), plan_(plan) {}

  Task<Result<>> create_snapshot();
  Task<Result<SnapshotSeen>> describe_snapshot();
  // The revision that carries the release's tag; empty: none.
  Task<Result<std::string>> find_task_definition();
  Task<Result<std::string>> register_task_definition();
  Task<Result<std::string>> run_migration(std::string task_definition, std::string token);
  Task<Result<MigrationSeen>> describe_migration(std::string task_arn);

 private:
  Api& api_;
  const Plan& plan_;
};

// A task definition with its tags. not_found when there is none.
struct Described {
  aws::ecs::TaskDefinition task_definition;
  std::vector<aws::ecs::Tag> tags;

  std::string tag(std::string_view key) const;
  std::int64_t number(std::string_view key) const;  // 0: not there
  std::string version() const;                      // its tag, else the tag part of its image
};
Task<Result<Described>> describe_task_definition(Api& api, std::string name);

}  // namespace sb::release
