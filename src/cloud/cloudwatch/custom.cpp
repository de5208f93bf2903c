#include "cloud/cloudwatch/custom.hpp"

#include "base/log/log.hpp"
#include "cloud/store/store.hpp"

namespace sb::cloud::cloudwatch {

namespace {

constexpr std::chrono::hours kKept{15 * 24};

std::string dimensions_text(const metrics::MetricId& id) {
  return json::encode(id.dimensions);
}

Result<> insert(sqlite::Database& database, const metrics::MetricId& id, std::int64_t at_ms,
                bool is_summary, double count, double sum, double least, double greatest) {
  return database.execute(
      "INSERT INTO cloudwatch_datum (name_space, name, dimensions, at_ms, is_summary, count, sum, "
      "least, "
      "greatest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {id.name_space, id.name, dimensions_text(id), at_ms, std::int64_t{is_summary}, count, sum,
       least, greatest});
}

Result<> insert_datum(sqlite::Database& database, const metrics::MetricId& id,
                      const api::MetricDatum& datum, std::int64_t at_ms) {
  if (datum.Value) {
    return insert(database, id, at_ms, false, 1, *datum.Value, *datum.Value, *datum.Value);
  }
  if (datum.StatisticValues) {
    const api::StatisticSet& set = *datum.StatisticValues;
    return insert(database, id, at_ms, true, set.SampleCount.value_or(0), set.Sum.value_or(0),
                  set.Minimum.value_or(0), set.Maximum.value_or(0));
  }
  for (std::size_t i = 0; i < datum.Values.size(); ++i) {
    const double times = i < datum.Counts.size() ? datum.Counts[i] : 1;
    const double value = datum.Values[i];
    SB_TRY_VOID(insert(database, id, at_ms, false, times, value * times, value, value));
  }
  return {};
}

}  // namespace

metrics::MetricId to_id(const std::string& name_space, const std::string& name,
                        const std::vector<api::Dimension>& dimensions) {
  metrics::MetricId id{name_space, name, {}};
  for (const api::Dimension& dimension : dimensions) {
    id.dimensions[dimension.Name.value_or("")] = dimension.Value.value_or("");
  }
  return id;
}

Result<> CustomMetrics::open() {
  SB_TRY_VOID(store_.database().execute(
      "CREATE TABLE IF NOT EXISTS cloudwatch_datum (name_space TEXT NOT NULL, name TEXT NOT NULL, "
      "dimensions TEXT NOT NULL, at_ms INTEGER NOT NULL, is_summary INTEGER NOT NULL, count REAL "
      "NOT NULL, "
      "sum REAL NOT NULL, least REAL NOT NULL, greatest REAL NOT NULL)"));
  return store_.database().execute(
      "CREATE INDEX IF NOT EXISTS cloudwatch_datum_by_metric ON cloudwatch_datum (name_space, "
      "name, "
      "dimensions, at_ms)");
}

Result<> CustomMetrics::put(const std::string& name_space,
                            const std::vector<api::MetricDatum>& data, Timestamp now) {
  return store_.transaction([&]() -> Result<> {
    for (const api::MetricDatum& datum : data) {
      const auto id = to_id(name_space, datum.MetricName.value_or(""), datum.Dimensions);
      SB_TRY_VOID(
          insert_datum(store_.database(), id, datum, to_unix_ms(datum.Timestamp.value_or(now))));
    }
    return store_.database().execute("DELETE FROM cloudwatch_datum WHERE at_ms < ?",
                                     {to_unix_ms(now - kKept)});
  });
}

std::vector<metrics::MetricId> CustomMetrics::list() const {
  std::vector<metrics::MetricId> all;
  auto done = store_.database().query(
      "SELECT DISTINCT name_space, name, dimensions FROM cloudwatch_datum", {},
      [&](const sqlite::Row& row) {
        auto dimensions = json::decode<std::map<std::string, std::string>>(row.text(2));
        if (dimensions) all.push_back({row.text(0), row.text(1), *std::move(dimensions)});
      });
  if (!done) log::error("cannot list metrics", {{"error", done.error().text()}});
  return all;
}

metrics::Series CustomMetrics::collect(const metrics::MetricId& metric,
                                       const metrics::Window& window) const {
  metrics::Series series;
  auto done = store_.database().query(
      "SELECT at_ms, is_summary, count, sum, least, greatest FROM cloudwatch_datum WHERE "
      "name_space = ? AND "
      "name = ? AND dimensions = ? AND at_ms >= ? AND at_ms < ?",
      {metric.name_space, metric.name, dimensions_text(metric), to_unix_ms(window.start),
       to_unix_ms(window.end)},
      [&](const sqlite::Row& row) {
        auto& bucket = series[window.bucket_of(from_unix_ms(row.integer(0)))];
        if (row.integer(1) != 0) {
          bucket.add_summary(row.real(2), row.real(3), row.real(4), row.real(5));
        } else {
          bucket.add(row.real(4), row.real(2));
        }
      });
  if (!done) log::error("cannot read a metric", {{"error", done.error().text()}});
  return series;
}

}  // namespace sb::cloud::cloudwatch
