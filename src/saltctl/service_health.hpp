// How an environment's tasks and targets are, as ECS and the load balancer say it: for `status`,
// `health`, `doctor` and `exec`.
#pragma once

#include <boost/describe/class.hpp>

#include <string>
#include <vector>

#include "saltctl/session.hpp"

namespace sb::saltctl {

struct TaskHealth {
  std::string id;
  std::string revision;  // "saltbitter-api-prod:4"
  std::string status;    // RUNNING, STOPPED, …
  std::string health;    // of the container's own check
  std::string address;
  std::string reason;  // why it stopped
  std::string log_stream;
  std::optional<int> exit_code;
  std::optional<Timestamp> stopped_at;

  bool operator==(const TaskHealth&) const = default;
};
BOOST_DESCRIBE_STRUCT(TaskHealth, (),
                      (id, revision, status, health, address, reason, log_stream, exit_code,
                       stopped_at))

struct TargetView {
  std::string group;
  std::string address;
  std::string state;        // healthy, unhealthy, initial, draining, …
  std::string reason;       // Target.ResponseCodeMismatch, …
  std::string description;  // the load balancer's sentence
};
BOOST_DESCRIBE_STRUCT(TargetView, (), (group, address, state, reason, description))

// What the load balancer's public address answers.
struct Answer {
  int status = 0;  // 0: nothing answered
  std::string version;
  std::string body;  // its beginning
  std::string error;
};
BOOST_DESCRIBE_STRUCT(Answer, (), (status, version, body, error))

// Those of the service that are to be RUNNING or STOPPED.
Task<Result<std::vector<TaskHealth>>> tasks_in(Session& session, std::string desired_status);
// Running tasks first, then those that stopped lately, newest first.
Task<Result<std::vector<TaskHealth>>> tasks_of(Session& session);
Task<Result<std::vector<TargetView>>> targets_of(Session& session);
Task<Answer> ask(const Session& session, const Resources& resources, std::string path);

}  // namespace sb::saltctl
