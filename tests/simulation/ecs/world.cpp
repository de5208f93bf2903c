#include "simulation/ecs/world.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/json/codec.hpp"

namespace sb::cloud::ecs::simulation {

namespace {
constexpr auto kBlue = "tg-a";
constexpr auto kGreen = "tg-b";
// How long production may point at nothing healthy while something healthy stands by: what the
// daemon needs to be restarted, to look and to act.
constexpr std::int64_t kReactionMs = 20'000;

Plan random_plan(World& world, Strategy strategy) {
  Plan plan;
  plan.strategy = strategy;
  plan.maximum_percent = std::array{100, 150, 200}[world.next() % 3];
  plan.minimum_healthy_percent = std::array{0, 50, 100}[world.next() % 3];
  plan.breaker_enabled = world.roll(800);
  plan.breaker_rollback = world.roll(800);
  plan.bake_ms = world.between(0, 5) * 60'000;
  if (strategy == Strategy::canary)
    plan.step_percent = std::array{5.0, 12.5, 100.0}[world.next() % 3];
  if (strategy == Strategy::linear)
    plan.step_percent = std::array{10.0, 33.3, 50.0}[world.next() % 3];
  plan.step_bake_ms = world.between(0, 2) * 60'000;
  std::vector<Stage> stages{Stage::pre_scale_up, Stage::post_scale_up};
  if (strategy != Strategy::rolling)
    stages.insert(stages.end(),
                  {Stage::reconcile_service, Stage::post_test_traffic_shift,
                   Stage::pre_production_traffic_shift, Stage::post_production_traffic_shift});
  for (auto stage : stages)
    if (world.roll(400))
      plan.hooks.push_back({{stage},
                            world.between(3, 30) * 60'000,
                            world.roll(700) ? HookAction::rollback : HookAction::proceed});
  return plan;
}
}  // namespace

World::World(std::uint64_t seed, Strategy strategy, bool with_load_balancer) : random_(seed) {
  if (roll(300)) odds_ = Odds{0, 0, 0, 0, 0, 0, 500};
  service_.name = "api";
  service_.desired_count = static_cast<int>(between(1, 5));
  service_.grace_ms = roll(500) ? 0 : 30'000;
  service_.plan = random_plan(*this, strategy);
  if (with_load_balancer) {
    service_.load_balancing =
        LoadBalancing{kBlue, strategy == Strategy::rolling ? "" : kGreen, "app", 8000};
    if (strategy != Strategy::rolling) {
      service_.production.arn = "rule-production";
      if (roll(800)) service_.test.arn = "rule-test";
    }
    rules_["rule-production"] = {{kBlue, 1}};
    rules_["rule-test"] = {{kBlue, 1}};
  }
  write_down();
  at(1000, [this] { tick(); });
}

void World::at(std::int64_t delay_ms, std::function<void()> body) {
  later_.push({now_ + std::chrono::milliseconds(delay_ms), ++order_, std::move(body)});
}

void World::tell(std::string what) {
  story_.push_back(fmt::format("{:>9} {}", to_unix_ms(now_) - 1'700'000'000'000, std::move(what)));
}

void World::violate(std::string what) {
  tell("VIOLATION: " + what);
  violations_.push_back(std::move(what));
}

void World::run_until(Timestamp until) {
  while (!later_.empty() && later_.top().at <= until && violations_.empty()) {
    auto next = later_.top();
    later_.pop();
    now_ = next.at;
    next.body();
    check_reality();
  }
  now_ = std::max(now_, until);
}

bool World::run_until(const std::function<bool()>& reached, std::int64_t limit_ms) {
  auto limit = now_ + std::chrono::milliseconds(limit_ms);
  while (!reached()) {
    if (later_.empty() || later_.top().at > limit || !violations_.empty()) return false;
    run_until(later_.top().at);
  }
  return true;
}

// ---- the daemon ----

void World::write_down() {
  disk_ = service_;
}

void World::crash() {
  if (!is_up_) return;
  tell("the daemon dies");
  is_up_ = false;
  ++life_;
  in_flight_.clear();
  at(between(10, 5000), [this] {
    tell("the daemon is back");
    service_ = *json::decode<Service>(json::encode(disk_));
    is_up_ = true;
    resync();
    turn([](Turn) {});
  });
}

void World::turn(const std::function<void(Turn)>& body) {
  if (!is_up_) return;
  auto before = service_;
  Turn now{service_, now_, *this};
  body(now);
  advance(now);
  check_decision(before);
  const auto& deployment = service_.deployment;
  if (deployment && (!before.deployment || before.deployment->status != deployment->status ||
                     before.deployment->stage != deployment->stage)) {
    tell(fmt::format("{} {} at {}: {}", deployment->target, wire_name(deployment->status),
                     wire_name(deployment->stage), deployment->status_reason));
    if (!is_running(*deployment)) ++outcomes[deployment->status];
  }
  if (faults_ && roll(odds_.crash_before_write)) return crash();
  service_.closed.clear();
  write_down();
  if (faults_ && roll(odds_.crash_after_write)) return crash();
  act();
  if (auto wake = wake_at(service_); wake && *wake > now_)
    at((*wake - now_).count(), [this, life = life_] {
      if (life == life_) turn([](Turn) {});
    });
}

void World::act() {
  for (const auto& action : outstanding(service_)) {
    if (!in_flight_.insert(key_of(action)).second) continue;
    perform(action);
  }
}

void World::perform(const Action& action) {
  at(between(1, 300), [this, action, life = life_] {
    bool is_ours = life == life_;
    if (!is_ours && !roll(odds_.effect_survives_crash)) return;
    // An effect of an earlier life only happens if the world has not moved on past it.
    std::vector<Fact> facts;
    if (is_ours) {
      std::visit([&](const auto& a) { effect(a, facts); }, action);
    } else if (const auto* start = std::get_if<StartTask>(&action)) {
      if (is_up_) return;
      effect(*start, facts);
      return;
    } else if (!is_up_) {
      std::visit([&](const auto& a) { effect(a, facts); }, action);
      return;
    }
    if (!is_ours) return;
    auto done = [this, life, key = key_of(action), facts] {
      if (life != life_) return;
      in_flight_.erase(key);
      for (const auto& fact : facts) notify(fact);
      turn([](Turn) {});
    };
    if (faults_ && roll(odds_.notice_lost)) {
      at(5000, [this, life, key = key_of(action)] {
        if (life != life_) return;
        in_flight_.erase(key);
        turn([](Turn) {});
      });
      return;
    }
    at(between(0, 50), done);
    if (faults_ && roll(odds_.notice_repeated)) at(between(0, 20'000), done);
  });
}

void World::notify(const Fact& fact) {
  turn([&](Turn turn) { observe(turn, fact); });
}

// What a daemon looks at after a restart and now and then: who is alive, who is healthy.
void World::resync() {
  if (!is_up_) return;
  auto tasks = service_.tasks;
  for (const auto& task : tasks) {
    if (auto it = processes_.find(task.id); it != processes_.end() && it->second.has_ended)
      notify(TaskEnded{task.id, "EssentialContainerExited", "Essential container in task exited",
                       false, it->second.is_deterministic});
    for (const auto& [group, targets] : groups_)
      if (auto it = targets.find(task.id); it != targets.end())
        notify(TargetHealthSeen{task.id, it->second.health, "Health checks failed"});
  }
}

void World::tick() {
  resync();
  turn([](Turn) {});
  at(faults_ ? 5000 : 60'000, [this] { tick(); });
}

// ---- effects: each may be repeated ----

void World::effect(const StartTask& action, std::vector<Fact>& facts) {
  auto it = processes_.find(action.task);
  if (it == processes_.end()) {
    bool is_bad = bad_revisions_.contains(action.revision);
    if ((faults_ && roll(odds_.start_fails)) || (is_bad && roll(300))) {
      bool is_deterministic = roll(is_bad ? 500 : odds_.start_is_deterministic);
      processes_[action.task] = {action.revision, false, true, is_deterministic};
    } else {
      processes_[action.task] = {action.revision, true, false, false};
      if (is_bad && roll(300))
        at(between(1, 20'000), [this, id = action.task] {
          auto& process = processes_[id];
          if (process.is_alive) process = {process.revision, false, true, false};
        });
    }
    it = processes_.find(action.task);
  }
  if (it->second.is_alive)
    facts.push_back(TaskLaunched{action.task, "127.16.16.1"});
  else
    facts.push_back(TaskEnded{action.task, "TaskFailedToStart", "ResourceInitializationError", true,
                              it->second.is_deterministic});
}

void World::effect(const StopTask& action, std::vector<Fact>& facts) {
  for (const auto& [group, targets] : groups_)
    if (targets.contains(action.task) && service_.load_balancing)
      violate("a task is stopped while it is still a target: " + action.task);
  auto& process = processes_[action.task];
  process.is_alive = false;
  process.has_ended = true;
  facts.push_back(TaskEnded{action.task, "ServiceSchedulerInitiated", "stopped", false, false});
}

void World::effect(const RegisterTarget& action, std::vector<Fact>& facts) {
  auto& targets = groups_[action.target_group];
  if (!targets.contains(action.task)) {
    targets[action.task] = {processes_[action.task].revision, TargetHealth::initial};
    check_target(action.target_group, action.task);
  }
  facts.push_back(TargetRegistered{action.task});
}

void World::effect(const DeregisterTarget& action, std::vector<Fact>& facts) {
  groups_[action.target_group].erase(action.task);
  facts.push_back(TargetGone{action.task});
}

void World::effect(const SetWeights& action, std::vector<Fact>& facts) {
  // The load balancer refuses to go back in time: a wish of a dead daemon does not undo a newer
  // one.
  auto& version = rule_versions_[action.rule_arn];
  if (action.version >= version) {
    version = action.version;
    auto& rule = rules_[action.rule_arn];
    rule.clear();
    for (const auto& group : action.groups) rule[group.target_group] = group.weight;
  }
  facts.push_back(RuleApplied{action.rule, action.version});
}

void World::check_target(const std::string& group, const std::string& task) {
  at(between(200, 8000), [this, group, task] {
    auto it = groups_[group].find(task);
    if (it == groups_[group].end()) return;
    const auto& process = processes_[task];
    bool is_bad = bad_revisions_.contains(process.revision);
    bool is_healthy = process.is_alive && !(is_bad && roll(600)) && !(faults_ && roll(50));
    auto health = is_healthy ? TargetHealth::healthy : TargetHealth::unhealthy;
    if (it->second.health != health) {
      it->second.health = health;
      notify(TargetHealthSeen{task, health, "Health checks failed"});
    }
    check_target(group, task);
  });
}

// ---- operator and faults ----

void World::command(const std::function<void(Turn)>& body) {
  turn(body);
}

void World::deploy_new(bool is_good) {
  if (!is_up_) return;
  auto name = fmt::format("revision-{}", ++revision_number_);
  if (!is_good) bad_revisions_.insert(name);
  tell(fmt::format("deploy {} ({})", name, is_good ? "good" : "bad"));
  turn([&](Turn turn) {
    deploy(turn, {name, "deployment-of-" + name, "ecs-svc/" + digits(19), "task-definition"});
  });
}

void World::answer_some_hook(bool may_roll_back) {
  if (!is_up_ || !service_.deployment) return;
  for (const auto& hook : service_.deployment->hooks) {
    if (hook.status != HookStatus::awaiting_action) continue;
    auto action = may_roll_back && roll(200) ? HookAction::rollback : HookAction::proceed;
    turn([&, id = hook.id](Turn turn) { (void)answer_hook(turn, id, action); });
    return;
  }
}

void World::kill_some_process() {
  std::vector<std::string> alive;
  for (const auto& [id, process] : processes_)
    if (process.is_alive) alive.push_back(id);
  if (alive.empty()) return;
  auto id = alive[next() % alive.size()];
  tell("process dies: " + id.substr(0, 6));
  auto& process = processes_[id];
  process.is_alive = false;
  process.has_ended = true;
  for (auto& [group, targets] : groups_)
    if (auto it = targets.find(id); it != targets.end())
      it->second.health = TargetHealth::unhealthy;
  if (!roll(odds_.notice_lost))
    notify(TaskEnded{id, "EssentialContainerExited", "Essential container in task exited", false,
                     false});
}

void World::flap_some_health() {
  for (auto& [group, targets] : groups_)
    for (auto& [id, target] : targets)
      if (roll(300)) {
        target.health = TargetHealth::unhealthy;
        notify(TargetHealthSeen{id, target.health, "Health checks failed"});
      }
}

void World::heal_everything() {
  tell("faults stop");
  faults_ = false;
  bad_revisions_.clear();
}

std::size_t World::live_processes() const {
  return static_cast<std::size_t>(std::count_if(processes_.begin(), processes_.end(),
                                                [](const auto& p) { return p.second.is_alive; }));
}

std::size_t World::registered_targets() const {
  std::size_t count = 0;
  for (const auto& [group, targets] : groups_) count += targets.size();
  return count;
}

int World::weight_of(const std::string& group) const {
  auto rule = rules_.find("rule-production");
  if (rule == rules_.end()) return 0;
  auto it = rule->second.find(group);
  return it == rule->second.end() ? 0 : it->second;
}

// ---- safety ----

namespace {

bool is_guarded(const Service& service, const std::string& revision) {
  const auto& deployment = service.deployment;
  return deployment && is_running(*deployment) && deployment->source == revision &&
         deployment->stage != Stage::clean_up;
}

}  // namespace

// What the controller decided on what it knew.
void World::check_decision(const Service& before) {
  bool is_rolling = service_.plan.strategy == Strategy::rolling;
  bool same_size = before.desired_count == service_.desired_count;

  // A rule is only pointed at a revision alone if that one has a healthy task, or nobody has.
  if (before.production.version != service_.production.version)
    for (const auto& share : service_.production.shares)
      if (share.percent == 100 && service_.desired_count > 0 &&
          count(before, share.revision).ready == 0 && count(service_, share.revision).ready == 0)
        for (const auto& old : before.production.shares)
          if (old.percent > 0 && old.revision != share.revision &&
              count(service_, old.revision).ready > 0)
            violate(fmt::format("production moved from {} to {}, of which no task is healthy",
                                old.revision, share.revision));

  int total = 0;
  std::map<std::string, int> started;
  for (const auto& task : service_.tasks) {
    if (is_live(task)) ++total;
    auto was = std::find_if(before.tasks.begin(), before.tasks.end(),
                            [&](const ServiceTask& t) { return t.id == task.id; });
    if (was == before.tasks.end()) {
      ++started[task.revision];
      continue;
    }
    bool was_told = is_live(*was) && !is_live(task) && task.phase != TaskPhase::deprovisioning;
    bool was_sick = task.health == TargetHealth::unhealthy;
    if (!was_told || was_sick || task.stop_code == "UserInitiated" || !same_size) continue;
    // Blue stays until green has everything, hooks and bake included.
    if (!is_rolling && is_ready(*was) && is_guarded(service_, task.revision) &&
        count(before, task.revision).ready <= service_.desired_count)
      violate(fmt::format("a healthy task of the old revision {} is stopped at {}", task.revision,
                          wire_name(service_.deployment->stage)));
    if (is_rolling && is_ready(*was) && service_.status == ServiceStatus::active) {
      int ready = 0;
      for (const auto& other : service_.tasks)
        if (is_ready(other)) ++ready;
      if (ready < std::min(min_ready_tasks(service_), service_.desired_count))
        violate(fmt::format("only {} ready tasks are left by a rolling update", ready));
    }
  }
  for (const auto& [revision, how_many] : started) {
    int live = is_rolling ? total : count(service_, revision).live;
    if (live > max_tasks(service_))
      violate(
          fmt::format("{} tasks of {}, at most {} allowed", live, revision, max_tasks(service_)));
  }
}

// What users would see.
void World::check_reality() {
  if (!service_.load_balancing || service_.plan.strategy == Strategy::rolling) return;
  bool serves = false, stands_by = false;
  for (const auto& [group, weight] : rules_["rule-production"])
    for (const auto& [id, target] : groups_[group]) {
      bool is_healthy = target.health == TargetHealth::healthy && processes_[id].is_alive;
      if (weight > 0) serves = serves || is_healthy;
      if (weight == 0 && is_healthy && target.revision == service_.stable) stands_by = true;
    }
  bool is_dark = !serves && stands_by && service_.status == ServiceStatus::active && is_up_;
  if (!is_dark) {
    dark_since_.reset();
    return;
  }
  if (!dark_since_) dark_since_ = now_;
  if ((now_ - *dark_since_).count() > kReactionMs)
    violate("production points at nothing healthy while the old revision stands by");
}

}  // namespace sb::cloud::ecs::simulation
