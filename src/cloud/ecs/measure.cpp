#include "cloud/ecs/measure.hpp"

namespace sb::cloud::ecs {

namespace {
constexpr auto kInterval = std::chrono::seconds(2);
constexpr auto kKept = std::chrono::minutes(30);
}  // namespace

Task<> Measure::run(std::shared_ptr<Measure> self) {
  while (!self->is_closed_) {
    self->sample(now());
    co_await sleep_for(kInterval);
  }
}

void Measure::add(const ServiceRecord& record, const char* name_space, const char* name,
                  Timestamp at, double value) {
  metrics::MetricId id{
      name_space,
      name,
      {{"ClusterName", record.control.cluster}, {"ServiceName", record.control.name}}};
  auto& series = series_[id];
  series.push_back({at, value});
  while (series.front().at < at - kKept) series.pop_front();
}

void Measure::sample(Timestamp at) {
  constexpr const char* kUse = "AWS/ECS";
  constexpr const char* kInsights = "ECS/ContainerInsights";
  std::map<std::string, std::uint64_t> cpu_now;
  double elapsed_ms = last_ ? static_cast<double>((at - *last_).count()) : 0;
  for (const auto& key : scheduler_->keys("")) {
    const auto& record = *scheduler_->find(key);
    double used_ms = 0, resident = 0, reserved_cpus = 0, reserved_bytes = 0;
    for (const auto& [container, usage] : scheduler_->fleet().usage(key)) {
      auto before = cpu_ms_.find(container);
      if (before != cpu_ms_.end() && usage.cpu_ms > before->second)
        used_ms += static_cast<double>(usage.cpu_ms - before->second);
      cpu_now[container] = usage.cpu_ms;
      resident += static_cast<double>(usage.resident_bytes);
    }
    int running = 0, pending = 0;
    for (const auto& task : record.control.tasks) {
      if (!is_live(task)) continue;
      ++(task.phase == TaskPhase::running ? running : pending);
      const auto* known = scheduler_->fleet().find(task.id);
      if (!known || !known->is_launched) continue;
      reserved_cpus += std::strtod(known->shape.cpu.value_or("1024").c_str(), nullptr) / 1024;
      reserved_bytes += std::strtod(known->shape.memory.value_or("0").c_str(), nullptr) * 1048576;
    }
    if (elapsed_ms > 0 && reserved_cpus > 0)
      add(record, kUse, "CPUUtilization", at, 100 * used_ms / elapsed_ms / reserved_cpus);
    if (reserved_bytes > 0)
      add(record, kUse, "MemoryUtilization", at, 100 * resident / reserved_bytes);
    add(record, kInsights, "RunningTaskCount", at, running);
    add(record, kInsights, "PendingTaskCount", at, pending);
    add(record, kInsights, "DesiredTaskCount", at, record.control.desired_count);
    add(record, kInsights, "DeploymentCount", at,
        static_cast<double>(record.control.revisions.size()));
    if (elapsed_ms > 0) add(record, kInsights, "CpuUtilized", at, 1024 * used_ms / elapsed_ms);
    add(record, kInsights, "MemoryUtilized", at, resident / 1048576);
  }
  cpu_ms_ = std::move(cpu_now);
  last_ = at;
}

std::vector<metrics::MetricId> Measure::list() const {
  std::vector<metrics::MetricId> out;
  for (const auto& [id, series] : series_) out.push_back(id);
  return out;
}

metrics::Series Measure::collect(const metrics::MetricId& metric,
                                 const metrics::Window& window) const {
  metrics::Series out;
  auto it = series_.find(metric);
  if (it == series_.end()) return out;
  for (const auto& sample : it->second)
    if (window.contains(sample.at)) out[window.bucket_of(sample.at)].add(sample.value);
  return out;
}

}  // namespace sb::cloud::ecs
