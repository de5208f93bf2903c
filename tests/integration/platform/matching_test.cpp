#include <gtest/gtest.h>

#include "api_server.hpp"

namespace sb::testing {
namespace {

Reply matches_of(const ApiServer& server, const Member& member, const std::string& query = "") {
  return server.get("/api/matches" + query, member.access_token);
}

std::string like(const Reply& matches, int index = 0) {
  return "/api/matches/" + matches.at("/matches/" + std::to_string(index) + "/match_id") + "/like";
}

TEST(Matches, are_empty_without_a_profile_or_an_assessment) {
  ApiServer server;
  Member ann = join(server, "ann");

  Reply reply = matches_of(server, ann);

  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.at("/matches"), "[]");
  EXPECT_EQ(reply.at("/generated_at"), "null");
}

TEST(Matches, appear_as_soon_as_two_people_fit_and_stay_for_the_day) {
  ApiServer server;
  Member ann = join_for_matching(server, "ann");
  EXPECT_EQ(matches_of(server, ann).at("/matches"), "[]");
  Member bob = join_for_matching(server, "bob");

  Reply first = matches_of(server, ann);
  Reply second = matches_of(server, ann);

  EXPECT_EQ(first.at("/matches/0/user_id"), bob.id);
  EXPECT_NE(first.text.find(R"("compatibility_score":0.61)"), std::string::npos) << first.text;
  EXPECT_EQ(first.at("/matches/0/distance_km"), "null");
  EXPECT_EQ(first.text, second.text);
  EXPECT_EQ(matches_of(server, bob).at("/matches/0/user_id"), ann.id)
      << "each is shown to the other";
}

TEST(Matches, the_limit_cuts_the_answer_only) {
  ApiServer server;
  ASSERT_EQ(server.run({"seed", "--profiles", "60", "--assessed"}), 0);
  Member ann = join_for_matching(server, "ann", R"({"looking_for_gender":"any"})");
  server.psql("UPDATE profiles SET looking_for_gender = 'any', age_min = 18, age_max = 99");

  Reply two = matches_of(server, ann, "?limit=2");
  Reply all = matches_of(server, ann, "?limit=50");

  EXPECT_EQ(two.body.at("matches").as_array().size(), 2U);
  EXPECT_EQ(all.body.at("matches").as_array().size(), 5U) << "the free tier";
  EXPECT_EQ(two.at("/matches/1/match_id"), all.at("/matches/1/match_id"));
  for (const char* limit : {"0", "51", "x", "-1", "", "5x"})
    EXPECT_EQ(matches_of(server, ann, std::string("?limit=") + limit).status, 400) << limit;
}

TEST(Matches, a_better_tier_adds_to_todays_batch) {
  ApiServer server;
  ASSERT_EQ(server.run({"seed", "--profiles", "60", "--assessed"}), 0);
  Member ann = join_for_matching(server, "ann", R"({"looking_for_gender":"any"})");
  server.psql("UPDATE profiles SET looking_for_gender = 'any', age_min = 18, age_max = 99");
  Reply free = matches_of(server, ann, "?limit=50");

  EXPECT_EQ(server.post("/api/subscriptions", R"({"tier":"premium"})", ann.access_token).status,
            201);
  Reply premium = matches_of(server, ann, "?limit=50");

  EXPECT_EQ(premium.body.at("matches").as_array().size(), 20U);
  for (int i = 0; i < 5; ++i)
    EXPECT_NE(premium.text.find(free.at("/matches/" + std::to_string(i) + "/match_id")),
              std::string::npos);
}

TEST(Matches, first_requests_at_the_same_time_make_one_batch) {
  ApiServer server;
  ASSERT_EQ(server.run({"seed", "--profiles", "60", "--assessed"}), 0);
  Member ann = join_for_matching(server, "ann", R"({"looking_for_gender":"any"})");
  server.psql("UPDATE profiles SET looking_for_gender = 'any', age_min = 18, age_max = 99");
  std::vector<Ask> asks(8, {"GET", "/api/matches", "", ann.access_token, {}});

  auto replies = server.ask_all(asks);

  for (const Reply& reply : replies) EXPECT_EQ(reply.at("/matches"), replies[0].at("/matches"));
  EXPECT_EQ(server.psql("SELECT count(*) FROM matches"), "5");
}

TEST(Matches, hard_filters_hold_in_both_directions) {
  ApiServer server;
  Member ann =
      join_for_matching(server, "ann", R"({"gender":"female","looking_for_gender":"male"})");
  Member bob = join_for_matching(server, "bob", R"({"gender":"male","looking_for_gender":"male"})");
  Member carl =
      join_for_matching(server, "carl", R"({"gender":"male","looking_for_gender":"female"})");
  join_for_matching(server, "dan", R"({"gender":"male","preferences":{"age_max":20}})");

  Reply reply = matches_of(server, ann);

  EXPECT_EQ(reply.body.at("matches").as_array().size(), 1U);
  EXPECT_EQ(reply.at("/matches/0/user_id"), carl.id);
}

TEST(Matches, blocked_and_leaving_people_are_not_shown) {
  ApiServer server;
  Member ann = join_for_matching(server, "ann");
  Member bob = join_for_matching(server, "bob");
  Member carl = join_for_matching(server, "carl");
  server.psql("INSERT INTO user_blocks (blocker_id, blocked_id) VALUES ('" + bob.id + "', '" +
              ann.id + "')");
  EXPECT_EQ(
      server.ask({"DELETE", "/api/compliance/data-deletion", "", carl.access_token, {}}).status,
      202);

  EXPECT_EQ(matches_of(server, ann).at("/matches"), "[]");
}

TEST(Likes, of_both_at_the_same_moment_are_mutual) {
  ApiServer server;
  Member ann = join_for_matching(server, "ann");
  Member bob = join_for_matching(server, "bob");
  std::string ann_likes = like(matches_of(server, ann));
  std::string bob_likes = like(matches_of(server, bob));

  auto replies = server.ask_all({{"POST", ann_likes, "", ann.access_token, {}},
                                 {"POST", bob_likes, "", bob.access_token, {}}});

  EXPECT_EQ(count_status(replies, 200), 2);
  EXPECT_TRUE(replies[0].at("/mutual_match") == "true" || replies[1].at("/mutual_match") == "true");
  EXPECT_EQ(server.post(ann_likes, "", ann.access_token).at("/mutual_match"), "true");
  EXPECT_EQ(server.post(bob_likes, "", bob.access_token).at("/mutual_match"), "true");
  EXPECT_EQ(server.psql("SELECT DISTINCT status FROM matches"), "matched");
  EXPECT_EQ(matches_of(server, ann).at("/matches/0/status"), "matched") << "not a stale copy";
}

TEST(Likes, put_the_liker_into_the_others_batch) {
  ApiServer server;
  Member ann = join_for_matching(server, "ann");
  Member bob = join_for_matching(server, "bob");
  std::string ann_likes = like(matches_of(server, ann));

  Reply liked = server.post(ann_likes, "", ann.access_token);
  EXPECT_EQ(liked.at("/mutual_match"), "false");
  EXPECT_EQ(liked.at("/status"), "liked");
  EXPECT_EQ(server.psql("SELECT user_a_id FROM matches WHERE status = 'pending'"), bob.id);
  Reply bobs = matches_of(server, bob);
  EXPECT_EQ(bobs.at("/matches/0/user_id"), ann.id);
  EXPECT_EQ(server.post(like(bobs), "", bob.access_token).at("/mutual_match"), "true");
}

TEST(Likes, concern_only_ones_own_matches) {
  ApiServer server;
  Member ann = join_for_matching(server, "ann");
  Member bob = join_for_matching(server, "bob");
  std::string ann_likes = like(matches_of(server, ann));

  EXPECT_EQ(server.post(ann_likes, "", bob.access_token).status, 404);
  EXPECT_EQ(
      server.post("/api/matches/00000000-0000-4000-8000-000000000000/like", "", ann.access_token)
          .status,
      404);
  EXPECT_EQ(server.post("/api/matches/1/like", "", ann.access_token).status, 400);
}

TEST(Passes, take_a_match_away_for_good) {
  ApiServer server;
  Member ann = join_for_matching(server, "ann");
  join_for_matching(server, "bob");
  std::string ann_likes = like(matches_of(server, ann));
  std::string ann_passes = ann_likes.substr(0, ann_likes.rfind('/')) + "/pass";

  EXPECT_EQ(server.post(ann_passes, "", ann.access_token).at("/status"), "passed");
  EXPECT_EQ(server.post(ann_passes, "", ann.access_token).status, 200) << "again changes nothing";
  EXPECT_EQ(server.post(ann_likes, "", ann.access_token).status, 400);
  EXPECT_EQ(matches_of(server, ann).at("/matches"), "[]");
}

TEST(GenerateMatches, makes_everybodys_batch_and_no_second_one) {
  ApiServer server;
  ASSERT_EQ(server.run({"seed", "--profiles", "80", "--assessed"}), 0);

  ASSERT_EQ(server.run({"generate-matches"}), 0);
  std::string first =
      server.psql("SELECT count(*), md5(string_agg(id::text, '' ORDER BY id)) FROM matches");
  ASSERT_EQ(server.run({"generate-matches"}), 0);

  EXPECT_EQ(server.psql("SELECT count(*), md5(string_agg(id::text, '' ORDER BY id)) FROM matches"),
            first);
  EXPECT_EQ(
      server.psql("SELECT max(n) <= 5 FROM (SELECT count(*) n FROM matches GROUP BY user_a_id) x"),
      "t");
}

}  // namespace
}  // namespace sb::testing
