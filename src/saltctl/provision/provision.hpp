// An environment's resources over the AWS API: what is there, and making what is missing. Nothing
// that exists is changed, except that a secret gets the keys it lacks. Safe to repeat after being
// killed anywhere.
#pragma once

#include <functional>
#include <string>

#include "aws/client/client.hpp"
#include "saltctl/console/console.hpp"
#include "saltctl/environment/environment.hpp"
#include "saltctl/provision/resources.hpp"

namespace sb::saltctl {

// What is there. Error not_found with the first thing that is missing.
Task<Result<Resources>> look_up(aws::Client& client, const Environment& environment);

// Where the listener's certificate comes from; called only for HTTPS listeners.
using CertificateOf = std::function<Result<std::string>(const std::string& account)>;

// Makes what is missing and waits until it is available; each step is shown.
Task<Result<Resources>> ensure(aws::Client& client, const Environment& environment,
                               CertificateOf certificate_of, Steps& steps);

}  // namespace sb::saltctl
