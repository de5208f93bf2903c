// What stands around a release on this machine: the alerts that are silenced for its time, and the
// outbox from which people are told.
#pragma once

#include <memory>

#include "release/runner/surroundings.hpp"
#include "saltctl/session.hpp"

namespace sb::saltctl {

std::shared_ptr<release::Surroundings> surroundings_of(const Session& session);

}  // namespace sb::saltctl
