#include "cloud/store/arn.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace sb::cloud {
namespace {

using ::testing::MatchesRegex;

TEST(Arns, are_spelled_as_aws_spells_them) {
  Arns arns{"eu-west-1", "000000000000"};

  EXPECT_EQ(arns.task("prod", "0123"), "arn:aws:ecs:eu-west-1:000000000000:task/prod/0123");
  EXPECT_EQ(arns.task_definition("api", 12),
            "arn:aws:ecs:eu-west-1:000000000000:task-definition/api:12");
  EXPECT_EQ(arns.target_group("blue", "ab"),
            "arn:aws:elasticloadbalancing:eu-west-1:000000000000:targetgroup/blue/ab");
  EXPECT_EQ(arns.parameter("/a/b"), "arn:aws:ssm:eu-west-1:000000000000:parameter/a/b");
  EXPECT_EQ(arns.parameter("b"), "arn:aws:ssm:eu-west-1:000000000000:parameter/b");
  EXPECT_EQ(arns.secret("x/y", "AbCdEf"),
            "arn:aws:secretsmanager:eu-west-1:000000000000:secret:x/y-AbCdEf");
}

TEST(Arns, parse_into_their_parts) {
  auto parts = parse_arn("arn:aws:secretsmanager:us-west-2:000000000000:secret:a-123456:key::");

  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->service, "secretsmanager");
  EXPECT_EQ(parts->region, "us-west-2");
  EXPECT_EQ(parts->resource, "secret:a-123456:key::");
  EXPECT_FALSE(parse_arn("saltbitter/prod/app-secrets"));
  EXPECT_FALSE(parse_arn("arn:aws:ecs:us-west-2:000000000000:"));
  EXPECT_FALSE(parse_arn(""));
}

TEST(Identifiers, have_the_shapes_that_clients_expect) {
  EXPECT_THAT(new_task_id(), MatchesRegex("[0-9a-f]+"));
  EXPECT_EQ(new_task_id().size(), 32u);
  EXPECT_EQ(new_load_balancer_id().size(), 16u);
  EXPECT_EQ(new_service_deployment_id().size(), 21u);
  EXPECT_THAT(new_service_revision_id(), MatchesRegex("[1-9][0-9]+"));
  EXPECT_EQ(new_service_revision_id().size(), 19u);
  EXPECT_THAT(new_dbi_resource_id(), MatchesRegex("db-[A-Z2-7]+"));
  EXPECT_NE(new_task_id(), new_task_id());
}

}  // namespace
}  // namespace sb::cloud
