// Tasks that are asked for, found and refused.
#include "integration/cloud/ecs_operations.hpp"

namespace sb::cloud {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class EcsTaskOperations : public EcsOperations {};

TEST_F(EcsTaskOperations, a_task_without_an_image_says_so_and_is_found_by_its_filters) {
  make_cluster("main");
  ecs::RunTaskRequest request;
  request.cluster = "main";
  request.taskDefinition = register_definition("job");
  request.clientToken = "once";
  request.startedBy = "me";
  request.tags = {{"kind", "job"}};
  auto arn = *must<ecs::RunTask>(request).tasks.at(0).taskArn;
  EXPECT_EQ(must<ecs::RunTask>(request).tasks.at(0).taskArn, arn);
  ASSERT_TRUE(testing::eventually([&] { return task(arn).lastStatus == "STOPPED"; }));

  EXPECT_EQ(task(arn).stopCode, "TaskFailedToStart");
  EXPECT_THAT(*task(arn).stoppedReason, HasSubstr("CannotPullContainerError"));
  ecs::ListTasksRequest list;
  list.cluster = "main";
  EXPECT_TRUE(must<ecs::ListTasks>(list).taskArns.empty());
  list.desiredStatus = "STOPPED";
  list.family = "job";
  EXPECT_THAT(must<ecs::ListTasks>(list).taskArns, ElementsAre(arn));
  list.family = "web";
  EXPECT_TRUE(must<ecs::ListTasks>(list).taskArns.empty());
  list.startedBy = "me";
  EXPECT_THAT(refusal<ecs::ListTasks>(list), HasSubstr("can't be used with other filters"));
  list.family.reset();
  EXPECT_THAT(must<ecs::ListTasks>(list).taskArns, ElementsAre(arn));
  ecs::StopTaskRequest stop;
  stop.cluster = "main";
  stop.task = arn;
  EXPECT_EQ(must<ecs::StopTask>(stop).task->lastStatus, "STOPPED");
  stop.task = "absent";
  EXPECT_THAT(refusal<ecs::StopTask>(stop), HasSubstr("The referenced task was not found"));
}

TEST_F(EcsTaskOperations, a_task_is_refused_in_the_words_of_what_is_wrong) {
  make_cluster("main");
  ecs::RunTaskRequest good;
  good.cluster = "main";
  good.taskDefinition = register_definition("job");
  auto with = [&](auto change) {
    auto request = good;
    change(request);
    return refusal<ecs::RunTask>(request);
  };

  EXPECT_THAT(with([](auto& r) { r.count = 11; }), HasSubstr("count must be between 1 and 10"));
  EXPECT_THAT(with([](auto& r) { r.startedBy = std::string(129, 'x'); }),
              HasSubstr("at most 128 characters"));
  EXPECT_THAT(
      with([](auto& r) { r.overrides.emplace().containerOverrides.emplace_back().name = "other"; }),
      HasSubstr("Override for container named other"));
  good.clientToken = "once";
  must<ecs::RunTask>(good);
  EXPECT_THAT(with([](auto& r) { r.count = 2; }), HasSubstr("ConflictException"));

  ecs::DescribeTasksRequest describe;
  describe.cluster = "main";
  describe.tasks = {"absent"};
  EXPECT_EQ(must<ecs::DescribeTasks>(describe).failures.at(0).reason, "MISSING");
  describe.tasks.assign(101, "absent");
  EXPECT_THAT(refusal<ecs::DescribeTasks>(describe), HasSubstr("At most 100 tasks"));
  ecs::ExecuteCommandRequest shell;
  shell.cluster = "main";
  shell.task = "absent";
  shell.command = "/bin/sh";
  shell.interactive = true;
  EXPECT_THAT(refusal<ecs::ExecuteCommand>(shell), HasSubstr("The referenced task was not found"));
}

}  // namespace
}  // namespace sb::cloud
