// RDS for PostgreSQL. An instance is a real cluster on an address of its own, a snapshot is a
// physical copy, a restore is a new cluster with the snapshot's data (and master password).
// Requests write down what is to be done and answer; a worker for each instance does it and moves
// its status on. After a restart every worker goes on from the status it finds, and running
// clusters are adopted.
#pragma once

#include <map>
#include <memory>

#include "base/async/gate.hpp"
#include "base/async/notifier.hpp"
#include "base/async/spawn.hpp"
#include "cloud/postgres/cluster.hpp"
#include "cloud/rds/events.hpp"
#include "cloud/rds/measure.hpp"
#include "cloud/rds/model.hpp"
#include "cloud/store/address_block.hpp"
#include "cloud/store/kms.hpp"
#include "cloud/store/store.hpp"

namespace sb::cloud::gateway {
class Gateway;
}

namespace sb::cloud::rds {

class Service {
 public:
  Service(Executor executor, Store& store, const Kms& kms, AddressBlock& addresses,
          BlockingPool& pool, Arns arns);

  void attach(gateway::Gateway& gateway);
  // Adopts what runs and goes on with what was under way; returns when all clusters that should run
  // have been looked for, not when every work is done. A machine without PostgreSQL is no error
  // here.
  Task<Result<>> start();
  // Clusters go on running.
  Task<> stop();
  // Ends all clusters, for `down`; their data stays.
  Task<> shut_down();

  // Client sessions of an available instance.
  Task<Result<int>> connections(std::string instance_id);
  // AWS/RDS.
  const metrics::MetricSource& metrics() const {
    return measure_->source();
  }

  Outcome<api::CreateDBInstanceResponse> create(const api::CreateDBInstanceRequest& request);
  Outcome<api::DescribeDBInstancesResponse> describe(
      const api::DescribeDBInstancesRequest& request);
  Outcome<api::ModifyDBInstanceResponse> modify(const api::ModifyDBInstanceRequest& request);
  Outcome<api::RebootDBInstanceResponse> reboot(const api::RebootDBInstanceRequest& request);
  Outcome<api::StartDBInstanceResponse> start_instance(const api::StartDBInstanceRequest& request);
  Outcome<api::StopDBInstanceResponse> stop_instance(const api::StopDBInstanceRequest& request);
  Outcome<api::DeleteDBInstanceResponse> erase(const api::DeleteDBInstanceRequest& request);
  Outcome<api::CreateDBSnapshotResponse> create_snapshot(
      const api::CreateDBSnapshotRequest& request);
  Outcome<api::DescribeDBSnapshotsResponse> describe_snapshots(
      const api::DescribeDBSnapshotsRequest& request);
  Outcome<api::CopyDBSnapshotResponse> copy_snapshot(const api::CopyDBSnapshotRequest& request);
  Outcome<api::DeleteDBSnapshotResponse> erase_snapshot(
      const api::DeleteDBSnapshotRequest& request);
  Outcome<api::RestoreDBInstanceFromDBSnapshotResponse> restore(
      const api::RestoreDBInstanceFromDBSnapshotRequest& request);
  Outcome<api::AddTagsToResourceResponse> add_tags(const api::AddTagsToResourceRequest& request);
  Outcome<api::RemoveTagsFromResourceResponse> remove_tags(
      const api::RemoveTagsFromResourceRequest& request);
  Outcome<api::ListTagsForResourceResponse> list_tags(
      const api::ListTagsForResourceRequest& request);
  Outcome<api::DescribeEventsResponse> describe_events(const api::DescribeEventsRequest& request) {
    return events_.describe(request);
  }

 private:
  // As shown: what is written down as available, but has died and does not answer yet, is
  // rebooting.
  api::DBInstance shown(const Instance& instance) const;
  bool is_answering(const Instance& instance) const;
  Outcome<Instance> find_instance(const std::optional<std::string>& id);
  Outcome<Instance> find_available(const std::optional<std::string>& id);
  Outcome<Snapshot> find_snapshot(const std::optional<std::string>& id);
  Outcome<std::vector<Snapshot>> all_snapshots();
  std::vector<Engine> engines() const;
  Result<> put(const Instance& instance);
  Result<> put(const Snapshot& snapshot);
  Outcome<void> insert(Instance& instance, const std::optional<std::string>& password);
  Outcome<void> change_tags(const std::optional<std::string>& arn,
                            const std::function<void(std::vector<api::Tag>&)>& change);
  void work_on(const std::string& instance_id);

  // Workers (work.cpp). Each step looks its instance up again: nothing is kept across a wait.
  Task<> work(std::string id);
  Task<Result<>> perform(std::string id);
  void tell_of(const std::string& id, const std::string& performed);
  Task<Result<>> perform_create(std::string id);
  Task<Result<>> perform_modify(std::string id);
  Task<Result<>> perform_reboot(std::string id);
  Task<Result<>> perform_delete(std::string id);
  Task<Result<>> take_snapshots(std::string id);
  Task<Result<>> start_cluster(std::string id);
  Task<> end_cluster(Instance instance);
  Task<> copy(std::string snapshot_id);
  Task<> keep_backups();
  Task<> keep_measuring();
  Result<> back_up_if_due(const std::string& id);
  Result<> remove_snapshot(const Snapshot& snapshot);
  Result<> change(const std::string& id, const std::function<void(Instance&)>& change);
  std::shared_ptr<postgres::Cluster> cluster_of(const Instance& instance);
  fs::Path folder_of(const Instance& instance) const;
  fs::Path folder_of(const Snapshot& snapshot) const;

  Executor executor_;
  Store& store_;
  const Kms& kms_;
  AddressBlock& addresses_;
  BlockingPool& pool_;
  Arns arns_;
  Events events_;
  Gate gate_;
  Notifier stopping_;
  std::unique_ptr<postgres::Installation> installation_;
  std::map<std::string, std::shared_ptr<postgres::Cluster>> clusters_;  // by resource id
  std::map<std::string, bool> at_work_;  // by instance id: whether more work came meanwhile
  std::shared_ptr<Measure> measure_;
};

}  // namespace sb::cloud::rds
