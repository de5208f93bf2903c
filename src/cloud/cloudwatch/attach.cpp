#include "cloud/cloudwatch/service.hpp"
#include "cloud/gateway/bind.hpp"

namespace sb::cloud::cloudwatch {

using gateway::bind;

void Service::attach(gateway::Gateway& gateway) {
  bind<api::GetMetricData>(gateway, *this, &Service::get_data);
  bind<api::GetMetricStatistics>(gateway, *this, &Service::get_statistics);
  bind<api::ListMetrics>(gateway, *this, &Service::list_metrics);
  bind<api::PutMetricData>(gateway, *this, &Service::put_data);
  bind<api::PutMetricAlarm>(gateway, *this, &Service::put_alarm);
  bind<api::DescribeAlarms>(gateway, *this, &Service::describe_alarms);
  bind<api::DeleteAlarms>(gateway, *this, &Service::delete_alarms);
  bind<api::SetAlarmState>(gateway, *this, &Service::set_alarm_state);
  bind<api::EnableAlarmActions>(gateway, *this, &Service::enable_actions);
  bind<api::DisableAlarmActions>(gateway, *this, &Service::disable_actions);
}

}  // namespace sb::cloud::cloudwatch
