#include "saltctl/emergency_steps.hpp"

#include <fmt/format.h>

#include <utility>

#include "release/runner/approval_store.hpp"
#include "saltctl/db.hpp"
#include "saltctl/mail.hpp"
#include "saltctl/procedure.hpp"
#include "saltctl/release_run.hpp"

namespace sb::saltctl {

namespace emergency = release::emergency;
namespace notify = release::notify;
using emergency::Emergency;
using emergency::StepId;
using emergency::StepState;
using namespace emergency_facts;  // NOLINT(google-build-using-namespace): seven names, see there

StepEnd ended(StepState state, std::string proof) {
  return {.state = state, .proof = std::move(proof)};
}

StepEnd failed(const Failure& failure) {
  return ended(StepState::failed, failure.error.text());
}

StepEnd begun_with(std::map<std::string, std::string> facts) {
  return {.state = StepState::begun, .facts = std::move(facts)};
}

namespace {

enum class Way { undo, back };  // end a release that is on its way, or release the good version

// Nothing: a release that was to be undone completed, or was refused before it changed anything.
std::optional<StepEnd> verdict_on(release::Outcome outcome, Way way, const std::string& release_id,
                                  const std::string& sentence) {
  using release::Outcome;
  auto proof = fmt::format("{}: {}", release_id, sentence);
  if (outcome == Outcome::interrupted) return ended(StepState::begun, proof);
  if (way == Way::back)
    return ended(outcome == Outcome::complete ? StepState::done : StepState::failed, proof);
  if (outcome == Outcome::complete || outcome == Outcome::refused) return std::nullopt;
  // Failed: it ended before production was touched.
  bool is_back = outcome == Outcome::rolled_back || outcome == Outcome::failed;
  return ended(is_back ? StepState::done : StepState::failed, proof);
}

// Each thing that changes, as a line.
class Narrator : public release::Observer {
 public:
  explicit Narrator(Console& console) : console_(console) {}
  void on_event(const release::Event&, const release::State&,
                const release::State& state) override {
    auto text = describe(state);
    if (text != last_) console_.line("   " + text);
    last_ = std::move(text);
  }

 private:
  Console& console_;
  std::string last_;
};

}  // namespace

Task<StepEnd> EmergencySteps::perform(StepId step, const Emergency& emergency, Choice choice) {
  switch (step) {
    case StepId::application:
      co_return co_await application(emergency, choice.to);
    case StepId::database:
      co_return co_await database(emergency, choice);
    case StepId::cache:
      co_return co_await clear_cache(emergency);
    case StepId::incidents:
    case StepId::status_page:
      co_return co_await tell(emergency, step);
    case StepId::post_mortem:
      break;
  }
  co_return co_await write_post_mortem(emergency);
}

// Asks a release that another process carries out to end. False: that is not possible yet.
Task<Result<bool>> EmergencySteps::ask_to_end(std::string release_id) {
  release::Api api(api_config(session_));
  release::ApprovalStore approvals(api, session_.environment.name);
  auto withdrawn =
      co_await approvals.withdraw(release_id, user_name(), "saltctl emergency rollback");
  // Approved at this moment: there will be a deployment to stop.
  if (!withdrawn && withdrawn.error().code == ErrorCode::conflict) co_return false;
  if (!withdrawn || *withdrawn) co_return withdrawn;
  SB_CO_TRY(auto state, runner_.journal().load(release_id));
  // The deployment that is in progress then is the way back.
  if (state.stage >= release::Stage::rolling_back) co_return true;
  auto stopped = co_await runner_.stop_running_deployment();
  if (stopped) co_return true;
  if (stopped.error().code == ErrorCode::not_found) co_return false;
  co_return std::unexpected(std::move(stopped).error());
}

// A release is on its way, or was left: it is what is to be undone. Nothing: it completed before it
// could be stopped, or had changed nothing, so that what is wrong is what serves.
Task<std::optional<StepEnd>> EmergencySteps::undo_release(std::string release_id) {
  bool is_asked = false;
  bool is_said = false;
  auto deadline = Deadline::after(std::chrono::minutes(30));
  while (!deadline.has_passed()) {
    auto row = runner_.journal().find(release_id);
    if (!row) co_return failed(Failure(row.error()));
    if (*row && (*row)->ended_at)
      co_return verdict_on((*row)->outcome, Way::undo, release_id,
                           "ended by the saltctl that ran it: " + (*row)->cause);
    auto status = co_await runner_.status();
    if (!status) co_return failed(Failure(status.error()));
    if (!status->lock_holder_is_alive) {
      Narrator narrator(console_);
      auto report =
          co_await runner_.resume(release_id, release::Runner::ResumeAs::roll_back, narrator);
      if (report) co_return verdict_on(report->outcome, Way::undo, release_id, report->sentence);
      // Conflict: its process lives, and holds no lock yet. Precondition: it has ended just now.
      if (report.error().code != ErrorCode::conflict &&
          report.error().code != ErrorCode::failed_precondition)
        co_return failed(Failure(report.error()));
    }
    if (!is_asked) {
      auto asked = co_await ask_to_end(release_id);
      if (!asked) co_return failed(Failure(asked.error()));
      is_asked = *asked;
      if (is_asked)
        console_.line(fmt::format("   {} is told to end; its own saltctl reports how", release_id));
      else if (!std::exchange(is_said, true))
        console_.line(fmt::format("   {} has no deployment yet; it is stopped as soon as it has",
                                  release_id));
    }
    co_await sleep_for(poll_of(session_));
  }
  co_return ended(StepState::failed, release_id + " has not ended");
}

// What an earlier process had begun: nothing when it leaves everything to be done.
Task<std::optional<StepEnd>> EmergencySteps::go_on(const Emergency& emergency) {
  const auto& known = emergency.of(StepId::application).facts;
  auto before = known.find(kRelease);
  if (before == known.end()) co_return std::nullopt;
  auto undoes = known.find(kUndoes);
  auto way = undoes != known.end() && undoes->second == "yes" ? Way::undo : Way::back;
  auto row = runner_.journal().find(before->second);
  if (!row) co_return failed(Failure(row.error()));
  if (!*row) co_return std::nullopt;  // killed before it was begun
  if ((*row)->ended_at) {
    auto verdict = verdict_on((*row)->outcome, way, before->second, "it had ended well");
    if (verdict && verdict->state == StepState::done) co_return verdict;
    co_return std::nullopt;  // it ended badly: another attempt
  }
  if (way == Way::undo) co_return co_await undo_release(before->second);
  Narrator narrator(console_);
  auto report = co_await runner_.resume(before->second, release::Runner::ResumeAs::go_on, narrator);
  if (!report) co_return failed(Failure(report.error()));
  co_return verdict_on(report->outcome, way, before->second, report->sentence);
}

Task<StepEnd> EmergencySteps::application(const Emergency& emergency, std::string to) {
  if (auto end = co_await go_on(emergency)) co_return *std::move(end);
  auto unfinished = runner_.journal().unfinished(session_.environment.name);
  if (!unfinished) co_return failed(Failure(unfinished.error()));
  if (*unfinished) {
    auto id = (*unfinished)->release_id;
    auto state = runner_.journal().load(id);
    if (!state) co_return failed(Failure(state.error()));
    auto begun = begun_with({{kRelease, id},
                             {kUndoes, "yes"},
                             {kFromDefinition, state->task_definition},
                             {kFromVersion, state->plan.to_version},
                             {kToVersion, state->plan.from_version},
                             {kToSchema, state->plan.schema_from}});
    if (auto written = note_(std::move(begun)); !written)
      co_return failed(Failure(written.error()));
    if (auto end = co_await undo_release(std::move(id))) co_return *std::move(end);
  }
  if (to.empty()) to = emergency.fact(kTo);
  auto plan = co_await runner_.plan_rollback({.to = std::move(to),
                                              .reason = "emergency " + emergency.begun.id,
                                              .rather_not_to_what_was_left = true});
  if (!plan) co_return failed(Failure(plan.error()));
  // Said anew: what an earlier note said of the release before stays otherwise.
  auto begun = begun_with({{kRelease, plan->release_id},
                           {kUndoes, "no"},
                           {kFromDefinition, plan->from_task_definition},
                           {kFromVersion, plan->from_version},
                           {kToVersion, plan->to_version},
                           {kToSchema, plan->schema_to}});
  if (auto written = note_(std::move(begun)); !written) co_return failed(Failure(written.error()));
  console_.line(fmt::format("   from {} back to {}", plan->from_version, plan->to_version));
  auto id = plan->release_id;
  auto report = co_await run_shown(console_, session_.places, runner_, *std::move(plan));
  if (!report) co_return failed(Failure(report.error()));
  co_return *verdict_on(report->outcome, Way::back, id, report->sentence);
}

Task<StepEnd> EmergencySteps::clear_cache(const Emergency& emergency) {
  auto end = co_await ask_in_task(session_, {"saltbitter", "cache", "clear"});
  // A version from before the command does not know it; the one that was taken back may.
  auto newer = emergency.fact(kFromDefinition);
  if (end && end->exit_code == 2 && !newer.empty())
    end = co_await ask_in_task(session_, {"saltbitter", "cache", "clear"}, newer);
  if (!end) co_return failed(end.error());
  auto counts = counts_in(end->lines);
  if (end->exit_code == 0)
    co_return ended(StepState::done,
                    fmt::format("{} cached answers removed; rate limits and failed logins kept",
                                counts["removed"]));
  co_return ended(StepState::failed, fmt::format("its task ended with {}: {}", end->exit_code,
                                                 end->lines.empty() ? "" : end->lines.back()));
}

Task<StepEnd> EmergencySteps::tell(const Emergency& emergency, StepId step) {
  auto dispatch = open_dispatch(session_.places);
  if (!dispatch) co_return failed(Failure(dispatch.error()));
  const auto& application = emergency.of(StepId::application);
  bool is_back = application.state == StepState::done;
  notify::Announcement what{.key = emergency.begun.id,
                            .environment = emergency.begun.environment,
                            .release_id = emergency.fact(kRelease),
                            .at = emergency.begun.at};
  what.title = fmt::format("Emergency rollback of {}{}", emergency.begun.environment,
                           is_back ? "" : ": the application is NOT back yet");
  what.text =
      fmt::format("{} took {} back to {}. Reason: {}. Next: the post-mortem {}, due {}.",
                  emergency.begun.by, emergency.fact(kFromVersion), emergency.fact(kToVersion),
                  emergency.begun.reason.empty() ? "none given" : emergency.begun.reason,
                  emergency.begun.id, format_rfc3339(emergency.post_mortem_due()));
  if (auto lost = data_lost(emergency); !lost.empty()) what.text += " Data lost: " + lost + ".";
  notify::Message message =
      step == StepId::incidents
          ? notify::announce(what, notify::Channel::incidents)
          : notify::announce_status(
                what,
                {.component = is_back ? notify::ComponentStatus::degraded_performance
                                      : notify::ComponentStatus::major_outage,
                 .incident = notify::IncidentStep::open,
                 .incident_status = is_back ? "monitoring" : "identified",
                 .impact = is_back ? "minor" : "major",
                 .body = is_back ? "An earlier version of the service was put back after a "
                                   "problem. We are watching it."
                                 : "We have found a problem and are putting an earlier version "
                                   "of the service back."});
  auto put = dispatch->outbox().put(message);
  if (!put) co_return failed(Failure(put.error()));
  auto sent =
      co_await dispatch->deliver(Deadline::after(std::chrono::seconds(5)), notify::Hurry::yes);
  auto entry = dispatch->outbox().find(message.id);
  if (!entry || !*entry) co_return ended(StepState::failed, "the outbox lost the message");
  switch ((*entry)->delivery) {
    case notify::Delivery::delivered:
      co_return ended(StepState::done, "delivered: " + message.id);
    case notify::Delivery::inbox:
      co_return ended(StepState::done,
                      "no account for it: in `saltctl inbox`, to be passed on by hand");
    case notify::Delivery::pending:
      co_return ended(StepState::done,
                      "in the outbox, tried again until it is taken: " + (*entry)->detail);
    case notify::Delivery::dead:
      break;
  }
  co_return ended(StepState::failed, "refused: " + (*entry)->detail);
}

Task<StepEnd> EmergencySteps::write_post_mortem(const Emergency& emergency) {
  auto folder = session_.places.journal().parent_path() / "post-mortems";
  auto file = folder / (emergency.begun.id + ".md");
  auto due = format_rfc3339(emergency.post_mortem_due());
  auto proof = fmt::format("{}, due {}", file.string(), due);
  std::error_code ignored;
  // Somebody may be writing in it already.
  if (std::filesystem::exists(file, ignored)) co_return ended(StepState::done, proof);
  std::vector<emergency::TimelineEntry> timeline;
  auto rows = runner_.journal().newest(emergency.begun.environment, 10);
  if (!rows) co_return failed(Failure(rows.error()));
  for (const auto& row : *rows) {
    if (emergency.begun.at - row.started_at > std::chrono::hours(24)) continue;
    auto entries = emergency::timeline_of(runner_.journal(), row.release_id);
    if (!entries) continue;
    timeline.insert(timeline.end(), entries->begin(), entries->end());
  }
  auto procedures =
      release::journal::Procedures(runner_.journal()).newest(emergency.begun.environment, 50);
  if (!procedures) co_return failed(Failure(procedures.error()));
  for (const auto& [procedure, end] : *procedures) {
    if (emergency.begun.at - procedure.at > std::chrono::hours(24)) continue;
    timeline.push_back(
        {procedure.at, fmt::format("{} begun by {}", describe(procedure), procedure.by)});
    if (end)
      timeline.push_back({end->at, fmt::format("{}: {}{}{}", describe(procedure), end->outcome,
                                               end->why.empty() ? "" : ": ", end->why)});
  }
  timeline.push_back({emergency.begun.at, "emergency rollback begun by " + emergency.begun.by});
  for (const auto& step : emergency.steps)
    if (step.state != StepState::open && step.step != StepId::post_mortem)
      timeline.push_back(
          {step.at, fmt::format("{}: {}", emergency::title_of(step.step), step.proof)});
  auto made = fs::make_directories(folder, 0700);
  if (!made) co_return failed(Failure(made.error()));
  auto written = fs::write_file(file, emergency::post_mortem(emergency, std::move(timeline)), 0600);
  if (!written) co_return failed(Failure(written.error()));
  co_return ended(StepState::done, proof);
}

}  // namespace sb::saltctl
