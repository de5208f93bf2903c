#include "saltctl/mail.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/async/spawn.hpp"

namespace sb::saltctl {
namespace {

namespace notify = release::notify;

// No attempt begins later; one that has begun has five seconds of its own.
constexpr auto kAfterRelease = std::chrono::seconds(3);
constexpr auto kAfterCommand = std::chrono::seconds(1);

// Those that open the journal. Not `status`: it is asked often, and to be quick.
constexpr std::array<std::string_view, 16> kCouriers = {
    "deploy",    "plan",          "approve",          "reject",
    "show",      "checklist pre", "checklist during", "checklist post",
    "checklist", "history",       "rollback",         "resume",
    "doctor",    "hotfix start",  "hotfix ship",      "emergency rollback"};

bool is_there(const fs::Path& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

void say_what_waits(Console& console, const Result<notify::DeliveryReport>& report) {
  if (!report) {
    console.line("  messages are not sent: " + report.error().text() +
                 "; they are kept: saltctl outbox flush");
    return;
  }
  for (const auto& trouble : report->troubles) console.line("  message: " + trouble);
  if (report->waiting > 0)
    console.line(
        fmt::format("  {} message{} not delivered yet; the next command tries again, or: "
                    "saltctl outbox flush",
                    report->waiting, report->waiting == 1 ? " is" : "s are"));
}

}  // namespace

fs::Path outbox_file(const Places& places) {
  return places.home / "release" / "outbox.db";
}

notify::Audiences audiences(const Places& places) {
  notify::Audiences all;
  for (const auto& name : environment_names(places.environments())) {
    auto environment = load_environment(places.environments(), name, places.where);
    if (!environment) continue;  // said by whoever needs it
    const auto& settings = environment->notifications;
    all[name] = {.page = settings.page,
                 .status_page = settings.status_page,
                 .maintenance = settings.maintenance};
  }
  return all;
}

Result<notify::Accounts> accounts(const Places& places) {
  return notify::load_accounts({.file = places.home / "release" / "accounts.json",
                                .is_rehearsal = is_there(places.cloud() / "saltcloud.json"),
                                .variable = {}});
}

Result<notify::Dispatch> open_dispatch(const Places& places) {
  return notify::Dispatch::open({.journal = places.journal(),
                                 .outbox = outbox_file(places),
                                 .accounts = places.home / "release" / "accounts.json",
                                 .audiences = audiences(places),
                                 .is_rehearsal = is_there(places.cloud() / "saltcloud.json"),
                                 .courier = {.lock = places.home / "release" / "outbox.lock"}});
}

release::alerts::AlertsOptions alerts_options(const Places& places, const std::string& environment,
                                              const notify::Accounts& accounts) {
  return {.environment = environment,
          .environment_tag = {},
          .datadog = accounts.datadog,
          .store = places.home / "release" / "silences.db",
          .monitors = places.deploy / "datadog" / "monitors",
          .ca_file = {}};
}

Telling::Telling(release::Observer& inner, const Places& places, Console& console)
    : inner_(inner), console_(console) {
  auto dispatch = open_dispatch(places);
  if (dispatch)
    dispatch_.emplace(*std::move(dispatch));
  else
    console.line("  nobody is told of this release for now: " + dispatch.error().text());
}

void Telling::start(const Executor& executor) {
  if (dispatch_) dispatch_->start(executor);
}

Task<> Telling::finish() {
  if (!dispatch_) co_return;
  auto report = co_await dispatch_->finish(Deadline::after(kAfterRelease));
  say_what_waits(console_, report);
}

void Telling::on_event(const release::Event& event, const release::State& before,
                       const release::State& state) {
  if (dispatch_) dispatch_->wake();
  inner_.on_event(event, before, state);
}

void Telling::on_action(const release::Action& action, const release::State& state) {
  inner_.on_action(action, state);
}

void Telling::on_smoke_check(const std::string& target, const release::smoke::CheckResult& check) {
  inner_.on_smoke_check(target, check);
}

void Telling::on_watch(const release::analysis::Reading& reading) {
  inner_.on_watch(reading);
}

void give_mail_a_chance(const Places& places, const Command& command) {
  if (std::ranges::find(kCouriers, command.name) == kCouriers.end()) return;
  if (!is_there(places.journal())) return;
  auto dispatch = open_dispatch(places);
  // Whoever wants to know asks `saltctl outbox`, which says it.
  if (!dispatch) return;
  (void)run_task(dispatch->deliver(Deadline::after(kAfterCommand), notify::Hurry::no));
}

}  // namespace sb::saltctl
