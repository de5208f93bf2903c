// The smoke tests against the real platform on a real, empty database, with its rate limits on.
#include "release/smoke/smoke.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/async/spawn.hpp"
#include "support/postgres_fixture.hpp"

namespace sb::release::smoke {
namespace {

class Platform {
 public:
  explicit Platform(std::map<std::string, std::string> settings = {}) {
    auto& postgres = testing::PostgresServer::shared();
    std::string database = postgres.create_database();
    testing::apply_revisions(postgres, database);
    port_ = testing::free_port();
    settings.merge(std::map<std::string, std::string>{
        {"DATABASE_URL", database},
        {"REDIS_URL", testing::RedisServer::shared().create_database()},
        {"HOST", "127.0.0.1"},
        {"PORT", std::to_string(port_)},
        {"ENVIRONMENT", "staging"},
        {"SECRET_KEY", "a-secret-of-more-than-thirty-two-bytes-for-tests"},
        {"ENABLE_PAYMENTS", "true"},
        {"STRIPE_WEBHOOK_SECRET", "whsec_for_tests"},
        {"SALTBITTER_VERSION", "1.2.0+abc1234"}});
    child_ = std::make_unique<testing::Child>(
        testing::ChildOptions{.argv = {std::string(SB_BIN_DIR) + "/saltbitter", "serve"},
                              .environment = settings,
                              .working_directory = folder_.path(),
                              .log_file = folder_.path() / "log",
                              .user = {}});
    EXPECT_TRUE(testing::eventually([&] {
      return !child_->is_running() || testing::accepts_connections(port_);
    })) << child_->log();
  }

  Report smoke(std::string expected_version = {}) const {
    Options options;
    options.base_url = fmt::format("http://127.0.0.1:{}", port_);
    options.expected_version = std::move(expected_version);
    options.longest_rate_limit_wait = std::chrono::seconds(5);
    return run_task(run(std::move(options)));
  }
  void stop() {
    child_.reset();
  }
  std::string log() const {
    return child_->log();
  }

 private:
  testing::ScratchFolder folder_{"smoke"};
  int port_ = 0;
  std::unique_ptr<testing::Child> child_;
};

std::string told(const Report& report) {
  std::string text = report.summary;
  for (const auto& check : report.checks) {
    text += fmt::format("\n{}: {}", check.name, check.message);
    for (const auto& line : check.evidence) text += "\n    " + line;
  }
  return text;
}

TEST(Smoke, passes_on_an_empty_platform_and_again) {
  Platform platform;

  for (int round = 0; round < 2; ++round) {
    Report report = platform.smoke("1.2.0");

    EXPECT_TRUE(report.passed) << told(report) << "\n" << platform.log();
    EXPECT_EQ(report.checks.size(), 5u);
    EXPECT_EQ(report.versions, std::vector<std::string>{"1.2.0+abc1234"});
  }
}

TEST(Smoke, names_the_check_that_failed_and_runs_nothing_after_it) {
  Platform platform({{"SALTBITTER_FAULTS", "matches_error=1"}});

  Report report = platform.smoke();

  EXPECT_FALSE(report.passed);
  EXPECT_TRUE(report.asserted);
  EXPECT_TRUE(report.summary.starts_with("Match generation: ")) << told(report);
  EXPECT_NE(report.summary.find("500"), std::string::npos) << told(report);
  EXPECT_TRUE(report.checks[2].passed);
  EXPECT_FALSE(report.checks[4].was_run);
}

TEST(Smoke, says_that_it_was_limited_and_for_how_long) {
  Platform platform({{"RATE_LIMIT_AUTH_PER_MINUTE", "1"}});

  Report report = platform.smoke();

  EXPECT_NE(report.summary.find("rate limit says to come back in"), std::string::npos)
      << told(report);
}

TEST(Smoke, says_that_payments_are_switched_off) {
  Platform platform({{"ENABLE_PAYMENTS", "false"}});

  Report report = platform.smoke();

  EXPECT_NE(report.summary.find("ENABLE_PAYMENTS"), std::string::npos) << told(report);
}

TEST(Smoke, refuses_another_version_than_the_expected_one) {
  Platform platform;

  Report report = platform.smoke("1.2");

  EXPECT_NE(report.summary.find("expected 1.2"), std::string::npos) << told(report);
  EXPECT_FALSE(report.checks[1].was_run);
}

TEST(Smoke, tells_nobody_there_from_a_failure) {
  Platform platform;
  platform.stop();

  Report report = platform.smoke();

  EXPECT_FALSE(report.passed);
  EXPECT_FALSE(report.asserted) << told(report);
}

}  // namespace
}  // namespace sb::release::smoke
