#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <thread>

#include "api_server.hpp"

namespace sb::testing {
namespace {

TEST(Health, says_exactly_that) {
  ApiServer server;

  Reply get = server.get("/health");
  Reply head = server.ask({"HEAD", "/health", "", "", {}});

  EXPECT_EQ(get.text, R"({"status":"healthy"})");
  EXPECT_EQ(get.headers.get("Content-Type"), "application/json");
  EXPECT_EQ(head.status, 200);
  EXPECT_TRUE(head.text.empty());
}

TEST(EveryAnswer, carries_version_and_request_id_and_errors_have_one_shape) {
  ApiServer server;
  std::string large(70'000, 'x');
  const std::pair<Ask, int> cases[] = {
      {{"GET", "/", "", "", {}}, 200},
      {{"GET", "/nothing", "", "", {}}, 404},
      {{"DELETE", "/api/matches", "", "", {}}, 405},
      {{"GET", "/api/matches", "", "", {}}, 401},
      {{"POST", "/api/auth/login", "{", "", {}}, 400},
      {{"POST", "/api/auth/login", "[]", "", {}}, 400},
      {{"POST", "/api/auth/login", "x", "", {{"Content-Type", "text/plain"}}}, 415},
      {{"POST", "/api/auth/login", "{\"email\":\"" + large + "\"}", "", {}}, 413},
  };
  for (const auto& [ask, status] : cases) {
    Reply reply = server.ask(ask);
    EXPECT_EQ(reply.status, status) << ask.path << reply.text;
    EXPECT_EQ(reply.headers.get("X-SaltBitter-Version"), "9.9.9+test") << ask.path;
    EXPECT_FALSE(reply.headers.get("X-Request-Id").empty());
    if (status >= 400) {
      EXPECT_NE(reply.error(), "(absent)") << reply.text;
      EXPECT_NE(reply.at("/message"), "(absent)");
    }
  }
  EXPECT_EQ(server.ask({"DELETE", "/api/matches", "", "", {}}).headers.get("Allow"), "GET, HEAD");
  Reply named = server.ask({"GET", "/health", "", "", {{"X-Request-Id", "abc-1"}}});
  EXPECT_EQ(named.headers.get("X-Request-Id"), "abc-1");
}

TEST(Cors, echoes_listed_origins_only) {
  ApiServer server({{"BACKEND_CORS_ORIGINS", R"(["https://app.example.com"])"}});
  auto preflight = [&](const char* origin) {
    return server.ask({"OPTIONS",
                       "/api/matches",
                       "",
                       "",
                       {{"Origin", origin}, {"Access-Control-Request-Method", "GET"}}});
  };

  EXPECT_EQ(preflight("https://app.example.com").status, 204);
  EXPECT_EQ(preflight("https://app.example.com").headers.get("Access-Control-Allow-Origin"),
            "https://app.example.com");
  EXPECT_FALSE(preflight("https://evil.example.com").headers.find("Access-Control-Allow-Origin"));
}

TEST(RateLimit, tells_when_to_come_back_and_spares_health) {
  ApiServer server({{"RATE_LIMIT_PER_MINUTE", "3"}});
  Member ann = join(server, "ann");

  for (int i = 0; i < 3; ++i) EXPECT_EQ(server.get("/api/auth/me", ann.access_token).status, 200);
  Reply refused = server.get("/api/auth/me", ann.access_token);

  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.get("X-RateLimit-Limit"), "3");
  EXPECT_EQ(refused.headers.get("X-RateLimit-Remaining"), "0");
  EXPECT_FALSE(refused.headers.get("Retry-After").empty());
  EXPECT_NE(refused.at("/retry_after"), "(absent)");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(server.get("/health").status, 200);
  Member bob = join(server, "bob");
  EXPECT_EQ(server.get("/api/auth/me", bob.access_token).status, 200) << "counted by person";
}

TEST(Ready, waits_for_the_schema_but_not_for_its_last_revision) {
  ApiServer empty({}, 0);
  EXPECT_EQ(empty.get("/ready").status, 503);
  ApiServer behind({}, 7);
  EXPECT_EQ(behind.get("/ready").at("/checks/postgres"), "schema behind");
  ApiServer enough({}, 8);
  EXPECT_EQ(enough.get("/ready").status, 200);
  ApiServer strict({{"SALTBITTER_MIN_SCHEMA", "9284d6f513b9"}}, 8);
  EXPECT_EQ(strict.get("/ready").status, 503);
}

TEST(Schema, the_previous_one_serves_the_whole_smoke_test) {
  ApiServer server({}, 8);
  Member ann = join_for_matching(server, "ann");
  join_for_matching(server, "bob");

  EXPECT_NE(server.get("/api/matches", ann.access_token).at("/matches/0/match_id"), "(absent)");
  EXPECT_EQ(server.post("/api/subscriptions", R"({"tier":"premium"})", ann.access_token).status,
            201);
}

TEST(Schema, a_later_column_is_used_where_it_is_there) {
  ApiServer server;
  ASSERT_EQ(server.run({"seed", "--demo"}), 0);
  auto log_in = [&] {
    return server.post("/api/auth/login", R"({"email":"test@example.com","password":"test123"})")
        .status;
  };

  EXPECT_EQ(log_in(), 200);
  EXPECT_EQ(server.psql("SELECT count(last_active_at) FROM profiles"), "1");
  server.psql("ALTER TABLE profiles DROP COLUMN last_active_at");
  EXPECT_EQ(log_in(), 200) << "a downgrade under a running release";
}

TEST(Redis, may_be_away) {
  RedisServer redis;
  ApiServer server({{"REDIS_URL", redis.create_database()}, {"RATE_LIMIT_PER_MINUTE", "5"}});
  Member ann = join_for_matching(server, "ann");
  join_for_matching(server, "bob");

  redis.stop();

  EXPECT_EQ(server.get("/ready").at("/status"), "degraded");
  EXPECT_EQ(server.get("/api/matches", ann.access_token).status, 200);
  std::vector<Ask> asks(20, {"GET", "/api/auth/me", "", ann.access_token, {}});
  EXPECT_GT(count_status(server.ask_all(asks), 429), 10) << "limits hold without Redis";
}

TEST(Postgres, away_is_a_503_and_back_is_back) {
  PostgresServer postgres;
  std::string url = postgres.create_database();
  apply_revisions(postgres, url);
  ApiServer server({{"DATABASE_URL", url}});
  Member ann = join(server, "ann");

  postgres.stop();
  Reply away = server.get("/api/auth/me", ann.access_token);
  EXPECT_EQ(away.status, 503);
  EXPECT_EQ(away.error(), "service_unavailable");
  EXPECT_EQ(server.get("/ready").status, 503);
  EXPECT_EQ(server.get("/health").status, 200) << "liveness asks nobody";

  postgres.start();
  EXPECT_TRUE(
      eventually([&] { return server.get("/api/auth/me", ann.access_token).status == 200; }));
}

TEST(Drain, finishes_what_is_in_flight_and_leaves_with_0) {
  ApiServer server({{"SALTBITTER_FAULTS", "latency_ms=400"}});
  Member ann = join(server, "ann");
  std::vector<Ask> asks(20, {"GET", "/api/auth/me", "", ann.access_token, {}});
  std::vector<Reply> replies;

  std::thread load([&] { replies = server.ask_all(asks); });
  ASSERT_TRUE(eventually([&] {  // these twenty and the question itself
    return server.get("/metrics").text.find("saltbitter_http_requests_in_flight 21") !=
           std::string::npos;
  }));
  server.process().signal(SIGTERM);
  load.join();

  EXPECT_EQ(count_status(replies, 200), 20);
  EXPECT_EQ(server.process().wait(std::chrono::seconds(10)), 0);
  EXPECT_NE(server.process().log().find("draining"), std::string::npos);
}

TEST(Faults, break_what_they_name_and_say_so) {
  ApiServer server({{"SALTBITTER_FAULTS", "matches_error=1,never_ready"}});
  Member ann = join(server, "ann");

  EXPECT_EQ(server.get("/api/matches", ann.access_token).status, 500);
  EXPECT_EQ(server.get("/api/auth/me", ann.access_token).status, 200);
  EXPECT_EQ(server.get("/health").status, 200);
  EXPECT_EQ(server.get("/ready").status, 503);
  EXPECT_NE(server.process().log().find("DELIBERATE FAULTS"), std::string::npos);
}

TEST(Metrics, count_requests_by_route) {
  ApiServer server;
  server.get("/health");
  server.get("/nothing");

  Reply metrics = server.get("/metrics");

  EXPECT_NE(metrics.text.find(R"(route="/health")"), std::string::npos) << metrics.text;
  EXPECT_NE(metrics.text.find(R"(route="unmatched")"), std::string::npos);
  EXPECT_EQ(metrics.text.find("/nothing"), std::string::npos) << "no label from a caller's text";
}

TEST(AccessLog, has_a_line_for_what_is_not_there) {
  ApiServer server;
  ASSERT_EQ(server.get("/nothing").status, 404);
  ASSERT_EQ(server.get("/api/auth/login").status, 405);

  auto log = server.process().log();

  EXPECT_NE(log.find(R"("route":"unmatched","status":404)"), std::string::npos) << log;
  EXPECT_NE(log.find(R"("route":"unmatched","status":405)"), std::string::npos) << log;
  EXPECT_EQ(log.find("/nothing"), std::string::npos) << "a path may name a person";
}

TEST(CommandLine, says_what_is_wrong_and_ends_with_2) {
  ApiServer server;

  EXPECT_EQ(server.run({"serve"}, {{"DATABASE_URL", ""}}), 2);
  EXPECT_EQ(server.run({"serve"}, {{"PORT", "x"}}), 2);
  EXPECT_EQ(server.run({"serve"}), 2) << "the port is taken";
  EXPECT_EQ(server.run({"serve"}, {{"SALTBITTER_FAULTS", "typo=1"}}), 2);
  EXPECT_EQ(server.run({"serve"}, {{"ENVIRONMENT", "production"}, {"SECRET_KEY", "short"}}), 2);
  EXPECT_EQ(server.run({"dance"}), 2);
  EXPECT_EQ(server.run({}), 2);
  EXPECT_EQ(server.run({"version"}), 0);
  EXPECT_EQ(server.run({"openapi"}), 0);
}

TEST(Seed, has_a_demo_account_and_keeps_out_of_production) {
  ApiServer server;

  EXPECT_EQ(server.run({"seed", "--demo"}), 0);
  EXPECT_EQ(server.run({"seed", "--demo"}), 0) << "again is fine";
  Reply login =
      server.post("/api/auth/login", R"({"email":"test@example.com","password":"test123"})");
  ASSERT_EQ(login.status, 200);
  EXPECT_NE(server.get("/api/matches", login.at("/access_token")).at("/matches/0/match_id"),
            "(absent)");
  Settings production = {{"ENVIRONMENT", "production"}};
  EXPECT_EQ(server.run({"seed", "--demo"}, production), 2);
  EXPECT_EQ(server.run({"seed", "--profiles", "5"}, production), 2);
  EXPECT_EQ(server.run({"seed", "--profiles", "5", "--rehearsal"}, production), 0);
  EXPECT_EQ(server.run({"seed", "--demo", "--rehearsal"}, production), 0);
}

TEST(Compliance, asking_twice_is_one_request) {
  ApiServer server;
  Member ann = join_for_matching(server, "ann");

  Reply first = server.post("/api/compliance/data-export", "", ann.access_token);
  Reply second = server.post("/api/compliance/data-export", "", ann.access_token);
  EXPECT_EQ(first.status, 202);
  EXPECT_EQ(first.at("/request_id"), second.at("/request_id"));
  Reply document =
      server.get("/api/compliance/data-export/" + first.at("/request_id"), ann.access_token);
  EXPECT_EQ(document.at("/user_data/profile/name"), "ann");
  EXPECT_EQ(document.text.find("argon2"), std::string::npos);

  Ask leave{"DELETE", "/api/compliance/data-deletion", "", ann.access_token, {}};
  EXPECT_EQ(server.ask(leave).at("/status"), "scheduled");
  EXPECT_EQ(server.ask(leave).at("/request_id"), server.ask(leave).at("/request_id"));
  EXPECT_EQ(server.post("/api/compliance/data-deletion/cancel", "", ann.access_token).status, 200);
  EXPECT_EQ(server.psql("SELECT count(*) FROM users WHERE deletion_due_at IS NOT NULL"), "0");
}

}  // namespace
}  // namespace sb::testing
