#pragma once

#include <string>
#include <vector>

#include "base/http/client.hpp"

namespace sb::loadgen {

// Signs up a throw-away user with a profile and an assessment, as a client would; returns the
// access token.
Task<Result<std::string>> sign_up(http::Client& client, std::string url, int number,
                                  Deadline deadline);

}  // namespace sb::loadgen
