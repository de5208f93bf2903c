// Amazon RDS: everything. Include only the part you need where you can.
#pragma once

#include "aws/model/rds_common.hpp"
#include "aws/model/rds_instance.hpp"
#include "aws/model/rds_snapshot.hpp"
