// Everything that can be known to be wrong before anything is changed.
#pragma once

#include <functional>

#include "aws/model/ecs_task_definition.hpp"
#include "release/engine/plan.hpp"
#include "release/runner/service_calls.hpp"

namespace sb::release {

class Preflight {
 public:
  Preflight(Api& api, ServiceCalls& service, const Plan& plan,
            const std::function<Result<>(const std::string&)>& check_image)
      : api_(api), service_(service), plan_(plan), check_image_(check_image) {}

  // Error: it could not be found out. Problems are in the answer.
  Task<Result<PreflightDone>> run();

 private:
  Task<Result<>> check_service();
  Task<Result<>> check_database();
  Task<Result<>> check_secrets(const std::vector<aws::ecs::ContainerDefinition>& containers);
  Task<Result<>> check_parameter(std::string name, const std::string& variable);
  Task<Result<>> check_secret(const std::string& value_from, const std::string& variable);
  void problem(std::string text) {
    done_.problems.push_back(std::move(text));
  }

  Api& api_;
  ServiceCalls& service_;
  const Plan& plan_;
  const std::function<Result<>(const std::string&)>& check_image_;
  PreflightDone done_;
};

}  // namespace sb::release
