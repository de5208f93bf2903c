#include "cloud/rds/model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace sb::cloud::rds {

using gateway::fault;

namespace {

constexpr int kDefaultStorageGib = 20;
constexpr int kDefaultRetentionDays = 1;
constexpr int kMaxRetentionDays = 35;
constexpr int kMinPort = 1150, kMaxPort = 65535;
constexpr int kDefaultPort = 5432;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_identifier(std::string_view id, std::size_t most) {
  return !id.empty() && id.size() <= most && is_letter(id.front()) && id.back() != '-' &&
         !id.contains("--") &&
         std::ranges::all_of(id, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 63 && (is_letter(name.front()) || name.front() == '_') &&
         std::ranges::all_of(name, [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
}

std::unexpected<gateway::Fault> invalid(std::string message) {
  return fault("InvalidParameterValue", std::move(message));
}

std::unexpected<gateway::Fault> bad_identifier(std::string_view parameter) {
  return invalid(fmt::format(
      "The parameter {} is not a valid identifier. Identifiers must begin with a letter; must "
      "contain "
      "only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two "
      "consecutive hyphens.",
      parameter));
}

Outcome<void> check_port(int port) {
  if (port < kMinPort || port > kMaxPort)
    return invalid(
        fmt::format("Invalid port {}. It must be between {} and {}.", port, kMinPort, kMaxPort));
  return {};
}

Outcome<void> check_retention(int days) {
  if (days < 0 || days > kMaxRetentionDays)
    return invalid(fmt::format("Invalid backup retention period: {}. Must be between 0 and {}.",
                               days, kMaxRetentionDays));
  return {};
}

Outcome<void> check_master(const api::CreateDBInstanceRequest& request) {
  if (request.ManageMasterUserPassword.value_or(false))
    return fault("InvalidParameterCombination",
                 "ManageMasterUserPassword is not supported: give MasterUserPassword.");
  if (!request.MasterUsername || request.MasterUsername->empty())
    return invalid("The parameter MasterUsername must be provided and must not be blank.");
  if (!request.MasterUserPassword || request.MasterUserPassword->empty())
    return invalid("The parameter MasterUserPassword must be provided and must not be blank.");
  if (!is_name(*request.MasterUsername) || request.MasterUsername->front() == '_' ||
      request.MasterUsername->starts_with("pg_"))
    return invalid("The parameter MasterUsername is not a valid user name for this engine.");
  if (request.MasterUsername == "rdsadmin" || request.MasterUsername == "rds_superuser")
    return invalid(
        fmt::format("MasterUsername {} cannot be used as it is a reserved word used by the engine",
                    *request.MasterUsername));
  return check_password(*request.MasterUserPassword);
}

api::DBInstance blank_view(const std::string& id, const Engine& engine, const Arns& arns,
                           std::string resource_id) {
  api::DBInstance view;
  view.DBInstanceIdentifier = id;
  view.Engine = "postgres";
  view.EngineVersion = engine.version;
  view.DBInstanceStatus = status::kCreating;
  view.DbiResourceId = std::move(resource_id);
  view.DBInstanceArn = arns.db_instance(id);
  view.AvailabilityZone = arns.region + "a";
  view.PreferredBackupWindow = "07:00-07:30";
  view.PreferredMaintenanceWindow = "sun:08:00-sun:08:30";
  view.DBParameterGroups = {
      {.DBParameterGroupName = fmt::format("default.postgres{}", engine.major),
       .ParameterApplyStatus = "in-sync"}};
  view.VpcSecurityGroups = {{.VpcSecurityGroupId = "sg-default", .Status = "active"}};
  view.PendingModifiedValues.emplace();
  view.MultiAZ = false;
  view.AutoMinorVersionUpgrade = true;
  view.PubliclyAccessible = false;
  view.StorageType = "gp2";
  view.DbInstancePort = 0;
  view.StorageEncrypted = false;
  view.CopyTagsToSnapshot = false;
  view.IAMDatabaseAuthenticationEnabled = false;
  view.DeletionProtection = false;
  view.NetworkType = "IPV4";
  return view;
}

template <class T>
void take(std::optional<T>& to, const std::optional<T>& from) {
  if (from) to = from;
}

// Now, or at the next reboot.
template <class T>
void take(std::optional<T>& to, std::optional<T>& pending, const std::optional<T>& from,
          bool is_immediate) {
  if (!from) return;
  if (is_immediate || to == from) {
    to = from;
    pending.reset();
  } else {
    pending = from;
  }
}

bool has_value(const api::Filter& filter, const std::optional<std::string>& value) {
  return value && std::ranges::find(filter.Values, *value) != filter.Values.end();
}

}  // namespace

std::string normalize_id(std::string_view id_or_arn) {
  if (auto arn = parse_arn(id_or_arn)) {
    id_or_arn = arn->resource;
    // "db:ID"; an automated snapshot's id has a colon of its own: "snapshot:rds:ID-..."
    if (auto colon = id_or_arn.find(':'); colon != std::string_view::npos)
      id_or_arn.remove_prefix(colon + 1);
  }
  std::string id(id_or_arn);
  for (char& c : id)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return id;
}

Outcome<void> check_instance_id(const std::string& id) {
  if (!is_identifier(id, 63)) return bad_identifier("DBInstanceIdentifier");
  return {};
}

Outcome<void> check_snapshot_id(const std::string& id) {
  if (!is_identifier(id, 255)) return bad_identifier("DBSnapshotIdentifier");
  return {};
}

Outcome<void> check_password(const std::string& password) {
  if (password.size() < 8)
    return invalid(
        "The parameter MasterUserPassword is not a valid password because it is shorter than 8 "
        "characters.");
  if (password.size() > 128)
    return invalid(
        "The parameter MasterUserPassword is not a valid password because it is longer than 128 "
        "characters.");
  bool is_plain = std::ranges::all_of(
      password, [](char c) { return c > ' ' && c < 0x7f && c != '/' && c != '@' && c != '"'; });
  if (!is_plain)
    return invalid(
        "The parameter MasterUserPassword is not a valid password. Only printable ASCII characters "
        "besides '/', '@', "
        "'\"', ' ' may be used.");
  return {};
}

Outcome<Engine> choose_engine(const std::optional<std::string>& version,
                              const std::vector<Engine>& engines) {
  if (engines.empty())
    return fault("InsufficientDBInstanceCapacity",
                 "PostgreSQL is missing: install the Debian package postgresql.");
  if (!version || version->empty()) return engines.front();
  int major = 0;
  std::from_chars(version->data(), version->data() + version->size(), major);
  // A minor version is whatever Debian has: asking for another one of the same major is no reason
  // to fail.
  auto it = std::ranges::find(engines, major, &Engine::major);
  if (it == engines.end())
    return fault("InvalidParameterCombination",
                 fmt::format("Cannot find version {} for postgres", *version));
  return *it;
}

Outcome<Instance> plan_instance(const api::CreateDBInstanceRequest& request,
                                const std::vector<Engine>& engines, const Arns& arns,
                                std::string resource_id, Timestamp now) {
  auto id = normalize_id(*request.DBInstanceIdentifier);
  SB_TRY_VOID(check_instance_id(id));
  if (request.Engine != "postgres") return invalid("Invalid DB engine");
  if (!request.DBInstanceClass->starts_with("db."))
    return invalid(fmt::format("Invalid DB Instance class: {}", *request.DBInstanceClass));
  SB_TRY_VOID(check_master(request));
  if (request.DBName && !request.DBName->empty() && !is_name(*request.DBName))
    return invalid(fmt::format("DBName {} is not a valid name for this engine.", *request.DBName));
  if (request.Port) SB_TRY_VOID(check_port(*request.Port));
  if (request.BackupRetentionPeriod) SB_TRY_VOID(check_retention(*request.BackupRetentionPeriod));
  SB_TRY(auto engine, choose_engine(request.EngineVersion, engines));

  Instance instance;
  instance.major = engine.major;
  instance.port = request.Port.value_or(kDefaultPort);
  instance.view = blank_view(id, engine, arns, std::move(resource_id));
  auto& view = instance.view;
  view.DBInstanceClass = request.DBInstanceClass;
  view.MasterUsername = request.MasterUsername;
  if (request.DBName && !request.DBName->empty()) view.DBName = request.DBName;
  view.AllocatedStorage = request.AllocatedStorage.value_or(kDefaultStorageGib);
  view.BackupRetentionPeriod = request.BackupRetentionPeriod.value_or(kDefaultRetentionDays);
  take(view.PreferredBackupWindow, request.PreferredBackupWindow);
  take(view.PreferredMaintenanceWindow, request.PreferredMaintenanceWindow);
  take(view.AvailabilityZone, request.AvailabilityZone);
  take(view.MultiAZ, request.MultiAZ);
  take(view.AutoMinorVersionUpgrade, request.AutoMinorVersionUpgrade);
  take(view.PubliclyAccessible, request.PubliclyAccessible);
  take(view.StorageType, request.StorageType);
  take(view.Iops, request.Iops);
  take(view.StorageEncrypted, request.StorageEncrypted);
  take(view.CopyTagsToSnapshot, request.CopyTagsToSnapshot);
  take(view.DeletionProtection, request.DeletionProtection);
  take(view.MaxAllocatedStorage, request.MaxAllocatedStorage);
  if (request.DBParameterGroupName)
    view.DBParameterGroups[0].DBParameterGroupName = request.DBParameterGroupName;
  set_tags(view.TagList, request.Tags);
  view.InstanceCreateTime = now;
  return instance;
}

Outcome<Instance> plan_restore(const api::RestoreDBInstanceFromDBSnapshotRequest& request,
                               const Snapshot& snapshot, const std::vector<Engine>& engines,
                               const Arns& arns, std::string resource_id, Timestamp now) {
  auto id = normalize_id(*request.DBInstanceIdentifier);
  SB_TRY_VOID(check_instance_id(id));
  if (request.Engine && request.Engine != "postgres") return invalid("Invalid DB engine");
  if (request.Port) SB_TRY_VOID(check_port(*request.Port));
  // Its data can be read by its own major version only.
  SB_TRY(auto engine, choose_engine(std::to_string(snapshot.major), engines));

  Instance instance;
  instance.major = engine.major;
  instance.port = request.Port.value_or(snapshot.view.Port.value_or(kDefaultPort));
  instance.restored_from = snapshot.folder;
  instance.view = blank_view(id, engine, arns, std::move(resource_id));
  auto& view = instance.view;
  view.DBInstanceClass = request.DBInstanceClass.value_or("db.t3.medium");
  view.MasterUsername = snapshot.view.MasterUsername;
  if (!snapshot.database.empty()) view.DBName = snapshot.database;
  view.AllocatedStorage = request.AllocatedStorage.value_or(
      snapshot.view.AllocatedStorage.value_or(kDefaultStorageGib));
  view.BackupRetentionPeriod = request.BackupRetentionPeriod.value_or(kDefaultRetentionDays);
  take(view.AvailabilityZone, request.AvailabilityZone);
  take(view.MultiAZ, request.MultiAZ);
  take(view.AutoMinorVersionUpgrade, request.AutoMinorVersionUpgrade);
  take(view.PubliclyAccessible, request.PubliclyAccessible);
  take(view.StorageType, request.StorageType);
  take(view.StorageEncrypted, snapshot.view.Encrypted);
  take(view.CopyTagsToSnapshot, request.CopyTagsToSnapshot);
  take(view.DeletionProtection, request.DeletionProtection);
  set_tags(view.TagList, request.Tags);
  view.InstanceCreateTime = now;
  return instance;
}

Snapshot plan_snapshot(const Instance& source, std::string id, std::string type,
                       std::vector<api::Tag> tags, const Arns& arns, std::string folder,
                       Timestamp now) {
  Snapshot snapshot;
  snapshot.folder = std::move(folder);
  snapshot.major = source.major;
  snapshot.database = source.view.DBName.value_or("");
  auto& view = snapshot.view;
  view.DBSnapshotArn = arns.db_snapshot(id);
  view.DBSnapshotIdentifier = std::move(id);
  view.DBInstanceIdentifier = source.id();
  // Always there, also before the copy is done: clients sort by it.
  view.SnapshotCreateTime = now;
  view.OriginalSnapshotCreateTime = now;
  view.Engine = source.view.Engine;
  view.EngineVersion = source.view.EngineVersion;
  view.AllocatedStorage = source.view.AllocatedStorage;
  view.Status = status::kCreating;
  view.PercentProgress = 0;
  view.Port = source.port;
  view.AvailabilityZone = source.view.AvailabilityZone;
  view.InstanceCreateTime = source.view.InstanceCreateTime;
  view.MasterUsername = source.view.MasterUsername;
  view.SnapshotType = std::move(type);
  view.StorageType = source.view.StorageType;
  view.Encrypted = source.view.StorageEncrypted;
  view.DbiResourceId = source.view.DbiResourceId;
  view.IAMDatabaseAuthenticationEnabled = false;
  if (source.view.CopyTagsToSnapshot.value_or(false)) set_tags(view.TagList, source.view.TagList);
  set_tags(view.TagList, tags);
  return snapshot;
}

std::string automated_snapshot_id(const std::string& instance, Timestamp now) {
  auto text = format_rfc3339(now);  // 2026-11-22T10:20:30.123Z
  return fmt::format("rds:{}-{}-{}-{}", instance, text.substr(0, 10), text.substr(11, 2),
                     text.substr(14, 2));
}

Outcome<bool> modify(Instance& instance, const api::ModifyDBInstanceRequest& request,
                     const Arns& arns) {
  if (request.MasterUserPassword) SB_TRY_VOID(check_password(*request.MasterUserPassword));
  if (request.BackupRetentionPeriod) SB_TRY_VOID(check_retention(*request.BackupRetentionPeriod));
  if (request.DBPortNumber) SB_TRY_VOID(check_port(*request.DBPortNumber));
  if (request.ManageMasterUserPassword.value_or(false))
    return fault("InvalidParameterCombination",
                 "ManageMasterUserPassword is not supported: give MasterUserPassword.");
  auto& view = instance.view;
  if (request.AllocatedStorage && *request.AllocatedStorage < view.AllocatedStorage.value_or(0))
    return invalid(
        "Invalid storage size for engine name postgres: allocated storage cannot be made smaller.");
  if (request.EngineVersion && !request.EngineVersion->starts_with(std::to_string(instance.major)))
    return fault("InvalidParameterCombination",
                 fmt::format("Cannot upgrade postgres from {} to {}", *view.EngineVersion,
                             *request.EngineVersion));
  bool is_immediate = request.ApplyImmediately.value_or(false);
  if (!view.PendingModifiedValues) view.PendingModifiedValues.emplace();
  auto& pending = *view.PendingModifiedValues;
  take(view.DBInstanceClass, pending.DBInstanceClass, request.DBInstanceClass, is_immediate);
  take(view.AllocatedStorage, pending.AllocatedStorage, request.AllocatedStorage, is_immediate);
  take(view.MultiAZ, pending.MultiAZ, request.MultiAZ, is_immediate);
  take(view.StorageType, pending.StorageType, request.StorageType, is_immediate);
  take(view.Iops, pending.Iops, request.Iops, is_immediate);
  take(view.BackupRetentionPeriod, request.BackupRetentionPeriod);
  take(view.PreferredBackupWindow, request.PreferredBackupWindow);
  take(view.PreferredMaintenanceWindow, request.PreferredMaintenanceWindow);
  take(view.AutoMinorVersionUpgrade, request.AutoMinorVersionUpgrade);
  take(view.PubliclyAccessible, request.PubliclyAccessible);
  take(view.CopyTagsToSnapshot, request.CopyTagsToSnapshot);
  take(view.DeletionProtection, request.DeletionProtection);
  take(view.MaxAllocatedStorage, request.MaxAllocatedStorage);
  if (request.NewDBInstanceIdentifier) {
    auto id = normalize_id(*request.NewDBInstanceIdentifier);
    SB_TRY_VOID(check_instance_id(id));
    if (is_immediate) {
      view.DBInstanceIdentifier = id;
      view.DBInstanceArn = arns.db_instance(id);
    } else {
      return fault("InvalidParameterCombination",
                   "A new DBInstanceIdentifier needs ApplyImmediately.");
    }
  }
  // AWS changes a port at once, whatever ApplyImmediately says: it restarts the server.
  bool has_new_port = request.DBPortNumber && *request.DBPortNumber != instance.port;
  if (has_new_port) instance.port = *request.DBPortNumber;
  return request.MasterUserPassword.has_value() || has_new_port;
}

void apply_pending(Instance& instance) {
  auto& view = instance.view;
  if (!view.PendingModifiedValues) return;
  auto pending = *view.PendingModifiedValues;
  take(view.DBInstanceClass, pending.DBInstanceClass);
  take(view.AllocatedStorage, pending.AllocatedStorage);
  take(view.MultiAZ, pending.MultiAZ);
  take(view.StorageType, pending.StorageType);
  take(view.Iops, pending.Iops);
  view.PendingModifiedValues.emplace();
}

bool matches(const Instance& instance, const std::vector<api::Filter>& filters) {
  return std::ranges::all_of(filters, [&](const api::Filter& filter) {
    const auto& view = instance.view;
    if (filter.Name == "db-instance-id")
      return has_value(filter, view.DBInstanceIdentifier) || has_value(filter, view.DBInstanceArn);
    if (filter.Name == "dbi-resource-id") return has_value(filter, view.DbiResourceId);
    if (filter.Name == "engine") return has_value(filter, view.Engine);
    return false;
  });
}

bool matches(const Snapshot& snapshot, const std::vector<api::Filter>& filters) {
  return std::ranges::all_of(filters, [&](const api::Filter& filter) {
    const auto& view = snapshot.view;
    if (filter.Name == "db-instance-id") return has_value(filter, view.DBInstanceIdentifier);
    if (filter.Name == "db-snapshot-id") return has_value(filter, view.DBSnapshotIdentifier);
    if (filter.Name == "dbi-resource-id") return has_value(filter, view.DbiResourceId);
    if (filter.Name == "snapshot-type") return has_value(filter, view.SnapshotType);
    if (filter.Name == "engine") return has_value(filter, view.Engine);
    return false;
  });
}

void set_tags(std::vector<api::Tag>& tags, const std::vector<api::Tag>& added) {
  for (const auto& tag : added) {
    auto it = std::ranges::find(tags, tag.Key, &api::Tag::Key);
    if (it == tags.end())
      tags.push_back(tag);
    else
      it->Value = tag.Value;
  }
}

}  // namespace sb::cloud::rds
