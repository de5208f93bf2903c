// Elastic Load Balancing v2: everything. Include only the part you need where you can.
#pragma once

#include "aws/model/elbv2_listener.hpp"
#include "aws/model/elbv2_load_balancer.hpp"
#include "aws/model/elbv2_rule.hpp"
#include "aws/model/elbv2_target_group.hpp"
