#include "cloud/logs/condition.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <charconv>
#include <string>
#include <variant>
#include <vector>

namespace sb::cloud::logs {

namespace {

namespace json = boost::json;
using Pointer = std::shared_ptr<const Condition>;
using Step = std::variant<std::string, std::size_t>;  // a member or an index

constexpr int kMaxDepth = 32;

// '*' stands for any text.
bool matches_glob(std::string_view text, std::string_view glob) {
  std::size_t at = 0;
  std::size_t in = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (in < text.size()) {
    if (at < glob.size() && glob[at] == '*') {
      star = at++;
      resume = in;
    } else if (at < glob.size() && glob[at] == text[in]) {
      ++at;
      ++in;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      in = ++resume;
    } else {
      return false;
    }
  }
  while (at < glob.size() && glob[at] == '*') ++at;
  return at == glob.size();
}

const json::value* look_up(const json::value& document, const std::vector<Step>& path) {
  const json::value* at = &document;
  for (const auto& step : path) {
    if (const auto* name = std::get_if<std::string>(&step)) {
      const auto* object = at->if_object();
      at = object != nullptr ? object->if_contains(*name) : nullptr;
    } else {
      const auto* array = at->if_array();
      auto index = std::get<std::size_t>(step);
      at = array != nullptr && index < array->size() ? &(*array)[index] : nullptr;
    }
    if (at == nullptr) return nullptr;
  }
  return at;
}

class Both : public Condition {
 public:
  Both(Pointer left, Pointer right) : left_(std::move(left)), right_(std::move(right)) {}
  bool holds(const json::value& document) const override {
    return left_->holds(document) && right_->holds(document);
  }

 private:
  Pointer left_, right_;
};

class Either : public Condition {
 public:
  Either(Pointer left, Pointer right) : left_(std::move(left)), right_(std::move(right)) {}
  bool holds(const json::value& document) const override {
    return left_->holds(document) || right_->holds(document);
  }

 private:
  Pointer left_, right_;
};

enum class Test { equal, not_equal, less, less_equal, greater, greater_equal, is, not_exists };
enum class Word { null, yes, no };

class Compare : public Condition {
 public:
  Compare(std::vector<Step> path, Test test, std::variant<Word, double, std::string> operand)
      : path_(std::move(path)), test_(test), operand_(std::move(operand)) {}

  bool holds(const json::value& document) const override {
    const auto* value = look_up(document, path_);
    if (test_ == Test::not_exists) return value == nullptr;
    if (value == nullptr) return false;
    if (const auto* word = std::get_if<Word>(&operand_)) return is_word(*value, *word);
    if (const auto* number = std::get_if<double>(&operand_)) return is_number(*value, *number);
    return is_text(*value, std::get<std::string>(operand_));
  }

 private:
  static bool is_word(const json::value& value, Word word) {
    if (word == Word::null) return value.is_null();
    return value.is_bool() && value.get_bool() == (word == Word::yes);
  }
  bool is_number(const json::value& value, double operand) const {
    if (!value.is_number()) return test_ == Test::not_equal;
    auto number = value.to_number<double>();
    switch (test_) {
      case Test::equal:
        return number == operand;
      case Test::not_equal:
        return number != operand;
      case Test::less:
        return number < operand;
      case Test::less_equal:
        return number <= operand;
      case Test::greater:
        return number > operand;
      case Test::greater_equal:
        return number >= operand;
      default:
        return false;
    }
  }
  bool is_text(const json::value& value, const std::string& operand) const {
    const auto* text = value.if_string();
    bool equal = text != nullptr && matches_glob({text->data(), text->size()}, operand);
    return test_ == Test::not_equal ? !equal : equal;
  }

  std::vector<Step> path_;
  Test test_;
  std::variant<Word, double, std::string> operand_;
};

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  Result<Pointer> parse() {
    SB_TRY(auto condition, either());
    skip_spaces();
    if (!rest_.empty()) return wrong("unexpected text");
    return condition;
  }

 private:
  std::unexpected<Error> wrong(std::string_view what) const {
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("the filter pattern is malformed: {} at '{}'", what, rest_.substr(0, 20)),
        "filterPattern");
  }
  void skip_spaces() {
    while (!rest_.empty() && std::isspace(static_cast<unsigned char>(rest_.front())) != 0)
      rest_.remove_prefix(1);
  }
  bool take(std::string_view token) {
    skip_spaces();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  static bool is_plain(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("_-.*/:@+").find(c) != std::string_view::npos;
  }
  std::string_view word() {
    skip_spaces();
    std::size_t size = 0;
    while (size < rest_.size() && is_plain(rest_[size])) ++size;
    auto out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return out;
  }

  Result<Pointer> either() {
    if (++depth_ > kMaxDepth) return wrong("too many parentheses");
    SB_TRY(auto left, both());
    while (take("||")) {
      SB_TRY(auto right, both());
      left = std::make_shared<Either>(std::move(left), std::move(right));
    }
    --depth_;
    return left;
  }
  Result<Pointer> both() {
    SB_TRY(auto left, single());
    while (take("&&")) {
      SB_TRY(auto right, single());
      left = std::make_shared<Both>(std::move(left), std::move(right));
    }
    return left;
  }
  Result<Pointer> single() {
    if (take("(")) {
      SB_TRY(auto inner, either());
      if (!take(")")) return wrong("a ) is missing");
      return inner;
    }
    SB_TRY(auto path, selector());
    return test(std::move(path));
  }

  Result<std::vector<Step>> selector() {
    if (!take("$")) return wrong("a selector ($.name) is missing");
    std::vector<Step> path;
    for (;;) {
      if (rest_.starts_with('.')) {
        rest_.remove_prefix(1);
        std::size_t size = 0;
        while (size < rest_.size() && (std::isalnum(static_cast<unsigned char>(rest_[size])) != 0 ||
                                       rest_[size] == '_' || rest_[size] == '-'))
          ++size;
        if (size == 0) return wrong("a member's name is missing");
        path.emplace_back(std::string(rest_.substr(0, size)));
        rest_.remove_prefix(size);
      } else if (rest_.starts_with('[')) {
        std::size_t index = 0;
        auto [end, error] = std::from_chars(rest_.data() + 1, rest_.data() + rest_.size(), index);
        if (error != std::errc{}) return wrong("an index is missing");
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        if (!take("]")) return wrong("a ] is missing");
        path.emplace_back(index);
      } else {
        return path;
      }
    }
  }

  Result<Pointer> test(std::vector<Step> path) {
    if (take("IS")) {
      auto what = word();
      if (what == "NULL") return make(std::move(path), Test::is, Word::null);
      if (what == "TRUE") return make(std::move(path), Test::is, Word::yes);
      if (what == "FALSE") return make(std::move(path), Test::is, Word::no);
      return wrong("IS wants NULL, TRUE or FALSE");
    }
    if (take("NOT")) {
      if (word() != "EXISTS") return wrong("NOT wants EXISTS");
      return make(std::move(path), Test::not_exists, Word::null);
    }
    Test kind{};
    if (take("!=")) {
      kind = Test::not_equal;
    } else if (take("<=")) {
      kind = Test::less_equal;
    } else if (take(">=")) {
      kind = Test::greater_equal;
    } else if (take("<")) {
      kind = Test::less;
    } else if (take(">")) {
      kind = Test::greater;
    } else if (take("=")) {
      kind = Test::equal;
    } else {
      return wrong("a comparison is missing");
    }
    return operand(std::move(path), kind);
  }

  Result<Pointer> operand(std::vector<Step> path, Test kind) {
    bool is_order = kind != Test::equal && kind != Test::not_equal;
    if (take("\"")) {
      std::string text;
      while (!rest_.empty() && rest_.front() != '"') {
        if (rest_.front() == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
        text += rest_.front();
        rest_.remove_prefix(1);
      }
      if (!take("\"")) return wrong("a quote is not closed");
      if (is_order) return wrong("text has no order");
      return make(std::move(path), kind, std::move(text));
    }
    auto plain = word();
    if (plain.empty()) return wrong("a value is missing");
    double number = 0;
    auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), number);
    if (error == std::errc{} && end == plain.data() + plain.size())
      return make(std::move(path), kind, number);
    if (is_order) return wrong("text has no order");
    return make(std::move(path), kind, std::string(plain));
  }

  static Result<Pointer> make(std::vector<Step> path, Test test,
                              std::variant<Word, double, std::string> operand) {
    return std::make_shared<Compare>(std::move(path), test, std::move(operand));
  }

  std::string_view rest_;
  int depth_ = 0;
};

}  // namespace

Result<std::shared_ptr<const Condition>> parse_condition(std::string_view text) {
  return Parser(text).parse();
}

}  // namespace sb::cloud::logs
