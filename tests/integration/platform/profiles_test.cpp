#include <gtest/gtest.h>

#include "api_server.hpp"

namespace sb::testing {
namespace {

TEST(Profiles, are_created_and_changed_by_put) {
  ApiServer server;
  Member ann = join(server, "ann");
  EXPECT_EQ(server.get("/api/profiles/me", ann.access_token).status, 404);
  EXPECT_EQ(server.put("/api/profiles/me", R"({"bio":"x"})", ann.access_token).status, 400);

  Reply made = server.put(
      "/api/profiles/me",
      R"({"name":"Ann","date_of_birth":"1990-05-01","bio":"<b>'; DROP TABLE users;--</b> 🙂",
                              "location":{"city":"Oslo","latitude":0.0,"longitude":0.0},"interests":["Jazz","jazz"],
                              "preferences":{"age_min":25.0},"values":{"family":9}})",
      ann.access_token);
  ASSERT_EQ(made.status, 200) << made.text;
  Reply profile = server.get("/api/profiles/me", ann.access_token);

  EXPECT_EQ(profile.status, 200);
  EXPECT_EQ(profile.at("/user_id"), ann.id);
  EXPECT_EQ(profile.at("/bio"), "<b>'; DROP TABLE users;--</b> 🙂");
  EXPECT_EQ(profile.at("/location/city"), "Oslo");
  EXPECT_EQ(profile.at("/interests"), R"(["Jazz"])");
  EXPECT_EQ(profile.at("/preferences/age_min"), "25");
  EXPECT_EQ(profile.at("/preferences/age_max"), "null");
  EXPECT_EQ(profile.at("/values/family"), "9");
  EXPECT_EQ(profile.at("/subscription_tier"), "free");
  EXPECT_EQ(profile.at("/photos"), "[]");
  EXPECT_EQ(profile.at("/completeness_score"), "67");
}

TEST(Profiles, one_wrong_field_and_nothing_is_written) {
  ApiServer server;
  Member ann = join_for_matching(server, "ann");

  Reply refused = server.put("/api/profiles/me", R"({"bio":"new","preferences":{"age_min":5}})",
                             ann.access_token);

  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.at("/details/preferences.age_min"), "(absent)");
  EXPECT_EQ(server.get("/api/profiles/me", ann.access_token).at("/bio"), "null");
}

TEST(Profiles, post_creates_once) {
  ApiServer server;
  Member ann = join(server, "ann");
  std::string body = R"({"name":"Ann","date_of_birth":"1990-05-01"})";

  EXPECT_EQ(server.post("/api/profiles/me", body, ann.access_token).status, 201);
  EXPECT_EQ(server.post("/api/profiles/me", body, ann.access_token).status, 400);
}

TEST(Profiles, changes_at_the_same_time_all_survive) {
  ApiServer server;
  Member ann = join_for_matching(server, "ann");
  std::vector<Ask> asks = {
      {"PUT", "/api/profiles/me", R"({"bio":"b"})", ann.access_token, {}},
      {"PUT", "/api/profiles/me", R"({"gender":"female"})", ann.access_token, {}},
      {"PUT", "/api/profiles/me", R"({"location":{"city":"Oslo"}})", ann.access_token, {}},
      {"PUT", "/api/profiles/me", R"({"interests":["a"]})", ann.access_token, {}}};

  EXPECT_EQ(count_status(server.ask_all(asks), 200), 4);

  Reply profile = server.get("/api/profiles/me", ann.access_token);
  EXPECT_EQ(profile.at("/bio"), "b");
  EXPECT_EQ(profile.at("/gender"), "female");
  EXPECT_EQ(profile.at("/location/city"), "Oslo");
  EXPECT_EQ(profile.at("/interests"), R"(["a"])");
}

TEST(Assessment, needs_consent_and_is_taken_once_in_ninety_days) {
  ApiServer server;
  Member ann = join(server, "ann");
  auto submit = [&](const std::string& body) {
    return server.post("/api/attachment/assessment", body, ann.access_token);
  };

  EXPECT_EQ(submit(assessment_body(4, "")).at("/details/consent_given"), "is required");
  EXPECT_EQ(submit(assessment_body(4, R"(,"consent_given":false)")).status, 400);
  Reply taken = submit(assessment_body(7));
  EXPECT_EQ(taken.status, 201);
  EXPECT_EQ(taken.at("/style"), "fearful-avoidant") << "five of twelve are reversed: 4.5";
  Reply again = submit(assessment_body(1));
  EXPECT_EQ(again.status, 429);
  EXPECT_NE(again.at("/retry_after"), "(absent)");
  server.psql("UPDATE attachment_assessments SET taken_at = now() - interval '91 days'");
  EXPECT_EQ(submit(assessment_body(1, "")).status, 201) << "the consent is on file";
}

TEST(Assessment, results_are_ones_own) {
  ApiServer server;
  Member ann = join_for_matching(server, "ann", "{}", 2);
  Member bob = join(server, "bob");

  EXPECT_EQ(server.get("/api/attachment/results/" + ann.id, ann.access_token).status, 200);
  EXPECT_EQ(server.get("/api/attachment/results/" + ann.id, bob.access_token).status, 403);
  EXPECT_EQ(server.get("/api/attachment/results/" + bob.id, bob.access_token).status, 404);
  EXPECT_EQ(server.get("/api/attachment/results/me", bob.access_token).status, 400);
  Reply questions = server.get("/api/attachment/assessment", bob.access_token);
  EXPECT_EQ(questions.at("/questions/24/id"), "25");
  EXPECT_EQ(questions.text.find("anxiety"), std::string::npos);
}

}  // namespace
}  // namespace sb::testing
