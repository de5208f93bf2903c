// A revision of the schema: one SQL file with an up and a down side.
//
//   -- revision: 3f2a91c0d7be
//   -- revises: 1b7c52e9a004          (empty for the first)
//   -- message: create profiles
//   -- created: 2026-11-22
//   -- phase: expand                  (or contract; expand is the default)
//   -- transaction: none              (one idempotent statement, such as CREATE INDEX CONCURRENTLY)
//   -- irreversible: why              (then the down side stays empty)
//   -- upgrade
//   CREATE TABLE ...;
//   -- downgrade
//   DROP TABLE ...;
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error/error.hpp"

namespace sb::migrate {

enum class Phase { expand, contract };

struct Revision {
  std::string id;  // 1..32 characters of [A-Za-z0-9_] (alembic_version.version_num is varchar(32))
  std::string parent;  // empty for the first
  std::string message;
  std::string created;
  Phase phase = Phase::expand;
  bool is_transactional = true;
  std::optional<std::string> irreversible;  // the reason
  std::string upgrade_sql, downgrade_sql;
  std::string path;  // where it was read
};

// Errors: invalid_argument; the subject is "path:line".
Result<Revision> parse_revision(std::string_view text, const std::string& path);

// Splits at the semicolons that end statements: quotes, dollar quotes and comments are respected.
// Empty statements and those of comments only are left out.
std::vector<std::string> split_statements(std::string_view sql);

}  // namespace sb::migrate
