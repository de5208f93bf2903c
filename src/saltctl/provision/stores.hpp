// Private to this folder: the database and the cache.
#pragma once

#include "saltctl/provision/provision.hpp"

namespace sb::saltctl {

// What it says of itself, and where it answers once it is available. Empty status: not there.
struct StoreView {
  std::string status;
  std::optional<Address> address;
};
Task<Result<StoreView>> describe_database(aws::Client& client, const Environment& environment);
// Why the database came to nothing, in the words of its last event of failure; empty: none is
// known.
Task<std::string> database_failure(aws::Client& client, const Environment& environment);
Task<Result<StoreView>> describe_cache(aws::Client& client, const Environment& environment);
Task<Result<>> create_database(aws::Client& client, const Environment& environment,
                               std::string password);
Task<Result<>> create_cache(aws::Client& client, const Environment& environment);

}  // namespace sb::saltctl
