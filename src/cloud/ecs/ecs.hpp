// Amazon ECS on bubblewrap tasks and HAProxy: clusters, task definitions, services with native
// blue/green, canary, linear and rolling deployments, and tasks. The controller (controller.hpp)
// decides; this writes its record down, acts, and tells it what happened. Tasks go on while the
// daemon is away and are adopted when it returns.
#pragma once

#include <memory>

#include "base/async/task.hpp"
#include "cloud/metrics/source.hpp"
#include "cloud/store/address_block.hpp"
#include "cloud/store/arn.hpp"
#include "cloud/store/store.hpp"

namespace sb::cloud {
namespace gateway {
class Gateway;
}
namespace exec {
class SessionHost;
}
namespace runtime {
class Runtime;
}
namespace elbv2 {
class Service;
}
namespace cloudwatch {
class Service;
}
namespace ssm {
class Service;
}
namespace secretsmanager {
class Service;
}
namespace logs {
class Service;
}
}  // namespace sb::cloud

namespace sb::cloud::ecs {

// What ECS stands on. All must outlive it.
struct Ground {
  Store& store;
  AddressBlock& addresses;
  runtime::Runtime& runtime;
  elbv2::Service& elbv2;
  cloudwatch::Service& cloudwatch;
  ssm::Service& ssm;
  secretsmanager::Service& secrets;
  logs::Service& logs;
  exec::SessionHost& sessions;
  Arns arns;
};

class Ecs {
 public:
  Ecs(Executor executor, Ground ground);
  ~Ecs();
  Ecs(const Ecs&) = delete;
  Ecs& operator=(const Ecs&) = delete;

  void attach(gateway::Gateway& gateway);
  // Reads the store, adopts tasks, goes on with deployments. Load balancing must be started before.
  Task<Result<>> start();
  Task<> stop();      // tasks go on
  Task<> shutdown();  // ends all tasks too; services will start theirs again

  // AWS/ECS and ECS/ContainerInsights.
  const metrics::MetricSource& metrics() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace sb::cloud::ecs
