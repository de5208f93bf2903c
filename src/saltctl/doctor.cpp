#include "release/doctor/diagnose.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "saltctl/examine.hpp"

namespace sb::saltctl {
namespace {

namespace doctor = release::doctor;

std::string_view word_for(doctor::Weight weight) {
  switch (weight) {
    case doctor::Weight::problem:
      return "problem";
    case doctor::Weight::warning:
      return "warning";
    case doctor::Weight::note:
      break;
  }
  return "note";
}

std::string as_json(const doctor::Finding& finding) {
  return fmt::format(R"({{"id":{},"weight":"{}","sentence":{},"next":{}}})",
                     json::quote(finding.id), word_for(finding.weight),
                     json::quote(finding.sentence), json::quote(finding.next));
}

void print(Console& console, const doctor::Finding& finding) {
  auto mark = finding.weight == doctor::Weight::problem   ? console.paint(Style::red, "✗")
              : finding.weight == doctor::Weight::warning ? console.paint(Style::yellow, "!")
                                                          : console.paint(Style::dim, "·");
  auto width = static_cast<std::size_t>(std::max(40, console.traits().width - 1));
  console.line(fmt::format("{} {}", mark, wrap(finding.sentence, width - 2, 2)));
  if (!finding.next.empty()) console.line("     try: " + finding.next);
}

Task<Outcome> diagnose(Invocation& call) {
  auto name = call.arguments.get("ENV");
  SB_CO_TRY(auto environment, declared_environment(call.places, name));
  Screen screen(call);
  Steps steps(screen.console);
  steps.begin("Examining " + name);
  Examination how{.looks_inside = !call.arguments.has("--quick")};
  auto facts = co_await examine(call.places, std::move(environment), how,
                                [&](const std::string& what) { steps.note(what); });
  auto findings = doctor::diagnose(facts);
  bool is_healthy = doctor::is_healthy(findings);
  steps.done();
  if (call.wants_json) {
    std::vector<std::string> rows;
    for (const auto& finding : findings) rows.push_back(as_json(finding));
    call.out.line(fmt::format(R"({{"environment":{},"healthy":{},"findings":[{}]}})",
                              json::quote(name), is_healthy, fmt::join(rows, ",")));
  } else {
    for (const auto& finding : findings) print(screen.console, finding);
    if (is_healthy) screen.console.line(screen.console.paint(Style::green, name + " is healthy."));
  }
  co_return is_healthy ? 0 : 1;
}

}  // namespace

Outcome run_doctor(Invocation& call) {
  return run_task(diagnose(call));
}

}  // namespace sb::saltctl
