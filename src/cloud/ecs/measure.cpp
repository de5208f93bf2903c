#include "cloud/ecs/measure.hpp"

#include <cstdlib>

namespace sb::cloud::ecs {

namespace {

struct TaskUse {
  double cpu_ms = 0;
  double resident_bytes = 0;
};

double number(const std::optional<std::string>& text, double otherwise) {
  return text ? std::strtod(text->c_str(), nullptr) : otherwise;
}

}  // namespace

Task<> Measure::run(std::shared_ptr<Measure> self) {
  while (!self->is_closed_) {
    self->sample(now());
    co_await sleep_until(metrics::next_sample_time());
  }
}

void Measure::sample(Timestamp at) {
  elapsed_ms_ = last_ ? static_cast<double>((at - *last_).count()) : 0;
  cpu_ms_now_.clear();
  for (const auto& key : scheduler_->keys("")) sample_service(key, *scheduler_->find(key), at);
  cpu_ms_.swap(cpu_ms_now_);
  last_ = at;
  gauges_.prune(at);
}

void Measure::sample_service(const std::string& key, const ServiceRecord& record, Timestamp at) {
  auto add = [&](const char* name_space, const char* name, double value) {
    gauges_.add({name_space,
                 name,
                 {{"ClusterName", record.control.cluster}, {"ServiceName", record.control.name}}},
                at, value);
  };
  constexpr const char* kUse = "AWS/ECS";
  constexpr const char* kInsights = "ECS/ContainerInsights";
  std::map<std::string, TaskUse> by_task;
  TaskUse all;
  for (const auto& [task, container, usage] : scheduler_->fleet().usage(key)) {
    auto& use = by_task[task];
    auto before = cpu_ms_.find(container);
    if (before != cpu_ms_.end() && usage.cpu_ms > before->second)
      use.cpu_ms += static_cast<double>(usage.cpu_ms - before->second);
    cpu_ms_now_[container] = usage.cpu_ms;
    use.resident_bytes += static_cast<double>(usage.resident_bytes);
  }
  for (const auto& [id, use] : by_task) {
    all.cpu_ms += use.cpu_ms;
    all.resident_bytes += use.resident_bytes;
    const auto* task = scheduler_->fleet().find(id);
    const double cpus = number(task->shape.cpu, 1024) / 1024;
    const double bytes = number(task->shape.memory, 0) * 1048576;
    if (elapsed_ms_ > 0 && cpus > 0)
      add(kUse, "CPUUtilization", 100 * use.cpu_ms / elapsed_ms_ / cpus);
    if (bytes > 0) add(kUse, "MemoryUtilization", 100 * use.resident_bytes / bytes);
  }
  int running = 0, pending = 0;
  for (const auto& task : record.control.tasks)
    if (is_live(task)) ++(task.phase == TaskPhase::running ? running : pending);
  add(kInsights, "RunningTaskCount", running);
  add(kInsights, "PendingTaskCount", pending);
  add(kInsights, "DesiredTaskCount", record.control.desired_count);
  add(kInsights, "DeploymentCount", static_cast<double>(record.control.revisions.size()));
  if (elapsed_ms_ > 0) add(kInsights, "CpuUtilized", 1024 * all.cpu_ms / elapsed_ms_);
  add(kInsights, "MemoryUtilized", all.resident_bytes / 1048576);
}

}  // namespace sb::cloud::ecs
