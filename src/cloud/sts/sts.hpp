// STS: who am I? Every signed caller is the owner of the one account.
#pragma once

#include "cloud/gateway/gateway.hpp"

namespace sb::cloud::sts {

void attach(gateway::Gateway& gateway);

}  // namespace sb::cloud::sts
