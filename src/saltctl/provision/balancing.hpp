// Private to this folder: load balancer, target groups, listeners and rules.
#pragma once

#include "saltctl/provision/provision.hpp"

namespace sb::saltctl {

Task<Result<>> find_balancing(aws::Client& client, const Environment& environment,
                              Resources& resources);
Task<Result<>> ensure_balancing(aws::Client& client, const Environment& environment,
                                const CertificateOf& certificate_of, Resources& resources,
                                Steps& steps);

}  // namespace sb::saltctl
