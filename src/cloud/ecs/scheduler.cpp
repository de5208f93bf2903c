#include "cloud/ecs/scheduler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/async/spawn.hpp"
#include "base/crypto/crypto.hpp"
#include "base/json/codec.hpp"
#include "base/log/log.hpp"
#include "cloud/cloudwatch/service.hpp"
#include "cloud/ecs/health.hpp"
#include "cloud/ecs/shapes.hpp"
#include "cloud/elbv2/service.hpp"

namespace sb::cloud::ecs {

namespace {

constexpr auto kRetryPause = std::chrono::milliseconds(500);
constexpr auto kStoppedTasksAreKept = std::chrono::hours(1);

TaskEnded ended_fact(const TaskRecord& task) {
  return {task.id, task.shape.stopCode.value_or(""), task.shape.stoppedReason.value_or(""),
          task.has_failed_to_start, task.is_deterministic};
}

ContainerHealthSeen health_fact(const TaskRecord& task) {
  return {task.id, container_health_of(task.shape.healthStatus.value_or(""))};
}

}  // namespace

std::uint64_t RandomIds::next() {
  auto bytes = crypto::random_bytes(sizeof(std::uint64_t));
  std::uint64_t number = 0;
  std::memcpy(&number, bytes.data(), sizeof(number));
  return number;
}

std::string service_key(const std::string& cluster, const std::string& name) {
  return cluster + "/" + name;
}

TargetHealth health_of(const std::string& state) {
  if (state == "initial") return TargetHealth::initial;
  if (state == "healthy") return TargetHealth::healthy;
  if (state == "unhealthy" || state == "unhealthy.draining") return TargetHealth::unhealthy;
  if (state == "draining") return TargetHealth::draining;
  if (state == "unused") return TargetHealth::unused;
  if (state == "unavailable") return TargetHealth::unavailable;
  return TargetHealth::unknown;
}

api::Task new_task_shape(const Arns& arns, const std::string& cluster, const std::string& id,
                         const api::TaskDefinition& definition, Ids& ids, Timestamp at) {
  api::Task shape;
  shape.taskArn = arns.task(cluster, id);
  shape.clusterArn = arns.cluster(cluster);
  shape.taskDefinitionArn = definition.taskDefinitionArn;
  shape.createdAt = at;
  shape.lastStatus = "PROVISIONING";
  shape.desiredStatus = "RUNNING";
  shape.healthStatus = "UNKNOWN";
  shape.launchType = "FARGATE";
  shape.platformVersion = "1.4.0";
  shape.platformFamily = "Linux";
  shape.availabilityZone = arns.region + "a";
  shape.group = "family:" + definition.family.value_or("");
  shape.cpu = definition.cpu;
  shape.memory = definition.memory;
  shape.version = 1;
  for (const auto& container : definition.containerDefinitions) {
    api::Container c;
    c.containerArn = arns.container(cluster, id, ids.uuid());
    c.taskArn = shape.taskArn;
    c.name = container.name;
    c.image = container.image;
    c.runtimeId = id + "-" + ids.digits(10);
    c.lastStatus = "PENDING";
    c.healthStatus = "UNKNOWN";
    c.cpu = std::to_string(container.cpu.value_or(0));
    if (container.memory) c.memory = std::to_string(*container.memory);
    shape.containers.push_back(std::move(c));
  }
  return shape;
}

Scheduler::Scheduler(Executor executor, Ground ground)
    : executor_(std::move(executor)), ground_(std::move(ground)) {
  Fleet::Listener listener;
  listener.launched = [this](const TaskRecord& task) {
    if (!task.service.empty()) tell(task.service, {TaskLaunched{task.id, task.address}});
  };
  listener.ended = [this](const TaskRecord& task) {
    if (!task.service.empty()) tell(task.service, {ended_fact(task)});
  };
  listener.health = [this](const TaskRecord& task) {
    if (!task.service.empty()) tell(task.service, {health_fact(task)});
  };
  fleet_ = std::make_shared<Fleet>(executor_, ground_, std::move(listener));
}

const ServiceRecord* Scheduler::find(const std::string& key) const {
  auto it = services_.find(key);
  return it == services_.end() ? nullptr : &it->second.record;
}

std::vector<std::string> Scheduler::keys(const std::string& cluster) const {
  std::vector<std::string> out;
  for (const auto& [key, entry] : services_)
    if ((cluster.empty() || entry.record.control.cluster == cluster) &&
        entry.record.control.status != ServiceStatus::inactive)
      out.push_back(key);
  return out;
}

Task<Result<>> Scheduler::start() {
  SB_CO_TRY_VOID(fleet_->load());
  SB_CO_TRY(auto rows, ground_.store.list<ServiceRecord>(kServices));
  for (auto& [key, record] : rows) services_[key].record = std::move(record);
  fleet_->resume();
  resync();
  std::vector<std::string> all;
  for (const auto& [key, entry] : services_) all.push_back(key);
  for (const auto& key : all) tell(key, {});
  spawn_logged(executor_, "ecs health", watch_health(shared_from_this()));
  spawn_logged(executor_, "ecs tidy", tidy(shared_from_this()));
  co_return Result<>();
}

void Scheduler::close() {
  is_closed_ = true;
  fleet_->close();
  ground_.elbv2.health_changed().notify_all();
}

// What happened while nobody looked: tasks that were launched or ended and never told of.
void Scheduler::resync() {
  for (auto& [key, entry] : services_) {
    std::vector<Fact> facts;
    for (const auto& task : entry.record.control.tasks) {
      const auto* known = fleet_->find(task.id);
      if (!known) continue;
      if (known->is_launched) facts.push_back(TaskLaunched{task.id, known->address});
      if (is_stopped(*known)) facts.push_back(ended_fact(*known));
    }
    for (const auto& fact : facts) observe(Turn{entry.record.control, now(), ids_}, fact);
  }
}

Result<> Scheduler::change(const std::string& key,
                           const std::function<Result<>(Turn, ServiceRecord&)>& body,
                           const std::function<Result<>()>& also_write) {
  auto it = services_.find(key);
  if (it == services_.end()) return fail(ErrorCode::not_found, "no such service", key);
  auto& entry = it->second;
  auto before = entry.record;
  Turn turn{entry.record.control, now(), ids_};
  auto done = body(turn, entry.record);
  if (done) {
    advance(turn);
    done = ground_.store.transaction([&]() -> Result<> {
      if (also_write) SB_TRY_VOID(also_write());
      return write_down(key, entry, before);
    });
  }
  if (!done) {
    entry.record = std::move(before);
    return done;
  }
  entry.record.control.closed.clear();
  show_tasks(entry.record);
  act(key);
  arm(key);
  return {};
}

Result<> Scheduler::create(const std::string& key, ServiceRecord record,
                           const std::function<Result<>(Turn, ServiceRecord&)>& body,
                           const std::function<Result<>()>& also_write) {
  services_[key].record = std::move(record);
  auto done = change(key, body, also_write);
  if (!done) services_.erase(key);
  return done;
}

void Scheduler::tell(const std::string& key, std::vector<Fact> facts) {
  if (is_closed_ || is_quiet_) return;
  auto told = change(key, [&](Turn turn, ServiceRecord&) -> Result<> {
    for (const auto& fact : facts) observe(turn, fact);
    return {};
  });
  if (told || told.error().code == ErrorCode::not_found) return;
  // Nothing was written, so nothing may be done: the same facts are looked up again by resync.
  log::error("a service's state could not be written down",
             {{"service", key}, {"error", told.error().text()}});
}

// The service, its deployments as the API shows them, and tasks that are new; nothing if nothing
// is.
Result<> Scheduler::write_down(const std::string& key, Entry& entry, const ServiceRecord& before) {
  const auto& record = entry.record;
  if (json::encode(record) == json::encode(before)) return {};
  auto earlier = record;
  earlier.shape.deploymentConfiguration = before.shape.deploymentConfiguration;
  for (const auto& closed : record.control.closed)
    SB_TRY_VOID(ground_.store.put(kDeployments, closed.arn, deployment_shape(earlier, closed)));
  if (record.control.deployment)
    SB_TRY_VOID(ground_.store.put(kDeployments, record.control.deployment->arn,
                                  deployment_shape(record, *record.control.deployment)));
  SB_TRY_VOID(add_missing_tasks(key, record));
  auto kept = record;
  kept.control.closed.clear();
  return ground_.store.put(kServices, key, kept);
}

Result<> Scheduler::add_missing_tasks(const std::string& key, const ServiceRecord& record) {
  for (const auto& task : record.control.tasks) {
    if (fleet_->find(task.id)) continue;
    const auto* revision = find_revision(record.control, task.revision);
    if (!revision) continue;
    SB_TRY(auto definition, ground_.store.get<api::TaskDefinition>(
                                kDefinitions, definition_key(revision->task_definition)));
    TaskRecord fresh;
    fresh.id = task.id;
    fresh.cluster = record.control.cluster;
    fresh.service = key;
    fresh.shape =
        new_task_shape(ground_.arns, fresh.cluster, task.id, definition, ids_, task.created_at);
    fresh.shape.group = "service:" + record.control.name;
    fresh.shape.startedBy = task.started_by;
    allow_exec(fresh.shape, record.shape.enableExecuteCommand.value_or(false));
    if (record.shape.propagateTags == "SERVICE") fresh.shape.tags = record.shape.tags;
    SB_TRY_VOID(fleet_->add(std::move(fresh)));
  }
  return {};
}

void Scheduler::show_tasks(const ServiceRecord& record) {
  for (const auto& task : record.control.tasks) {
    switch (task.phase) {
      case TaskPhase::provisioning:
      case TaskPhase::deprovisioning:
        break;  // the fleet knows better
      case TaskPhase::activating:
        fleet_->show(task.id, "ACTIVATING", "RUNNING");
        break;
      case TaskPhase::running:
        fleet_->show(task.id, "RUNNING", "RUNNING");
        break;
      case TaskPhase::deactivating:
        fleet_->show(task.id, "DEACTIVATING", "STOPPED");
        break;
      case TaskPhase::stopping:
        fleet_->show(task.id, "STOPPING", "STOPPED");
        break;
    }
  }
}

// ---- acting ----

void Scheduler::act(const std::string& key) {
  if (is_closed_ || is_quiet_) return;
  auto& entry = services_[key];
  for (auto& action : outstanding(entry.record.control)) {
    if (const auto* start = std::get_if<StartTask>(&action)) {
      fleet_->start(start->task);
      continue;
    }
    if (!entry.in_flight.insert(key_of(action)).second) continue;
    // Arguments are evaluated in any order: the name is taken before the action is moved away.
    auto name = "ecs " + key_of(action);
    spawn_logged(executor_, name, perform(shared_from_this(), key, std::move(action)));
  }
}

void Scheduler::arm(const std::string& key) {
  auto& entry = services_[key];
  auto at = wake_at(entry.record.control);
  if (!at || is_closed_) return;
  // What is due was just tried: still being due, it waits for a fact. Asking again at once would
  // not end (and ran out of stack when an unhealthy task had to wait for its replacement).
  constexpr auto kAgain = std::chrono::milliseconds(200);
  if (*at <= now()) at = now() + kAgain;
  bool is_armed = entry.armed_for && *entry.armed_for <= *at && *entry.armed_for > now();
  if (is_armed) return;
  entry.armed_for = at;
  spawn_logged(executor_, "ecs wake", wake(shared_from_this(), key, *at));
}

Task<> Scheduler::wake(Self self, std::string key, Timestamp at) {
  // In pieces: a clock that is set back must not make us sleep for ever.
  for (auto left = at - now(); left.count() > 0 && !self->is_closed_; left = at - now())
    co_await sleep_for(std::min<Duration>(left, std::chrono::minutes(1)));
  if (self->is_closed_ || !self->services_.contains(key)) co_return;
  self->services_[key].armed_for.reset();
  self->tell(key, {});
}

Task<> Scheduler::perform(Self self, std::string key, Action action) {
  auto name = key_of(action);
  if (const auto* stop = std::get_if<StopTask>(&action)) {
    std::string code = "ServiceSchedulerInitiated", reason;
    if (const auto* record = self->find(key))
      for (const auto& task : record->control.tasks)
        if (task.id == stop->task) code = task.stop_code, reason = task.stop_reason;
    auto done = self->fleet_->stop(stop->task, code, reason);
    if (self->services_.contains(key)) self->services_[key].in_flight.erase(name);
    // Its record is gone: so is the task.
    if (!done) self->tell(key, {TaskEnded{stop->task, code, reason, false, false}});
    co_return;
  }
  Result<std::vector<Fact>> facts;
  if (auto* weights = std::get_if<SetWeights>(&action))
    facts = co_await self->carry_out(*weights);
  else if (auto* in = std::get_if<RegisterTarget>(&action))
    facts = co_await self->carry_out(*in);
  else if (auto* out = std::get_if<DeregisterTarget>(&action))
    facts = co_await self->carry_out(*out);
  if (self->is_closed_) co_return;
  if (!facts) {
    log::warning("ECS will try again",
                 {{"service", key}, {"what", name}, {"error", facts.error().text()}});
    co_await sleep_for(kRetryPause);
    if (self->is_closed_) co_return;
    facts.emplace();
  }
  if (!self->services_.contains(key)) co_return;
  self->services_[key].in_flight.erase(name);
  self->tell(key, *std::move(facts));
}

Task<Result<std::vector<Fact>>> Scheduler::carry_out(SetWeights action) {
  std::vector<elbv2::GroupWeight> weights;
  for (const auto& group : action.groups) weights.push_back({group.target_group, group.weight});
  auto done = co_await ground_.elbv2.set_rule_weights(action.rule_arn, std::move(weights));
  std::vector<Fact> facts;
  if (done) {
    facts.push_back(RuleApplied{action.rule, action.version});
    co_return facts;
  }
  bool may_pass = done.error().code == ErrorCode::unavailable ||
                  done.error().code == ErrorCode::timeout ||
                  done.error().code == ErrorCode::internal ||
                  done.error().code == ErrorCode::resource_exhausted;
  if (may_pass) co_return std::unexpected(std::move(done).error());
  facts.push_back(RuleRejected{action.rule, action.version, done.error().text()});
  co_return facts;
}

Task<Result<std::vector<Fact>>> Scheduler::carry_out(RegisterTarget action) {
  std::vector<elbv2::TargetAddress> targets{{action.address, action.port}};
  auto done = co_await ground_.elbv2.register_targets(action.target_group, std::move(targets));
  if (!done) co_return std::unexpected(std::move(done).error());
  ground_.elbv2.health_changed().notify_all();
  std::vector<Fact> facts{TargetRegistered{action.task}};
  co_return facts;
}

Task<Result<std::vector<Fact>>> Scheduler::carry_out(DeregisterTarget action) {
  std::vector<Fact> facts{TargetGone{action.task}};
  if (!ground_.elbv2.target_group_exists(action.target_group) || action.address.empty())
    co_return facts;
  elbv2::TargetAddress target{action.address, action.port};
  std::vector<elbv2::TargetAddress> targets{target};
  auto done = co_await ground_.elbv2.deregister_targets(action.target_group, std::move(targets));
  if (!done && done.error().subject != "InvalidTarget")
    co_return std::unexpected(std::move(done).error());
  while (done && action.drain && !is_closed_) {
    auto health = ground_.elbv2.target_health(action.target_group);
    if (!health) break;
    bool is_there = std::any_of(health->begin(), health->end(), [&](const auto& state) {
      return state.target == target && state.state != "unused";
    });
    if (!is_there) break;
    co_await ground_.elbv2.health_changed().wait(Deadline::after(std::chrono::seconds(1)));
  }
  co_return facts;
}

// ---- watching ----

Task<> Scheduler::watch_health(Self self) {
  while (!self->is_closed_) {
    std::map<std::string, std::vector<Fact>> news;
    std::map<std::string, std::vector<elbv2::TargetState>> groups;
    for (const auto& [key, entry] : self->services_)
      for (const auto& task : entry.record.control.tasks) {
        if (task.target_group.empty() || task.address.empty()) continue;
        if (!groups.contains(task.target_group)) {
          auto health = self->ground_.elbv2.target_health(task.target_group);
          groups[task.target_group] =
              health ? *std::move(health) : std::vector<elbv2::TargetState>();
        }
        for (const auto& state : groups[task.target_group]) {
          if (state.target.address != task.address) continue;
          auto health = health_of(state.state);
          auto reason = state.description.empty() ? state.reason : state.description;
          if (health != task.health || reason != task.health_reason)
            news[key].push_back(TargetHealthSeen{task.id, health, reason});
        }
      }
    for (const auto& [key, entry] : self->services_)
      for (auto& fact : self->raised_alarms(entry.record.control)) news[key].push_back(fact);
    for (auto& [key, facts] : news) self->tell(key, std::move(facts));
    co_await self->ground_.elbv2.health_changed().wait(Deadline::after(std::chrono::seconds(1)));
  }
}

std::vector<Fact> Scheduler::raised_alarms(const Service& service) const {
  std::vector<Fact> raised;
  const auto& deployment = service.deployment;
  if (!deployment || deployment->status != DeploymentStatus::in_progress ||
      deployment->alarm_watch != BreakerStatus::monitoring)
    return raised;
  for (const auto& alarm : deployment->plan.alarms)
    if (ground_.cloudwatch.alarm_state(alarm).value_or("") == "ALARM")
      raised.push_back(AlarmRaised{alarm});
  return raised;
}

// Old tasks are forgotten; what a full disk kept from being written is looked up again.
Task<> Scheduler::tidy(Self self) {
  while (!self->is_closed_) {
    self->fleet_->purge(now() - kStoppedTasksAreKept);
    for (auto it = self->services_.begin(); it != self->services_.end();) {
      auto key = it->first;
      ++it;
      std::vector<Fact> facts;
      for (const auto& task : self->services_[key].record.control.tasks) {
        const auto* known = self->fleet_->find(task.id);
        if (known && known->is_launched && task.phase == TaskPhase::provisioning)
          facts.push_back(TaskLaunched{task.id, known->address});
        bool has_check = task.container_health != ContainerHealth::none;
        if (known && has_check && health_fact(*known).health != task.container_health)
          facts.push_back(health_fact(*known));
        if (known && is_stopped(*known) && task.phase != TaskPhase::deprovisioning)
          facts.push_back(ended_fact(*known));
      }
      auto wake = wake_at(self->services_[key].record.control);
      if (!facts.empty() || (wake && *wake <= now()))
        self->tell(key, std::move(facts));
      else
        self->act(key);
    }
    co_await sleep_for(std::chrono::seconds(1));
  }
}

}  // namespace sb::cloud::ecs
