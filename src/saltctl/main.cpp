#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "base/log/log.hpp"
#include "saltctl/mail.hpp"
#include "saltctl/parser.hpp"

namespace {

using namespace sb::saltctl;

int report(const Failure& failure) {
  Console err(STDERR_FILENO, detect_traits(STDERR_FILENO));
  err.line(fmt::format("{} {}", err.paint(Style::red, "saltctl:"), failure.error.text()));
  if (!failure.next.empty()) err.line(fmt::format("     try: {}", failure.next));
  return failure.exit_code;
}

int run(std::vector<std::string> words) {
  Console out(STDOUT_FILENO, detect_traits(STDOUT_FILENO));
  auto first = words.empty() ? "" : words[0];
  auto parsed = parse(commands(), std::move(words));
  if (!parsed) return report(parsed.error());
  if (parsed->wants_help) {
    if (parsed->command != nullptr) {
      out.line(help_for(*parsed->command));
    } else if (!first.empty() && !first.starts_with('-')) {
      out.line(help_for_group(first));
    } else {
      out.line(help_overview(out));
    }
    return 0;
  }
  auto places = find_places();
  if (!places) return report(places.error());
  if (places->where == Where::aws && is_local_only(*parsed->command)) {
    return report(Failure(
        sb::Error{sb::ErrorCode::failed_precondition,
                  fmt::format("`saltctl {}` is about the local cloud, and SALTBITTER_CLOUD is aws",
                              parsed->command->name),
                  {}},
        "docs/AWS.md says what is done there instead", 2));
  }
  Invocation call{*parsed->command, std::move(parsed->arguments), *std::move(places), out,
                  parsed->wants_json};
  auto outcome = call.command.run(call);
  out.end_live();
  give_mail_a_chance(call.places, call.command);
  return outcome ? *outcome : report(outcome.error());
}

}  // namespace

int main(int argc, char** argv) {
  (void)std::signal(SIGPIPE, SIG_IGN);
  sb::log::configure({.service = "saltctl",
                      .environment = "",
                      .level = sb::log::Level::error,
                      .fd = STDERR_FILENO});
  return run({argv + 1, argv + argc});
}
