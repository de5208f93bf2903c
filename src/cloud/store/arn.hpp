// The names AWS gives to things, and the random identifiers inside them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sb::cloud {

struct Arns {
  std::string region = "us-west-2";
  std::string account = "000000000000";

  std::string cluster(std::string_view cluster) const;
  std::string task_definition(std::string_view family, std::int64_t revision) const;
  std::string service(std::string_view cluster, std::string_view service) const;
  std::string task(std::string_view cluster, std::string_view id) const;
  std::string container(std::string_view cluster, std::string_view task_id,
                        std::string_view id) const;
  std::string service_deployment(std::string_view cluster, std::string_view service,
                                 std::string_view id) const;
  std::string service_revision(std::string_view cluster, std::string_view service,
                               std::string_view id) const;

  // `id` is 16 hexadecimal digits; a listener belongs to a load balancer, a rule to a listener.
  std::string load_balancer(std::string_view name, std::string_view id) const;
  std::string target_group(std::string_view name, std::string_view id) const;
  std::string listener(std::string_view load_balancer, std::string_view load_balancer_id,
                       std::string_view id) const;
  std::string listener_rule(std::string_view load_balancer, std::string_view load_balancer_id,
                            std::string_view listener_id, std::string_view id) const;

  std::string db_instance(std::string_view id) const;
  std::string db_snapshot(std::string_view id) const;
  std::string cache_cluster(std::string_view id) const;
  std::string replication_group(std::string_view id) const;
  std::string alarm(std::string_view name) const;

  std::string parameter(std::string_view name) const;  // "/a/b" and "b" alike: one slash
  std::string secret(std::string_view name, std::string_view suffix) const;  // six characters
  std::string log_group(std::string_view name) const;                        // without ":*"
  std::string log_stream(std::string_view group, std::string_view stream) const;
  std::string caller() const;  // whom STS says the operator is

  // "arn:aws:SERVICE:region:account:RESOURCE" for anything not above.
  std::string of(std::string_view service, std::string_view resource) const;
};

// The six parts of an ARN; views into the text that was parsed.
struct ArnParts {
  std::string_view partition, service, region, account, resource;
};
// Nothing when the text is no ARN.
std::optional<ArnParts> parse_arn(std::string_view text);

// Identifiers as AWS shapes them.
std::string new_task_id();                // 32 hexadecimal digits
std::string new_load_balancer_id();       // 16 hexadecimal digits; target groups, listeners, rules
std::string new_service_deployment_id();  // 21 characters of [A-Za-z0-9_-]
std::string new_service_revision_id();    // 19 digits
std::string new_dbi_resource_id();        // "db-" and 26 of [A-Z2-7]

}  // namespace sb::cloud
