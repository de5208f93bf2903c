#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "saltctl/mail_view.hpp"
#include "saltctl/session.hpp"

namespace sb::saltctl {
namespace {

namespace notify = release::notify;

constexpr std::size_t kNewest = 1000;
constexpr auto kFlushTime = std::chrono::seconds(60);

Outcome nothing(Invocation& call) {
  call.out.line(call.wants_json ? "[]" : "Nothing was ever to be told: no release was made here.");
  return 0;
}

void list(Console& out, const std::vector<notify::Entry>& entries) {
  std::vector<std::vector<std::string>> rows{{"SINCE", "TO", "MESSAGE", "TRIED", ""}};
  for (const auto& entry : entries)
    rows.push_back({format_rfc3339(entry.message.at).substr(0, 19),
                    std::string(notify::name_of(entry.message.channel)),
                    paint_severity(out, entry.message.severity, entry.message.title),
                    std::to_string(entry.attempts), entry.detail});
  out.line(format_table(rows, {3}));
}

void say_held_back(Console& out, const Result<notify::Accounts>& accounts) {
  if (!accounts) out.line("The accounts cannot be read: " + accounts.error().text());
  if (!accounts || accounts->held_back.empty()) return;
  out.line(
      fmt::format("Not used, because this is a rehearsal on the local cloud: {}. To tell the "
                  "real services all the same: SALTBITTER_NOTIFY=real",
                  fmt::join(accounts->held_back, ", ")));
}

// The oldest first: that is the order in which they go out.
Result<std::vector<notify::Entry>> oldest_first(notify::Outbox& outbox, notify::Delivery delivery) {
  SB_TRY(auto entries, outbox.entries(delivery, kNewest));
  std::reverse(entries.begin(), entries.end());
  return entries;
}

std::string report_json(const notify::DeliveryReport& report) {
  std::vector<std::string> troubles;
  for (const auto& trouble : report.troubles) troubles.push_back(json::quote(trouble));
  return fmt::format(
      R"({{"delivered":{},"to_inbox":{},"dead":{},"waiting":{},"another_is_at_it":{},"troubles":[{}]}})",
      report.delivered, report.to_inbox, report.dead, report.waiting, report.another_is_at_it,
      fmt::join(troubles, ","));
}

}  // namespace

bool has_outbox(const Places& places) {
  std::error_code ignored;
  return std::filesystem::exists(places.journal(), ignored) ||
         std::filesystem::exists(outbox_file(places), ignored);
}

std::expected<void, Failure> declared_name(const Places& places, const std::string& environment) {
  auto declared = declared_environment(places, environment);
  if (!declared) return std::unexpected(declared.error());
  return {};
}

Result<notify::DeliveryReport> look_first(notify::Dispatch& dispatch, notify::Hurry hurry) {
  return run_task(dispatch.deliver(Deadline::after(kFlushTime), hurry));
}

Outcome run_outbox(Invocation& call) {
  if (!has_outbox(call.places)) return nothing(call);
  SB_TRY(auto dispatch, open_dispatch(call.places));
  SB_TRY_VOID(look_first(dispatch, notify::Hurry::no));
  SB_TRY(auto waiting, oldest_first(dispatch.outbox(), notify::Delivery::pending));
  if (call.wants_json) {
    call.out.line(entries_json(waiting));
    return 0;
  }
  SB_TRY(auto counts, dispatch.outbox().counts());
  if (!waiting.empty()) list(call.out, waiting);
  call.out.line(fmt::format("{} waiting, {} delivered, {} in the inbox (saltctl inbox), {} dead{}",
                            counts.pending, counts.delivered, counts.inbox, counts.dead,
                            counts.dead > 0 ? " (saltctl outbox dead)" : ""));
  if (counts.pending > 0) call.out.line("To try them now: saltctl outbox flush");
  say_held_back(call.out, dispatch.accounts());
  return 0;
}

Outcome run_outbox_dead(Invocation& call) {
  if (!has_outbox(call.places)) return nothing(call);
  SB_TRY(auto outbox, notify::Outbox::open(outbox_file(call.places)));
  SB_TRY(auto dead, oldest_first(outbox, notify::Delivery::dead));
  if (call.wants_json) {
    call.out.line(entries_json(dead));
    return 0;
  }
  if (dead.empty()) {
    call.out.line("No message was refused.");
    return 0;
  }
  list(call.out, dead);
  call.out.line("Once it is put right, to try them again: saltctl outbox flush --dead");
  return 0;
}

Outcome run_outbox_flush(Invocation& call) {
  if (!has_outbox(call.places)) return nothing(call);
  SB_TRY(auto dispatch, open_dispatch(call.places));
  if (call.arguments.has("--dead")) {
    SB_TRY(auto dead, dispatch.outbox().entries(notify::Delivery::dead, kNewest));
    for (const auto& entry : dead) SB_TRY_VOID(dispatch.outbox().revive(entry.position));
  }
  SB_TRY(auto report, look_first(dispatch, notify::Hurry::yes));
  const bool is_done = report.waiting == 0 && report.dead == 0;
  if (call.wants_json) {
    call.out.line(report_json(report));
    return is_done ? 0 : 1;
  }
  for (const auto& trouble : report.troubles) call.out.line(trouble);
  if (report.another_is_at_it)
    call.out.line("Another saltctl is delivering at this moment; it takes these too.");
  call.out.line(fmt::format("{} delivered, {} to the inbox, {} refused, {} still waiting",
                            report.delivered, report.to_inbox, report.dead, report.waiting));
  say_held_back(call.out, dispatch.accounts());
  return is_done || report.another_is_at_it ? 0 : 1;
}

}  // namespace sb::saltctl
