// What was put with PutMetricData: on disk, kept for fifteen days.
#pragma once

#include "aws/model/cloudwatch.hpp"
#include "base/error/error.hpp"
#include "cloud/metrics/source.hpp"

namespace sb::cloud {
class Store;
}

namespace sb::cloud::cloudwatch {

namespace api = aws::cloudwatch;

metrics::MetricId to_id(const std::string& name_space, const std::string& name,
                        const std::vector<api::Dimension>& dimensions);

class CustomMetrics : public metrics::MetricSource {
 public:
  explicit CustomMetrics(Store& store) : store_(store) {}

  Result<> open();
  // All of them or none.
  Result<> put(const std::string& name_space, const std::vector<api::MetricDatum>& data,
               Timestamp now);

  std::vector<metrics::MetricId> list() const override;
  metrics::Series collect(const metrics::MetricId& metric,
                          const metrics::Window& window) const override;

 private:
  Store& store_;
};

}  // namespace sb::cloud::cloudwatch
