#include "release/gates/changelog.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/describe/enum_to_string.hpp>

namespace sb::release::gates {

namespace {

std::string mark_of(const std::string& release_id) {
  return "<!-- " + release_id + " -->";
}

// What a person wrote may hold line ends; an entry is a list of lines.
std::string one_line(std::string text) {
  for (char& c : text)
    if (c == '\n' || c == '\r') c = ' ';
  return text;
}

}  // namespace

std::string changelog_entry(const State& state, Timestamp at) {
  const Plan& plan = state.plan;
  if (state.forward.requests == 0) return {};
  std::string text = fmt::format(
      "{}\n## {} - {} {} - {}\n\n", mark_of(plan.release_id), format_rfc3339(at).substr(0, 16),
      plan.kind == Kind::rollback ? "back to" : "release of",
      plan.to_version.empty() ? plan.to_task_definition : plan.to_version,
      state.outcome == Outcome::rolled_back ? "rolled back"
      : state.outcome == Outcome::rollback_failed
          ? "ROLLBACK FAILED"
          : boost::describe::enum_to_string(state.outcome, ""));
  auto line = [&](std::string_view what, const std::string& value) {
    if (!value.empty()) text += fmt::format("- {}: {}\n", what, one_line(value));
  };
  line("before", plan.from_version.empty() ? "nothing" : plan.from_version);
  line("by", plan.requested_by);
  line("reason", plan.reason);
  line("cause", state.cause);
  if (state.approval.state == ApprovalState::approved) line("approved by", state.approval.by);
  if (state.migrations_ran && !plan.migrations.empty())
    line("migrations", fmt::format("{}", fmt::join(plan.migrations, ", ")));
  for (const auto& box : state.boxes)
    if (box.state == BoxState::waived)
      line("waived", fmt::format("{} by {}: {}", box.id, box.waived_by, box.waiver_reason));
  line("record", "saltctl show " + plan.release_id);
  return text + "\n";
}

Result<> add_to_changelog(const fs::Path& file, const std::string& environment,
                          const std::string& release_id, const std::string& entry) {
  SB_TRY_VOID(fs::make_directories(file.parent_path(), 0700));
  const std::string title = fmt::format("# Changelog of {}\n\n", environment);
  std::string old;
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) {
    SB_TRY(old, fs::read_file(file));
  }
  if (old.contains(mark_of(release_id))) return {};
  if (old.starts_with(title)) old.erase(0, title.size());
  return fs::write_file(file, title + entry + old);
}

}  // namespace sb::release::gates
