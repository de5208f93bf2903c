// The same, and what the cloud and its operators' tools include of the floors below them.
#pragma once

#include "aws/client/call.hpp"
#include "aws/model/ecs.hpp"
#include "aws/model/elbv2.hpp"
#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "src.hpp"
