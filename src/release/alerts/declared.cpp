// Reading deploy/datadog: strict, because a monitor that Datadog takes but that never fires is
// found too late.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <set>

#include "base/json/codec.hpp"
#include "release/alerts/alerts.hpp"
#include "release/alerts/monitors.hpp"
#include "release/alerts/monitors_inside.hpp"

namespace sb::release::alerts {

namespace {

struct Thresholds {
  std::optional<double> critical;
  std::optional<double> warning;
};
BOOST_DESCRIBE_STRUCT(Thresholds, (), (critical, warning))
struct Options {
  Thresholds thresholds;
};
BOOST_DESCRIBE_STRUCT(Options, (), (thresholds))
struct MonitorFile {
  std::string name;
  std::string type;
  std::string query;
  std::string message;
  std::vector<std::string> tags;
  std::optional<std::int64_t> priority;
  Options options;
};
BOOST_DESCRIBE_STRUCT(MonitorFile, (), (name, type, query, message, tags, priority, options))

struct DashboardFile {
  std::string title;
  std::string description;
  std::string layout_type;
  std::vector<boost::json::value> widgets;
};
BOOST_DESCRIBE_STRUCT(DashboardFile, (), (title, description, layout_type, widgets))

constexpr std::array kTypes = {"metric alert", "query alert", "service check", "event-v2 alert",
                               "log alert"};

std::unexpected<Error> wrong(const std::string& file, std::string_view member,
                             std::string_view what) {
  return fail(ErrorCode::invalid_argument, fmt::format("{}: {} {}", file, member, what));
}

bool has(const std::vector<std::string>& tags, std::string_view tag) {
  return std::ranges::find(tags, tag) != tags.end();
}

// Datadog refuses a monitor whose query ends in another number than its critical threshold.
std::optional<double> number_at_end(const std::string& query) {
  const auto begin = query.find_last_of(" <>=");
  if (begin == std::string::npos) return std::nullopt;
  double value = 0;
  const char* first = query.data() + begin + 1;
  const char* last = query.data() + query.size();
  auto [end, error] = std::from_chars(first, last, value);
  if (error != std::errc() || end != last) return std::nullopt;
  return value;
}

Result<> check_alerting(const std::string& file, const MonitorFile& m) {
  const bool critical = has(m.tags, kCriticalTag);
  const bool mutable_ = has(m.tags, kMuteTag);
  if (critical == mutable_)
    return wrong(file, "tags",
                 fmt::format("must hold exactly one of {} and {}", kCriticalTag, kMuteTag));
  if (critical && !m.message.contains("@pagerduty"))
    return wrong(file, "message", "of a critical monitor must name @pagerduty: it wakes somebody");
  if (!m.message.contains('@')) return wrong(file, "message", "must name whom it tells (@slack-…)");
  if (m.type.ends_with("alert")) {
    const auto number = number_at_end(m.query);
    if (!number) return wrong(file, "query", "must end in a comparison with a number");
    if (!m.options.thresholds.critical || *m.options.thresholds.critical != *number)
      return wrong(file, "options/thresholds/critical", "must be the number that query ends in");
  }
  return {};
}

Result<> check(const std::string& file, const MonitorFile& m) {
  if (m.name.empty()) return wrong(file, "name", "is missing");
  if (std::ranges::find(kTypes, m.type) == kTypes.end())
    return wrong(file, "type", "must be one of: " + fmt::format("{}", fmt::join(kTypes, ", ")));
  if (m.query.empty()) return wrong(file, "query", "is missing");
  if (m.priority && (*m.priority < 1 || *m.priority > 5))
    return wrong(file, "priority", "must be 1 to 5");
  if (!has(m.tags, kManagedTag))
    return wrong(file, "tags", fmt::format("must hold {}", kManagedTag));
  const auto env = std::ranges::find_if(m.tags, [](auto& t) { return t.starts_with("env:"); });
  if (env == m.tags.end())
    return wrong(file, "tags", "must hold the environment, as env:production");
  // A downtime reaches only what its scope covers.
  if (!m.query.contains(*env))
    return wrong(file, "query", fmt::format("must be limited to {}, as its tags say", *env));
  return check_alerting(file, m);
}

Result<std::vector<fs::Path>> json_files(const fs::Path& folder) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) return std::vector<fs::Path>{};
  SB_TRY(auto entries, fs::list(folder));
  std::erase_if(entries, [](const fs::Path& path) { return path.extension() != ".json"; });
  return entries;
}

}  // namespace

Result<std::vector<DeclaredMonitor>> load_monitors(const fs::Path& folder) {
  SB_TRY(auto files, json_files(folder));
  std::vector<DeclaredMonitor> monitors;
  std::set<std::string> names;
  for (const auto& path : files) {
    const std::string file = path.filename().string();
    SB_TRY(auto text, fs::read_file(path));
    auto parsed = json::decode<MonitorFile>(text);
    if (!parsed) return wrong(file, parsed.error().subject, parsed.error().message);
    SB_TRY_VOID(check(file, *parsed));
    if (!names.insert(parsed->name).second)
      return wrong(file, "name", "is another file's too: " + parsed->name);
    monitors.push_back({.file = file,
                        .name = parsed->name,
                        .tags = parsed->tags,
                        .is_critical = has(parsed->tags, kCriticalTag),
                        .body = std::move(text)});
  }
  return monitors;
}

Result<std::vector<DeclaredDashboard>> load_dashboards(const fs::Path& folder) {
  SB_TRY(auto files, json_files(folder));
  std::vector<DeclaredDashboard> dashboards;
  for (const auto& path : files) {
    const std::string file = path.filename().string();
    SB_TRY(auto text, fs::read_file(path));
    auto parsed = json::decode<DashboardFile>(text);
    if (!parsed) return wrong(file, parsed.error().subject, parsed.error().message);
    if (parsed->title.empty()) return wrong(file, "title", "is missing");
    if (!parsed->description.contains(kManagedTag))
      return wrong(file, "description", fmt::format("must hold {}", kManagedTag));
    if (parsed->layout_type != "ordered" && parsed->layout_type != "free")
      return wrong(file, "layout_type", "must be ordered or free");
    if (parsed->widgets.empty()) return wrong(file, "widgets", "is empty");
    dashboards.push_back({.file = file, .title = parsed->title, .body = std::move(text)});
  }
  return dashboards;
}

}  // namespace sb::release::alerts
