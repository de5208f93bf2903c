#include "cloud/metrics/distribution.hpp"

#include <algorithm>
#include <cmath>

namespace sb::cloud::metrics {

namespace {

// Thirty-two equal steps in each power of two.
constexpr int kSteps = 32;
// Larger than any exponent times kSteps, so that positive keys stay positive.
constexpr std::int32_t kOffset = 40000;

std::int32_t key_of_magnitude(double magnitude) {
  int exponent = 0;
  const double mantissa = std::frexp(magnitude, &exponent);  // in [0.5, 1)
  const int step = std::min(kSteps - 1, static_cast<int>((mantissa - 0.5) * 2 * kSteps));
  return kOffset + exponent * kSteps + step;
}

std::int32_t key_of(double value) {
  if (value == 0) return 0;
  return value > 0 ? key_of_magnitude(value) : -key_of_magnitude(-value);
}

double middle_of(std::int32_t key) {
  if (key == 0) return 0;
  const int at = std::abs(key) - kOffset;
  const int exponent = at >= 0 ? at / kSteps : -((-at + kSteps - 1) / kSteps);
  const int step = at - exponent * kSteps;
  const double mantissa = 0.5 + (step + 0.5) / (2.0 * kSteps);
  const double magnitude = std::ldexp(mantissa, exponent);
  return key > 0 ? magnitude : -magnitude;
}

}  // namespace

void Distribution::put(std::int32_t key, double times) {
  auto at = std::lower_bound(buckets_.begin(), buckets_.end(), key,
                             [](const Bucket& bucket, std::int32_t k) { return bucket.key < k; });
  if (at != buckets_.end() && at->key == key) {
    at->times += times;
  } else {
    buckets_.insert(at, Bucket{key, times});
  }
}

void Distribution::widen(double least, double greatest) {
  least_ = empty() ? least : std::min(least_, least);
  greatest_ = empty() ? greatest : std::max(greatest_, greatest);
}

void Distribution::add(double value, double times) {
  if (times <= 0) return;
  widen(value, value);
  put(key_of(value), times);
  count_ += times;
  sum_ += value * times;
}

void Distribution::add_summary(double count, double sum, double least, double greatest) {
  if (count <= 0) return;
  widen(least, greatest);
  if (least == greatest) {
    put(key_of(least), count);
  } else {
    is_summary_only_ = true;
  }
  count_ += count;
  sum_ += sum;
}

void Distribution::merge(const Distribution& other) {
  if (other.empty()) return;
  widen(other.least_, other.greatest_);
  for (const Bucket& bucket : other.buckets_) put(bucket.key, bucket.times);
  count_ += other.count_;
  sum_ += other.sum_;
  is_summary_only_ = is_summary_only_ || other.is_summary_only_;
}

double Distribution::percentile(double percent) const {
  if (empty() || buckets_.empty()) return 0;
  if (percent <= 0) return least_;
  if (percent >= 100) return greatest_;
  double total = 0;
  for (const Bucket& bucket : buckets_) total += bucket.times;
  const double rank = total * percent / 100;
  double seen = 0;
  for (const Bucket& bucket : buckets_) {
    seen += bucket.times;
    // A hair of slack: 0.95 * 20 must be rank 19, not 19.000000000000004.
    if (seen >= rank * (1 - 1e-12)) return std::clamp(middle_of(bucket.key), least_, greatest_);
  }
  return greatest_;
}

}  // namespace sb::cloud::metrics
