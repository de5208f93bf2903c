#include "support/saltcloud_fixture.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <regex>

namespace sb::testing {

namespace {

constexpr std::chrono::seconds kStartLimit(20);
constexpr std::chrono::seconds kStopLimit(90);

// The string member `name` of a flat JSON file.
std::string member_of(const std::filesystem::path& file, const std::string& name) {
  std::smatch match;
  auto text = read_text(file);
  std::regex pattern("\"" + name + "\":\"([^\"]*)\"");
  return std::regex_search(text, match, pattern) ? match[1].str() : "";
}

}  // namespace

std::filesystem::path Saltcloud::program() {
  return std::filesystem::path(SB_BIN_DIR) / "saltcloud";
}

Saltcloud::Saltcloud() : folder_("saltcloud"), port_(free_port()) {
  start();
}

Saltcloud::~Saltcloud() {
  Child destroy({.argv = {program().string(), "destroy", "--volumes", "--home", home().string()},
                 .environment = {},
                 .working_directory = {},
                 .log_file = folder_.path() / "destroy.log",
                 .user = {}});
  if (destroy.wait(kStopLimit) != 0)
    ADD_FAILURE() << "cannot end saltcloud: " << destroy.log() << log();
  if (::testing::Test::HasFailure()) ADD_FAILURE() << "saltcloud's log:\n" << log();
}

void Saltcloud::start() {
  auto record = home() / "cloud" / "saltcloud.json";
  std::error_code ignored;
  std::filesystem::remove(record, ignored);  // of a killed one
  daemon_ = std::make_unique<Child>(
      ChildOptions{.argv = {program().string(), "serve", "--home", home().string(), "--listen",
                            "127.0.0.1:" + std::to_string(port_), "--log-level", "debug"},
                   .environment = {},
                   .working_directory = {},
                   .log_file = folder_.path() / "saltcloud.log",
                   .user = {}});
  bool answers = eventually(
      [&] { return !daemon_->is_running() || std::filesystem::exists(record); }, kStartLimit);
  if (!answers || !daemon_->is_running()) ADD_FAILURE() << "saltcloud did not start: " << log();
}

void Saltcloud::kill() {
  daemon_->signal(SIGKILL);
  daemon_->wait(kStopLimit);
}

int Saltcloud::stop_politely() {
  daemon_->signal(SIGTERM);
  return daemon_->wait(kStopLimit);
}

pid_t Saltcloud::pid() const {
  return daemon_->pid();
}

std::string Saltcloud::log() const {
  return daemon_->log();
}

aws::ClientConfig Saltcloud::client_config() const {
  auto credentials = home() / "cloud" / "credentials.json";
  aws::ClientConfig config;
  config.endpoint = endpoint();
  config.region = "us-west-2";
  config.access_key = member_of(credentials, "access_key_id");
  config.secret_key = member_of(credentials, "secret_access_key");
  return config;
}

std::map<std::string, std::string> Saltcloud::environment() const {
  auto config = client_config();
  auto none = (folder_.path() / "no-such-file").string();
  return {{"AWS_ENDPOINT_URL", config.endpoint},
          {"AWS_ACCESS_KEY_ID", config.access_key},
          {"AWS_SECRET_ACCESS_KEY", config.secret_key},
          {"AWS_DEFAULT_REGION", config.region},
          {"AWS_REGION", config.region},
          {"AWS_CONFIG_FILE", none},
          {"AWS_SHARED_CREDENTIALS_FILE", none},
          {"AWS_EC2_METADATA_DISABLED", "true"},
          {"AWS_PAGER", ""},
          {"AWS_MAX_ATTEMPTS", "2"},
          {"NO_PROXY", "127.0.0.1,localhost"}};
}

}  // namespace sb::testing
