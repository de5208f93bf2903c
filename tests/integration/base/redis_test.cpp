#include "base/redis/redis.hpp"

#include <gtest/gtest.h>

#include "base/async/spawn.hpp"
#include "support/postgres_fixture.hpp"

namespace sb::redis {
namespace {

using namespace std::chrono_literals;
using sb::testing::RedisServer;

Deadline soon() {
  return Deadline::after(10s);
}

TEST(Redis, sets_gets_and_pipelines) {
  run_task([]() -> Task<> {
    Client client(co_await current_executor(), RedisServer::shared().create_database());
    EXPECT_EQ(
        *(co_await client.command({"SET", "k", std::string("a\0b", 3)}, soon())).value().text(),
        "OK");
    EXPECT_EQ(*(co_await client.command({"GET", "k"}, soon())).value().text(),
              std::string("a\0b", 3));
    EXPECT_TRUE((co_await client.command({"GET", "absent"}, soon())).value().is_nil());
    auto both = co_await client.pipeline({{"DEL", "n"}, {"INCR", "n"}, {"INCR", "n"}}, soon());
    EXPECT_EQ(both.value()[2].integer(), 2);
  }());
}

TEST(Redis, turns_error_replies_into_errors_and_goes_on) {
  run_task([]() -> Task<> {
    Client client(co_await current_executor(), RedisServer::shared().create_database());
    auto wrong = co_await client.command({"NOSUCH"}, soon());
    EXPECT_EQ(wrong.error().code, ErrorCode::failed_precondition);
    EXPECT_TRUE((co_await client.command({"PING"}, soon())).has_value());
  }());
}

TEST(Redis, comes_back_after_the_server_was_restarted) {
  run_task([]() -> Task<> {
    RedisServer server;
    Client client(co_await current_executor(), server.create_database());
    EXPECT_TRUE((co_await client.command({"PING"}, soon())).has_value());
    server.stop();
    EXPECT_EQ((co_await client.command({"PING"}, soon())).error().code, ErrorCode::unavailable);
    server.start();
    EXPECT_TRUE((co_await client.command({"PING"}, soon())).has_value());
  }());
}

TEST(Redis, keeps_its_deadline) {
  run_task([]() -> Task<> {
    Client client(co_await current_executor(), RedisServer::shared().create_database());
    auto late = co_await client.command({"BLPOP", "nothing", "30"}, Deadline::after(30ms));
    EXPECT_EQ(late.error().code, ErrorCode::timeout);
    EXPECT_TRUE((co_await client.command({"PING"}, soon())).has_value());
  }());
}

}  // namespace
}  // namespace sb::redis
