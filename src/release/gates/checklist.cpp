#include "release/gates/checklist.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "release/gates/gates.hpp"

namespace sb::release::gates {

namespace {

struct Finding {
  BoxState state = BoxState::open;
  std::string evidence;
  std::string proof;
};

bool is_over(const State& s) {
  return s.outcome != Outcome::none;
}

std::string otherwise(const State& s, const std::string& meanwhile) {
  return is_over(s) ? "the release ended before" : meanwhile;
}

// Passed with too little traffic is not passed: it is said.
Finding by_watch(const State& s, bool is_about_errors) {
  if (s.plan.watch_seconds == 0)
    return {BoxState::not_applicable, "this release is not watched", {}};
  if (s.watch == Check::failed) return {BoxState::failed, s.watch_summary, s.watch_evidence};
  if (s.watch == Check::passed && s.watch_accepted_thin)
    return {BoxState::open,
            "too little traffic to judge by: " + s.watch_summary +
                ". Look again later: saltctl watch " + s.plan.environment,
            s.watch_evidence};
  if (s.watch == Check::passed) return {BoxState::passed, s.watch_summary, s.watch_evidence};
  return {
      BoxState::open, otherwise(s, is_about_errors ? "not watched yet" : "not measured yet"), {}};
}

Finding watched(const State& s) {
  if (s.plan.watch_seconds == 0)
    return {BoxState::not_applicable, "this release is not watched", {}};
  if (s.watch == Check::not_run) {
    if (s.is_watching) return {BoxState::open, "being watched", {}};
    return {BoxState::open, otherwise(s, "not watched yet"), {}};
  }
  return {BoxState::passed,
          fmt::format("watched for {} s: {}", s.plan.watch_seconds, s.watch_summary),
          s.watch_evidence};
}

Finding by_smoke(const State& s) {
  if (s.smoke_skipped) return {BoxState::not_applicable, "this release has no smoke tests", {}};
  if (s.test_smoke == Check::failed)
    return {BoxState::failed, "on the test listener: " + s.test_smoke_summary, {}};
  if (s.production_smoke == Check::failed)
    return {BoxState::failed, "on production: " + s.production_smoke_summary, {}};
  if (s.production_smoke == Check::passed)
    return {BoxState::passed, "on production: " + s.production_smoke_summary, {}};
  return {BoxState::open, otherwise(s, "not run on production yet"), {}};
}

Finding health(const State& s) {
  const auto& seen = s.forward.seen;
  if (seen.target_requested > 0 && seen.target_running >= seen.target_requested &&
      (s.test_smoke == Check::passed || s.production_smoke == Check::passed))
    return {BoxState::passed,
            fmt::format("{} of {} new tasks run and pass their health check", seen.target_running,
                        seen.target_requested),
            {}};
  if (!seen.task_trouble.empty()) return {BoxState::failed, seen.task_trouble, {}};
  return {BoxState::open, otherwise(s, "the new tasks have not all passed yet"), {}};
}

// What users can do now, on whichever version serves after the release.
Finding features(const State& s) {
  if (s.outcome == Outcome::complete) return by_smoke(s);
  if (s.outcome == Outcome::rolled_back)
    return {
        BoxState::open, "the old version serves again: saltctl smoke " + s.plan.environment, {}};
  if (is_over(s)) return {BoxState::not_applicable, "nothing was changed", {}};
  return {BoxState::open, "not known yet", {}};
}

Finding said(const std::string& sentence, const State& s) {
  if (!sentence.empty()) return {BoxState::passed, sentence, {}};
  return {BoxState::open, s.stage == Stage::ended ? "it was not done" : "done at the end", {}};
}

Finding find(const State& s, std::string_view id) {
  if (id == "dashboards") return watched(s);
  if (id == "error-rates" || id == "no-spike") return by_watch(s, true);
  if (id == "targets") return by_watch(s, false);
  if (id == "health") return health(s);
  if (id == "user-flows" || id == "smoke") return by_smoke(s);
  if (id == "features") return features(s);
  if (id == "status-page") return said(s.status_page, s);
  if (id == "changelog") return said(s.changelog, s);
  return {BoxState::open, "not checked yet", {}};
}

}  // namespace

std::vector<Box> checklist(const State& s) {
  std::vector<Box> boxes;
  for (const auto& name : box_names()) {
    auto known = std::ranges::find(s.boxes, name.id, &Box::id);
    if (known != s.boxes.end()) {
      boxes.push_back(*known);
      continue;
    }
    Finding found;
    if (name.list == "pre")
      found = s.plan.is_gated ? Finding{BoxState::open, "not checked yet", {}}
                              : Finding{BoxState::not_applicable,
                                        s.plan.kind == Kind::rollback ? "a way back never waits"
                                                                      : "not asked for",
                                        {}};
    else
      found = find(s, name.id);
    boxes.push_back({.id = std::string(name.id),
                     .list = std::string(name.list),
                     .title = std::string(name.title),
                     .state = found.state,
                     .evidence = std::move(found.evidence),
                     .proof = std::move(found.proof),
                     .waived_by = {},
                     .waiver_reason = {},
                     .at = {}});
  }
  return boxes;
}

}  // namespace sb::release::gates
