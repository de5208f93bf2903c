// What the exit codes mean, said once: help, man pages and docs/RUNBOOK.md take it from here. The
// numbers of releases are those of release/engine/outcome.hpp, which a unit test compares.
#include <algorithm>
#include <array>

#include "saltctl/reference.hpp"

namespace sb::saltctl {
namespace {

// Commands that end as a release ends.
constexpr std::array<std::string_view, 8> kReleasing{"up",
                                                     "deploy",
                                                     "rollback",
                                                     "resume",
                                                     "hotfix ship",
                                                     "emergency rollback",
                                                     "emergency resume",
                                                     "restart"};
// Commands that say whether a release may go ahead.
constexpr std::array<std::string_view, 4> kDeciding{"plan", "checklist", "approve", "reject"};
// Commands that change something while no release may be on its way.
constexpr std::array<std::string_view, 7> kChanging{
    "config set", "config rollback", "db upgrade", "db downgrade",
    "db restore", "hotfix start",    "lock break"};
// Commands that run another one and hand on how it ended.
constexpr std::array<std::string_view, 2> kPassing{"shell", "exec"};

bool is_among(const Command& command, const auto& names) {
  return std::ranges::find(names, command.name) != names.end();
}

const std::vector<ExitCode>& plain() {
  static const std::vector<ExitCode> codes{
      {"0", "done"},
      {"1", "it could not be done, or what was asked about is not well; the message says why"},
      {"2", "wrong usage, or a declaration that cannot be read"}};
  return codes;
}

const std::vector<ExitCode>& releasing() {
  static const std::vector<ExitCode> codes{
      {"0", "complete: what was wanted serves"},
      {"1", "an error of saltctl itself; the message says which"},
      {"2", "wrong usage, or a declaration that cannot be read"},
      {"3", "failed before the service was touched: its users noticed nothing"},
      {"4", "rolled back: the old version serves"},
      {"5", "the way back failed: a person is needed now"},
      {"6",
       "refused: not begun, because somebody else releases, a gate is open, or something is "
       "missing"},
      {"7", "interrupted: unfinished; saltctl resume ends it"}};
  return codes;
}

const std::vector<ExitCode>& deciding() {
  static const std::vector<ExitCode> codes{
      {"0", "done: nothing stands in the way"},
      {"1", "it could not be done; the message says why"},
      {"2", "wrong usage, or a declaration that cannot be read"},
      {"6", "a box is open, or the answer was not given or would not count"}};
  return codes;
}

const std::vector<ExitCode>& changing() {
  static const std::vector<ExitCode> codes{
      {"0", "done, or there was nothing to do"},
      {"1", "it could not be done; the message says why"},
      {"2", "wrong usage, or a declaration that cannot be read"},
      {"6", "refused: a release is on its way, something has to be done before, or you said no"},
      {"N",
       "with --restart or --switch: as `saltctl restart` ends; of `db upgrade` and `db downgrade`: "
       "alembic's own"}};
  return codes;
}

const std::vector<ExitCode>& passing() {
  static const std::vector<ExitCode> codes{
      {"N", "with a command: that command's own exit code"},
      {"0", "without one: the session ended"},
      {"1", "the session could not be started; the message says why"},
      {"2", "wrong usage, or a declaration that cannot be read"}};
  return codes;
}

}  // namespace

const std::vector<ExitCode>& exit_codes_of(const Command& command) {
  if (is_among(command, kReleasing)) return releasing();
  if (is_among(command, kDeciding)) return deciding();
  if (is_among(command, kPassing)) return passing();
  if (is_among(command, kChanging)) return changing();
  return plain();
}

}  // namespace sb::saltctl
