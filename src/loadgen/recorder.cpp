#include "loadgen/recorder.hpp"

#include <algorithm>
#include <cmath>

namespace sb::loadgen {
namespace {

constexpr double kGrowth = 1.01;

int bucket_of(std::int64_t latency_us) {
  return static_cast<int>(std::log(static_cast<double>(std::max<std::int64_t>(latency_us, 1))) /
                          std::log(kGrowth));
}

double bucket_ms(int bucket) {
  return std::pow(kGrowth, bucket + 1) / 1000.0;
}

void count(std::map<std::string, VersionCount>& versions, const Observation& seen) {
  if (seen.version.empty()) return;
  auto [it, is_new] = versions.try_emplace(seen.version);
  auto& version = it->second;
  ++version.sent;
  if (!seen.problem.empty()) ++version.failed;
  version.first_ms = is_new ? seen.began_ms : std::min(version.first_ms, seen.began_ms);
  version.last_ms = std::max(version.last_ms, seen.began_ms);
}

}  // namespace

void Recorder::begin(std::int64_t due_ms) {
  auto& open = open_[due_ms / kSliceMs];
  open.slice.t = due_ms / kSliceMs * kSliceMs;
  ++open.slice.sent;
  ++open.in_flight;
  if (totals_.sent++ == 0) first_due_ms_ = due_ms;
  last_due_ms_ = std::max(last_due_ms_, due_ms);
}

void Recorder::end(const Observation& seen) {
  auto& open = open_[seen.due_ms / kSliceMs];
  --open.in_flight;
  open.latencies_us.push_back(seen.latency_us);
  count(open.slice.versions, seen);
  count(totals_.versions, seen);
  if (!seen.problem.empty()) {
    ++open.slice.failed;
    ++open.slice.problems[seen.problem];
    ++totals_.failed;
    ++totals_.problems[seen.problem];
  }
  ++histogram_[bucket_of(seen.latency_us)];
  totals_.max_ms = std::max(totals_.max_ms, static_cast<double>(seen.latency_us) / 1000.0);
}

std::vector<Slice> Recorder::take_finished(std::int64_t now_ms) {
  std::vector<Slice> finished;
  while (!open_.empty()) {
    auto it = open_.begin();
    auto& open = it->second;
    bool is_over = (it->first + 1) * kSliceMs <= now_ms;
    if (!is_over || open.in_flight > 0) break;
    auto& latencies = open.latencies_us;
    std::ranges::sort(latencies);
    if (!latencies.empty()) {
      open.slice.p95_us = latencies[(latencies.size() * 95 + 99) / 100 - 1];
      open.slice.max_us = latencies.back();
    }
    finished.push_back(std::move(open.slice));
    open_.erase(it);
  }
  return finished;
}

Totals Recorder::totals() const {
  Totals totals = totals_;
  std::int64_t ended = 0;
  for (const auto& [bucket, n] : histogram_) ended += n;
  auto percentile = [&](double share) {
    std::int64_t below = 0;
    for (const auto& [bucket, n] : histogram_) {
      below += n;
      if (static_cast<double>(below) >= share * static_cast<double>(ended)) {
        return std::min(bucket_ms(bucket), totals.max_ms);
      }
    }
    return 0.0;
  };
  totals.seconds = static_cast<double>(last_due_ms_ - first_due_ms_) / 1000.0;
  totals.rate = totals.seconds > 0 ? static_cast<double>(totals.sent) / totals.seconds : 0;
  totals.p50_ms = percentile(0.50);
  totals.p95_ms = percentile(0.95);
  totals.p99_ms = percentile(0.99);
  return totals;
}

}  // namespace sb::loadgen
