#include <algorithm>
#include <cmath>

#include "release/analysis/analysis.hpp"

namespace sb::release::analysis {

double binomial_tail(std::int64_t errors, std::int64_t requests, double rate) {
  if (errors <= 0) return 1;
  if (errors > requests || rate <= 0) return 0;
  if (rate >= 1) return 1;
  // Summed upwards from the first term, in logarithms: it underflows nowhere that matters, and
  // stops when the terms no longer add.
  auto n = static_cast<double>(requests);
  auto k = static_cast<double>(errors);
  double log_term = std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) +
                    k * std::log(rate) + (n - k) * std::log1p(-rate);
  double term = std::exp(log_term);
  double sum = 0;
  const double odds = rate / (1 - rate);
  const double mean = n * rate;
  for (double i = k; i <= n; ++i) {
    sum += term;
    if (i > mean && term < sum * 1e-12) break;
    term *= (n - i) / (i + 1) * odds;
  }
  return std::min(sum, 1.0);
}

double upper_bound(std::int64_t errors, std::int64_t requests, double confidence) {
  if (requests <= 0 || errors >= requests) return 1;
  double low = static_cast<double>(errors) / static_cast<double>(requests);
  double high = 1;
  for (int i = 0; i < 50; ++i) {
    double middle = (low + high) / 2;
    // P(X <= errors) falls with the rate.
    double below = 1 - binomial_tail(errors + 1, requests, middle);
    (below > 1 - confidence ? low : high) = middle;
  }
  return high;
}

void SequentialComparison::add(std::int64_t new_requests, std::int64_t new_errors,
                               std::int64_t old_requests, std::int64_t old_errors) {
  if (new_requests <= 0 || old_requests <= 0) return;
  const double share = static_cast<double>(new_requests) / static_cast<double>(old_requests);
  // Given an error, it is the new version's with odds `share * multiple`.
  auto is_new = [&](double multiple) { return share * multiple / (1 + share * multiple); };
  const double p0 = is_new(worse_by_);
  for (std::size_t i = 0; i < std::size(kAlternatives); ++i) {
    const double p = is_new(worse_by_ * kAlternatives[i]);
    log_ratio_[i] += static_cast<double>(new_errors) * std::log(p / p0) +
                     static_cast<double>(old_errors) * std::log((1 - p) / (1 - p0));
  }
}

double SequentialComparison::evidence_ratio() const {
  double sum = 0;
  for (double log_ratio : log_ratio_) sum += std::exp(std::min(log_ratio, 500.0));
  return sum / static_cast<double>(std::size(kAlternatives));
}

}  // namespace sb::release::analysis
