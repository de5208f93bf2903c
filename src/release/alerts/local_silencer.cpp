// Without a Datadog account: the same rules over the declared monitors, the silences in a file.
#include <boost/json.hpp>

#include "base/crypto/crypto.hpp"
#include "base/sqlite/sqlite.hpp"
#include "release/alerts/monitors.hpp"
#include "release/alerts/silencer.hpp"

namespace sb::release::alerts {

namespace {

using sqlite::Row;

const std::vector<std::string_view> kTables = {R"sql(
CREATE TABLE silences (
  id TEXT PRIMARY KEY,
  key TEXT NOT NULL,
  environment TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  removed_at INTEGER
);
CREATE INDEX silences_by_environment ON silences (environment, ends_at);
)sql"};

class LocalSilencer final : public Silencer {
 public:
  LocalSilencer(sqlite::Database database, const AlertsOptions& options)
      : database_(std::move(database)),
        environment_(options.environment),
        monitors_(options.monitors) {}

  Task<Result<std::vector<MonitorSeen>>> monitors(std::string tag) override {
    SB_CO_TRY(auto declared, load_monitors(monitors_));
    std::vector<MonitorSeen> tagged;
    for (auto& monitor : declared) {
      MonitorSeen seen{.name = monitor.name, .tags = monitor.tags, .state = {}};
      if (seen.has_tag(tag)) tagged.push_back(std::move(seen));
    }
    co_return tagged;
  }

  Task<Result<std::vector<Silence>>> active() override {
    std::vector<Silence> all;
    SB_CO_TRY_VOID(database_.query(
        "SELECT id, key, reason, ends_at FROM silences WHERE environment = ? AND removed_at IS "
        "NULL AND ends_at > ? ORDER BY created_at",
        {environment_, to_unix_ms(now())}, [&](const Row& row) {
          all.push_back({.id = row.text(0),
                         .key = row.text(1),
                         .environment = environment_,
                         .reason = row.text(2),
                         .until = from_unix_ms(row.integer(3)),
                         .kept = {}});
        }));
    co_return all;
  }

  Task<Result<std::string>> create(Silence wanted) override {
    const std::string id = std::string(kLocalPrefix) + crypto::uuid4();
    SB_CO_TRY_VOID(database_.execute(
        "INSERT INTO silences (id, key, environment, reason, created_at, ends_at) VALUES (?, ?, ?, "
        "?, ?, ?)",
        {id, wanted.key, environment_, wanted.reason, to_unix_ms(now()),
         to_unix_ms(wanted.until)}));
    co_return id;
  }

  Task<Result<>> prolong(Silence silence) override {
    co_return database_.execute("UPDATE silences SET ends_at = ? WHERE id = ?",
                                {to_unix_ms(silence.until), silence.id});
  }

  Task<Result<>> remove(std::string id) override {
    if (!id.starts_with(kLocalPrefix))
      co_return fail(
          ErrorCode::failed_precondition,
          "it is Datadog's, and DD_API_KEY and DD_APP_KEY are not set; it ends by itself", id);
    co_return database_.execute(
        "UPDATE silences SET removed_at = ? WHERE id = ? AND removed_at IS NULL",
        {to_unix_ms(now()), id});
  }

 private:
  sqlite::Database database_;
  std::string environment_;
  fs::Path monitors_;
};

}  // namespace

Result<std::unique_ptr<Silencer>> local_silencer(const AlertsOptions& options) {
  SB_TRY_VOID(fs::make_directories(options.store.parent_path(), 0700));
  SB_TRY(auto database, sqlite::Database::open(options.store, kTables));
  return std::make_unique<LocalSilencer>(std::move(database), options);
}

}  // namespace sb::release::alerts
