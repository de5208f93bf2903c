#include "cloud/logs/pattern.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <string>

#include "cloud/logs/condition.hpp"

namespace sb::cloud::logs {

namespace {

constexpr std::size_t kMaxPatternBytes = 1024;
constexpr std::string_view kSpaces = " \t\r\n";

std::string_view trim(std::string_view text) {
  auto first = text.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

// Takes a bare or quoted term off the front of `rest`.
Result<std::string> take_term(std::string_view& rest) {
  std::string term;
  if (!rest.starts_with('"')) {
    auto size = std::min(rest.find_first_of(kSpaces), rest.size());
    term = rest.substr(0, size);
    rest.remove_prefix(size);
    return term;
  }
  rest.remove_prefix(1);
  while (!rest.empty() && rest.front() != '"') {
    if (rest.front() == '\\' && rest.size() > 1) rest.remove_prefix(1);
    term += rest.front();
    rest.remove_prefix(1);
  }
  if (rest.empty())
    return fail(ErrorCode::invalid_argument, "the filter pattern has a quote that is not closed",
                "filterPattern");
  rest.remove_prefix(1);
  return term;
}

}  // namespace

Result<Pattern> Pattern::parse(std::string_view text) {
  Pattern pattern;
  if (text.size() > kMaxPatternBytes)
    return fail(ErrorCode::invalid_argument, "the filter pattern is longer than 1024 characters",
                "filterPattern");
  auto rest = trim(text);
  if (rest.starts_with('{')) {
    if (!rest.ends_with('}'))
      return fail(ErrorCode::invalid_argument, "the filter pattern lacks a closing }",
                  "filterPattern");
    SB_TRY(pattern.condition_, parse_condition(rest.substr(1, rest.size() - 2)));
    return pattern;
  }
  if (rest.starts_with('[') || rest.starts_with('%'))
    return fail(ErrorCode::unimplemented,
                "saltcloud knows terms and JSON filter patterns, not space-delimited ones or "
                "regular expressions",
                "filterPattern");
  while (!rest.empty()) {
    auto* into = &pattern.all_;
    if (rest.size() > 1 && rest.front() == '?') into = &pattern.any_;
    if (rest.size() > 1 && rest.front() == '-') into = &pattern.none_;
    if (into != &pattern.all_) rest.remove_prefix(1);
    SB_TRY(auto term, take_term(rest));
    if (!term.empty()) into->push_back(std::move(term));
    rest = trim(rest);
  }
  return pattern;
}

bool Pattern::matches(std::string_view message) const {
  if (condition_) {
    if (message.find('{') == std::string_view::npos) return false;
    boost::system::error_code error;
    auto document = boost::json::parse({message.data(), message.size()}, error);
    return !error && condition_->holds(document);
  }
  auto has = [&](const std::string& term) { return message.find(term) != std::string_view::npos; };
  // Beside terms that must be there, optional ones decide nothing.
  bool any = any_.empty() || !all_.empty() || std::ranges::any_of(any_, has);
  return any && std::ranges::all_of(all_, has) && std::ranges::none_of(none_, has);
}

}  // namespace sb::cloud::logs
