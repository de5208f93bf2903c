#include <fmt/format.h>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "saltctl/session.hpp"

namespace sb::saltctl {
namespace {

namespace smoke = release::smoke;

Task<std::expected<smoke::Options, Failure>> options_for(Invocation& call, std::string target) {
  smoke::Options options;
  if (target.contains("://")) {
    while (target.ends_with('/')) target.pop_back();
    options.base_url = target;
    // Whose address it is, is not known: the local cloud's or anybody's.
    options.ca_file = call.places.authority();
    options.trusts_system_too = true;
    std::error_code ignored;
    if (!std::filesystem::exists(options.ca_file, ignored)) options.ca_file.clear();
    co_return options;
  }
  SB_CO_TRY(auto session, co_await open_session(call.places, target));
  SB_CO_TRY(auto resources, co_await need_resources(session));
  auto config = engine_config(session, resources);
  options.base_url = config.url;
  options.ca_file = config.ca_file;
  options.connect_to = config.connect_to;
  co_return options;
}

Task<Outcome> run_checks(Invocation& call) {
  SB_CO_TRY(auto options, co_await options_for(call, call.arguments.get("TARGET")));
  Console& out = call.out;
  bool is_quiet = call.wants_json;
  auto show = [&out, is_quiet](const smoke::CheckResult& check) {
    if (is_quiet) return;
    auto mark = !check.was_run ? out.paint(Style::dim, "-")
                : check.passed ? out.paint(Style::green, "✓")
                               : out.paint(Style::red, "✗");
    out.line(fmt::format("  {} {:<28} {:>5} ms  {}", mark, check.name, check.duration_ms,
                         check.message));
  };
  auto report = co_await smoke::run(std::move(options), show);
  out.line(call.wants_json ? json::encode(report)
                           : out.paint(report.passed ? Style::green : Style::red, report.summary));
  co_return report.passed ? 0 : 1;
}

}  // namespace

Outcome run_smoke(Invocation& call) {
  return run_task(run_checks(call));
}

}  // namespace sb::saltctl
