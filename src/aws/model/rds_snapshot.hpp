// Amazon RDS: dB snapshots, restores and their operations.
// Names are the wire's; each has a page API_<Name>.html at
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/model/rds_common.hpp"
#include "aws/model/rds_instance.hpp"
#include "base/clock/clock.hpp"
#include "base/json/type.hpp"

namespace sb::aws::rds {

struct CreateDBSnapshotRequest {
  std::optional<std::string> DBSnapshotIdentifier;
  std::optional<std::string> DBInstanceIdentifier;
  std::vector<Tag> Tags;

  bool operator==(const CreateDBSnapshotRequest&) const = default;
};

struct DBSnapshot {
  std::optional<std::string> DBSnapshotIdentifier;
  std::optional<std::string> DBInstanceIdentifier;
  std::optional<Timestamp> SnapshotCreateTime;
  std::optional<std::string> Engine;
  std::optional<int> AllocatedStorage;
  std::optional<std::string> Status;
  std::optional<int> Port;
  std::optional<std::string> AvailabilityZone;
  std::optional<std::string> VpcId;
  std::optional<Timestamp> InstanceCreateTime;
  std::optional<std::string> MasterUsername;
  std::optional<std::string> EngineVersion;
  std::optional<std::string> SnapshotType;
  std::optional<int> Iops;
  std::optional<int> StorageThroughput;
  std::optional<int> PercentProgress;
  std::optional<std::string> SourceRegion;
  std::optional<std::string> SourceDBSnapshotIdentifier;
  std::optional<std::string> StorageType;
  std::optional<bool> Encrypted;
  std::optional<int> BackupRetentionPeriod;
  std::optional<std::string> PreferredBackupWindow;
  std::optional<std::string> KmsKeyId;
  std::optional<std::string> DBSnapshotArn;
  std::optional<bool> IAMDatabaseAuthenticationEnabled;
  std::optional<std::string> DbiResourceId;
  std::vector<Tag> TagList;
  std::optional<Timestamp> OriginalSnapshotCreateTime;
  std::optional<Timestamp> SnapshotDatabaseTime;
  std::optional<std::string> SnapshotAvailabilityZone;

  bool operator==(const DBSnapshot&) const = default;
};

struct CreateDBSnapshotResponse {
  std::optional<rds::DBSnapshot> DBSnapshot;

  bool operator==(const CreateDBSnapshotResponse&) const = default;
};

struct CreateDBSnapshot {
  using Request = CreateDBSnapshotRequest;
  using Response = CreateDBSnapshotResponse;
  static constexpr std::string_view kService = "rds";
  static constexpr std::string_view kName = "CreateDBSnapshot";
  static constexpr std::array<std::string_view, 2> kRequired{"DBSnapshotIdentifier",
                                                             "DBInstanceIdentifier"};
};

struct DescribeDBSnapshotsRequest {
  std::optional<std::string> DBInstanceIdentifier;
  std::optional<std::string> DBSnapshotIdentifier;
  std::optional<std::string> SnapshotType;
  std::vector<Filter> Filters;
  std::optional<int> MaxRecords;
  std::optional<std::string> Marker;
  std::optional<bool> IncludeShared;
  std::optional<bool> IncludePublic;
  std::optional<std::string> DbiResourceId;

  bool operator==(const DescribeDBSnapshotsRequest&) const = default;
};

struct DescribeDBSnapshotsResponse {
  std::optional<std::string> Marker;
  std::vector<DBSnapshot> DBSnapshots;

  bool operator==(const DescribeDBSnapshotsResponse&) const = default;
};

struct DescribeDBSnapshots {
  using Request = DescribeDBSnapshotsRequest;
  using Response = DescribeDBSnapshotsResponse;
  static constexpr std::string_view kService = "rds";
  static constexpr std::string_view kName = "DescribeDBSnapshots";
  static constexpr std::array<std::string_view, 0> kRequired{};
};

struct CopyDBSnapshotRequest {
  std::optional<std::string> SourceDBSnapshotIdentifier;
  std::optional<std::string> TargetDBSnapshotIdentifier;
  std::optional<std::string> KmsKeyId;
  std::vector<Tag> Tags;
  std::optional<bool> CopyTags;
  std::optional<std::string> SnapshotAvailabilityZone;
  std::optional<std::string> SourceRegion;

  bool operator==(const CopyDBSnapshotRequest&) const = default;
};

struct CopyDBSnapshotResponse {
  std::optional<rds::DBSnapshot> DBSnapshot;

  bool operator==(const CopyDBSnapshotResponse&) const = default;
};

struct CopyDBSnapshot {
  using Request = CopyDBSnapshotRequest;
  using Response = CopyDBSnapshotResponse;
  static constexpr std::string_view kService = "rds";
  static constexpr std::string_view kName = "CopyDBSnapshot";
  static constexpr std::array<std::string_view, 2> kRequired{"SourceDBSnapshotIdentifier",
                                                             "TargetDBSnapshotIdentifier"};
};

struct DeleteDBSnapshotRequest {
  std::optional<std::string> DBSnapshotIdentifier;

  bool operator==(const DeleteDBSnapshotRequest&) const = default;
};

struct DeleteDBSnapshotResponse {
  std::optional<rds::DBSnapshot> DBSnapshot;

  bool operator==(const DeleteDBSnapshotResponse&) const = default;
};

struct DeleteDBSnapshot {
  using Request = DeleteDBSnapshotRequest;
  using Response = DeleteDBSnapshotResponse;
  static constexpr std::string_view kService = "rds";
  static constexpr std::string_view kName = "DeleteDBSnapshot";
  static constexpr std::array<std::string_view, 1> kRequired{"DBSnapshotIdentifier"};
};

struct RestoreDBInstanceFromDBSnapshotRequest {
  std::optional<std::string> DBInstanceIdentifier;
  std::optional<std::string> DBSnapshotIdentifier;
  std::optional<std::string> DBInstanceClass;
  std::optional<int> Port;
  std::optional<std::string> AvailabilityZone;
  std::optional<std::string> DBSubnetGroupName;
  std::optional<bool> MultiAZ;
  std::optional<bool> PubliclyAccessible;
  std::optional<bool> AutoMinorVersionUpgrade;
  std::optional<std::string> DBName;
  std::optional<std::string> Engine;
  std::optional<int> Iops;
  std::optional<int> StorageThroughput;
  std::vector<Tag> Tags;
  std::optional<std::string> StorageType;
  std::vector<std::string> VpcSecurityGroupIds;
  std::optional<bool> CopyTagsToSnapshot;
  std::optional<bool> EnableIAMDatabaseAuthentication;
  std::vector<std::string> EnableCloudwatchLogsExports;
  std::optional<std::string> DBParameterGroupName;
  std::optional<bool> DeletionProtection;
  std::optional<std::string> NetworkType;
  std::optional<int> AllocatedStorage;
  std::optional<std::string> DBClusterSnapshotIdentifier;
  std::optional<int> BackupRetentionPeriod;
  std::optional<std::string> PreferredBackupWindow;
  std::optional<bool> ManageMasterUserPassword;

  bool operator==(const RestoreDBInstanceFromDBSnapshotRequest&) const = default;
};

struct RestoreDBInstanceFromDBSnapshotResponse {
  std::optional<rds::DBInstance> DBInstance;

  bool operator==(const RestoreDBInstanceFromDBSnapshotResponse&) const = default;
};

struct RestoreDBInstanceFromDBSnapshot {
  using Request = RestoreDBInstanceFromDBSnapshotRequest;
  using Response = RestoreDBInstanceFromDBSnapshotResponse;
  static constexpr std::string_view kService = "rds";
  static constexpr std::string_view kName = "RestoreDBInstanceFromDBSnapshot";
  static constexpr std::array<std::string_view, 1> kRequired{"DBInstanceIdentifier"};
};

struct RestoreDBInstanceToPointInTimeRequest {
  std::optional<std::string> SourceDBInstanceIdentifier;
  std::optional<std::string> TargetDBInstanceIdentifier;
  std::optional<Timestamp> RestoreTime;
  std::optional<bool> UseLatestRestorableTime;
  std::optional<std::string> DBInstanceClass;
  std::optional<int> Port;
  std::optional<std::string> AvailabilityZone;
  std::optional<std::string> DBSubnetGroupName;
  std::optional<bool> MultiAZ;
  std::optional<bool> PubliclyAccessible;
  std::optional<bool> AutoMinorVersionUpgrade;
  std::optional<std::string> DBName;
  std::optional<std::string> Engine;
  std::optional<int> Iops;
  std::optional<int> StorageThroughput;
  std::optional<bool> CopyTagsToSnapshot;
  std::vector<Tag> Tags;
  std::optional<std::string> StorageType;
  std::vector<std::string> VpcSecurityGroupIds;
  std::optional<bool> EnableIAMDatabaseAuthentication;
  std::vector<std::string> EnableCloudwatchLogsExports;
  std::optional<std::string> DBParameterGroupName;
  std::optional<bool> DeletionProtection;
  std::optional<std::string> SourceDbiResourceId;
  std::optional<int> MaxAllocatedStorage;
  std::optional<std::string> NetworkType;
  std::optional<std::string> SourceDBInstanceAutomatedBackupsArn;
  std::optional<int> AllocatedStorage;
  std::optional<int> BackupRetentionPeriod;
  std::optional<std::string> PreferredBackupWindow;
  std::optional<bool> ManageMasterUserPassword;

  bool operator==(const RestoreDBInstanceToPointInTimeRequest&) const = default;
};

struct RestoreDBInstanceToPointInTimeResponse {
  std::optional<rds::DBInstance> DBInstance;

  bool operator==(const RestoreDBInstanceToPointInTimeResponse&) const = default;
};

struct RestoreDBInstanceToPointInTime {
  using Request = RestoreDBInstanceToPointInTimeRequest;
  using Response = RestoreDBInstanceToPointInTimeResponse;
  static constexpr std::string_view kService = "rds";
  static constexpr std::string_view kName = "RestoreDBInstanceToPointInTime";
  static constexpr std::array<std::string_view, 1> kRequired{"TargetDBInstanceIdentifier"};
};

}  // namespace sb::aws::rds

SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::CreateDBSnapshotRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::DBSnapshot)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::CreateDBSnapshotResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::DescribeDBSnapshotsRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::DescribeDBSnapshotsResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::CopyDBSnapshotRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::CopyDBSnapshotResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::DeleteDBSnapshotRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::DeleteDBSnapshotResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::RestoreDBInstanceFromDBSnapshotRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::RestoreDBInstanceFromDBSnapshotResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::RestoreDBInstanceToPointInTimeRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::RestoreDBInstanceToPointInTimeResponse)
