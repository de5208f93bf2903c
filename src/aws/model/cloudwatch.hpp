// CloudWatch: everything. Include only the part you need where you can.
#pragma once

#include "aws/model/cloudwatch_alarm.hpp"
#include "aws/model/cloudwatch_metric.hpp"
