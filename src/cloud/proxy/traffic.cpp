#include "cloud/proxy/traffic.hpp"

#include <algorithm>

namespace sb::cloud::proxy {

namespace {

std::int64_t second_of(Timestamp t) {
  return to_unix_ms(t) / 1000;
}

std::size_t class_of(int status) {
  return static_cast<std::size_t>(std::clamp(status / 100, 0, 5));
}

}  // namespace

void Traffic::add(const AccessLine& line, Timestamp now) {
  const std::int64_t now_s = second_of(now), at = second_of(line.ended);
  if (at <= now_s - kKept.count() || at > now_s + 60) return;
  ++lines_;
  // The load balancer's own answers belong to no group, even when a target was tried.
  const bool is_targets = line.target_answered;
  TrafficSecond& second = seconds_[Key(line.load_balancer, line.group)][at];
  if (line.has_target) ++second.requests;
  second.connection_errors += static_cast<std::uint32_t>(line.connection_errors);
  if (is_targets) {
    ++second.target_statuses[class_of(line.status)];
    second.response_seconds.add(static_cast<double>(line.response_ms) / 1000);
  } else if (line.status > 0) {
    ++seconds_[Key(line.load_balancer, "")][at].balancer_statuses[class_of(line.status)];
  }
  if (now_s != dropped_at_s_) drop_old(now_s);
}

void Traffic::drop_old(std::int64_t now_s) {
  dropped_at_s_ = now_s;
  for (auto at = seconds_.begin(); at != seconds_.end();) {
    at->second.erase(at->second.begin(), at->second.upper_bound(now_s - kKept.count()));
    at = at->second.empty() ? seconds_.erase(at) : std::next(at);
  }
}

}  // namespace sb::cloud::proxy
