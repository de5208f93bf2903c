// What is true of an environment now, for `status` and `ps`.
#pragma once

#include <string>
#include <vector>

#include "saltctl/session.hpp"

namespace sb::saltctl {

struct TaskView {
  std::string id;
  std::string status;    // RUNNING, …
  std::string revision;  // "saltbitter-api-prod:4"
  std::string address;
};

struct TrafficView {
  std::string target_group;
  int healthy = 0;
  int registered = 0;
  int weight_percent = 0;  // of production traffic
};

struct Overview {
  std::string environment;
  bool exists = false;  // its service was made
  std::string missing;  // why not, or what new tasks would lack
  std::string url;
  std::string address;  // of the load balancer
  std::string service;
  std::string revision;  // the service's task definition
  std::string image;
  std::string version;  // as it answers; empty: nothing answers
  std::string rollout;  // COMPLETED, IN_PROGRESS, FAILED
  int running = 0;
  int desired = 0;
  std::vector<TaskView> tasks;
  std::vector<TrafficView> traffic;
  std::string database;  // "available at 127.20.2.1:5432"
  std::string cache;
};

Task<Result<Overview>> overview_of(Session& session);
std::string overview_json(const Overview& overview);

}  // namespace sb::saltctl
