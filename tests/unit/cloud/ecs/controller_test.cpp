// The deployment controller, one behaviour at a time, in a cloud where everything asked for
// happens.
#include "cloud/ecs/controller.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sb::cloud::ecs {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class CountingIds : public Ids {
 public:
  std::uint64_t next() override {
    return ++last_ * 0x9e3779b97f4a7c15u;
  }

 private:
  std::uint64_t last_ = 0;
};

class EcsController : public ::testing::Test {
 protected:
  EcsController() {
    service_.name = "api";
    service_.desired_count = 2;
    service_.plan.strategy = Strategy::blue_green;
    service_.load_balancing = LoadBalancing{"tg-a", "tg-b", "app", 8000};
    service_.production.arn = "production";
    service_.test.arn = "test";
  }

  Turn turn() {
    return {service_, now_, ids_};
  }

  void deploy_revision(const std::string& name) {
    deploy(turn(), {name, "deployment-" + name, "ecs-svc/" + name, "definition-" + name,
                    has_health_check_, starts_in_alarm_});
    settle();
  }

  // Does what is outstanding until nothing is.
  void settle() {
    advance(turn());
    for (auto actions = outstanding(service_); !actions.empty(); actions = outstanding(service_)) {
      bool did_any = false;
      for (const auto& action : actions) did_any = perform(action) || did_any;
      advance(turn());
      if (!did_any) break;
    }
  }

  bool perform(const Action& action) {
    if (const auto* start = std::get_if<StartTask>(&action)) {
      if (never_starts_ == start->revision)
        observe(turn(), TaskEnded{start->task, "TaskFailedToStart",
                                  "ResourceInitializationError: no such parameter", true, true});
      else
        observe(turn(), TaskLaunched{start->task, "127.0.0.2"});
    } else if (const auto* stop = std::get_if<StopTask>(&action)) {
      observe(turn(), TaskEnded{stop->task, "ServiceSchedulerInitiated", "", false, false});
    } else if (const auto* in = std::get_if<RegisterTarget>(&action)) {
      observe(turn(), TargetRegistered{in->task});
      if (revision_of(in->task) != never_healthy_)
        observe(turn(), TargetHealthSeen{in->task, TargetHealth::healthy, ""});
    } else if (const auto* out = std::get_if<DeregisterTarget>(&action)) {
      observe(turn(), TargetGone{out->task});
    } else {
      const auto& weights = std::get<SetWeights>(action);
      order_.push_back(weights.rule == RuleKind::production ? "production" : "test");
      observe(turn(), RuleApplied{weights.rule, weights.version});
    }
    return true;
  }

  std::string revision_of(const std::string& id) const {
    for (const auto& task : service_.tasks)
      if (task.id == id) return task.revision;
    return "";
  }

  void pause_at(Stage stage) {
    service_.plan.hooks = {{{stage}, 60'000, HookAction::rollback}};
  }
  std::string waiting_hook() const {
    for (const auto& hook : service_.deployment->hooks)
      if (hook.status == HookStatus::awaiting_action) return hook.id;
    return "";
  }
  DeploymentStatus status() const {
    return service_.deployment->status;
  }
  std::vector<std::string> messages() const {
    std::vector<std::string> out;
    for (const auto& event : service_.events) out.push_back(event.message);
    return out;
  }

  Service service_;
  CountingIds ids_;
  Timestamp now_{std::chrono::hours(1)};
  std::string never_healthy_, never_starts_;
  bool has_health_check_ = false, starts_in_alarm_ = false;
  std::vector<std::string> order_;
};

TEST_F(EcsController, first_deployment_shifts_traffic_only_when_its_tasks_are_healthy) {
  never_healthy_ = "v1";
  deploy_revision("v1");
  EXPECT_EQ(service_.deployment->stage, Stage::scale_up);
  EXPECT_EQ(share_of(service_.production, "v1"), 0);

  never_healthy_ = "";
  auto tasks = service_.tasks;
  for (const auto& task : tasks)
    observe(turn(), TargetHealthSeen{task.id, TargetHealth::healthy, ""});
  settle();

  EXPECT_EQ(status(), DeploymentStatus::successful);
  EXPECT_EQ(share_of(service_.production, "v1"), 100);
  EXPECT_EQ(service_.stable, "v1");
}

TEST_F(EcsController, keeps_blue_serving_while_green_waits_for_an_answer) {
  deploy_revision("v1");
  pause_at(Stage::post_test_traffic_shift);
  deploy_revision("v2");

  EXPECT_EQ(service_.deployment->stage, Stage::post_test_traffic_shift);
  EXPECT_EQ(share_of(service_.production, "v1"), 100);
  EXPECT_EQ(share_of(service_.test, "v2"), 100);
  EXPECT_EQ(count(service_, "v1").ready, 2);
  EXPECT_EQ(count(service_, "v2").ready, 2);
}

TEST_F(EcsController, stops_blue_after_the_bake_time_and_not_before) {
  deploy_revision("v1");
  service_.plan.bake_ms = 60'000;
  deploy_revision("v2");
  EXPECT_EQ(service_.deployment->stage, Stage::bake_time);
  EXPECT_EQ(count(service_, "v1").ready, 2);
  ASSERT_EQ(wake_at(service_), now_ + std::chrono::minutes(1));

  now_ += std::chrono::minutes(1);
  settle();

  EXPECT_EQ(status(), DeploymentStatus::successful);
  EXPECT_EQ(find_revision(service_, "v1"), nullptr);
  EXPECT_THAT(messages(), Contains(HasSubstr("has reached a steady state")));
}

TEST_F(EcsController, rolls_back_users_before_testers_and_then_stops_green) {
  deploy_revision("v1");
  pause_at(Stage::post_production_traffic_shift);
  deploy_revision("v2");
  ASSERT_EQ(share_of(service_.production, "v2"), 100);
  order_.clear();

  ASSERT_TRUE(answer_hook(turn(), waiting_hook(), HookAction::rollback));
  settle();

  EXPECT_THAT(order_, ::testing::ElementsAre("production", "test"));
  EXPECT_EQ(status(), DeploymentStatus::rollback_successful);
  EXPECT_EQ(share_of(service_.production, "v1"), 100);
  EXPECT_EQ(primary_of(service_)->arn, "v1");
  EXPECT_EQ(find_revision(service_, "v2"), nullptr);
}

TEST_F(EcsController, rolls_back_when_nobody_answers_in_time) {
  deploy_revision("v1");
  pause_at(Stage::pre_scale_up);
  deploy_revision("v2");
  auto hook = waiting_hook();

  now_ += std::chrono::minutes(1);
  EXPECT_FALSE(answer_hook(turn(), hook, HookAction::proceed));
  settle();

  EXPECT_EQ(status(), DeploymentStatus::rollback_successful);
  EXPECT_EQ(service_.deployment->hooks[0].status, HookStatus::timed_out);
}

TEST_F(EcsController, goes_on_when_nobody_answers_if_it_was_told_so) {
  deploy_revision("v1");
  service_.plan.hooks = {{{Stage::pre_scale_up}, 60'000, HookAction::proceed}};
  deploy_revision("v2");

  now_ += std::chrono::minutes(1);
  settle();

  EXPECT_EQ(status(), DeploymentStatus::successful);
}

TEST_F(EcsController, takes_the_same_answer_twice_and_refuses_another) {
  deploy_revision("v1");
  service_.plan.hooks = {{{Stage::pre_scale_up}, 60'000, HookAction::rollback},
                         {{Stage::post_scale_up}, 60'000, HookAction::rollback}};
  deploy_revision("v2");
  auto hook = waiting_hook();
  ASSERT_TRUE(answer_hook(turn(), hook, HookAction::proceed));
  settle();

  EXPECT_TRUE(answer_hook(turn(), hook, HookAction::proceed));
  auto other = answer_hook(turn(), hook, HookAction::rollback);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::failed_precondition);
  EXPECT_EQ(answer_hook(turn(), "nobody", HookAction::proceed).error().code, ErrorCode::not_found);
}

TEST_F(EcsController, pauses_before_every_step_of_a_canary) {
  deploy_revision("v1");
  service_.plan.strategy = Strategy::canary;
  service_.plan.step_percent = 5;
  pause_at(Stage::pre_production_traffic_shift);
  deploy_revision("v2");
  auto first = waiting_hook();
  EXPECT_EQ(share_of(service_.production, "v2"), 0);

  ASSERT_TRUE(answer_hook(turn(), first, HookAction::proceed));
  settle();
  EXPECT_EQ(share_of(service_.production, "v2"), 5);
  auto second = waiting_hook();
  EXPECT_NE(second, first);

  ASSERT_TRUE(answer_hook(turn(), second, HookAction::proceed));
  settle();
  EXPECT_EQ(status(), DeploymentStatus::successful);
}

TEST_F(EcsController, goes_up_in_linear_steps_to_exactly_all) {
  deploy_revision("v1");
  service_.plan.strategy = Strategy::linear;
  service_.plan.step_percent = 33.3;
  service_.plan.step_bake_ms = 1000;
  deploy_revision("v2");

  std::vector<double> seen{share_of(service_.production, "v2")};
  for (int i = 0; i < 10 && status() == DeploymentStatus::in_progress; ++i) {
    now_ += std::chrono::seconds(1);
    settle();
    seen.push_back(share_of(service_.production, "v2"));
  }

  EXPECT_THAT(seen, ::testing::ElementsAre(33.3, 66.6, 99.9, 100));
}

TEST_F(EcsController, gives_up_at_once_on_a_cause_that_will_not_pass) {
  deploy_revision("v1");
  service_.plan.breaker_enabled = service_.plan.breaker_rollback = true;
  never_starts_ = "v2";
  deploy_revision("v2");

  EXPECT_EQ(status(), DeploymentStatus::rollback_successful);
  EXPECT_EQ(service_.deployment->breaker, BreakerStatus::triggered);
  EXPECT_EQ(count(service_, "v1").ready, 2);
  EXPECT_THAT(messages(), ::testing::Contains(::testing::EndsWith(
                              "was unable to place a task. Reason: ResourceInitializationError: no "
                              "such parameter.")));
}

TEST_F(EcsController, goes_back_when_nothing_of_green_works_any_more) {
  deploy_revision("v1");
  pause_at(Stage::post_production_traffic_shift);
  deploy_revision("v2");
  auto tasks = service_.tasks;
  for (const auto& task : tasks)
    if (task.revision == "v2")
      observe(turn(), TargetHealthSeen{task.id, TargetHealth::unhealthy, "codes: [503]"});
  settle();

  EXPECT_EQ(status(), DeploymentStatus::rollback_successful);
  EXPECT_EQ(share_of(service_.production, "v1"), 100);
}

TEST_F(EcsController, a_newer_deployment_builds_on_the_last_completed_one) {
  deploy_revision("v1");
  pause_at(Stage::post_production_traffic_shift);
  deploy_revision("v2");
  ASSERT_EQ(share_of(service_.production, "v2"), 100);
  service_.plan.hooks.clear();
  deploy_revision("v3");

  EXPECT_EQ(status(), DeploymentStatus::successful);
  EXPECT_EQ(service_.deployment->source, "v1");
  ASSERT_EQ(service_.closed.size(), 2u);
  EXPECT_EQ(service_.closed[1].status, DeploymentStatus::stopped);
  EXPECT_EQ(service_.revisions.size(), 1u);
}

TEST_F(EcsController, first_deployment_has_no_way_back_and_says_so) {
  pause_at(Stage::post_test_traffic_shift);
  deploy_revision("v1");
  ASSERT_TRUE(answer_hook(turn(), waiting_hook(), HookAction::rollback));
  settle();

  EXPECT_EQ(status(), DeploymentStatus::rollback_failed);
  EXPECT_THAT(service_.deployment->status_reason, HasSubstr("no earlier service revision"));
}

TEST_F(EcsController, an_old_confirmation_is_not_taken_for_a_new_one) {
  deploy_revision("v1");
  pause_at(Stage::post_production_traffic_shift);
  deploy_revision("v2");
  auto old_version = service_.production.version;
  ASSERT_TRUE(answer_hook(turn(), waiting_hook(), HookAction::rollback));
  advance(turn());
  ASSERT_GT(service_.production.version, old_version);

  observe(turn(), RuleApplied{RuleKind::production, old_version});
  advance(turn());

  EXPECT_EQ(status(), DeploymentStatus::rollback_in_progress);
  EXPECT_EQ(count(service_, "v2").live, 2);
}

TEST_F(EcsController, rolling_update_never_has_fewer_ready_than_it_must) {
  service_.plan.strategy = Strategy::rolling;
  service_.plan.maximum_percent = 100;
  service_.plan.minimum_healthy_percent = 50;
  deploy_revision("v1");
  never_healthy_ = "v2";
  deploy_revision("v2");

  EXPECT_EQ(count(service_, "v1").ready, 1);
  EXPECT_EQ(count(service_, "v2").live, 1);
  EXPECT_EQ(status(), DeploymentStatus::in_progress);
}

TEST_F(EcsController, replaces_a_task_that_died_and_slows_down_when_it_keeps_dying) {
  service_.desired_count = 1;
  deploy_revision("v1");
  now_ += std::chrono::minutes(10);
  auto dies = [&] {
    auto id = service_.tasks.back().id;
    observe(turn(), TaskEnded{id, "EssentialContainerExited", "", false, false});
    settle();
  };
  dies();
  EXPECT_EQ(count(service_, "v1").ready, 1);
  dies();
  EXPECT_EQ(count(service_, "v1").live, 0);
  ASSERT_EQ(wake_at(service_), now_ + std::chrono::seconds(1));

  now_ = *wake_at(service_);
  settle();

  EXPECT_EQ(count(service_, "v1").ready, 1);
}

TEST_F(EcsController, replaces_a_sick_task_before_it_stops_it) {
  deploy_revision("v1");
  auto sick = service_.tasks.front().id;
  never_healthy_ = "v1";
  observe(turn(), TargetHealthSeen{sick, TargetHealth::unhealthy, "codes: [503]"});
  settle();
  EXPECT_EQ(service_.tasks.size(), 3u);
  EXPECT_EQ(service_.tasks.front().id, sick);

  observe(turn(), TargetHealthSeen{service_.tasks.back().id, TargetHealth::healthy, ""});
  settle();

  EXPECT_EQ(service_.tasks.size(), 2u);
  EXPECT_NE(service_.tasks.front().id, sick);
  EXPECT_THAT(messages(), Contains(HasSubstr("is unhealthy in (target-group tg-a)")));
}

TEST_F(EcsController, keeps_a_sick_task_that_was_well_rather_than_replacements_that_never_were) {
  service_.desired_count = 1;
  deploy_revision("v1");
  auto first = service_.tasks.front().id;
  never_healthy_ = "v1";

  for (int round = 0; round < 5; ++round) {
    auto tasks = service_.tasks;
    for (const auto& task : tasks)
      observe(turn(), TargetHealthSeen{task.id, TargetHealth::unhealthy, "codes: [503]"});
    now_ += std::chrono::minutes(2);
    settle();
  }
  EXPECT_EQ(service_.tasks.front().id, first);

  observe(turn(), TargetHealthSeen{first, TargetHealth::healthy, ""});
  settle();
  EXPECT_EQ(service_.tasks.size(), 1u);
  EXPECT_EQ(service_.tasks.front().id, first);
}

TEST_F(EcsController, waits_for_the_containers_own_health_checks) {
  has_health_check_ = true;
  deploy_revision("v1");
  EXPECT_EQ(service_.deployment->stage, Stage::scale_up);

  auto tasks = service_.tasks;
  for (const auto& task : tasks)
    observe(turn(), ContainerHealthSeen{task.id, ContainerHealth::healthy});
  settle();

  EXPECT_EQ(status(), DeploymentStatus::successful);
}

TEST_F(EcsController, replaces_a_task_whose_container_is_unhealthy) {
  has_health_check_ = true;
  deploy_revision("v1");
  auto tasks = service_.tasks;
  for (const auto& task : tasks)
    observe(turn(), ContainerHealthSeen{task.id, ContainerHealth::healthy});
  settle();
  auto sick = service_.tasks.front().id;

  observe(turn(), ContainerHealthSeen{sick, ContainerHealth::unhealthy});
  settle();
  EXPECT_EQ(service_.tasks.size(), 3u) << "the sick one stays until another is ready";
  observe(turn(), ContainerHealthSeen{service_.tasks.back().id, ContainerHealth::healthy});
  settle();

  EXPECT_EQ(service_.tasks.size(), 2u);
  EXPECT_NE(service_.tasks.front().id, sick);
  EXPECT_THAT(messages(),
              Contains(HasSubstr("(task " + sick + ") failed container health checks.")));
}

TEST_F(EcsController, puts_back_what_never_passes_its_containers_health_checks) {
  service_.plan.breaker_enabled = service_.plan.breaker_rollback = true;
  deploy_revision("v1");
  has_health_check_ = true;
  deploy_revision("v2");

  while (status() == DeploymentStatus::in_progress) {
    auto tasks = service_.tasks;
    for (const auto& task : tasks)
      if (task.revision == "v2")
        observe(turn(), ContainerHealthSeen{task.id, ContainerHealth::unhealthy});
    now_ += std::chrono::minutes(1);
    settle();
  }

  EXPECT_EQ(status(), DeploymentStatus::rollback_successful);
  EXPECT_EQ(share_of(service_.production, "v1"), 100);
  EXPECT_THAT(messages(), Contains(HasSubstr("deployment failed: tasks failed to start.")));
  EXPECT_THAT(service_.deployment->status_reason, HasSubstr("circuit breaker"));
}

TEST_F(EcsController, an_alarm_during_a_deployment_puts_it_back) {
  deploy_revision("v1");
  service_.plan.alarms = {"errors"};
  service_.plan.alarm_rollback = true;
  pause_at(Stage::post_production_traffic_shift);
  deploy_revision("v2");
  EXPECT_EQ(share_of(service_.production, "v2"), 100);

  observe(turn(), AlarmRaised{"errors"});
  settle();

  EXPECT_EQ(status(), DeploymentStatus::rollback_successful);
  EXPECT_EQ(service_.deployment->alarm_watch, BreakerStatus::triggered);
  EXPECT_EQ(share_of(service_.production, "v1"), 100);
  EXPECT_THAT(messages(), Contains(HasSubstr("deployment failed: alarm detected.")));
}

TEST_F(EcsController, a_deployment_that_starts_in_alarm_is_not_judged_by_it) {
  deploy_revision("v1");
  service_.plan.alarms = {"errors"};
  service_.plan.alarm_rollback = true;
  starts_in_alarm_ = true;
  pause_at(Stage::pre_scale_up);
  deploy_revision("v2");

  observe(turn(), AlarmRaised{"errors"});
  ASSERT_TRUE(answer_hook(turn(), waiting_hook(), HookAction::proceed));
  settle();

  EXPECT_EQ(status(), DeploymentStatus::successful);
  EXPECT_EQ(service_.deployment->alarm_watch, BreakerStatus::disabled);
}

TEST_F(EcsController, drains_to_nothing_when_deleted) {
  deploy_revision("v1");
  drain(turn());
  settle();
  EXPECT_EQ(service_.status, ServiceStatus::inactive);
  EXPECT_TRUE(service_.tasks.empty());
}

}  // namespace
}  // namespace sb::cloud::ecs
