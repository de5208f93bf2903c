#include "cloud/ecs/fleet.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/async/spawn.hpp"
#include "base/log/log.hpp"
#include "base/text/text.hpp"
#include "cloud/elbv2/service.hpp"
#include "cloud/logs/service.hpp"
#include "cloud/secretsmanager/service.hpp"
#include "cloud/ssm/service.hpp"

namespace sb::cloud::ecs {

namespace {

api::Container* container_of(TaskRecord& task, const std::string& name) {
  for (auto& container : task.shape.containers)
    if (container.name == name) return &container;
  return nullptr;
}

// What runs ExecuteCommand's commands is up exactly as long as the container.
void note_agent(api::Container& container, const std::string& status) {
  for (auto& agent : container.managedAgents) {
    if (agent.lastStatus == status) continue;
    agent.lastStatus = status;
    if (status == "RUNNING") agent.lastStartedAt = now();
  }
}

bool has_ended(const api::Container& container) {
  return container.lastStatus == "STOPPED";
}

}  // namespace

void allow_exec(api::Task& task, bool is_allowed) {
  task.enableExecuteCommand = is_allowed;
  for (auto& container : task.containers) {
    container.managedAgents.clear();
    if (!is_allowed) continue;
    auto& agent = container.managedAgents.emplace_back();
    agent.name = "ExecuteCommandAgent";
    agent.lastStatus = "PENDING";
  }
}

std::string definition_key(std::string_view arn) {
  auto tail = text::last_part(arn);
  auto colon = tail.rfind(':');
  auto revision = std::strtol(std::string(tail.substr(colon + 1)).c_str(), nullptr, 10);
  return fmt::format("{}/{:08}", tail.substr(0, colon), revision);
}

std::string container_id(const std::string& task, const std::string& container) {
  return task + "-" + container;
}

Result<std::vector<api::ContainerDefinition>> start_order(const api::TaskDefinition& definition) {
  std::vector<api::ContainerDefinition> order;
  auto is_placed = [&](const std::optional<std::string>& name) {
    return std::any_of(order.begin(), order.end(), [&](const auto& c) { return c.name == name; });
  };
  auto left = definition.containerDefinitions;
  while (!left.empty()) {
    auto next = std::find_if(left.begin(), left.end(), [&](const api::ContainerDefinition& c) {
      return std::all_of(c.dependsOn.begin(), c.dependsOn.end(),
                         [&](const auto& d) { return is_placed(d.containerName); });
    });
    if (next == left.end())
      return fail(ErrorCode::invalid_argument, "the containers' dependsOn form a circle");
    order.push_back(*next);
    left.erase(next);
  }
  return order;
}

Fleet::Fleet(Executor executor, Ground ground, Listener listener)
    : executor_(std::move(executor)), ground_(std::move(ground)), listener_(std::move(listener)) {}

Result<> Fleet::load() {
  SB_TRY(auto rows, ground_.store.list<TaskRecord>(kTasks));
  for (auto& [id, task] : rows) tasks_[id] = std::move(task);
  return {};
}

void Fleet::resume() {
  std::vector<std::string> ids;
  for (const auto& [id, task] : tasks_)
    if (!is_stopped(task)) ids.push_back(id);
  for (const auto& id : ids) start(id);
}

Result<> Fleet::add(TaskRecord task) {
  SB_TRY_VOID(ground_.store.put(kTasks, task.id, task));
  auto id = task.id;
  tasks_[id] = std::move(task);
  return {};
}

const TaskRecord* Fleet::find(const std::string& id) const {
  auto it = tasks_.find(id);
  return it == tasks_.end() ? nullptr : &it->second;
}

std::optional<runtime::Sandbox> Fleet::sandbox(const std::string& id,
                                               const std::string& container) const {
  auto it = live_.find(id);
  if (it == live_.end()) return std::nullopt;
  auto running = it->second->running.find(container);
  if (running == it->second->running.end()) return std::nullopt;
  return running->second;
}

TaskRecord* Fleet::record(const std::string& id) {
  auto it = tasks_.find(id);
  return it == tasks_.end() ? nullptr : &it->second;
}

Fleet::Live* Fleet::live(const std::string& id) {
  auto it = live_.find(id);
  return it == live_.end() ? nullptr : it->second.get();
}

void Fleet::save(TaskRecord& task) {
  task.shape.version = task.shape.version.value_or(0) + 1;
  if (auto saved = ground_.store.put(kTasks, task.id, task); !saved)
    log::error("a task's state could not be written down",
               {{"task", task.id}, {"error", saved.error().text()}});
}

void Fleet::start(const std::string& id) {
  const auto* task = find(id);
  if (!task || is_stopped(*task) || live_.contains(id) || is_closed_) return;
  live_[id] = std::make_shared<Live>(executor_);
  spawn_logged(executor_, "ecs task " + id, supervise(shared_from_this(), id));
}

namespace {
Task<> tell_later(std::function<void()> body) {
  body();
  co_return;
}
}  // namespace

Result<> Fleet::stop(const std::string& id, const std::string& code, const std::string& reason) {
  auto* task = record(id);
  if (!task) return fail(ErrorCode::not_found, "no such task", id);
  if (is_stopped(*task)) {
    spawn_logged(executor_, "ecs task ended", tell_later([self = shared_from_this(), id] {
                   if (const auto* ended = self->find(id)) self->listener_.ended(*ended);
                 }));
    return {};
  }
  if (!task->is_stop_wanted) {
    task->is_stop_wanted = true;
    task->shape.desiredStatus = "STOPPED";
    task->shape.stoppingAt = now();
    if (!task->shape.stopCode) task->shape.stopCode = code;
    if (!task->shape.stoppedReason) task->shape.stoppedReason = reason;
    save(*task);
  }
  start(id);
  begin_stop(id);
  return {};
}

void Fleet::show(const std::string& id, const std::string& last_status,
                 const std::string& desired_status) {
  auto* task = record(id);
  if (!task || is_stopped(*task)) return;
  if (task->shape.lastStatus == last_status && task->shape.desiredStatus == desired_status) return;
  task->shape.lastStatus = last_status;
  task->shape.desiredStatus = desired_status;
  save(*task);
}

void Fleet::purge(Timestamp before) {
  std::vector<std::string> old;
  for (const auto& [id, task] : tasks_)
    if (is_stopped(task) && !live_.contains(id) && task.shape.stoppedAt < before) old.push_back(id);
  for (const auto& id : old) {
    for (const auto& container : tasks_[id].shape.containers)
      (void)ground_.runtime.remove(container_id(id, container.name.value_or("")));
    // Not sooner: until it has been deregistered, nobody else may answer there.
    if (!tasks_[id].address.empty()) (void)ground_.addresses.release(tasks_[id].address);
    (void)ground_.store.erase(kTags, tasks_[id].shape.taskArn.value_or(""));
    (void)ground_.store.erase(kTasks, id);
    tasks_.erase(id);
  }
}

std::vector<Fleet::ContainerUsage> Fleet::usage(const std::string& service) const {
  std::vector<ContainerUsage> out;
  for (const auto& [id, live] : live_) {
    const auto* task = find(id);
    if (!task || task->service != service) continue;
    for (const auto& [name, sandbox] : live->running)
      if (auto usage = sandbox.usage()) out.push_back({id, container_id(id, name), *usage});
  }
  return out;
}

// ---- one task's life ----

Task<> Fleet::supervise(Self self, std::string id) {
  auto* task = self->record(id);
  if (!task) co_return;
  auto key = definition_key(task->shape.taskDefinitionArn.value_or(""));
  auto definition = self->ground_.store.get<api::TaskDefinition>(kDefinitions, key);
  if (!definition) {
    self->fail_start(*task, definition.error().text(), true);
    co_return co_await finish(self, id);
  }
  bool has_begun = co_await adopt(self, id, *definition);
  task = self->record(id);
  bool may_start = !task->is_stop_wanted && !task->is_launched;
  if (may_start)
    co_await launch(self, id, *definition);
  else if (!has_begun && task->is_launched && !task->is_stop_wanted)
    self->fail_start(*task, "CannotStartContainerError: the task was lost", false);
  for (;;) {
    task = self->record(id);
    auto* live = self->live(id);
    if (task->is_stop_wanted) self->begin_stop(id);
    if (live->running.empty()) break;
    co_await live->changed.wait(Deadline::after(std::chrono::seconds(5)));
  }
  co_await finish(self, id);
}

// Containers of an earlier life of the daemon. True when there were any.
Task<bool> Fleet::adopt(Self self, std::string id, api::TaskDefinition definition) {
  bool has_any = false;
  for (const auto& container : definition.containerDefinitions) {
    auto name = container.name.value_or("");
    auto found = co_await self->ground_.runtime.find(container_id(id, name));
    auto* task = self->record(id);
    if (found.running) {
      has_any = true;
      self->note_running(*task, container, *found.running);
    } else if (found.ended) {
      has_any = true;
      self->follow(id, container);
      self->note_exit(id, name, *found.ended, container.essential.value_or(true));
    }
  }
  co_return has_any;
}

Task<> Fleet::launch(Self self, std::string id, api::TaskDefinition definition) {
  auto* task = self->record(id);
  if (task->address.empty()) {
    auto address = self->ground_.addresses.allocate(AddressKind::task, id);
    if (!address) co_return self->fail_start(*task, address.error().text(), false);
    task->address = *address;
  }
  task->shape.lastStatus = "PENDING";
  task->shape.pullStartedAt = now();
  self->save(*task);
  auto order = start_order(definition);
  if (!order) co_return self->fail_start(*task, order.error().text(), true);
  if (auto logs = self->prepare_logs(definition); !logs)
    co_return self->fail_start(*task, logs.error().message, true);

  for (const auto& container : *order) {
    task = self->record(id);
    if (task->is_stop_wanted || self->live(id)->is_stopping) co_return;
    auto* shape = container_of(*task, container.name.value_or(""));
    if (shape && (shape->lastStatus == "RUNNING" || has_ended(*shape))) continue;
    auto ready = co_await await_dependencies(self, id, container);
    if (ready) ready = co_await launch_container(self, id, definition, container);
    if (!ready) {
      task = self->record(id);
      if (task->is_stop_wanted) co_return;
      bool is_final = ready.error().code == ErrorCode::not_found ||
                      ready.error().code == ErrorCode::invalid_argument;
      self->fail_start(*task, ready.error().message, is_final);
      co_return;
    }
  }
  task = self->record(id);
  task->is_launched = true;
  task->shape.lastStatus = "RUNNING";
  task->shape.startedAt = now();
  task->shape.connectivity = "CONNECTED";
  task->shape.connectivityAt = task->shape.startedAt;
  self->save(*task);
  if (!self->is_closed_) self->listener_.launched(*task);
}

Task<Result<>> Fleet::await_dependencies(Self self, std::string id,
                                         api::ContainerDefinition container) {
  auto deadline = Deadline::after(
      std::chrono::seconds(std::clamp(container.startTimeout.value_or(600), 2, 3600)));
  for (const auto& dependency : container.dependsOn) {
    auto condition = dependency.condition.value_or("START");
    if (condition == "START") continue;
    for (;;) {
      auto* task = self->record(id);
      auto* other = container_of(*task, dependency.containerName.value_or(""));
      if (task->is_stop_wanted || !other)
        co_return fail(ErrorCode::cancelled, "the task is stopped");
      if (condition == "HEALTHY") {
        if (other->healthStatus == "HEALTHY") break;
        if (has_ended(*other) || other->healthStatus == "UNHEALTHY")
          co_return fail(ErrorCode::failed_precondition,
                         fmt::format("the container {} that {} depends on is not healthy",
                                     *other->name, container.name.value_or("")));
      } else if (has_ended(*other)) {
        if (condition == "SUCCESS" && other->exitCode != 0)
          co_return fail(
              ErrorCode::failed_precondition,
              fmt::format("the container {} that {} depends on exited with {}", *other->name,
                          container.name.value_or(""), other->exitCode.value_or(-1)));
        break;
      }
      if (!co_await self->live(id)->changed.wait(deadline))
        co_return fail(ErrorCode::timeout, "the container's startTimeout has passed");
    }
  }
  co_return Result<>();
}

Task<Result<>> Fleet::launch_container(Self self, std::string id, api::TaskDefinition definition,
                                       api::ContainerDefinition container) {
  auto spec = self->specify(*self->record(id), definition, container);
  if (!spec) co_return std::unexpected(std::move(spec).error());
  auto image = co_await self->ground_.runtime.pull(spec->image);
  if (!image) {
    auto error = std::move(image).error();
    error.message = error.code == ErrorCode::not_found
                        ? fmt::format(
                              "CannotPullContainerError: pull image manifest has been retried 1 "
                              "time(s): failed to resolve ref {0}: {0}: not found",
                              container.image.value_or(""))
                        : fmt::format("CannotPullContainerError: {}", error.text());
    co_return std::unexpected(std::move(error));
  }
  auto* task = self->record(id);
  task->shape.pullStoppedAt = now();
  if (auto* shape = container_of(*task, container.name.value_or("")))
    shape->imageDigest = image->reference.digest;
  if (task->is_stop_wanted) co_return fail(ErrorCode::cancelled, "the task is stopped");
  auto sandbox = co_await self->ground_.runtime.start(*std::move(spec),
                                                      Deadline::after(std::chrono::seconds(60)));
  if (!sandbox) {
    auto error = std::move(sandbox).error();
    error.message = fmt::format("CannotStartContainerError: {}", error.text());
    co_return std::unexpected(std::move(error));
  }
  self->note_running(*self->record(id), container, *std::move(sandbox));
  co_return Result<>();
}

void Fleet::note_running(TaskRecord& task, const api::ContainerDefinition& container,
                         runtime::Sandbox sandbox) {
  auto name = container.name.value_or("");
  if (auto* shape = container_of(task, name)) {
    shape->lastStatus = "RUNNING";
    note_agent(*shape, "RUNNING");
    shape->networkInterfaces.resize(1);
    shape->networkInterfaces[0].privateIpv4Address = task.address;
  }
  live(task.id)->running.insert_or_assign(name, sandbox);
  follow(task.id, container);
  spawn_logged(executor_, "ecs container " + container_id(task.id, name),
               watch(shared_from_this(), task.id, name, std::move(sandbox),
                     container.essential.value_or(true)));
  begin_health_checks(task.id, container);
}

Task<> Fleet::watch(Self self, std::string id, std::string container, runtime::Sandbox sandbox,
                    bool is_essential) {
  auto exit = co_await sandbox.wait();
  if (self->is_closed_) co_return;
  if (auto* live = self->live(id)) live->running.erase(container);
  self->note_exit(id, container, exit, is_essential);
}

void Fleet::note_exit(const std::string& id, const std::string& name, const runtime::Exit& exit,
                      bool is_essential) {
  auto* task = record(id);
  auto* shape = task ? container_of(*task, name) : nullptr;
  if (!shape) return;
  shape->lastStatus = "STOPPED";
  note_agent(*shape, "STOPPED");
  if (exit.is_known) shape->exitCode = exit.code;
  if (exit.is_out_of_memory)
    shape->reason = "OutOfMemoryError: Container killed due to memory usage";
  if (!exit.has_started)
    shape->reason = "CannotStartContainerError: " +
                    runtime::last_words(ground_.runtime.log_path(container_id(id, name)));
  if (!task->shape.executionStoppedAt) task->shape.executionStoppedAt = now();
  if (is_essential && !task->is_stop_wanted) {
    task->is_stop_wanted = true;
    task->shape.desiredStatus = "STOPPED";
    task->shape.stoppingAt = now();
    task->shape.stopCode = "EssentialContainerExited";
    task->shape.stoppedReason = "Essential container in task exited";
  }
  save(*task);
  if (task->is_stop_wanted) begin_stop(id);
  if (auto* state = live(id)) state->changed.notify_all();
}

void Fleet::begin_stop(const std::string& id) {
  auto* state = live(id);
  if (!state || state->is_stopping) return;
  if (state->running.empty()) return state->changed.notify_all();
  state->is_stopping = true;
  spawn_logged(executor_, "ecs stop " + id, stop_containers(shared_from_this(), id));
}

Task<> Fleet::stop_containers(Self self, std::string id) {
  auto key = definition_key(self->record(id)->shape.taskDefinitionArn.value_or(""));
  auto definition = self->ground_.store.get<api::TaskDefinition>(kDefinitions, key);
  auto* state = self->live(id);
  // Dependants before what they depend on.
  std::vector<std::string> names;
  if (definition)
    if (auto order = start_order(*definition))
      for (auto it = order->rbegin(); it != order->rend(); ++it)
        names.push_back(it->name.value_or(""));
  for (const auto& [name, sandbox] : state->running)
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  for (const auto& name : names) {
    state = self->live(id);
    if (!state) co_return;
    auto it = state->running.find(name);
    if (it == state->running.end()) continue;
    int seconds = 30;
    if (definition)
      for (const auto& container : definition->containerDefinitions)
        if (container.name == name) seconds = container.stopTimeout.value_or(30);
    auto sandbox = it->second;
    co_await sandbox.stop(std::chrono::seconds(seconds));
  }
  if (auto* now_live = self->live(id)) {
    now_live->is_stopping = false;  // a container that started meanwhile is found by `supervise`
    now_live->changed.notify_all();
  }
}

void Fleet::fail_start(TaskRecord& task, const std::string& reason, bool is_deterministic) {
  task.has_failed_to_start = true;
  task.is_deterministic = is_deterministic;
  task.is_stop_wanted = true;
  task.shape.desiredStatus = "STOPPED";
  task.shape.stopCode = "TaskFailedToStart";
  task.shape.stoppedReason = reason;
  task.shape.stoppingAt = now();
  save(task);
}

Task<> Fleet::finish(Self self, std::string id) {
  // What it said last is worth a moment; the rest is read by a later daemon if this one goes.
  auto deadline = Deadline::after(std::chrono::seconds(5));
  for (auto* state = self->live(id); state->pumps > 0 && !deadline.has_passed();)
    co_await state->changed.wait(deadline);
  if (self->is_closed_) co_return;
  auto* task = self->record(id);
  for (auto& container : task->shape.containers) {
    container.lastStatus = "STOPPED";
    note_agent(container, "STOPPED");
  }
  task->shape.lastStatus = "STOPPED";
  task->shape.desiredStatus = "STOPPED";
  task->shape.connectivity = "DISCONNECTED";
  task->shape.stoppedAt = now();
  if (!task->shape.executionStoppedAt) task->shape.executionStoppedAt = task->shape.stoppedAt;
  self->save(*task);
  self->live_.erase(id);
  self->listener_.ended(*task);
}

}  // namespace sb::cloud::ecs
