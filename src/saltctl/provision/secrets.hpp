// Private to this folder: the declared secrets, in Secrets Manager and in SSM.
#pragma once

#include "saltctl/provision/provision.hpp"

namespace sb::saltctl {

// Reads every declared secret into resources; what has no value there is in `lacking`.
Task<Result<>> find_secrets(aws::Client& client, const Environment& environment,
                            Resources& resources);
// Adds the keys that are missing: addresses from resources, keys and passwords from the random
// generator. A value that exists stays.
Task<Result<>> ensure_secrets(aws::Client& client, const Environment& environment,
                              const std::string& password, Resources& resources);
// The database's master password, made and kept before the database is, so that a crash loses
// nothing.
Task<Result<std::string>> ensure_master_password(aws::Client& client,
                                                 const Environment& environment);

}  // namespace sb::saltctl
