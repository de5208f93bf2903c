// A cloud that misbehaves by the roll of a seeded die, and a daemon that drives the deployment
// controller in it: acts on what is outstanding, loses and repeats notices, and crashes anywhere.
#pragma once

#include <functional>
#include <map>
#include <queue>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "cloud/ecs/controller.hpp"

namespace sb::cloud::ecs::simulation {

struct Odds {  // per mille
  int start_fails = 100;
  int start_is_deterministic = 100;  // of those that fail
  int notice_lost = 50, notice_repeated = 100;
  int crash_before_write = 2, crash_after_write = 2;
  int effect_survives_crash = 500;
};

class World : public Ids {
 public:
  World(std::uint64_t seed, Strategy strategy, bool with_load_balancer);

  // Runs until `until`, or until nothing is left to happen.
  void run_until(Timestamp until);
  bool run_until(const std::function<bool()>& reached, std::int64_t limit_ms);

  std::uint64_t next() override {
    return random_();
  }
  bool roll(int per_mille) {
    return static_cast<int>(random_() % 1000) < per_mille;
  }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(high - low + 1));
  }

  // ---- the operator ----
  void command(const std::function<void(Turn)>& body);
  void deploy_new(bool is_good);
  void answer_some_hook(bool may_roll_back);

  // ---- faults ----
  void kill_some_process();
  void flap_some_health();
  void crash();
  void let_things_fail() {
    faults_ = true;
  }
  void heal_everything();  // no more faults, every revision is good

  const Service& service() const {
    return service_;
  }
  Timestamp now() const {
    return now_;
  }
  void at(std::int64_t delay_ms, std::function<void()> body);

  // ---- what is really so ----
  std::size_t live_processes() const;
  std::size_t registered_targets() const;
  int weight_of(const std::string& group) const;  // production
  const std::vector<std::string>& violations() const {
    return violations_;
  }
  const std::vector<std::string>& story() const {
    return story_;
  }
  std::map<DeploymentStatus, int> outcomes;

 private:
  struct Process {
    std::string revision;
    bool is_alive = true;
    bool has_ended = false;
    bool is_deterministic = false;
  };
  struct Target {
    std::string revision;
    TargetHealth health = TargetHealth::initial;
  };
  struct Later {
    Timestamp at;
    std::uint64_t order;
    std::function<void()> body;
    bool operator<(const Later& other) const {
      return std::tie(at, order) > std::tie(other.at, other.order);
    }
  };

  void turn(const std::function<void(Turn)>& body);
  void check_decision(const Service& before);
  void check_reality();
  void write_down();
  void act();
  void perform(const Action& action);
  void notify(const Fact& fact);
  void resync();
  void tick();
  void violate(std::string what);
  void tell(std::string what);

  void effect(const StartTask& action, std::vector<Fact>& facts);
  void effect(const StopTask& action, std::vector<Fact>& facts);
  void effect(const RegisterTarget& action, std::vector<Fact>& facts);
  void effect(const DeregisterTarget& action, std::vector<Fact>& facts);
  void effect(const SetWeights& action, std::vector<Fact>& facts);
  void check_target(const std::string& group, const std::string& task);

  std::mt19937_64 random_;
  Odds odds_;
  Timestamp now_{std::chrono::milliseconds(1'700'000'000'000)};
  std::uint64_t order_ = 0;
  std::priority_queue<Later> later_;

  // The world: survives the daemon.
  std::map<std::string, Process> processes_;
  std::map<std::string, std::map<std::string, Target>> groups_;
  std::map<std::string, std::map<std::string, int>> rules_;
  std::map<std::string, std::int64_t> rule_versions_;
  std::set<std::string> bad_revisions_;
  bool faults_ = true;

  // The daemon.
  Service service_;
  Service disk_;
  bool is_up_ = true;
  std::uint64_t life_ = 0;  // grows with every crash: callbacks of an earlier life are void
  std::set<std::string> in_flight_;
  int revision_number_ = 0;
  std::optional<Timestamp> dark_since_;

  std::vector<std::string> violations_;
  std::vector<std::string> story_;
};

}  // namespace sb::cloud::ecs::simulation
