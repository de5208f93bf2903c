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

TEST_F(SecretsService, a_lost_answer_to_a_creation_may_be_asked_for_again) {
  api::CreateSecretRequest request;
  request.Name = "a";
  request.SecretString = "one";
  request.ClientRequestToken = crypto::uuid4();
  auto first = service_.create(request);

  EXPECT_EQ(service_.create(request)->ARN, first->ARN);
  request.SecretString = "two";
  EXPECT_EQ(service_.create(request).error().code, "ResourceExistsException");
  request.ClientRequestToken = "short";
  EXPECT_THAT(service_.create(request).error().message, HasSubstr("32-64 characters"));
  request.Name = "no spaces";
  EXPECT_THAT(service_.create(request).error().message, HasSubstr("Invalid name"));
}

TEST_F(SecretsService, an_update_may_change_the_words_only_and_never_an_old_version) {
  create("a", "one");
  api::UpdateSecretRequest request;
  request.SecretId = "a";
  request.Description = "the first";
  ASSERT_TRUE(service_.update(request));
  EXPECT_EQ(service_.describe({"a"})->Description, "the first");
  EXPECT_EQ(*get("a")->SecretString, "one");

  request.SecretString = "two";
  request.ClientRequestToken = crypto::uuid4();
  ASSERT_TRUE(service_.update(request));
  EXPECT_THAT(service_.update(request).error().message, HasSubstr("can't modify an existing"));
  api::PutSecretValueRequest empty;
  empty.SecretId = "a";
  EXPECT_THAT(service_.put(empty).error().message, HasSubstr("either SecretString or"));
  empty.SecretBinary = "not base64!";
  EXPECT_THAT(service_.put(empty).error().message, HasSubstr("not Base64"));
  empty.SecretBinary.reset();
  empty.SecretString = std::string(70'000, 'x');
  EXPECT_EQ(service_.put(empty).error().code, "ValidationException");
}

TEST_F(SecretsService, a_stage_can_be_moved_back_to_the_version_before) {
  create("a", "good");
  ASSERT_TRUE(update("a", "bad"));
  auto good = get("a", "AWSPREVIOUS")->VersionId;
  auto bad = get("a")->VersionId;
  api::UpdateSecretVersionStageRequest move;
  move.SecretId = "a";
  move.VersionStage = "AWSCURRENT";
  move.MoveToVersionId = good;
  move.RemoveFromVersionId = bad;

  ASSERT_TRUE(service_.move_stage(move));

  EXPECT_EQ(*get("a")->SecretString, "good");
  EXPECT_EQ(*get("a", "AWSPREVIOUS")->SecretString, "bad");
  EXPECT_FALSE(service_.move_stage(move));  // it is not there any more
}

TEST_F(SecretsService, versions_are_listed_with_their_stages) {
  for (const auto* text : {"one", "two", "three"}) {
    if (std::string_view(text) == "one")
      create("a", text);
    else
      ASSERT_TRUE(update("a", text));
  }
  api::ListSecretVersionIdsRequest request;
  request.SecretId = "a";

  EXPECT_EQ(service_.list_versions(request)->Versions.size(), 2U);
  request.IncludeDeprecated = true;
  auto all = service_.list_versions(request).value();
  EXPECT_EQ(all.Versions.size(), 3U);
  EXPECT_EQ(all.Name, "a");
  request.MaxResults = 2;
  request.NextToken = service_.list_versions(request)->NextToken;
  EXPECT_EQ(service_.list_versions(request)->Versions.size(), 1U);
  request.MaxResults = 0;
  EXPECT_THAT(service_.list_versions(request).error().message, HasSubstr("between 1 and 100"));
  request.MaxResults.reset();
  request.NextToken = "not ours!";
  EXPECT_EQ(service_.list_versions(request).error().code, "InvalidNextTokenException");
}

TEST_F(SecretsService, is_found_by_what_is_known_of_it) {
  create("prod/database", "x");
  create("staging/database", "x");
  api::TagResourceRequest tag;
  tag.SecretId = "prod/database";
  tag.Tags = {{"Team", "salt"}, {"cost", "1"}};
  ASSERT_TRUE(service_.tag(tag));
  ASSERT_TRUE(service_.untag({"prod/database", {"cost"}}));
  api::UpdateSecretRequest described;
  described.SecretId = "staging/database";
  described.Description = "for rehearsals";
  ASSERT_TRUE(service_.update(described));
  auto names = [&](const char* key, const char* value) {
    api::ListSecretsRequest request;
    request.SortBy = "name";
    api::Filter filter;
    filter.Key = key;
    filter.Values = {value};
    request.Filters = {filter};
    std::string all;
    for (const auto& entry : service_.list(request)->SecretList) all += *entry.Name + " ";
    return all;
  };

  EXPECT_EQ(names("name", "PROD"), "prod/database ");
  EXPECT_EQ(names("name", "!prod"), "staging/database ");
  EXPECT_EQ(names("description", "rehears"), "staging/database ");
  EXPECT_EQ(names("tag-key", "team"), "prod/database ");
  EXPECT_EQ(names("tag-key", "cost"), "");
  EXPECT_EQ(names("tag-value", "salt"), "prod/database ");
  EXPECT_EQ(names("all", "database"), "prod/database staging/database ");
  EXPECT_EQ(names("owning-service", "x"), "");
  EXPECT_EQ(service_.describe({"prod/database"})->Tags.at(0).Value, "salt");
}

TEST_F(SecretsService, a_deletion_says_how_long_it_can_be_undone) {
  create("a", "x");
  api::DeleteSecretRequest request;
  request.SecretId = "a";
  request.RecoveryWindowInDays = 3;
  EXPECT_THAT(service_.erase(request).error().message, HasSubstr("between 7 and 30 days"));
  request.ForceDeleteWithoutRecovery = true;
  EXPECT_THAT(service_.erase(request).error().message, HasSubstr("in conjunction with"));
}

}  // namespace
}  // namespace sb::cloud::secretsmanager
