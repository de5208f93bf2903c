#include "cloud/ssm/parameter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sb::cloud::ssm {
namespace {

using ::testing::ElementsAre;

const Timestamp kNow = from_unix_ms(1'760'000'000'000);

api::PutParameterRequest request(const std::string& name, const std::string& value,
                                 const std::string& type = "String") {
  api::PutParameterRequest out;
  out.Name = name;
  out.Value = value;
  if (!type.empty()) out.Type = type;
  return out;
}

Outcome<Parameter> put_new(const api::PutParameterRequest& r) {
  return put(std::nullopt, r, kNow, "me");
}

Outcome<Parameter> put_again(const Parameter& parameter, const std::string& value) {
  auto r = request(parameter.name, value, "");
  r.Overwrite = true;
  return put(parameter, r, kNow, "me");
}

template <class T>
std::string code(const Outcome<T>& outcome) {
  return outcome ? "" : outcome.error().code;
}

TEST(Parameter, counts_its_versions_and_keeps_its_type) {
  auto first = put_new(request("/a/b", "1", "StringList"));
  auto second = put_again(*first, "2");

  ASSERT_TRUE(second);
  ASSERT_EQ(second->versions.size(), 2u);
  EXPECT_EQ(second->latest().number, 2);
  EXPECT_EQ(second->latest().type, "StringList");
  EXPECT_EQ(second->versions.front().value, "1");
}

TEST(Parameter, is_not_overwritten_unless_asked) {
  auto parameter = put_new(request("/a", "1"));

  EXPECT_EQ(code(put(*parameter, request("/a", "2"), kNow, "me")), "ParameterAlreadyExists");
}

TEST(Parameter, refuses_what_aws_refuses) {
  EXPECT_EQ(code(put_new(request("/a", "1", ""))), "ValidationException");
  EXPECT_EQ(code(put_new(request("/a", "1", "Number"))), "UnsupportedParameterType");
  EXPECT_EQ(code(put_new(request("/a", ""))), "ValidationException");
  EXPECT_EQ(code(put_new(request("/a", "{{x}}"))), "ValidationException");
  EXPECT_EQ(code(put_new(request("/a", std::string(4097, 'x')))), "ValidationException");

  auto advanced = request("/a", std::string(8192, 'x'));
  advanced.Tier = "Advanced";
  EXPECT_TRUE(put_new(advanced));
  advanced.Value = std::string(8193, 'x');
  EXPECT_EQ(code(put_new(advanced)), "ValidationException");
}

TEST(Parameter, cannot_change_its_type_or_shrink_its_tier) {
  auto parameter = put_new(request("/a", "1"));
  auto other = request("/a", "1", "SecureString");
  other.Overwrite = true;
  EXPECT_EQ(code(put(*parameter, other, kNow, "me")), "HierarchyTypeMismatchException");

  auto big = request("/a", std::string(5000, 'x'));
  big.Tier = "Intelligent-Tiering";
  auto advanced = put_new(big);
  EXPECT_EQ(advanced->latest().tier, "Advanced");
  auto smaller = request("/a", "x", "");
  smaller.Overwrite = true;
  smaller.Tier = "Standard";
  EXPECT_EQ(code(put(*advanced, smaller, kNow, "me")), "ValidationException");
}

TEST(Parameter, tags_come_with_creation_only) {
  auto tagged = request("/a", "1");
  tagged.Tags = {api::Tag{"team", "core"}};
  EXPECT_EQ(put_new(tagged)->tags.at("team"), "core");

  tagged.Overwrite = true;
  EXPECT_EQ(code(put_new(tagged)), "ValidationException");
}

TEST(Parameter, obeys_its_pattern) {
  auto r = request("/port", "80a");
  r.AllowedPattern = "[0-9]+";
  EXPECT_EQ(code(put_new(r)), "ParameterPatternMismatchException");
  r.Value = "80";
  EXPECT_TRUE(put_new(r));
  r.AllowedPattern = "([";
  EXPECT_EQ(code(put_new(r)), "InvalidAllowedPatternException");
}

TEST(ParameterName, follows_the_rules) {
  for (const auto* good : {"a", "/a", "/saltbitter/staging/DATABASE_URL", "/a.b-c_d"})
    EXPECT_TRUE(check_name(good)) << good;
  for (const auto* bad : {"", "/", "a/b", "/a//b", "/a/", "/a b", "/aws/x", "SSM-x", "/a:b", "é"})
    EXPECT_EQ(code(check_name(bad)), "ValidationException") << bad;

  std::string deep;
  for (int i = 0; i < 16; ++i) deep += "/x";
  EXPECT_EQ(code(check_name(deep)), "HierarchyLevelLimitExceededException");
  EXPECT_TRUE(check_name(deep.substr(2)));
}

TEST(ParameterVersions, the_oldest_goes_unless_it_is_labelled) {
  auto parameter = *put_new(request("/a", "1"));
  for (int i = 0; i < 99; ++i) parameter = *put_again(parameter, "x");
  ASSERT_EQ(parameter.versions.size(), kMaxVersions);

  parameter = *put_again(parameter, "x");
  EXPECT_EQ(parameter.versions.size(), kMaxVersions);
  EXPECT_EQ(parameter.versions.front().number, 2);
  EXPECT_EQ(parameter.latest().number, 101);

  ASSERT_TRUE(label(parameter, 2, {"keep"}));
  EXPECT_EQ(code(put_again(parameter, "x")), "ParameterMaxVersionLimitExceeded");
}

TEST(ParameterVersions, are_selected_by_number_or_label) {
  auto parameter = *put_again(*put_new(request("/a", "one")), "two");
  auto refused = label(parameter, 1, {"prod", "2fast", "aws-x", "a/b"});

  EXPECT_THAT(*refused, ElementsAre("2fast", "aws-x", "a/b"));
  EXPECT_EQ((*select(parameter, ""))->value, "two");
  EXPECT_EQ((*select(parameter, ":1"))->value, "one");
  EXPECT_EQ((*select(parameter, ":prod"))->value, "one");
  EXPECT_EQ(code(select(parameter, ":3")), "ParameterVersionNotFound");
  EXPECT_EQ(code(select(parameter, ":99999999999999999999")), "ParameterVersionNotFound");

  ASSERT_TRUE(label(parameter, 2, {"prod"}));
  EXPECT_EQ((*select(parameter, ":prod"))->value, "two");
  EXPECT_TRUE(parameter.versions.front().labels.empty());
}

TEST(ParameterReference, is_a_name_or_an_arn_with_a_selector) {
  auto plain = parse_reference("/a/b:3");
  EXPECT_THAT(plain.names, ElementsAre("/a/b"));
  EXPECT_EQ(plain.selector, ":3");

  auto arn = parse_reference("arn:aws:ssm:us-west-2:000000000000:parameter/a:prod");
  EXPECT_THAT(arn.names, ElementsAre("/a", "a"));
  EXPECT_EQ(arn.selector, ":prod");
}

TEST(ParameterPath, holds_what_is_below_it) {
  EXPECT_TRUE(is_below("/a/b", "/a", false));
  EXPECT_TRUE(is_below("/a/b", "/a/", false));
  EXPECT_FALSE(is_below("/a/b/c", "/a", false));
  EXPECT_TRUE(is_below("/a/b/c", "/a", true));
  EXPECT_FALSE(is_below("/ab", "/a", true));
  EXPECT_FALSE(is_below("/a", "/a", true));
  EXPECT_TRUE(is_below("/a", "/", false));
}

}  // namespace
}  // namespace sb::cloud::ssm
