#include "cloud/ecs/ecs.hpp"

#include "base/async/spawn.hpp"
#include "cloud/ecs/front.hpp"
#include "cloud/ecs/measure.hpp"
#include "cloud/ecs/scheduler.hpp"

namespace sb::cloud::ecs {

struct Ecs::Impl {
  Impl(Executor executor, Ground ground)
      : scheduler(std::make_shared<Scheduler>(executor, ground)),
        front(scheduler, ground),
        measure(std::make_shared<Measure>(scheduler)),
        executor(executor) {}

  std::shared_ptr<Scheduler> scheduler;
  Front front;
  std::shared_ptr<Measure> measure;
  Executor executor;
};

Ecs::Ecs(Executor executor, Ground ground)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(ground))) {}
Ecs::~Ecs() {
  impl_->scheduler->close();
  impl_->measure->close();
}

void Ecs::attach(gateway::Gateway& gateway) {
  impl_->front.attach(gateway);
}

Task<Result<>> Ecs::start() {
  SB_CO_TRY_VOID(co_await impl_->scheduler->start());
  spawn_logged(impl_->executor, "ecs metrics", Measure::run(impl_->measure));
  co_return Result<>();
}

Task<> Ecs::stop() {
  impl_->scheduler->close();
  impl_->measure->close();
  co_return;
}

Task<> Ecs::shutdown() {
  impl_->scheduler->close_services();
  impl_->measure->close();
  auto& fleet = impl_->scheduler->fleet();
  std::vector<std::string> ids;
  for (const auto& [id, task] : fleet.tasks())
    if (!is_stopped(task)) ids.push_back(id);
  for (const auto& id : ids) (void)fleet.stop(id, "TerminationNotice", "saltcloud is going down");
  auto deadline = Deadline::after(std::chrono::seconds(45));
  auto is_over = [&] {
    for (const auto& id : ids)
      if (const auto* task = fleet.find(id); task && !is_stopped(*task)) return false;
    return true;
  };
  while (!is_over() && !deadline.has_passed()) co_await sleep_for(std::chrono::milliseconds(50));
  impl_->scheduler->close();
}

const metrics::MetricSource& Ecs::metrics() const {
  return impl_->measure->source();
}

}  // namespace sb::cloud::ecs
