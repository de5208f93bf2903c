#include "release/emergency/log.hpp"

#include <fmt/format.h>

#include "base/json/codec.hpp"

namespace sb::release::emergency {

namespace {

constexpr std::string_view kBegun = "emergency_begun";
constexpr std::string_view kStep = "emergency_step";
constexpr std::string_view kAbandoned = "emergency_abandoned";
constexpr std::string_view kPrefix = "note:";

Result<std::optional<Emergency>> fold(const std::vector<journal::Record>& records) {
  std::optional<Emergency> emergency;
  for (const auto& record : records) {
    auto type = std::string_view(record.type);
    if (!type.starts_with(kPrefix)) continue;
    type.remove_prefix(kPrefix.size());
    if (type == kBegun) {
      SB_TRY(auto begun, json::decode<Begun>(record.body));
      emergency = initial(std::move(begun));
    } else if (type == kStep && emergency) {
      SB_TRY(auto note, json::decode<StepNote>(record.body));
      apply(*emergency, std::move(note));
    } else if (type == kAbandoned && emergency) {
      emergency->is_abandoned = true;
    }
  }
  return emergency;
}

}  // namespace

Result<> Log::begin(const Begun& begun) {
  return journal_.note(begun.id, kBegun, json::encode(begun), begun.at);
}

Result<> Log::note(const Emergency& emergency, const StepNote& note) {
  return journal_.note(emergency.begun.id, kStep, json::encode(note), note.at);
}

Result<> Log::abandon(const Emergency& emergency, const std::string& why, Timestamp at) {
  return journal_.note(emergency.begun.id, kAbandoned,
                       fmt::format(R"({{"why":{}}})", json::quote(why)), at);
}

Result<std::optional<Emergency>> Log::unfinished(const std::string& environment) {
  SB_TRY(auto records, journal_.notes(kBegun));
  std::optional<Emergency> newest;
  for (const auto& record : records) {
    SB_TRY(auto begun, json::decode<Begun>(record.body));
    if (begun.environment != environment) continue;
    SB_TRY(auto found, find(begun.id));
    newest.reset();
    if (found && !found->is_abandoned && !is_complete(*found)) newest = std::move(found);
  }
  return newest;
}

Result<std::optional<Emergency>> Log::find(const std::string& id) {
  SB_TRY(auto records, journal_.records(id));
  return fold(records);
}

Result<std::vector<TimelineEntry>> timeline_of(journal::Journal& journal,
                                               const std::string& release_id) {
  std::vector<TimelineEntry> entries;
  SB_TRY(auto row, journal.find(release_id));
  if (!row) return entries;
  SB_TRY(auto records, journal.records(release_id));
  if (records.empty()) return entries;
  entries.push_back({row->started_at, fmt::format("{} begun by {}: to {}", release_id,
                                                  row->requested_by, row->to_version)});
  SB_TRY(auto whole, journal.load(release_id));
  State state = initial(whole.plan);
  SB_TRY(auto events, journal.events(release_id));
  std::string last;
  for (const auto& event : events) {
    state = step(state, event).state;
    auto text = describe(state);
    if (text != last) entries.push_back({event.at, fmt::format("{}: {}", release_id, text)});
    last = std::move(text);
  }
  return entries;
}

}  // namespace sb::release::emergency
