// The deployment dashboard's five numbers for a person: a block for a terminal, a line elsewhere.
#pragma once

#include <string>
#include <vector>

#include "release/analysis/analysis.hpp"
#include "saltctl/console/console.hpp"

namespace sb::saltctl {

// One line a number: what it is, its course, its target, what it came to and why. At the end what
// it came to as a whole; with the time that is left while it goes on.
std::vector<std::string> watch_panel(const release::analysis::Reading& reading,
                                     const Console& console);
// "error rate 0.00 %, latency p95 31 ms, … (12 s left)"
std::string watch_line(const release::analysis::Reading& reading);
// The values as a row of blocks of rising height, the newest `width` of them.
std::string sparkline(const std::vector<double>& values, std::size_t width);
// {"verdict":…,"summary":…,"evidence":{…}}
std::string reading_json(const release::analysis::Reading& reading);

}  // namespace sb::saltctl
