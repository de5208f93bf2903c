// Events and plans as they stand in the journal: the type's name beside a JSON body.
#pragma once

#include <string>
#include <string_view>

#include "base/error/error.hpp"
#include "release/engine/event.hpp"
#include "release/engine/plan.hpp"

namespace sb::release {

std::string encode_body(const EventBody& body);
// Error data_loss for a type this program does not know (it was written by a newer one).
Result<EventBody> decode_body(std::string_view type, std::string_view json);

std::string encode_plan(const Plan& plan);
Result<Plan> decode_plan(std::string_view json);

}  // namespace sb::release
