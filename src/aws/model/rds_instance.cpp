#include "aws/model/rds_instance.hpp"

namespace sb::aws::rds {

BOOST_DESCRIBE_STRUCT(CreateDBInstanceRequest, (),
                      (DBName, DBInstanceIdentifier, AllocatedStorage, DBInstanceClass, Engine,
                       MasterUsername, MasterUserPassword, DBSecurityGroups, VpcSecurityGroupIds,
                       AvailabilityZone, DBSubnetGroupName, PreferredMaintenanceWindow,
                       DBParameterGroupName, BackupRetentionPeriod, PreferredBackupWindow, Port,
                       MultiAZ, EngineVersion, AutoMinorVersionUpgrade, Iops, StorageThroughput,
                       PubliclyAccessible, Tags, DBClusterIdentifier, StorageType, StorageEncrypted,
                       KmsKeyId, CopyTagsToSnapshot, EnableIAMDatabaseAuthentication,
                       EnableCloudwatchLogsExports, DeletionProtection, MaxAllocatedStorage,
                       NetworkType, ManageMasterUserPassword))
BOOST_DESCRIBE_STRUCT(Endpoint, (), (Address, Port, HostedZoneId))
BOOST_DESCRIBE_STRUCT(DBSecurityGroupMembership, (), (DBSecurityGroupName, Status))
BOOST_DESCRIBE_STRUCT(VpcSecurityGroupMembership, (), (VpcSecurityGroupId, Status))
BOOST_DESCRIBE_STRUCT(DBParameterGroupStatus, (), (DBParameterGroupName, ParameterApplyStatus))
BOOST_DESCRIBE_STRUCT(AvailabilityZone, (), (Name))
BOOST_DESCRIBE_STRUCT(Subnet, (), (SubnetIdentifier, SubnetAvailabilityZone, SubnetStatus))
BOOST_DESCRIBE_STRUCT(DBSubnetGroup, (),
                      (DBSubnetGroupName, DBSubnetGroupDescription, VpcId, SubnetGroupStatus,
                       Subnets, DBSubnetGroupArn, SupportedNetworkTypes))
BOOST_DESCRIBE_STRUCT(PendingCloudwatchLogsExports, (), (LogTypesToEnable, LogTypesToDisable))
BOOST_DESCRIBE_STRUCT(PendingModifiedValues, (),
                      (DBInstanceClass, AllocatedStorage, MasterUserPassword, Port,
                       BackupRetentionPeriod, MultiAZ, EngineVersion, Iops, StorageThroughput,
                       DBInstanceIdentifier, StorageType, DBSubnetGroupName,
                       PendingCloudwatchLogsExports, IAMDatabaseAuthenticationEnabled, Engine))
BOOST_DESCRIBE_STRUCT(DBInstanceStatusInfo, (), (StatusType, Normal, Status, Message))
BOOST_DESCRIBE_STRUCT(MasterUserSecret, (), (SecretArn, SecretStatus, KmsKeyId))
BOOST_DESCRIBE_STRUCT(DBInstance, (),
                      (DBInstanceIdentifier, DBInstanceClass, Engine, DBInstanceStatus,
                       MasterUsername, DBName, Endpoint, AllocatedStorage, InstanceCreateTime,
                       PreferredBackupWindow, BackupRetentionPeriod, DBSecurityGroups,
                       VpcSecurityGroups, DBParameterGroups, AvailabilityZone, DBSubnetGroup,
                       PreferredMaintenanceWindow, PendingModifiedValues, LatestRestorableTime,
                       MultiAZ, EngineVersion, AutoMinorVersionUpgrade,
                       ReadReplicaSourceDBInstanceIdentifier, ReadReplicaDBInstanceIdentifiers,
                       Iops, StorageThroughput, SecondaryAvailabilityZone, PubliclyAccessible,
                       StatusInfos, StorageType, DbInstancePort, DBClusterIdentifier,
                       StorageEncrypted, KmsKeyId, DbiResourceId, CopyTagsToSnapshot, DBInstanceArn,
                       IAMDatabaseAuthenticationEnabled, EnabledCloudwatchLogsExports,
                       DeletionProtection, ListenerEndpoint, MaxAllocatedStorage, TagList,
                       NetworkType, AutomaticRestartTime, MasterUserSecret, PercentProgress))
BOOST_DESCRIBE_STRUCT(CreateDBInstanceResponse, (), (DBInstance))
BOOST_DESCRIBE_STRUCT(DescribeDBInstancesRequest, (),
                      (DBInstanceIdentifier, Filters, MaxRecords, Marker))
BOOST_DESCRIBE_STRUCT(DescribeDBInstancesResponse, (), (Marker, DBInstances))
BOOST_DESCRIBE_STRUCT(CloudwatchLogsExportConfiguration, (), (EnableLogTypes, DisableLogTypes))
BOOST_DESCRIBE_STRUCT(ModifyDBInstanceRequest, (),
                      (DBInstanceIdentifier, AllocatedStorage, DBInstanceClass, DBSubnetGroupName,
                       DBSecurityGroups, VpcSecurityGroupIds, ApplyImmediately, MasterUserPassword,
                       DBParameterGroupName, BackupRetentionPeriod, PreferredBackupWindow,
                       PreferredMaintenanceWindow, MultiAZ, EngineVersion, AllowMajorVersionUpgrade,
                       AutoMinorVersionUpgrade, Iops, StorageThroughput, NewDBInstanceIdentifier,
                       StorageType, CopyTagsToSnapshot, DBPortNumber, PubliclyAccessible,
                       EnableIAMDatabaseAuthentication, CloudwatchLogsExportConfiguration,
                       DeletionProtection, MaxAllocatedStorage, NetworkType,
                       ManageMasterUserPassword, RotateMasterUserPassword, Engine))
BOOST_DESCRIBE_STRUCT(ModifyDBInstanceResponse, (), (DBInstance))
BOOST_DESCRIBE_STRUCT(RebootDBInstanceRequest, (), (DBInstanceIdentifier, ForceFailover))
BOOST_DESCRIBE_STRUCT(RebootDBInstanceResponse, (), (DBInstance))
BOOST_DESCRIBE_STRUCT(StartDBInstanceRequest, (), (DBInstanceIdentifier))
BOOST_DESCRIBE_STRUCT(StartDBInstanceResponse, (), (DBInstance))
BOOST_DESCRIBE_STRUCT(StopDBInstanceRequest, (), (DBInstanceIdentifier, DBSnapshotIdentifier))
BOOST_DESCRIBE_STRUCT(StopDBInstanceResponse, (), (DBInstance))
BOOST_DESCRIBE_STRUCT(DeleteDBInstanceRequest, (),
                      (DBInstanceIdentifier, SkipFinalSnapshot, FinalDBSnapshotIdentifier,
                       DeleteAutomatedBackups))
BOOST_DESCRIBE_STRUCT(DeleteDBInstanceResponse, (), (DBInstance))

}  // namespace sb::aws::rds

SB_JSON_TYPE_HERE(sb::aws::rds::CreateDBInstanceRequest)
SB_JSON_TYPE_HERE(sb::aws::rds::Endpoint)
SB_JSON_TYPE_HERE(sb::aws::rds::DBSecurityGroupMembership)
SB_JSON_TYPE_HERE(sb::aws::rds::VpcSecurityGroupMembership)
SB_JSON_TYPE_HERE(sb::aws::rds::DBParameterGroupStatus)
SB_JSON_TYPE_HERE(sb::aws::rds::AvailabilityZone)
SB_JSON_TYPE_HERE(sb::aws::rds::Subnet)
SB_JSON_TYPE_HERE(sb::aws::rds::DBSubnetGroup)
SB_JSON_TYPE_HERE(sb::aws::rds::PendingCloudwatchLogsExports)
SB_JSON_TYPE_HERE(sb::aws::rds::PendingModifiedValues)
SB_JSON_TYPE_HERE(sb::aws::rds::DBInstanceStatusInfo)
SB_JSON_TYPE_HERE(sb::aws::rds::MasterUserSecret)
SB_JSON_TYPE_HERE(sb::aws::rds::DBInstance)
SB_JSON_TYPE_HERE(sb::aws::rds::CreateDBInstanceResponse)
SB_JSON_TYPE_HERE(sb::aws::rds::DescribeDBInstancesRequest)
SB_JSON_TYPE_HERE(sb::aws::rds::DescribeDBInstancesResponse)
SB_JSON_TYPE_HERE(sb::aws::rds::CloudwatchLogsExportConfiguration)
SB_JSON_TYPE_HERE(sb::aws::rds::ModifyDBInstanceRequest)
SB_JSON_TYPE_HERE(sb::aws::rds::ModifyDBInstanceResponse)
SB_JSON_TYPE_HERE(sb::aws::rds::RebootDBInstanceRequest)
SB_JSON_TYPE_HERE(sb::aws::rds::RebootDBInstanceResponse)
SB_JSON_TYPE_HERE(sb::aws::rds::StartDBInstanceRequest)
SB_JSON_TYPE_HERE(sb::aws::rds::StartDBInstanceResponse)
SB_JSON_TYPE_HERE(sb::aws::rds::StopDBInstanceRequest)
SB_JSON_TYPE_HERE(sb::aws::rds::StopDBInstanceResponse)
SB_JSON_TYPE_HERE(sb::aws::rds::DeleteDBInstanceRequest)
SB_JSON_TYPE_HERE(sb::aws::rds::DeleteDBInstanceResponse)
