#include "cloud/gateway/bind.hpp"
#include "cloud/ssm/service.hpp"

namespace sb::cloud::ssm {

using gateway::bind;

void Service::attach(gateway::Gateway& gateway) {
  bind<api::PutParameter>(gateway, *this, &Service::put);
  bind<api::GetParameter>(gateway, *this, &Service::get);
  bind<api::GetParameters>(gateway, *this, &Service::get_many);
  bind<api::GetParametersByPath>(gateway, *this, &Service::get_by_path);
  bind<api::GetParameterHistory>(gateway, *this, &Service::history);
  bind<api::DescribeParameters>(gateway, *this, &Service::describe);
  bind<api::DeleteParameter>(gateway, *this, &Service::erase);
  bind<api::DeleteParameters>(gateway, *this, &Service::erase_many);
  bind<api::LabelParameterVersion>(gateway, *this, &Service::label);
  bind<api::AddTagsToResource>(gateway, *this, &Service::add_tags);
  bind<api::RemoveTagsFromResource>(gateway, *this, &Service::remove_tags);
  bind<api::ListTagsForResource>(gateway, *this, &Service::list_tags);
}

}  // namespace sb::cloud::ssm
