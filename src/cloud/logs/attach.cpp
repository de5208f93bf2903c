#include "cloud/gateway/bind.hpp"
#include "cloud/logs/service.hpp"

namespace sb::cloud::logs {

using gateway::bind;

void Service::attach(gateway::Gateway& gateway) {
  bind<api::CreateLogGroup>(gateway, *this, &Service::create_group);
  bind<api::DeleteLogGroup>(gateway, *this, &Service::delete_group);
  bind<api::DescribeLogGroups>(gateway, *this, &Service::describe_groups);
  bind<api::CreateLogStream>(gateway, *this, &Service::create_stream);
  bind<api::DeleteLogStream>(gateway, *this, &Service::delete_stream);
  bind<api::DescribeLogStreams>(gateway, *this, &Service::describe_streams);
  bind<api::PutRetentionPolicy>(gateway, *this, &Service::put_retention);
  bind<api::DeleteRetentionPolicy>(gateway, *this, &Service::delete_retention);
  bind<api::PutLogEvents>(gateway, *this, &Service::put_events);
  bind<api::GetLogEvents>(gateway, *this, &Service::get_events);
  bind<api::FilterLogEvents>(gateway, *this, &Service::filter_events);
  bind<api::TagResource>(gateway, *this, &Service::tag);
  bind<api::UntagResource>(gateway, *this, &Service::untag);
  bind<api::ListTagsForResource>(gateway, *this, &Service::list_tags);
}

}  // namespace sb::cloud::logs
