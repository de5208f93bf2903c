// Makes plans: reads what is there, decides what would be done, changes nothing.
#pragma once

#include "release/runner/build_calls.hpp"
#include "release/runner/runner.hpp"
#include "release/runner/service_calls.hpp"

namespace sb::release {

class Planner {
 public:
  Planner(Api& api, const EnvironmentConfig& config, journal::Journal& journal, std::string who)
      : api_(api), config_(config), journal_(journal), who_(std::move(who)) {}

  Task<Result<Plan>> deploy(DeployRequest request);
  Task<Result<Plan>> rollback(RollbackRequest request);

 private:
  Plan blank(Kind kind, std::string reason) const;
  Task<Result<std::optional<aws::ecs::Service>>> read_service();
  struct Schema {
    std::int64_t depth = 0, floor = 0;  // 0: not known
  };
  Task<Result<Schema>> present_schema(std::string current);
  Task<Result<std::string>> rollback_target(RollbackRequest request, std::string current);

  Api& api_;
  const EnvironmentConfig& config_;
  journal::Journal& journal_;
  std::string who_;
};

// "rel-20261122-102030-4f2a": lower case, so that a snapshot may be named after it.
std::string new_release_id(Timestamp at);

// What of `revisions` is pending when the schema is at `from`: those after it; all when it is
// empty; none when it is not among them (a newer schema than the image knows).
std::vector<std::string> pending_revisions(const std::vector<std::string>& revisions,
                                           const std::string& from);

}  // namespace sb::release
