#include "support/postgres_fixture.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>

namespace sb::testing {

namespace fs = std::filesystem;

namespace {

constexpr auto kStartLimit = std::chrono::seconds(60);

// Debian keeps the server's programs off PATH, in a folder for each major version: the newest.
std::string server_program(const std::string& name) {
  std::string newest;
  std::error_code absent;
  for (fs::directory_iterator it("/usr/lib/postgresql", absent), end; !absent && it != end; ++it) {
    fs::path program = it->path() / "bin" / name;
    if (fs::exists(program, absent) && program.string() > newest) newest = program.string();
  }
  return newest.empty() ? name : newest;
}

void run_or_throw(const ChildOptions& options) {
  Child child(options);
  if (child.wait(kStartLimit) != 0)
    throw std::runtime_error(options.argv[0] + " failed: " + child.log());
}

// initdb takes a second; a copy of what it made takes a twentieth. The template lives in the build
// folder and is made once, under a lock.
fs::path cluster_template() {
  fs::path parent = fs::path(SB_BIN_DIR).parent_path() / "tests";
  fs::create_directories(parent);
  fs::path ready = parent / "postgres-template";
  int lock = open((parent / "postgres-template.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0 || flock(lock, LOCK_EX) != 0) throw std::runtime_error("cannot lock the template");
  if (!fs::exists(ready)) {
    ScratchFolder scratch("initdb");
    fs::path data = scratch.path() / "data";
    fs::create_directory(data);
    run_or_throw({.argv = {"chown", "-R", geteuid() == 0 ? "postgres" : std::to_string(geteuid()),
                           scratch.path().string()},
                  .log_file = "/dev/null"});
    run_or_throw({.argv = {server_program("initdb"), "-D", data.string(), "-U", "saltbitter",
                           "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"},
                  .working_directory = scratch.path(),
                  .log_file = scratch.path() / "log",
                  .user = "postgres"});
    run_or_throw(
        {.argv = {"cp", "-a", data.string(), (parent / "postgres-template.new").string()}});
    fs::rename(parent / "postgres-template.new", ready);
  }
  close(lock);
  return ready;
}

struct Connection {
  explicit Connection(const std::string& url) : handle(PQconnectdb(url.c_str())) {}
  ~Connection() {
    PQfinish(handle);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  PGconn* handle;
};

struct Revision {
  std::string id, parent, upgrade;
};

Revision read_revision(const fs::path& file) {
  Revision revision;
  std::ifstream in(file);
  bool in_upgrade = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("-- revision:")) revision.id = line.substr(13);
    if (line.starts_with("-- revises:") && line.size() > 12) revision.parent = line.substr(12);
    if (line == "-- downgrade") break;
    if (in_upgrade) revision.upgrade += line + "\n";
    if (line == "-- upgrade") in_upgrade = true;
  }
  return revision;
}

}  // namespace

PostgresServer& PostgresServer::shared() {
  static PostgresServer server;
  return server;
}

PostgresServer::PostgresServer() : folder_("postgres") {
  fs::path data = folder_.path() / "data";
  run_or_throw({.argv = {"cp", "-a", cluster_template().string(), data.string()}});
  if (geteuid() == 0) run_or_throw({.argv = {"chown", "-R", "postgres", folder_.path().string()}});
  for (int attempt = 0; attempt < 5; ++attempt) {  // someone may take the port before we do
    port_ = free_port();
    start();
    if (child_ && child_->is_running()) return;
  }
  throw std::runtime_error("PostgreSQL does not start: " + read_text(folder_.path() / "log"));
}

void PostgresServer::start() {
  child_ = std::make_unique<Child>(
      ChildOptions{.argv = {server_program("postgres"), "-D", (folder_.path() / "data").string(),
                            "-p", std::to_string(port_), "-c", "listen_addresses=127.0.0.1", "-c",
                            "unix_socket_directories=", "-c", "fsync=off", "-c",
                            "shared_buffers=16MB", "-c", "max_connections=100"},
                   .working_directory = folder_.path(),
                   .log_file = folder_.path() / "log",
                   .user = "postgres"});
  auto answers = [this] { return PQping(url("postgres").c_str()) == PQPING_OK; };
  eventually([&] { return !child_->is_running() || answers(); }, kStartLimit);
}

void PostgresServer::stop() {
  child_->signal(SIGINT);
  child_->wait(kStartLimit);
}

std::string PostgresServer::url(const std::string& database) const {
  return "postgresql://saltbitter@127.0.0.1:" + std::to_string(port_) + "/" + database;
}

std::string PostgresServer::create_database(const std::string& template_database) {
  std::string name = "test_" + std::to_string(++databases_);
  std::string sql = "CREATE DATABASE " + name;
  if (!template_database.empty()) sql += " TEMPLATE " + template_database;
  psql(url("postgres"), sql);
  return url(name);
}

std::string PostgresServer::psql(const std::string& database_url, const std::string& script) {
  Connection connection(database_url);
  std::string out;
  if (PQsendQuery(connection.handle, script.c_str()) != 1) {
    ADD_FAILURE() << PQerrorMessage(connection.handle);
    return out;
  }
  while (PGresult* result = PQgetResult(connection.handle)) {
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
      ADD_FAILURE() << PQresultErrorMessage(result) << " in " << script.substr(0, 200);
    for (int row = 0; row < PQntuples(result); ++row) {
      for (int column = 0; column < PQnfields(result); ++column)
        out += (column ? "|" : "") + std::string(PQgetvalue(result, row, column));
      out += "\n";
    }
    PQclear(result);
  }
  if (!out.empty()) out.pop_back();
  return out;
}

RedisServer& RedisServer::shared() {
  static RedisServer server;
  return server;
}

RedisServer::RedisServer() : folder_("redis") {
  for (int attempt = 0; attempt < 5; ++attempt) {
    port_ = free_port();
    start();
    if (child_->is_running()) return;
  }
  throw std::runtime_error("Redis does not start: " + read_text(folder_.path() / "log"));
}

void RedisServer::start() {
  child_ = std::make_unique<Child>(ChildOptions{
      .argv = {"redis-server", "--port", std::to_string(port_), "--bind", "127.0.0.1", "--save", "",
               "--appendonly", "no", "--databases", "1000", "--dir", folder_.path().string()},
      .log_file = folder_.path() / "log"});
  eventually([&] { return !child_->is_running() || accepts_connections(port_); }, kStartLimit);
}

void RedisServer::stop() {
  child_->signal(SIGTERM);
  child_->wait(kStartLimit);
}

void apply_revisions(PostgresServer& server, const std::string& database_url, int count) {
  std::map<std::string, Revision> by_parent;
  for (const auto& entry : fs::directory_iterator(fs::path(SB_SOURCE_DIR) / "db" / "revisions")) {
    if (entry.path().extension() != ".sql") continue;
    Revision revision = read_revision(entry.path());
    by_parent[revision.parent] = revision;
  }
  std::string script =
      "CREATE TABLE alembic_version (version_num varchar(32) NOT NULL, "
      "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));\n";
  std::string head;
  for (int i = 0; i < count && by_parent.contains(head); ++i) {
    const Revision& revision = by_parent.at(head);
    script += revision.upgrade;
    head = revision.id;
  }
  if (!head.empty()) script += "INSERT INTO alembic_version VALUES ('" + head + "');";
  server.psql(database_url, script);
}

}  // namespace sb::testing
