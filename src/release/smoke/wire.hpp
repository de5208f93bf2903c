// What the smoke tests send to the platform and read of its answers; members they do not look at
// are left out.
#pragma once

#include <boost/describe/class.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace sb::release::smoke::wire {

struct Failure {
  std::string error;
  std::string message;
};
BOOST_DESCRIBE_STRUCT(Failure, (), (error, message))

struct Health {
  std::string status;
};
BOOST_DESCRIBE_STRUCT(Health, (), (status))

struct Register {
  std::string email;
  std::string password;
  std::string name;
  std::string date_of_birth;
};
BOOST_DESCRIBE_STRUCT(Register, (), (email, password, name, date_of_birth))

struct User {
  std::string user_id;
};
BOOST_DESCRIBE_STRUCT(User, (), (user_id))

struct Login {
  std::string email;
  std::string password;
};
BOOST_DESCRIBE_STRUCT(Login, (), (email, password))

struct Tokens {
  std::string access_token;
  std::string refresh_token;
};
BOOST_DESCRIBE_STRUCT(Tokens, (), (access_token, refresh_token))

struct Preferences {
  std::int64_t age_min = 18;
  std::int64_t age_max = 100;
  std::int64_t distance_km = 500;
};
BOOST_DESCRIBE_STRUCT(Preferences, (), (age_min, age_max, distance_km))

struct ProfileUpdate {
  std::string name;
  std::string date_of_birth;
  std::string bio;
  std::vector<std::string> interests;
  Preferences preferences;
};
BOOST_DESCRIBE_STRUCT(ProfileUpdate, (), (name, date_of_birth, bio, interests, preferences))

struct Profile {
  std::string name;
  std::int64_t age = 0;
  std::vector<std::string> interests;
  std::string subscription_tier;
};
BOOST_DESCRIBE_STRUCT(Profile, (), (name, age, interests, subscription_tier))

struct Question {
  std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(Question, (), (id))

struct Assessment {
  std::vector<Question> questions;
};
BOOST_DESCRIBE_STRUCT(Assessment, (), (questions))

struct AssessmentAnswer {
  std::int64_t question_id = 0;
  std::int64_t answer = 0;
};
BOOST_DESCRIBE_STRUCT(AssessmentAnswer, (), (question_id, answer))

struct AssessmentAnswers {
  std::vector<AssessmentAnswer> responses;
  bool consent_given = true;
};
BOOST_DESCRIBE_STRUCT(AssessmentAnswers, (), (responses, consent_given))

struct AssessmentResult {
  std::string style;
};
BOOST_DESCRIBE_STRUCT(AssessmentResult, (), (style))

struct Match {
  std::string user_id;
  double compatibility_score = -1;
};
BOOST_DESCRIBE_STRUCT(Match, (), (user_id, compatibility_score))

struct Matches {
  std::vector<Match> matches;
};
BOOST_DESCRIBE_STRUCT(Matches, (), (matches))

struct Subscribe {
  std::string tier = "premium";
  std::string payment_method_id = "pm_card_visa";
};
BOOST_DESCRIBE_STRUCT(Subscribe, (), (tier, payment_method_id))

struct Subscription {
  std::string tier;
  std::string status;
};
BOOST_DESCRIBE_STRUCT(Subscription, (), (tier, status))

}  // namespace sb::release::smoke::wire
