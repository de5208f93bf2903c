#include "migrate/command.hpp"

#include <cstdio>
#include <cstdlib>
#include <set>

#include "base/async/spawn.hpp"
#include "migrate/runner.hpp"

namespace sb::migrate {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view kUsage =
    R"(usage: alembic [-h] [-c CONFIG] [--version] {current,upgrade,downgrade,history,heads,show,stamp,check} ...

  current [-v] [--check-heads]     the revision that the database is at
  upgrade [--sql] REVISION         go forward: head, +N, an id or the start of one
  downgrade [--sql] REVISION       go back: -N, base, an id or the start of one
  history [-v] [-i] [-r A:B]       all revisions, newest first; -i marks the database's
  heads [-v]                       the newest revision
  show REVISION                    one revision
  stamp [--purge] REVISION         record a revision without running anything
  check                            read and check all revision files

The database is $DATABASE_URL. Example: alembic upgrade head && alembic current
)";

struct Options {
  std::string command, config, revision, range;
  bool verbose = false, sql = false, purge = false, indicate_current = false, check_heads = false;
};

struct Failure {
  int code = 0;
  std::string text;
};

void say(std::string_view text) {
  fmt::print("{}\n", text);
}
void log_line(std::string_view level, std::string_view logger, std::string_view text) {
  fmt::print(stderr, "{:<5} [{}] {}\n", level, logger, text);
}
void log_info(std::string_view text) {
  log_line("INFO", "alembic.runtime.migration", text);
}

int failed(const Error& error) {
  say("FAILED: " + error.text());
  log_line("ERROR", "alembic.util.messaging", error.text());
  return kExitFailed;
}

// The database's own refusals are code 1, as a traceback's would be; requests that make no sense
// are 255.
int exit_for(const Error& error) {
  bool by_database = error.subject.size() == 5 || error.code == ErrorCode::unavailable ||
                     error.code == ErrorCode::timeout || error.code == ErrorCode::permission_denied;
  if (error.code == ErrorCode::conflict && error.subject.empty() &&
      error.message.starts_with("another migration")) {
    fmt::print(stderr, "ERROR [alembic] {}\n", error.message);
    return kExitBusy;
  }
  if (!by_database) return failed(error);
  log_line("ERROR", "alembic.runtime.migration",
           error.subject.size() == 5 ? fmt::format("{} (SQLSTATE {})", error.message, error.subject)
                                     : error.text());
  return 1;
}

// Nothing when the arguments make no sense (said on stderr already).
std::optional<Options> parse(const std::vector<std::string>& args) {
  static const std::set<std::string, std::less<>> kCommands = {
      "current", "upgrade", "downgrade", "history", "heads", "show", "stamp", "check"};
  static const std::set<std::string, std::less<>> kNeedRevision = {"upgrade", "downgrade", "show",
                                                                   "stamp"};
  Options options;
  auto usage = [](std::string_view what) {
    fmt::print(stderr, "{}\nalembic: error: {}\n", kUsage, what);
    return std::nullopt;
  };
  for (std::size_t i = 0; i < args.size(); ++i) {
    const std::string& arg = args[i];
    auto value = [&]() -> std::optional<std::string> {
      if (i + 1 >= args.size()) return std::nullopt;
      return args[++i];
    };
    if (arg == "-c" || arg == "--config" || arg == "-r" || arg == "--rev-range") {
      auto text = value();
      if (!text) return usage(fmt::format("argument {}: expected one argument", arg));
      (arg == "-c" || arg == "--config" ? options.config : options.range) = *text;
    } else if (arg == "-v" || arg == "--verbose")
      options.verbose = true;
    else if (arg == "-i" || arg == "--indicate-current")
      options.indicate_current = true;
    else if (arg == "--sql")
      options.sql = true;
    else if (arg == "--purge")
      options.purge = true;
    else if (arg == "--check-heads")
      options.check_heads = true;
    else if (arg.size() > 1 && arg.front() == '-' && !(arg[1] >= '0' && arg[1] <= '9'))
      return usage("unrecognized arguments: " + arg);
    else if (options.command.empty()) {
      if (!kCommands.contains(arg)) return usage(fmt::format("invalid choice: '{}'", arg));
      options.command = arg;
    } else if (options.revision.empty() && kNeedRevision.contains(options.command))
      options.revision = arg;
    else
      return usage("unrecognized arguments: " + arg);
  }
  if (options.command.empty()) return usage("the following arguments are required: command");
  if (kNeedRevision.contains(options.command) && options.revision.empty())
    return usage("the following arguments are required: revision");
  return options;
}

std::string getenv_or(const char* name, std::string fallback = {}) {
  const char* value = std::getenv(name);
  return value ? value : std::move(fallback);
}

// The folder that alembic.ini's script_location names, relative to the file.
Result<fs::Path> script_folder(const std::string& config) {
  std::vector<fs::Path> candidates;
  if (!config.empty()) {
    candidates = {config};
  } else {
    candidates = {"alembic.ini"};
    if (auto named = getenv_or("ALEMBIC_CONFIG"); !named.empty()) candidates.emplace_back(named);
    candidates.push_back(fs::executable_directory() / "../backend/alembic.ini");
  }
  for (const auto& path : candidates) {
    auto text = fs::read_file(path);
    if (!text) continue;
    bool in_section = false;
    std::string_view rest = *text;
    while (!rest.empty()) {
      auto line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
      if (line.starts_with('[')) in_section = line.starts_with("[alembic]");
      auto equals = line.find('=');
      if (!in_section || equals == std::string_view::npos || line.starts_with('#')) continue;
      auto key = line.substr(0, line.find_first_of(" \t="));
      auto value = line.substr(equals + 1);
      while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
      while (!value.empty() && (value.back() == ' ' || value.back() == '\r'))
        value.remove_suffix(1);
      if (key == "script_location") return path.parent_path() / value;
    }
    return fail(ErrorCode::failed_precondition,
                "No config file 'alembic.ini' found, or file has no '[alembic]' section");
  }
  return fail(ErrorCode::failed_precondition,
              "No config file 'alembic.ini' found, or file has no '[alembic]' section (cd "
              "/app/backend, or name it with -c)");
}

std::string marks(const ScriptDirectory& directory, const std::string& id,
                  const std::vector<std::string>& current) {
  std::string text;
  auto heads = directory.heads();
  if (std::ranges::find(heads, id) != heads.end()) text += " (head)";
  if (std::ranges::find(current, id) != current.end()) text += " (current)";
  return text;
}

void print_block(const ScriptDirectory& directory, const Revision& revision) {
  say(
      fmt::format("Rev: {}{}\nParent: {}\nPath: {}\n\n    {}\n    \n    Revision ID: {}\n    "
                  "Revises: {}\n    Create Date: {}{}\n",
                  revision.id, marks(directory, revision.id, {}),
                  revision.parent.empty() ? "<base>" : revision.parent, revision.path,
                  revision.message, revision.id, revision.parent, revision.created,
                  revision.phase == Phase::contract ? "\n    Phase: contract" : ""));
}

Task<Result<std::unique_ptr<pg::Connection>>> connect() {
  std::string url = getenv_or("DATABASE_URL");
  if (url.empty())
    co_return fail(ErrorCode::failed_precondition,
                   "DATABASE_URL is not set: which database is meant? "
                   "(postgresql://user:password@host:5432/name)");
  co_return co_await pg::Connection::connect(libpq_url(url), Deadline::after(10s));
}

Task<int> show_current(const ScriptDirectory& directory, const Options& options) {
  auto connection = co_await connect();
  if (!connection) co_return exit_for(connection.error());
  log_info("Context impl PostgresqlImpl.");
  log_info("Will assume transactional DDL.");
  auto current = co_await current_revisions(**connection, Deadline::after(30s));
  if (!current) co_return exit_for(current.error());
  if (options.verbose)
    say(fmt::format("Current revision(s) for {}:", mask_password(getenv_or("DATABASE_URL"))));
  for (const auto& id : *current) {
    const Revision* revision = directory.find(id);
    // A rolled back image meets a newer schema: that is worth saying, not a failure.
    if (!revision)
      say(id + " (not in this image)");
    else if (options.verbose)
      print_block(directory, *revision);
    else
      say(id + marks(directory, id, {}));
  }
  if (options.check_heads && *current != directory.heads())
    co_return failed({ErrorCode::failed_precondition, "Database is not on all head revisions", {}});
  co_return 0;
}

Task<int> migrate_database(const ScriptDirectory& directory, const Options& options) {
  bool is_up = options.command == "upgrade";
  auto plan = [&](const std::string& current) {
    auto steps = is_up ? directory.plan_upgrade(current, options.revision)
                       : directory.plan_downgrade(current, options.revision);
    if (!steps && !current.empty() && !directory.find(current))
      steps.error().message +=
          " (the database is at a revision that is not in this image; use the image that has it)";
    return steps;
  };
  auto connection = co_await connect();
  if (!connection) co_return exit_for(connection.error());
  log_info("Context impl PostgresqlImpl.");
  log_info("Will assume transactional DDL.");
  auto started = [&](const Step& step) {
    log_info(fmt::format("Running {} {} -> {}, {}", options.command, step.from, step.to,
                         step.revision->message));
  };
  auto report = [](std::string line) { log_line("WARN", "alembic.runtime.migration", line); };
  auto done = co_await run(**connection, plan, started, report, {});
  co_return done ? 0 : exit_for(done.error());
}

int print_offline(const ScriptDirectory& directory, const Options& options) {
  bool is_up = options.command == "upgrade";
  auto colon = options.revision.find(':');
  if (!is_up && colon == std::string::npos)
    return failed(
        {ErrorCode::invalid_argument, "downgrade with --sql requires <fromrev>:<torev>", {}});
  std::string from, to = options.revision;
  if (colon != std::string::npos) {
    auto resolved = directory.resolve(options.revision.substr(0, colon));
    if (!resolved) return failed(resolved.error());
    from = *resolved;
    to = options.revision.substr(colon + 1);
  }
  auto steps = is_up ? directory.plan_upgrade(from, to) : directory.plan_downgrade(from, to);
  if (!steps) return failed(steps.error());
  fmt::print("{}", offline_script(*steps));
  return 0;
}

Task<int> stamp_database(const ScriptDirectory& directory, const Options& options) {
  auto target = directory.resolve(options.revision);
  if (!target) co_return failed(target.error());
  auto connection = co_await connect();
  if (!connection) co_return exit_for(connection.error());
  log_info("Context impl PostgresqlImpl.");
  log_info("Will assume transactional DDL.");
  log_info(fmt::format("Running stamp_revision  -> {}", *target));
  auto done = co_await stamp(**connection, *target, options.purge, {});
  co_return done ? 0 : exit_for(done.error());
}

Task<int> show_history(const ScriptDirectory& directory, const Options& options) {
  std::vector<std::string> current;
  if (options.indicate_current) {
    auto connection = co_await connect();
    if (!connection) co_return exit_for(connection.error());
    auto revisions = co_await current_revisions(**connection, Deadline::after(30s));
    if (!revisions) co_return exit_for(revisions.error());
    current = std::move(*revisions);
  }
  auto all = directory.in_order();
  std::string first, last;
  if (auto colon = options.range.find(':'); colon != std::string::npos) {
    for (auto [part, name] : {std::pair(&first, options.range.substr(0, colon)),
                              std::pair(&last, options.range.substr(colon + 1))}) {
      if (name.empty()) continue;
      auto resolved = directory.resolve(name);
      if (!resolved) co_return failed(resolved.error());
      *part = *resolved;
    }
  } else if (!options.range.empty()) {
    co_return failed({ErrorCode::invalid_argument,
                      "History range requires [start]:[end], [start]:, or :[end]",
                      {}});
  }
  bool shown = last.empty();
  for (auto it = all.rbegin(); it != all.rend(); ++it) {
    shown = shown || it->id == last;
    if (shown && options.verbose)
      print_block(directory, *it);
    else if (shown)
      say(fmt::format("{} -> {}{}, {}", it->parent.empty() ? "<base>" : it->parent, it->id,
                      marks(directory, it->id, current), it->message));
    if (it->id == first) break;
  }
  co_return 0;
}

Task<int> dispatch(const ScriptDirectory& directory, const Options& options) {
  if (options.command == "current") co_return co_await show_current(directory, options);
  if (options.command == "history") co_return co_await show_history(directory, options);
  if (options.command == "stamp") co_return co_await stamp_database(directory, options);
  if (options.command == "heads") {
    for (const auto& id : directory.heads())
      options.verbose ? print_block(directory, *directory.find(id)) : say(id + " (head)");
    co_return 0;
  }
  if (options.command == "check") {
    say(fmt::format("{} revisions, {} head{}", directory.in_order().size(),
                    directory.heads().size(), directory.heads().size() == 1 ? "" : "s"));
    co_return directory.heads().size() > 1 ? kExitFailed : 0;
  }
  if (options.command == "show") {
    auto id = directory.resolve(options.revision);
    if (!id) co_return failed(id.error());
    if (const Revision* revision = directory.find(*id)) print_block(directory, *revision);
    co_return 0;
  }
  if (options.sql) co_return print_offline(directory, options);
  if (options.revision.find(':') != std::string::npos)
    co_return failed({ErrorCode::invalid_argument, "Range revision not allowed", {}});
  co_return co_await migrate_database(directory, options);
}

}  // namespace

std::string libpq_url(std::string url) {
  for (std::string_view scheme : {"postgresql+", "postgres+"}) {
    if (!url.starts_with(scheme)) continue;
    auto end = url.find("://");
    if (end != std::string::npos) return "postgresql" + url.substr(end);
  }
  return url;
}

std::string mask_password(const std::string& url) {
  auto scheme = url.find("://");
  auto at = url.rfind('@');
  if (scheme == std::string::npos || at == std::string::npos)
    return url.find("password") == std::string::npos ? url : "(hidden)";
  auto colon = url.find(':', scheme + 3);
  if (colon == std::string::npos || colon > at) return url;
  return url.substr(0, colon + 1) + "***" + url.substr(at);
}

int main(const std::vector<std::string>& args) {
  for (const auto& arg : args) {
    if (arg == "-h" || arg == "--help") {
      fmt::print("{}", kUsage);
      return 0;
    }
    if (arg == "--version") {
      say("alembic 1.8.1 (SaltBitter's own, of the same commands)");
      return 0;
    }
  }
  auto options = parse(args);
  if (!options) return 2;
  auto folder = script_folder(options->config);
  if (!folder) return failed(folder.error());
  auto directory = ScriptDirectory::load(*folder);
  if (!directory) return failed(directory.error());
  return run_task(dispatch(*directory, *options));
}

}  // namespace sb::migrate
