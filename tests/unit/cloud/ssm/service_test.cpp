#include "cloud/ssm/service.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temporary_directory.hpp"

namespace sb::cloud::ssm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class SsmService : public ::testing::Test {
 protected:
  void put(const std::string& name, const std::string& value, const std::string& type = "String") {
    api::PutParameterRequest request;
    request.Name = name;
    request.Value = value;
    request.Type = type;
    request.Overwrite = true;
    auto outcome = service_.put(request);
    ASSERT_TRUE(outcome) << outcome.error().message;
  }
  Outcome<api::GetParameterResponse> get(const std::string& name, bool decrypted = false) {
    api::GetParameterRequest request;
    request.Name = name;
    request.WithDecryption = decrypted;
    return service_.get(request);
  }

  test::TemporaryDirectory folder_;
  Store store_ = *Store::open(folder_.path());
  Kms kms_ = *Kms::open(folder_ / "kms.key");
  Service service_{store_, kms_, Arns{}};
};

TEST_F(SsmService, a_secure_string_is_unreadable_until_decrypted) {
  put("/db/password", "hunter2-hunter2", "SecureString");

  EXPECT_EQ(*get("/db/password", true)->Parameter->Value, "hunter2-hunter2");
  EXPECT_THAT(*get("/db/password")->Parameter->Value, Not(HasSubstr("hunter2")));
  EXPECT_EQ(service_.value("/db/password").value(), "hunter2-hunter2");
  for (const auto& [key, text] : *store_.list_text("ssm.parameter", ""))
    EXPECT_THAT(text, Not(HasSubstr("hunter2")));
}

TEST_F(SsmService, a_value_is_found_by_arn_and_by_version) {
  put("/a", "one");
  put("/a", "two");

  EXPECT_EQ(service_.value("arn:aws:ssm:us-west-2:000000000000:parameter/a").value(), "two");
  EXPECT_EQ(service_.value("/a:1").value(), "one");
  EXPECT_EQ(service_.value("/b").error().code, ErrorCode::not_found);
  auto selected = get("/a:1");
  EXPECT_EQ(*selected->Parameter->Selector, ":1");
  EXPECT_EQ(*selected->Parameter->Version, 1);
  EXPECT_EQ(*selected->Parameter->ARN, "arn:aws:ssm:us-west-2:000000000000:parameter/a");
}

TEST_F(SsmService, only_the_first_of_two_takers_gets_a_lock) {
  api::PutParameterRequest lock;
  lock.Name = "/saltbitter/prod/release-lock";
  lock.Value = "release-1";
  lock.Type = "String";

  EXPECT_TRUE(service_.put(lock));
  EXPECT_EQ(service_.put(lock).error().code, "ParameterAlreadyExists");
}

TEST_F(SsmService, pages_through_a_path_without_loss_or_repetition) {
  for (int i = 0; i < 25; ++i) put(fmt::format("/many/p{:02}", i), "x");
  put("/many/deep/er", "x");

  std::vector<std::string> names;
  api::GetParametersByPathRequest request;
  request.Path = "/many";
  do {
    auto page = service_.get_by_path(request);
    ASSERT_TRUE(page);
    EXPECT_LE(page->Parameters.size(), 10u);
    for (const auto& parameter : page->Parameters) names.push_back(*parameter.Name);
    request.NextToken = page->NextToken;
  } while (request.NextToken);

  ASSERT_EQ(names.size(), 25u);
  EXPECT_EQ(names.front(), "/many/p00");
  EXPECT_EQ(names.back(), "/many/p24");
  request.NextToken = "rubbish";
  EXPECT_EQ(service_.get_by_path(request).error().code, "InvalidNextToken");
}

TEST_F(SsmService, tells_known_from_unknown_names) {
  put("/a", "1");
  put("/b", "2");

  api::GetParametersRequest many;
  many.Names = {"/a", "/nope", "/b"};
  auto found = service_.get_many(many);
  EXPECT_EQ(found->Parameters.size(), 2u);
  EXPECT_THAT(found->InvalidParameters, ElementsAre("/nope"));

  api::DeleteParametersRequest gone;
  gone.Names = {"/a", "/nope"};
  auto deleted = service_.erase_many(gone);
  EXPECT_THAT(deleted->DeletedParameters, ElementsAre("/a"));
  EXPECT_THAT(deleted->InvalidParameters, ElementsAre("/nope"));
  EXPECT_EQ(get("/a").error().code, "ParameterNotFound");
  api::DeleteParameterRequest again;
  again.Name = "/a";
  EXPECT_EQ(service_.erase(again).error().code, "ParameterNotFound");
}

TEST_F(SsmService, shows_history_with_labels_and_decryption) {
  put("/s", "old", "SecureString");
  put("/s", "new", "SecureString");
  api::LabelParameterVersionRequest label;
  label.Name = "/s";
  label.Labels = {"prod"};
  EXPECT_EQ(*service_.label(label)->ParameterVersion, 2);

  api::GetParameterHistoryRequest request;
  request.Name = "/s";
  request.WithDecryption = true;
  auto history = service_.history(request);

  ASSERT_EQ(history->Parameters.size(), 2u);
  EXPECT_EQ(*history->Parameters[0].Value, "old");
  EXPECT_EQ(*history->Parameters[1].Value, "new");
  EXPECT_THAT(history->Parameters[1].Labels, ElementsAre("prod"));
}

TEST_F(SsmService, describes_what_the_filters_match) {
  put("/prod/a", "x");
  put("/prod/b", "x", "SecureString");
  put("/dev/a", "x");

  auto names = [&](const std::string& key, const std::string& option, const std::string& value) {
    api::DescribeParametersRequest request;
    api::ParameterStringFilter filter;
    filter.Key = key;
    filter.Option = option;
    filter.Values = {value};
    request.ParameterFilters = {filter};
    auto described = service_.describe(request);
    std::vector<std::string> out;
    if (!described) return std::vector<std::string>{described.error().code};
    for (const auto& parameter : described->Parameters) out.push_back(*parameter.Name);
    return out;
  };

  EXPECT_THAT(names("Name", "BeginsWith", "/prod"), ElementsAre("/prod/a", "/prod/b"));
  EXPECT_THAT(names("Type", "Equals", "SecureString"), ElementsAre("/prod/b"));
  EXPECT_THAT(names("Path", "Recursive", "/dev"), ElementsAre("/dev/a"));
  EXPECT_THAT(names("Colour", "Equals", "x"), ElementsAre("InvalidFilterKey"));
  EXPECT_THAT(names("Type", "Contains", "x"), ElementsAre("InvalidFilterOption"));
}

TEST_F(SsmService, keeps_tags) {
  put("/a", "1");
  api::AddTagsToResourceRequest add;
  add.ResourceType = "Parameter";
  add.ResourceId = "/a";
  add.Tags = {api::Tag{"k", "v"}, api::Tag{"gone", "v"}};
  ASSERT_TRUE(service_.add_tags(add));
  api::RemoveTagsFromResourceRequest remove;
  remove.ResourceType = "Parameter";
  remove.ResourceId = "/a";
  remove.TagKeys = {"gone"};
  ASSERT_TRUE(service_.remove_tags(remove));

  api::ListTagsForResourceRequest list;
  list.ResourceType = "Parameter";
  list.ResourceId = "/a";
  EXPECT_EQ(service_.list_tags(list)->TagList, (std::vector{api::Tag{"k", "v"}}));
  list.ResourceId = "/nope";
  EXPECT_EQ(service_.list_tags(list).error().code, "InvalidResourceId");
  list.ResourceType = "Document";
  EXPECT_EQ(service_.list_tags(list).error().code, "InvalidResourceType");
}

}  // namespace
}  // namespace sb::cloud::ssm
