#include "base/json/codec.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace sb::json {
namespace {

enum class Colour { red, green };
BOOST_DESCRIBE_ENUM(Colour, red, green)

struct Tag {
  std::string key;
  std::optional<std::string> value;
  bool operator==(const Tag&) const = default;
};
BOOST_DESCRIBE_STRUCT(Tag, (), (key, value))

struct Tree {
  std::string name;
  std::vector<Tree> children;
  bool operator==(const Tree&) const = default;
};
BOOST_DESCRIBE_STRUCT(Tree, (), (name, children))

struct Everything {
  bool flag = true;
  int small = 7;
  std::uint8_t byte = 0;
  std::int64_t large = 0;
  double number = 0;
  std::string text;
  Timestamp at{};
  std::optional<Timestamp> maybe_at;
  Colour colour = Colour::red;
  std::optional<Tag> tag;
  std::vector<Tag> tags;
  std::optional<std::vector<std::string>> names;
  std::map<std::string, std::vector<int>> numbers;
  Tree tree;
  bool operator==(const Everything&) const = default;
};
BOOST_DESCRIBE_STRUCT(Everything, (),
                      (flag, small, byte, large, number, text, at, maybe_at, colour, tag, tags,
                       names, numbers, tree))

struct Base {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(Base, (), (id))
struct Derived : Base {
  boost::json::value any;
};
BOOST_DESCRIBE_STRUCT(Derived, (Base), (any))

std::string subject_of(std::string_view text) {
  auto result = decode<Everything>(text);
  if (result) return "decoded";
  EXPECT_EQ(result.error().code, ErrorCode::invalid_argument);
  return result.error().subject;
}

TEST(JsonCodec, round_trips_every_kind_of_member) {
  Everything in;
  in.flag = false;
  in.small = -12;
  in.byte = 255;
  in.large = 9223372036854775807;
  in.number = 0.1;
  in.text = "quote \" slash \\ line\n tab\t \x01 \xC3\xA9 \xF0\x9F\x98\x80";
  in.at = from_unix_ms(1763806830123);
  in.maybe_at = from_unix_ms(-1500);
  in.colour = Colour::green;
  in.tag = Tag{"k", "v"};
  in.tags = {{"a", "1"}, {"b", std::nullopt}};
  in.names = std::vector<std::string>{};
  in.numbers = {{"x", {1, 2}}, {"y", {}}};
  in.tree = {"root", {{"leaf", {}}, {"branch", {{"twig", {}}}}}};

  auto out = decode<Everything>(encode(in));

  ASSERT_TRUE(out) << out.error().text();
  EXPECT_EQ(*out, in);
  EXPECT_EQ(*from_value<Everything>(to_value(in)), in);
}

TEST(JsonCodec, absent_and_null_members_keep_their_default_and_unknown_ones_are_ignored) {
  auto out = decode<Everything>(R"({"small":null,"unknown":{"a":[1]},"flag":null})");

  ASSERT_TRUE(out);
  EXPECT_EQ(*out, Everything{});
}

TEST(JsonCodec, leaves_out_empty_optionals_only) {
  EXPECT_EQ(encode(Tag{"k", std::nullopt}), R"({"key":"k"})");
  EXPECT_EQ(encode(Tree{}), R"({"name":"","children":[]})");
}

TEST(JsonCodec, writes_times_as_seconds_with_a_fraction) {
  EXPECT_EQ(encode(from_unix_ms(1763806830123)), "1763806830.123");
  EXPECT_EQ(encode(from_unix_ms(1763806830500)), "1763806830.5");
  EXPECT_EQ(encode(from_unix_ms(1763806830000)), "1763806830");
  EXPECT_EQ(encode(from_unix_ms(-1)), "-0.001");
}

TEST(JsonCodec, reads_times_as_numbers_or_text) {
  EXPECT_EQ(*decode<Timestamp>("1763806830.123"), from_unix_ms(1763806830123));
  EXPECT_EQ(*decode<Timestamp>("1763806830"), from_unix_ms(1763806830000));
  EXPECT_EQ(*decode<Timestamp>("\"2026-11-22T10:20:30.123Z\""),
            *parse_rfc3339("2026-11-22T10:20:30.123Z"));
  EXPECT_FALSE(decode<Timestamp>("1e300"));
  EXPECT_FALSE(decode<Timestamp>("\"yesterday\""));
}

TEST(JsonCodec, names_the_path_of_what_is_wrong) {
  EXPECT_EQ(subject_of(R"({"tags":[{},{},{},{"key":5}]})"), "/tags/3/key");
  EXPECT_EQ(subject_of(R"({"tags":{}})"), "/tags");
  EXPECT_EQ(subject_of(R"({"numbers":{"a/b":["x"]}})"), "/numbers/a~1b/0");
  EXPECT_EQ(subject_of(R"({"colour":"blue"})"), "/colour");
  EXPECT_EQ(subject_of(R"({"flag":1})"), "/flag");
  EXPECT_EQ(subject_of("[]"), "/");
  EXPECT_EQ(from_value<Tag>(boost::json::parse(R"({"key":1})"), "/outer").error().subject,
            "/outer/key");
}

TEST(JsonCodec, refuses_numbers_that_do_not_fit) {
  EXPECT_EQ(subject_of(R"({"small":2147483648})"), "/small");
  EXPECT_EQ(subject_of(R"({"byte":256})"), "/byte");
  EXPECT_EQ(subject_of(R"({"byte":-1})"), "/byte");
  EXPECT_EQ(subject_of(R"({"large":9223372036854775808})"), "/large");
  EXPECT_EQ(subject_of(R"({"small":1.5})"), "/small");
  EXPECT_EQ(subject_of(R"({"small":"1"})"), "/small");
  EXPECT_EQ(decode<int>("3.0"), 3);
}

TEST(JsonCodec, refuses_text_that_is_not_json) {
  for (std::string_view text : {"", "{", "{} x", "nul", "\"\xFF\"", "{'a':1}", "[1,]"})
    EXPECT_FALSE(parse(text)) << text;
  EXPECT_EQ(subject_of(""), "/");
}

TEST(JsonCodec, refuses_deep_nesting) {
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += R"({"children":[)";
  for (int i = 0; i < 40; ++i) deep += "]}";

  auto out = decode<Tree>(deep);

  ASSERT_FALSE(out);
  EXPECT_NE(out.error().message.find("32"), std::string::npos);
}

TEST(JsonCodec, reads_inherited_members_and_any_value) {
  auto out = decode<Derived>(R"({"id":"x","any":{"a":[1,null]}})");

  ASSERT_TRUE(out);
  EXPECT_EQ(out->id, "x");
  EXPECT_EQ(encode(*out), R"({"id":"x","any":{"a":[1,null]}})");
}

TEST(JsonCodec, replaces_bytes_that_are_not_utf8_when_writing) {
  EXPECT_EQ(quote("a\xFF"
                  "b"),
            "\"a\xEF\xBF\xBD"
            "b\"");
  EXPECT_EQ(quote("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_FALSE(is_valid_utf8("\xC0\x80"));
  EXPECT_FALSE(is_valid_utf8("\xF4\x90\x80\x80"));
  EXPECT_TRUE(is_valid_utf8("\xF4\x8F\xBF\xBF"));
}

TEST(JsonCodec, writes_numbers_that_read_back_the_same) {
  EXPECT_EQ(format_number(3), "3");
  EXPECT_EQ(format_number(0.1), "0.1");
  EXPECT_EQ(format_number(-2.5), "-2.5");
  // Boost.JSON 1.81 reads long fractions to within a unit in the last place.
  for (double number : {1e300, 123456789.123456789, 1e15, 1.0 / 3.0})
    EXPECT_DOUBLE_EQ(*decode<double>(format_number(number)), number);
}

}  // namespace
}  // namespace sb::json
