// What happens after the answer: the workers of instances and snapshots.
#include <algorithm>

#include "base/crypto/crypto.hpp"
#include "base/log/log.hpp"
#include "cloud/rds/documents.hpp"
#include "cloud/rds/service.hpp"

namespace sb::cloud::rds {

namespace {

constexpr auto kStartLimit = std::chrono::minutes(10);  // recovery of a busy cluster takes its time
constexpr auto kCopyLimit = std::chrono::minutes(30);
constexpr auto kStatementLimit = std::chrono::seconds(30);
constexpr auto kStopGrace = std::chrono::seconds(30);
constexpr auto kLeaveLimit = std::chrono::seconds(2);
constexpr auto kBackupInterval = std::chrono::hours(24);
constexpr auto kBackupLook = std::chrono::minutes(10);

bool is_creating(const Snapshot& snapshot) {
  return snapshot.view.Status == status::kCreating;
}

}  // namespace

fs::Path Service::folder_of(const Instance& instance) const {
  return store_.folder() / "rds" / instance.resource_id();
}
fs::Path Service::folder_of(const Snapshot& snapshot) const {
  return store_.folder() / "snapshots" / snapshot.folder;
}

Result<> Service::change(const std::string& id, const std::function<void(Instance&)>& apply) {
  SB_TRY(auto instance, store_.get<Instance>(kInstances, id));
  apply(instance);
  return put(instance);
}

std::shared_ptr<postgres::Cluster> Service::cluster_of(const Instance& instance) {
  auto& cluster = clusters_[instance.resource_id()];
  if (!cluster)
    cluster =
        std::make_shared<postgres::Cluster>(executor_, *installation_,
                                            postgres::ClusterSpec{.folder = folder_of(instance),
                                                                  .name = instance.resource_id(),
                                                                  .address = instance.address,
                                                                  .port = instance.port});
  return cluster;
}

Task<Result<>> Service::start() {
  auto installation = co_await postgres::Installation::open(store_.folder() / "postgres", pool_);
  if (!installation) {
    log::warning("databases are not available", {{"reason", installation.error().text()}});
    co_return Result<>();
  }
  installation_ = *std::move(installation);
  SB_CO_TRY(auto instances, store_.list<Instance>(kInstances));
  for (auto& [id, instance] : instances) {
    if (instance.status() == status::kStopped) continue;
    // What failed may succeed now: a disk has been cleaned, a package installed.
    if (instance.status() == status::kFailed || instance.status() == status::kIncompatibleRestore) {
      instance.view.DBInstanceStatus =
          instance.view.Endpoint ? status::kStarting : status::kCreating;
      SB_CO_TRY_VOID(put(instance));
    }
    work_on(id);
  }
  SB_CO_TRY(auto snapshots, store_.list<Snapshot>(kSnapshots));
  for (const auto& [id, snapshot] : snapshots)
    if (is_creating(snapshot) && !snapshot.copied_from.empty())
      spawn_logged(executor_, gate_, "copy of snapshot " + id, copy(id));
  spawn_logged(executor_, gate_, "automated backups", keep_backups());
  spawn_logged(executor_, gate_, "database metrics", keep_measuring());
  co_return Result<>();
}

Task<> Service::keep_measuring() {
  while (!gate_.is_closed()) {
    std::vector<Measure::Target> targets;
    if (auto instances = store_.list<Instance>(kInstances))
      for (const auto& [id, instance] : *instances) {
        auto it = clusters_.find(instance.resource_id());
        if (it == clusters_.end() || !it->second->is_running() || !it->second->is_answering())
          continue;
        targets.push_back({id, instance.view.AllocatedStorage.value_or(0), it->second});
      }
    measure_->sample(targets);
    co_await stopping_.wait(metrics::next_sample_time());
  }
}

Task<> Service::stop() {
  gate_.close();
  stopping_.notify_all();
  // What does not end in time is cut off, and taken up again by the next daemon.
  co_await gate_.drain(Deadline::after(kLeaveLimit));
}

Task<> Service::shut_down() {
  co_await stop();
  auto clusters = clusters_;
  for (const auto& [id, cluster] : clusters) co_await cluster->stop(kStopGrace);
}

Task<Result<int>> Service::connections(std::string instance_id) {
  SB_CO_TRY(auto instance, store_.get<Instance>(kInstances, normalize_id(instance_id)));
  auto it = clusters_.find(instance.resource_id());
  if (it == clusters_.end() || !it->second->is_running())
    co_return fail(ErrorCode::failed_precondition, "database does not run", instance_id);
  auto cluster = it->second;
  co_return co_await cluster->count_connections(Deadline::after(kStatementLimit));
}

void Service::work_on(const std::string& id) {
  auto [it, is_new] = at_work_.try_emplace(id, false);
  if (!is_new) {
    it->second = true;
    return;
  }
  spawn_logged(executor_, gate_, "work on database " + id, work(id));
}

Task<> Service::work(std::string id) {
  do {
    at_work_[id] = false;
    auto done = co_await perform(id);
    if (done || !store_.contains(kInstances, id).value_or(true)) continue;
    if (gate_.is_closed()) co_return;  // cut off, perhaps: the next daemon finds out
    log::error("database operation failed", {{"instance", id}, {"error", done.error().text()}});
    auto reason = done.error().text();
    auto noted = change(id, [&](Instance& instance) {
      if (instance.status() == status::kDeleting && at_work_[id]) return;  // asked for meanwhile
      auto it = clusters_.find(instance.resource_id());
      bool is_running = it != clusters_.end() && it->second->is_running() && instance.view.Endpoint;
      bool is_restore = instance.status() == status::kCreating && !instance.restored_from.empty();
      instance.view.DBInstanceStatus = is_running   ? status::kAvailable
                                       : is_restore ? status::kIncompatibleRestore
                                                    : status::kFailed;
      instance.view.StatusInfos = {
          {.StatusType = "saltcloud", .Normal = false, .Status = "error", .Message = reason}};
      // The words of AWS, and the reason where `saltctl up` looks for it.
      events_.add(instance, category::kFailure,
                  is_running
                      ? "An operation on the DB instance failed. " + reason
                      : fmt::format("DB instance put into {}. {}", instance.status(), reason));
    });
    if (!noted)
      log::error("cannot record a failed operation",
                 {{"instance", id}, {"error", noted.error().text()}});
  } while (at_work_[id]);
  at_work_.erase(id);
}

Task<Result<>> Service::perform(std::string id) {
  SB_CO_TRY(auto instance, store_.get<Instance>(kInstances, id));
  auto status = instance.status();
  if (!installation_ && status != status::kDeleting)
    co_return fail(ErrorCode::failed_precondition,
                   "PostgreSQL is missing: install the Debian package postgresql");
  if (status == status::kDeleting) co_return co_await perform_delete(id);
  if (status == status::kCreating) SB_CO_TRY_VOID(co_await perform_create(id));
  if (status == status::kRebooting) SB_CO_TRY_VOID(co_await perform_reboot(id));
  if (status == status::kStopping) {
    co_await end_cluster(std::move(instance));
    SB_CO_TRY_VOID(change(id, [](Instance& i) { i.view.DBInstanceStatus = status::kStopped; }));
    tell_of(id, status);
    co_return Result<>();
  }
  SB_CO_TRY_VOID(co_await start_cluster(id));
  if (status == status::kModifying) SB_CO_TRY_VOID(co_await perform_modify(id));
  if (status != status::kCreating) tell_of(id, status);
  SB_CO_TRY_VOID(co_await take_snapshots(id));
  co_return change(id, [](Instance& i) {
    i.view.StatusInfos.clear();
    // Deletion may have been asked for meanwhile.
    if (i.status() != status::kDeleting) i.view.DBInstanceStatus = status::kAvailable;
  });
}

// The event of what was asked for with this status, once it is done.
void Service::tell_of(const std::string& id, const std::string& performed) {
  auto instance = store_.get<Instance>(kInstances, id);
  if (!instance) return;
  if (performed == status::kStopping)
    events_.add(*instance, category::kNotification, "DB instance stopped");
  if (performed == status::kStarting)
    events_.add(*instance, category::kNotification, "DB instance started");
  if (performed == status::kRebooting)
    events_.add(*instance, category::kAvailability, "DB instance restarted");
  if (performed == status::kModifying)
    events_.add(*instance, category::kChange, "Finished applying modification to the DB instance");
}

Task<> Service::end_cluster(Instance instance) {
  auto folder = folder_of(instance);
  auto it = clusters_.find(instance.resource_id());
  auto cluster = it == clusters_.end() ? nullptr : it->second;
  clusters_.erase(instance.resource_id());
  if (cluster) co_await cluster->stop(kStopGrace);
  // One that was never adopted since our own start.
  auto running = co_await runtime::Sandbox::adopt(folder);
  if (running) co_await running->stop(kStopGrace, SIGINT);
}

Task<Result<>> Service::start_cluster(std::string id) {
  SB_CO_TRY(auto instance, store_.get<Instance>(kInstances, id));
  auto cluster = cluster_of(instance);
  co_return co_await cluster->start(Deadline::after(kStartLimit));
}

// Every step finds out whether it was done: it may be repeated after a crash.
Task<Result<>> Service::perform_create(std::string id) {
  SB_CO_TRY(auto instance, store_.get<Instance>(kInstances, id));
  auto cluster = cluster_of(instance);
  auto deadline = Deadline::after(kCopyLimit);
  bool is_restore = !instance.restored_from.empty();
  std::error_code ignored;
  if (!std::filesystem::exists(cluster->data(), ignored)) {
    if (is_restore) {
      auto from = store_.folder() / "snapshots" / instance.restored_from;
      SB_CO_TRY_VOID(co_await installation_->copy_data(from, cluster->data(), deadline));
    } else {
      SB_CO_TRY_VOID(co_await installation_->make_data(instance.major, cluster->data(), deadline));
    }
  }
  SB_CO_TRY_VOID(co_await cluster->start(Deadline::after(kStartLimit)));
  if (!is_restore) {
    SB_CO_TRY(auto password, kms_.decrypt(instance.sealed_password, sealing_context(instance)));
    SB_CO_TRY_VOID(co_await cluster->ensure_master(
        *instance.view.MasterUsername, std::move(password), instance.view.DBName.value_or(""),
        Deadline::after(kStatementLimit)));
  }
  SB_CO_TRY(instance, store_.get<Instance>(kInstances, id));
  instance.sealed_password.clear();
  instance.view.Endpoint = api::Endpoint{.Address = instance.address, .Port = instance.port};
  instance.view.InstanceCreateTime = now();
  if (instance.status() == status::kCreating) instance.view.DBInstanceStatus = status::kBackingUp;
  bool has_backups = !is_restore && instance.view.BackupRetentionPeriod.value_or(0) > 0;
  auto snapshot = plan_snapshot(instance, automated_snapshot_id(instance.id(), now()), "automated",
                                {}, arns_, crypto::random_hex(16), now());
  SB_CO_TRY_VOID(store_.transaction([&]() -> Result<> {
    if (has_backups) SB_TRY_VOID(put(snapshot));
    return put(instance);
  }));
  if (is_restore)
    events_.add(instance, category::kRestoration, "Restored from a DB snapshot");
  else
    events_.add(instance, category::kCreation, "DB instance created");
  co_return Result<>();
}

Task<Result<>> Service::perform_modify(std::string id) {
  SB_CO_TRY(auto instance, store_.get<Instance>(kInstances, id));
  if (!instance.sealed_password.empty()) {
    SB_CO_TRY(auto password, kms_.decrypt(instance.sealed_password, sealing_context(instance)));
    auto cluster = cluster_of(instance);
    SB_CO_TRY_VOID(co_await cluster->set_password(
        *instance.view.MasterUsername, std::move(password), Deadline::after(kStatementLimit)));
    SB_CO_TRY_VOID(change(id, [](Instance& i) { i.sealed_password.clear(); }));
  }
  bool has_port = instance.view.Endpoint && instance.view.Endpoint->Port == instance.port;
  if (has_port) co_return Result<>();
  auto cluster = cluster_of(instance);
  co_await cluster->stop(kStopGrace);
  clusters_.erase(instance.resource_id());  // the next one has the new port
  SB_CO_TRY_VOID(co_await start_cluster(id));
  co_return change(id, [](Instance& i) { i.view.Endpoint->Port = i.port; });
}

Task<Result<>> Service::perform_reboot(std::string id) {
  SB_CO_TRY(auto instance, store_.get<Instance>(kInstances, id));
  auto cluster = cluster_of(instance);
  // After our own restart it is not ours to stop before it is adopted.
  SB_CO_TRY_VOID(co_await cluster->start(Deadline::after(kStartLimit)));
  co_await cluster->stop(kStopGrace);
  SB_CO_TRY_VOID(change(id, [](Instance& i) { apply_pending(i); }));
  co_return co_await cluster->start(Deadline::after(kStartLimit));
}

Task<Result<>> Service::take_snapshots(std::string id) {
  SB_CO_TRY(auto instance, store_.get<Instance>(kInstances, id));
  SB_CO_TRY(auto snapshots, store_.list<Snapshot>(kSnapshots));
  auto cluster = cluster_of(instance);
  for (auto& [key, snapshot] : snapshots) {
    if (!is_creating(snapshot) || snapshot.view.DbiResourceId != instance.resource_id() ||
        !snapshot.copied_from.empty())
      continue;
    auto folder = folder_of(snapshot);
    std::error_code ignored;
    Result<> taken;
    if (!std::filesystem::exists(folder, ignored))
      taken = co_await cluster->take_snapshot(*installation_, folder, Deadline::after(kCopyLimit));
    if (!taken && gate_.is_closed()) co_return taken;  // cut off, perhaps: it stays to be taken
    // Tags may have been changed meanwhile.
    SB_CO_TRY(snapshot, store_.get<Snapshot>(kSnapshots, key));
    snapshot.view.Status = taken ? status::kAvailable : status::kFailed;
    snapshot.view.PercentProgress = taken ? 100 : 0;
    if (taken) {
      // The point in time that its data is of.
      snapshot.view.SnapshotCreateTime = now();
      snapshot.view.OriginalSnapshotCreateTime = snapshot.view.SnapshotCreateTime;
    } else {
      log::error("snapshot failed", {{"snapshot", key}, {"error", taken.error().text()}});
      events_.add(snapshot, category::kNotification, "Snapshot failed. " + taken.error().text());
    }
    SB_CO_TRY_VOID(put(snapshot));
    if (!taken) continue;
    bool is_automated = snapshot.view.SnapshotType == "automated";
    events_.add(snapshot, category::kCreation,
                is_automated ? "Automated snapshot created" : "Manual snapshot created");
    events_.add(instance, category::kBackup, "Finished DB Instance backup");
  }
  co_return Result<>();
}

Task<Result<>> Service::perform_delete(std::string id) {
  SB_CO_TRY(auto instance, store_.get<Instance>(kInstances, id));
  if (installation_) {
    auto cluster = cluster_of(instance);
    if (instance.final_snapshot) {
      SB_CO_TRY_VOID(co_await cluster->start(Deadline::after(kStartLimit)));
      SB_CO_TRY(bool is_there, store_.contains(kSnapshots, *instance.final_snapshot));
      if (!is_there)
        SB_CO_TRY_VOID(put(plan_snapshot(instance, *instance.final_snapshot, "manual", {}, arns_,
                                         crypto::random_hex(16), now())));
      SB_CO_TRY_VOID(co_await take_snapshots(id));
      SB_CO_TRY(auto snapshot, store_.get<Snapshot>(kSnapshots, *instance.final_snapshot));
      if (snapshot.view.Status != status::kAvailable)
        co_return fail(ErrorCode::failed_precondition,
                       "the final snapshot failed, so nothing was deleted", id);
    }
  }
  co_await end_cluster(instance);
  auto folder = folder_of(instance);
  auto remove = [folder] { return fs::remove_all(folder); };
  SB_CO_TRY_VOID(co_await pool_.run(std::move(remove)));
  SB_CO_TRY(auto snapshots, store_.list<Snapshot>(kSnapshots));
  for (const auto& [key, snapshot] : snapshots) {
    bool is_its_own = snapshot.view.DbiResourceId == instance.resource_id();
    bool goes = snapshot.view.SnapshotType == "automated" ? !instance.keeps_automated_snapshots
                                                          : is_creating(snapshot);
    if (is_its_own && goes) SB_CO_TRY_VOID(remove_snapshot(snapshot));
  }
  SB_CO_TRY_VOID(addresses_.release(instance.address));
  SB_CO_TRY_VOID(store_.erase(kInstances, id));
  events_.add(instance, category::kDeletion, "DB instance deleted");
  co_return Result<>();
}

// A copy in progress still reads the files of its source.
Result<> Service::remove_snapshot(const Snapshot& snapshot) {
  SB_TRY_VOID(store_.erase(kSnapshots, snapshot.id()));
  return fs::remove_all(folder_of(snapshot));
}

Task<> Service::copy(std::string snapshot_id) {
  auto snapshot = store_.get<Snapshot>(kSnapshots, snapshot_id);
  if (!snapshot) co_return;
  Result<> copied;
  std::error_code ignored;
  if (!std::filesystem::exists(folder_of(*snapshot), ignored)) {
    if (installation_)
      copied =
          co_await installation_->link_data(store_.folder() / "snapshots" / snapshot->copied_from,
                                            folder_of(*snapshot), Deadline::after(kCopyLimit));
    else
      copied = fail(ErrorCode::failed_precondition,
                    "PostgreSQL is missing: install the Debian package postgresql");
  }
  if (!copied && gate_.is_closed()) co_return;  // cut off, perhaps: it stays to be copied
  if (!copied)
    log::error("copy of a snapshot failed",
               {{"snapshot", snapshot_id}, {"error", copied.error().text()}});
  snapshot = store_.get<Snapshot>(kSnapshots, snapshot_id);
  if (!snapshot) co_return;
  snapshot->copied_from.clear();
  snapshot->view.Status = copied ? status::kAvailable : status::kFailed;
  snapshot->view.PercentProgress = copied ? 100 : 0;
  if (auto done = put(*snapshot); !done)
    log::error("cannot record a snapshot",
               {{"snapshot", snapshot_id}, {"error", done.error().text()}});
}

Task<> Service::keep_backups() {
  while (!gate_.is_closed()) {
    co_await stopping_.wait(Deadline::after(kBackupLook));
    if (gate_.is_closed()) co_return;
    auto ids = store_.keys(kInstances);
    if (!ids) continue;
    for (const auto& id : *ids)
      if (auto done = back_up_if_due(id); !done)
        log::warning("automated backup failed", {{"instance", id}, {"error", done.error().text()}});
  }
}

Result<> Service::back_up_if_due(const std::string& id) {
  SB_TRY(auto instance, store_.get<Instance>(kInstances, id));
  int days = instance.view.BackupRetentionPeriod.value_or(0);
  if (days == 0 || instance.status() != status::kAvailable) return {};
  SB_TRY(auto snapshots, store_.list<Snapshot>(kSnapshots));
  Timestamp newest = instance.view.InstanceCreateTime.value_or(now());
  for (const auto& [key, snapshot] : snapshots) {
    bool is_its_backup = snapshot.view.DbiResourceId == instance.resource_id() &&
                         snapshot.view.SnapshotType == "automated";
    if (!is_its_backup) continue;
    auto time = snapshot.view.SnapshotCreateTime.value_or(Timestamp());
    newest = std::max(newest, time);
    if (now() - time > std::chrono::days(days)) SB_TRY_VOID(remove_snapshot(snapshot));
  }
  if (now() - newest < kBackupInterval) return {};
  auto snapshot = plan_snapshot(instance, automated_snapshot_id(id, now()), "automated", {}, arns_,
                                crypto::random_hex(16), now());
  instance.view.DBInstanceStatus = status::kBackingUp;
  SB_TRY_VOID(store_.transaction([&]() -> Result<> {
    SB_TRY_VOID(put(snapshot));
    return put(instance);
  }));
  work_on(id);
  return {};
}

}  // namespace sb::cloud::rds
