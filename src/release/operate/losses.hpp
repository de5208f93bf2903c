// What a downgrade takes away for good, read from the statements it would run.
#pragma once

#include <string>
#include <vector>

#include "migrate/script_directory.hpp"

namespace sb::release::operate {

struct Loss {
  enum class Kind { table, column, rows, other };
  Kind kind = Kind::other;
  std::string table;
  std::string column;
  std::string revision;
  std::string statement;  // of Kind::other: its beginning

  // "users", "profiles.last_active_at": what `saltbitter rows` counts; empty when it cannot.
  std::string countable() const;
  bool operator==(const Loss&) const = default;
};

// Of one revision's down side. Dropped indexes, constraints and types lose nothing that cannot be
// made again, so they are not listed.
std::vector<Loss> losses_in(const std::string& revision, const std::string& down_sql);
std::vector<Loss> losses_of(const std::vector<migrate::Step>& steps);
// "the table user_blocks (12 rows)"; `rows` is empty when it is not known.
std::string describe(const Loss& loss, const std::string& rows);

}  // namespace sb::release::operate
