#include "saltctl/shell_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "base/process/process.hpp"
#include "saltctl/provision/provision.hpp"

extern char** environ;

namespace sb::saltctl {
namespace {

constexpr auto kPatience = std::chrono::seconds(5);

// Every declared host, so that none leads out of this machine by accident.
Task<std::vector<HostRoute>> routes_of_all(Session& session) {
  std::vector<HostRoute> routes;
  for (const auto& name : environment_names(session.places.environments())) {
    auto environment = load_environment(session.places.environments(), name, Where::local);
    if (!environment || environment->load_balancer.host == "localhost") continue;
    HostRoute route;
    route.host = environment->load_balancer.host;
    auto resources = co_await look_up(*session.client, *environment);
    if (resources) {
      route.address = resources->load_balancer_address;
      route.port = environment->load_balancer.production.port;
    }
    routes.push_back(std::move(route));
  }
  co_return routes;
}

// Where this home has a salthub that runs, git and gh lead there; otherwise they are left alone.
// It is asked as a program: the operator's tool and the stand-in for GitHub know nothing of each
// other.
Task<> add_github(const Places& places, ShellVariables& variables) {
  process::SpawnOptions salthub;
  salthub.argv = {(places.programs / "salthub").string(), "env", "--home", places.home.string()};
  salthub.environment["NO_PROXY"] = variables.set["NO_PROXY"];
  auto said = co_await process::run(std::move(salthub), "", Deadline::after(kPatience));
  if (!said || said->status.code != 0) co_return;
  for (auto& [name, value] : exports_of(said->out)) variables.set[name] = value;
}

struct Prepared {
  ShellSettings settings;
  ShellVariables variables;
};

Task<std::expected<Prepared, Failure>> prepare(Invocation& call) {
  SB_CO_TRY(auto session, co_await open_session(call.places, call.arguments.get("ENV")));
  Prepared prepared;
  SB_CO_TRY(prepared.settings, co_await shell_settings(session));
  SB_CO_TRY(prepared.variables, shell_variables(prepared.settings, inherited_environment()));
  SB_CO_TRY_VOID(write_shell_folder(prepared.settings));
  co_await add_github(call.places, prepared.variables);
  co_return prepared;
}

// Becomes the command; returns only when it cannot.
Failure become(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  int code = errno == ENOENT ? 127 : 126;
  return Failure(errno_error(errno, "cannot run", words[0]), "", code);
}

}  // namespace

std::map<std::string, std::string> inherited_environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    std::string_view text = *entry;
    auto equals = text.find('=');
    if (equals != std::string_view::npos)
      variables[std::string(text.substr(0, equals))] = text.substr(equals + 1);
  }
  return variables;
}

Task<std::expected<ShellSettings, Failure>> shell_settings(Session& session) {
  ShellSettings settings;
  settings.environment = session.environment.name;
  settings.region = session.environment.region;
  settings.endpoint = session.access.endpoint;
  settings.access_key = session.access.access_key;
  settings.secret_key = session.access.secret_key;
  settings.routes = co_await routes_of_all(session);
  settings.ca_file = session.places.authority();
  settings.programs = session.places.programs;
  settings.revisions = session.places.revisions();
  settings.folder = session.places.shell(session.environment.name);
  auto resources = co_await look_up(*session.client, session.environment);
  if (resources) {
    settings.database_url = resources->secret_values["DATABASE_URL"];
    settings.redis_url = resources->secret_values["REDIS_URL"];
  }
  co_return settings;
}

Outcome run_shell(Invocation& call) {
  SB_TRY(auto prepared, run_task(prepare(call)));
  for (const auto& name : prepared.variables.cleared) unsetenv(name.c_str());
  for (const auto& [name, value] : prepared.variables.set) setenv(name.c_str(), value.c_str(), 1);
  if (!call.arguments.rest.empty()) return std::unexpected(become(call.arguments.rest));
  auto colour = prepared.settings.environment == "production" ? Style::red : Style::cyan;
  call.out.line(
      fmt::format("A shell for {} of the local cloud; aws, curl, psql and alembic lead there. "
                  "Leave it with exit.",
                  call.out.paint(colour, prepared.settings.environment)));
  return std::unexpected(
      become({"bash", "--rcfile", (prepared.settings.folder / "bashrc").string(), "-i"}));
}

Outcome run_env(Invocation& call) {
  SB_TRY(auto prepared, run_task(prepare(call)));
  const auto& variables = prepared.variables;
  call.out.line(call.wants_json
                    ? fmt::format(R"({{"set":{},"cleared":{}}})", json::encode(variables.set),
                                  json::encode(variables.cleared))
                    : as_script(variables));
  return 0;
}

}  // namespace sb::saltctl
