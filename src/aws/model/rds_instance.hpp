// Amazon RDS: dB instances and their operations.
// Names are the wire's; each has a page API_<Name>.html at
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/model/rds_common.hpp"
#include "base/clock/clock.hpp"
#include "base/json/type.hpp"

namespace sb::aws::rds {

struct CreateDBInstanceRequest {
  std::optional<std::string> DBName;
  std::optional<std::string> DBInstanceIdentifier;
  std::optional<int> AllocatedStorage;
  std::optional<std::string> DBInstanceClass;
  std::optional<std::string> Engine;
  std::optional<std::string> MasterUsername;
  std::optional<std::string> MasterUserPassword;
  std::vector<std::string> DBSecurityGroups;
  std::vector<std::string> VpcSecurityGroupIds;
  std::optional<std::string> AvailabilityZone;
  std::optional<std::string> DBSubnetGroupName;
  std::optional<std::string> PreferredMaintenanceWindow;
  std::optional<std::string> DBParameterGroupName;
  std::optional<int> BackupRetentionPeriod;
  std::optional<std::string> PreferredBackupWindow;
  std::optional<int> Port;
  std::optional<bool> MultiAZ;
  std::optional<std::string> EngineVersion;
  std::optional<bool> AutoMinorVersionUpgrade;
  std::optional<int> Iops;
  std::optional<int> StorageThroughput;
  std::optional<bool> PubliclyAccessible;
  std::vector<Tag> Tags;
  std::optional<std::string> DBClusterIdentifier;
  std::optional<std::string> StorageType;
  std::optional<bool> StorageEncrypted;
  std::optional<std::string> KmsKeyId;
  std::optional<bool> CopyTagsToSnapshot;
  std::optional<bool> EnableIAMDatabaseAuthentication;
  std::vector<std::string> EnableCloudwatchLogsExports;
  std::optional<bool> DeletionProtection;
  std::optional<int> MaxAllocatedStorage;
  std::optional<std::string> NetworkType;
  std::optional<bool> ManageMasterUserPassword;

  bool operator==(const CreateDBInstanceRequest&) const = default;
};

struct Endpoint {
  std::optional<std::string> Address;
  std::optional<int> Port;
  std::optional<std::string> HostedZoneId;

  bool operator==(const Endpoint&) const = default;
};

struct DBSecurityGroupMembership {
  std::optional<std::string> DBSecurityGroupName;
  std::optional<std::string> Status;

  bool operator==(const DBSecurityGroupMembership&) const = default;
};

struct VpcSecurityGroupMembership {
  std::optional<std::string> VpcSecurityGroupId;
  std::optional<std::string> Status;

  bool operator==(const VpcSecurityGroupMembership&) const = default;
};

struct DBParameterGroupStatus {
  std::optional<std::string> DBParameterGroupName;
  std::optional<std::string> ParameterApplyStatus;

  bool operator==(const DBParameterGroupStatus&) const = default;
};

struct AvailabilityZone {
  std::optional<std::string> Name;

  bool operator==(const AvailabilityZone&) const = default;
};

struct Subnet {
  std::optional<std::string> SubnetIdentifier;
  std::optional<AvailabilityZone> SubnetAvailabilityZone;
  std::optional<std::string> SubnetStatus;

  bool operator==(const Subnet&) const = default;
};

struct DBSubnetGroup {
  std::optional<std::string> DBSubnetGroupName;
  std::optional<std::string> DBSubnetGroupDescription;
  std::optional<std::string> VpcId;
  std::optional<std::string> SubnetGroupStatus;
  std::vector<Subnet> Subnets;
  std::optional<std::string> DBSubnetGroupArn;
  std::vector<std::string> SupportedNetworkTypes;

  bool operator==(const DBSubnetGroup&) const = default;
};

struct PendingCloudwatchLogsExports {
  std::vector<std::string> LogTypesToEnable;
  std::vector<std::string> LogTypesToDisable;

  bool operator==(const PendingCloudwatchLogsExports&) const = default;
};

struct PendingModifiedValues {
  std::optional<std::string> DBInstanceClass;
  std::optional<int> AllocatedStorage;
  std::optional<std::string> MasterUserPassword;
  std::optional<int> Port;
  std::optional<int> BackupRetentionPeriod;
  std::optional<bool> MultiAZ;
  std::optional<std::string> EngineVersion;
  std::optional<int> Iops;
  std::optional<int> StorageThroughput;
  std::optional<std::string> DBInstanceIdentifier;
  std::optional<std::string> StorageType;
  std::optional<std::string> DBSubnetGroupName;
  std::optional<rds::PendingCloudwatchLogsExports> PendingCloudwatchLogsExports;
  std::optional<bool> IAMDatabaseAuthenticationEnabled;
  std::optional<std::string> Engine;

  bool operator==(const PendingModifiedValues&) const = default;
};

struct DBInstanceStatusInfo {
  std::optional<std::string> StatusType;
  std::optional<bool> Normal;
  std::optional<std::string> Status;
  std::optional<std::string> Message;

  bool operator==(const DBInstanceStatusInfo&) const = default;
};

struct MasterUserSecret {
  std::optional<std::string> SecretArn;
  std::optional<std::string> SecretStatus;
  std::optional<std::string> KmsKeyId;

  bool operator==(const MasterUserSecret&) const = default;
};

struct DBInstance {
  std::optional<std::string> DBInstanceIdentifier;
  std::optional<std::string> DBInstanceClass;
  std::optional<std::string> Engine;
  std::optional<std::string> DBInstanceStatus;
  std::optional<std::string> MasterUsername;
  std::optional<std::string> DBName;
  std::optional<rds::Endpoint> Endpoint;
  std::optional<int> AllocatedStorage;
  std::optional<Timestamp> InstanceCreateTime;
  std::optional<std::string> PreferredBackupWindow;
  std::optional<int> BackupRetentionPeriod;
  std::vector<DBSecurityGroupMembership> DBSecurityGroups;
  std::vector<VpcSecurityGroupMembership> VpcSecurityGroups;
  std::vector<DBParameterGroupStatus> DBParameterGroups;
  std::optional<std::string> AvailabilityZone;
  std::optional<rds::DBSubnetGroup> DBSubnetGroup;
  std::optional<std::string> PreferredMaintenanceWindow;
  std::optional<rds::PendingModifiedValues> PendingModifiedValues;
  std::optional<Timestamp> LatestRestorableTime;
  std::optional<bool> MultiAZ;
  std::optional<std::string> EngineVersion;
  std::optional<bool> AutoMinorVersionUpgrade;
  std::optional<std::string> ReadReplicaSourceDBInstanceIdentifier;
  std::vector<std::string> ReadReplicaDBInstanceIdentifiers;
  std::optional<int> Iops;
  std::optional<int> StorageThroughput;
  std::optional<std::string> SecondaryAvailabilityZone;
  std::optional<bool> PubliclyAccessible;
  std::vector<DBInstanceStatusInfo> StatusInfos;
  std::optional<std::string> StorageType;
  std::optional<int> DbInstancePort;
  std::optional<std::string> DBClusterIdentifier;
  std::optional<bool> StorageEncrypted;
  std::optional<std::string> KmsKeyId;
  std::optional<std::string> DbiResourceId;
  std::optional<bool> CopyTagsToSnapshot;
  std::optional<std::string> DBInstanceArn;
  std::optional<bool> IAMDatabaseAuthenticationEnabled;
  std::vector<std::string> EnabledCloudwatchLogsExports;
  std::optional<bool> DeletionProtection;
  std::optional<rds::Endpoint> ListenerEndpoint;
  std::optional<int> MaxAllocatedStorage;
  std::vector<Tag> TagList;
  std::optional<std::string> NetworkType;
  std::optional<Timestamp> AutomaticRestartTime;
  std::optional<rds::MasterUserSecret> MasterUserSecret;
  std::optional<std::string> PercentProgress;

  bool operator==(const DBInstance&) const = default;
};

struct CreateDBInstanceResponse {
  std::optional<rds::DBInstance> DBInstance;

  bool operator==(const CreateDBInstanceResponse&) const = default;
};

struct CreateDBInstance {
  using Request = CreateDBInstanceRequest;
  using Response = CreateDBInstanceResponse;
  static constexpr std::string_view kService = "rds";
  static constexpr std::string_view kName = "CreateDBInstance";
  static constexpr std::array<std::string_view, 3> kRequired{"DBInstanceIdentifier",
                                                             "DBInstanceClass", "Engine"};
};

struct DescribeDBInstancesRequest {
  std::optional<std::string> DBInstanceIdentifier;
  std::vector<Filter> Filters;
  std::optional<int> MaxRecords;
  std::optional<std::string> Marker;

  bool operator==(const DescribeDBInstancesRequest&) const = default;
};

struct DescribeDBInstancesResponse {
  std::optional<std::string> Marker;
  std::vector<DBInstance> DBInstances;

  bool operator==(const DescribeDBInstancesResponse&) const = default;
};

struct DescribeDBInstances {
  using Request = DescribeDBInstancesRequest;
  using Response = DescribeDBInstancesResponse;
  static constexpr std::string_view kService = "rds";
  static constexpr std::string_view kName = "DescribeDBInstances";
  static constexpr std::array<std::string_view, 0> kRequired{};
};

struct CloudwatchLogsExportConfiguration {
  std::vector<std::string> EnableLogTypes;
  std::vector<std::string> DisableLogTypes;

  bool operator==(const CloudwatchLogsExportConfiguration&) const = default;
};

struct ModifyDBInstanceRequest {
  std::optional<std::string> DBInstanceIdentifier;
  std::optional<int> AllocatedStorage;
  std::optional<std::string> DBInstanceClass;
  std::optional<std::string> DBSubnetGroupName;
  std::optional<std::vector<std::string>> DBSecurityGroups;
  std::optional<std::vector<std::string>> VpcSecurityGroupIds;
  std::optional<bool> ApplyImmediately;
  std::optional<std::string> MasterUserPassword;
  std::optional<std::string> DBParameterGroupName;
  std::optional<int> BackupRetentionPeriod;
  std::optional<std::string> PreferredBackupWindow;
  std::optional<std::string> PreferredMaintenanceWindow;
  std::optional<bool> MultiAZ;
  std::optional<std::string> EngineVersion;
  std::optional<bool> AllowMajorVersionUpgrade;
  std::optional<bool> AutoMinorVersionUpgrade;
  std::optional<int> Iops;
  std::optional<int> StorageThroughput;
  std::optional<std::string> NewDBInstanceIdentifier;
  std::optional<std::string> StorageType;
  std::optional<bool> CopyTagsToSnapshot;
  std::optional<int> DBPortNumber;
  std::optional<bool> PubliclyAccessible;
  std::optional<bool> EnableIAMDatabaseAuthentication;
  std::optional<rds::CloudwatchLogsExportConfiguration> CloudwatchLogsExportConfiguration;
  std::optional<bool> DeletionProtection;
  std::optional<int> MaxAllocatedStorage;
  std::optional<std::string> NetworkType;
  std::optional<bool> ManageMasterUserPassword;
  std::optional<bool> RotateMasterUserPassword;
  std::optional<std::string> Engine;

  bool operator==(const ModifyDBInstanceRequest&) const = default;
};

struct ModifyDBInstanceResponse {
  std::optional<rds::DBInstance> DBInstance;

  bool operator==(const ModifyDBInstanceResponse&) const = default;
};

struct ModifyDBInstance {
  using Request = ModifyDBInstanceRequest;
  using Response = ModifyDBInstanceResponse;
  static constexpr std::string_view kService = "rds";
  static constexpr std::string_view kName = "ModifyDBInstance";
  static constexpr std::array<std::string_view, 1> kRequired{"DBInstanceIdentifier"};
};

struct RebootDBInstanceRequest {
  std::optional<std::string> DBInstanceIdentifier;
  std::optional<bool> ForceFailover;

  bool operator==(const RebootDBInstanceRequest&) const = default;
};

struct RebootDBInstanceResponse {
  std::optional<rds::DBInstance> DBInstance;

  bool operator==(const RebootDBInstanceResponse&) const = default;
};

struct RebootDBInstance {
  using Request = RebootDBInstanceRequest;
  using Response = RebootDBInstanceResponse;
  static constexpr std::string_view kService = "rds";
  static constexpr std::string_view kName = "RebootDBInstance";
  static constexpr std::array<std::string_view, 1> kRequired{"DBInstanceIdentifier"};
};

struct StartDBInstanceRequest {
  std::optional<std::string> DBInstanceIdentifier;

  bool operator==(const StartDBInstanceRequest&) const = default;
};

struct StartDBInstanceResponse {
  std::optional<rds::DBInstance> DBInstance;

  bool operator==(const StartDBInstanceResponse&) const = default;
};

struct StartDBInstance {
  using Request = StartDBInstanceRequest;
  using Response = StartDBInstanceResponse;
  static constexpr std::string_view kService = "rds";
  static constexpr std::string_view kName = "StartDBInstance";
  static constexpr std::array<std::string_view, 1> kRequired{"DBInstanceIdentifier"};
};

struct StopDBInstanceRequest {
  std::optional<std::string> DBInstanceIdentifier;
  std::optional<std::string> DBSnapshotIdentifier;

  bool operator==(const StopDBInstanceRequest&) const = default;
};

struct StopDBInstanceResponse {
  std::optional<rds::DBInstance> DBInstance;

  bool operator==(const StopDBInstanceResponse&) const = default;
};

struct StopDBInstance {
  using Request = StopDBInstanceRequest;
  using Response = StopDBInstanceResponse;
  static constexpr std::string_view kService = "rds";
  static constexpr std::string_view kName = "StopDBInstance";
  static constexpr std::array<std::string_view, 1> kRequired{"DBInstanceIdentifier"};
};

struct DeleteDBInstanceRequest {
  std::optional<std::string> DBInstanceIdentifier;
  std::optional<bool> SkipFinalSnapshot;
  std::optional<std::string> FinalDBSnapshotIdentifier;
  std::optional<bool> DeleteAutomatedBackups;

  bool operator==(const DeleteDBInstanceRequest&) const = default;
};

struct DeleteDBInstanceResponse {
  std::optional<rds::DBInstance> DBInstance;

  bool operator==(const DeleteDBInstanceResponse&) const = default;
};

struct DeleteDBInstance {
  using Request = DeleteDBInstanceRequest;
  using Response = DeleteDBInstanceResponse;
  static constexpr std::string_view kService = "rds";
  static constexpr std::string_view kName = "DeleteDBInstance";
  static constexpr std::array<std::string_view, 1> kRequired{"DBInstanceIdentifier"};
};

}  // namespace sb::aws::rds

SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::CreateDBInstanceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::Endpoint)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::DBSecurityGroupMembership)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::VpcSecurityGroupMembership)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::DBParameterGroupStatus)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::AvailabilityZone)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::Subnet)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::DBSubnetGroup)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::PendingCloudwatchLogsExports)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::PendingModifiedValues)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::DBInstanceStatusInfo)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::MasterUserSecret)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::DBInstance)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::CreateDBInstanceResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::DescribeDBInstancesRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::DescribeDBInstancesResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::CloudwatchLogsExportConfiguration)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::ModifyDBInstanceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::ModifyDBInstanceResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::RebootDBInstanceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::RebootDBInstanceResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::StartDBInstanceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::StartDBInstanceResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::StopDBInstanceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::StopDBInstanceResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::DeleteDBInstanceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::DeleteDBInstanceResponse)
