// Everything saltcloud is made of, in the order in which it depends on each other.
#pragma once

#include <memory>
#include <vector>

#include "base/async/gate.hpp"
#include "cloud/daemon/home.hpp"
#include "cloud/daemon/readiness.hpp"
#include "cloud/gateway/gateway.hpp"
#include "cloud/logs/service.hpp"
#include "cloud/secretsmanager/service.hpp"
#include "cloud/ssm/service.hpp"
#include "cloud/store/address_block.hpp"
#include "cloud/store/arn.hpp"
#include "cloud/store/kms.hpp"
#include "cloud/store/store.hpp"

namespace sb::cloud {

class Services {
 public:
  // Opens what is on disk and registers every operation; starts nothing.
  static Result<std::unique_ptr<Services>> open(const Home& home, const Arns& arns,
                                                const Executor& executor, Readiness& readiness,
                                                gateway::Gateway& gateway);
  ~Services();
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;

  // Finds what was left running and makes the world as it was declared.
  Task<Result<>> start();
  // Ends the sessions of ExecuteCommand: the server can't be stopped before.
  Task<> end_sessions(Deadline deadline);
  // What runs, goes on.
  Task<> stop();

 private:
  struct Parts;
  explicit Services(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace sb::cloud
