// What is between releases, in the journal: begun, ended, found again, and whose lock is over.
#include "release/journal/procedures.hpp"

#include <gtest/gtest.h>

#include "base/crypto/crypto.hpp"

namespace sb::release::journal {
namespace {

class ProceduresTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("sb-procedures-" + crypto::random_hex(12));
    journal_.emplace(*Journal::open(folder_ / "journal.db"));
    procedures_.emplace(*journal_);
  }
  void TearDown() override {
    procedures_.reset();
    journal_.reset();
    (void)fs::remove_all(folder_);
  }
  Procedure begun(const std::string& id, const std::string& environment = "production") {
    Procedure procedure{.id = id,
                        .environment = environment,
                        .what = "db downgrade",
                        .by = "anna",
                        .facts = {{"target", "7062b4d3f197"}},
                        .at = at_ += std::chrono::seconds(1)};
    EXPECT_TRUE(procedures_->begin(procedure).has_value());
    return procedure;
  }

  fs::Path folder_;
  std::optional<Journal> journal_;
  std::optional<Procedures> procedures_;
  Timestamp at_ = *parse_rfc3339("2026-11-22T10:00:00Z");
};

TEST_F(ProceduresTest, is_unfinished_until_it_is_ended_and_keeps_what_it_needs) {
  const auto procedure = begun("op-1");
  EXPECT_EQ(procedures_->unfinished("production").value(), procedure);
  EXPECT_EQ(procedures_->unfinished("staging").value(), std::nullopt);
  EXPECT_FALSE(has_ended(*journal_, "op-1"));

  const ProcedureEnd end{.outcome = "failed", .why = "no room", .at = at_};
  ASSERT_TRUE(procedures_->end(procedure, end).has_value());

  EXPECT_EQ(procedures_->unfinished("production").value(), std::nullopt);
  EXPECT_EQ(procedures_->find("op-1").value()->end, end);
  EXPECT_EQ(procedures_->find("op-1").value()->procedure.fact("target"), "7062b4d3f197");
  EXPECT_TRUE(has_ended(*journal_, "op-1"));
  EXPECT_TRUE(journal_->audit().value().first_damage.empty());
}

TEST_F(ProceduresTest, lists_the_newest_of_its_environment_first) {
  begun("op-1");
  begun("op-2", "staging");
  begun("op-3");
  begun("op-4");

  const auto newest = procedures_->newest("production", 2).value();

  ASSERT_EQ(newest.size(), 2U);
  EXPECT_EQ(newest[0].procedure.id, "op-4");
  EXPECT_EQ(newest[1].procedure.id, "op-3");
}

TEST_F(ProceduresTest, a_lock_that_nobody_can_explain_is_not_over) {
  EXPECT_FALSE(has_ended(*journal_, "op-of-another-machine"));
  EXPECT_EQ(procedures_->find("op-of-another-machine").value().has_value(), false);
}

}  // namespace
}  // namespace sb::release::journal
