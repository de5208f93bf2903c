// What a release needs of AWS, as a pure model on a virtual clock: tagged task definitions, a lock
// parameter, snapshots, one-off tasks, and a service whose deployments pass ECS's stages and wait
// at PAUSE hooks that expire. Every call may be throttled, lost before or after it took effect, or
// refused for its credentials.
#pragma once

#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "release/engine/engine.hpp"

namespace sb::release::simulation {

// What is wrong with the version that is released, and with the world around it.
struct World {
  bool never_starts = false;
  bool fails_test_smoke = false;
  bool fails_production_smoke = false;
  bool fails_watch = false;
  bool metrics_silent = false;
  bool thin_traffic = false;
  bool migration_fails = false;
  bool rollback_fails = false;  // ECS ends its rollback as ROLLBACK_FAILED
  bool first_deploy = false;
  bool gates_fail = false;
  bool is_rejected = false;
  bool nobody_approves = false;
  bool silence_refused = false;
  double fault_rate = 0;     // of calls, while faults are on
  double meddling_rate = 0;  // per call: someone continues or stops the deployment by hand
  std::int64_t hook_timeout_ms = 1'800'000;
  std::int64_t watch_ms = 10'000;

  bool is_bad() const {
    return never_starts || fails_test_smoke || fails_production_smoke || fails_watch;
  }
};

class FakeCloud {
 public:
  FakeCloud(World world, Plan plan, std::uint64_t seed);

  void advance(std::int64_t ms);
  Timestamp now() const {
    return now_;
  }
  void stop_faults() {
    faults_on_ = false;
  }

  // Performs the call and says what the caller learned. `watch_began`: when the caller's present
  // watch began (its memory, lost when it crashes).
  EventBody perform(const Action& action, std::optional<Timestamp>& watch_began);

  // What is true, for the checks.
  const std::string& serving() const {
    return serving_;
  }  // task definition that carries production
  bool is_half_shifted() const;
  bool is_deploying() const;
  std::optional<std::string> lock_holder() const {
    return lock_;
  }
  // The service would pause the next deployment, whoever starts it.
  bool has_hooks() const {
    return has_hooks_;
  }
  bool released_with_hooks = false;
  // Alerts that are silenced at this moment (a silence ends by itself).
  bool is_silenced() const {
    return silenced_until_ && now_ < *silenced_until_;
  }
  bool was_silenced_for_ever = false;
  bool has_request() const {
    return asked_at_.has_value();
  }
  int closings = 0;
  int registrations() const {
    return registrations_;
  }
  int migration_runs() const {
    return static_cast<int>(tasks_.size());
  }
  int deployments_to(const std::string& task_definition) const;
  int production_smokes_passed = 0;
  int watches_passed = 0;
  void hold_lock(std::string release_id) {
    lock_ = std::move(release_id);
  }
  bool meddled = false;

 private:
  struct Deployment {
    std::string arn, source, target, status = "PENDING", stage, reason;
    std::string hook_id;
    bool hook_waits = false;
    bool pauses = false;  // as the service was configured when it began
    Timestamp hook_expires{};
    Timestamp next{};  // when the present stage is over
    double weight = 0;
    int running = 0, failed = 0;
  };

  EventBody call(const Action& action, std::optional<Timestamp>& watch_began);
  void progress(Deployment& d);
  void wait_at(Deployment& d, std::string_view stage);
  void roll_back(Deployment& d, std::string reason);
  EventBody update(const Action& action);
  EventBody remove_hooks(const Action& action);
  EventBody settle_hook(const Action& action, bool go_on);
  EventBody describe(const std::string& arn) const;
  EventBody approval() const;
  void meddle();
  Deployment* find(const std::string& arn);
  bool chance(double p) {
    return std::uniform_real_distribution<>(0, 1)(random_) < p;
  }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }

  World world_;
  Plan plan_;
  std::mt19937_64 random_;
  Timestamp now_;
  bool faults_on_ = true;
  std::optional<std::string> lock_;
  std::string serving_, configured_;
  std::map<std::string, std::string> tagged_;  // release tag -> task definition
  std::map<std::string, Timestamp> tasks_;     // client token -> when it ends
  std::optional<Timestamp> snapshot_ready_, asked_at_, answered_at_, silenced_until_;
  std::vector<Deployment> deployments_;  // oldest first
  int registrations_ = 0;
  bool has_hooks_ = false;
};

}  // namespace sb::release::simulation
