// AWS's published examples: https://docs.aws.amazon.com/IAM/latest/UserGuide/signing-elements.html
// and the aws-sig-v4-test-suite (named as there).
#include "aws/protocol/sigv4.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

namespace sb::aws {
namespace {

using namespace std::chrono_literals;

const Timestamp kAt = *parse_basic("20150830T123600Z");
const Credentials kCredentials{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""};

struct Vector {
  const char* name;
  const char* method;
  const char* path;
  const char* query;
  HeaderList headers;
  const char* body;
  const char* signature;
  const char* service = "service";
  // What a test list says of it, and not its bytes.
  friend void PrintTo(const Vector& each, std::ostream* out) {
    *out << each.name;
  }
};

const Vector kVectors[] = {
    {"get-vanilla",
     "GET",
     "/",
     "",
     {{"Host", "example.amazonaws.com"}},
     "",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-vanilla-query-order-key-case",
     "GET",
     "/",
     "Param2=value2&Param1=value1",
     {{"Host", "example.amazonaws.com"}},
     "",
     "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
    {"get-utf8",
     "GET",
     "/\xE1\x88\xB4",
     "",
     {{"Host", "example.amazonaws.com"}},
     "",
     "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
    {"get-header-value-trim",
     "GET",
     "/",
     "",
     {{"Host", "example.amazonaws.com"},
      {"My-Header1", " value1"},
      {"My-Header2", " \"a   b   c\""}},
     "",
     "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
    {"get-relative",
     "GET",
     "/example/..",
     "",
     {{"Host", "example.amazonaws.com"}},
     "",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-slash",
     "GET",
     "//",
     "",
     {{"Host", "example.amazonaws.com"}},
     "",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"post-vanilla",
     "POST",
     "/",
     "",
     {{"Host", "example.amazonaws.com"}},
     "",
     "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
    {"post-x-www-form-urlencoded",
     "POST",
     "/",
     "",
     {{"Content-Type", "application/x-www-form-urlencoded"}, {"Host", "example.amazonaws.com"}},
     "Param1=value1",
     "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
    {"iam-list-users",
     "GET",
     "/",
     "Action=ListUsers&Version=2010-05-08",
     {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
      {"Host", "iam.amazonaws.com"}},
     "",
     "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
     "iam"},
};

class SigV4Vectors : public testing::TestWithParam<Vector> {};

TEST_P(SigV4Vectors, signs_as_published_and_verifies) {
  const auto& vector = GetParam();
  HeaderList headers = vector.headers;

  sign(vector.method, vector.path, vector.query, headers, vector.body, kCredentials, "us-east-1",
       vector.service, kAt);

  auto authorization = parse_authorization(headers.back().second);
  ASSERT_TRUE(authorization);
  EXPECT_EQ(authorization->signature, vector.signature);
  EXPECT_EQ(authorization->access_key, "AKIDEXAMPLE");
  SignedMessage message{vector.method, vector.path, vector.query, &headers, vector.body};
  EXPECT_EQ(verify(message, *authorization, kCredentials.secret_key, kAt + 14min, 15min),
            Verdict::valid);
}

INSTANTIATE_TEST_SUITE_P(Published, SigV4Vectors, testing::ValuesIn(kVectors),
                         [](const auto& info) {
                           std::string name = info.param.name;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

class SigV4Verify : public testing::Test {
 protected:
  SigV4Verify() {
    sign("POST", "/", "", headers_, "body", {"A", "secret", "token"}, "us-west-2", "ecs", kAt);
    authorization_ = *parse_authorization(headers_.back().second);
  }
  Verdict verdict(std::string_view body = "body", std::string_view secret = "secret",
                  Timestamp at = kAt) {
    SignedMessage message{"POST", "/", "", &headers_, body};
    return verify(message, authorization_, secret, at, 15min);
  }

  HeaderList headers_{{"Host", "localhost:4566"}, {"X-Amz-Target", "X.Y"}};
  Authorization authorization_;
};

TEST_F(SigV4Verify, accepts_what_was_signed) {
  EXPECT_EQ(verdict(), Verdict::valid);
}

TEST_F(SigV4Verify, refuses_any_change) {
  EXPECT_EQ(verdict("Body"), Verdict::wrong_signature);
  EXPECT_EQ(verdict("body", "Secret"), Verdict::wrong_signature);
  for (auto& [name, value] : headers_) {
    if (name == "Authorization") continue;
    auto kept = value;
    value[0] = value[0] == '3' ? '4' : '3';
    EXPECT_NE(verdict(), Verdict::valid) << name;
    value = kept;
  }
}

TEST_F(SigV4Verify, refuses_another_time_or_date) {
  EXPECT_EQ(verdict("body", "secret", kAt + 16min), Verdict::wrong_time);
  EXPECT_EQ(verdict("body", "secret", kAt - 16min), Verdict::wrong_time);
  authorization_.scope.date = "20150831";
  EXPECT_EQ(verdict(), Verdict::wrong_time);
}

TEST_F(SigV4Verify, refuses_requests_whose_host_or_date_is_not_signed) {
  auto names = authorization_.signed_headers;
  for (const char* name : {"host", "x-amz-date"}) {
    authorization_.signed_headers = names;
    std::erase(authorization_.signed_headers, name);
    EXPECT_EQ(verdict(), Verdict::incomplete) << name;
  }
}

TEST(SigV4, refuses_malformed_authorization_headers) {
  std::string hex(64, 'a');
  EXPECT_TRUE(
      parse_authorization("AWS4-HMAC-SHA256 Credential=A/20150830/r/s/aws4_request,"
                          "SignedHeaders=host,Signature=" +
                          hex));
  for (const std::string& header :
       {std::string(), std::string("Bearer x"), std::string("AWS4-HMAC-SHA256"),
        "AWS4-HMAC-SHA256 Credential=A/20150830/r/s/aws4, SignedHeaders=host, Signature=" + hex,
        "AWS4-HMAC-SHA256 Credential=/20150830/r/s/aws4_request, SignedHeaders=host, Signature=" +
            hex,
        "AWS4-HMAC-SHA256 Credential=A/r/s/aws4_request, SignedHeaders=host, Signature=" + hex,
        "AWS4-HMAC-SHA256 Credential=A/20150830/r/s/aws4_request, Signature=" + hex,
        std::string("AWS4-HMAC-SHA256 Credential=A/20150830/r/s/aws4_request, SignedHeaders=host, "
                    "Signature=abc")})
    EXPECT_FALSE(parse_authorization(header)) << header;
}

}  // namespace
}  // namespace sb::aws
