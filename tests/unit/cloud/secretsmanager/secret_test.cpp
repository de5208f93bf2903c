#include "cloud/secretsmanager/secret.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace sb::cloud::secretsmanager {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

const Timestamp kNow = from_unix_ms(1'760'000'000'000);

std::vector<std::string> stages(const Secret& secret, const std::string& id) {
  const auto* version = find_version(secret, id);
  return version != nullptr ? version->stages : std::vector<std::string>{"no such version"};
}

Secret with_versions(const std::vector<std::string>& ids) {
  Secret secret;
  for (const auto& id : ids) EXPECT_TRUE(add_version(secret, id, false, {}, kNow));
  return secret;
}

TEST(SecretVersions, the_newest_is_current_and_the_one_before_previous) {
  auto secret = with_versions({"one", "two", "three"});

  EXPECT_THAT(stages(secret, "three"), ElementsAre("AWSCURRENT"));
  EXPECT_THAT(stages(secret, "two"), ElementsAre("AWSPREVIOUS"));
  EXPECT_THAT(stages(secret, "one"), IsEmpty());
}

TEST(SecretVersions, a_pending_version_leaves_the_current_one_alone) {
  auto secret = with_versions({"one"});

  ASSERT_TRUE(add_version(secret, "two", false, {"AWSPENDING"}, kNow));

  EXPECT_THAT(stages(secret, "one"), ElementsAre("AWSCURRENT"));
  EXPECT_THAT(stages(secret, "two"), ElementsAre("AWSPENDING"));
}

TEST(SecretVersions, the_first_is_current_whatever_was_asked) {
  Secret secret;

  ASSERT_TRUE(add_version(secret, "one", false, {"mine"}, kNow));

  EXPECT_THAT(stages(secret, "one"), UnorderedElementsAre("mine", "AWSCURRENT"));
}

TEST(SecretStages, moving_current_back_is_a_rollback) {
  auto secret = with_versions({"one", "two"});

  ASSERT_TRUE(move_stage(secret, "AWSCURRENT", "one", "two"));

  EXPECT_THAT(stages(secret, "one"), ElementsAre("AWSCURRENT"));
  EXPECT_THAT(stages(secret, "two"), ElementsAre("AWSPREVIOUS"));
}

TEST(SecretStages, are_moved_only_by_who_knows_where_they_are) {
  auto secret = with_versions({"one", "two"});
  auto before = stages(secret, "two");

  EXPECT_FALSE(move_stage(secret, "AWSCURRENT", "one", {}));
  EXPECT_FALSE(move_stage(secret, "AWSCURRENT", "one", "one"));
  EXPECT_FALSE(move_stage(secret, "AWSCURRENT", {}, "two"));
  EXPECT_FALSE(move_stage(secret, "AWSCURRENT", "nope", "two"));
  EXPECT_FALSE(move_stage(secret, "mine", {}, {}));

  EXPECT_EQ(stages(secret, "two"), before);
  EXPECT_TRUE(move_stage(secret, "mine", "one", {}));
  EXPECT_TRUE(move_stage(secret, "mine", {}, "one"));
  EXPECT_THAT(stages(secret, "one"), ElementsAre("AWSPREVIOUS"));
}

TEST(SecretSelection, id_and_stage_must_agree) {
  auto secret = with_versions({"one", "two"});

  EXPECT_EQ((*select(secret, {}, {}))->id, "two");
  EXPECT_EQ((*select(secret, {}, "AWSPREVIOUS"))->id, "one");
  EXPECT_EQ((*select(secret, "one", {}))->id, "one");
  EXPECT_EQ(select(secret, "one", "AWSCURRENT").error().code, "InvalidRequestException");
  EXPECT_EQ(select(secret, "three", {}).error().code, "ResourceNotFoundException");
  EXPECT_EQ(select(secret, {}, "AWSPENDING").error().code, "ResourceNotFoundException");
}

TEST(SecretVersions, old_deprecated_ones_are_forgotten_and_young_ones_kept) {
  Secret secret;
  for (int i = 0; i < 120; ++i)
    ASSERT_TRUE(add_version(secret, fmt::format("v{}", i), false, {}, kNow));

  EXPECT_THAT(prune(secret, kNow + std::chrono::hours(1)), IsEmpty());
  auto gone = prune(secret, kNow + std::chrono::hours(25));

  EXPECT_EQ(gone.size(), 20u);
  EXPECT_EQ(gone.front(), "v0");
  EXPECT_EQ(secret.versions.size(), 100u);
  EXPECT_NE(find_stage(secret, kCurrent), nullptr);
}

TEST(SecretId, may_be_a_name_or_an_arn_with_or_without_suffix) {
  EXPECT_EQ(candidates("a/b").front().name, "a/b");
  auto arn = candidates("arn:aws:secretsmanager:us-west-2:000000000000:secret:a/b-AbCdEf");
  ASSERT_EQ(arn.size(), 2u);
  EXPECT_EQ(arn[0].name, "a/b");
  EXPECT_EQ(arn[0].suffix, "AbCdEf");
  EXPECT_EQ(arn[1].name, "a/b-AbCdEf");
  EXPECT_FALSE(arn[1].suffix);
}

TEST(ValueFrom, names_key_stage_and_version) {
  const std::string arn = "arn:aws:secretsmanager:us-west-2:000000000000:secret:app-AbCdEf";

  auto plain = parse_value_from(arn);
  EXPECT_EQ(plain.secret_id, arn);
  EXPECT_EQ(plain.json_key, "");
  auto key = parse_value_from(arn + ":JWT_SECRET::");
  EXPECT_EQ(key.secret_id, arn);
  EXPECT_EQ(key.json_key, "JWT_SECRET");
  EXPECT_FALSE(key.stage);
  EXPECT_FALSE(key.version);
  auto all = parse_value_from(arn + ":k:AWSPREVIOUS:v1");
  EXPECT_EQ(all.stage, "AWSPREVIOUS");
  EXPECT_EQ(all.version, "v1");
  auto stage = parse_value_from(arn + "::AWSPREVIOUS:");
  EXPECT_EQ(stage.secret_id, arn);
  EXPECT_EQ(stage.json_key, "");
  EXPECT_EQ(stage.stage, "AWSPREVIOUS");
  EXPECT_EQ(parse_value_from("just/a/name").secret_id, "just/a/name");
}

TEST(SecretMember, is_text_or_json_and_never_quoted_in_an_error) {
  EXPECT_EQ(member_of(R"({"a":"x\"y","n":3})", "a").value(), "x\"y");
  EXPECT_EQ(member_of(R"({"a":"x","n":3})", "n").value(), "3");
  auto missing = member_of(R"({"a":"hunter2"})", "b");
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  EXPECT_THAT(missing.error().text(), Not(HasSubstr("hunter2")));
  auto no_object = member_of("hunter2", "b");
  EXPECT_EQ(no_object.error().code, ErrorCode::invalid_argument);
  EXPECT_THAT(no_object.error().text(), Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace sb::cloud::secretsmanager
