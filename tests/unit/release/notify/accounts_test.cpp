#include "release/notify/accounts.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <map>

#include "support/temporary_directory.hpp"

namespace sb::release::notify {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

using Variables = std::map<std::string, std::string>;

constexpr const char* kHook = "https://hooks.slack.com/services/T0/B0/s3cr3tsecret";

AccountsFrom from(Variables variables, bool is_rehearsal = false, fs::Path file = {}) {
  return {.file = std::move(file),
          .is_rehearsal = is_rehearsal,
          .variable = [variables](const std::string& name) -> std::optional<std::string> {
            auto it = variables.find(name);
            if (it == variables.end()) return std::nullopt;
            return it->second;
          }};
}

TEST(Accounts, are_none_where_nothing_is_set) {
  auto accounts = load_accounts(from({}));

  ASSERT_TRUE(accounts.has_value());
  for (auto channel : {Channel::deploys, Channel::incidents, Channel::page, Channel::event,
                       Channel::status_page, Channel::webhook})
    EXPECT_FALSE(accounts->has(channel));
}

TEST(Accounts, take_the_place_of_datadogs_site) {
  auto accounts = load_accounts(from({{"DD_API_KEY", "key"}, {"DD_SITE", "datadoghq.eu"}}));

  ASSERT_TRUE(accounts.has_value());
  EXPECT_EQ(accounts->datadog.base_url, "https://api.datadoghq.eu");
  EXPECT_TRUE(accounts->datadog.can_submit());
  EXPECT_FALSE(accounts->datadog.can_manage());
}

TEST(Accounts, keep_the_path_of_a_webhook_when_its_host_is_replaced) {
  auto accounts = load_accounts(
      from({{"SLACK_WEBHOOK_DEPLOYS", kHook}, {"SLACK_API_URL", "http://127.0.0.1:9/"}}));

  ASSERT_TRUE(accounts.has_value());
  EXPECT_EQ(accounts->slack_deploys.reveal(), "http://127.0.0.1:9/services/T0/B0/s3cr3tsecret");
}

TEST(Accounts, name_what_is_wrong_and_never_its_value) {
  for (const auto& [name, value, others] :
       {std::tuple{"SLACK_WEBHOOK_DEPLOYS", "http://hooks.slack.com/s3cr3t", Variables{}},
        std::tuple{"SLACK_WEBHOOK_INCIDENTS", "hooks s3cr3t", Variables{}},
        std::tuple{"PAGERDUTY_ROUTING_KEY", "s3cr3t with spaces", Variables{}},
        std::tuple{"WEBHOOK_SECRET", "s3cr3t", Variables{{"WEBHOOK_URL", "https://x.example/h"}}},
        std::tuple{"STATUSPAGE_PAGE_ID", "s3cr3t/../..",
                   Variables{{"STATUSPAGE_API_KEY", "0123456789"}}}}) {
    Variables variables = others;
    variables[name] = value;

    auto accounts = load_accounts(from(variables));

    ASSERT_FALSE(accounts.has_value()) << name;
    EXPECT_EQ(accounts.error().subject, name);
    EXPECT_THAT(accounts.error().text(), Not(HasSubstr("s3cr3t")));
  }
}

TEST(Accounts, are_not_used_in_a_rehearsal_unless_asked_for) {
  const Variables real{{"SLACK_WEBHOOK_DEPLOYS", kHook},
                       {"PAGERDUTY_ROUTING_KEY", "routing-key-of-a-test-no-account"},
                       {"WEBHOOK_URL", "http://127.0.0.1:9/hook"},
                       {"WEBHOOK_SECRET", "0123456789abcdef"}};
  Variables wanted = real;
  wanted["SALTBITTER_NOTIFY"] = "real";

  auto rehearsal = load_accounts(from(real, true));
  auto asked_for = load_accounts(from(wanted, true));

  ASSERT_TRUE(rehearsal && asked_for);
  EXPECT_FALSE(rehearsal->has(Channel::deploys));
  EXPECT_FALSE(rehearsal->has(Channel::page));
  EXPECT_TRUE(rehearsal->has(Channel::webhook));  // it is on this machine
  EXPECT_THAT(rehearsal->held_back,
              UnorderedElementsAre("SLACK_WEBHOOK_DEPLOYS", "PAGERDUTY_ROUTING_KEY"));
  EXPECT_TRUE(asked_for->has(Channel::deploys));
  EXPECT_TRUE(asked_for->has(Channel::page));
}

TEST(Accounts, come_from_a_private_file_too_and_the_environment_wins) {
  test::TemporaryDirectory home;
  const auto file = home / "accounts.json";
  ASSERT_TRUE(fs::write_file(file, R"({"DD_API_KEY":"from-file","DD_APP_KEY":"app"})", 0600));

  auto accounts = load_accounts(from({{"DD_API_KEY", "from-environment"}}, false, file));

  ASSERT_TRUE(accounts.has_value());
  EXPECT_EQ(accounts->datadog.api_key.reveal(), "from-environment");
  EXPECT_EQ(accounts->datadog.app_key.reveal(), "app");
}

TEST(Accounts, refuse_a_file_that_others_may_read) {
  test::TemporaryDirectory home;
  const auto file = home / "accounts.json";
  ASSERT_TRUE(fs::write_file(file, R"({"DD_API_KEY":"s3cr3t"})", 0640));

  auto accounts = load_accounts(from({}, false, file));

  ASSERT_FALSE(accounts.has_value());
  EXPECT_THAT(accounts.error().text(), HasSubstr("chmod 600"));
}

TEST(Accounts, do_not_quote_a_file_that_cannot_be_read) {
  test::TemporaryDirectory home;
  const auto file = home / "accounts.json";
  ASSERT_TRUE(fs::write_file(file, R"({"DD_API_KEY":"s3cr3t)", 0600));

  auto accounts = load_accounts(from({}, false, file));

  ASSERT_FALSE(accounts.has_value());
  EXPECT_THAT(accounts.error().text(), Not(HasSubstr("s3cr3t")));
}

TEST(Accounts, take_every_secret_out_of_a_text) {
  auto accounts = load_accounts(from({{"SLACK_WEBHOOK_DEPLOYS", kHook},
                                      {"DD_API_KEY", "dd-0123456789"},
                                      {"WEBHOOK_URL", "https://x.example/h?token=abcdef"},
                                      {"WEBHOOK_SECRET", "0123456789abcdef"}}));
  ASSERT_TRUE(accounts.has_value());

  auto text = accounts->redact(std::string("a ") + kHook +
                               " b /services/T0/B0/s3cr3tsecret c dd-0123456789 d "
                               "/h?token=abcdef e 0123456789abcdef");

  EXPECT_EQ(text, "a *** b *** c *** d *** e ***");
}

}  // namespace
}  // namespace sb::release::notify
