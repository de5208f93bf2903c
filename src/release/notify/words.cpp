#include "release/notify/words.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text/text.hpp"

namespace sb::release::notify::words {

namespace {

std::string what(const Plan& plan) {
  return fmt::format("{} {}", plan.kind == Kind::deploy ? "release of" : "rollback to",
                     target_of(plan));
}

std::string title(const State& s, std::string_view rest) {
  return fmt::format("{}: {} {}", s.plan.environment, what(s.plan), rest);
}

std::string span(std::int64_t ms) {
  if (ms < 60'000) return fmt::format("{:.1f} s", static_cast<double>(ms) / 1000.0);
  return fmt::format("{} min {} s", ms / 60'000, ms / 1000 % 60);
}

std::string took(const Timings& t) {
  if (!t.started_at || !t.ended_at) return "";
  return fmt::format(" It took {}", span((*t.ended_at - *t.started_at).count())) + ".";
}

// Causes are the engine's words: they begin small and end without a full stop.
std::string sentence(std::string text) {
  if (text.empty()) return text;
  if (text.front() >= 'a' && text.front() <= 'z')
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  if (text.back() != '.' && text.back() != '!' && text.back() != '`') text += '.';
  return text;
}

std::string joined(std::initializer_list<std::string> parts) {
  std::string text;
  for (const auto& part : parts) {
    if (part.empty()) continue;
    if (!text.empty()) text += ' ';
    text += part;
  }
  return text;
}

// Whoever reads of a release reads what it goes without.
std::string waived(const Plan& plan) {
  if (plan.waivers.empty()) return "";
  std::vector<std::string> boxes;
  for (const auto& waiver : plan.waivers)
    boxes.push_back(fmt::format("{} ({})", waiver.box, waiver.reason));
  return fmt::format("Waived: {}.", fmt::join(boxes, ", "));
}

std::string still_serving(const Plan& plan) {
  auto source = source_of(plan);
  return source.empty() ? std::string() : fmt::format("{} serves as before.", source);
}

Words complete(const State& s) {
  std::string thin =
      s.watch_accepted_thin ? "There was too little traffic to judge its numbers by." : "";
  std::string shift;
  if (auto ms = s.timings.shift_ms()) shift = fmt::format("Traffic moved in {}.", span(*ms));
  return {title(s, "is complete"),
          joined({fmt::format("{} serves all traffic of {}; smoke tests and watch passed.{}",
                              target_of(s.plan), s.plan.environment, took(s.timings)),
                  shift, thin, fmt::format("Way back: saltctl rollback {}", s.plan.environment)})};
}

Words rolled_back(const State& s) {
  std::string back;
  if (auto ms = s.timings.rollback_ms())
    back = fmt::format("From the breach to the old version took {}.", span(*ms));
  return {title(s, "was rolled back"),
          joined({sentence(s.cause),
                  fmt::format("{} serves all traffic again, confirmed.", source_of(s.plan)), back,
                  fmt::format("The whole story: saltctl show {}", s.plan.release_id)})};
}

Words rollback_failed(const State& s) {
  return {title(s, "FAILED AND COULD NOT BE ROLLED BACK"),
          joined({sentence(s.cause),
                  fmt::format("A person is needed now: saltctl doctor {0}; then saltctl emergency "
                              "rollback {0}",
                              s.plan.environment)})};
}

Words refused(const State& s) {
  return {title(s, "was refused"),
          joined({sentence(s.cause), "Nothing was changed.", still_serving(s.plan),
                  fmt::format("Once it is put right: saltctl deploy {}", s.plan.environment)})};
}

Words failed(const State& s) {
  return {title(s, "failed before production was touched"),
          joined({sentence(s.cause), still_serving(s.plan),
                  fmt::format("The whole story: saltctl show {}", s.plan.release_id)})};
}

}  // namespace

std::string target_of(const Plan& plan) {
  if (!plan.to_version.empty()) return plan.to_version;
  if (!plan.to_task_definition.empty()) return text::last_part(plan.to_task_definition);
  return plan.image.substr(0, plan.image.find('@'));
}

std::string source_of(const Plan& plan) {
  return plan.from_version.empty() ? text::last_part(plan.from_task_definition) : plan.from_version;
}

Words planned(const State& s) {
  const Plan& plan = s.plan;
  auto source = source_of(plan);
  std::string database;
  if (!plan.migrations.empty())
    database = fmt::format("It migrates the database: {}.", fmt::join(plan.migrations, ", "));
  return {title(s, fmt::format("by {}", plan.requested_by)),
          joined({source.empty() ? std::string("It is the first release, which has no way back.")
                                 : fmt::format("{} serves now.", source),
                  database, waived(plan),
                  plan.reason.empty() ? std::string() : sentence("Reason: " + plan.reason),
                  fmt::format("Follow it: saltctl status {}", plan.environment)})};
}

Words waiting(const State& s) {
  const std::string until =
      s.approval.expires_at ? format_rfc3339(*s.approval.expires_at).substr(0, 16) + " UTC" : "";
  return {
      title(s, "waits for an approval"),
      joined({fmt::format("{} asks for it.", s.plan.requested_by),
              until.empty()
                  ? std::string()
                  : fmt::format("Unless somebody answers before {}, it ends as refused.", until),
              fmt::format("To see the plan and approve it: saltctl approve {0}; or: saltctl "
                          "reject {0} --reason WHY",
                          s.plan.environment)})};
}

Words approved(const State& s) {
  return {
      title(s, fmt::format("is approved by {}", s.approval.by)),
      joined({s.approval.how.empty() ? std::string()
                                     : fmt::format("It came with the deploy ({}).", s.approval.how),
              s.approval.reason.empty() ? std::string() : sentence("Reason: " + s.approval.reason),
              fmt::format("It begins now. Follow it: saltctl status {}", s.plan.environment)})};
}

Words started(const State& s) {
  const std::string source = source_of(s.plan);
  return {title(s, "has started"),
          joined({source.empty()
                      ? std::string("It is checked and locked.")
                      : fmt::format("It is checked and locked; {} goes on serving until the new "
                                    "version has passed its tests.",
                                    source),
                  fmt::format("Follow it: saltctl status {}", s.plan.environment)})};
}

Words migrated(const State& s) {
  return {fmt::format("{}: the database is at revision {}", s.plan.environment, s.plan.schema_to),
          joined({fmt::format("Migrated for the {}: {}.", what(s.plan),
                              fmt::join(s.plan.migrations, ", ")),
                  s.snapshot_taken ? fmt::format("Snapshot from before: {}.", s.plan.snapshot_id())
                                   : std::string(),
                  fmt::format("The database is never taken back by itself: saltctl db current {}",
                              s.plan.environment)})};
}

Words shifted(const State& s) {
  return {fmt::format("{}: all traffic is on {}", s.plan.environment, target_of(s.plan)),
          fmt::format("It is tested and watched{}; a breach rolls it back by itself. To take it "
                      "back now: saltctl rollback {}",
                      s.plan.watch_seconds > 0 ? fmt::format(" for {} s", s.plan.watch_seconds)
                                               : std::string(),
                      s.plan.environment)};
}

Words rolling_back(const State& s) {
  return {title(s, "is being rolled back"),
          joined({sentence(s.cause),
                  s.timings.shifted_at ? std::string("Users may notice errors until it is done.")
                                       : std::string("No user has reached the new version."),
                  fmt::format("Follow it: saltctl status {}", s.plan.environment)})};
}

Words interrupted(const State& s) {
  return {title(s, "was interrupted"),
          joined({sentence(s.last_error),
                  fmt::format("It is unfinished and keeps its lock. To end it: saltctl resume {}",
                              s.plan.environment)})};
}

Words resumed(const State& s) {
  return {title(s, "goes on"),
          fmt::format("It was interrupted and is carried on. Follow it: saltctl status {}",
                      s.plan.environment)};
}

Words ended(const State& s) {
  switch (s.outcome) {
    case Outcome::complete:
      return complete(s);
    case Outcome::rolled_back:
      return rolled_back(s);
    case Outcome::rollback_failed:
      return rollback_failed(s);
    case Outcome::refused:
      return refused(s);
    case Outcome::failed:
    case Outcome::none:
    case Outcome::interrupted:
      return failed(s);
  }
  return failed(s);
}

std::string public_maintenance() {
  return "We are bringing a new version into service. Everything should go on working.";
}

std::string public_trouble() {
  return "Some requests may fail or take longer than usual. We know the cause and are putting the "
         "previous version of the service back.";
}

std::string public_outage() {
  return "Some requests fail. Our engineers are working on it, and we will write here as soon as "
         "we know more.";
}

std::string public_recovery() {
  return "The service works as usual again. We are sorry for the disturbance.";
}

}  // namespace sb::release::notify::words
