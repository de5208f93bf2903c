#include "release/runner/task_logs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <ranges>

#include "aws/model/logs.hpp"
#include "base/json/codec.hpp"
#include "release/runner/build_calls.hpp"

namespace sb::release {

namespace {

constexpr std::size_t kLongest = 300;
constexpr std::array<std::string_view, 5> kEveryLineHas = {"timestamp", "level", "service",
                                                           "environment", "message"};

std::string after_last(const std::string& text, char separator) {
  auto at = text.rfind(separator);
  return at == std::string::npos ? text : text.substr(at + 1);
}

std::string text_of(const boost::json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value);
}

std::string sentence_of(const boost::json::object& line) {
  std::string fields;
  for (const auto& [key, value] : line) {
    if (std::ranges::find(kEveryLineHas, std::string_view(key)) != kEveryLineHas.end()) continue;
    fields +=
        fmt::format("{}{} {}", fields.empty() ? "" : ", ", std::string_view(key), text_of(value));
  }
  const auto* message = line.if_contains("message");
  std::string text = message ? text_of(*message) : std::string();
  return fields.empty() ? text : fmt::format("{} ({})", text, fields);
}

}  // namespace

Task<std::vector<std::string>> last_log_lines(Api& api, std::string task_arn,
                                              std::string task_definition, std::string container) {
  std::vector<std::string> lines;
  auto described = co_await describe_task_definition(api, std::move(task_definition));
  if (!described) co_return lines;
  for (const auto& declared : described->task_definition.containerDefinitions) {
    if (declared.name != container || !declared.logConfiguration) continue;
    const auto& options = declared.logConfiguration->options;
    auto group = options.find("awslogs-group");
    auto prefix = options.find("awslogs-stream-prefix");
    if (group == options.end() || prefix == options.end()) continue;
    aws::logs::GetLogEventsRequest request;
    request.logGroupName = group->second;
    request.logStreamName =
        fmt::format("{}/{}/{}", prefix->second, container, after_last(task_arn, '/'));
    request.limit = 30;
    auto events = co_await api.call<aws::logs::GetLogEvents>(std::move(request));
    if (!events) co_return lines;
    for (const auto& event : events->events) lines.push_back(value_or_default(event.message));
  }
  co_return lines;
}

std::string newest_complaint(const std::vector<std::string>& lines) {
  for (const auto& line : lines | std::views::reverse) {
    auto parsed = json::parse(line);
    if (!parsed || !parsed->is_object()) continue;
    const auto* level = parsed->get_object().if_contains("level");
    if (!level || (*level != "warning" && *level != "error")) continue;
    std::string text = sentence_of(parsed->get_object());
    if (text.size() > kLongest) text = text.substr(0, kLongest) + "...";
    return text;
  }
  return {};
}

}  // namespace sb::release
