// CloudWatch: metrics from the services that measure (MetricSource) and from PutMetricData, and
// alarms on them. Periods go down to one second.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/async/gate.hpp"
#include "base/async/notifier.hpp"
#include "base/async/task.hpp"
#include "cloud/cloudwatch/alarm.hpp"
#include "cloud/cloudwatch/custom.hpp"
#include "cloud/gateway/fault.hpp"
#include "cloud/metrics/source.hpp"
#include "cloud/store/arn.hpp"

namespace sb::cloud {
class Store;
namespace gateway {
class Gateway;
}
}  // namespace sb::cloud

namespace sb::cloud::cloudwatch {

using gateway::Outcome;

class Service {
 public:
  using Clock = std::function<Timestamp()>;
  Service(Executor executor, Store& store, Arns arns, Clock clock = now);
  ~Service();

  // `source` must outlive the service.
  void add_source(const metrics::MetricSource& source) {
    sources_.push_back(&source);
  }
  void attach(gateway::Gateway& gateway);
  // Opens its tables and evaluates alarms from now on.
  Task<Result<>> start();
  Task<> stop();

  // OK | ALARM | INSUFFICIENT_DATA, as of now; error not_found. For deployment alarms of ecs.
  Result<std::string> alarm_state(const std::string& name);

  Outcome<api::GetMetricDataResponse> get_data(const api::GetMetricDataRequest& request);
  Outcome<api::GetMetricStatisticsResponse> get_statistics(
      const api::GetMetricStatisticsRequest& request);
  Outcome<api::ListMetricsResponse> list_metrics(const api::ListMetricsRequest& request);
  Outcome<api::PutMetricDataResponse> put_data(const api::PutMetricDataRequest& request);
  Outcome<api::PutMetricAlarmResponse> put_alarm(const api::PutMetricAlarmRequest& request);
  Outcome<api::DescribeAlarmsResponse> describe_alarms(const api::DescribeAlarmsRequest& request);
  Outcome<api::DeleteAlarmsResponse> delete_alarms(const api::DeleteAlarmsRequest& request);
  Outcome<api::SetAlarmStateResponse> set_alarm_state(const api::SetAlarmStateRequest& request);
  Outcome<api::EnableAlarmActionsResponse> enable_actions(
      const api::EnableAlarmActionsRequest& request);
  Outcome<api::DisableAlarmActionsResponse> disable_actions(
      const api::DisableAlarmActionsRequest& request);

 private:
  metrics::Series collect(const metrics::MetricId& metric, const metrics::Window& window) const;
  Outcome<api::MetricDataResult> answer(const api::MetricDataQuery& query,
                                        const api::GetMetricDataRequest& request) const;
  // The alarm after an evaluation; written down when its state changed.
  Result<api::MetricAlarm> evaluated(api::MetricAlarm alarm);
  Outcome<void> set_actions(const std::vector<std::string>& names, bool are_enabled);
  static Task<> watch_alarms(Service* self);

  Executor executor_;
  Store& store_;
  Arns arns_;
  Clock clock_;
  CustomMetrics custom_;
  std::vector<const metrics::MetricSource*> sources_;
  Gate gate_;
  Notifier stopping_;
};

}  // namespace sb::cloud::cloudwatch
