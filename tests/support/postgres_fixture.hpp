// Real PostgreSQL and Redis for tests: private ports, private folders, gone with the test process.
// Each is started on first use, once a process.
#pragma once

#include <memory>
#include <string>

#include "support/child.hpp"

namespace sb::testing {

class PostgresServer {
 public:
  static PostgresServer& shared();
  PostgresServer();

  // A fresh database, and its URL. `template_database` is copied when given.
  std::string create_database(const std::string& template_database = {});
  std::string url(const std::string& database) const;
  int port() const {
    return port_;
  }
  // Runs a script through psql; the test fails when it fails. Returns what it printed (unaligned).
  std::string psql(const std::string& database_url, const std::string& script);
  void stop();   // SIGINT: fast shutdown
  void start();  // again, on the same port and data

 private:
  ScratchFolder folder_;
  int port_ = 0;
  int databases_ = 0;
  std::unique_ptr<Child> child_;
};

class RedisServer {
 public:
  static RedisServer& shared();
  RedisServer();
  // An empty database of its own for each caller.
  std::string create_database() {
    return "redis://127.0.0.1:" + std::to_string(port_) + "/" + std::to_string(databases_++);
  }
  void stop();
  void start();

 private:
  ScratchFolder folder_;
  int port_ = 0;
  int databases_ = 0;
  std::unique_ptr<Child> child_;
};

// Applies every revision of db/revisions up to `count` of them (all by default) to the database,
// and records the head in alembic_version: the schema without the engine under test.
void apply_revisions(PostgresServer& server, const std::string& database_url, int count = 1000);

}  // namespace sb::testing
