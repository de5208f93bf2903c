#include "platform/faults/faults.hpp"

#include <charconv>
#include <numeric>
#include <optional>

namespace sb::platform {

namespace {

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

Result<> parse_one(std::string_view item, FaultPlan& plan) {
  auto refuse = [&](const char* why) {
    return fail(ErrorCode::invalid_argument, std::string(why) + ": " + std::string(item),
                "SALTBITTER_FAULTS");
  };
  std::string_view rest = item;
  double above_rps = 0, after_requests = 0;
  if (auto at = rest.find('@'); at != std::string_view::npos) {
    std::string_view condition = rest.substr(at + 1);
    auto number =
        parse_number(condition.substr(std::min(condition.size(), condition.find('>') + 1)));
    bool is_rate = condition.starts_with("rps>");
    if (!number || !(is_rate || condition.starts_with("requests>")))
      return refuse("expected @rps>NUMBER or @requests>NUMBER");
    (is_rate ? above_rps : after_requests) = *number;
    rest = rest.substr(0, at);
  }
  auto name = rest.substr(0, rest.find('='));
  if (name == "never_ready" && rest != item) return refuse("never_ready has no condition");
  if ((name == "leak_mb_per_s" || name == "connections") && above_rps > 0)
    return refuse("expected @requests>NUMBER, because this is of no request");
  if (rest == "never_ready") {
    plan.never_ready = true;
    return {};
  }
  auto equals = rest.find('=');
  if (equals == std::string_view::npos) return refuse("unknown fault");
  auto amount = parse_number(rest.substr(equals + 1));
  if (!amount) return refuse("expected a number that is not negative");
  RequestFault fault{*amount, above_rps, after_requests};
  if (name == "matches_error") {
    plan.matches_error = fault;
  } else if (name == "error_rate") {
    plan.error_rate = fault;
  } else if (name == "latency_ms") {
    plan.latency_ms = fault;
  } else if (name == "leak_mb_per_s") {
    plan.leak_mb_per_s = fault;
  } else if (name == "connections") {
    plan.connections = fault;
  } else if (name == "never_ready") {
    plan.never_ready = *amount > 0;
  } else {
    return refuse("unknown fault");
  }
  return {};
}

}  // namespace

bool FaultPlan::is_active() const {
  return matches_error.amount > 0 || error_rate.amount > 0 || latency_ms.amount > 0 ||
         never_ready || leak_mb_per_s.amount > 0 || connections.amount > 0;
}

Result<FaultPlan> parse_faults(std::string_view text) {
  FaultPlan plan;
  while (!text.empty()) {
    auto comma = std::min(text.find(','), text.size());
    std::string_view item = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
    if (item.empty()) continue;
    SB_TRY_VOID(parse_one(item, plan));
  }
  return plan;
}

// Requests of the last second, this one included.
double FaultInjector::count(std::int64_t now_ms) {
  std::int64_t bucket = now_ms / kBucketMs;
  if (bucket - newest_ >= static_cast<std::int64_t>(kBuckets)) buckets_.fill(0);
  for (std::int64_t b = newest_ + 1;
       b <= bucket && b <= newest_ + static_cast<std::int64_t>(kBuckets); ++b)
    buckets_[static_cast<std::size_t>(b) % kBuckets] = 0;
  newest_ = std::max(newest_, bucket);
  ++buckets_[static_cast<std::size_t>(newest_) % kBuckets];
  return std::accumulate(buckets_.begin(), buckets_.end(), 0);
}

FaultInjector::Decision FaultInjector::decide(std::string_view path, std::int64_t now_ms,
                                              double chance) {
  Decision decision;
  if (!path.starts_with("/api/")) return decision;
  double rps = count(now_ms);
  ++requests_;
  auto applies = [&](const RequestFault& fault) {
    return fault.amount > 0 && rps > fault.above_rps &&
           static_cast<double>(requests_) > fault.after_requests;
  };
  if (path == "/api/matches" && applies(plan_.matches_error)) decision.fails = true;
  if (applies(plan_.error_rate) && chance < plan_.error_rate.amount) decision.fails = true;
  if (applies(plan_.latency_ms)) decision.delay_ms = static_cast<int>(plan_.latency_ms.amount);
  return decision;
}

}  // namespace sb::platform
