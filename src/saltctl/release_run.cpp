#include "saltctl/release_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <iostream>

#include "base/async/spawn.hpp"
#include "saltctl/mail.hpp"
#include "saltctl/release_view.hpp"

namespace sb::saltctl {
namespace {

Task<> stop_on_signal(release::Runner& runner, Console& console) {
  co_await wait_for_signal({SIGINT, SIGTERM, SIGHUP});
  console.line(
      "  stopping after the present call; the release stays resumable (once more ends at once)");
  runner.stop();
}

// `work` is the runner's. What looks at it meanwhile ends before it is gone: the loop may go on
// with another release.
Task<Result<release::Report>> show(Console& console, ReleaseView& view, Telling& telling,
                                   release::Runner& runner, Task<Result<release::Report>> work) {
  auto executor = co_await current_executor();
  Gate beside(executor);
  telling.start(executor);
  spawn_logged(executor, beside, "signal", stop_on_signal(runner, console));
  if (console.traits().is_terminal) spawn_logged(executor, beside, "view", keep_redrawing(view));
  auto report = co_await std::move(work);
  co_await beside.drain(Deadline::after(Duration(0)));
  view.close();
  co_await telling.finish();
  co_return report;
}

// With --json the report is what stdout is for, and progress goes to stderr.
struct Screen {
  explicit Screen(Invocation& call)
      : err(STDERR_FILENO, detect_traits(STDERR_FILENO)), out(call.out) {
    console = call.wants_json ? &err : &call.out;
  }
  Console err;
  Console& out;
  Console* console;
};

Outcome finish(Invocation& call, const Screen& screen, Result<release::Report> report,
               const std::string& environment) {
  if (!report) {
    return std::unexpected(Failure(report.error(), "saltctl resume " + environment));
  }
  if (call.wants_json) {
    call.out.line(report_json(*report));
  }
  screen.console->line(report_text(*report, *screen.console));
  return release::exit_code(report->outcome);
}

}  // namespace

std::expected<bool, Failure> confirm(Console& console, const std::string& question) {
  if (isatty(STDIN_FILENO) != 1) {
    return std::unexpected(
        Failure(Error{ErrorCode::failed_precondition,
                      "there is no terminal to ask on; --yes says yes beforehand",
                      {}},
                "", 2));
  }
  console.line(question + " [y/N]");
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

Task<Result<release::Report>> run_shown(Console& console, const Places& places,
                                        release::Runner& runner, release::Plan plan) {
  ReleaseView view(console);
  Telling telling(view, places, console);
  co_return co_await show(console, view, telling, runner, runner.run(std::move(plan), telling));
}

Task<Outcome> run_release(Invocation& call, release::Runner& runner, release::Plan plan,
                          Asking asking) {
  Screen screen(call);
  screen.console->line(plan_text(plan, *screen.console));
  if (asking == Asking::ask) {
    auto answer = confirm(*screen.console, "Go ahead?");
    if (!answer) co_return std::unexpected(answer.error());
    if (!*answer) {
      screen.console->line("Nothing was done.");
      co_return release::exit_code(release::Outcome::refused);
    }
  }
  auto environment = plan.environment;
  auto report = co_await run_shown(*screen.console, call.places, runner, std::move(plan));
  co_return finish(call, screen, std::move(report), environment);
}

Task<Result<release::Report>> resume_shown(Console& console, const Places& places,
                                           release::Runner& runner, std::string release_id,
                                           release::Runner::ResumeAs as) {
  ReleaseView view(console);
  Telling telling(view, places, console);
  co_return co_await show(console, view, telling, runner,
                          runner.resume(std::move(release_id), as, telling));
}

Task<Outcome> run_resume_of(Invocation& call, release::Runner& runner, std::string environment,
                            std::string release_id, release::Runner::ResumeAs as) {
  Screen screen(call);
  auto report =
      co_await resume_shown(*screen.console, call.places, runner, std::move(release_id), as);
  co_return finish(call, screen, std::move(report), environment);
}

}  // namespace sb::saltctl
