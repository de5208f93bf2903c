// How the cloud that a command speaks to is reached, and with whose keys.
#pragma once

#include <string>

#include "base/async/task.hpp"
#include "saltctl/environment/places.hpp"

namespace sb::saltctl {

struct CloudAccess {
  std::string endpoint;  // "http://127.0.0.1:4566"; empty: AWS's own of each service and region
  std::string access_key;
  std::string secret_key;
  std::string session_token;  // with keys that AWS lends for a time
  std::string ca_file;        // PEM, for an endpoint that the system's roots do not know
};

// The local cloud that runs, or AWS. Error unavailable when it does not run, unauthenticated when
// there are no keys.
Task<Result<CloudAccess>> find_access(Places places);

// AWS itself, as its own tools find it: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY,
// AWS_SESSION_TOKEN, AWS_CA_BUNDLE and AWS_ENDPOINT_URL; without keys there, what the aws CLI would
// use (profiles, single sign-on, roles of a machine), by `aws configure export-credentials`.
Task<Result<CloudAccess>> aws_access();

}  // namespace sb::saltctl
