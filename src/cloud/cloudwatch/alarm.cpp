#include "cloud/cloudwatch/alarm.hpp"

#include <fmt/format.h>

#include "cloud/cloudwatch/statistics.hpp"

namespace sb::cloud::cloudwatch {

using gateway::fault;
using gateway::Outcome;

namespace {

constexpr std::size_t kMaxNameLength = 255;

struct Comparison {
  std::string_view name;
  std::string_view words;
  bool (*holds)(double value, double threshold);
};
constexpr Comparison kComparisons[] = {
    {"GreaterThanOrEqualToThreshold", "greater than or equal to",
     [](double v, double t) { return v >= t; }},
    {"GreaterThanThreshold", "greater than", [](double v, double t) { return v > t; }},
    {"LessThanThreshold", "less than", [](double v, double t) { return v < t; }},
    {"LessThanOrEqualToThreshold", "less than or equal to",
     [](double v, double t) { return v <= t; }},
};

const Comparison* find_comparison(std::string_view name) {
  for (const Comparison& comparison : kComparisons) {
    if (comparison.name == name) return &comparison;
  }
  return nullptr;
}

bool is_treatment(std::string_view text) {
  return text == "missing" || text == "ignore" || text == "breaching" || text == "notBreaching";
}

}  // namespace

Outcome<api::MetricAlarm> to_alarm(const api::PutMetricAlarmRequest& request, Timestamp now) {
  const std::string name = request.AlarmName.value_or("");
  if (name.empty() || name.size() > kMaxNameLength) {
    return fault("ValidationError", "AlarmName must have between 1 and 255 characters");
  }
  if (!request.Metrics.empty() || !request.MetricName || !request.Namespace) {
    return fault(
        "ValidationError",
        "An alarm needs MetricName and Namespace; alarms on metric math are not offered here");
  }
  if (!find_comparison(request.ComparisonOperator.value_or(""))) {
    return fault("ValidationError", fmt::format("ComparisonOperator '{}' is not offered here",
                                                request.ComparisonOperator.value_or("")));
  }
  if (!request.Threshold) return fault("ValidationError", "Threshold is missing");
  if (request.Statistic.has_value() == request.ExtendedStatistic.has_value()) {
    return fault("InvalidParameterCombination",
                 "Exactly one of Statistic and ExtendedStatistic must be specified");
  }
  const std::string statistic = request.Statistic.value_or(request.ExtendedStatistic.value_or(""));
  if (!parse_statistic(statistic)) {
    return fault("ValidationError", fmt::format("Statistic '{}' is not offered here", statistic));
  }
  if (!is_period(request.Period.value_or(0))) {
    return fault("ValidationError", "Period must be 1, 5, 10, 30 or a multiple of 60 seconds");
  }
  const int periods = request.EvaluationPeriods.value_or(0);
  if (periods < 1 || periods * *request.Period > 7 * 86400) {
    return fault("ValidationError",
                 "EvaluationPeriods must be at least 1 and cover at most a week");
  }
  const int needed = request.DatapointsToAlarm.value_or(periods);
  if (needed < 1 || needed > periods) {
    return fault("ValidationError", "DatapointsToAlarm must be between 1 and EvaluationPeriods");
  }
  if (!is_treatment(request.TreatMissingData.value_or("missing"))) {
    return fault("ValidationError",
                 fmt::format("TreatMissingData '{}' is not valid", *request.TreatMissingData));
  }

  api::MetricAlarm alarm;
  alarm.AlarmName = name;
  alarm.AlarmDescription = request.AlarmDescription;
  alarm.AlarmConfigurationUpdatedTimestamp = now;
  alarm.ActionsEnabled = request.ActionsEnabled.value_or(true);
  alarm.OKActions = request.OKActions;
  alarm.AlarmActions = request.AlarmActions;
  alarm.InsufficientDataActions = request.InsufficientDataActions;
  alarm.StateValue = "INSUFFICIENT_DATA";
  alarm.StateReason = "Unchecked: Initial alarm creation";
  alarm.StateUpdatedTimestamp = now;
  alarm.StateTransitionedTimestamp = now;
  alarm.MetricName = request.MetricName;
  alarm.Namespace = request.Namespace;
  alarm.Statistic = request.Statistic;
  alarm.ExtendedStatistic = request.ExtendedStatistic;
  alarm.Dimensions = request.Dimensions;
  alarm.Period = request.Period;
  alarm.Unit = request.Unit;
  alarm.EvaluationPeriods = request.EvaluationPeriods;
  alarm.DatapointsToAlarm = request.DatapointsToAlarm;
  alarm.Threshold = request.Threshold;
  alarm.ComparisonOperator = request.ComparisonOperator;
  alarm.TreatMissingData = request.TreatMissingData;
  return alarm;
}

AlarmState evaluate(const api::MetricAlarm& alarm,
                    const std::vector<std::optional<double>>& values) {
  const std::string treatment = alarm.TreatMissingData.value_or("missing");
  const double threshold = alarm.Threshold.value_or(0);
  const Comparison* comparison = find_comparison(alarm.ComparisonOperator.value_or(""));
  const int needed = alarm.DatapointsToAlarm.value_or(alarm.EvaluationPeriods.value_or(1));
  int known = 0, breaching = 0, present = 0;
  std::string listed;
  for (const auto& value : values) {
    if (value) {
      const bool is_breaching = comparison != nullptr && comparison->holds(*value, threshold);
      ++known;
      ++present;
      breaching += is_breaching ? 1 : 0;
      listed += fmt::format("{}{}", listed.empty() ? "" : ", ", *value);
    } else if (treatment == "breaching" || treatment == "notBreaching") {
      ++known;
      breaching += treatment == "breaching" ? 1 : 0;
    }
  }
  if (known == 0) {
    if (treatment == "ignore") {
      return {alarm.StateValue.value_or("INSUFFICIENT_DATA"), alarm.StateReason.value_or("")};
    }
    return {"INSUFFICIENT_DATA",
            fmt::format("Insufficient Data: {} datapoints were unknown.", values.size())};
  }
  const std::string_view words = comparison == nullptr ? "compared with" : comparison->words;
  const bool is_alarm = breaching >= needed;
  const std::string what = present > 0 ? fmt::format("[{}]", listed)
                                       : fmt::format("no datapoints (treated as {})", treatment);
  return {is_alarm ? "ALARM" : "OK",
          fmt::format(
              "Threshold Crossed: {} of the last {} datapoints {} {} {} the threshold ({}).",
              breaching, values.size(), what, breaching == 1 ? "was" : "were", words, threshold)};
}

}  // namespace sb::cloud::cloudwatch
