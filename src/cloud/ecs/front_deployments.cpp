// Service deployments and revisions.
#include <fmt/format.h>

#include <algorithm>

#include "cloud/ecs/front.hpp"
#include "cloud/ecs/shapes.hpp"
#include "cloud/store/paging.hpp"

namespace sb::cloud::ecs {

namespace {

std::unexpected<gateway::Fault> unknown_deployment() {
  return fault("ServiceDeploymentNotFoundException", "The service deployment was not found.");
}

api::Failure missing(const std::string& arn) {
  api::Failure failure;
  failure.arn = arn;
  failure.reason = "MISSING";
  return failure;
}

// "arn:aws:ecs:R:A:KIND/CLUSTER/SERVICE/ID" to "CLUSTER/SERVICE".
std::optional<std::string> service_in(const std::string& arn, std::string_view kind) {
  auto parts = parse_arn(arn);
  if (!parts || parts->service != "ecs") return std::nullopt;
  std::string resource(parts->resource);
  if (!resource.starts_with(std::string(kind) + "/")) return std::nullopt;
  auto rest = resource.substr(kind.size() + 1);
  if (std::count(rest.begin(), rest.end(), '/') != 2) return std::nullopt;
  return rest.substr(0, rest.rfind('/'));
}

}  // namespace

// The service whose running or last deployment this is.
Outcome<std::string> Front::service_of_deployment(const std::string& arn) {
  auto key = service_in(arn, "service-deployment");
  if (!key) return invalid(fmt::format("{} is not the ARN of a service deployment.", arn));
  const auto* record = scheduler_->find(*key);
  if (record && record->control.deployment && record->control.deployment->arn == arn) return *key;
  SB_TRY(bool exists, ground_.store.contains(kDeployments, arn));
  if (!exists) return unknown_deployment();
  return fault("ConflictException", "A newer service deployment has replaced this one.");
}

Outcome<api::ListServiceDeploymentsResponse> Front::list_deployments(
    const api::ListServiceDeploymentsRequest& request) {
  SB_TRY(auto cluster, cluster_of(request.cluster));
  SB_TRY(auto key, service_of(cluster, *request.service));
  SB_TRY(auto after, page_after(request.nextToken));
  SB_TRY(auto limit, page_limit(request.maxResults, 100));
  auto prefix = ground_.arns.service_deployment(cluster, last_part(key), "");
  SB_TRY(auto rows, ground_.store.list<api::ServiceDeployment>(kDeployments, prefix));
  std::erase_if(rows, [&](const auto& row) {
    const auto& deployment = row.second;
    bool has_status = request.status.empty() ||
                      std::find(request.status.begin(), request.status.end(), deployment.status) !=
                          request.status.end();
    bool is_late = request.createdAt && request.createdAt->before &&
                   deployment.createdAt >= request.createdAt->before;
    bool is_early = request.createdAt && request.createdAt->after &&
                    deployment.createdAt <= request.createdAt->after;
    return !has_status || is_late || is_early;
  });
  // Newest first; the ARN tells two of one millisecond apart.
  auto order = [](const auto& row) {
    return fmt::format("{:020}/{}", to_unix_ms(row.second.createdAt.value_or(Timestamp{})),
                       row.first);
  };
  std::sort(rows.begin(), rows.end(),
            [&](const auto& a, const auto& b) { return order(a) > order(b); });
  api::ListServiceDeploymentsResponse response;
  response.nextToken = take_page(rows, after, limit, order, PageOrder::descending);
  for (const auto& [arn, deployment] : rows)
    response.serviceDeployments.push_back(brief_of(deployment));
  return response;
}

Outcome<api::DescribeServiceDeploymentsResponse> Front::describe_deployments(
    const api::DescribeServiceDeploymentsRequest& request) {
  if (request.serviceDeploymentArns.size() > 20)
    return invalid("At most 20 service deployments can be described at once.");
  api::DescribeServiceDeploymentsResponse response;
  for (const auto& arn : request.serviceDeploymentArns) {
    auto found = ground_.store.get<api::ServiceDeployment>(kDeployments, arn);
    if (!found && found.error().code != ErrorCode::not_found) return std::unexpected(found.error());
    if (found)
      response.serviceDeployments.push_back(*std::move(found));
    else
      response.failures.push_back(missing(arn));
  }
  return response;
}

Outcome<api::DescribeServiceRevisionsResponse> Front::describe_revisions(
    const api::DescribeServiceRevisionsRequest& request) {
  if (request.serviceRevisionArns.size() > 20)
    return invalid("At most 20 service revisions can be described at once.");
  api::DescribeServiceRevisionsResponse response;
  for (const auto& arn : request.serviceRevisionArns) {
    auto found = ground_.store.get<api::ServiceRevision>(kRevisions, arn);
    if (!found && found.error().code != ErrorCode::not_found) return std::unexpected(found.error());
    if (found)
      response.serviceRevisions.push_back(*std::move(found));
    else
      response.failures.push_back(missing(arn));
  }
  return response;
}

Outcome<api::ContinueServiceDeploymentResponse> Front::continue_deployment(
    const api::ContinueServiceDeploymentRequest& request) {
  auto action = request.action.value_or("CONTINUE");
  if (action != "CONTINUE" && action != "ROLLBACK")
    return invalid(fmt::format("Unknown action: {}", action));
  SB_TRY(auto key, service_of_deployment(*request.serviceDeploymentArn));
  auto done = scheduler_->change(key, [&](Turn turn, ServiceRecord&) {
    return answer_hook(turn, *request.hookId,
                       action == "CONTINUE" ? HookAction::proceed : HookAction::rollback);
  });
  if (!done && (done.error().code == ErrorCode::not_found ||
                done.error().code == ErrorCode::failed_precondition))
    return invalid(done.error().text());
  SB_TRY_VOID(checked(std::move(done)));
  api::ContinueServiceDeploymentResponse response;
  response.serviceDeploymentArn = request.serviceDeploymentArn;
  return response;
}

Outcome<api::StopServiceDeploymentResponse> Front::stop_deployment(
    const api::StopServiceDeploymentRequest& request) {
  auto type = request.stopType.value_or("ROLLBACK");
  if (type != "ABORT" && type != "ROLLBACK")
    return invalid(fmt::format("Unknown stop type: {}", type));
  SB_TRY(auto key, service_of_deployment(*request.serviceDeploymentArn));
  auto done = scheduler_->change(key, [&](Turn turn, ServiceRecord&) {
    return ecs::stop_deployment(turn, type == "ABORT" ? StopType::abort : StopType::rollback);
  });
  if (!done && done.error().code == ErrorCode::failed_precondition)
    return fault("ConflictException", done.error().message);
  SB_TRY_VOID(checked(std::move(done)));
  api::StopServiceDeploymentResponse response;
  response.serviceDeploymentArn = request.serviceDeploymentArn;
  return response;
}

}  // namespace sb::cloud::ecs
