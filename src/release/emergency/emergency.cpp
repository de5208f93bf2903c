#include "release/emergency/emergency.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/describe/enum_to_string.hpp>

namespace sb::release::emergency {

std::string Emergency::fact(const std::string& name) const {
  std::string value;
  Timestamp newest{};
  for (const auto& step : steps) {
    auto found = step.facts.find(name);
    if (found == step.facts.end() || step.at < newest) continue;
    value = found->second;
    newest = step.at;
  }
  return value;
}

Emergency initial(Begun begun) {
  Emergency emergency{.begun = std::move(begun)};
  for (auto step : kSteps) emergency.of(step).step = step;
  return emergency;
}

void apply(Emergency& emergency, StepNote note) {
  auto& step = emergency.of(note.step);
  if (step.state == StepState::done || step.state == StepState::skipped) return;
  for (const auto& [name, value] : step.facts) note.facts.try_emplace(name, value);
  step = std::move(note);
}

void retry_failed(Emergency& emergency) {
  for (auto& step : emergency.steps)
    if (step.state == StepState::failed) step.state = StepState::begun;
}

std::optional<StepId> next_step(const Emergency& emergency) {
  for (auto step : kSteps) {
    auto state = emergency.of(step).state;
    if (state == StepState::open || state == StepState::begun) return step;
  }
  return std::nullopt;
}

bool is_complete(const Emergency& emergency) {
  return std::ranges::all_of(emergency.steps, [](const StepNote& step) {
    return step.state == StepState::done || step.state == StepState::skipped;
  });
}

std::string data_lost(const Emergency& emergency) {
  auto lost = emergency.fact(kDataLost);
  if (lost.empty() || emergency.of(StepId::database).state == StepState::done) return lost;
  return "not certain, that step did not end well: " + lost;
}

std::string_view title_of(StepId step) {
  switch (step) {
    case StepId::application:
      return "Roll back application";
    case StepId::database:
      return "Roll back database";
    case StepId::cache:
      return "Clear Redis cache";
    case StepId::incidents:
      return "Notify #incidents";
    case StepId::status_page:
      return "Update status page";
    case StepId::post_mortem:
      return "Schedule post-mortem";
  }
  return "";
}

namespace {

// A table's cell: one line, and no bars of its own.
std::string cell(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  for (auto at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2))
    text.insert(at, 1, '\\');
  return text;
}

}  // namespace

std::string post_mortem(const Emergency& emergency, std::vector<TimelineEntry> timeline) {
  const auto& begun = emergency.begun;
  auto lost = data_lost(emergency);
  std::string text = fmt::format(
      "# Post-mortem {}\n\n"
      "Due {} (24 hours after the emergency rollback began). Owner: _name_\n\n"
      "| | |\n|---|---|\n"
      "| Environment | {} |\n| Rollback began | {} |\n| Begun by | {} |\n| Reason given | {} |\n"
      "| Version taken back | {} |\n| Version put back | {} |\n| Data lost | {} |\n\n",
      begun.id, format_rfc3339(emergency.post_mortem_due()), begun.environment,
      format_rfc3339(begun.at), cell(begun.by), cell(begun.reason.empty() ? "none" : begun.reason),
      cell(emergency.fact("from_version")), cell(emergency.fact("to_version")),
      cell(lost.empty() ? "none by this rollback" : lost));
  text += "## What was done\n\n| Step | State | Proof |\n|---|---|---|\n";
  for (auto id : kSteps) {
    const auto& step = emergency.of(id);
    bool is_this = id == StepId::post_mortem;
    text += fmt::format("| {} | {} | {} |\n", title_of(id),
                        is_this ? "done" : boost::describe::enum_to_string(step.state, "?"),
                        is_this ? "this document" : cell(step.proof));
  }
  text += "\n## Timeline (UTC)\n\n| When | What |\n|---|---|\n";
  std::ranges::sort(timeline, {}, &TimelineEntry::at);
  for (const auto& entry : timeline)
    text += fmt::format("| {} | {} |\n", format_rfc3339(entry.at), cell(entry.text));
  text +=
      "\n## To be filled in\n\n"
      "- Who noticed, how, and how long after it began?\n"
      "- What did users notice: how many, for how long, which functions?\n"
      "- Was data lost or wrong, and how was it mended?\n"
      "- The cause, and why no test, gate or watch caught it:\n"
      "- What helped, what was in the way:\n\n"
      "| Action | Owner | Due |\n|---|---|---|\n| | | |\n";
  return text;
}

}  // namespace sb::release::emergency
