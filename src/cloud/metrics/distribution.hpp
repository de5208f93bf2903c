// Many numbers in little room: count, sum, least, greatest, and a log-linear histogram that answers
// any percentile within 1.6 % of the true value. Distributions add up, so a second, a minute and a
// whole load balancer are the same type. Pure.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace sb::cloud::metrics {

class Distribution {
 public:
  // `value` must be finite.
  void add(double value, double times = 1);
  void merge(const Distribution& other);
  // A distribution of which only the summary is known (PutMetricData's StatisticValues): it has no
  // percentiles of its own unless every value was the same.
  void add_summary(double count, double sum, double least, double greatest);

  bool empty() const {
    return count_ <= 0;
  }
  double count() const {
    return count_;
  }
  double sum() const {
    return sum_;
  }
  double average() const {
    return empty() ? 0 : sum_ / count_;
  }
  double least() const {
    return least_;
  }
  double greatest() const {
    return greatest_;
  }
  // The smallest value that at least `percent` of all values do not exceed; 0 when empty.
  double percentile(double percent) const;
  bool has_percentiles() const {
    return !is_summary_only_;
  }

 private:
  struct Bucket {
    std::int32_t key;  // ordered as the values are
    double times;
  };
  std::vector<Bucket> buckets_;  // sorted by key
  double count_ = 0, sum_ = 0, least_ = 0, greatest_ = 0;
  bool is_summary_only_ = false;

  void put(std::int32_t key, double times);
  void widen(double least, double greatest);
};

}  // namespace sb::cloud::metrics
