// Whatever the bytes: no crash, no hang, a value or an error (run it with `make PRESET=asan`).
#include <gtest/gtest.h>

#include <random>

#include "aws/model/ecs.hpp"
#include "aws/model/elbv2.hpp"
#include "aws/model/rds.hpp"
#include "aws/protocol/query.hpp"
#include "aws/protocol/response.hpp"
#include "aws/protocol/sigv4.hpp"
#include "aws/protocol/xml.hpp"
#include "base/json/codec.hpp"

namespace sb::aws {
namespace {

std::string mutate(std::string text, std::minstd_rand& random) {
  auto pick = [&](std::size_t limit) { return random() % limit; };
  for (std::size_t changes = 1 + pick(4); changes > 0 && !text.empty(); --changes) {
    std::size_t at = pick(text.size());
    switch (pick(5)) {
      case 0:
        text[at] = static_cast<char>(pick(256));
        break;
      case 1:
        text.erase(at, 1 + pick(8));
        break;
      case 2:
        text.insert(at, text.substr(pick(text.size()), pick(32)));
        break;
      case 3:
        text.resize(at);
        break;
      default:
        text.insert(at, 1, "<>&;/=%.{}[]\":,0-"[pick(17)]);
    }
  }
  return text;
}

template <class F>
void for_each_mutation(const std::string& seed_text, F run) {
  std::minstd_rand random(20261122);
  for (int i = 0; i < 20000; ++i) run(mutate(seed_text, random));
}

TEST(Mutations, of_json_requests_are_read_or_refused) {
  std::string text =
      R"({"cluster":"c","service":"s\u00e9","desiredCount":2,"forceNewDeployment":true,)"
      R"("deploymentConfiguration":{"maximumPercent":200,"lifecycleHooks":[{"targetType":"PAUSE",)"
      R"("lifecycleStages":["PRE_SCALE_UP"],"timeoutConfiguration":{"timeoutInMinutes":1e1}}]}})";
  int read = 0;

  for_each_mutation(text, [&](const std::string& mutated) {
    auto request = json::decode<ecs::UpdateServiceRequest>(mutated);
    if (!request) return;
    ++read;
    auto again = json::decode<ecs::UpdateServiceRequest>(json::encode(*request));
    ASSERT_TRUE(again) << mutated;
    ASSERT_EQ(*again, *request) << mutated;
  });

  EXPECT_GT(read, 0);
}

TEST(Mutations, of_query_forms_are_read_or_refused) {
  std::string text =
      "Action=ModifyRule&Version=2015-12-01&RuleArn=arn%3Ar&Actions.member.1.Type=forward&"
      "Actions.member.1.ForwardConfig.TargetGroups.member.1.Weight=95&Conditions=";
  int read = 0;

  for_each_mutation(text, [&](const std::string& mutated) {
    auto form = QueryForm::parse(mutated);
    elbv2::ModifyRuleRequest request;
    const auto& type = json::type_of<elbv2::ModifyRuleRequest>();
    const auto& service = *find_service("elbv2");
    if (!form || !form->decode(service, type, &request)) return;
    ++read;
    elbv2::ModifyRuleRequest again;
    auto body = encode_query(service, "ModifyRule", type, &request);
    auto form_again = QueryForm::parse(body);
    ASSERT_TRUE(form_again) << body;
    ASSERT_TRUE(form_again->decode(service, type, &again)) << body;
  });

  EXPECT_GT(read, 0);
}

TEST(Mutations, of_xml_answers_are_read_or_refused) {
  rds::DescribeDBInstancesResponse response;
  auto& instance = response.DBInstances.emplace_back();
  instance.DBInstanceIdentifier = "a & <b>";
  instance.Endpoint.emplace().Port = 5432;
  instance.InstanceCreateTime = from_unix_ms(1763806830123);
  const auto& type = json::type_of<rds::DescribeDBInstancesResponse>();
  const auto& service = *find_service("rds");
  auto text = encode_xml_response(service, "DescribeDBInstances", type, &response, "id");
  int read = 0;

  for_each_mutation(text, [&](const std::string& mutated) {
    rds::DescribeDBInstancesResponse out;
    if (decode_xml_response(service, "DescribeDBInstances", mutated, type, &out)) ++read;
    decode_xml_error(400, mutated);
    decode_json_error(400, "", mutated);
  });

  EXPECT_GT(read, 0);
}

TEST(Mutations, of_authorization_headers_are_read_or_refused) {
  std::string text =
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
      "SignedHeaders=host;x-amz-date, "
      "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
  HeaderList headers{{"Host", "h"}, {"X-Amz-Date", "20150830T123600Z"}};
  int valid = 0;

  for_each_mutation(text, [&](const std::string& mutated) {
    auto authorization = parse_authorization(mutated);
    if (!authorization) return;
    SignedMessage message{"POST", "/", "", &headers, ""};
    if (verify(message, *authorization, "other", *parse_basic("20150830T123600Z"),
               std::chrono::minutes(15)) == Verdict::valid)
      ++valid;
  });

  EXPECT_EQ(valid, 0);
}

}  // namespace
}  // namespace sb::aws
