// What `deploy`, `plan` and `checklist pre` have in common: from the command line to a plan.
#pragma once

#include "saltctl/session.hpp"

namespace sb::saltctl {

struct PreparedDeploy {
  Session session;
  release::Runner runner;
  release::Plan plan;
};
// Reads --image, --reason, --waive, --hotfix, --approve, --approved-by where the command has them.
Task<std::expected<PreparedDeploy, Failure>> prepare_deploy(Invocation& call);

}  // namespace sb::saltctl
