#include "cloud/cloudwatch/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/async/spawn.hpp"
#include "base/log/log.hpp"
#include "cloud/cloudwatch/statistics.hpp"
#include "cloud/store/paging.hpp"
#include "cloud/store/store.hpp"

namespace sb::cloud::cloudwatch {

using gateway::fault;

namespace {

constexpr std::string_view kAlarmKind = "cloudwatch.alarm";
constexpr std::size_t kMaxQueries = 500;
constexpr std::size_t kMaxDatapoints = 100'800;
constexpr std::size_t kMaxStatisticsDatapoints = 1'440;
constexpr std::size_t kMetricsPage = 500;
constexpr std::size_t kMaxData = 1000;
constexpr Duration kAlarmStep = std::chrono::seconds(1);

bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= 255 && id.front() >= 'a' && id.front() <= 'z' &&
         std::all_of(id.begin(), id.end(),
                     [](unsigned char c) { return std::isalnum(c) || c == '_'; });
}

std::unexpected<gateway::Fault> invalid(std::string message) {
  return fault("ValidationError", std::move(message));
}

std::size_t periods_in(Timestamp start, Timestamp end, int period_s) {
  return static_cast<std::size_t>((end - start) / std::chrono::seconds(period_s)) + 1;
}

std::string sort_key(const metrics::MetricId& id) {
  return id.name_space + "\n" + id.name + "\n" + json::encode(id.dimensions);
}

api::Metric to_shape(const metrics::MetricId& id) {
  api::Metric metric;
  metric.Namespace = id.name_space;
  metric.MetricName = id.name;
  for (const auto& [name, value] : id.dimensions) metric.Dimensions.push_back({name, value});
  return metric;
}

bool matches(const metrics::MetricId& id, const api::ListMetricsRequest& request) {
  if (request.Namespace && id.name_space != *request.Namespace) return false;
  if (request.MetricName && id.name != *request.MetricName) return false;
  return std::all_of(request.Dimensions.begin(), request.Dimensions.end(), [&](const auto& filter) {
    auto found = id.dimensions.find(filter.Name.value_or(""));
    return found != id.dimensions.end() && (!filter.Value || found->second == *filter.Value);
  });
}

Outcome<void> check_datum(const api::MetricDatum& datum) {
  if (datum.MetricName.value_or("").empty()) {
    return fault("MissingParameter", "The parameter MetricData.member.1.MetricName is required.");
  }
  const int forms =
      (datum.Value ? 1 : 0) + (datum.StatisticValues ? 1 : 0) + (datum.Values.empty() ? 0 : 1);
  if (forms != 1) {
    return fault(
        "InvalidParameterCombination",
        "Exactly one of the parameters Value, StatisticValues and Values must be specified.");
  }
  if (!datum.Counts.empty() && datum.Counts.size() != datum.Values.size()) {
    return fault("InvalidParameterValue",
                 "Counts and Values must have the same number of elements.");
  }
  std::vector<double> numbers = datum.Values;
  numbers.insert(numbers.end(), datum.Counts.begin(), datum.Counts.end());
  if (datum.Value) numbers.push_back(*datum.Value);
  if (datum.StatisticValues) {
    for (const auto& number :
         {datum.StatisticValues->Sum, datum.StatisticValues->Minimum,
          datum.StatisticValues->Maximum, datum.StatisticValues->SampleCount}) {
      if (!number) return fault("MissingParameter", "StatisticValues is not complete.");
      numbers.push_back(*number);
    }
  }
  if (!std::all_of(numbers.begin(), numbers.end(), [](double n) { return std::isfinite(n); })) {
    return fault("InvalidParameterValue", "Values must be finite numbers.");
  }
  return {};
}

}  // namespace

Service::Service(Executor executor, Store& store, Arns arns, Clock clock)
    : executor_(executor),
      store_(store),
      arns_(std::move(arns)),
      clock_(std::move(clock)),
      custom_(store),
      gate_(executor),
      stopping_(executor) {
  sources_.push_back(&custom_);
}

Service::~Service() {
  gate_.close();
}

Task<Result<>> Service::start() {
  SB_CO_TRY_VOID(custom_.open());
  spawn_logged(executor_, gate_, "cloudwatch alarms", watch_alarms(this));
  co_return Result<>();
}

Task<> Service::stop() {
  gate_.close();
  stopping_.notify_all();
  co_await gate_.drain(Deadline::after(std::chrono::seconds(5)));
}

metrics::Series Service::collect(const metrics::MetricId& metric,
                                 const metrics::Window& window) const {
  metrics::Series all;
  for (const metrics::MetricSource* source : sources_) {
    for (auto& [at, distribution] : source->collect(metric, window)) all[at].merge(distribution);
  }
  return all;
}

Outcome<api::MetricDataResult> Service::answer(const api::MetricDataQuery& query,
                                               const api::GetMetricDataRequest& request) const {
  if (query.Expression) {
    return invalid(
        fmt::format("Expressions are not offered here: ask for the metrics themselves ('{}')",
                    query.Id.value_or("")));
  }
  if (!query.MetricStat || !query.MetricStat->Metric) {
    return invalid(
        fmt::format("The query '{}' needs a MetricStat with a Metric", query.Id.value_or("")));
  }
  const api::MetricStat& asked = *query.MetricStat;
  const int period = asked.Period.value_or(0);
  if (!is_period(period)) {
    return invalid(
        fmt::format("Period '{}' must be 1, 5, 10, 30 or a multiple of 60 seconds", period));
  }
  const auto statistic = parse_statistic(asked.Stat.value_or(""));
  if (!statistic) {
    return invalid(
        fmt::format("Stat '{}' is not offered here: use Sum, Average, Minimum, Maximum, "
                    "SampleCount or a percentile such as p95",
                    asked.Stat.value_or("")));
  }
  const auto id = to_id(asked.Metric->Namespace.value_or(""), asked.Metric->MetricName.value_or(""),
                        asked.Metric->Dimensions);
  api::MetricDataResult result;
  result.Id = query.Id;
  result.Label = query.Label.value_or(id.name);
  result.StatusCode = "Complete";
  for (const auto& [at, distribution] :
       collect(id, window_of(*request.StartTime, *request.EndTime, period))) {
    const auto value = value_of(distribution, *statistic);
    if (!value) continue;
    result.Timestamps.push_back(at);
    result.Values.push_back(*value);
  }
  if (request.ScanBy.value_or("TimestampDescending") == "TimestampDescending") {
    std::reverse(result.Timestamps.begin(), result.Timestamps.end());
    std::reverse(result.Values.begin(), result.Values.end());
  }
  return result;
}

Outcome<api::GetMetricDataResponse> Service::get_data(const api::GetMetricDataRequest& request) {
  if (request.MetricDataQueries.size() > kMaxQueries) {
    return invalid(fmt::format("A request has at most {} queries", kMaxQueries));
  }
  if (*request.StartTime >= *request.EndTime) {
    return invalid("The parameter StartTime must be less than the parameter EndTime.");
  }
  if (request.NextToken) return fault("InvalidNextToken", "The specified token is not valid.");
  api::GetMetricDataResponse response;
  std::set<std::string> ids;
  std::size_t datapoints = 0;
  for (const api::MetricDataQuery& query : request.MetricDataQueries) {
    const std::string id = query.Id.value_or("");
    if (!is_id(id)) {
      return invalid(fmt::format("The value '{}' for 'Id' must match [a-z][a-zA-Z0-9_]*", id));
    }
    if (!ids.insert(id).second) return invalid(fmt::format("The id '{}' is used twice", id));
    SB_TRY(auto result, answer(query, request));
    datapoints += result.Values.size();
    if (datapoints > kMaxDatapoints) {
      return invalid(
          fmt::format("The answer would have more than {} datapoints: ask for less time or longer "
                      "periods",
                      kMaxDatapoints));
    }
    if (query.ReturnData.value_or(true)) response.MetricDataResults.push_back(std::move(result));
  }
  return response;
}

Outcome<api::GetMetricStatisticsResponse> Service::get_statistics(
    const api::GetMetricStatisticsRequest& request) {
  const int period = request.Period.value_or(0);
  if (!is_period(period)) {
    return fault("InvalidParameterValue",
                 "The parameter Period must be 1, 5, 10, 30 or a multiple of 60 seconds.");
  }
  if (*request.StartTime >= *request.EndTime) {
    return fault("InvalidParameterCombination",
                 "The parameter StartTime must be less than the parameter EndTime.");
  }
  const std::size_t wanted = periods_in(*request.StartTime, *request.EndTime, period);
  if (wanted > kMaxStatisticsDatapoints + 1) {
    return fault(
        "InvalidParameterCombination",
        fmt::format(
            "You have requested up to {} datapoints, which exceeds the limit of {}. You may "
            "reduce the datapoints requested by increasing Period, or decreasing the time "
            "range.",
            wanted, kMaxStatisticsDatapoints));
  }
  std::vector<std::string> names = request.Statistics;
  names.insert(names.end(), request.ExtendedStatistics.begin(), request.ExtendedStatistics.end());
  if (names.empty()) {
    return fault("MissingParameter", "Statistics or ExtendedStatistics must be specified.");
  }
  for (const std::string& name : names) {
    if (!parse_statistic(name)) {
      return fault("InvalidParameterValue",
                   fmt::format("The statistic '{}' is not offered here.", name));
    }
  }
  const auto id = to_id(*request.Namespace, *request.MetricName, request.Dimensions);
  api::GetMetricStatisticsResponse response;
  response.Label = id.name;
  for (const auto& [at, distribution] :
       collect(id, window_of(*request.StartTime, *request.EndTime, period))) {
    api::Datapoint point;
    point.Timestamp = at;
    point.Unit = std::string(unit_of(id.name));
    for (const std::string& name : names) {
      const auto value = value_of(distribution, *parse_statistic(name));
      if (name == "Sum")
        point.Sum = value;
      else if (name == "Average")
        point.Average = value;
      else if (name == "Minimum")
        point.Minimum = value;
      else if (name == "Maximum")
        point.Maximum = value;
      else if (name == "SampleCount")
        point.SampleCount = value;
      else if (value)
        point.ExtendedStatistics[name] = *value;
    }
    response.Datapoints.push_back(std::move(point));
  }
  return response;
}

Outcome<api::ListMetricsResponse> Service::list_metrics(const api::ListMetricsRequest& request) {
  std::vector<metrics::MetricId> found;
  for (const metrics::MetricSource* source : sources_) {
    for (metrics::MetricId& id : source->list()) {
      if (matches(id, request)) found.push_back(std::move(id));
    }
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return sort_key(a) < sort_key(b); });
  found.erase(std::unique(found.begin(), found.end()), found.end());
  std::optional<std::string> after;
  if (request.NextToken) {
    after = from_page_token(*request.NextToken);
    if (!after) return fault("InvalidParameterValue", "The specified token is not valid.");
  }
  api::ListMetricsResponse response;
  response.NextToken = take_page(found, after, kMetricsPage, sort_key);
  for (const metrics::MetricId& id : found) response.Metrics.push_back(to_shape(id));
  return response;
}

Outcome<api::PutMetricDataResponse> Service::put_data(const api::PutMetricDataRequest& request) {
  const std::string name_space = request.Namespace.value_or("");
  if (name_space.starts_with("AWS/")) {
    return fault("InvalidParameterValue", "The value AWS/ for parameter Namespace is invalid.");
  }
  if (request.MetricData.size() > kMaxData) {
    return fault("InvalidParameterValue",
                 fmt::format("A request has at most {} metrics.", kMaxData));
  }
  for (const api::MetricDatum& datum : request.MetricData) SB_TRY_VOID(check_datum(datum));
  SB_TRY_VOID(custom_.put(name_space, request.MetricData, clock_()));
  return api::PutMetricDataResponse{};
}

Outcome<api::PutMetricAlarmResponse> Service::put_alarm(const api::PutMetricAlarmRequest& request) {
  SB_TRY(auto alarm, to_alarm(request, clock_()));
  alarm.AlarmArn = arns_.alarm(*alarm.AlarmName);
  if (auto old = store_.get<api::MetricAlarm>(kAlarmKind, *alarm.AlarmName)) {
    // A changed alarm keeps its state until it is evaluated.
    alarm.StateValue = old->StateValue;
    alarm.StateReason = old->StateReason;
    alarm.StateUpdatedTimestamp = old->StateUpdatedTimestamp;
    alarm.StateTransitionedTimestamp = old->StateTransitionedTimestamp;
  }
  SB_TRY_VOID(store_.put(kAlarmKind, *alarm.AlarmName, alarm));
  return api::PutMetricAlarmResponse{};
}

Result<api::MetricAlarm> Service::evaluated(api::MetricAlarm alarm) {
  const int period = alarm.Period.value_or(60), periods = alarm.EvaluationPeriods.value_or(1);
  const auto length = std::chrono::seconds(period);
  // The period that is still running is not looked at.
  metrics::Window window{{}, {}, length};
  window.end = window.bucket_of(clock_());
  window.start = window.end - length * periods;
  const auto id =
      to_id(alarm.Namespace.value_or(""), alarm.MetricName.value_or(""), alarm.Dimensions);
  const auto statistic =
      parse_statistic(alarm.Statistic.value_or(alarm.ExtendedStatistic.value_or("")));
  const metrics::Series series = collect(id, window);
  std::vector<std::optional<double>> values;
  for (Timestamp at = window.start; at < window.end; at += length) {
    auto found = series.find(at);
    values.push_back(found == series.end() || !statistic ? std::nullopt
                                                         : value_of(found->second, *statistic));
  }
  const AlarmState state = evaluate(alarm, values);
  if (state.value == alarm.StateValue) return alarm;
  log::info("alarm",
            {{"name", *alarm.AlarmName}, {"state", state.value}, {"reason", state.reason}});
  alarm.StateValue = state.value;
  alarm.StateReason = state.reason;
  alarm.StateUpdatedTimestamp = clock_();
  alarm.StateTransitionedTimestamp = alarm.StateUpdatedTimestamp;
  SB_TRY_VOID(store_.put(kAlarmKind, *alarm.AlarmName, alarm));
  return alarm;
}

Result<std::string> Service::alarm_state(const std::string& name) {
  SB_TRY(auto stored, store_.get<api::MetricAlarm>(kAlarmKind, name));
  SB_TRY(auto alarm, evaluated(std::move(stored)));
  return alarm.StateValue.value_or("INSUFFICIENT_DATA");
}

Outcome<api::DescribeAlarmsResponse> Service::describe_alarms(
    const api::DescribeAlarmsRequest& request) {
  SB_TRY(auto stored,
         store_.list<api::MetricAlarm>(kAlarmKind, request.AlarmNamePrefix.value_or("")));
  api::DescribeAlarmsResponse response;
  const auto& types = request.AlarmTypes;
  if (!types.empty() && std::find(types.begin(), types.end(), "MetricAlarm") == types.end())
    return response;
  for (auto& [name, alarm] : stored) {
    const auto& names = request.AlarmNames;
    if (!names.empty() && std::find(names.begin(), names.end(), name) == names.end()) continue;
    if (request.StateValue && alarm.StateValue != request.StateValue) continue;
    response.MetricAlarms.push_back(std::move(alarm));
  }
  const int limit = request.MaxRecords.value_or(50);
  if (limit < 1 || limit > 100) {
    return fault("ValidationError", "MaxRecords must be between 1 and 100");
  }
  std::optional<std::string> after;
  if (request.NextToken) {
    after = from_page_token(*request.NextToken);
    if (!after) return fault("InvalidNextToken", "The specified token is not valid.");
  }
  response.NextToken = take_page(response.MetricAlarms, after, static_cast<std::size_t>(limit),
                                 [](const api::MetricAlarm& alarm) { return *alarm.AlarmName; });
  return response;
}

Outcome<api::DeleteAlarmsResponse> Service::delete_alarms(const api::DeleteAlarmsRequest& request) {
  for (const std::string& name : request.AlarmNames) {
    SB_TRY(bool exists, store_.contains(kAlarmKind, name));
    if (!exists && request.AlarmNames.size() == 1) {
      return fault("ResourceNotFound", fmt::format("Alarm '{}' does not exist", name), 404);
    }
  }
  for (const std::string& name : request.AlarmNames) {
    SB_TRY([[maybe_unused]] bool erased, store_.erase(kAlarmKind, name));
  }
  return api::DeleteAlarmsResponse{};
}

Outcome<api::SetAlarmStateResponse> Service::set_alarm_state(
    const api::SetAlarmStateRequest& request) {
  auto alarm = store_.get<api::MetricAlarm>(kAlarmKind, *request.AlarmName);
  if (!alarm) {
    return fault("ResourceNotFound", fmt::format("Alarm '{}' does not exist", *request.AlarmName),
                 404);
  }
  const std::string& state = *request.StateValue;
  if (state != "OK" && state != "ALARM" && state != "INSUFFICIENT_DATA") {
    return fault("ValidationError", fmt::format("StateValue '{}' is not valid", state));
  }
  alarm->StateValue = state;
  alarm->StateReason = request.StateReason;
  alarm->StateReasonData = request.StateReasonData;
  alarm->StateUpdatedTimestamp = clock_();
  SB_TRY_VOID(store_.put(kAlarmKind, *request.AlarmName, *alarm));
  return api::SetAlarmStateResponse{};
}

Outcome<void> Service::set_actions(const std::vector<std::string>& names, bool are_enabled) {
  for (const std::string& name : names) {
    auto alarm = store_.get<api::MetricAlarm>(kAlarmKind, name);
    if (!alarm) continue;  // as AWS
    alarm->ActionsEnabled = are_enabled;
    SB_TRY_VOID(store_.put(kAlarmKind, name, *alarm));
  }
  return {};
}

Outcome<api::EnableAlarmActionsResponse> Service::enable_actions(
    const api::EnableAlarmActionsRequest& request) {
  SB_TRY_VOID(set_actions(request.AlarmNames, true));
  return api::EnableAlarmActionsResponse{};
}

Outcome<api::DisableAlarmActionsResponse> Service::disable_actions(
    const api::DisableAlarmActionsRequest& request) {
  SB_TRY_VOID(set_actions(request.AlarmNames, false));
  return api::DisableAlarmActionsResponse{};
}

Task<> Service::watch_alarms(Service* self) {
  while (!self->gate_.is_closed()) {
    auto alarms = self->store_.list<api::MetricAlarm>(kAlarmKind);
    if (alarms) {
      for (auto& [name, alarm] : *alarms) {
        if (auto done = self->evaluated(std::move(alarm)); !done) {
          log::error("cannot evaluate an alarm", {{"name", name}, {"error", done.error().text()}});
        }
      }
    }
    co_await self->stopping_.wait(Deadline::after(kAlarmStep));
  }
}

}  // namespace sb::cloud::cloudwatch
