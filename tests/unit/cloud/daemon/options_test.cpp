#include "cloud/daemon/options.hpp"

#include <gtest/gtest.h>

#include "cloud/daemon/readiness.hpp"

namespace sb::cloud {
namespace {

Result<Command> parse(const std::vector<std::string>& arguments) {
  return parse_command(arguments, "/default");
}

TEST(CommandLine, serve_has_defaults_and_takes_both_spellings) {
  auto plain = std::get<ServeOptions>(*parse({"serve"}));
  EXPECT_EQ(plain.home, "/default");
  EXPECT_EQ(plain.address, "127.0.0.1");
  EXPECT_EQ(plain.port, 4566);
  EXPECT_EQ(plain.region, "us-west-2");

  auto full = std::get<ServeOptions>(*parse(
      {"serve", "--home", "/h", "--listen=127.0.0.2:0", "--region", "eu-west-1", "--log-file=/l"}));
  EXPECT_EQ(full.home, "/h");
  EXPECT_EQ(full.address, "127.0.0.2");
  EXPECT_EQ(full.port, 0);
  EXPECT_EQ(full.region, "eu-west-1");
  EXPECT_EQ(full.log_file, "/l");
}

TEST(CommandLine, volumes_go_only_with_the_children_that_use_them) {
  EXPECT_FALSE(parse({"stop", "--volumes"}));
  EXPECT_TRUE(std::get<StopOptions>(*parse({"stop", "--children", "--volumes"})).volumes);
  auto destroy = std::get<StopOptions>(*parse({"destroy", "--volumes"}));
  EXPECT_TRUE(destroy.children);
  EXPECT_TRUE(destroy.volumes);
  EXPECT_FALSE(std::get<StopOptions>(*parse({"stop"})).children);
}

TEST(CommandLine, refuses_what_it_does_not_know) {
  for (const auto& bad : std::vector<std::vector<std::string>>{{"serv"},
                                                               {"serve", "--port", "1"},
                                                               {"serve", "--listen"},
                                                               {"serve", "--listen", "4566"},
                                                               {"serve", "--listen", "a:99999"},
                                                               {"serve", "--region", "US WEST"},
                                                               {"serve", "--home="},
                                                               {"stop", "--children=yes"},
                                                               {"stop", "now"}})
    EXPECT_EQ(parse(bad).error().code, ErrorCode::invalid_argument) << bad.back();
}

TEST(CommandLine, helps) {
  EXPECT_TRUE(std::holds_alternative<HelpOptions>(*parse({})));
  EXPECT_TRUE(std::holds_alternative<HelpOptions>(*parse({"serve", "--help"})));
  EXPECT_TRUE(std::holds_alternative<VersionOptions>(*parse({"--version"})));
}

TEST(Readiness, finds_the_service_in_a_signature) {
  EXPECT_EQ(
      service_of_scope("AWS4-HMAC-SHA256 Credential=AKIA/20261122/us-west-2/ecs/aws4_request, "
                       "SignedHeaders=host, Signature=00"),
      "ecs");
  for (const auto* none : {"", "Bearer x", "AWS4-HMAC-SHA256 Credential=", "Credential=a/b/c/d",
                           "Credential=a/b/c,/d/e"})
    EXPECT_EQ(service_of_scope(none), "") << none;
}

}  // namespace
}  // namespace sb::cloud
