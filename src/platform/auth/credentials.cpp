#include "platform/auth/credentials.hpp"

#include <algorithm>

#include "platform/wire/fields.hpp"

namespace sb::platform::auth {

namespace {

constexpr std::size_t kMaxText =
    10'000;  // long input is refused by its own rule, with its own words

bool is_space_or_control(char c) {
  auto byte = static_cast<unsigned char>(c);
  return byte <= 0x20 || byte == 0x7F;
}

}  // namespace

bool is_email(std::string_view text) {
  auto at = text.find('@');
  if (text.size() > 254 || at == std::string_view::npos || at == 0 || at > 64) return false;
  if (std::ranges::any_of(text, is_space_or_control)) return false;
  std::string_view domain = text.substr(at + 1);
  if (domain.find('@') != std::string_view::npos || domain.find('.') == std::string_view::npos)
    return false;
  // No empty label: neither at the ends nor between two dots.
  return domain.front() != '.' && domain.back() != '.' &&
         domain.find("..") == std::string_view::npos;
}

std::optional<std::string> password_problem(std::string_view password) {
  std::size_t length = count_code_points(password);
  if (length < 8 || length > 100) return "must be 8 to 100 characters";
  auto has = [password](char low, char high) {
    return std::ranges::any_of(password, [=](char c) { return c >= low && c <= high; });
  };
  if (!has('A', 'Z')) return "must contain an upper-case letter";
  if (!has('a', 'z')) return "must contain a lower-case letter";
  if (!has('0', '9')) return "must contain a digit";
  return std::nullopt;
}

Outcome<Registration> read_registration(std::string_view body, Date today) {
  SB_TRY(Fields fields, Fields::parse(body));
  Registration out;
  fields.require("email");
  fields.require("password");
  if (auto email = fields.text("email", 0, kMaxText)) {
    if (!is_email(*email)) fields.problem("email", "must be an e-mail address");
    out.email = fold_case(*email);
  }
  if (auto password = fields.text("password", 0, kMaxText)) {
    if (auto problem = password_problem(*password)) fields.problem("password", *problem);
    out.password = *std::move(password);
  }
  if (auto name = fields.text("name", 0, kMaxText)) {
    out.name = std::string(trim(*name));
    std::size_t length = count_code_points(*out.name);
    if (length < 1 || length > 100) fields.problem("name", "must be 1 to 100 characters");
  }
  if (auto born = fields.text("date_of_birth", 0, kMaxText)) {
    out.date_of_birth = parse_date(*born);
    int age = out.date_of_birth ? age_on(*out.date_of_birth, today) : 0;
    if (!out.date_of_birth) {
      fields.problem("date_of_birth", "must be a date, YYYY-MM-DD");
    } else if (age < 18 || age > 100) {
      fields.problem("date_of_birth", "must give an age from 18 to 100");
    }
  }
  SB_TRY_VOID(fields.finish());
  return out;
}

Outcome<Login> read_login(std::string_view body) {
  SB_TRY(Fields fields, Fields::parse(body));
  fields.require("email");
  fields.require("password");
  auto email = fields.text("email", 1, kMaxText);
  auto password = fields.text("password", 1, kMaxText);
  SB_TRY_VOID(fields.finish());
  return Login{fold_case(*email), *std::move(password)};
}

Outcome<std::string> read_refresh_token(std::string_view body) {
  SB_TRY(Fields fields, Fields::parse(body));
  fields.require("refresh_token");
  auto token = fields.text("refresh_token", 1, kMaxText);
  SB_TRY_VOID(fields.finish());
  return *std::move(token);
}

}  // namespace sb::platform::auth
