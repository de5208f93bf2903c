// The wire-level world of the runner's tests: an AWS endpoint (real gateway, real signatures, a
// small deterministic ECS behind it) and the platform's HTTP API behind a production and a test
// address. Time passes when somebody looks: every DescribeServiceDeployments moves a deployment one
// stage on.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "aws/model/ecs.hpp"
#include "base/http/server.hpp"
#include "cloud/gateway/gateway.hpp"

namespace sb::release::fake {

class World {
 public:
  explicit World(Executor executor);

  std::string endpoint() const {
    return "http://127.0.0.1:" + std::to_string(aws_port_);
  }
  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(production_port_);
  }
  std::string test_url() const {
    return "http://127.0.0.1:" + std::to_string(test_port_);
  }
  Task<> stop();

  // What is wrong with a version.
  std::set<std::string> fails_smoke;    // its matches endpoint answers 500
  std::set<std::string> fails_traffic;  // a quarter of its requests fail, once users come

  bool metrics_are_silent = false;
  bool is_rolling = false;
  int lose_answers_of_next_updates = 0;  // they happen, and the caller is told 500

  std::map<std::string, std::string> parameters;
  std::map<std::string, Timestamp> changed_at;  // by the server's clock
  // The next calls of these operations ("PutParameter") are answered with this error's code.
  struct Refusal {
    std::string code;
    int times = 1;
  };
  std::map<std::string, Refusal> refusals;
  int refused = 0;  // how many were
  std::map<std::string, int> calls;
  std::string serving_version() const {
    return version_of(serving_);
  }
  std::string serving() const {
    return serving_;
  }
  bool has_hooks() const {
    return service_ && service_->deploymentConfiguration &&
           !service_->deploymentConfiguration->lifecycleHooks.empty();
  }
  int deployments() const {
    return static_cast<int>(deployments_.size());
  }
  int migrations() const {
    return static_cast<int>(migrations_.size());
  }
  int registrations() const {
    return static_cast<int>(task_definitions_.size());
  }
  bool version_was_served(const std::string& version) const {
    return served_.contains(version);
  }

 private:
  struct Deployment {
    std::string arn, source, target, status = "PENDING", stage, hook;
    bool waits = false;
    bool pauses = false;
    double weight = 0;
  };
  struct Registered {
    aws::ecs::RegisterTaskDefinitionRequest request;
  };

  Task<http::Response> aws(http::Request request);
  void attach_parameters();
  void attach_identity();
  void attach_task_definitions();
  void attach_tasks();
  void attach_service();
  void attach_deployments();
  void attach_metrics();
  void advance(Deployment& d);
  void roll_back(Deployment& d);
  void begin(const std::string& task_definition);
  std::string version_of(const std::string& task_definition) const;
  std::string target_group_of(const std::string& task_definition) const;
  http::Response platform(const http::Request& request, const std::string& task_definition);
  aws::ecs::ServiceDeployment describe(const Deployment& d) const;

  cloud::gateway::Gateway gateway_;
  http::Handler inner_;
  http::Server aws_, production_, test_;
  std::uint16_t aws_port_ = 0, production_port_ = 0, test_port_ = 0;
  std::map<std::string, Registered> task_definitions_;
  std::map<std::string, std::string> migrations_;  // client token -> task
  std::optional<aws::ecs::Service> service_;
  std::vector<Deployment> deployments_;
  std::string serving_, testing_;
  std::set<std::string> served_;
  std::map<std::string, std::string> tiers_;  // access token -> tier
  int users_ = 0;
};

}  // namespace sb::release::fake
