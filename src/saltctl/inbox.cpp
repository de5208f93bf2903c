#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/describe/enum_to_string.hpp>

#include "base/json/codec.hpp"
#include "saltctl/mail.hpp"
#include "saltctl/mail_view.hpp"

namespace sb::saltctl {
namespace {

namespace notify = release::notify;

constexpr std::size_t kNewest = 500;
constexpr std::size_t kShown = 20;

// What one thing was told as, on every channel that had no account.
struct Letter {
  notify::Message message;
  std::vector<std::string> channels;
};

std::vector<Letter> letters_of(const std::vector<notify::Entry>& entries,
                               const std::string& environment) {
  std::vector<Letter> letters;
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    const auto& message = entry->message;
    if (!environment.empty() && message.environment != environment) continue;
    auto same = std::ranges::find_if(
        letters, [&](const Letter& l) { return l.message.topic == message.topic; });
    if (same == letters.end()) {
      letters.push_back({message, {}});
      same = letters.end() - 1;
    }
    // A webhook gets a copy of everything; that nobody set one up is nothing to read each time.
    if (message.channel != notify::Channel::webhook)
      same->channels.emplace_back(notify::name_of(message.channel));
  }
  return letters;
}

}  // namespace

std::string paint_severity(Console& out, notify::Severity severity, std::string_view text) {
  switch (severity) {
    case notify::Severity::success:
      return out.paint(Style::green, text);
    case notify::Severity::warning:
      return out.paint(Style::yellow, text);
    case notify::Severity::error:
    case notify::Severity::critical:
      return out.paint(Style::red, text);
    case notify::Severity::info:
      return std::string(text);
  }
  return std::string(text);
}

std::string entries_json(const std::vector<notify::Entry>& entries) {
  std::vector<std::string> rows;
  for (const auto& entry : entries)
    rows.push_back(fmt::format(
        R"({{"position":{},"delivery":"{}","attempts":{},"done_at":{},"detail":{},"message":{}}})",
        entry.position, boost::describe::enum_to_string(entry.delivery, ""), entry.attempts,
        entry.done_at ? json::quote(format_rfc3339(*entry.done_at)) : "null",
        json::quote(entry.detail), json::encode(entry.message)));
  return fmt::format("[{}]", fmt::join(rows, ","));
}

Outcome run_inbox(Invocation& call) {
  std::vector<notify::Entry> entries;
  std::string environment = call.arguments.get("ENV");
  if (!environment.empty()) SB_TRY_VOID(declared_name(call.places, environment));
  if (has_outbox(call.places)) {
    SB_TRY(auto dispatch, open_dispatch(call.places));
    SB_TRY_VOID(look_first(dispatch, notify::Hurry::no));
    SB_TRY(entries, dispatch.outbox().entries(notify::Delivery::inbox, kNewest));
    std::erase_if(entries, [&](const auto& entry) {
      return !environment.empty() && entry.message.environment != environment;
    });
  }
  if (call.wants_json) {
    call.out.line(entries_json(entries));
    return 0;
  }
  auto letters = letters_of(entries, environment);
  if (letters.empty()) {
    call.out.line(
        "The inbox is empty. Messages land here when their service has no account; those on their "
        "way are in: saltctl outbox");
    return 0;
  }
  const std::size_t hidden = letters.size() > kShown ? letters.size() - kShown : 0;
  if (hidden > 0) call.out.line(fmt::format("… {} older ones: saltctl inbox --json", hidden));
  for (std::size_t i = hidden; i < letters.size(); ++i) {
    const auto& message = letters[i].message;
    call.out.line(fmt::format("{}  {}",
                              call.out.paint(Style::dim, format_rfc3339(message.at).substr(0, 19)),
                              paint_severity(call.out, message.severity, message.title)));
    call.out.line("    " + wrap(message.text,
                                static_cast<std::size_t>(std::max(40, call.out.traits().width - 4)),
                                4));
    call.out.line(
        call.out.paint(Style::dim, fmt::format("    to {}", fmt::join(letters[i].channels, ", "))));
  }
  return 0;
}

}  // namespace sb::saltctl
