#include "saltctl/release_view.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <boost/describe/enum_to_string.hpp>
#include <utility>

#include "base/json/codec.hpp"
#include "base/text/text.hpp"
#include "saltctl/release_text.hpp"
#include "saltctl/watch_panel.hpp"

namespace sb::saltctl {
namespace {

namespace rel = release;
using rel::Stage;

constexpr std::array kShown = {
    std::pair{Stage::gating, "boxes"},          std::pair{Stage::awaiting_approval, "approval"},
    std::pair{Stage::locking, "lock"},          std::pair{Stage::checking, "check"},
    std::pair{Stage::snapshotting, "snapshot"}, std::pair{Stage::registering, "register"},
    std::pair{Stage::migrating, "migrate"},     std::pair{Stage::updating, "update"},
    std::pair{Stage::deploying, "deploy"}};

constexpr auto kSayEvery = std::chrono::seconds(10);

std::string bar(double percent) {
  constexpr int kWidth = 20;
  int filled = static_cast<int>(percent / 100.0 * kWidth + 0.5);
  std::string text;
  for (int i = 0; i < kWidth; ++i) text += i < filled ? "█" : "░";
  return text;
}

std::string what_if_nothing(const rel::State& state) {
  const auto& seen = state.forward.seen;
  if (!seen.hook_id.empty() && !seen.hook_expires_at.empty()) {
    return fmt::format("if nobody answers, ECS rolls back by itself at {}", seen.hook_expires_at);
  }
  if (state.stage == Stage::awaiting_approval && state.approval.expires_at)
    return fmt::format(
        "if nobody approves, it ends at {}; `saltctl approve {}` or `saltctl reject`",
        format_rfc3339(*state.approval.expires_at).substr(0, 19), state.plan.environment);
  if (state.stage == Stage::rolling_back || state.stage == Stage::restoring)
    return "the old version serves again soon";
  return "Ctrl-C leaves it; `saltctl resume` goes on";
}

}  // namespace

ReleaseView::ReleaseView(Console& console)
    : console_(console), began_(std::chrono::steady_clock::now()) {}

void ReleaseView::say(Style style, std::string_view mark, std::string_view text) {
  auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - began_);
  auto time = fmt::format("{:>6.1f} s", static_cast<double>(elapsed.count()) / 1000.0);
  console_.line(fmt::format("{}  {} {}", console_.paint(Style::dim, time),
                            console_.paint(style, mark), text));
}

void ReleaseView::say_deployment(const rel::DeploymentView& before,
                                 const rel::DeploymentView& now) {
  if (now.stage != before.stage && !now.stage.empty()) say(Style::cyan, "·", "ECS: " + now.stage);
  if (now.target_running != before.target_running && now.target_requested > 0) {
    say(Style::cyan, "·",
        fmt::format("{} of {} new tasks run", now.target_running, now.target_requested));
  }
  if (now.target_test_weight != before.target_test_weight) {
    say(Style::cyan, "·",
        fmt::format("test traffic on the new version: {:.0f} %", now.target_test_weight));
  }
  if (now.target_production_weight != before.target_production_weight) {
    say(Style::bold, "→",
        fmt::format("production traffic on the new version: {:.0f} %",
                    now.target_production_weight));
  }
  if (now.task_trouble != before.task_trouble && !now.task_trouble.empty()) {
    say(Style::yellow, "!", "new tasks: " + now.task_trouble);
  }
  if (now.status != before.status && now.status.contains("ROLLBACK"))
    say(Style::yellow, "·", "ECS: " + now.status);
}

void ReleaseView::say_box(const rel::Box& box) {
  using rel::BoxState;
  switch (box.state) {
    case BoxState::passed:
      return say(Style::green, "✓", fmt::format("box {}: {}", box.id, box.evidence));
    case BoxState::waived:
      return say(Style::yellow, "~",
                 fmt::format("box {}: waived by {}: {} ({})", box.id, box.waived_by,
                             box.waiver_reason, box.evidence));
    case BoxState::not_applicable:
      return say(Style::dim, "-", fmt::format("box {}: {}", box.id, box.evidence));
    case BoxState::failed:
    case BoxState::open:
      return say(Style::red, "✗", fmt::format("box {}: {}", box.id, box.evidence));
  }
}

// What happens around the deployment itself. True when the event was of that kind.
bool ReleaseView::say_ceremony(const rel::EventBody& body, const rel::State& state) {
  if (const auto* gates = std::get_if<rel::GatesEvaluated>(&body)) {
    for (const auto& box : gates->boxes) say_box(box);
  } else if (const auto* asked = std::get_if<rel::ApprovalAsked>(&body)) {
    say(Style::yellow, "?",
        fmt::format("waiting for an approval of plan {} until {}: saltctl approve {}",
                    asked->digest.substr(0, 12), format_rfc3339(asked->expires_at).substr(0, 19),
                    state.plan.environment));
  } else if (const auto* seen = std::get_if<rel::ApprovalSeen>(&body)) {
    const bool is_approved = seen->state == rel::ApprovalState::approved;
    say(is_approved ? Style::green : Style::red, is_approved ? "✓" : "✗",
        fmt::format("{} by {}{}", is_approved ? "approved" : "not approved", seen->by,
                    seen->how.empty() ? "" : " (" + seen->how + ")"));
  } else if (const auto* silenced = std::get_if<rel::AlertsSilenced>(&body)) {
    if (!silenced->problem.empty())
      say(Style::yellow, "!", "alerts are not silenced: " + silenced->problem);
    else if (silenced->id.empty())
      say(Style::cyan, "·", "no alerts have to be silenced");
    else
      say(Style::cyan, "·",
          fmt::format("alerts silenced until {}; {} critical ones kept",
                      format_rfc3339(silenced->until).substr(11, 8), silenced->kept.size()));
  } else if (std::holds_alternative<rel::AlertsRestored>(body)) {
    say(Style::cyan, "·", "alerts restored");
  } else if (const auto* closed = std::get_if<rel::ReleaseClosed>(&body)) {
    if (!closed->changelog.empty()) say(Style::cyan, "·", "changelog: " + closed->changelog);
    for (const auto& problem : closed->problems) say(Style::yellow, "!", problem);
  } else {
    return false;
  }
  return true;
}

void ReleaseView::on_event(const rel::Event& event, const rel::State& before,
                           const rel::State& state) {
  state_ = state;
  is_open_ = true;
  const auto& body = event.body;
  if (say_ceremony(body, state)) {
    redraw();
    return;
  }
  if (std::holds_alternative<rel::LockAcquired>(body)) {
    say(Style::green, "✓", "release lock taken");
  } else if (const auto* held = std::get_if<rel::LockHeld>(&body)) {
    say(Style::red, "✗", held->holder);
  } else if (const auto* checked = std::get_if<rel::PreflightDone>(&body)) {
    for (const auto& problem : checked->problems) say(Style::red, "✗", problem);
    for (const auto& warning : checked->warnings) say(Style::yellow, "!", warning);
    if (checked->problems.empty()) say(Style::green, "✓", "everything it needs is there");
  } else if (std::holds_alternative<rel::SnapshotCreated>(body)) {
    say(Style::cyan, "·", "snapshot " + state.plan.snapshot_id() + " begun");
  } else if (std::holds_alternative<rel::SnapshotSeen>(body) && state.snapshot_taken &&
             !before.snapshot_taken) {
    say(Style::green, "✓", "database snapshot taken");
  } else if (const auto* registered = std::get_if<rel::TaskDefinitionRegistered>(&body)) {
    say(Style::green, "✓", "task definition " + text::last_part(registered->arn));
  } else if (std::holds_alternative<rel::MigrationStarted>(body)) {
    say(Style::cyan, "·",
        "migrating: " + (state.plan.migrations.empty()
                             ? std::string("nothing to apply is expected")
                             : fmt::format("{}", fmt::join(state.plan.migrations, ", "))));
  } else if (const auto* migration = std::get_if<rel::MigrationSeen>(&body)) {
    if (state.migrations_ran && !before.migrations_ran) {
      // Forecast or not: what was really applied.
      for (const auto& line : migration->log_lines)
        if (line.contains("Running upgrade")) say(Style::cyan, "·", line);
      say(Style::green, "✓", "schema is at " + state.plan.schema_to);
    }
    if (migration->exit_code.value_or(0) != 0) {
      say(Style::red, "✗", fmt::format("migration ended with {}", *migration->exit_code));
      for (const auto& line : migration->log_lines) say(Style::red, " ", line);
    }
  } else if (const auto* seen = std::get_if<rel::DeploymentSeen>(&body)) {
    bool is_back = state.back.seen != before.back.seen;
    say_deployment(is_back ? before.back.seen : before.forward.seen, seen->view);
  } else if (const auto* smoke = std::get_if<rel::SmokeFinished>(&body)) {
    say(smoke->passed ? Style::green : Style::red, smoke->passed ? "✓" : "✗",
        fmt::format("smoke tests on {}: {}", smoke->target, smoke->summary));
  } else if (const auto* watch = std::get_if<rel::WatchSeen>(&body)) {
    watch_ = watch->summary;
    panel_.clear();
    if (watch->state == rel::WatchState::passed) say(Style::green, "✓", "watch: " + watch->summary);
    if (watch->state == rel::WatchState::failed || watch->state == rel::WatchState::no_data) {
      say(Style::red, "✗", "watch: " + watch->summary);
    }
    if (watch->state == rel::WatchState::too_little_traffic)
      say(Style::yellow, "!", "watch: " + watch->summary);
  } else if (std::holds_alternative<rel::ContinueAccepted>(body)) {
    say(Style::bold, "→", "continue");
  } else if (std::holds_alternative<rel::RollbackAccepted>(body)) {
    say(Style::yellow, "←", "rolling back: " + state.cause);
  } else if (std::holds_alternative<rel::HooksRemoved>(body)) {
    say(Style::cyan, "·", "pause hooks taken off the service");
  } else if (const auto* failed = std::get_if<rel::ActionFailed>(&body)) {
    say(Style::yellow, "!",
        fmt::format("{}{}", failed->message, failed->retryable ? " (will be tried again)" : ""));
    // Given up, and what that means.
    for (auto i = before.warnings.size(); i < state.warnings.size(); ++i)
      say(Style::yellow, "!", state.warnings[i]);
  }
  redraw();
}

void ReleaseView::on_smoke_check(const std::string& target, const rel::smoke::CheckResult& check) {
  if (!check.was_run) return;
  say(check.passed ? Style::green : Style::red, check.passed ? "  ✓" : "  ✗",
      fmt::format("{} ({}), {} ms{}", check.name, target, check.duration_ms,
                  check.passed ? "" : ": " + check.message));
}

void ReleaseView::on_watch(const rel::analysis::Reading& reading) {
  using std::chrono::steady_clock;
  panel_ = watch_panel(reading, console_);
  watch_.clear();
  // Without a terminal there is no block to redraw: a line now and then.
  const bool is_due = steady_clock::now() - said_ >= kSayEvery;
  const bool goes_on = reading.verdict == rel::analysis::Verdict::watching;
  if (!console_.traits().is_terminal && goes_on && is_due) {
    said_ = steady_clock::now();
    say(Style::cyan, "·", "watch: " + watch_line(reading));
  }
  redraw();
}

std::string ReleaseView::stages_line() const {
  std::string line;
  for (const auto& [stage, name] : kShown) {
    bool is_left_out = (stage == Stage::gating && !state_.plan.is_gated) ||
                       (stage == Stage::awaiting_approval && !state_.plan.approval.required) ||
                       (stage == Stage::snapshotting && state_.plan.db_instance.empty()) ||
                       (stage == Stage::migrating && !state_.plan.migrates());
    if (is_left_out) continue;
    if (state_.stage == stage) {
      line += console_.paint(Style::cyan, fmt::format("● {}  ", name));
    } else {
      bool is_past = state_.stage > stage;
      line += console_.paint(is_past ? Style::green : Style::dim,
                             fmt::format("{} {}  ", is_past ? "✓" : "○", name));
    }
  }
  if (state_.stage == Stage::rolling_back || state_.stage == Stage::restoring) {
    line += console_.paint(Style::yellow, "● roll back");
  }
  return line;
}

std::string ReleaseView::traffic_line() const {
  double share = state_.forward.seen.target_production_weight;
  return fmt::format("{} {} {} {:.0f} %",
                     state_.plan.from_version.empty() ? "(nothing)" : state_.plan.from_version,
                     bar(share), state_.plan.to_version, share);
}

void ReleaseView::redraw() {
  if (!is_open_ || !console_.traits().is_terminal) return;
  auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - began_);
  std::vector<std::string> lines{
      "", fmt::format("  {}  {}", stages_line(), format_duration(elapsed)), "  " + traffic_line()};
  for (const auto& line : panel_) lines.push_back("  " + line);
  if (!watch_.empty()) lines.push_back("  " + watch_);
  lines.push_back("  " + console_.paint(Style::dim, what_if_nothing(state_)));
  console_.live(std::move(lines));
}

void ReleaseView::close() {
  is_open_ = false;
  console_.end_live();
}

Task<> keep_redrawing(ReleaseView& view) {
  for (;;) {
    co_await sleep_for(std::chrono::milliseconds(200));
    view.redraw();
  }
}

namespace {

std::string migrations_text(const rel::Plan& plan) {
  const std::string from = plan.schema_from.empty() ? "its revision" : plan.schema_from;
  if (!plan.migrates()) return fmt::format("none (schema stays at {})", from);
  return fmt::format("{} (a forecast: {} runs whatever the database is at)",
                     plan.migrations.empty() ? std::string("none expected")
                                             : fmt::format("{}", fmt::join(plan.migrations, ", ")),
                     fmt::join(plan.migration_command, " "));
}

}  // namespace

std::string plan_text(const rel::Plan& plan, const Console& console) {
  auto from =
      plan.from_version.empty() ? std::string("nothing (the first deploy)") : plan.from_version;
  auto text = fmt::format(
      "{} {}\n\n",
      console.paint(Style::bold, plan.kind == rel::Kind::deploy ? "Deploy to" : "Roll back"),
      console.paint(plan.environment == "production" ? Style::red : Style::cyan, plan.environment));
  text += fmt::format("  version     {} → {}\n", from, console.paint(Style::bold, plan.to_version));
  if (!plan.from_task_definition.empty()) {
    text += fmt::format("  runs now    {}\n", text::last_part(plan.from_task_definition));
  }
  if (!plan.image.empty()) text += fmt::format("  image       {}\n", plan.image);
  if (plan.kind == rel::Kind::rollback) {
    text += fmt::format("  goes to     {}\n", text::last_part(plan.to_task_definition));
  }
  text += fmt::format("  migrations  {}\n", migrations_text(plan));
  if (!plan.schema_note.empty()) text += fmt::format("  schema      {}\n", plan.schema_note);
  text += "\n";
  std::vector<std::vector<std::string>> rows;
  int number = 0;
  for (const auto& step : rel::planned_steps(plan)) {
    rows.push_back({fmt::format("  {}.", ++number), step.what});
    rows.push_back({"", console.paint(Style::dim, "undo: " + step.undo)});
  }
  return text + format_table(rows);
}

std::string report_text(const rel::Report& report, const Console& console) {
  using rel::Outcome;
  auto style = report.outcome == Outcome::complete ? Style::green : Style::red;
  if (report.outcome == Outcome::rolled_back || report.outcome == Outcome::interrupted)
    style = Style::yellow;
  auto text = "\n" + console.paint(style, report.sentence) + "\n";
  const auto& timings = report.state.timings;
  if (auto shift = timings.shift_ms()) text += fmt::format("  traffic moved in {} ms\n", *shift);
  if (auto back = timings.rollback_ms(); back && report.outcome != Outcome::complete) {
    text += fmt::format("  taken back in {} ms\n", *back);
  }
  if (report.outcome == Outcome::interrupted && !report.state.forward.seen.hook_id.empty())
    text += fmt::format("  {}\n", what_if_nothing(report.state));
  auto next = [&]() -> std::string {
    switch (report.outcome) {
      case Outcome::complete:
        return "saltctl status " + report.environment;
      case Outcome::interrupted:
      case Outcome::none:
        return "saltctl resume " + report.environment;
      case Outcome::rolled_back:
        return "saltctl logs " + report.environment;
      case Outcome::refused: {
        auto waive = open_boxes_hint(report.state.boxes, "saltctl deploy " + report.environment);
        return waive.empty() ? "saltctl status " + report.environment : "mend it, or: " + waive;
      }
      default:
        return "saltctl status " + report.environment;
    }
  }();
  return text + console.paint(Style::dim, "  next: " + next);
}

std::string report_json(const rel::Report& report) {
  const auto& timings = report.state.timings;
  auto number = [](const std::optional<std::int64_t>& value) {
    return value ? std::to_string(*value) : "null";
  };
  auto time = [](const std::optional<Timestamp>& value) {
    return value ? std::to_string(to_unix_ms(*value)) : std::string("null");
  };
  return fmt::format(
      R"({{"release_id":{},"environment":{},"outcome":"{}","from_version":{},"to_version":{},"sentence":{},)"
      R"("cause":{},"shift_ms":{},"rollback_ms":{},"started_at":{},"decided_at":{},"shifted_at":{},"breach_at":{},)"
      R"("traffic_back_at":{},"rolled_back_at":{},"ended_at":{}}})",
      json::quote(report.release_id), json::quote(report.environment),
      boost::describe::enum_to_string(report.outcome, "none"), json::quote(report.from_version),
      json::quote(report.to_version), json::quote(report.sentence), json::quote(report.state.cause),
      number(timings.shift_ms()), number(timings.rollback_ms()), time(timings.started_at),
      time(timings.decided_at), time(timings.shifted_at), time(timings.breach_at),
      time(timings.traffic_back_at), time(timings.rolled_back_at), time(timings.ended_at));
}

}  // namespace sb::saltctl
