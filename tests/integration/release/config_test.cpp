// Several writers of one secret, which is one document, against saltcloud's own Secrets Manager.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/async/spawn.hpp"
#include "base/http/server.hpp"
#include "cloud/gateway/gateway.hpp"
#include "cloud/secretsmanager/service.hpp"
#include "release/config/store.hpp"
#include "support/temporary_directory.hpp"

namespace sb::release::config {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

namespace api = aws::secretsmanager;
namespace manager = cloud::secretsmanager;

const std::string kName = "saltbitter/prod/service-secrets";

// Secrets Manager on this machine, and somebody who gets in between.
class Manager {
 public:
  explicit Manager(Executor executor)
      : server_(
            executor, [this](http::Request request) { return answer(std::move(request)); },
            cloud::gateway::Gateway::server_options()) {
    service_.attach(gateway_);
    port_ = *server_.listen("127.0.0.1", 0);
    api::CreateSecretRequest request;
    request.Name = kName;
    request.SecretString = R"({"A":"a0","B":"b0"})";
    EXPECT_TRUE(service_.create(request));
  }

  aws::ClientConfig config() const {
    aws::ClientConfig config;
    config.endpoint = "http://127.0.0.1:" + std::to_string(port_);
    config.region = "us-west-2";
    config.access_key = "AKID";
    config.secret_key = "secret";
    return config;
  }
  // The whole document, as `aws secretsmanager update-secret` replaces it.
  void replace(const std::string& document) {
    api::UpdateSecretRequest request;
    request.SecretId = kName;
    request.SecretString = document;
    EXPECT_TRUE(service_.update(request));
  }
  std::string document() {
    api::GetSecretValueRequest request;
    request.SecretId = kName;
    return service_.get(request)->SecretString.value_or("");
  }
  std::vector<std::string> labels() {
    api::ListSecretVersionIdsRequest request;
    request.SecretId = kName;
    request.IncludeDeprecated = true;
    std::vector<std::string> all;
    for (const auto& version : service_.list_versions(request)->Versions)
      all.insert(all.end(), version.VersionStages.begin(), version.VersionStages.end());
    return all;
  }
  Task<> stop() {
    co_await server_.stop(Deadline::after(std::chrono::seconds(2)));
  }

  // What others do before the next calls of this operation are answered.
  std::string before_operation;
  std::vector<std::string> others;
  bool loses_the_answer = false;

 private:
  Task<http::Response> answer(http::Request request) {
    const std::string target(request.headers.get("X-Amz-Target"));
    bool is_meant = !before_operation.empty() && target.ends_with(before_operation);
    if (is_meant && !others.empty()) {
      replace(others.front());
      others.erase(others.begin());
    }
    auto response = co_await gateway_.handler()(std::move(request));
    if (is_meant && std::exchange(loses_the_answer, false)) response.status = 500;
    co_return response;
  }

  test::TemporaryDirectory folder_;
  cloud::Store store_ = *cloud::Store::open(folder_.path());
  cloud::Kms kms_ = *cloud::Kms::open(folder_ / "kms.key");
  manager::Service service_{store_, kms_, cloud::Arns{}};
  cloud::gateway::Gateway gateway_{
      {.secret_of = [](std::string_view) { return std::optional<std::string>("secret"); }}};
  http::Server server_;
  int port_ = 0;
};

class ConfigStore : public ::testing::Test {
 public:
  const Source source{Source::Store::secret, kName, {"A", "B"}};

  template <class F>
  void with_manager(F body) {
    run_task([](F& inner) -> Task<> {
      auto executor = co_await current_executor();
      Manager manager(executor);
      aws::Client client(manager.config());
      Store store(client);
      co_await inner(manager, store);
      co_await manager.stop();
    }(body));
  }
};

TEST_F(ConfigStore, keeps_what_another_sets_between_its_reading_and_its_writing) {
  with_manager([this](Manager& manager, Store& store) -> Task<> {
    manager.before_operation = "UpdateSecretVersionStage";
    manager.others = {R"({"A":"a0","B":"b1"})", R"({"A":"a0","B":"b2"})"};

    auto version = co_await store.set(source, "A", "a1", "a0");

    EXPECT_TRUE(version) << version.error().text();
    EXPECT_EQ(manager.document(), R"({"A":"a1","B":"b2"})");
    EXPECT_THAT(manager.labels(), Not(Contains(HasSubstr("PENDING"))));
  });
}

TEST_F(ConfigStore, refuses_when_the_very_key_was_changed_meanwhile) {
  with_manager([this](Manager& manager, Store& store) -> Task<> {
    manager.before_operation = "UpdateSecretVersionStage";
    manager.others = {R"({"A":"theirs","B":"b0"})"};

    auto version = co_await store.set(source, "A", "mine", "a0");

    EXPECT_FALSE(version);
    if (!version) {
      EXPECT_EQ(version.error().code, ErrorCode::conflict);
      EXPECT_THAT(version.error().text(), Not(HasSubstr("theirs")));
    }
    EXPECT_EQ(manager.document(), R"({"A":"theirs","B":"b0"})");
  });
}

TEST_F(ConfigStore, a_lost_answer_is_no_other_writer) {
  with_manager([this](Manager& manager, Store& store) -> Task<> {
    manager.before_operation = "UpdateSecretVersionStage";
    manager.loses_the_answer = true;

    auto version = co_await store.set(source, "A", "a1", "a0");

    EXPECT_TRUE(version) << version.error().text();
    EXPECT_EQ(manager.document(), R"({"A":"a1","B":"b0"})");
  });
}

TEST_F(ConfigStore, goes_back_only_from_the_version_that_was_seen) {
  with_manager([this](Manager& manager, Store& store) -> Task<> {
    auto first = co_await store.read(source);
    manager.replace(R"({"A":"a1","B":"b0"})");
    auto second = co_await store.read(source);
    manager.replace(R"({"A":"a2","B":"b0"})");
    if (!first || !second) co_return ADD_FAILURE();

    auto refused = co_await store.make_current(source, first->version, second->version);

    EXPECT_FALSE(refused);
    EXPECT_EQ(manager.document(), R"({"A":"a2","B":"b0"})");
    auto third = co_await store.read(source);
    auto moved = co_await store.make_current(source, first->version, third->version);
    EXPECT_TRUE(moved);
    EXPECT_EQ(manager.document(), R"({"A":"a0","B":"b0"})");
  });
}

}  // namespace
}  // namespace sb::release::config
