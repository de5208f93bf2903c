// A command run once in a task of its own, beside the service's tasks: the same image, environment,
// secrets and network; what it prints, and how it ends. Nothing but the public AWS API, so it works
// where neither the database nor the cache can be reached from here.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "aws/client/client.hpp"
#include "aws/model/ecs_service.hpp"

namespace sb::release::operate {

// The service that is operated on.
struct ServiceRef {
  std::string cluster;
  std::string service;
  std::string container;
  Duration poll = std::chrono::seconds(2);
};

// not_found when there is none, or it was deleted.
Task<Result<aws::ecs::Service>> describe_service(aws::Client& client, ServiceRef ref);

struct OneOff {
  std::vector<std::string> command;
  std::string task_definition;  // empty: the service's own
  std::string started_by;
  std::string token;  // RunTask's client token: the same one finds the same task again
  Duration patience = std::chrono::minutes(10);
};

struct OneOffEnd {
  std::string task;             // ARN
  std::string task_definition;  // ARN
  int exit_code = 0;
  std::string reason;  // why ECS says it stopped
  std::vector<std::string> lines;
};

using OnLine = std::function<void(const std::string&)>;

// Starts it, follows its log, waits for its end. Errors: failed_precondition when it did not run
// (image, secrets: ECS's own reason), timeout when it did not end; then it still runs.
Task<Result<OneOffEnd>> run_one_off(aws::Client& client, ServiceRef ref, OneOff what,
                                    OnLine on_line);

}  // namespace sb::release::operate
