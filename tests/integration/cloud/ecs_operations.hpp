// A saltcloud that is asked about ECS, and says what it refuses.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/model/ecs.hpp"
#include "support/saltcloud_fixture.hpp"

namespace sb::cloud {

namespace ecs = aws::ecs;

class EcsOperations : public ::testing::Test {
 protected:
  template <class Operation>
  typename Operation::Response must(typename Operation::Request request) {
    auto answer = cloud_.call<Operation>(std::move(request));
    EXPECT_TRUE(answer) << Operation::kName << ": " << answer.error().text();
    return answer.value_or(typename Operation::Response{});
  }
  template <class Operation>
  std::string refusal(typename Operation::Request request) {
    auto answer = cloud_.call<Operation>(std::move(request));
    return answer ? "accepted" : answer.error().subject + ": " + answer.error().message;
  }

  std::string make_cluster(const std::string& name) {
    ecs::CreateClusterRequest request;
    request.clusterName = name;
    return *must<ecs::CreateCluster>(request).cluster->clusterArn;
  }
  // Of an image that does not exist: its tasks stop by themselves.
  std::string register_definition(const std::string& family) {
    ecs::RegisterTaskDefinitionRequest request;
    request.family = family;
    auto& container = request.containerDefinitions.emplace_back();
    container.name = "app";
    container.image = "nowhere:1";
    container.memory = 64;
    container.portMappings.resize(1);
    container.portMappings[0].containerPort = 8000;
    return *must<ecs::RegisterTaskDefinition>(request).taskDefinition->taskDefinitionArn;
  }
  static ecs::CreateServiceRequest service(const std::string& definition) {
    ecs::CreateServiceRequest request;
    request.cluster = "main";
    request.serviceName = "web";
    request.taskDefinition = definition;
    request.desiredCount = 0;
    return request;
  }
  ecs::Task task(const std::string& id) {
    ecs::DescribeTasksRequest request;
    request.cluster = "main";
    request.tasks = {id};
    auto tasks = must<ecs::DescribeTasks>(request).tasks;
    return tasks.empty() ? ecs::Task{} : tasks.front();
  }

  testing::Saltcloud cloud_;
};

}  // namespace sb::cloud
