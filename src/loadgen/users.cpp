#include "loadgen/users.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/crypto/crypto.hpp"
#include "base/json/codec.hpp"

namespace sb::loadgen {
namespace {

Task<Result<std::string>> call(http::Client& client, std::string method, std::string url,
                               std::string token, std::string body, Deadline deadline) {
  http::ClientRequest request{
      std::move(method), std::move(url), {{"Content-Type", "application/json"}}, std::move(body)};
  if (!token.empty()) request.headers.set("Authorization", "Bearer " + token);
  auto what = fmt::format("{} {}", request.method, request.url);
  SB_CO_TRY(auto response, co_await client.send(std::move(request), deadline));
  if (response.status < 200 || response.status > 299) {
    co_return fail(
        ErrorCode::failed_precondition,
        fmt::format("{} answered {}: {}", what, response.status, response.body.substr(0, 200)));
  }
  co_return std::move(response.body);
}

std::string assessment_body(int number) {
  std::string answers;
  for (int id = 1; id <= 25; ++id) {
    answers += fmt::format("{}{{\"question_id\":{},\"answer\":{}}}", id > 1 ? "," : "", id,
                           1 + (id * 3 + number) % 7);
  }
  return fmt::format("{{\"responses\":[{}],\"consent_given\":true}}", answers);
}

std::string profile_body(int number) {
  return fmt::format(
      R"({{"name":"Load {0}","date_of_birth":"19{1}-04-12","bio":"A throw-away account of a load run.",)"
      R"("gender":"{2}","looking_for_gender":"any","interests":["music","running","chess"],)"
      R"("preferences":{{"age_min":18,"age_max":99,"distance_km":500}},)"
      R"("location":{{"city":"Portland","country":"US","latitude":45.52,"longitude":-122.68}}}})",
      number, 80 + number % 20, number % 2 == 0 ? "female" : "male");
}

}  // namespace

Task<Result<std::string>> sign_up(http::Client& client, std::string url, int number,
                                  Deadline deadline) {
  auto email = fmt::format("load-{}@example.com", crypto::random_hex(16));
  auto password = "Lg1" + crypto::random_token(20);
  auto account = fmt::format(R"({{"email":"{}","password":"{}"}})", email, password);
  SB_CO_TRY(auto registered,
            co_await call(client, "POST", url + "/api/auth/register", "", account, deadline));
  SB_CO_TRY(auto answer,
            co_await call(client, "POST", url + "/api/auth/login", "", account, deadline));
  SB_CO_TRY(auto login, json::parse(answer));
  const auto* token = login.is_object() ? login.as_object().if_contains("access_token") : nullptr;
  if (token == nullptr || !token->is_string()) {
    co_return fail(ErrorCode::data_loss, "the login's answer has no access_token");
  }
  std::string access(token->as_string());
  SB_CO_TRY(auto profile, co_await call(client, "PUT", url + "/api/profiles/me", access,
                                        profile_body(number), deadline));
  SB_CO_TRY(auto assessed, co_await call(client, "POST", url + "/api/attachment/assessment", access,
                                         assessment_body(number), deadline));
  co_return access;
}

}  // namespace sb::loadgen
