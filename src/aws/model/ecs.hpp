// Amazon ECS: everything. Include only the part you need where you can.
#pragma once

#include "aws/model/ecs_cluster.hpp"
#include "aws/model/ecs_common.hpp"
#include "aws/model/ecs_deployment.hpp"
#include "aws/model/ecs_service.hpp"
#include "aws/model/ecs_task.hpp"
#include "aws/model/ecs_task_definition.hpp"
