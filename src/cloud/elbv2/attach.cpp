#include "cloud/elbv2/service_impl.hpp"
#include "cloud/gateway/gateway.hpp"

namespace sb::cloud::elbv2 {

namespace {

using gateway::Caller;
using gateway::Gateway;

template <class Operation, class Impl>
void bind_operation(Gateway& gateway, const std::shared_ptr<Impl>& impl) {
  gateway.on_object<Operation>([impl](Caller, gateway::Object request) {
    return Impl::run(impl, [request](State& state, const Context& context) {
      return gateway::to_object(
          operate(state, *static_cast<const typename Operation::Request*>(request.get()), context));
    });
  });
}

template <class Impl>
Task<Outcome<api::DescribeTargetHealthResponse>> answer_health(
    std::shared_ptr<Impl> impl, api::DescribeTargetHealthRequest request) {
  co_return impl->describe_health(request);
}

template <class... Operations, class Impl>
void bind_all(Gateway& gateway, const std::shared_ptr<Impl>& impl) {
  (bind_operation<Operations>(gateway, impl), ...);
}

}  // namespace

Task<Outcome<gateway::Object>> Service::Impl::run(std::shared_ptr<Impl> self, Operate operate) {
  State next = self->state;
  auto response = operate(next, self->context());
  if (!response) co_return std::unexpected(std::move(response).error());
  if (next == self->state) co_return response;  // it only looked, or asked for what is
  auto committed = co_await self->commit(std::move(next));
  if (!committed) co_return std::unexpected(refusal(committed.error()));
  co_return response;
}

void Service::attach(gateway::Gateway& gateway) {
  bind_all<api::CreateLoadBalancer, api::DescribeLoadBalancers, api::DeleteLoadBalancer,
           api::DescribeLoadBalancerAttributes, api::ModifyLoadBalancerAttributes,
           api::CreateTargetGroup, api::DescribeTargetGroups, api::ModifyTargetGroup,
           api::DeleteTargetGroup, api::DescribeTargetGroupAttributes,
           api::ModifyTargetGroupAttributes, api::RegisterTargets, api::DeregisterTargets,
           api::CreateListener, api::DescribeListeners, api::ModifyListener, api::DeleteListener,
           api::DescribeListenerAttributes, api::AddListenerCertificates,
           api::RemoveListenerCertificates, api::DescribeListenerCertificates, api::CreateRule,
           api::DescribeRules, api::ModifyRule, api::DeleteRule, api::SetRulePriorities,
           api::AddTags, api::RemoveTags, api::DescribeTags>(gateway, impl_);
  gateway.on<api::DescribeTargetHealth>(
      [impl = impl_](Caller, api::DescribeTargetHealthRequest request) {
        return answer_health(impl, std::move(request));
      });
}

}  // namespace sb::cloud::elbv2
