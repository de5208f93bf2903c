#include "release/alerts/datadog_api.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "base/json/codec.hpp"

namespace sb::release::alerts {

namespace {

constexpr int kAttempts = 3;
constexpr std::int64_t kLongestWait = 15;  // seconds; a release does not wait longer for this

struct Errors {
  std::vector<std::string> errors;
};
BOOST_DESCRIBE_STRUCT(Errors, (), (errors))

std::int64_t seconds_to_reset(const http::ClientResponse& response) {
  for (const char* name : {"X-RateLimit-Reset", "Retry-After"}) {
    const auto text = response.headers.get(name);
    std::int64_t seconds = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc() && seconds >= 0) return seconds;
  }
  return 1;
}

std::string reasons(const http::ClientResponse& response) {
  auto errors = json::decode<Errors>(response.body);
  if (!errors || errors->errors.empty()) return fmt::format("status {}", response.status);
  return fmt::format("{}", fmt::join(errors->errors, "; "));
}

Error error_of(const http::ClientResponse& response, const std::string& what) {
  const int status = response.status;
  const std::string why = reasons(response);
  if (status == 401 || status == 403)
    return {ErrorCode::unauthenticated,
            fmt::format("Datadog does not accept the keys ({}); see DD_API_KEY, DD_APP_KEY and "
                        "DD_SITE",
                        why),
            what};
  if (status == 404) return {ErrorCode::not_found, "Datadog does not know it: " + why, what};
  if (status >= 400 && status < 500)
    return {ErrorCode::invalid_argument, "Datadog refuses it: " + why, what};
  return {ErrorCode::unavailable, "Datadog answers badly: " + why, what};
}

}  // namespace

DatadogApi::DatadogApi(notify::Datadog account, const std::string& ca_file, Duration timeout)
    : account_(std::move(account)),
      client_({.ca_file = ca_file, .user_agent = "saltctl"}),
      timeout_(timeout) {}

Task<Result<boost::json::value>> DatadogApi::call(std::string method, std::string path,
                                                  std::string body) {
  const bool reads = method == "GET";
  const std::string what = method + " " + path.substr(0, path.find('?'));
  for (int attempt = 1;; ++attempt) {
    http::ClientRequest request{.method = method,
                                .url = account_.base_url + path,
                                .headers = {{"DD-API-KEY", account_.api_key.reveal()},
                                            {"DD-APPLICATION-KEY", account_.app_key.reveal()},
                                            {"Accept", "application/json"}},
                                .body = body};
    if (!body.empty()) request.headers.add("Content-Type", "application/json");
    auto response = co_await client_.send(std::move(request), Deadline::after(timeout_));
    const bool may_again = attempt < kAttempts;
    if (!response) {
      // One that does not answer at all has used up the caller's patience.
      if (reads && may_again && response.error().code != ErrorCode::timeout) {
        co_await sleep_for(std::chrono::milliseconds(300));
        continue;
      }
      co_return fail(response.error().code,
                     "Datadog cannot be reached: " + response.error().message, what);
    }
    if (response->status == 429) {
      const std::int64_t seconds = seconds_to_reset(*response);
      if (!may_again || seconds > kLongestWait)
        co_return fail(ErrorCode::resource_exhausted,
                       fmt::format("Datadog's rate limit is used up; again in {} s", seconds),
                       what);
      co_await sleep_for(std::chrono::seconds(seconds));
      continue;
    }
    if (response->status >= 500 && reads && may_again) {
      co_await sleep_for(std::chrono::milliseconds(300));
      continue;
    }
    if (response->status < 200 || response->status >= 300)
      co_return std::unexpected(error_of(*response, what));
    if (response->body.empty()) co_return boost::json::value();
    auto parsed = json::parse(response->body);
    if (!parsed)
      co_return fail(ErrorCode::unavailable, "something that is not Datadog answers in its place",
                     what);
    co_return *std::move(parsed);
  }
}

bool MonitorSeen::has_tag(std::string_view tag) const {
  return std::ranges::find(tags, tag) != tags.end();
}

namespace {

struct MonitorWire {
  std::string name;
  std::vector<std::string> tags;
  std::string overall_state;
};
BOOST_DESCRIBE_STRUCT(MonitorWire, (), (name, tags, overall_state))

}  // namespace

Result<std::vector<MonitorSeen>> decode_monitors(const boost::json::value& answer) {
  SB_TRY(auto wire, json::from_value<std::vector<MonitorWire>>(answer));
  std::vector<MonitorSeen> monitors;
  monitors.reserve(wire.size());
  for (auto& monitor : wire)
    monitors.push_back({.name = std::move(monitor.name),
                        .tags = std::move(monitor.tags),
                        .state = std::move(monitor.overall_state)});
  return monitors;
}

}  // namespace sb::release::alerts
