#include "cloud/rds/service.hpp"

#include <algorithm>

#include "base/crypto/crypto.hpp"
#include "base/log/log.hpp"
#include "cloud/gateway/bind.hpp"
#include "cloud/rds/documents.hpp"
#include "cloud/rds/paging.hpp"

namespace sb::cloud::rds {

using gateway::fault;

namespace {

std::unexpected<gateway::Fault> instance_not_found(const std::string& id) {
  return fault("DBInstanceNotFound", fmt::format("DBInstance {} not found.", id), 404);
}
std::unexpected<gateway::Fault> snapshot_not_found(const std::string& id) {
  return fault("DBSnapshotNotFound", fmt::format("DBSnapshot {} not found.", id), 404);
}

// Snapshots are listed by age: "2026-11-22T10:20:30.123Z id".
std::string age_key(const Snapshot& snapshot) {
  return format_rfc3339(snapshot.view.SnapshotCreateTime.value_or(Timestamp())) + " " +
         snapshot.id();
}

bool has_type(const Snapshot& snapshot, const std::optional<std::string>& type) {
  if (!type || type->empty()) return true;  // ours are automated or manual
  return snapshot.view.SnapshotType == type;
}

}  // namespace

Service::Service(Executor executor, Store& store, const Kms& kms, AddressBlock& addresses,
                 BlockingPool& pool, Arns arns)
    : executor_(executor),
      store_(store),
      kms_(kms),
      addresses_(addresses),
      pool_(pool),
      arns_(std::move(arns)),
      events_(store),
      gate_(executor),
      stopping_(executor),
      measure_(std::make_shared<Measure>(executor, gate_)) {}

std::vector<Engine> Service::engines() const {
  std::vector<Engine> engines;
  if (installation_)
    for (const auto& programs : installation_->programs())
      engines.push_back({programs.major, programs.version});
  return engines;
}

Result<> Service::put(const Instance& instance) {
  return store_.put(kInstances, instance.id(), instance);
}
Result<> Service::put(const Snapshot& snapshot) {
  return store_.put(kSnapshots, snapshot.id(), snapshot);
}

Outcome<Instance> Service::find_instance(const std::optional<std::string>& id) {
  auto key = normalize_id(id.value_or(""));
  auto instance = store_.get<Instance>(kInstances, key);
  if (!instance && instance.error().code == ErrorCode::not_found) return instance_not_found(key);
  if (!instance) return std::unexpected<gateway::Fault>(std::in_place, instance.error());
  return *std::move(instance);
}

bool Service::is_answering(const Instance& instance) const {
  auto it = clusters_.find(instance.resource_id());
  return it == clusters_.end() || it->second->is_answering();
}

api::DBInstance Service::shown(const Instance& instance) const {
  auto view = instance.view;
  const bool should_answer =
      instance.status() == status::kAvailable || instance.status() == status::kBackingUp;
  if (should_answer && !is_answering(instance)) view.DBInstanceStatus = status::kRebooting;
  return view;
}

Outcome<Instance> Service::find_available(const std::optional<std::string>& id) {
  SB_TRY(auto instance, find_instance(id));
  if (instance.status() != status::kAvailable || !is_answering(instance))
    return fault("InvalidDBInstanceState",
                 fmt::format("Instance {} is not in available state.", instance.id()));
  return instance;
}

Outcome<Snapshot> Service::find_snapshot(const std::optional<std::string>& id) {
  auto key = normalize_id(id.value_or(""));
  auto snapshot = store_.get<Snapshot>(kSnapshots, key);
  if (!snapshot && snapshot.error().code == ErrorCode::not_found) return snapshot_not_found(key);
  if (!snapshot) return std::unexpected<gateway::Fault>(std::in_place, snapshot.error());
  return *std::move(snapshot);
}

Outcome<std::vector<Snapshot>> Service::all_snapshots() {
  SB_TRY(auto all, store_.list<Snapshot>(kSnapshots));
  std::vector<Snapshot> snapshots;
  for (auto& [key, snapshot] : all) snapshots.push_back(std::move(snapshot));
  std::ranges::sort(snapshots, {}, age_key);
  return snapshots;
}

Outcome<void> Service::insert(Instance& instance, const std::optional<std::string>& password) {
  SB_TRY(bool is_taken, store_.contains(kInstances, instance.id()));
  if (is_taken) return fault("DBInstanceAlreadyExists", "DB instance already exists");
  SB_TRY(instance.address, addresses_.allocate(AddressKind::database, instance.resource_id()));
  if (password) instance.sealed_password = kms_.encrypt(*password, sealing_context(instance));
  SB_TRY_VOID(store_.insert(kInstances, instance.id(), instance));
  work_on(instance.id());
  return {};
}

Outcome<api::CreateDBInstanceResponse> Service::create(
    const api::CreateDBInstanceRequest& request) {
  SB_TRY(auto instance, plan_instance(request, engines(), arns_, new_dbi_resource_id(), now()));
  SB_TRY_VOID(insert(instance, request.MasterUserPassword));
  return api::CreateDBInstanceResponse{instance.view};
}

Outcome<api::RestoreDBInstanceFromDBSnapshotResponse> Service::restore(
    const api::RestoreDBInstanceFromDBSnapshotRequest& request) {
  if (!request.DBSnapshotIdentifier || request.DBSnapshotIdentifier->empty())
    return fault("InvalidParameterCombination", "DBSnapshotIdentifier must be provided.");
  SB_TRY(auto snapshot, find_snapshot(request.DBSnapshotIdentifier));
  if (snapshot.view.Status != status::kAvailable)
    return fault("InvalidDBSnapshotState",
                 fmt::format("Cannot restore from snapshot {}: it is not in available state.",
                             snapshot.id()));
  SB_TRY(auto instance,
         plan_restore(request, snapshot, engines(), arns_, new_dbi_resource_id(), now()));
  SB_TRY_VOID(insert(instance, std::nullopt));
  return api::RestoreDBInstanceFromDBSnapshotResponse{instance.view};
}

Outcome<api::DescribeDBInstancesResponse> Service::describe(
    const api::DescribeDBInstancesRequest& request) {
  api::DescribeDBInstancesResponse response;
  if (request.DBInstanceIdentifier && !request.DBInstanceIdentifier->empty()) {
    SB_TRY(auto instance, find_instance(request.DBInstanceIdentifier));
    if (matches(instance, request.Filters)) response.DBInstances.push_back(shown(instance));
    return response;
  }
  SB_TRY(auto size, page_size(request.MaxRecords));
  SB_TRY(auto after, page_after(request.Marker));
  SB_TRY(auto all, store_.list<Instance>(kInstances));
  std::erase_if(all, [&](const auto& entry) { return !matches(entry.second, request.Filters); });
  response.Marker = take_page(all, after, size, [](const auto& entry) { return entry.first; });
  for (auto& [key, instance] : all) response.DBInstances.push_back(shown(instance));
  return response;
}

Outcome<api::ModifyDBInstanceResponse> Service::modify(
    const api::ModifyDBInstanceRequest& request) {
  SB_TRY(auto instance, find_available(request.DBInstanceIdentifier));
  auto old_id = instance.id();
  SB_TRY(bool has_work, rds::modify(instance, request, arns_));
  if (instance.id() != old_id) {
    SB_TRY(bool is_taken, store_.contains(kInstances, instance.id()));
    if (is_taken) return fault("DBInstanceAlreadyExists", "DB instance already exists");
  }
  if (request.MasterUserPassword)
    instance.sealed_password = kms_.encrypt(*request.MasterUserPassword, sealing_context(instance));
  if (has_work) instance.view.DBInstanceStatus = status::kModifying;
  SB_TRY_VOID(store_.transaction([&]() -> Result<> {
    if (instance.id() != old_id) SB_TRY_VOID(store_.erase(kInstances, old_id));
    return put(instance);
  }));
  if (has_work) work_on(instance.id());
  auto shown = instance.view;
  if (request.MasterUserPassword) shown.PendingModifiedValues->MasterUserPassword = "****";
  return api::ModifyDBInstanceResponse{std::move(shown)};
}

Outcome<api::RebootDBInstanceResponse> Service::reboot(
    const api::RebootDBInstanceRequest& request) {
  SB_TRY(auto instance, find_available(request.DBInstanceIdentifier));
  if (request.ForceFailover.value_or(false) && !instance.view.MultiAZ.value_or(false))
    return fault("InvalidParameterCombination", "Cannot force failover on a single-AZ instance.");
  instance.view.DBInstanceStatus = status::kRebooting;
  SB_TRY_VOID(put(instance));
  work_on(instance.id());
  return api::RebootDBInstanceResponse{instance.view};
}

Outcome<api::StartDBInstanceResponse> Service::start_instance(
    const api::StartDBInstanceRequest& request) {
  SB_TRY(auto instance, find_instance(request.DBInstanceIdentifier));
  if (instance.status() != status::kStopped)
    return fault("InvalidDBInstanceState",
                 fmt::format("Instance {} is not stopped.", instance.id()));
  instance.view.DBInstanceStatus = status::kStarting;
  SB_TRY_VOID(put(instance));
  work_on(instance.id());
  return api::StartDBInstanceResponse{instance.view};
}

Outcome<api::StopDBInstanceResponse> Service::stop_instance(
    const api::StopDBInstanceRequest& request) {
  SB_TRY(auto instance, find_available(request.DBInstanceIdentifier));
  if (request.DBSnapshotIdentifier)
    return fault("InvalidParameterCombination",
                 "A snapshot on stop is not supported: create one first.");
  instance.view.DBInstanceStatus = status::kStopping;
  SB_TRY_VOID(put(instance));
  work_on(instance.id());
  return api::StopDBInstanceResponse{instance.view};
}

Outcome<api::DeleteDBInstanceResponse> Service::erase(const api::DeleteDBInstanceRequest& request) {
  SB_TRY(auto instance, find_instance(request.DBInstanceIdentifier));
  if (instance.status() == status::kDeleting)
    return fault("InvalidDBInstanceState",
                 fmt::format("Instance {} is already being deleted.", instance.id()));
  if (instance.view.DeletionProtection.value_or(false))
    return fault(
        "InvalidParameterCombination",
        "Cannot delete protected DB Instance, please disable deletion protection and try again.");
  bool skips = request.SkipFinalSnapshot.value_or(false);
  if (skips && request.FinalDBSnapshotIdentifier)
    return fault("InvalidParameterCombination",
                 "FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is true.");
  if (!skips) {
    if (!request.FinalDBSnapshotIdentifier)
      return fault("InvalidParameterCombination",
                   "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.");
    if (instance.status() != status::kAvailable)
      return fault(
          "InvalidDBInstanceState",
          fmt::format("Instance {} is not in available state: delete it without a final snapshot.",
                      instance.id()));
    auto id = normalize_id(*request.FinalDBSnapshotIdentifier);
    SB_TRY_VOID(check_snapshot_id(id));
    SB_TRY(bool is_taken, store_.contains(kSnapshots, id));
    if (is_taken)
      return fault("DBSnapshotAlreadyExists",
                   fmt::format("Cannot create the snapshot because a snapshot with the identifier "
                               "{} already exists.",
                               id));
    instance.final_snapshot = id;
  }
  instance.view.DBInstanceStatus = status::kDeleting;
  instance.keeps_automated_snapshots = !request.DeleteAutomatedBackups.value_or(true);
  SB_TRY_VOID(put(instance));
  work_on(instance.id());
  return api::DeleteDBInstanceResponse{instance.view};
}

Outcome<api::CreateDBSnapshotResponse> Service::create_snapshot(
    const api::CreateDBSnapshotRequest& request) {
  auto id = normalize_id(*request.DBSnapshotIdentifier);
  SB_TRY_VOID(check_snapshot_id(id));
  SB_TRY(auto instance, find_instance(request.DBInstanceIdentifier));
  SB_TRY(bool is_taken, store_.contains(kSnapshots, id));
  if (is_taken)
    return fault(
        "DBSnapshotAlreadyExists",
        fmt::format(
            "Cannot create the snapshot because a snapshot with the identifier {} already exists.",
            id));
  SB_TRY(instance, find_available(request.DBInstanceIdentifier));
  auto snapshot =
      plan_snapshot(instance, id, "manual", request.Tags, arns_, crypto::random_hex(16), now());
  instance.view.DBInstanceStatus = status::kBackingUp;
  SB_TRY_VOID(store_.transaction([&]() -> Result<> {
    SB_TRY_VOID(put(snapshot));
    return put(instance);
  }));
  work_on(instance.id());
  return api::CreateDBSnapshotResponse{snapshot.view};
}

Outcome<api::DescribeDBSnapshotsResponse> Service::describe_snapshots(
    const api::DescribeDBSnapshotsRequest& request) {
  api::DescribeDBSnapshotsResponse response;
  SB_TRY(auto size, page_size(request.MaxRecords));
  SB_TRY(auto after, page_after(request.Marker));
  std::vector<Snapshot> found;
  if (request.DBSnapshotIdentifier && !request.DBSnapshotIdentifier->empty()) {
    SB_TRY(auto snapshot, find_snapshot(request.DBSnapshotIdentifier));
    found.push_back(std::move(snapshot));
  } else {
    SB_TRY(found, all_snapshots());
  }
  auto instance = normalize_id(request.DBInstanceIdentifier.value_or(""));
  std::erase_if(found, [&](const Snapshot& snapshot) {
    return !has_type(snapshot, request.SnapshotType) || !matches(snapshot, request.Filters) ||
           (!instance.empty() && snapshot.view.DBInstanceIdentifier != instance) ||
           (request.DbiResourceId && snapshot.view.DbiResourceId != request.DbiResourceId);
  });
  response.Marker = take_page(found, after, size, age_key);
  for (auto& snapshot : found) response.DBSnapshots.push_back(std::move(snapshot.view));
  return response;
}

Outcome<api::CopyDBSnapshotResponse> Service::copy_snapshot(
    const api::CopyDBSnapshotRequest& request) {
  auto id = normalize_id(*request.TargetDBSnapshotIdentifier);
  SB_TRY_VOID(check_snapshot_id(id));
  SB_TRY(auto source, find_snapshot(request.SourceDBSnapshotIdentifier));
  if (source.view.Status != status::kAvailable)
    return fault("InvalidDBSnapshotState",
                 fmt::format("Snapshot {} is not in available state.", source.id()));
  SB_TRY(bool is_taken, store_.contains(kSnapshots, id));
  if (is_taken)
    return fault(
        "DBSnapshotAlreadyExists",
        fmt::format(
            "Cannot create the snapshot because a snapshot with the identifier {} already exists.",
            id));
  auto copy_of = source;
  copy_of.copied_from = source.folder;
  copy_of.folder = crypto::random_hex(16);
  copy_of.view.DBSnapshotIdentifier = id;
  copy_of.view.DBSnapshotArn = arns_.db_snapshot(id);
  copy_of.view.SourceDBSnapshotIdentifier = source.view.DBSnapshotArn;
  copy_of.view.SnapshotType = "manual";
  copy_of.view.SnapshotCreateTime = now();
  copy_of.view.Status = status::kCreating;
  copy_of.view.PercentProgress = 0;
  if (!request.CopyTags.value_or(false)) copy_of.view.TagList.clear();
  set_tags(copy_of.view.TagList, request.Tags);
  SB_TRY_VOID(put(copy_of));
  spawn_logged(executor_, gate_, "copy of snapshot " + id, copy(id));
  return api::CopyDBSnapshotResponse{copy_of.view};
}

Outcome<api::DeleteDBSnapshotResponse> Service::erase_snapshot(
    const api::DeleteDBSnapshotRequest& request) {
  SB_TRY(auto snapshot, find_snapshot(request.DBSnapshotIdentifier));
  if (snapshot.view.SnapshotType == "automated")
    return fault("InvalidDBSnapshotState",
                 "Automated snapshots are deleted with their retention period.");
  if (snapshot.view.Status == status::kCreating)
    return fault("InvalidDBSnapshotState",
                 fmt::format("Snapshot {} is not in available state.", snapshot.id()));
  SB_TRY_VOID(remove_snapshot(snapshot));
  events_.add(snapshot, category::kDeletion, "Deleted manual snapshot");
  snapshot.view.Status = "deleted";
  return api::DeleteDBSnapshotResponse{snapshot.view};
}

Outcome<void> Service::change_tags(const std::optional<std::string>& arn,
                                   const std::function<void(std::vector<api::Tag>&)>& change_list) {
  auto name = arn.value_or("");  // which `parts` are views of
  auto parts = parse_arn(name);
  if (!parts || parts->service != "rds")
    return fault("InvalidParameterValue", fmt::format("Invalid resource name: {}", name));
  if (parts->resource.starts_with("db:")) {
    SB_TRY(auto instance, find_instance(arn));
    change_list(instance.view.TagList);
    SB_TRY_VOID(put(instance));
  } else if (parts->resource.starts_with("snapshot:")) {
    SB_TRY(auto snapshot, find_snapshot(arn));
    change_list(snapshot.view.TagList);
    SB_TRY_VOID(put(snapshot));
  } else {
    return fault("InvalidParameterValue", fmt::format("Invalid resource name: {}", name));
  }
  return {};
}

Outcome<api::AddTagsToResourceResponse> Service::add_tags(
    const api::AddTagsToResourceRequest& request) {
  SB_TRY_VOID(change_tags(request.ResourceName, [&](auto& tags) { set_tags(tags, request.Tags); }));
  return api::AddTagsToResourceResponse{};
}

Outcome<api::RemoveTagsFromResourceResponse> Service::remove_tags(
    const api::RemoveTagsFromResourceRequest& request) {
  SB_TRY_VOID(change_tags(request.ResourceName, [&](auto& tags) {
    std::erase_if(tags, [&](const api::Tag& tag) {
      return std::ranges::find(request.TagKeys, tag.Key) != request.TagKeys.end();
    });
  }));
  return api::RemoveTagsFromResourceResponse{};
}

Outcome<api::ListTagsForResourceResponse> Service::list_tags(
    const api::ListTagsForResourceRequest& request) {
  api::ListTagsForResourceResponse response;
  SB_TRY_VOID(
      change_tags(request.ResourceName, [&](const auto& tags) { response.TagList = tags; }));
  return response;
}

void Service::attach(gateway::Gateway& gateway) {
  using gateway::bind;
  bind<api::CreateDBInstance>(gateway, *this, &Service::create);
  bind<api::DescribeDBInstances>(gateway, *this, &Service::describe);
  bind<api::ModifyDBInstance>(gateway, *this, &Service::modify);
  bind<api::RebootDBInstance>(gateway, *this, &Service::reboot);
  bind<api::StartDBInstance>(gateway, *this, &Service::start_instance);
  bind<api::StopDBInstance>(gateway, *this, &Service::stop_instance);
  bind<api::DeleteDBInstance>(gateway, *this, &Service::erase);
  bind<api::CreateDBSnapshot>(gateway, *this, &Service::create_snapshot);
  bind<api::DescribeDBSnapshots>(gateway, *this, &Service::describe_snapshots);
  bind<api::CopyDBSnapshot>(gateway, *this, &Service::copy_snapshot);
  bind<api::DeleteDBSnapshot>(gateway, *this, &Service::erase_snapshot);
  bind<api::RestoreDBInstanceFromDBSnapshot>(gateway, *this, &Service::restore);
  bind<api::DescribeEvents>(gateway, *this, &Service::describe_events);
  bind<api::AddTagsToResource>(gateway, *this, &Service::add_tags);
  bind<api::RemoveTagsFromResource>(gateway, *this, &Service::remove_tags);
  bind<api::ListTagsForResource>(gateway, *this, &Service::list_tags);
}

}  // namespace sb::cloud::rds
