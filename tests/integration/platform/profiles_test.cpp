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

TEST(Profiles, others_see_no_exact_place_and_no_birthday) {
  ApiServer server;
  Member ann = join_for_matching(
      server, "ann", R"({"location":{"city":"Oslo","latitude":59.9,"longitude":10.7}})");
  Member bob = join(server, "bob");

  Reply seen = server.get("/api/profiles/" + ann.id, bob.access_token);
  EXPECT_EQ(seen.at("/location/city"), "Oslo");
  EXPECT_EQ(seen.text.find("latitude"), std::string::npos);
  EXPECT_EQ(seen.text.find("1990"), std::string::npos);
  EXPECT_EQ(server.get("/api/profiles/" + bob.id, ann.access_token).status, 404) << "no profile";
  server.post("/api/moderation/blocks/" + bob.id, "", ann.access_token);
  EXPECT_EQ(server.get("/api/profiles/" + ann.id, bob.access_token).status, 404);
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

std::string tiny_png(int side) {
  auto number = [](int n) {
    return std::string{static_cast<char>(n >> 24), static_cast<char>(n >> 16),
                       static_cast<char>(n >> 8), static_cast<char>(n)};
  };
  auto chunk = [&](const std::string& type, const std::string& content) {
    return number(static_cast<int>(content.size())) + type + content + "crc!";
  };
  std::string header = number(side) + number(side) + std::string("\x08\x02\0\0\0", 5);
  return std::string("\x89PNG\r\n\x1a\n", 8) + chunk("IHDR", header) +
         chunk("tEXt", "secret place") + chunk("IDAT", "x") + chunk("IEND", "");
}

Ask upload(const Member& member, const std::string& bytes) {
  std::string body =
      "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../x\"\r\n\r\n" + bytes +
      "\r\n--B--\r\n";
  return {"POST",
          "/api/profiles/me/photos",
          body,
          member.access_token,
          {{"Content-Type", "multipart/form-data; boundary=B"}}};
}

TEST(Photos, are_stripped_stored_served_and_deleted) {
  ScratchFolder folder("photos");
  ApiServer server({{"PHOTO_DIR", folder.path().string()}, {"RATE_LIMIT_PHOTO_PER_MINUTE", "0"}});
  Member ann = join_for_matching(server, "ann");

  EXPECT_EQ(server.ask(upload(ann, tiny_png(799))).status, 400);
  EXPECT_EQ(server.ask(upload(ann, "GIF89a")).status, 400);
  Reply added = server.ask(upload(ann, tiny_png(800)));
  ASSERT_EQ(added.status, 201) << added.text;
  Reply photo = server.get(added.at("/photo_url"));
  EXPECT_EQ(photo.headers.get("Content-Type"), "image/png");
  EXPECT_EQ(photo.text.find("secret"), std::string::npos);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(server.ask(upload(ann, tiny_png(800))).status, 201);
  EXPECT_EQ(server.ask(upload(ann, tiny_png(800))).status, 400) << "six are enough";

  std::string path = "/api/profiles/me/photos/" + added.at("/photo_id");
  EXPECT_EQ(server.ask({"DELETE", path, "", ann.access_token, {}}).status, 200);
  EXPECT_EQ(server.ask({"DELETE", path, "", ann.access_token, {}}).status, 404);
  EXPECT_EQ(server.get(added.at("/photo_url")).status, 404);
  Reply profile = server.get("/api/profiles/me", ann.access_token);
  EXPECT_EQ(profile.at("/photo_details/0/order"), "0");
  EXPECT_EQ(profile.at("/photo_details/4/order"), "4");
  EXPECT_EQ(profile.body.at("photos").as_array().size(), 5U);
  EXPECT_EQ(profile.at("/completeness_score"), "55");
}

TEST(Photos, of_too_many_bytes_are_413_and_without_a_folder_503) {
  ApiServer server;
  Member ann = join(server, "ann");

  EXPECT_EQ(server.ask(upload(ann, "x")).status, 503);
  EXPECT_EQ(server.ask(upload(ann, std::string(11 << 20, 'x'))).status, 413);
  EXPECT_EQ(server.post("/api/profiles/me/photos", "{}", ann.access_token).status, 415);
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
