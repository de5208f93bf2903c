// Elastic Load Balancing v2 on HAProxy: application load balancers with HTTP and HTTPS listeners.
// What a call changes is in the store before HAProxy hears of it, and taken back when HAProxy
// refuses.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/async/notifier.hpp"
#include "base/async/task.hpp"
#include "base/fs/fs.hpp"
#include "cloud/gateway/fault.hpp"
#include "cloud/metrics/source.hpp"
#include "cloud/store/arn.hpp"

namespace sb::cloud {
class AddressBlock;
class Store;
namespace gateway {
class Gateway;
}
namespace proxy {
class Proxy;
}
}  // namespace sb::cloud

namespace sb::cloud::elbv2 {

struct TargetAddress {
  std::string address;
  int port = 0;
  friend auto operator<=>(const TargetAddress&, const TargetAddress&) = default;
};

// As DescribeTargetHealth tells it.
struct TargetState {
  TargetAddress target;
  std::string state;   // initial | healthy | unhealthy | unused | draining | unavailable
  std::string reason;  // "Target.ResponseCodeMismatch"; empty when healthy
  std::string description;
  friend bool operator==(const TargetState&, const TargetState&) = default;
};

struct GroupWeight {
  std::string target_group;  // ARN
  int weight = 0;
  friend bool operator==(const GroupWeight&, const GroupWeight&) = default;
};

struct ServiceOptions {
  fs::Path certificates;  // home/ca/certificates: NAME.pem holds chain and key
  Arns arns;
};

class Service {
 public:
  // All must outlive the service. The proxy is started and stopped by the service.
  Service(Executor executor, Store& store, AddressBlock& addresses, proxy::Proxy& proxy,
          ServiceOptions options);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  void attach(gateway::Gateway& gateway);
  // Reads the store, adopts or starts HAProxy, goes on draining. A load balancer that cannot be
  // brought up now (port taken) is logged and tried again; only an unreadable store is an error.
  Task<Result<>> start();
  Task<> stop();      // HAProxy and traffic go on
  Task<> shutdown();  // ends HAProxy too

  // For ecs. Errors have subject = AWS's error code ("TargetGroupNotFound", "RuleNotFound", …).
  Task<Result<>> register_targets(std::string target_group, std::vector<TargetAddress> targets);
  // Returns at once; a target is gone from target_health() when its requests are done, or when the
  // group's deregistration delay is over.
  Task<Result<>> deregister_targets(std::string target_group, std::vector<TargetAddress> targets);
  Result<std::vector<TargetState>> target_health(const std::string& target_group) const;
  // Told whenever an answer of target_health() may have changed.
  Notifier& health_changed();

  // `rule`: of a rule, or of a listener for its default rule. All groups of the rule's forward
  // action are replaced by `weights`, in the store first, then in HAProxy by one command: no
  // request sees a mixture. Returns when new requests follow the new weights.
  Task<Result<>> set_rule_weights(std::string rule, std::vector<GroupWeight> weights);
  Result<std::vector<GroupWeight>> rule_weights(const std::string& rule) const;
  // Whether HAProxy does with the rule what rule_weights() says (conflict when not).
  Task<Result<>> verify_live_weights(std::string rule);
  // The rule that a rule or listener ARN means; error RuleNotFound or ListenerNotFound.
  Result<std::string> rule_of(const std::string& rule_or_listener) const;
  bool target_group_exists(const std::string& target_group) const;
  // "http://127.20.1.1:8443": where a listener (or a rule's listener) answers.
  Result<std::string> url_of(const std::string& rule_or_listener) const;
  // CloudWatch dimensions.
  static std::string load_balancer_dimension(const std::string& arn);  // "app/NAME/ID"
  static std::string target_group_dimension(const std::string& arn);   // "targetgroup/NAME/ID"

  // AWS/ApplicationELB.
  const metrics::MetricSource& metrics() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace sb::cloud::elbv2
