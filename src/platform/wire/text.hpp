// Text and dates as people write them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock/clock.hpp"

namespace sb::platform {

using Date = std::chrono::year_month_day;

// Unicode code points of valid UTF-8.
std::size_t count_code_points(std::string_view text);
// Without the ASCII white space at both ends.
std::string_view trim(std::string_view text);
// Lower case for comparison: ASCII, Latin-1, Greek and Cyrillic capitals; everything else as it is.
std::string fold_case(std::string_view text);

std::optional<Date> parse_date(std::string_view text);  // exactly YYYY-MM-DD, a real day
std::string format_date(Date date);
// Whole years lived on `today`.
int age_on(Date born, Date today);
Date date_of(Timestamp t);

}  // namespace sb::platform
