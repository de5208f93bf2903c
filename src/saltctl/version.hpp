#pragma once

#include <string_view>

namespace sb::saltctl {

std::string_view project_version();

}  // namespace sb::saltctl
