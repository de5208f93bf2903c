// `salthub serve` and the commands that need its home only.
#pragma once

#include "base/async/task.hpp"
#include "github/home.hpp"

namespace sb::github {

// Runs until SIGTERM or SIGINT; steps under way go on and are found again by the next one.
Task<Result<>> serve(Home home, std::uint16_t port);
// The branches of a checkout into the repository, without starting anything. Needs no salthub to
// run (error conflict when one does).
Task<Result<>> seed(Home home, fs::Path checkout);
// Answers what the run waits for, through the running salthub. Returns a sentence.
Task<Result<std::string>> decide(Home home, std::int64_t run, bool approve, std::string user,
                                 std::string comment);

}  // namespace sb::github
