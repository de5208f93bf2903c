#include "platform/api/schema.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace sb::platform {
namespace {

TEST(Schema, knows_the_revisions_of_the_repository_in_order) {
  std::map<std::string, std::string> child_of;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(SB_SOURCE_DIR) / "db/revisions")) {
    if (entry.path().extension() != ".sql") continue;
    std::ifstream in(entry.path());
    std::string id;
    std::string parent;
    for (std::string line; std::getline(in, line) && line != "-- upgrade";) {
      if (line.starts_with("-- revision: ")) id = line.substr(13);
      if (line.starts_with("-- revises: ")) parent = line.substr(12);
    }
    child_of[parent] = id;
  }

  std::vector<std::string_view> chain;
  for (std::string at; child_of.contains(at); at = child_of[at]) chain.push_back(child_of.at(at));

  EXPECT_EQ(chain, std::vector<std::string_view>(kRevisions.begin(), kRevisions.end()));
}

TEST(Schema, a_database_is_ready_from_the_minimum_on) {
  EXPECT_FALSE(is_at_or_past("", kMinimumRevision));
  EXPECT_FALSE(is_at_or_past(kRevisions[0], kMinimumRevision));
  EXPECT_TRUE(is_at_or_past(kMinimumRevision, kMinimumRevision));
  EXPECT_TRUE(is_at_or_past(kRevisions.back(), kMinimumRevision));
}

TEST(Schema, a_revision_we_do_not_know_came_after_us) {
  EXPECT_TRUE(is_at_or_past("ffffffffffff", kMinimumRevision));
  EXPECT_FALSE(is_at_or_past(kRevisions.back(), "ffffffffffff"));
}

}  // namespace
}  // namespace sb::platform
