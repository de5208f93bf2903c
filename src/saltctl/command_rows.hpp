// The rows of the table of commands, a file for each group; commands.cpp puts them together. Here
// is what they share.
#pragma once

#include <vector>

#include "saltctl/command.hpp"

namespace sb::saltctl {

inline constexpr Positional kEnvironment{
    "ENV", "the environment: development, staging or production", Kind::environment};
inline constexpr Positional kEnvironmentOrDevelopment{
    "ENV", "the environment (default: development)", Kind::environment, false};
inline constexpr Positional kAnyEnvironment{
    "ENV", "the environment (default: every one that exists here)", Kind::environment, false};
inline constexpr Option kImage{
    "--image", "REF", "the image, as in `saltctl image list` (default: the newest)", Kind::image};
inline constexpr Option kYes{"-y,--yes", "",
                             "do not ask; needed where there is no terminal to ask on"};

inline constexpr Option kReason{"--reason", "TEXT", "why, for the record"};
inline constexpr Option kWaive{
    "--waive", "BOXES=WHY",
    "go on without these boxes of the checklist, by name and with a reason: 'tests,coverage=the "
    "runner is down' (may be repeated)",
    Kind::text, true};
inline constexpr Option kHotfix{
    "--hotfix", "", "ask only for the boxes that a hotfix cannot do without; needs --reason"};

std::vector<Command> everyday_commands();
std::vector<Command> release_commands();
std::vector<Command> notify_commands();
std::vector<Command> operate_commands();
std::vector<Command> reference_commands();

}  // namespace sb::saltctl
