#include "cloud/secretsmanager/service.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/crypto/crypto.hpp"
#include "support/temporary_directory.hpp"

namespace sb::cloud::secretsmanager {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class SecretsService : public ::testing::Test {
 protected:
  std::string create(const std::string& name, const std::string& text) {
    api::CreateSecretRequest request;
    request.Name = name;
    request.SecretString = text;
    auto outcome = service_.create(request);
    EXPECT_TRUE(outcome) << outcome.error().message;
    return outcome ? *outcome->ARN : "";
  }
  Outcome<api::GetSecretValueResponse> get(const std::string& id,
                                           std::optional<std::string> stage = {}) {
    api::GetSecretValueRequest request;
    request.SecretId = id;
    request.VersionStage = std::move(stage);
    return service_.get(request);
  }
  Outcome<api::UpdateSecretResponse> update(const std::string& id, const std::string& text) {
    api::UpdateSecretRequest request;
    request.SecretId = id;
    request.SecretString = text;
    return service_.update(request);
  }
  Outcome<api::DeleteSecretResponse> erase(const std::string& id, bool force) {
    api::DeleteSecretRequest request;
    request.SecretId = id;
    if (force) request.ForceDeleteWithoutRecovery = true;
    return service_.erase(request);
  }

  test::TemporaryDirectory folder_;
  Store store_ = *Store::open(folder_.path());
  Kms kms_ = *Kms::open(folder_ / "kms.key");
  Service service_{store_, kms_, Arns{}};
};

TEST_F(SecretsService, a_secret_is_found_by_name_arn_and_partial_arn) {
  auto arn = create("app/secrets", "hunter2");

  EXPECT_THAT(arn, MatchesRegex("arn:aws:secretsmanager:us-west-2:000000000000:"
                                "secret:app/secrets-[A-Za-z0-9]+"));
  for (const auto& id : {std::string("app/secrets"), arn, arn.substr(0, arn.size() - 7)})
    EXPECT_EQ(*get(id)->SecretString, "hunter2") << id;
  EXPECT_EQ(get(arn.substr(0, arn.size() - 6) + "zzzzzz").error().code,
            "ResourceNotFoundException");
  EXPECT_EQ(get("nope").error().code, "ResourceNotFoundException");
}

TEST_F(SecretsService, is_unreadable_in_the_store) {
  create("a", "hunter2-hunter2");

  for (const auto* kind : {"secretsmanager.secret", "secretsmanager.content"})
    for (const auto& [key, text] : *store_.list_text(kind, ""))
      EXPECT_THAT(text, Not(HasSubstr("hunter2")));
}

TEST_F(SecretsService, an_update_replaces_and_keeps_the_previous_value) {
  create("a", "one");
  ASSERT_TRUE(update("a", "two"));

  EXPECT_EQ(*get("a")->SecretString, "two");
  EXPECT_THAT(get("a")->VersionStages, ElementsAre("AWSCURRENT"));
  EXPECT_EQ(*get("a", "AWSPREVIOUS")->SecretString, "one");
}

TEST_F(SecretsService, the_same_request_again_is_one_version) {
  create("a", "one");
  api::PutSecretValueRequest request;
  request.SecretId = "a";
  request.ClientRequestToken = crypto::uuid4();
  request.SecretString = "two";

  auto first = service_.put(request);
  auto second = service_.put(request);
  EXPECT_EQ(*first->VersionId, *second->VersionId);
  EXPECT_EQ(*get("a", "AWSPREVIOUS")->SecretString, "one");

  request.SecretString = "three";
  EXPECT_EQ(service_.put(request).error().code, "ResourceExistsException");
  request.ClientRequestToken = "short";
  EXPECT_EQ(service_.put(request).error().code, "InvalidParameterException");
}

TEST_F(SecretsService, deletion_can_be_undone_until_its_date) {
  create("a", "one");

  ASSERT_TRUE(erase("a", false));
  EXPECT_EQ(get("a").error().code, "InvalidRequestException");
  api::CreateSecretRequest again;
  again.Name = "a";
  EXPECT_EQ(service_.create(again).error().code, "InvalidRequestException");
  EXPECT_TRUE(service_.list({})->SecretList.empty());
  api::DescribeSecretRequest describe;
  describe.SecretId = "a";
  EXPECT_TRUE(service_.describe(describe)->DeletedDate);

  api::RestoreSecretRequest restore;
  restore.SecretId = "a";
  ASSERT_TRUE(service_.restore(restore));
  EXPECT_EQ(*get("a")->SecretString, "one");
}

TEST_F(SecretsService, a_forced_deletion_leaves_nothing_and_a_new_secret_has_a_new_arn) {
  auto arn = create("a", "one");

  ASSERT_TRUE(erase("a", true));
  ASSERT_TRUE(erase("a", true));
  EXPECT_TRUE(store_.keys("secretsmanager.content")->empty());
  EXPECT_EQ(erase("a", false).error().code, "ResourceNotFoundException");
  EXPECT_NE(create("a", "two"), arn);
  EXPECT_EQ(get(arn).error().code, "ResourceNotFoundException");
}

TEST_F(SecretsService, tasks_get_members_of_json_secrets) {
  auto arn = create("app", R"({"JWT_SECRET":"abc","PORT":8000})");

  EXPECT_EQ(service_.value(arn + ":JWT_SECRET::").value(), "abc");
  EXPECT_EQ(service_.value(arn + ":PORT::").value(), "8000");
  EXPECT_EQ(service_.value("app").value(), R"({"JWT_SECRET":"abc","PORT":8000})");
  EXPECT_EQ(service_.value(arn + ":NOPE::").error().code, ErrorCode::not_found);
  EXPECT_EQ(service_.value(arn + "::AWSPREVIOUS:").error().code, ErrorCode::not_found);
  ASSERT_TRUE(erase("app", false));
  EXPECT_EQ(service_.value(arn).error().code, ErrorCode::failed_precondition);
}

TEST_F(SecretsService, binary_content_stays_binary) {
  api::CreateSecretRequest request;
  request.Name = "bin";
  request.SecretBinary = crypto::to_base64(std::string("\0\xff", 2));
  ASSERT_TRUE(service_.create(request));

  EXPECT_EQ(get("bin")->SecretBinary, request.SecretBinary);
  EXPECT_FALSE(get("bin")->SecretString);
  EXPECT_EQ(service_.value("bin").value(), std::string("\0\xff", 2));
  request.SecretString = "both";
  EXPECT_EQ(service_.create(request).error().code, "InvalidParameterException");
}

TEST_F(SecretsService, lists_pages_in_order) {
  for (const auto* name : {"b", "a", "d", "c"}) create(name, "x");
  api::ListSecretsRequest request;
  request.SortBy = "name";
  request.SortOrder = "desc";
  request.MaxResults = 3;

  auto first = service_.list(request);
  request.NextToken = first->NextToken;
  auto second = service_.list(request);

  std::vector<std::string> names;
  for (const auto& page : {first, second})
    for (const auto& entry : page->SecretList) names.push_back(*entry.Name);
  EXPECT_THAT(names, ElementsAre("d", "c", "b", "a"));
  EXPECT_FALSE(second->NextToken);
}

}  // namespace
}  // namespace sb::cloud::secretsmanager
