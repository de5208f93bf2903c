// The driver: keeps the services' records, writes each change down, performs what is outstanding,
// and feeds back what happened. One executor; a turn is synchronous.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>

#include "base/async/notifier.hpp"
#include "cloud/ecs/controller.hpp"
#include "cloud/ecs/fleet.hpp"
#include "cloud/ecs/records.hpp"

namespace sb::cloud::ecs {

class RandomIds : public Ids {
 public:
  std::uint64_t next() override;
};

class Scheduler : public std::enable_shared_from_this<Scheduler> {
 public:
  Scheduler(Executor executor, Ground ground);

  Task<Result<>> start();
  void close();
  // Lets tasks end without starting others: for a shutdown.
  void close_services() {
    is_quiet_ = true;
  }

  Fleet& fleet() {
    return *fleet_;
  }
  RandomIds& ids() {
    return ids_;
  }
  const ServiceRecord* find(const std::string& key) const;  // CLUSTER/NAME
  // Of services that are not INACTIVE; of all clusters when `cluster` is empty.
  std::vector<std::string> keys(const std::string& cluster) const;

  // Changes a service's record: `body`, then as far as it goes, in one transaction with
  // `also_write`. Nothing has changed when it fails.
  Result<> change(const std::string& key, const std::function<Result<>(Turn, ServiceRecord&)>& body,
                  const std::function<Result<>()>& also_write = {});
  Result<> create(const std::string& key, ServiceRecord record,
                  const std::function<Result<>(Turn, ServiceRecord&)>& body,
                  const std::function<Result<>()>& also_write);

 private:
  struct Entry {
    ServiceRecord record;
    std::set<std::string> in_flight;
    std::optional<Timestamp> armed_for;
  };
  using Self = std::shared_ptr<Scheduler>;

  void tell(const std::string& key, std::vector<Fact> facts);
  Result<> write_down(const std::string& key, Entry& entry, const ServiceRecord& before);
  Result<> add_missing_tasks(const std::string& key, const ServiceRecord& record);
  void show_tasks(const ServiceRecord& record);
  void act(const std::string& key);
  void arm(const std::string& key);
  std::vector<Fact> raised_alarms(const Service& service) const;
  void resync();

  static Task<> wake(Self self, std::string key, Timestamp at);
  static Task<> perform(Self self, std::string key, Action action);
  static Task<> watch_health(Self self);
  static Task<> tidy(Self self);
  Task<Result<std::vector<Fact>>> carry_out(SetWeights action);
  Task<Result<std::vector<Fact>>> carry_out(RegisterTarget action);
  Task<Result<std::vector<Fact>>> carry_out(DeregisterTarget action);

  Executor executor_;
  Ground ground_;
  RandomIds ids_;
  std::shared_ptr<Fleet> fleet_;
  std::map<std::string, Entry> services_;
  bool is_closed_ = false;
  bool is_quiet_ = false;
};

std::string service_key(const std::string& cluster, const std::string& name);
TargetHealth health_of(const std::string& state);
// A task that is about to be started: everything that its definition says.
api::Task new_task_shape(const Arns& arns, const std::string& cluster, const std::string& id,
                         const api::TaskDefinition& definition, Ids& ids, Timestamp at);

}  // namespace sb::cloud::ecs
