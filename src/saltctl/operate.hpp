// What the operator's commands share: where to print, what to ask, when to refuse.
#pragma once

#include <optional>
#include <string>

#include "release/config/store.hpp"
#include "release/operate/deployment.hpp"
#include "release/operate/one_off.hpp"
#include "saltctl/session.hpp"

namespace sb::saltctl {

// With --json the document is what stdout is for, and everything else goes to stderr.
struct Screen {
  explicit Screen(Invocation& call);
  Console err;
  Console& out;
  Console& console;  // for people
};

release::operate::ServiceRef service_ref(const Session& session);
Duration poll_of(const Session& session);

// y/N, unless --yes was given. False: nothing is to be done (said already).
std::expected<bool, Failure> may_go_ahead(Invocation& call, Screen& screen,
                                          const std::string& question);
// For what loses data: the environment's name is typed, or given as --confirm NAME with --yes.
std::expected<bool, Failure> may_lose_data(Invocation& call, Screen& screen,
                                           const std::string& environment);
// The exit code when a person said no.
int declined();

// Error conflict while a release of this environment is on its way: its own steps must not be
// crossed.
Task<std::expected<void, Failure>> refuse_during_release(Session& session);

// Where each declared key of the environment is kept.
std::vector<release::config::Source> config_sources(const Environment& environment);

// New tasks of the same task definition, followed to their end; the value is the exit code. With
// `since` (a deployment's ARN) a newer deployment than that one is taken for the restart, which a
// killed process began.
Task<Outcome> restart_and_follow(Session& session, Console& console,
                                 std::optional<std::string> since = {});

}  // namespace sb::saltctl
