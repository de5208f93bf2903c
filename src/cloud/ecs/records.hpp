// What ECS keeps in the store beside the controller's own record. Kinds and keys:
//   ecs.cluster NAME · ecs.task_definition FAMILY/REVISION · ecs.service CLUSTER/NAME ·
//   ecs.deployment ARN · ecs.revision ARN · ecs.task ID · ecs.tags ARN · ecs.run_token TOKEN
#pragma once

#include "aws/model/ecs.hpp"
#include "cloud/ecs/model.hpp"

namespace sb::cloud::ecs {

namespace api = aws::ecs;

inline constexpr const char* kClusters = "ecs.cluster";
inline constexpr const char* kDefinitions = "ecs.task_definition";
inline constexpr const char* kServices = "ecs.service";
inline constexpr const char* kDeployments = "ecs.deployment";
inline constexpr const char* kRevisions = "ecs.revision";
inline constexpr const char* kTasks = "ecs.task";
inline constexpr const char* kTags = "ecs.tags";
inline constexpr const char* kRunTokens = "ecs.run_token";

struct ServiceRecord {
  Service control;
  api::Service shape;  // as declared; what moves is filled in from `control`
};
BOOST_DESCRIBE_STRUCT(ServiceRecord, (), (control, shape))

struct TaskRecord {
  std::string id;
  std::string cluster;  // name
  std::string service;  // CLUSTER/NAME; empty for RunTask
  std::string address;
  bool is_launched = false;
  bool is_stop_wanted = false;
  bool has_failed_to_start = false;
  bool is_deterministic = false;
  api::Task shape;
};
BOOST_DESCRIBE_STRUCT(TaskRecord, (),
                      (id, cluster, service, address, is_launched, is_stop_wanted,
                       has_failed_to_start, is_deterministic, shape))

struct TagList {
  std::vector<api::Tag> tags;
};
BOOST_DESCRIBE_STRUCT(TagList, (), (tags))

struct RunToken {  // RunTask's clientToken
  std::string request;
  std::vector<std::string> tasks;
};
BOOST_DESCRIBE_STRUCT(RunToken, (), (request, tasks))

inline bool is_stopped(const TaskRecord& task) {
  return task.shape.lastStatus == "STOPPED";
}

}  // namespace sb::cloud::ecs
