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
// For operators, run in a task of their own; each prints one line of JSON.
int check(Config config);                              // can the database and the cache be reached
int rows(Config config, const Arguments& names);       // how many, of TABLE or TABLE.COLUMN
int cache(Config config, const Arguments& arguments);  // clear [--counters]

// One line on stderr: what is wrong and what to do about it.
int complain(const Error& error);

}  // namespace sb::platform::cli
