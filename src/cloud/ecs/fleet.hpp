// Runs tasks: secrets, log groups, images, containers in the order they depend on each other, logs,
// the end. Every step is in the store before it is relied on; after a restart `resume` goes on with
// each task where it was, whether its containers run or have ended meanwhile.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "base/async/notifier.hpp"
#include "base/async/task.hpp"
#include "cloud/ecs/ecs.hpp"
#include "cloud/ecs/records.hpp"
#include "cloud/runtime/runtime.hpp"

namespace sb::cloud::ecs {

class Fleet : public std::enable_shared_from_this<Fleet> {
 public:
  struct Listener {
    std::function<void(const TaskRecord&)> launched;
    std::function<void(const TaskRecord&)> ended;
    std::function<void(const TaskRecord&)> health;
  };
  Fleet(Executor executor, Ground ground, Listener listener);

  Result<> load();
  void resume();
  void close() {
    is_closed_ = true;
  }

  // Writes a task down. It is started by `start`.
  Result<> add(TaskRecord task);
  void start(const std::string& id);  // again: nothing new
  // Ends it, or keeps it from starting; `ended` is told when it is over, again if it was.
  Result<> stop(const std::string& id, const std::string& code, const std::string& reason);

  const TaskRecord* find(const std::string& id) const;
  const std::map<std::string, TaskRecord>& tasks() const {
    return tasks_;
  }
  // A container that runs now.
  std::optional<runtime::Sandbox> sandbox(const std::string& id,
                                          const std::string& container) const;
  // Statuses that the controller knows better (ACTIVATING, DEACTIVATING).
  void show(const std::string& id, const std::string& last_status,
            const std::string& desired_status);
  // Forgets tasks that stopped before `before`, with what they left.
  void purge(Timestamp before);

  struct ContainerUsage {
    std::string task;
    std::string container;  // its id
    process::Usage usage;
  };
  std::vector<ContainerUsage> usage(const std::string& service) const;

 private:
  struct Live {
    explicit Live(const Executor& executor) : changed(executor) {}
    std::map<std::string, runtime::Sandbox> running;  // by container
    bool is_stopping = false;
    int pumps = 0;
    Notifier changed;
  };
  using Self = std::shared_ptr<Fleet>;

  static Task<> supervise(Self self, std::string id);
  static Task<bool> adopt(Self self, std::string id, api::TaskDefinition definition);
  static Task<> launch(Self self, std::string id, api::TaskDefinition definition);
  static Task<Result<>> launch_container(Self self, std::string id, api::TaskDefinition definition,
                                         api::ContainerDefinition container);
  static Task<Result<>> await_dependencies(Self self, std::string id,
                                           api::ContainerDefinition container);
  static Task<> watch(Self self, std::string id, std::string container, runtime::Sandbox sandbox,
                      bool is_essential);
  static Task<> stop_containers(Self self, std::string id);
  static Task<> pump(Self self, std::string id, std::string container, std::string group,
                     std::string stream);
  static Task<> check_health(Self self, std::string id, api::ContainerDefinition container);
  static Task<> finish(Self self, std::string id);

  Result<runtime::TaskSpec> specify(const TaskRecord& task, const api::TaskDefinition& definition,
                                    const api::ContainerDefinition& container) const;
  Result<std::map<std::string, std::string>> secrets_of(
      const api::ContainerDefinition& container) const;
  Result<> prepare_logs(const api::TaskDefinition& definition);
  void follow(const std::string& id, const api::ContainerDefinition& container);
  void note_running(TaskRecord& task, const api::ContainerDefinition& container,
                    runtime::Sandbox sandbox);
  void begin_health_checks(const std::string& id, const api::ContainerDefinition& container);
  void note_health(const std::string& id, const std::string& container, ContainerHealth health);
  void note_exit(const std::string& id, const std::string& container, const runtime::Exit& exit,
                 bool is_essential);
  void begin_stop(const std::string& id);
  void fail_start(TaskRecord& task, const std::string& reason, bool is_deterministic);
  void save(TaskRecord& task);
  TaskRecord* record(const std::string& id);
  Live* live(const std::string& id);

  Executor executor_;
  Ground ground_;
  Listener listener_;
  std::map<std::string, TaskRecord> tasks_;
  std::map<std::string, std::shared_ptr<Live>> live_;
  bool is_closed_ = false;
};

// "arn:...:task-definition/FAMILY:REVISION" to the key of its document.
std::string definition_key(std::string_view arn);
// Says whether ExecuteCommand is for this task, before it starts.
void allow_exec(api::Task& task, bool is_allowed);
std::string container_id(const std::string& task, const std::string& container);
// In the order in which they can be started; error invalid_argument when they wait for each other.
Result<std::vector<api::ContainerDefinition>> start_order(const api::TaskDefinition& definition);

}  // namespace sb::cloud::ecs
