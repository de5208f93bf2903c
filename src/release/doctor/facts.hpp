// What was seen of an environment, as plain data: the doctor's rules decide on nothing else. A part
// that could not be asked says why in its own error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock/clock.hpp"

namespace sb::release::doctor {

enum class Reach { reached, refused, unreachable };  // refused: the credentials

struct StoppedTask {
  std::string id;
  std::string revision;
  std::string reason;
  std::optional<int> exit_code;
  std::optional<Timestamp> at;
  std::string complaint;  // the newest warning or error of its log
};

// Ended in good order because there was nothing more for it to do. One that is stopped because its
// health checks fail ends in good order, too, but not for that reason.
inline bool is_ended_by_ecs(const StoppedTask& task) {
  if (task.reason.contains("Scaling activity")) return true;
  if (task.reason.contains("health checks")) return false;
  return task.reason.contains("deployment") || task.exit_code == 0;
}

struct Target {
  std::string group;
  std::string address;
  std::string state;
  std::string reason;  // the load balancer's word or sentence
};

struct Deployment {
  bool is_in_progress = false;
  std::string status;
  std::string reason;
  std::string description;  // "0 of 2 new tasks run, stage SCALE_UP"
  std::string waits_for_hook;
  std::string hook_expires_at;
  std::string hook_timeout_action;
  int failed_tasks = 0;
};

// What a task that was started for it says of the database and the cache.
struct Inside {
  bool was_asked = false;
  std::string error;  // the task did not run, or did not know how to say it
  bool database_reached = false;
  std::string database_error;
  std::string revision;  // of the schema
  bool cache_reached = true;
  std::string cache_error;
};

struct Lock {
  bool is_held = false;
  std::string text;  // a sentence: who, where, since when
  bool holder_is_dead = false;
  bool is_elsewhere = false;
  std::string release_id;
};

struct Silence {
  std::string id;
  std::string reason;
  Timestamp until{};
};

struct Facts {
  std::string environment;
  Timestamp at{};

  bool is_aws = false;  // whose resources `saltctl up` does not make
  Reach cloud = Reach::reached;
  std::string cloud_error;
  std::string missing;  // a resource that is not there
  bool has_service = false;
  std::string service;
  int desired = 0;
  int running = 0;
  std::optional<Deployment> deployment;  // the newest
  std::vector<StoppedTask> stopped;      // lately, newest first
  std::vector<Target> targets;
  int ready_status = 0;  // 0: nothing answered
  std::string ready_text;

  std::string database;         // its identifier
  std::string database_status;  // empty: it is not there
  std::string cache;
  std::string cache_status;
  Inside inside;

  std::int64_t log_errors = 0;  // lately
  std::string newest_log_error;

  Lock lock;
  std::string unfinished_release;
  std::string unfinished_procedure;  // of those that must be alone: "db downgrade of production"
  std::vector<Silence> silences;

  std::string image_schema;  // the head that the running image knows
  std::optional<Timestamp> certificate_ends;
  std::string certificate_error;
  std::optional<std::uint64_t> free_bytes;  // where saltctl keeps its state
};

}  // namespace sb::release::doctor
