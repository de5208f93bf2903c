// Downtimes: an opt-in by monitor tags (tags AND together and there is no NOT), always with an end.
// The key stands in the message, by which a downtime whose creation was not noted is found again.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/http/message.hpp"
#include "base/json/codec.hpp"
#include "release/alerts/silencer.hpp"

namespace sb::release::alerts {

namespace {

constexpr std::string_view kMark = "saltctl-silence: ";
constexpr int kPage = 100;
constexpr int kMostPages = 20;

struct Schedule {
  std::optional<std::string> end;
};
BOOST_DESCRIBE_STRUCT(Schedule, (), (end))
struct Attributes {
  std::string message;
  std::string scope;
  std::string status;
  Schedule schedule;
};
BOOST_DESCRIBE_STRUCT(Attributes, (), (message, scope, status, schedule))
struct Downtime {
  std::string id;
  Attributes attributes;
};
BOOST_DESCRIBE_STRUCT(Downtime, (), (id, attributes))
struct Downtimes {
  std::vector<Downtime> data;
};
BOOST_DESCRIBE_STRUCT(Downtimes, (), (data))
struct Created {
  Downtime data;
};
BOOST_DESCRIBE_STRUCT(Created, (), (data))

// Only what saltctl made is ever listed or removed by saltctl.
std::optional<Silence> silence_of(const Downtime& downtime, const std::string& environment) {
  const auto& a = downtime.attributes;
  const auto mark = a.message.rfind(kMark);
  const bool is_over = a.status == "ended" || a.status == "canceled";
  if (mark == std::string::npos || is_over) return std::nullopt;
  Silence silence;
  silence.id = downtime.id;
  silence.key = a.message.substr(mark + kMark.size());
  silence.environment = environment;
  silence.reason = a.message.substr(0, a.message.find('\n'));
  if (a.schedule.end)
    if (auto end = parse_rfc3339(*a.schedule.end)) silence.until = *end;
  return silence;
}

class DatadogSilencer final : public Silencer {
 public:
  explicit DatadogSilencer(const AlertsOptions& options)
      : api_(options.datadog, options.ca_file, options.call_timeout),
        environment_(options.environment),
        scope_("env:" + options.environment_tag) {}

  Task<Result<std::vector<MonitorSeen>>> monitors(std::string tag) override {
    SB_CO_TRY(auto answer, co_await api_.call(
                               "GET", fmt::format("/api/v1/monitor?monitor_tags={}&page_size=1000",
                                                  http::percent_encode(tag))));
    co_return decode_monitors(answer);
  }

  Task<Result<std::vector<Silence>>> active() override {
    std::vector<Silence> all;
    for (int page = 0; page < kMostPages; ++page) {
      SB_CO_TRY(auto answer,
                co_await api_.call(
                    "GET", fmt::format("/api/v2/downtime?current_only=true&page%5Blimit%5D={}&"
                                       "page%5Boffset%5D={}",
                                       kPage, page * kPage)));
      SB_CO_TRY(auto downtimes, json::from_value<Downtimes>(answer));
      for (const auto& downtime : downtimes.data) {
        if (downtime.attributes.scope != scope_) continue;
        if (auto silence = silence_of(downtime, environment_)) all.push_back(*std::move(silence));
      }
      if (downtimes.data.size() < kPage) break;
    }
    co_return all;
  }

  Task<Result<std::string>> create(Silence wanted) override {
    boost::json::object attributes{
        {"scope", scope_},
        {"monitor_identifier",
         boost::json::object{{"monitor_tags", boost::json::array{kMuteTag, scope_}}}},
        {"schedule",
         boost::json::object{{"start", nullptr}, {"end", format_rfc3339(wanted.until)}}},
        {"message", fmt::format("{}\n{}{}", wanted.reason, kMark, wanted.key)},
        {"display_timezone", "UTC"},
        {"mute_first_recovery_notification", true}};
    boost::json::object body{
        {"data", boost::json::object{{"type", "downtime"}, {"attributes", std::move(attributes)}}}};
    SB_CO_TRY(auto answer,
              co_await api_.call("POST", "/api/v2/downtime", boost::json::serialize(body)));
    SB_CO_TRY(auto created, json::from_value<Created>(answer));
    if (created.data.id.empty())
      co_return fail(ErrorCode::unavailable, "Datadog made a downtime without an id");
    co_return created.data.id;
  }

  Task<Result<>> prolong(Silence silence) override {
    boost::json::object body{
        {"data",
         boost::json::object{
             {"type", "downtime"},
             {"id", silence.id},
             {"attributes",
              boost::json::object{
                  {"schedule", boost::json::object{{"end", format_rfc3339(silence.until)}}}}}}}};
    SB_CO_TRY(auto answer,
              co_await api_.call("PATCH", path(silence.id), boost::json::serialize(body)));
    (void)answer;
    co_return Result<>{};
  }

  Task<Result<>> remove(std::string id) override {
    // Made by the stand-in, before there was an account: nothing of Datadog's is silenced by it.
    if (id.starts_with(kLocalPrefix)) co_return Result<>{};
    auto answer = co_await api_.call("DELETE", path(id));
    if (!answer && answer.error().code != ErrorCode::not_found)
      co_return std::unexpected(answer.error());
    co_return Result<>{};
  }

 private:
  static std::string path(const std::string& id) {
    return "/api/v2/downtime/" + http::percent_encode(id);
  }

  DatadogApi api_;
  std::string environment_;
  std::string scope_;
};

}  // namespace

std::unique_ptr<Silencer> datadog_silencer(const AlertsOptions& options) {
  return std::make_unique<DatadogSilencer>(options);
}

}  // namespace sb::release::alerts
