#include "github/graphql.hpp"

#include <boost/json.hpp>
#include <cctype>

namespace sb::github {

namespace json = boost::json;

namespace {

constexpr int kDeepest = 40;

bool is_name_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::invalid_argument, "GraphQL: " + std::move(message));
}

// A recursive-descent parser; fragments are read first (parse_document runs twice over the text).
class Parser {
 public:
  Parser(std::string_view text, const json::object& variables,
         std::map<std::string, std::vector<Selection>, std::less<>>& fragments)
      : text_(text), variables_(variables), fragments_(fragments) {}

  Result<std::vector<Operation>> document(bool fragments_only) {
    std::vector<Operation> operations;
    skip();
    while (at_ < text_.size()) {
      if (peek() == '{') {
        SB_TRY(auto fields, selection_set(0, fragments_only));
        operations.push_back({false, "", std::move(fields)});
        continue;
      }
      auto word = name();
      if (word == "fragment") {
        SB_TRY_VOID(fragment(fragments_only));
      } else if (word == "query" || word == "mutation") {
        SB_TRY(auto operation, rest_of_operation(word == "mutation", fragments_only));
        operations.push_back(std::move(operation));
      } else if (word == "subscription") {
        return fail(ErrorCode::unimplemented, "salthub has no GraphQL subscriptions");
      } else {
        return wrong(fmt::format("unexpected '{}' at {}", word.empty() ? peek_text() : word, at_));
      }
    }
    return operations;
  }

 private:
  char peek() const {
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  std::string peek_text() const {
    return std::string(text_.substr(at_, 1));
  }
  void skip() {
    while (at_ < text_.size()) {
      char c = text_[at_];
      if (c == '#') {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',') {
        ++at_;
      } else {
        return;
      }
    }
  }
  std::string name() {
    auto from = at_;
    while (at_ < text_.size() && is_name_char(text_[at_])) ++at_;
    auto out = std::string(text_.substr(from, at_ - from));
    skip();
    return out;
  }
  bool take(std::string_view token) {
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    skip();
    return true;
  }
  Result<> want(std::string_view token) {
    if (take(token)) return {};
    return wrong(fmt::format("expected '{}' at {}, not '{}'", token, at_, peek_text()));
  }

  Result<> fragment(bool fragments_only) {
    auto own_name = name();
    if (name() != "on") return wrong("a fragment without 'on'");
    (void)name();
    SB_TRY(auto fields, selection_set(0, fragments_only));
    fragments_[own_name] = std::move(fields);
    return {};
  }

  Result<Operation> rest_of_operation(bool is_mutation, bool fragments_only) {
    Operation operation{is_mutation, name(), {}};
    if (take("(")) {  // declarations: the values came beside the document
      while (!take(")")) {
        if (!take("$")) return wrong("expected a variable");
        auto variable = name();
        SB_TRY_VOID(want(":"));
        while (is_name_char(peek()) || peek() == '[' || peek() == ']' || peek() == '!')
          if (!take("[") && !take("]") && !take("!")) (void)name();
        if (take("=")) {
          SB_TRY(defaults_[variable], value(0));
        }
      }
    }
    SB_TRY(operation.fields, selection_set(0, fragments_only));
    return operation;
  }

  Result<std::vector<Selection>> selection_set(int depth, bool fragments_only) {
    if (depth > kDeepest) return wrong("nested too deeply");
    if (peek() == '@') return fail(ErrorCode::unimplemented, "salthub has no GraphQL directives");
    SB_TRY_VOID(want("{"));
    std::vector<Selection> out;
    while (!take("}")) {
      if (at_ >= text_.size()) return wrong("'}' is missing");
      if (take("...")) {
        SB_TRY(auto more, spread(depth, fragments_only));
        out.insert(out.end(), more.begin(), more.end());
      } else {
        SB_TRY(auto field, selection(depth, fragments_only));
        out.push_back(std::move(field));
      }
    }
    return out;
  }

  // "...name" or "... on Type { }"
  Result<std::vector<Selection>> spread(int depth, bool fragments_only) {
    auto word = name();
    if (word == "on") (void)name();
    if (word == "on" || word.empty()) return selection_set(depth + 1, fragments_only);
    auto found = fragments_.find(word);
    if (found != fragments_.end()) return found->second;
    if (fragments_only) return std::vector<Selection>();
    return wrong(fmt::format("there is no fragment '{}'", word));
  }

  Result<Selection> selection(int depth, bool fragments_only) {
    Selection field;
    field.name = field.alias = name();
    if (field.name.empty())
      return wrong(fmt::format("expected a field at {}, not '{}'", at_, peek_text()));
    if (take(":")) field.name = name();
    if (take("(")) {
      while (!take(")")) {
        auto argument = name();
        if (argument.empty()) return wrong("expected an argument");
        SB_TRY_VOID(want(":"));
        SB_TRY(auto text, value(0));
        field.arguments.emplace_back(argument, text);
      }
    }
    if (peek() == '@') return fail(ErrorCode::unimplemented, "salthub has no GraphQL directives");
    if (peek() == '{') {
      SB_TRY(field.fields, selection_set(depth + 1, fragments_only));
    }
    return field;
  }

  // As JSON text; enumeration values become strings.
  Result<std::string> value(int depth) {
    if (depth > kDeepest) return wrong("nested too deeply");
    if (take("$")) {
      auto variable = name();
      const auto* given = variables_.if_contains(variable);
      if (given != nullptr) return json::serialize(*given);
      auto fallback = defaults_.find(variable);
      return fallback == defaults_.end() ? "null" : fallback->second;
    }
    if (peek() == '"') return string();
    if (take("[")) {
      std::string out;
      while (!take("]")) {
        if (at_ >= text_.size()) return wrong("']' is missing");
        SB_TRY(auto element, value(depth + 1));
        out += (out.empty() ? "" : ",") + element;
      }
      return "[" + out + "]";
    }
    if (take("{")) return object(depth);
    auto from = at_;
    while (at_ < text_.size() && (is_name_char(peek()) || peek() == '-' || peek() == '.')) ++at_;
    auto word = std::string(text_.substr(from, at_ - from));
    skip();
    if (word.empty()) return wrong(fmt::format("expected a value at {}", at_));
    bool is_number = std::isdigit(static_cast<unsigned char>(word[0])) != 0 || word[0] == '-';
    if (is_number || word == "true" || word == "false" || word == "null") return word;
    return json::serialize(word);
  }
  Result<std::string> object(int depth) {
    std::string out;
    while (!take("}")) {
      auto key = name();
      if (key.empty()) return wrong("expected a key");
      SB_TRY_VOID(want(":"));
      SB_TRY(auto element, value(depth + 1));
      out += (out.empty() ? "" : ",") + json::serialize(key) + ":" + element;
    }
    return "{" + out + "}";
  }
  Result<std::string> string() {
    auto from = at_++;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    if (at_ >= text_.size()) return wrong("a string without end");
    ++at_;
    auto out = std::string(text_.substr(from, at_ - from));
    skip();
    return out;
  }

  std::string_view text_;
  const json::object& variables_;
  std::map<std::string, std::vector<Selection>, std::less<>>& fragments_;
  std::map<std::string, std::string> defaults_;
  std::size_t at_ = 0;
};

}  // namespace

std::string_view Selection::argument(std::string_view argument_name) const {
  for (const auto& [key, value] : arguments)
    if (key == argument_name) return value;
  return "null";
}

Result<Operation> parse_operation(std::string_view document, const json::value& variables,
                                  std::string_view operation_name) {
  static const json::object kNone;
  const auto* given = variables.if_object();
  if (given == nullptr && !variables.is_null()) return wrong("variables must be an object");
  std::map<std::string, std::vector<Selection>, std::less<>> fragments;
  // Fragments may stand behind their users and use each other: once round for each of a chain.
  constexpr int kRounds = 4;
  for (int round = 0; round < kRounds; ++round)
    SB_TRY_VOID(Parser(document, given ? *given : kNone, fragments).document(true));
  SB_TRY(auto operations, Parser(document, given ? *given : kNone, fragments).document(false));
  for (auto& operation : operations)
    if (operation_name.empty() || operation.name == operation_name) {
      if (operation_name.empty() && operations.size() > 1)
        return wrong("several operations and no operationName");
      return std::move(operation);
    }
  return wrong(fmt::format("there is no operation '{}'", operation_name));
}

Result<json::value> select(const json::value& value, const std::vector<Selection>& fields,
                           const std::string& path) {
  if (fields.empty() || value.is_null()) return value;
  if (const auto* list = value.if_array()) {
    json::array out;
    for (const auto& element : *list) {
      SB_TRY(auto cut, select(element, fields, path));
      out.push_back(std::move(cut));
    }
    return json::value(std::move(out));
  }
  const auto* object = value.if_object();
  if (object == nullptr) return wrong(fmt::format("'{}' has no fields", path));
  json::object out;
  for (const auto& field : fields) {
    auto where = path.empty() ? field.name : path + "." + field.name;
    const auto* inner = object->if_contains(field.name);
    if (inner == nullptr)
      return fail(ErrorCode::not_found, fmt::format("salthub has no GraphQL field '{}'", where),
                  where);
    SB_TRY(auto cut, select(*inner, field.fields, where));
    out[field.alias] = std::move(cut);
  }
  return json::value(std::move(out));
}

}  // namespace sb::github
