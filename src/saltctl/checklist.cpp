#include <fmt/format.h>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "release/gates/checklist.hpp"
#include "release/journal/journal.hpp"
#include "saltctl/deploying.hpp"
#include "saltctl/release_text.hpp"

namespace sb::saltctl {
namespace {

namespace rel = release;

// Everything of `list` that is neither ticked, waived nor asked for.
bool is_ticked(const std::vector<rel::Box>& boxes, const std::string& list) {
  for (const auto& box : boxes)
    if (box.list == list && rel::stops_release(box)) return false;
  return true;
}

void print(Invocation& call, const std::vector<rel::Box>& boxes, const std::string& list,
           const std::string& about) {
  if (call.wants_json) {
    std::vector<rel::Box> ours;
    for (const auto& box : boxes)
      if (box.list == list) ours.push_back(box);
    call.out.line(fmt::format(R"({{"list":"{}","about":{},"boxes":{}}})", list, json::quote(about),
                              boxes_json(ours)));
    return;
  }
  call.out.line(boxes_text(boxes, list, call.out));
  call.out.line(call.out.paint(Style::dim, "  " + about));
}

// The newest release of the environment, whether it runs or has ended.
std::expected<rel::State, Failure> newest_release(Invocation& call, const std::string& name) {
  SB_TRY(auto environment, declared_environment(call.places, name));
  std::error_code ignored;
  std::vector<rel::journal::ReleaseRow> rows;
  if (std::filesystem::exists(call.places.journal(), ignored)) {
    SB_TRY(auto journal, rel::journal::Journal::open(call.places.journal()));
    SB_TRY(rows, journal.newest(environment.name, 1));
    if (!rows.empty()) {
      SB_TRY(auto state, journal.load(rows.front().release_id));
      return state;
    }
  }
  return std::unexpected(Failure(Error{ErrorCode::not_found, name + " has no release yet", {}},
                                 "saltctl deploy " + name));
}

// Before: of the release that would be made now.
Task<Outcome> before(Invocation& call) {
  const auto name = call.arguments.get("ENV");
  SB_CO_TRY(auto prepared, co_await prepare_deploy(call));
  SB_CO_TRY(auto boxes, co_await prepared.runner.preview_gates(prepared.plan));
  print(call, boxes, "pre", "of " + prepared.plan.image);
  std::erase_if(boxes, [](const rel::Box& box) { return box.id == "notified"; });
  co_return is_ticked(boxes, "pre") ? 0 : rel::exit_code(rel::Outcome::refused);
}

Outcome after(Invocation& call, const std::string& list) {
  SB_TRY(auto state, newest_release(call, call.arguments.get("ENV")));
  const auto boxes = rel::gates::checklist(state);
  print(call, boxes, list, "of " + rel::describe(state));
  return is_ticked(boxes, list) ? 0 : rel::exit_code(rel::Outcome::refused);
}

}  // namespace

Outcome run_checklist(Invocation& call) {
  const auto list = call.arguments.get("LIST");
  if (list != "pre" && list != "during" && list != "post") {
    return std::unexpected(
        Failure(Error{ErrorCode::invalid_argument, "the lists are pre, during and post", list},
                "saltctl checklist pre production", 2));
  }
  if (list == "pre") return run_task(before(call));
  return after(call, list);
}

}  // namespace sb::saltctl
