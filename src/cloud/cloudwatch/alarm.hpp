// When an alarm is in which state. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/model/cloudwatch.hpp"
#include "cloud/gateway/fault.hpp"

namespace sb::cloud::cloudwatch {

namespace api = aws::cloudwatch;

// An alarm as it is stored and shown, in state INSUFFICIENT_DATA; or why it cannot be.
gateway::Outcome<api::MetricAlarm> to_alarm(const api::PutMetricAlarmRequest& request,
                                            Timestamp now);

struct AlarmState {
  std::string value;  // OK | ALARM | INSUFFICIENT_DATA
  std::string reason;
};
// `values`: one for each of the alarm's evaluation periods, oldest first; nothing where data is
// missing.
AlarmState evaluate(const api::MetricAlarm& alarm,
                    const std::vector<std::optional<double>>& values);

}  // namespace sb::cloud::cloudwatch
