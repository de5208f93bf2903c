// Carrying a release out in the foreground: live view, Ctrl-C, report, exit code. Shared by deploy,
// rollback, resume and up.
#pragma once

#include "saltctl/command.hpp"
#include "saltctl/session.hpp"

namespace sb::saltctl {

enum class Asking { ask, yes };

// Shows the plan, asks where there is somebody to ask, runs it. The value is the exit code.
Task<Outcome> run_release(Invocation& call, release::Runner& runner, release::Plan plan,
                          Asking asking);
// The same without the plan and the report: for `up`.
Task<Result<release::Report>> run_shown(Console& console, const Places& places,
                                        release::Runner& runner, release::Plan plan);
Task<Result<release::Report>> resume_shown(
    Console& console, const Places& places, release::Runner& runner, std::string release_id,
    release::Runner::ResumeAs as = release::Runner::ResumeAs::go_on);
Task<Outcome> run_resume_of(Invocation& call, release::Runner& runner, std::string environment,
                            std::string release_id,
                            release::Runner::ResumeAs as = release::Runner::ResumeAs::go_on);

// y/N on the terminal. Failure when there is none.
std::expected<bool, Failure> confirm(Console& console, const std::string& question);

}  // namespace sb::saltctl
