// `saltctl config set` and `saltctl config rollback`: one key at a time, the old version kept.
#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <iostream>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "saltctl/config_sources.hpp"
#include "saltctl/held_lock.hpp"
#include "saltctl/procedure.hpp"

namespace sb::saltctl {
namespace {

namespace config = release::config;
namespace facts = procedure_facts;

// Nothing typed is shown; the terminal is put back however this ends.
class NoEcho {
 public:
  NoEcho() {
    if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    is_on_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }
  ~NoEcho() {
    if (is_on_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;

 private:
  termios before_{};
  bool is_on_ = false;
};

std::string read_stdin() {
  std::string text;
  char block[4096];
  for (ssize_t size = 0; (size = ::read(STDIN_FILENO, block, sizeof block)) > 0;)
    text.append(block, static_cast<std::size_t>(size));
  return text;
}

// From the file that --file names, a pipe, or the keyboard: never from argv, which everybody on
// this machine can read.
std::expected<std::string, Failure> read_value(Invocation& call, Screen& screen,
                                               const std::string& key) {
  auto file = call.arguments.get("--file");
  std::string text;
  if (!file.empty() && file != "-") {
    auto content = fs::read_file(file);
    if (!content) return std::unexpected(Failure(content.error(), "", 2));
    text = *std::move(content);
  } else if (isatty(STDIN_FILENO) == 1) {
    NoEcho silence;  // before the question: whoever types at once must not be shown, nor cut off
    screen.console.line(fmt::format("New value of {} (not shown):", key));
    std::getline(std::cin, text);
  } else {
    text = read_stdin();
  }
  auto value = config::clean_input(std::move(text));
  if (!value) {
    return std::unexpected(Failure(
        std::move(value).error().in(key),
        fmt::format("saltctl config set {} {} --file FILE", call.arguments.get("ENV"), key), 2));
  }
  return *std::move(value);
}

Task<Outcome> pick_up(Screen& screen, Session& session, const Procedure& procedure,
                      std::optional<std::string> since = {}) {
  const auto& name = session.environment.name;
  if (procedure.fact(facts::kRestart) == "yes")
    co_return co_await restart_and_follow(session, screen.console, std::move(since));
  screen.console.line(
      fmt::format("Tasks read it when they start. To pick it up now: saltctl restart {}", name));
  co_return 0;
}

// With --restart it touches the service, and must be alone with it.
Task<std::expected<Procedure, Failure>> procedure_of(Invocation& call, Session& session,
                                                     std::string version) {
  const bool restarts = call.arguments.has("--restart");
  std::string newest;
  if (restarts) {
    SB_CO_TRY(newest, co_await newest_deployment_of(session));
  }
  co_return new_procedure(session, std::string(call.command.name),
                          restarts ? Alone::yes : Alone::no,
                          {{facts::kKey, call.arguments.get("KEY")},
                           {facts::kVersion, std::move(version)},
                           {facts::kRestart, restarts ? "yes" : ""},
                           {facts::kDeployment, std::move(newest)}});
}

// Exit code 6 when somebody else was faster: what was shown is not true any more.
Failure not_written(Error error, const std::string& name) {
  if (error.code != ErrorCode::conflict) return with_hint(std::move(error), name);
  return {std::move(error), "saltctl config history " + name, declined()};
}

std::string result_json(const config::Source& source, const std::string& from,
                        const std::string& to, const std::vector<config::Difference>& differences) {
  std::vector<std::string> keys;
  for (const auto& difference : differences) keys.push_back(difference.key);
  return fmt::format(R"({{"id":{},"from":{},"to":{},"changed":{}}})", json::quote(source.id),
                     json::quote(from), json::quote(to), json::encode(keys));
}

Task<Outcome> set(Invocation& call) {
  auto name = call.arguments.get("ENV");
  auto key = call.arguments.get("KEY");
  SB_CO_TRY(auto session, co_await open_session(call.places, name));
  Screen screen(call);
  SB_CO_TRY(auto sources, chosen_sources(session.environment, key));
  const auto& source = sources.front();
  if (call.arguments.has("--restart")) {
    auto in_use = co_await refuse_during_release(session);
    if (!in_use) co_return std::unexpected(in_use.error());
  }
  SB_CO_TRY(auto value, read_value(call, screen, key));
  config::Store store(*session.client);
  auto document = co_await store.read(source);
  bool is_new = !document && document.error().subject.contains("NotFound") &&
                source.store == config::Source::Store::parameter;
  if (!document && !is_new) co_return std::unexpected(with_hint(document.error(), name));
  config::Values before = document ? document->values : config::Values{};
  auto after = before;
  after[key] = value;
  auto differences = config::differences(before, after);
  if (differences.empty()) {
    screen.console.line(fmt::format("{} has this value already; nothing was done.", key));
    if (call.wants_json)
      call.out.line(result_json(source, document->version, document->version, {}));
    co_return 0;
  }
  screen.console.line(fmt::format("{}, {} {}", name, source.store_name(), source.id));
  for (const auto& difference : differences)
    screen.console.line("    " + config::describe(difference));
  SB_CO_TRY(auto goes_ahead, may_go_ahead(call, screen, "Set it?"));
  if (!goes_ahead) co_return declined();
  auto old = before.find(key);
  const auto present = old == before.end() ? std::nullopt : std::optional(old->second);
  const auto from = document ? document->version : std::string();
  SB_CO_TRY(auto procedure, co_await procedure_of(call, session, from));
  procedure.facts[facts::kFingerprint] = config::fingerprint(key, value);
  co_return co_await carry_out(session, procedure, [&]() -> Task<Outcome> {
    SB_CO_TRY_VOID(co_await still_alone(session));
    auto version = co_await store.set(source, key, value, present);
    if (!version) co_return std::unexpected(not_written(version.error(), name));
    screen.console.line(fmt::format("Set; it is version {}. Back: saltctl config rollback {} {}",
                                    *version, name, key));
    if (call.wants_json) call.out.line(result_json(source, from, *version, differences));
    co_return co_await pick_up(screen, session, procedure);
  });
}

Task<Outcome> rollback(Invocation& call) {
  auto name = call.arguments.get("ENV");
  auto key = call.arguments.get("KEY");
  SB_CO_TRY(auto session, co_await open_session(call.places, name));
  Screen screen(call);
  SB_CO_TRY(auto sources, chosen_sources(session.environment, key));
  const auto& source = sources.front();
  if (call.arguments.has("--restart")) {
    auto in_use = co_await refuse_during_release(session);
    if (!in_use) co_return std::unexpected(in_use.error());
  }
  config::Store store(*session.client);
  auto to = call.arguments.get("--to");
  if (to.empty()) {
    auto versions = co_await store.versions(source);
    if (!versions) co_return std::unexpected(with_hint(versions.error(), name));
    const auto* previous = config::previous_of(*versions);
    if (!previous) {
      co_return std::unexpected(
          Failure(Error{ErrorCode::not_found, "there is no earlier version", source.id},
                  "saltctl config history " + name));
    }
    to = previous->id;
  }
  auto present = co_await store.read(source);
  if (!present) co_return std::unexpected(with_hint(present.error(), name));
  auto old = co_await store.read(source, to);
  if (!old) co_return std::unexpected(Failure(old.error(), "saltctl config history " + name));
  auto differences = config::differences(present->values, old->values);
  if (differences.empty()) {
    screen.console.line(fmt::format("Version {} holds what is there now; nothing was done.", to));
    if (call.wants_json) call.out.line(result_json(source, present->version, present->version, {}));
    co_return 0;
  }
  screen.console.line(fmt::format("{}, {} {}: back to version {}", name, source.store_name(),
                                  source.id, old->version));
  for (const auto& difference : differences)
    screen.console.line("    " + config::describe(difference));
  SB_CO_TRY(auto goes_ahead, may_go_ahead(call, screen, "Go ahead?"));
  if (!goes_ahead) co_return declined();
  SB_CO_TRY(const auto procedure, co_await procedure_of(call, session, present->version));
  co_return co_await carry_out(session, procedure, [&]() -> Task<Outcome> {
    SB_CO_TRY_VOID(co_await still_alone(session));
    auto now_current = co_await store.make_current(source, old->version, present->version);
    if (!now_current) co_return std::unexpected(not_written(now_current.error(), name));
    screen.console.line(fmt::format("Done; version {} is current.", *now_current));
    if (call.wants_json)
      call.out.line(result_json(source, present->version, *now_current, differences));
    co_return co_await pick_up(screen, session, procedure);
  });
}

}  // namespace

// The value is known to nobody any more: it was in the killed process only.
Task<Outcome> go_on_config(Screen& screen, Session& session, const Procedure& procedure) {
  const auto key = procedure.fact(facts::kKey);
  const auto before = procedure.fact(facts::kVersion);
  SB_CO_TRY(auto sources, chosen_sources(session.environment, key));
  config::Store store(*session.client);
  auto document = co_await store.read(sources.front());
  if (!document) co_return std::unexpected(with_hint(document.error(), procedure.environment));
  // A secret's version is that of all its keys: somebody may have changed another one since.
  const auto wanted = procedure.fact(facts::kFingerprint);
  const bool is_other =
      !wanted.empty() && config::fingerprint(key, document->values[key]) != wanted;
  if (document->version == before || is_other) {
    co_return std::unexpected(Failure(
        Error{ErrorCode::failed_precondition,
              fmt::format("{} does not hold what it was to be set to (version {}, {} before): "
                          "saltctl ended before it was changed, or somebody changed it since",
                          key, document->version, before.empty() ? "none" : before),
              {}},
        fmt::format("saltctl {} {} {}", procedure.what, procedure.environment, key),
        release::exit_code(release::Outcome::failed)));
  }
  screen.console.line(fmt::format("{} was changed: version {}, {} before.", key, document->version,
                                  before.empty() ? "none" : before));
  co_return co_await pick_up(screen, session, procedure, procedure.fact(facts::kDeployment));
}

Outcome run_config_set(Invocation& call) {
  return run_task(set(call));
}

Outcome run_config_rollback(Invocation& call) {
  return run_task(rollback(call));
}

}  // namespace sb::saltctl
