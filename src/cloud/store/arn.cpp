#include "cloud/store/arn.hpp"

#include <fmt/format.h>

#include "base/crypto/crypto.hpp"

namespace sb::cloud {

std::string Arns::of(std::string_view service, std::string_view resource) const {
  return fmt::format("arn:aws:{}:{}:{}:{}", service, region, account, resource);
}

std::string Arns::cluster(std::string_view cluster) const {
  return of("ecs", fmt::format("cluster/{}", cluster));
}
std::string Arns::task_definition(std::string_view family, std::int64_t revision) const {
  return of("ecs", fmt::format("task-definition/{}:{}", family, revision));
}
std::string Arns::service(std::string_view cluster, std::string_view service) const {
  return of("ecs", fmt::format("service/{}/{}", cluster, service));
}
std::string Arns::task(std::string_view cluster, std::string_view id) const {
  return of("ecs", fmt::format("task/{}/{}", cluster, id));
}
std::string Arns::container(std::string_view cluster, std::string_view task_id,
                            std::string_view id) const {
  return of("ecs", fmt::format("container/{}/{}/{}", cluster, task_id, id));
}
std::string Arns::service_deployment(std::string_view cluster, std::string_view service,
                                     std::string_view id) const {
  return of("ecs", fmt::format("service-deployment/{}/{}/{}", cluster, service, id));
}
std::string Arns::service_revision(std::string_view cluster, std::string_view service,
                                   std::string_view id) const {
  return of("ecs", fmt::format("service-revision/{}/{}/{}", cluster, service, id));
}

std::string Arns::load_balancer(std::string_view name, std::string_view id) const {
  return of("elasticloadbalancing", fmt::format("loadbalancer/app/{}/{}", name, id));
}
std::string Arns::target_group(std::string_view name, std::string_view id) const {
  return of("elasticloadbalancing", fmt::format("targetgroup/{}/{}", name, id));
}
std::string Arns::listener(std::string_view load_balancer, std::string_view load_balancer_id,
                           std::string_view id) const {
  return of("elasticloadbalancing",
            fmt::format("listener/app/{}/{}/{}", load_balancer, load_balancer_id, id));
}
std::string Arns::listener_rule(std::string_view load_balancer, std::string_view load_balancer_id,
                                std::string_view listener_id, std::string_view id) const {
  return of("elasticloadbalancing", fmt::format("listener-rule/app/{}/{}/{}/{}", load_balancer,
                                                load_balancer_id, listener_id, id));
}

std::string Arns::db_instance(std::string_view id) const {
  return of("rds", fmt::format("db:{}", id));
}
std::string Arns::db_snapshot(std::string_view id) const {
  return of("rds", fmt::format("snapshot:{}", id));
}
std::string Arns::cache_cluster(std::string_view id) const {
  return of("elasticache", fmt::format("cluster:{}", id));
}
std::string Arns::replication_group(std::string_view id) const {
  return of("elasticache", fmt::format("replicationgroup:{}", id));
}
std::string Arns::alarm(std::string_view name) const {
  return of("cloudwatch", fmt::format("alarm:{}", name));
}

std::string Arns::parameter(std::string_view name) const {
  return of("ssm", fmt::format("parameter{}{}", name.starts_with('/') ? "" : "/", name));
}
std::string Arns::secret(std::string_view name, std::string_view suffix) const {
  return of("secretsmanager", fmt::format("secret:{}-{}", name, suffix));
}
std::string Arns::log_group(std::string_view name) const {
  return of("logs", fmt::format("log-group:{}", name));
}
std::string Arns::log_stream(std::string_view group, std::string_view stream) const {
  return of("logs", fmt::format("log-group:{}:log-stream:{}", group, stream));
}
std::string Arns::caller() const {
  return fmt::format("arn:aws:iam::{}:user/saltcloud", account);
}

std::optional<ArnParts> parse_arn(std::string_view text) {
  auto next = [&text](std::string_view& part) {
    auto colon = text.find(':');
    if (colon == std::string_view::npos) return false;
    part = text.substr(0, colon);
    text.remove_prefix(colon + 1);
    return true;
  };
  std::string_view scheme;
  ArnParts parts;
  if (!next(scheme) || scheme != "arn" || !next(parts.partition) || !next(parts.service) ||
      !next(parts.region) || !next(parts.account) || text.empty())
    return std::nullopt;
  parts.resource = text;
  return parts;
}

std::string new_task_id() {
  return crypto::random_hex(32);
}
std::string new_load_balancer_id() {
  return crypto::random_hex(16);
}
std::string new_service_deployment_id() {
  return crypto::to_base64url(crypto::random_bytes(16)).substr(0, 21);
}

std::string new_service_revision_id() {
  // AWS counts with 19-digit numbers; the first digit is never zero.
  std::string digits;
  while (digits.size() < 19) {
    for (char byte : crypto::random_bytes(32)) {
      auto value = static_cast<unsigned char>(byte);
      if (value >= 250 || digits.size() == 19) continue;  // 250: no bias among ten digits
      if (digits.empty() && value % 10 == 0) continue;
      digits += static_cast<char>('0' + value % 10);
    }
  }
  return digits;
}

std::string new_dbi_resource_id() {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string id = "db-";
  for (char byte : crypto::random_bytes(26))
    id += kAlphabet[static_cast<unsigned char>(byte) % kAlphabet.size()];
  return id;
}

}  // namespace sb::cloud
