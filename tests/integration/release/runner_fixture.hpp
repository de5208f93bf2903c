// One loop, the fake world, and a runner in a folder of its own: what the release engine's tests
// have in common.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "integration/release/fake_world.hpp"
#include "release/runner/runner.hpp"
#include "support/temporary_directory.hpp"

namespace sb::release {

inline constexpr const char* kService =
    R"({"desiredCount":2,"deploymentConfiguration":{"strategy":"BLUE_GREEN",
  "bakeTimeInMinutes":0}})";
inline constexpr const char* kRollingService =
    R"({"desiredCount":2,"deploymentConfiguration":{"strategy":"ROLLING"}})";
inline constexpr const char* kTaskDefinition =
    R"({"containerDefinitions":[{"name":"api","image":"saltbitter:x",
  "secrets":[{"name":"DATABASE_URL","valueFrom":"/saltbitter/production/DATABASE_URL"}]}]})";
inline const std::string kLock = "/saltbitter/production/release-lock";

// Stops the runner the moment the release comes to a stage.
class StopAt : public Observer {
 public:
  void on_event(const Event&, const State& before, const State& state) override {
    if (runner && before.stage != stage && state.stage == stage) runner->stop();
    events += 1;
  }
  void on_smoke_check(const std::string&, const smoke::CheckResult&) override {
    ++checks;
  }

  Runner* runner = nullptr;
  Stage stage = Stage::ended;
  int events = 0;
  int checks = 0;
};

class RunnerTest : public testing::Test {
 public:
  // Runs `body` on one loop with the fake world.
  template <class F>
  void with_world(F body) {
    run_task([](RunnerTest& self, F& inner) -> Task<> {
      auto executor = co_await current_executor();
      fake::World world(executor);
      world.parameters["/saltbitter/production/DATABASE_URL"] = "postgresql://x";
      co_await inner(self, world);
      co_await world.stop();
    }(*this, body));
  }

  static EnvironmentConfig config_of(const fake::World& world) {
    EnvironmentConfig config;
    config.name = "production";
    config.cluster = "saltbitter-prod";
    config.service = config.family = "saltbitter-api-prod";
    config.strategy = world.is_rolling ? Strategy::rolling : Strategy::blue_green;
    config.endpoint = world.endpoint();
    config.access_key = "AKID";
    config.secret_key = "secret";
    config.url = world.url();
    config.test_url = world.test_url();
    config.watch_seconds = 1;
    config.metric_period_seconds = 1;
    config.pace.poll_ms = 10;
    config.pace.retry_ms = 10;
    config.pace.call_patience_ms = 5000;
    return config;
  }

  Runner open(const fake::World& world) {
    return open_as(config_of(world), "anna");
  }
  Runner open_as(EnvironmentConfig config, std::string who) {
    RunnerOptions options;
    options.journal = folder_ / "release/journal.db";
    options.who = std::move(who);
    options.evidence = {folder_ / "reports"};
    options.changelog = folder_ / "release/changelog/production.md";
    options.surroundings = surroundings_;
    return *Runner::open(std::move(config), std::move(options));
  }

  static DeployRequest request(const fake::World& world, std::string version) {
    DeployRequest request;
    request.image = "saltbitter:" + version + "@sha256:00";
    request.version = std::move(version);
    request.task_definition = kTaskDefinition;
    request.create_service = world.is_rolling ? kRollingService : kService;
    request.schema_head = "0002";
    request.revisions = {"0001", "0002"};
    return request;
  }

  static Task<Report> deploy(Runner& runner, const fake::World& world, std::string version,
                             Observer& observer) {
    return deploy(runner, request(world, std::move(version)), observer);
  }
  static Task<Report> deploy(Runner& runner, DeployRequest request, Observer& observer) {
    auto plan = co_await runner.plan_deploy(std::move(request));
    if (!plan) throw std::runtime_error("no plan: " + plan.error().text());
    auto report = co_await runner.run(*std::move(plan), observer);
    if (!report) throw std::runtime_error("no report: " + report.error().text());
    co_return *std::move(report);
  }

  sb::test::TemporaryDirectory folder_;
  std::shared_ptr<Surroundings> surroundings_;
};

// The lock as a process leaves it that was killed: everything ours but the process.
inline void kill_holder(fake::World& world) {
  auto lock = json::decode<LockInfo>(world.parameters[kLock]);
  lock->nonce = "of-a-dead-process";
  lock->start_ticks = "1";
  world.parameters[kLock] = json::encode(*lock);
}

}  // namespace sb::release
