// The record in the API's shapes.
#pragma once

#include "cloud/ecs/controller.hpp"
#include "cloud/ecs/records.hpp"

namespace sb::cloud::ecs {

api::Service service_shape(const ServiceRecord& record);
api::ServiceDeployment deployment_shape(const ServiceRecord& record, const Deployment& deployment);
api::ServiceDeploymentBrief brief_of(const api::ServiceDeployment& deployment);

}  // namespace sb::cloud::ecs
