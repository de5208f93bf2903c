// The numbers of the deployment dashboard, each with its target and what it came to: what the
// watch shows while it runs, and what the release's record keeps of its end.
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sb::release::analysis {

enum class NumberState {
  ok,            // within the target
  high,          // off the target, but not (yet) so that it counts: too short, or maybe chance
  breach,        // off the target, and it counts
  inconclusive,  // too little to judge by
  no_data,       // the source has nothing
};
BOOST_DESCRIBE_ENUM(NumberState, ok, high, breach, inconclusive, no_data)

namespace number {
inline constexpr const char* kErrorRate = "error_rate";
inline constexpr const char* kP95 = "p95";
inline constexpr const char* kRequestRate = "request_rate";
inline constexpr const char* kConnections = "database_connections";
inline constexpr const char* kMemory = "memory";
}  // namespace number

struct Number {
  std::string name;             // one of the above
  std::optional<double> value;  // nothing: not measured
  std::string unit;             // "%", "ms", "/s", "connections"
  std::string target;           // "< 1 %"
  NumberState state = NumberState::no_data;
  std::string note;             // why, where it is not simply within its target
  std::vector<double> history;  // one a period, oldest first, at most kHistory

  bool operator==(const Number&) const = default;
};
BOOST_DESCRIBE_STRUCT(Number, (), (name, value, unit, target, state, note, history))

inline constexpr std::size_t kHistory = 30;

// "request rate": how a person calls it.
std::string_view title(std::string_view name);
// "0.31 %", "87 ms", "74.2/s", "12"; "-" where nothing was measured.
std::string value_text(const Number& number);

}  // namespace sb::release::analysis
