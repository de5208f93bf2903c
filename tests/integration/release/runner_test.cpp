#include "base/json/codec.hpp"
#include "integration/release/runner_fixture.hpp"

namespace sb::release {
namespace {

TEST_F(RunnerTest, releases_a_first_and_a_second_version) {
  with_world([](RunnerTest& self, fake::World& world) -> Task<> {
    Runner runner = self.open(world);
    StopAt observer;

    Report first = co_await deploy(runner, world, "1.0.0", observer);
    Report second = co_await deploy(runner, world, "2.0.0", observer);

    EXPECT_EQ(first.outcome, Outcome::complete) << first.sentence;
    EXPECT_EQ(second.outcome, Outcome::complete) << second.sentence;
    EXPECT_EQ(second.from_version, "1.0.0");
    EXPECT_EQ(world.serving_version(), "2.0.0");
    EXPECT_EQ(world.migrations(), 2) << "expected or not: once for each release";
    EXPECT_FALSE(world.parameters.contains(kLock));
    EXPECT_FALSE(world.has_hooks());
    EXPECT_EQ(observer.checks, 4 * 5);
    EXPECT_TRUE(second.state.timings.shift_ms().has_value());
    auto audit = runner.journal().audit();
    EXPECT_EQ(audit->first_damage, "");
  });
}

TEST_F(RunnerTest, rolls_back_what_fails_its_smoke_tests_before_a_user_sees_it) {
  with_world([](RunnerTest& self, fake::World& world) -> Task<> {
    Runner runner = self.open(world);
    StopAt observer;
    co_await deploy(runner, world, "1.0.0", observer);
    world.fails_smoke = {"3.0.0"};

    Report report = co_await deploy(runner, world, "3.0.0", observer);

    EXPECT_EQ(report.outcome, Outcome::rolled_back) << report.sentence;
    EXPECT_NE(report.sentence.find("Match generation"), std::string::npos) << report.sentence;
    EXPECT_EQ(world.serving_version(), "1.0.0");
    EXPECT_FALSE(world.version_was_served("3.0.0"));
    EXPECT_FALSE(world.parameters.contains(kLock));
    EXPECT_FALSE(world.has_hooks());
  });
}

TEST_F(RunnerTest, rolls_back_what_fails_under_traffic_and_never_offers_it_again) {
  with_world([](RunnerTest& self, fake::World& world) -> Task<> {
    Runner runner = self.open(world);
    StopAt observer;
    co_await deploy(runner, world, "1.0.0", observer);
    co_await deploy(runner, world, "2.0.0", observer);
    world.fails_traffic = {"4.0.0"};

    Report report = co_await deploy(runner, world, "4.0.0", observer);
    auto back = co_await runner.plan_rollback({});
    auto to_bad = co_await runner.plan_rollback({.to = "3", .reason = {}});

    EXPECT_EQ(report.outcome, Outcome::rolled_back) << report.sentence;
    EXPECT_NE(report.sentence.find("25.00 %"), std::string::npos) << report.sentence;
    EXPECT_TRUE(report.state.timings.rollback_ms().has_value());
    EXPECT_EQ(world.serving_version(), "2.0.0");
    EXPECT_TRUE(back.has_value() && back->to_version == "1.0.0");
    EXPECT_TRUE(!to_bad && to_bad.error().code == ErrorCode::failed_precondition);
  });
}

TEST_F(RunnerTest, rolls_back_by_hand_to_the_last_good_version) {
  with_world([](RunnerTest& self, fake::World& world) -> Task<> {
    Runner runner = self.open(world);
    StopAt observer;
    co_await deploy(runner, world, "0.9.0", observer);
    co_await deploy(runner, world, "1.0.0", observer);
    co_await deploy(runner, world, "2.0.0", observer);

    auto plan = co_await runner.plan_rollback({.to = {}, .reason = "users complain"});
    EXPECT_TRUE(plan.has_value());
    if (!plan) co_return;
    auto report = co_await runner.run(*plan, observer);

    EXPECT_EQ(report->outcome, Outcome::complete) << report->sentence;
    EXPECT_EQ(world.serving_version(), "1.0.0");
    // A second one undoes the first; in an emergency that is the last resort.
    auto forth = co_await runner.plan_rollback({});
    auto other = co_await runner.plan_rollback({.rather_not_to_what_was_left = true});
    EXPECT_TRUE(forth && forth->to_version == "2.0.0");
    EXPECT_TRUE(other && other->to_version == "0.9.0");
  });
}

TEST_F(RunnerTest, rolls_back_when_the_metrics_are_silent) {
  with_world([](RunnerTest& self, fake::World& world) -> Task<> {
    Runner runner = self.open(world);
    StopAt observer;
    co_await deploy(runner, world, "1.0.0", observer);
    world.metrics_are_silent = true;

    Report report = co_await deploy(runner, world, "2.0.0", observer);

    EXPECT_EQ(report.outcome, Outcome::rolled_back) << report.sentence;
    EXPECT_EQ(world.serving_version(), "1.0.0");
  });
}

TEST_F(RunnerTest, finds_its_deployment_when_the_answer_was_lost) {
  with_world([](RunnerTest& self, fake::World& world) -> Task<> {
    Runner runner = self.open(world);
    StopAt observer;
    co_await deploy(runner, world, "1.0.0", observer);
    world.lose_answers_of_next_updates = 2;

    Report report = co_await deploy(runner, world, "2.0.0", observer);

    EXPECT_EQ(report.outcome, Outcome::complete) << report.sentence;
    EXPECT_EQ(world.deployments(), 2);
    EXPECT_EQ(world.registrations(), 2);
  });
}

TEST_F(RunnerTest, resumes_after_an_interrupt_at_any_stage) {
  for (Stage stage :
       {Stage::checking, Stage::registering, Stage::migrating, Stage::updating, Stage::deploying}) {
    with_world([stage](RunnerTest& self, fake::World& world) -> Task<> {
      StopAt observer;
      {
        Runner runner = self.open(world);
        observer.runner = &runner;
        observer.stage = stage;
        Report cut = co_await deploy(runner, world, "1.0.0", observer);
        EXPECT_EQ(cut.outcome, Outcome::interrupted) << cut.sentence;
        EXPECT_NE(cut.sentence.find("saltctl resume"), std::string::npos) << cut.sentence;
        EXPECT_TRUE(world.parameters.contains(kLock));
      }
      observer.runner = nullptr;
      Runner runner = self.open(world);
      auto plan = co_await runner.plan_deploy(request(world, "9.0.0"));
      if (plan) {
        auto refused = co_await runner.run(*plan, observer);
        EXPECT_EQ(refused->outcome, Outcome::refused);
        EXPECT_NE(refused->sentence.find("anna"), std::string::npos) << refused->sentence;
      }

      auto report = co_await runner.resume({}, Runner::ResumeAs::go_on, observer);

      EXPECT_TRUE(report && report->outcome == Outcome::complete)
          << (report ? report->sentence : report.error().text());
      EXPECT_EQ(world.registrations(), 1);
      EXPECT_EQ(world.migrations(), 1);
      EXPECT_EQ(world.deployments(), 1);
      EXPECT_FALSE(world.parameters.contains(kLock));
      EXPECT_FALSE(world.has_hooks());
      auto nothing = co_await runner.resume({}, Runner::ResumeAs::go_on, observer);
      EXPECT_TRUE(!nothing && nothing.error().code == ErrorCode::not_found);
    });
  }
}

TEST_F(RunnerTest, rolls_back_instead_of_resuming_when_told_to) {
  with_world([](RunnerTest& self, fake::World& world) -> Task<> {
    StopAt observer;
    Runner runner = self.open(world);
    co_await deploy(runner, world, "1.0.0", observer);
    {
      Runner cut_short = self.open(world);
      observer.runner = &cut_short;
      observer.stage = Stage::deploying;
      co_await deploy(cut_short, world, "2.0.0", observer);
    }
    observer.runner = nullptr;

    auto report = co_await runner.resume({}, Runner::ResumeAs::roll_back, observer);

    EXPECT_TRUE(report && report->outcome == Outcome::rolled_back)
        << (report ? report->sentence : report.error().text());
    EXPECT_EQ(world.serving_version(), "1.0.0");
    EXPECT_EQ(report->state.verdict, Verdict::unproven);
  });
}

TEST_F(RunnerTest, takes_its_release_over_from_a_process_that_was_killed) {
  with_world([](RunnerTest& self, fake::World& world) -> Task<> {
    StopAt observer;
    {
      Runner killed = self.open(world);
      observer.runner = &killed;
      observer.stage = Stage::deploying;
      co_await deploy(killed, world, "1.0.0", observer);
    }
    observer.runner = nullptr;
    kill_holder(world);
    Runner runner = self.open(world);

    auto report = co_await runner.resume({}, Runner::ResumeAs::go_on, observer);

    EXPECT_TRUE(report && report->outcome == Outcome::complete)
        << (report ? report->sentence : report.error().text());
  });
}

TEST_F(RunnerTest, leaves_the_lock_of_an_unknown_release_even_when_its_process_is_gone) {
  with_world([](RunnerTest& self, fake::World& world) -> Task<> {
    StopAt observer;
    Runner runner = self.open(world);
    world.parameters[kLock] = json::encode(lock_for("rel-of-another-home", "ben", "deploy", now()));
    kill_holder(world);

    Report report = co_await deploy(runner, world, "1.0.0", observer);

    EXPECT_EQ(report.outcome, Outcome::refused);
    EXPECT_NE(report.sentence.find("that process is gone"), std::string::npos) << report.sentence;
  });
}

TEST_F(RunnerTest, stops_writing_when_its_lock_was_taken_away) {
  with_world([](RunnerTest& self, fake::World& world) -> Task<> {
    struct Thief : Observer {
      void on_event(const Event&, const State&, const State& state) override {
        if (state.stage == Stage::deploying) kill_holder(*world);
      }
      fake::World* world = nullptr;
    } observer;
    observer.world = &world;
    Runner runner = self.open(world);

    Report report = co_await deploy(runner, world, "1.0.0", observer);

    EXPECT_EQ(report.outcome, Outcome::interrupted) << report.sentence;
    EXPECT_FALSE(world.version_was_served("1.0.0"));
  });
}

TEST_F(RunnerTest, refuses_when_a_secret_is_missing_and_says_which) {
  with_world([](RunnerTest& self, fake::World& world) -> Task<> {
    Runner runner = self.open(world);
    StopAt observer;
    world.parameters.clear();

    Report report = co_await deploy(runner, world, "1.0.0", observer);

    EXPECT_EQ(report.outcome, Outcome::refused);
    EXPECT_NE(report.sentence.find("DATABASE_URL"), std::string::npos) << report.sentence;
    EXPECT_EQ(world.deployments(), 0);
    EXPECT_TRUE(world.parameters.empty()) << "the lock is given back";
  });
}

TEST_F(RunnerTest, releases_to_a_rolling_service_and_back) {
  with_world([](RunnerTest& self, fake::World& world) -> Task<> {
    world.is_rolling = true;
    Runner runner = self.open(world);
    StopAt observer;
    Report first = co_await deploy(runner, world, "1.0.0", observer);
    EXPECT_EQ(first.outcome, Outcome::complete) << first.sentence;
    world.fails_smoke = {"2.0.0"};

    Report second = co_await deploy(runner, world, "2.0.0", observer);

    EXPECT_EQ(second.outcome, Outcome::rolled_back) << second.sentence;
    EXPECT_EQ(world.serving_version(), "1.0.0");
  });
}

TEST_F(RunnerTest, says_who_holds_the_lock_on_another_host) {
  with_world([](RunnerTest& self, fake::World& world) -> Task<> {
    Runner runner = self.open(world);
    StopAt observer;
    LockInfo other{.release_id = "rel-0",
                   .owner = "ben",
                   .host = "elsewhere",
                   .pid = 7,
                   .start_ticks = "1",
                   .nonce = "n",
                   .taken_at = now(),
                   .what = "deploy 0.9.0 to production"};
    world.parameters[kLock] = json::encode(other);

    Report report = co_await deploy(runner, world, "1.0.0", observer);

    EXPECT_EQ(report.outcome, Outcome::refused);
    EXPECT_NE(report.sentence.find("ben on elsewhere"), std::string::npos) << report.sentence;
    EXPECT_TRUE(world.parameters.contains(kLock)) << "it is not ours to give back";
  });
}

}  // namespace
}  // namespace sb::release
