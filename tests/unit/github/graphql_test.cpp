// Exactly the selected fields, whatever way they were asked for.
#include "github/graphql.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace sb::github {
namespace {

using ::testing::HasSubstr;

Result<Operation> parse(const std::string& document, const std::string& variables = "{}",
                        const std::string& name = "") {
  return parse_operation(document, boost::json::parse(variables), name);
}

std::string cut(const std::string& value, const std::string& document) {
  auto operation = parse(document);
  if (!operation) return operation.error().text();
  auto out = select(boost::json::parse(value), operation->fields, "");
  return out ? boost::json::serialize(*out) : out.error().text();
}

TEST(GraphQl, keeps_exactly_the_selected_fields) {
  EXPECT_EQ(cut(R"({"a":1,"b":{"c":2,"d":3},"e":4})", "{ a b { c } }"), R"({"a":1,"b":{"c":2}})");
  EXPECT_EQ(cut(R"({"a":[{"b":1,"c":2},{"b":3,"c":4}]})", "query Q { x: a { c } }"),
            R"({"x":[{"c":2},{"c":4}]})");
  EXPECT_EQ(cut(R"({"a":null})", "{ a { b } }"), R"({"a":null})");
}

TEST(GraphQl, names_a_field_that_is_not_there) {
  EXPECT_THAT(cut(R"({"a":{"b":1}})", "{ a { z } }"), HasSubstr("'a.z'"));
  EXPECT_THAT(cut(R"({"a":1})", "{ a { z } }"), HasSubstr("'a' has no fields"));
}

TEST(GraphQl, lays_fragments_out) {
  EXPECT_EQ(cut(R"({"a":{"b":1,"c":2,"d":3}})",
                "fragment outer on A { ...inner d } query { a { ...outer ... on A { c } } } "
                "fragment inner on A { b }"),
            R"({"a":{"b":1,"d":3,"c":2}})");
  EXPECT_THAT(cut("{}", "{ ...nowhere }"), HasSubstr("nowhere"));
}

TEST(GraphQl, reads_arguments_and_variables) {
  auto operation = parse(
      "# a comment\nquery One { x } mutation Two($input: In!, $n: [Int!] = 3) {"
      " make(input: $input, n: $n, s: \"a\\\"b\", state: OPEN, list: [1, $n], o: {k: -2.5}) { id } "
      "}",
      R"({"input":{"title":"T"}})", "Two");

  ASSERT_TRUE(operation) << operation.error().text();
  EXPECT_TRUE(operation->is_mutation);
  const auto& field = operation->fields[0];
  EXPECT_EQ(field.argument("input"), R"({"title":"T"})");
  EXPECT_EQ(field.argument("n"), "3");
  EXPECT_EQ(field.argument("s"), R"("a\"b")");
  EXPECT_EQ(field.argument("state"), R"("OPEN")");
  EXPECT_EQ(field.argument("list"), "[1,3]");
  EXPECT_EQ(field.argument("o"), R"({"k":-2.5})");
  EXPECT_EQ(field.argument("none"), "null");
}

TEST(GraphQl, refuses_what_it_cannot_read) {
  for (std::string document :
       {"{", "}", "{ a(", "{ a(b: ) }", "query {", "{ a @include(if: true) }", "subscription { a }",
        "{ a(b: \"x) }", "nonsense { a }", "query A { a } query B { b }", "{ a(b: [1 }", "{ : }"})
    EXPECT_FALSE(parse(document)) << document;
  EXPECT_FALSE(parse("query A { a }", "{}", "B"));
  EXPECT_FALSE(parse("{ a }", "[]"));
  EXPECT_FALSE(parse(std::string(10000, '{')));
}

}  // namespace
}  // namespace sb::github
