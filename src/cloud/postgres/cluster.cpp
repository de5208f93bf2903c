#include "cloud/postgres/cluster.hpp"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "base/async/spawn.hpp"
#include "base/log/log.hpp"

namespace sb::cloud::postgres {

namespace {

constexpr auto kPollInterval = std::chrono::milliseconds(20);
constexpr auto kConnectLimit = std::chrono::seconds(5);
constexpr auto kImmediateGrace = std::chrono::seconds(5);

// Small: a developer's machine runs several of these beside everything else.
constexpr const char* kConfiguration = R"(# Written by saltcloud at every start.
listen_addresses = '{address}'
port = {port}
unix_socket_directories = ''
max_connections = {max_connections}
superuser_reserved_connections = 3
cluster_name = '{name}'
password_encryption = scram-sha-256
shared_buffers = 32MB
work_mem = 4MB
maintenance_work_mem = 32MB
effective_cache_size = 256MB
huge_pages = off
jit = off
wal_level = replica
max_wal_size = 512MB
min_wal_size = 80MB
wal_keep_size = 64MB
max_wal_senders = 4
checkpoint_timeout = 5min
autovacuum_naptime = 1min
log_destination = stderr
logging_collector = off
log_line_prefix = '%m [%p] %q%u@%d '
log_min_duration_statement = 1s
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_timezone = 'UTC'
timezone = 'UTC'
)";
// A restored cluster's files reach the disk by one call instead of one for each of a thousand
// files.
constexpr const char* kSyncAtOnce = "recovery_init_sync_method = syncfs\n";
constexpr int kFirstWithSyncAtOnce = 14;

constexpr const char* kAuthentication = R"(# Written by saltcloud at every start.
host all all 127.0.0.0/8 scram-sha-256
host replication rdsadmin 127.0.0.0/8 scram-sha-256
)";

// Statements that hold a password must not reach the server's log when they fail.
constexpr const char* kSilence =
    "SET log_min_error_statement = 'panic'; SET log_min_duration_statement = -1;";

Task<Result<std::string>> name_of_server(std::string dsn, Deadline deadline) {
  SB_CO_TRY(auto connection, co_await pg::Connection::connect(std::move(dsn), deadline));
  SB_CO_TRY(auto rows, co_await connection->query("SHOW cluster_name", {}, deadline));
  co_return std::string(rows.text(0, 0));
}

Task<Result<std::string>> format_statement(pg::Connection& connection, std::string pattern,
                                           pg::Params arguments, Deadline deadline) {
  std::string sql = "SELECT format('" + pattern + "'";
  for (std::size_t i = 1; i <= arguments.size(); ++i) sql += fmt::format(", ${}::text", i);
  SB_CO_TRY(auto rows, co_await connection.query(sql + ")", std::move(arguments), deadline));
  co_return std::string(rows.text(0, 0));
}

Task<Result<bool>> exists(pg::Connection& connection, std::string sql, std::string name,
                          Deadline deadline) {
  pg::Params params = {name};
  SB_CO_TRY(auto rows, co_await connection.query(std::move(sql), std::move(params), deadline));
  co_return !rows.empty();
}

Task<Result<>> execute_formatted(pg::Connection& connection, std::string pattern,
                                 pg::Params arguments, Deadline deadline) {
  SB_CO_TRY(auto statement, co_await format_statement(connection, std::move(pattern),
                                                      std::move(arguments), deadline));
  co_return co_await connection.execute(std::move(statement), deadline);
}

}  // namespace

Cluster::~Cluster() {
  life_->is_down = false;  // ends the probe
}

Cluster::Cluster(Executor executor, const Installation& installation, ClusterSpec spec)
    : executor_(std::move(executor)), installation_(installation), spec_(std::move(spec)) {
  spec_.folder = std::filesystem::absolute(spec_.folder).lexically_normal();
}

std::string Cluster::administrator_dsn(const std::string& database) const {
  return fmt::format(
      "host={} port={} user={} password={} dbname={} application_name=saltcloud sslmode=disable",
      spec_.address, spec_.port, kAdministrator, installation_.administrator_password(), database);
}

Result<int> Cluster::major() const {
  auto text = fs::read_file(data() / "PG_VERSION");
  if (!text) return fail(ErrorCode::not_found, "no database cluster", data().string());
  int number = 0;
  std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

Result<> Cluster::write_configuration() const {
  auto configuration =
      fmt::format(fmt::runtime(kConfiguration), fmt::arg("address", spec_.address),
                  fmt::arg("port", spec_.port), fmt::arg("max_connections", spec_.max_connections),
                  fmt::arg("name", spec_.name));
  SB_TRY(int number, major());
  if (number >= kFirstWithSyncAtOnce) configuration += kSyncAtOnce;
  SB_TRY_VOID(fs::write_file(data() / "postgresql.conf", configuration));
  return fs::write_file(data() / "pg_hba.conf", kAuthentication);
}

runtime::SandboxSpec Cluster::sandbox_spec(const Programs& programs) const {
  runtime::SandboxSpec spec;
  spec.folder = spec_.folder;
  spec.argv = {(programs.folder / "postgres").string(), "-D", "/work/data"};
  spec.environment = {{"PATH", "/usr/bin:/bin"}, {"LANG", "C.UTF-8"}, {"HOME", "/tmp"}};
  spec.hostname = spec_.name.substr(0, 63);
  spec.address = spec_.address;
  spec.mounts = {{.source = data(), .target = "/work/data", .is_writable = true}};
  spec.log_path = log_path();
  spec.account = installation_.account();
  return spec;
}

Task<Result<>> Cluster::check_ready(Deadline deadline) const {
  SB_CO_TRY(auto name, co_await name_of_server(administrator_dsn("postgres"), deadline));
  // Another server on our address would answer too.
  if (name == spec_.name) co_return Result<>();
  co_return fail(ErrorCode::conflict, "another server has this address", spec_.address);
}

void Cluster::died() {
  ++life_->deaths;
  if (std::exchange(life_->is_down, true)) return;  // it is being probed already
  spawn_logged(executor_, "probe of PostgreSQL " + spec_.name,
               probe(life_, administrator_dsn("postgres"), spec_.name));
}

Task<> Cluster::probe(std::shared_ptr<Life> life, std::string dsn, std::string name) {
  while (life->is_down) {
    const auto deaths = life->deaths;
    auto seen = co_await name_of_server(dsn, Deadline::after(kConnectLimit));
    if (seen && *seen == name && deaths == life->deaths) life->is_down = false;
    if (life->is_down) co_await sleep_for(kPollInterval);
  }
}

std::optional<process::Usage> Cluster::usage() const {
  auto sandbox = keeper_ ? keeper_->sandbox() : std::nullopt;
  return sandbox ? sandbox->usage() : std::nullopt;
}

Task<Result<std::unique_ptr<pg::Connection>>> Cluster::open_session(Deadline deadline) const {
  co_return co_await pg::Connection::connect(administrator_dsn("postgres"), deadline);
}

Task<Result<>> Cluster::start(Deadline deadline) {
  SB_CO_TRY(int number, major());
  const auto* programs = installation_.find(number);
  if (programs == nullptr)
    co_return fail(
        ErrorCode::not_found,
        fmt::format("PostgreSQL {0} is missing: install the Debian package postgresql-{0}",
                    number));
  if (!keeper_)
    keeper_ = std::make_unique<runtime::Keeper>(executor_, "PostgreSQL " + spec_.name,
                                                sandbox_spec(*programs), [this] { died(); });
  SB_CO_TRY_VOID(write_configuration());
  std::error_code ignored;
  auto log_size = std::filesystem::file_size(log_path(), ignored);
  if (ignored) log_size = 0;
  auto first_restarts = keeper_->restarts();
  SB_CO_TRY(bool was_running, co_await keeper_->start(deadline));
  if (!was_running) life_->is_down = true;  // until it answers: it may have to recover first
  for (;;) {
    auto ready = co_await check_ready(deadline.earlier(Deadline::after(kConnectLimit)));
    if (ready) {
      life_->is_down = false;
      co_return Result<>();
    }
    bool has_died = !keeper_->sandbox() || keeper_->restarts() != first_restarts;
    if (has_died || deadline.has_passed()) {
      auto words = has_died ? runtime::last_words(log_path(), log_size) : ready.error().text();
      co_await stop(kImmediateGrace);
      co_return fail(has_died ? ErrorCode::failed_precondition : ErrorCode::timeout,
                     "PostgreSQL does not start: " + words, spec_.name);
    }
    co_await sleep_for(kPollInterval);
  }
}

Task<> Cluster::stop(Duration grace) {
  ++life_->deaths;
  life_->is_down = false;  // whoever stops it says what it is from now on
  if (!keeper_) co_return;
  // SIGINT is "fast": sessions end, a checkpoint is written. Should it hang, killing is safe too,
  // and recovery does the rest at the next start.
  co_await keeper_->stop(grace, SIGINT);
}

Task<Result<>> Cluster::ensure_master(std::string user, std::string password, std::string database,
                                      Deadline deadline) {
  SB_CO_TRY(auto connection,
            co_await pg::Connection::connect(administrator_dsn("postgres"), deadline));
  SB_CO_TRY_VOID(co_await connection->execute(kSilence, deadline));
  // The session of a daemon that was killed goes on until its statement ends: wait for it, or both
  // create the same database.
  SB_CO_TRY_VOID(
      co_await connection->query("SELECT pg_advisory_lock($1::bigint)", {"7258320"}, deadline));
  SB_CO_TRY(bool has_group,
            co_await exists(*connection, "SELECT 1 FROM pg_roles WHERE rolname = $1",
                            "rds_superuser", deadline));
  if (!has_group)
    SB_CO_TRY_VOID(
        co_await connection->execute("CREATE ROLE rds_superuser NOLOGIN; GRANT pg_monitor, "
                                     "pg_signal_backend, pg_checkpoint TO rds_superuser",
                                     deadline));
  SB_CO_TRY(bool has_user, co_await exists(*connection, "SELECT 1 FROM pg_roles WHERE rolname = $1",
                                           user, deadline));
  if (!has_user) {
    pg::Params arguments = {user, password};
    SB_CO_TRY_VOID(co_await execute_formatted(
        *connection, "CREATE ROLE %I LOGIN CREATEDB CREATEROLE IN ROLE rds_superuser PASSWORD %L",
        std::move(arguments), deadline));
  }
  if (database.empty() || database == "postgres") co_return Result<>();
  SB_CO_TRY(bool has_database,
            co_await exists(*connection, "SELECT 1 FROM pg_database WHERE datname = $1", database,
                            deadline));
  if (has_database) co_return Result<>();
  pg::Params arguments = {database, user};
  co_return co_await execute_formatted(*connection, "CREATE DATABASE %I OWNER %I",
                                       std::move(arguments), deadline);
}

Task<Result<>> Cluster::set_password(std::string user, std::string password, Deadline deadline) {
  SB_CO_TRY(auto connection,
            co_await pg::Connection::connect(administrator_dsn("postgres"), deadline));
  SB_CO_TRY_VOID(co_await connection->execute(kSilence, deadline));
  pg::Params arguments = {user, password};
  co_return co_await execute_formatted(*connection, "ALTER ROLE %I PASSWORD %L",
                                       std::move(arguments), deadline);
}

Task<Result<>> Cluster::take_snapshot(Installation& installation, fs::Path target,
                                      Deadline deadline) {
  SB_CO_TRY(int number, major());
  auto work = target;
  work += ".partial";
  co_await installation.end_leftover(work);
  SB_CO_TRY_VOID(fs::remove_all(work));
  SB_CO_TRY_VOID(fs::make_directories(target.parent_path(), 0700));
  SB_CO_TRY_VOID(installation.make_own_folder(work));
  std::vector<std::string> arguments = {
      "-h",        spec_.address,  "-p", std::to_string(spec_.port),
      "-U",        kAdministrator, "-D", "/work/data",
      "-X",        "stream",       "-c", "fast",
      "--no-sync", "--no-password"};
  std::map<std::string, std::string> environment = {
      {"PGPASSWORD", installation.administrator_password()}};
  auto copied = co_await installation.run(number, "pg_basebackup", std::move(arguments),
                                          std::move(environment), work, deadline);
  if (copied) copied = co_await installation.sync(work);
  std::error_code error;
  if (copied) std::filesystem::rename(work / "data", target, error);
  (void)fs::remove_all(work);
  if (!copied) co_return std::unexpected(std::move(copied).error().in("cannot take a snapshot"));
  if (error)
    co_return std::unexpected(errno_error(error.value(), "cannot rename", target.string()));
  co_return co_await installation.sync(target.parent_path());
}

Task<Result<int>> Cluster::count_connections(Deadline deadline) {
  SB_CO_TRY(auto connection,
            co_await pg::Connection::connect(administrator_dsn("postgres"), deadline));
  SB_CO_TRY(auto rows,
            co_await connection->query("SELECT count(*) FROM pg_stat_activity WHERE backend_type = "
                                       "'client backend' AND usename <> $1",
                                       {kAdministrator}, deadline));
  co_return static_cast<int>(rows.integer(0, 0));
}

}  // namespace sb::cloud::postgres
