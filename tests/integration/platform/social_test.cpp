#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "api_server.hpp"

namespace sb::testing {
namespace {

std::string message_to(const Member& member, const std::string& content) {
  return fmt::format(R"({{"to_user_id":"{}","content":"{}"}})", member.id, content);
}

void make_mutual(const ApiServer& server, const Member& a, const Member& b) {
  for (const Member& member : {a, b}) {
    Reply matches = server.get("/api/matches", member.access_token);
    server.post("/api/matches/" + matches.at("/matches/0/match_id") + "/like", "",
                member.access_token);
  }
}

TEST(Messages, are_for_mutual_matches_until_one_blocks_the_other) {
  ApiServer server;
  Member ann = join_for_matching(server, "ann");
  Member bob = join_for_matching(server, "bob");
  EXPECT_EQ(server.post("/api/messages", message_to(bob, "hi"), ann.access_token).status, 403);

  make_mutual(server, ann, bob);
  Reply sent = server.post("/api/messages", message_to(bob, "hi"), ann.access_token);
  server.post("/api/messages", message_to(bob, "still there?"), ann.access_token);

  EXPECT_EQ(sent.status, 201) << sent.text;
  EXPECT_EQ(sent.at("/from_user_id"), ann.id);
  EXPECT_EQ(sent.at("/read_at"), "null");
  Reply inbox = server.get("/api/messages", bob.access_token);
  EXPECT_EQ(inbox.at("/0/unread_count"), "2");
  EXPECT_EQ(inbox.at("/0/last_message/content"), "still there?");
  Reply page = server.get("/api/messages/" + ann.id + "?page_size=1", bob.access_token);
  EXPECT_EQ(page.at("/total"), "2");
  EXPECT_EQ(page.at("/has_more"), "true");
  EXPECT_EQ(page.at("/messages/0/content"), "still there?");
  EXPECT_EQ(server.get("/api/messages", bob.access_token).at("/0/unread_count"), "0");

  EXPECT_EQ(server.post("/api/moderation/blocks/" + ann.id, "", bob.access_token).status, 201);
  EXPECT_EQ(server.post("/api/messages", message_to(bob, "hello?"), ann.access_token).status, 403);
}

TEST(Blocks, are_made_and_undone_once) {
  ApiServer server;
  Member ann = join_for_matching(server, "ann");
  Member bob = join_for_matching(server, "bob");
  std::string path = "/api/moderation/blocks/" + bob.id;
  Ask undo{"DELETE", path, "", ann.access_token, {}};
  ASSERT_NE(server.get("/api/matches", ann.access_token).at("/matches/0/user_id"), "(absent)");

  EXPECT_EQ(server.post(path, "", ann.access_token).status, 201);
  EXPECT_EQ(server.get("/api/matches", ann.access_token).at("/matches"), "[]") << "at once";
  EXPECT_EQ(server.post(path, "", ann.access_token).status, 400);
  EXPECT_EQ(server.post("/api/moderation/blocks/" + ann.id, "", ann.access_token).status, 400);
  EXPECT_EQ(
      server
          .post("/api/moderation/blocks/00000000-0000-4000-8000-000000000000", "", ann.access_token)
          .status,
      404);
  EXPECT_EQ(server.ask(undo).status, 204);
  EXPECT_EQ(server.ask(undo).status, 404);
}

TEST(Reports, enter_the_queue) {
  ApiServer server;
  Member ann = join(server, "ann");
  Member bob = join(server, "bob");
  auto report = [&](const std::string& who, const char* reason) {
    return server.post(
        "/api/moderation/reports",
        fmt::format(R"({{"reported_user_id":"{}","content_type":"profile","reason":"{}",
                                       "description":"Not who they say they are."}})",
                    who, reason),
        ann.access_token);
  };

  EXPECT_EQ(report(bob.id, "fake_profile").status, 201);
  EXPECT_EQ(report(ann.id, "fake_profile").status, 400);
  EXPECT_EQ(report(bob.id, "boring").status, 400);
  EXPECT_EQ(server.psql("SELECT count(*) FROM moderation_queue"), "1");
}

TEST(Consents, the_newest_holds) {
  ApiServer server;
  Member ann = join(server, "ann");

  EXPECT_EQ(
      server
          .post("/api/consents", R"({"consent_type":"marketing","granted":true})", ann.access_token)
          .status,
      201);
  EXPECT_EQ(server
                .post("/api/consents", R"({"consent_type":"marketing","granted":false})",
                      ann.access_token)
                .status,
            201);
  EXPECT_EQ(
      server.post("/api/consents", R"({"consent_type":"all","granted":"yes"})", ann.access_token)
          .status,
      400);

  EXPECT_EQ(server.get("/api/consents", ann.access_token).at("/consents/0/granted"), "false");
}

TEST(Subscriptions, are_changed_and_cancelled_by_their_owner) {
  ApiServer server;
  Member ann = join_for_matching(server, "ann");
  Member bob = join(server, "bob");
  Reply made = server.post("/api/subscriptions", R"({"tier":"premium"})", ann.access_token);
  std::string path = "/api/subscriptions/" + made.at("/subscription_id");
  auto tier = [&] {
    return server.get("/api/profiles/me", ann.access_token).at("/subscription_tier");
  };

  EXPECT_EQ(server.put(path, R"({"tier":"elite"})", bob.access_token).status, 404);
  EXPECT_EQ(server.put(path, R"({"tier":"elite"})", ann.access_token).at("/tier"), "elite");
  EXPECT_EQ(tier(), "elite");
  EXPECT_EQ(server.ask({"DELETE", path, "", ann.access_token, {}}).at("/cancel_at_period_end"),
            "true");
  EXPECT_EQ(tier(), "elite") << "until what was paid for is over";
  EXPECT_EQ(
      server.ask({"DELETE", path + "?immediately=true", "", ann.access_token, {}}).at("/status"),
      "canceled");
  EXPECT_EQ(tier(), "free");
  EXPECT_EQ(server.get("/api/payments", ann.access_token).at("/payments/0/status"), "succeeded");
}

TEST(Worker, works_until_it_is_told_to_stop) {
  ApiServer server;
  ScratchFolder folder("worker");
  Child worker({.argv = {std::string(SB_BIN_DIR) + "/saltbitter", "worker"},
                .environment = {{"DATABASE_URL", server.database_url()}},
                .working_directory = folder.path(),
                .log_file = folder.path() / "log"});
  ASSERT_TRUE(eventually([&] { return worker.log().find("\"working\"") != std::string::npos; }));

  worker.signal(SIGTERM);

  EXPECT_EQ(worker.wait(std::chrono::seconds(10)), 0);
}

}  // namespace
}  // namespace sb::testing
