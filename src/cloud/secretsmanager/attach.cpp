#include "cloud/gateway/bind.hpp"
#include "cloud/secretsmanager/service.hpp"

namespace sb::cloud::secretsmanager {

using gateway::bind;

void Service::attach(gateway::Gateway& gateway) {
  bind<api::CreateSecret>(gateway, *this, &Service::create);
  bind<api::GetSecretValue>(gateway, *this, &Service::get);
  bind<api::PutSecretValue>(gateway, *this, &Service::put);
  bind<api::UpdateSecret>(gateway, *this, &Service::update);
  bind<api::DescribeSecret>(gateway, *this, &Service::describe);
  bind<api::ListSecrets>(gateway, *this, &Service::list);
  bind<api::DeleteSecret>(gateway, *this, &Service::erase);
  bind<api::RestoreSecret>(gateway, *this, &Service::restore);
  bind<api::UpdateSecretVersionStage>(gateway, *this, &Service::move_stage);
  bind<api::ListSecretVersionIds>(gateway, *this, &Service::list_versions);
  bind<api::TagResource>(gateway, *this, &Service::tag);
  bind<api::UntagResource>(gateway, *this, &Service::untag);
}

}  // namespace sb::cloud::secretsmanager
