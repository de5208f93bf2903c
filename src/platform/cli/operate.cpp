// What an operator runs in a task of its own, where the database and the cache can be reached:
// `check`, `rows`, `cache clear`.
#include <array>
#include <cctype>
#include <cstdio>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "base/pg/pg.hpp"
#include "base/redis/redis.hpp"
#include "platform/cli/commands.hpp"

namespace sb::platform::cli {

namespace {

constexpr auto kPatience = std::chrono::seconds(10);

// What can be made again from the database.
constexpr std::array<std::string_view, 1> kCached = {"matches:user:*"};
// What protects: gone, a guesser may begin again. They end by themselves within minutes.
constexpr std::array<std::string_view, 2> kCounters = {"login:failures:*", "rate:*"};

struct Probe {
  bool is_configured = false;
  bool is_reachable = false;
  std::int64_t milliseconds = 0;
  std::string revision;  // of the schema
  std::string error;
};

std::int64_t since(SteadyTime begin) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               begin)
      .count();
}

Task<Probe> probe_database(std::string url) {
  Probe probe{.is_configured = !url.empty()};
  if (url.empty()) co_return probe;
  auto begin = std::chrono::steady_clock::now();
  auto deadline = Deadline::after(kPatience);
  auto connection = co_await pg::Connection::connect(std::move(url), deadline);
  if (!connection) {
    probe.error = connection.error().text();
    co_return probe;
  }
  auto one = co_await (*connection)->query("SELECT 1", {}, deadline);
  probe.is_reachable = one.has_value();
  probe.milliseconds = since(begin);
  if (!one) probe.error = one.error().text();
  auto revision =
      co_await (*connection)->query("SELECT version_num FROM alembic_version", {}, deadline);
  if (revision && !revision->empty()) probe.revision = std::string(revision->text(0, 0));
  co_return probe;
}

Task<Probe> probe_cache(std::string url) {
  Probe probe{.is_configured = !url.empty()};
  if (url.empty()) co_return probe;
  auto begin = std::chrono::steady_clock::now();
  redis::Client client(co_await current_executor(), std::move(url));
  redis::Command ping{"PING"};
  auto reply = co_await client.command(std::move(ping), Deadline::after(kPatience));
  probe.is_reachable = reply.has_value();
  probe.milliseconds = since(begin);
  if (!reply) probe.error = reply.error().text();
  co_return probe;
}

std::string as_json(const Probe& probe) {
  return fmt::format(
      R"({{"configured":{},"reachable":{},"milliseconds":{},"revision":{},"error":{}}})",
      probe.is_configured, probe.is_reachable, probe.milliseconds, json::quote(probe.revision),
      json::quote(probe.error));
}

Task<int> run_check(Config config) {
  auto database = co_await probe_database(config.database_url);
  auto cache = co_await probe_cache(config.redis_url);
  fmt::print("{{\"database\":{},\"cache\":{}}}\n", as_json(database), as_json(cache));
  bool is_fine = database.is_reachable && (cache.is_reachable || !cache.is_configured);
  co_return is_fine ? 0 : 1;
}

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > 63) return false;
  for (char c : text)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_') return false;
  return true;
}

// "users" or "profiles.last_active_at", as a count that gives up on a table too large for it.
std::string count_of(const std::string& what) {
  auto dot = what.find('.');
  auto table = what.substr(0, dot);
  auto column = dot == std::string::npos ? std::string() : what.substr(dot + 1);
  if (!is_name(table) || (dot != std::string::npos && !is_name(column))) return {};
  return fmt::format("SELECT count({}) FROM \"{}\"", column.empty() ? "*" : "\"" + column + "\"",
                     table);
}

Task<int> count_rows(Config config, Arguments names) {
  auto connected =
      co_await pg::Connection::connect(config.database_url, Deadline::after(kPatience));
  if (!connected) {
    complain(connected.error());
    co_return 1;
  }
  auto& connection = **connected;
  std::string counts;
  for (const auto& name : names) {
    auto sql = count_of(name);
    if (sql.empty()) {
      complain({ErrorCode::invalid_argument, "not the name of a table or column", name});
      co_return 2;
    }
    (void)co_await connection.execute("SET statement_timeout = '5s'", Deadline::after(kPatience));
    auto rows = co_await connection.query(std::move(sql), {}, Deadline::after(kPatience));
    counts += fmt::format("{}{}:{}", counts.empty() ? "" : ",", json::quote(name),
                          rows ? std::to_string(rows->integer(0, 0)) : "null");
  }
  fmt::print("{{{}}}\n", counts);
  co_return 0;
}

// The keys of one pattern, in steps that do not hold the server up.
Task<Result<std::int64_t>> unlink_all(redis::Client& client, std::string pattern) {
  std::int64_t removed = 0;
  std::string cursor = "0";
  do {
    redis::Command scan{"SCAN", cursor, "MATCH", pattern, "COUNT", "500"};
    SB_CO_TRY(auto reply, co_await client.command(std::move(scan), Deadline::after(kPatience)));
    const auto* parts = std::get_if<std::vector<redis::Reply>>(&reply.value);
    if (!parts || parts->size() != 2 || !(*parts)[0].text())
      co_return fail(ErrorCode::internal, "SCAN gave an unexpected answer");
    cursor = *(*parts)[0].text();
    redis::Command unlink{"UNLINK"};
    if (const auto* keys = std::get_if<std::vector<redis::Reply>>(&(*parts)[1].value))
      for (const auto& key : *keys)
        if (key.text()) unlink.push_back(*key.text());
    if (unlink.size() == 1) continue;
    SB_CO_TRY(auto done, co_await client.command(std::move(unlink), Deadline::after(kPatience)));
    removed += done.integer();
  } while (cursor != "0");
  co_return removed;
}

Task<int> clear_cache(Config config, bool with_counters) {
  if (config.redis_url.empty()) {
    fmt::print("{{\"removed\":0,\"cache\":\"none is configured\"}}\n");
    co_return 0;
  }
  redis::Client client(co_await current_executor(), config.redis_url);
  std::int64_t removed = 0;
  std::vector<std::string_view> patterns(kCached.begin(), kCached.end());
  if (with_counters) patterns.insert(patterns.end(), kCounters.begin(), kCounters.end());
  for (auto pattern : patterns) {
    auto done = co_await unlink_all(client, std::string(pattern));
    if (!done) {
      complain(done.error());
      co_return 1;
    }
    removed += *done;
  }
  fmt::print("{{\"removed\":{},\"counters\":\"{}\"}}\n", removed,
             with_counters ? "removed" : "kept");
  co_return 0;
}

}  // namespace

int check(Config config) {
  return run_task(run_check(std::move(config)));
}

int rows(Config config, const Arguments& names) {
  if (names.empty()) {
    return complain({ErrorCode::invalid_argument, "name the tables (or TABLE.COLUMN)", "rows"});
  }
  return run_task(count_rows(std::move(config), names));
}

int cache(Config config, const Arguments& arguments) {
  bool with_counters = arguments.size() == 2 && arguments[1] == "--counters";
  if (arguments.empty() || arguments[0] != "clear" || (arguments.size() > 1 && !with_counters)) {
    return complain({ErrorCode::invalid_argument,
                     "the only thing to do is `cache clear [--counters]`", "cache"});
  }
  return run_task(clear_cache(std::move(config), with_counters));
}

}  // namespace sb::platform::cli
