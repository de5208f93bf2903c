#include "saltctl/db.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/json/codec.hpp"
#include "saltctl/held_lock.hpp"

namespace sb::saltctl {

namespace operate = release::operate;

namespace {

// Nobody saw its end.
bool may_still_run(const Error& error) {
  return error.code == ErrorCode::timeout || error.code == ErrorCode::unavailable;
}

}  // namespace

Task<std::expected<operate::OneOffEnd, Failure>> ask_in_task(Session& session,
                                                             std::vector<std::string> command,
                                                             std::string task_definition) {
  operate::OneOff what;
  what.command = std::move(command);
  what.task_definition = std::move(task_definition);
  what.started_by = "saltctl";
  auto end =
      co_await operate::run_one_off(*session.client, service_ref(session), std::move(what), {});
  if (!end) {
    co_return std::unexpected(Failure(end.error(), "saltctl doctor " + session.environment.name));
  }
  co_return *std::move(end);
}

Task<std::expected<operate::OneOffEnd, Failure>> run_in_task(Session& session, Console& console,
                                                             std::vector<std::string> command,
                                                             std::string task_definition) {
  SB_CO_TRY_VOID(co_await still_alone(session));
  Steps steps(console);
  steps.begin(fmt::format("{} in a task of its own", fmt::join(command, " ")));
  operate::OneOff what;
  what.command = std::move(command);
  what.task_definition = std::move(task_definition);
  what.started_by = "saltctl";
  auto end =
      co_await operate::run_one_off(*session.client, service_ref(session), std::move(what),
                                    [&](const std::string& line) { console.line("    " + line); });
  if (!end) {
    steps.failed(end.error().message);
    const auto& name = session.environment.name;
    if (!may_still_run(end.error()))
      co_return std::unexpected(Failure(end.error(), "saltctl doctor " + name));
    co_return std::unexpected(Failure(end.error(), "saltctl resume " + name,
                                      release::exit_code(release::Outcome::interrupted)));
  }
  if (end->exit_code == 0)
    steps.done();
  else
    steps.failed(fmt::format("ended with {}", end->exit_code));
  co_return *std::move(end);
}

std::string revision_in(const std::vector<std::string>& lines) {
  for (const auto& line : lines) {
    auto word = line.substr(0, line.find(' '));
    bool is_id =
        !word.empty() && word.size() <= 32 &&
        std::ranges::all_of(word, [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
    if (is_id && word != "INFO" && word != "WARN" && word != "ERROR") return word;
  }
  return {};
}

std::map<std::string, std::string> counts_in(const std::vector<std::string>& lines) {
  std::map<std::string, std::string> counts;
  for (const auto& line : lines) {
    auto value = json::parse(line);
    if (!value || !value->is_object()) continue;
    for (const auto& member : value->get_object())
      if (member.value().is_int64())
        counts[std::string(member.key())] = format_count(member.value().get_int64());
  }
  return counts;
}

std::string task_definition_of(const Session& session, const Arguments& arguments) {
  auto name = arguments.get("--task-definition");
  bool is_number = !name.empty() &&
                   std::ranges::all_of(name, [](unsigned char c) { return std::isdigit(c) != 0; });
  return is_number ? session.environment.family + ":" + name : name;
}

}  // namespace sb::saltctl
