#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <vector>

#include "support/postgres_fixture.hpp"

namespace sb::testing {
namespace {

// Everything that a downgrade must put back, one line each, sorted by name.
constexpr const char* kFingerprint = R"(
SELECT line FROM (
  SELECT 'column ' || c.table_name || '.' || c.column_name || ' ' || c.data_type || ' ' || c.is_nullable || ' ' ||
         coalesce(c.column_default, '-') AS line
    FROM information_schema.columns c WHERE c.table_schema = 'public'
  UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
) lines ORDER BY line)";

struct Sides {
  std::string id, parent, up, down;
};

std::vector<Sides> chain() {
  std::map<std::string, Sides> by_parent;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(SB_SOURCE_DIR) / "db/revisions")) {
    if (entry.path().extension() != ".sql") continue;
    Sides sides;
    std::string* side = nullptr;
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with("-- revision: ")) sides.id = line.substr(13);
      if (line.starts_with("-- revises: ")) sides.parent = line.substr(12);
      if (line == "-- upgrade") {
        side = &sides.up;
      } else if (line == "-- downgrade") {
        side = &sides.down;
      } else if (side != nullptr) {
        *side += line + "\n";
      }
    }
    by_parent[sides.parent] = sides;
  }
  std::vector<Sides> out;
  for (std::string at; by_parent.contains(at); at = out.back().id) out.push_back(by_parent[at]);
  EXPECT_EQ(out.size(), by_parent.size()) << "every revision is on one chain";
  return out;
}

TEST(Revisions, each_downgrade_restores_the_schema_that_its_upgrade_found) {
  PostgresServer& server = PostgresServer::shared();
  std::string url = server.create_database();

  for (const Sides& sides : chain()) {
    std::string before = server.psql(url, kFingerprint);
    server.psql(url, sides.up);
    std::string after = server.psql(url, kFingerprint);
    server.psql(url, sides.down);
    EXPECT_EQ(server.psql(url, kFingerprint), before) << sides.id;
    server.psql(url, sides.up);
    EXPECT_EQ(server.psql(url, kFingerprint), after) << sides.id;
  }
}

TEST(Revisions, emails_are_unique_whatever_their_case) {
  PostgresServer& server = PostgresServer::shared();
  std::string url = server.create_database();
  apply_revisions(server, url);

  server.psql(url, "INSERT INTO users (email, password_hash) VALUES ('a@example.com', 'x')");
  std::string inserted = server.psql(url,
                                     "INSERT INTO users (email, password_hash) VALUES "
                                     "('A@example.com', 'x') ON CONFLICT DO NOTHING RETURNING id");

  EXPECT_EQ(inserted, "");
}

}  // namespace
}  // namespace sb::testing
