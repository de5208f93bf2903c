// The account with which the runbook logs in by hand, for environments that declare it.
#pragma once

#include "aws/client/client.hpp"
#include "saltctl/console/console.hpp"
#include "saltctl/environment/environment.hpp"
#include "saltctl/provision/resources.hpp"

namespace sb::saltctl {

// Runs `saltbitter seed --demo --rehearsal` as a task of its own, on the service's own task
// definition, and waits for it. Again changes nothing.
Task<Result<>> ensure_demo_account(aws::Client& client, const Environment& environment,
                                   const Resources& resources, std::string task_definition);

}  // namespace sb::saltctl
