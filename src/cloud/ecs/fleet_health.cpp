// Runs a container's health check for as long as the container runs.
#include "base/async/spawn.hpp"
#include "cloud/ecs/controller.hpp"
#include "cloud/ecs/fleet.hpp"
#include "cloud/ecs/health.hpp"
#include "cloud/runtime/inside.hpp"

namespace sb::cloud::ecs {

namespace {

// A container that comes up soon is found healthy soon, whatever its interval.
constexpr auto kEarlyPause = std::chrono::seconds(1);

Task<bool> passes(runtime::Sandbox sandbox, HealthSettings settings) {
  runtime::Command command;
  command.argv = settings.argv;
  auto done = co_await runtime::run_inside(std::move(sandbox), std::move(command), "",
                                           Deadline::after(settings.timeout));
  co_return done && !done->status.signal && done->status.code == 0;
}

}  // namespace

void Fleet::begin_health_checks(const std::string& id, const api::ContainerDefinition& container) {
  if (!health_settings(container)) return;
  spawn_logged(executor_, "ecs health " + container_id(id, container.name.value_or("")),
               check_health(shared_from_this(), id, container));
}

Task<> Fleet::check_health(Self self, std::string id, api::ContainerDefinition container) {
  auto settings = *health_settings(container);
  auto name = container.name.value_or("");
  auto state = self->live_.find(id)->second;
  auto is_over = [&] { return self->is_closed_ || !state->running.contains(name); };
  auto before = ContainerHealth::unknown;
  for (const auto& shape : self->record(id)->shape.containers)
    if (shape.name == name) before = container_health_of(shape.healthStatus.value_or(""));
  HealthTally tally(settings.retries, before);
  auto began = std::chrono::steady_clock::now();
  for (;;) {
    auto age = std::chrono::steady_clock::now() - began;
    bool is_early = age < settings.interval && tally.health() == ContainerHealth::unknown;
    auto next = Deadline::after(is_early ? std::min<Duration>(kEarlyPause, settings.interval)
                                         : settings.interval);
    while (!is_over() && !next.has_passed()) co_await state->changed.wait(next);
    if (is_over()) co_return;
    bool is_starting = is_early || std::chrono::steady_clock::now() - began < settings.start_period;
    auto sandbox = state->running.at(name);
    bool has_passed = co_await passes(std::move(sandbox), settings);
    if (is_over()) co_return;
    tally.note(has_passed, is_starting);
    self->note_health(id, name, tally.health());
  }
}

void Fleet::note_health(const std::string& id, const std::string& container,
                        ContainerHealth health) {
  auto* task = record(id);
  if (!task || is_stopped(*task)) return;
  auto key = definition_key(task->shape.taskDefinitionArn.value_or(""));
  auto definition = ground_.store.get<api::TaskDefinition>(kDefinitions, key);
  if (!definition) return;
  for (auto& shape : task->shape.containers) {
    if (shape.name != container || shape.healthStatus == wire_name(health)) continue;
    shape.healthStatus = wire_name(health);
    task->shape.healthStatus = task_health(*definition, task->shape);
    save(*task);
    if (auto* state = live(id)) state->changed.notify_all();
    listener_.health(*task);
  }
}

}  // namespace sb::cloud::ecs
