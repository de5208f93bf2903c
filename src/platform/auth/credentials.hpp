// What may be registered and what a login looks like. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/wire/api_error.hpp"
#include "platform/wire/text.hpp"

namespace sb::platform::auth {

struct Registration {
  std::string email;  // lower case
  std::string password;
  std::optional<std::string> name;  // trimmed
  std::optional<Date> date_of_birth;
};

struct Login {
  std::string email;  // lower case
  std::string password;
};

Outcome<Registration> read_registration(std::string_view body, Date today);
// The password policy is for new passwords only: any string may be tried.
Outcome<Login> read_login(std::string_view body);
Outcome<std::string> read_refresh_token(std::string_view body);

// One @, a dotted domain, at most 254 bytes, no spaces or control characters.
bool is_email(std::string_view text);
// The problem with a new password, or nothing.
std::optional<std::string> password_problem(std::string_view password);

}  // namespace sb::platform::auth
