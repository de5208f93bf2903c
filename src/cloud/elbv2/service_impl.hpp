// Private to this folder.
#pragma once

#include "base/async/gate.hpp"
#include "base/async/spawn.hpp"
#include "cloud/elbv2/metrics.hpp"
#include "cloud/elbv2/operations.hpp"
#include "cloud/elbv2/service.hpp"
#include "cloud/elbv2/translate.hpp"
#include "cloud/gateway/gateway.hpp"
#include "cloud/proxy/proxy.hpp"
#include "cloud/store/address_block.hpp"
#include "cloud/store/store.hpp"

namespace sb::cloud::elbv2 {

struct Service::Impl : std::enable_shared_from_this<Impl> {
  Impl(Executor e, Store& s, AddressBlock& a, proxy::Proxy& p, ServiceOptions o);

  Executor executor;
  Store& store;
  AddressBlock& addresses;
  proxy::Proxy& proxy;
  ServiceOptions options;
  State state;
  HostHistory hosts;
  ElbMetrics metrics;
  Notifier health_changed;
  Notifier woken;
  Gate gate;

  Context context();
  proxy::Model model() const;
  // Stores `next`, makes it so, or takes it back and says why.
  Task<Result<>> commit(State next);
  // An operation of the API.
  using Operate = std::function<Outcome<gateway::Object>(State&, const Context&)>;
  static Task<Outcome<gateway::Object>> run(std::shared_ptr<Impl> self, Operate operate);
  static gateway::Fault refusal(const Error& error);

  std::vector<TargetState> health_of(const TargetGroup& group) const;
  const proxy::TargetHealth* seen(const TargetGroup& group, const Target& target) const;
  Outcome<api::DescribeTargetHealthResponse> describe_health(
      const api::DescribeTargetHealthRequest& request);
  void record_hosts();
  Task<> finish_draining();
  void release_unused_addresses();
  static Task<> watch(std::shared_ptr<Impl> self);
};

}  // namespace sb::cloud::elbv2
