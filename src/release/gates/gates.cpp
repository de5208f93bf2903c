#include "release/gates/gates.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/json/codec.hpp"
#include "release/gates/rollback_plan.hpp"

namespace sb::release::gates {

namespace {

constexpr double kCoveragePercent = 85.0;  // the runbook's

std::string short_commit(const std::string& commit) {
  return commit.substr(0, 7);
}

Box passed(std::string evidence, std::string proof = {}) {
  return {.state = BoxState::passed, .evidence = std::move(evidence), .proof = std::move(proof)};
}
Box failed(std::string evidence) {
  return {.state = BoxState::failed, .evidence = std::move(evidence)};
}
Box nothing_to_check(std::string why) {
  return {.state = BoxState::not_applicable, .evidence = std::move(why)};
}

std::string next_of(std::string_view id) {
  const BoxName* name = find_box(id);
  return name ? std::string(name->next) : std::string();
}

Box by_evidence(const Plan& plan, const Facts& facts, const std::string& id) {
  if (plan.commit.empty()) return failed("the image does not say which commit it was built from");
  if (plan.is_dirty)
    return failed(fmt::format(
        "the image was built from {} with changes that are in no commit: commit them and build it "
        "again",
        short_commit(plan.commit)));
  auto it = facts.evidence.find(id);
  if (it == facts.evidence.end() || !it->second.evidence) {
    const std::string why = it == facts.evidence.end() ? "" : it->second.why_not;
    return failed(fmt::format("{} for {}: run `{}` on that commit",
                              why.empty() ? "no evidence" : why, short_commit(plan.commit),
                              next_of(id)));
  }
  const Found& found = it->second;
  const Evidence& evidence = *found.evidence;
  const std::string when = evidence.at.substr(0, 19);
  if (!evidence.passed)
    return failed(fmt::format("{} ({}): mend it and run `{}`",
                              evidence.summary.empty() ? "it did not pass" : evidence.summary, when,
                              next_of(id)));
  if (id == "coverage" && evidence.lines_percent < kCoveragePercent)
    return failed(fmt::format("{:.1f} % of the lines are covered and {:.0f} % are asked for",
                              evidence.lines_percent, kCoveragePercent));
  std::string text = id == "coverage" && evidence.summary.empty()
                         ? fmt::format("{:.1f} % of the lines", evidence.lines_percent)
                         : evidence.summary;
  return passed(fmt::format("{} at {} ({})", text, short_commit(evidence.commit), when),
                fmt::format(R"({{"path":{},"sha256":{},"evidence":{}}})", json::quote(found.path),
                            json::quote(found.sha256), json::encode(evidence)));
}

Box migrations(const Plan& plan, const Facts& facts) {
  if (plan.migrations.empty()) return nothing_to_check("the schema does not change");
  std::vector<std::string> untested;
  std::vector<std::string> tested;
  for (const auto& revision : plan.migrations) {
    auto ours = plan.checksums.find(revision);
    auto theirs = facts.tested.find(revision);
    if (ours == plan.checksums.end())
      untested.push_back(revision + " (the image does not say its checksum)");
    else if (theirs == facts.tested.end())
      untested.push_back(revision + " (never ran in staging)");
    else if (theirs->second.sha256 != ours->second)
      untested.push_back(fmt::format("{} (staging ran another file of that name, in {})", revision,
                                     theirs->second.release_id));
    else
      tested.push_back(fmt::format("{}: {} by {}", revision, ours->second.substr(0, 12),
                                   theirs->second.release_id));
  }
  if (!untested.empty())
    return failed(
        fmt::format("not tested in staging: {}: release this image to staging first, "
                    "`saltctl deploy staging`",
                    fmt::join(untested, ", ")));
  return passed(fmt::format("{} ran in staging, the very files", fmt::join(plan.migrations, ", ")),
                fmt::format("{}", fmt::join(tested, "\n")));
}

Box flags(const Plan& plan, const Facts& facts) {
  if (plan.flags.empty()) return nothing_to_check("the image names no feature flag");
  std::vector<std::string> missing;
  for (const auto& flag : plan.flags)
    if (!facts.variables.contains(flag)) missing.push_back(flag);
  if (!missing.empty())
    return failed(
        fmt::format("{} not set for {}: add to task.environment or task.secrets of its "
                    "declaration",
                    fmt::join(missing, ", "), plan.environment));
  return passed(fmt::format("{} set for {}", fmt::join(plan.flags, ", "), plan.environment));
}

Box box_of(const Plan& plan, const Facts& facts, const std::string& id) {
  if (id == "migrations") return migrations(plan, facts);
  if (id == "flags") return flags(plan, facts);
  if (id == "rollback-plan")
    return passed(plan.has_way_back() ? "generated, and kept in the release's record"
                                      : "generated: it says that the first deploy has no way back",
                  rollback_plan(plan));
  if (id == "notified") return {.state = facts.team.state, .evidence = facts.team.sentence};
  return by_evidence(plan, facts, id);
}

}  // namespace

const std::vector<BoxName>& box_names() {
  static const std::vector<BoxName> names = {
      {"tests", "pre", "All tests passing in CI", "make test"},
      {"coverage", "pre", "Code coverage at 85 % or more", "make coverage"},
      {"security", "pre", "Security scans clean", "make security"},
      {"migrations", "pre", "Database migrations tested in staging", "saltctl deploy staging"},
      {"flags", "pre", "Feature flags configured", ""},
      {"rollback-plan", "pre", "Rollback plan documented", ""},
      {"notified", "pre", "Team notified in #deploys", "saltctl outbox"},
      {"dashboards", "during", "Dashboards watched", ""},
      {"error-rates", "during", "Error rates and latency watched", ""},
      {"health", "during", "Health checks verified", ""},
      {"user-flows", "during", "Login, matches and payments tested", ""},
      {"smoke", "post", "Smoke tests passing", ""},
      {"no-spike", "post", "No spike in error rates", ""},
      {"targets", "post", "Performance within targets", ""},
      {"features", "post", "User-facing features working", ""},
      {"status-page", "post", "Status page updated if needed", ""},
      {"changelog", "post", "Deployment documented in the changelog", ""},
  };
  return names;
}

const BoxName* find_box(std::string_view id) {
  auto it = std::ranges::find(box_names(), id, &BoxName::id);
  return it == box_names().end() ? nullptr : &*it;
}

std::vector<Box> evaluate(const Plan& plan, const Facts& facts) {
  std::vector<Box> boxes;
  for (const auto& name : box_names()) {
    if (name.list != "pre") continue;
    const std::string id(name.id);
    const bool is_asked_for = std::ranges::find(plan.gates, id) != plan.gates.end();
    Box box = is_asked_for
                  ? box_of(plan, facts, id)
                  : nothing_to_check(fmt::format("{} does not ask for it{}", plan.environment,
                                                 plan.is_hotfix ? " of a hotfix" : ""));
    box.id = id;
    box.list = name.list;
    box.title = name.title;
    box.at = facts.at;
    auto waiver = std::ranges::find(plan.waivers, id, &Waiver::box);
    if (stops_release(box) && waiver != plan.waivers.end()) {
      box.state = BoxState::waived;
      box.waived_by = waiver->by;
      box.waiver_reason = waiver->reason;
    }
    boxes.push_back(std::move(box));
  }
  return boxes;
}

Result<std::vector<Waiver>> parse_waivers(const std::vector<std::string>& given,
                                          const std::string& by) {
  std::vector<Waiver> waivers;
  for (const auto& text : given) {
    const auto equals = text.find('=');
    const std::string reason = equals == std::string::npos ? "" : text.substr(equals + 1);
    if (reason.find_first_not_of(' ') == std::string::npos)
      return fail(ErrorCode::invalid_argument,
                  "a waiver needs a reason: --waive 'tests,coverage=the runner is down'", text);
    const std::string boxes = text.substr(0, equals) + ",";
    for (std::size_t at = 0; at < boxes.size();) {
      const auto comma = boxes.find(',', at);
      const std::string id = boxes.substr(at, comma - at);
      at = comma + 1;
      const BoxName* name = find_box(id);
      if (name == nullptr || name->list != "pre") {
        std::vector<std::string_view> known;
        for (const auto& box : box_names())
          if (box.list == "pre") known.push_back(box.id);
        return fail(ErrorCode::invalid_argument,
                    fmt::format("'{}' is not a box that can be waived; these can, each by its "
                                "name: {}",
                                id, fmt::join(known, ", ")));
      }
      waivers.push_back({.box = id, .by = by, .reason = reason});
    }
  }
  return waivers;
}

}  // namespace sb::release::gates
