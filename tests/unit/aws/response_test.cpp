#include "aws/protocol/response.hpp"

#include <gtest/gtest.h>

#include "aws/model/cloudwatch.hpp"
#include "aws/model/ecs.hpp"
#include "aws/model/elasticache.hpp"
#include "aws/model/elbv2.hpp"
#include "aws/model/rds.hpp"
#include "aws/model/sts.hpp"
#include "aws/protocol/xml.hpp"
#include "base/json/codec.hpp"

namespace sb::aws {
namespace {

template <class Operation>
std::string write(const typename Operation::Response& response) {
  return encode_xml_response(*find_service(Operation::kService), Operation::kName,
                             json::type_of<typename Operation::Response>(), &response, "id-1");
}

template <class Operation>
Result<typename Operation::Response> read(std::string_view document) {
  typename Operation::Response response;
  SB_TRY_VOID(decode_xml_response(*find_service(Operation::kService), Operation::kName, document,
                                  json::type_of<typename Operation::Response>(), &response));
  return response;
}

template <class Operation>
void expect_round_trip(const typename Operation::Response& response) {
  auto document = write<Operation>(response);
  auto back = read<Operation>(document);
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(*back, response) << document;
}

TEST(XmlResponse, round_trips_the_answers_of_every_query_service) {
  elbv2::DescribeTargetHealthResponse health;
  auto& description = health.TargetHealthDescriptions.emplace_back();
  description.Target.emplace().Id = "127.20.16.1";
  description.TargetHealth.emplace().State = "healthy";
  rds::DescribeDBSnapshotsResponse snapshots;
  auto& snapshot = snapshots.DBSnapshots.emplace_back();
  snapshot.DBSnapshotIdentifier = "a<b>&\"c\" \xC3\xBC";
  snapshot.SnapshotCreateTime = from_unix_ms(1763806830123);
  snapshot.TagList = {{"k", "v"}};
  snapshot.Encrypted = false;
  elasticache::DescribeCacheClustersResponse caches;
  caches.CacheClusters.emplace_back().CacheNodes.emplace_back().Endpoint.emplace().Port = 6379;
  cloudwatch::GetMetricDataResponse metrics;
  auto& result = metrics.MetricDataResults.emplace_back();
  result.Values = {0.5, 3};
  result.Timestamps = {from_unix_ms(1000), from_unix_ms(2000)};
  cloudwatch::GetMetricStatisticsResponse statistics;
  statistics.Datapoints.emplace_back().ExtendedStatistics = {{"p95", 0.2}, {"p99", 0.5}};

  expect_round_trip<elbv2::DescribeTargetHealth>(health);
  expect_round_trip<rds::DescribeDBSnapshots>(snapshots);
  expect_round_trip<elasticache::DescribeCacheClusters>(caches);
  expect_round_trip<cloudwatch::GetMetricData>(metrics);
  expect_round_trip<cloudwatch::GetMetricStatistics>(statistics);
  expect_round_trip<elbv2::RegisterTargets>({});
}

TEST(XmlResponse, uses_each_services_names_for_list_elements) {
  rds::DescribeDBInstancesResponse instances;
  auto& instance = instances.DBInstances.emplace_back();
  instance.VpcSecurityGroups.emplace_back().Status = "active";
  elbv2::DescribeTagsResponse tags;
  tags.TagDescriptions.emplace_back().Tags.push_back({"k", "v"});

  EXPECT_NE(write<rds::DescribeDBInstances>(instances).find(
                "<DBInstances><DBInstance><DBSecurityGroups>"),
            std::string::npos)
      << write<rds::DescribeDBInstances>(instances);
  EXPECT_NE(write<rds::DescribeDBInstances>(instances).find(
                "<VpcSecurityGroups><VpcSecurityGroupMembership><Status>active"),
            std::string::npos);
  EXPECT_NE(write<elbv2::DescribeTags>(tags).find("<Tags><member><Key>k</Key>"), std::string::npos);
}

TEST(XmlResponse, refuses_answers_to_something_else) {
  EXPECT_EQ(read<sts::GetCallerIdentity>("<OtherResponse/>").error().code, ErrorCode::data_loss);
  EXPECT_EQ(read<sts::GetCallerIdentity>("<html>").error().code, ErrorCode::data_loss);
}

TEST(WireError, reads_json_errors_in_every_spelling) {
  auto plain = decode_json_error(400, "", R"({"__type":"ClientException","message":"m"})");
  auto prefixed = decode_json_error(
      400, "", R"({"__type":"com.amazonaws.ecs#ServiceNotFoundException","Message":"m"})");
  auto header = decode_json_error(400, "InvalidParameterValue;Sender", R"({"__type":"X"})");
  auto nothing = decode_json_error(503, "", "<html>");

  EXPECT_EQ(plain.code, "ClientException");
  EXPECT_EQ(plain.message, "m");
  EXPECT_EQ(prefixed.code, "ServiceNotFoundException");
  EXPECT_EQ(prefixed.message, "m");
  EXPECT_EQ(header.code, "InvalidParameterValue");
  EXPECT_EQ(nothing.code, "503");
  EXPECT_TRUE(is_transient(nothing));
}

TEST(WireError, round_trips_in_both_protocols) {
  WireError error{"DBInstanceNotFound", "no <such> \"instance\"", 404};

  auto xml = decode_xml_error(404, encode_xml_error(*find_service("rds"), error, "id"));
  auto json = decode_json_error(404, "", encode_json_error(error));

  EXPECT_EQ(xml.code, error.code);
  EXPECT_EQ(xml.message, error.message);
  EXPECT_EQ(json.code, error.code);
  EXPECT_EQ(json.message, error.message);
}

TEST(WireError, becomes_the_nearest_error_code) {
  auto code = [](std::string name, int status = 400) {
    return to_error({std::move(name), "m", status}).code;
  };

  EXPECT_EQ(code("ServiceNotFoundException"), ErrorCode::not_found);
  EXPECT_EQ(code("DBInstanceNotFound", 404), ErrorCode::not_found);
  EXPECT_EQ(code("ParameterAlreadyExists"), ErrorCode::already_exists);
  EXPECT_EQ(code("DuplicateTargetGroupName"), ErrorCode::already_exists);
  EXPECT_EQ(code("ConflictException"), ErrorCode::conflict);
  EXPECT_EQ(code("ThrottlingException"), ErrorCode::resource_exhausted);
  EXPECT_EQ(code("InvalidDBSnapshotState"), ErrorCode::failed_precondition);
  EXPECT_EQ(code("ServiceNotActiveException"), ErrorCode::failed_precondition);
  EXPECT_EQ(code("ValidationException"), ErrorCode::invalid_argument);
  EXPECT_EQ(code("ServerException", 500), ErrorCode::unavailable);
  EXPECT_EQ(code("InvalidSignatureException"), ErrorCode::unauthenticated);
  EXPECT_EQ(code("AccessDeniedException"), ErrorCode::permission_denied);
  EXPECT_EQ(code("UnknownOperationException"), ErrorCode::unimplemented);
  EXPECT_EQ(to_error({"X", "m", 400}).subject, "X");
}

TEST(Services, name_the_elements_of_every_list_of_rds_and_elasticache) {
  // "member" in these two would be a forgotten row of the table.
  auto check = [](const Service& service, const json::Type& root) {
    std::vector<const json::Type*> todo{&root};
    while (!todo.empty()) {
      const auto* type = todo.back();
      todo.pop_back();
      if (type->kind == json::Kind::optional) type = &type->inner();
      for (const auto& field : type->fields) {
        const auto* inner = &field.type();
        if (inner->kind == json::Kind::optional) inner = &inner->inner();
        if (inner->kind == json::Kind::list) {
          // These have no name of their own in AWS's model either.
          if (!field.name.starts_with("LogTypes") && !field.name.ends_with("LogTypes") &&
              !field.name.ends_with("LogsExports") && field.name != "TagKeys" &&
              field.name != "SupportedNetworkTypes" && field.name != "UserGroupIds" &&
              field.name != "SecurityGroups")
            EXPECT_NE(service.item_name(field.name, inner->inner()), "member") << field.name;
          inner = &inner->inner();
        }
        if (inner->kind == json::Kind::structure) todo.push_back(inner);
      }
    }
  };
  const auto& rds = *find_service("rds");
  const auto& elasticache = *find_service("elasticache");

  check(rds, json::type_of<rds::DescribeDBInstancesResponse>());
  check(rds, json::type_of<rds::DescribeDBSnapshotsResponse>());
  check(rds, json::type_of<rds::CreateDBInstanceRequest>());
  check(rds, json::type_of<rds::ModifyDBInstanceRequest>());
  check(rds, json::type_of<rds::RestoreDBInstanceFromDBSnapshotRequest>());
  check(elasticache, json::type_of<elasticache::DescribeCacheClustersResponse>());
  check(elasticache, json::type_of<elasticache::CreateCacheClusterRequest>());
}

TEST(Model, keeps_keywords_out_of_the_wire) {
  ecs::SystemControl control;
  control.namespace_ = "net.core.somaxconn";

  EXPECT_EQ(json::encode(control), R"({"namespace":"net.core.somaxconn"})");
}

TEST(Model, reads_requests_as_boto3_sends_them) {
  auto update = json::decode<ecs::UpdateServiceRequest>(
      R"({"cluster": "c", "service": "s", "forceNewDeployment": true, "deploymentConfiguration": )"
      R"({"bakeTimeInMinutes": 0, "canaryConfiguration": {"canaryPercent": 5.0}}})");
  auto list = json::decode<ecs::ListServiceDeploymentsRequest>(
      R"({"service": "s", "createdAt": {"after": 1795342830}})");

  ASSERT_TRUE(update && list);
  EXPECT_EQ(update->deploymentConfiguration->canaryConfiguration->canaryPercent, 5.0);
  EXPECT_FALSE(update->loadBalancers);
  EXPECT_EQ(list->createdAt->after, parse_rfc3339("2026-11-22T10:20:30Z"));
}

TEST(Xml, reads_documents) {
  auto root = xml::parse(
      "<?xml version=\"1.0\"?><!-- c --><ns:a x='1' y=\"<2>\"><b>1 &lt; 2 &#x41;&#66;</b><b/>"
      "<![CDATA[<raw>&amp;]]><c z=\"\"></c></ns:a>\n");

  ASSERT_TRUE(root) << root.error().text();
  EXPECT_EQ(root->name, "a");
  EXPECT_EQ(root->text, "<raw>&amp;");
  EXPECT_EQ(root->child("b")->text, "1 < 2 AB");
  EXPECT_EQ(root->children.size(), 3U);
}

TEST(Xml, refuses_what_is_malformed) {
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<a>";
  for (std::string_view document :
       {"", "text", "<a>", "<a></b>", "<a/><b/>", "<a b></a>", "<a b=c/>", "<a>&nope;</a>",
        "<a>&#0;</a>", "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", "<a>&lt</a>", "< a/>"})
    EXPECT_FALSE(xml::parse(document)) << document;
  EXPECT_FALSE(xml::parse(deep));
}

}  // namespace
}  // namespace sb::aws
