// The operations: check the request, change the records, show them.
#pragma once

#include <memory>

#include "base/text/text.hpp"
#include "cloud/ecs/scheduler.hpp"
#include "cloud/gateway/fault.hpp"

namespace sb::cloud::gateway {
class Gateway;
struct Caller;
}  // namespace sb::cloud::gateway

namespace sb::cloud::ecs {

using gateway::fault;
using gateway::Outcome;

class Front {
 public:
  Front(std::shared_ptr<Scheduler> scheduler, Ground ground)
      : scheduler_(std::move(scheduler)), ground_(std::move(ground)) {}
  void attach(gateway::Gateway& gateway);

  Outcome<api::CreateClusterResponse> create_cluster(const api::CreateClusterRequest&);
  Outcome<api::DescribeClustersResponse> describe_clusters(const api::DescribeClustersRequest&);
  Outcome<api::ListClustersResponse> list_clusters(const api::ListClustersRequest&);
  Outcome<api::DeleteClusterResponse> delete_cluster(const api::DeleteClusterRequest&);
  Outcome<api::TagResourceResponse> tag(const api::TagResourceRequest&);
  Outcome<api::UntagResourceResponse> untag(const api::UntagResourceRequest&);
  Outcome<api::ListTagsForResourceResponse> list_tags(const api::ListTagsForResourceRequest&);

  Outcome<api::RegisterTaskDefinitionResponse> register_definition(
      const api::RegisterTaskDefinitionRequest&);
  Outcome<api::DescribeTaskDefinitionResponse> describe_definition(
      const api::DescribeTaskDefinitionRequest&);
  Outcome<api::DeregisterTaskDefinitionResponse> deregister_definition(
      const api::DeregisterTaskDefinitionRequest&);
  Outcome<api::ListTaskDefinitionsResponse> list_definitions(
      const api::ListTaskDefinitionsRequest&);
  Outcome<api::ListTaskDefinitionFamiliesResponse> list_families(
      const api::ListTaskDefinitionFamiliesRequest&);

  Outcome<api::CreateServiceResponse> create_service(const api::CreateServiceRequest&);
  Outcome<api::UpdateServiceResponse> update_service(const api::UpdateServiceRequest&);
  Outcome<api::DescribeServicesResponse> describe_services(const api::DescribeServicesRequest&);
  Outcome<api::ListServicesResponse> list_services(const api::ListServicesRequest&);
  Outcome<api::DeleteServiceResponse> delete_service(const api::DeleteServiceRequest&);

  Outcome<api::RunTaskResponse> run_task(const api::RunTaskRequest&);
  Outcome<api::StopTaskResponse> stop_task(const api::StopTaskRequest&);
  Outcome<api::ListTasksResponse> list_tasks(const api::ListTasksRequest&);
  Outcome<api::DescribeTasksResponse> describe_tasks(const api::DescribeTasksRequest&);
  Outcome<api::ExecuteCommandResponse> execute_command(const gateway::Caller&,
                                                       const api::ExecuteCommandRequest&);

  Outcome<api::ListServiceDeploymentsResponse> list_deployments(
      const api::ListServiceDeploymentsRequest&);
  Outcome<api::DescribeServiceDeploymentsResponse> describe_deployments(
      const api::DescribeServiceDeploymentsRequest&);
  Outcome<api::DescribeServiceRevisionsResponse> describe_revisions(
      const api::DescribeServiceRevisionsRequest&);
  Outcome<api::ContinueServiceDeploymentResponse> continue_deployment(
      const api::ContinueServiceDeploymentRequest&);
  Outcome<api::StopServiceDeploymentResponse> stop_deployment(
      const api::StopServiceDeploymentRequest&);

 private:
  void attach_exec(gateway::Gateway& gateway);
  // Names from names or ARNs; a cluster must exist.
  Outcome<std::string> cluster_of(const std::optional<std::string>& name_or_arn);
  Outcome<std::string> service_of(const std::string& cluster, const std::string& name_or_arn);
  Outcome<api::TaskDefinition> definition_of(const std::string& reference, bool must_be_active);
  Outcome<const TaskRecord*> task_of(const std::string& cluster, const std::string& id_or_arn);
  Outcome<std::string> service_of_deployment(const std::string& arn);
  std::vector<api::Tag> tags_of(const std::string& arn);
  Result<> put_tags(const std::string& arn, const std::vector<api::Tag>& tags);
  bool resource_exists(const std::string& arn);
  api::Cluster counted(api::Cluster cluster);
  Outcome<void> check_alarms(const Plan& plan);  // that they are there
  Outcome<std::optional<LoadBalancing>> balancing_of(
      const std::vector<api::LoadBalancer>& balancers, const api::TaskDefinition& definition,
      Strategy strategy);
  api::ServiceRevision new_revision(const ServiceRecord& record,
                                    const api::TaskDefinition& definition, Timestamp at);
  // Starts a deployment inside a change.
  Result<> begin_deployment(Turn turn, ServiceRecord& record,
                            const api::TaskDefinition& definition);
  void set_rules(Service& control, const std::vector<api::LoadBalancer>& balancers);
  Outcome<void> checked(Result<> result);

  std::shared_ptr<Scheduler> scheduler_;
  Ground ground_;
};

// deploymentConfiguration with defaults filled in, over `earlier`; and what the controller makes of
// it.
Outcome<api::DeploymentConfiguration> complete(api::DeploymentConfiguration asked,
                                               const api::DeploymentConfiguration& earlier);
Outcome<Plan> plan_of(const api::DeploymentConfiguration& configuration);
Outcome<void> check_definition(const api::RegisterTaskDefinitionRequest& request);
Outcome<std::optional<std::string>> page_after(const std::optional<std::string>& token);
Outcome<std::size_t> page_limit(const std::optional<int>& asked, int most);
using text::last_part;

inline std::unexpected<gateway::Fault> invalid(std::string message) {
  return fault("InvalidParameterException", std::move(message));
}

}  // namespace sb::cloud::ecs
