#include "release/smoke/session.hpp"

#include <fmt/format.h>

#include <charconv>

namespace sb::release::smoke {

namespace {

std::int64_t seconds_in(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return std::max<std::int64_t>(value, 1);
}

http::ClientOptions client_options(const Options& options) {
  return {.ca_file = options.ca_file,
          .trusts_system_too = options.trusts_system_too,
          .connect_to = options.connect_to,
          .max_body_bytes = 4 << 20,
          .user_agent = "saltbitter-smoke"};
}

}  // namespace

Session::Session(const Options& options, Deadline deadline)
    : client_(client_options(options)),
      base_url_(options.base_url),
      request_timeout_(options.request_timeout),
      longest_wait_(options.longest_rate_limit_wait),
      deadline_(deadline) {}

Task<Result<Session::Answer>> Session::ask_once(const std::string& method, const std::string& path,
                                                const std::string& json, const std::string& token,
                                                std::int64_t& retry_after) {
  http::ClientRequest request;
  request.method = method;
  request.url = base_url_ + path;
  request.headers.set("Accept", "application/json");
  if (!json.empty()) request.headers.set("Content-Type", "application/json");
  if (!token.empty()) request.headers.set("Authorization", "Bearer " + token);
  request.body = json;

  const auto began = std::chrono::steady_clock::now();
  auto response = co_await client_.send(std::move(request),
                                        deadline_.earlier(Deadline::after(request_timeout_)));
  const auto took =
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began).count();
  if (!response) {
    evidence_.push_back(
        fmt::format("{} {}: {} after {} ms", method, path, response.error().text(), took));
    co_return std::unexpected(std::move(response).error().in(fmt::format("{} {}", method, path)));
  }
  was_answered_ = true;
  evidence_.push_back(fmt::format("{} {} {} in {} ms", method, path, response->status, took));
  if (auto version = response->headers.find("X-SaltBitter-Version"))
    versions_.insert(std::string(*version));
  if (response->status == 429) retry_after = seconds_in(response->headers.get("Retry-After", "1"));
  co_return Answer{response->status, std::move(response->body)};
}

Task<Result<Session::Answer>> Session::ask(std::string method, std::string path, std::string json,
                                           std::string token) {
  std::int64_t retry_after = 0;
  auto answer = co_await ask_once(method, path, json, token, retry_after);
  if (!answer || answer->status != 429) co_return answer;
  const Duration wait = std::chrono::seconds(retry_after);
  if (wait > longest_wait_ || wait > deadline_.remaining())
    co_return fail(ErrorCode::resource_exhausted,
                   fmt::format("{} {}: the platform's rate limit says to come back in {} s", method,
                               path, retry_after));
  evidence_.push_back(fmt::format("limited: waiting {} s as told", retry_after));
  co_await sleep_for(wait);
  co_return co_await ask_once(method, path, json, token, retry_after);
}

}  // namespace sb::release::smoke
