// Scalars as text, as the Query protocol's forms and XML write them. Inside aws/protocol.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error/error.hpp"
#include "base/json/type.hpp"

namespace sb::aws {

// Times are ISO 8601 with milliseconds, always in the same width (clients sort them as text).
std::string scalar_to_text(const json::Type& type, const void* object);
Result<> scalar_from_text(const json::Type& type, const std::string& text, void* object,
                          std::string_view path);
// "1", "27": a position in a list; nothing for anything else.
std::optional<std::uint32_t> parse_index(std::string_view text);

}  // namespace sb::aws
