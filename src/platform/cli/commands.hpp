// The commands of `saltbitter`, one function each. They return the exit code: 0 done, 1 failed, 2
// wrong usage or configuration.
#pragma once

#include <string>
#include <vector>

#include "platform/config/config.hpp"

namespace sb::platform::cli {

using Arguments = std::vector<std::string>;

int main(const std::string& program, const Arguments& arguments);

int serve(Config config);
int work(Config config);
int generate_matches(Config config);
int seed(Config config, const Arguments& arguments);

// One line on stderr: what is wrong and what to do about it.
int complain(const Error& error);

}  // namespace sb::platform::cli
