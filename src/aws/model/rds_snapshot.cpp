#include "aws/model/rds_snapshot.hpp"

namespace sb::aws::rds {

BOOST_DESCRIBE_STRUCT(CreateDBSnapshotRequest, (),
                      (DBSnapshotIdentifier, DBInstanceIdentifier, Tags))
BOOST_DESCRIBE_STRUCT(DBSnapshot, (),
                      (DBSnapshotIdentifier, DBInstanceIdentifier, SnapshotCreateTime, Engine,
                       AllocatedStorage, Status, Port, AvailabilityZone, VpcId, InstanceCreateTime,
                       MasterUsername, EngineVersion, SnapshotType, Iops, StorageThroughput,
                       PercentProgress, SourceRegion, SourceDBSnapshotIdentifier, StorageType,
                       Encrypted, BackupRetentionPeriod, PreferredBackupWindow, KmsKeyId,
                       DBSnapshotArn, IAMDatabaseAuthenticationEnabled, DbiResourceId, TagList,
                       OriginalSnapshotCreateTime, SnapshotDatabaseTime, SnapshotAvailabilityZone))
BOOST_DESCRIBE_STRUCT(CreateDBSnapshotResponse, (), (DBSnapshot))
BOOST_DESCRIBE_STRUCT(DescribeDBSnapshotsRequest, (),
                      (DBInstanceIdentifier, DBSnapshotIdentifier, SnapshotType, Filters,
                       MaxRecords, Marker, IncludeShared, IncludePublic, DbiResourceId))
BOOST_DESCRIBE_STRUCT(DescribeDBSnapshotsResponse, (), (Marker, DBSnapshots))
BOOST_DESCRIBE_STRUCT(CopyDBSnapshotRequest, (),
                      (SourceDBSnapshotIdentifier, TargetDBSnapshotIdentifier, KmsKeyId, Tags,
                       CopyTags, SnapshotAvailabilityZone, SourceRegion))
BOOST_DESCRIBE_STRUCT(CopyDBSnapshotResponse, (), (DBSnapshot))
BOOST_DESCRIBE_STRUCT(DeleteDBSnapshotRequest, (), (DBSnapshotIdentifier))
BOOST_DESCRIBE_STRUCT(DeleteDBSnapshotResponse, (), (DBSnapshot))
BOOST_DESCRIBE_STRUCT(RestoreDBInstanceFromDBSnapshotRequest, (),
                      (DBInstanceIdentifier, DBSnapshotIdentifier, DBInstanceClass, Port,
                       AvailabilityZone, DBSubnetGroupName, MultiAZ, PubliclyAccessible,
                       AutoMinorVersionUpgrade, DBName, Engine, Iops, StorageThroughput, Tags,
                       StorageType, VpcSecurityGroupIds, CopyTagsToSnapshot,
                       EnableIAMDatabaseAuthentication, EnableCloudwatchLogsExports,
                       DBParameterGroupName, DeletionProtection, NetworkType, AllocatedStorage,
                       DBClusterSnapshotIdentifier, BackupRetentionPeriod, PreferredBackupWindow,
                       ManageMasterUserPassword))
BOOST_DESCRIBE_STRUCT(RestoreDBInstanceFromDBSnapshotResponse, (), (DBInstance))
BOOST_DESCRIBE_STRUCT(RestoreDBInstanceToPointInTimeRequest, (),
                      (SourceDBInstanceIdentifier, TargetDBInstanceIdentifier, RestoreTime,
                       UseLatestRestorableTime, DBInstanceClass, Port, AvailabilityZone,
                       DBSubnetGroupName, MultiAZ, PubliclyAccessible, AutoMinorVersionUpgrade,
                       DBName, Engine, Iops, StorageThroughput, CopyTagsToSnapshot, Tags,
                       StorageType, VpcSecurityGroupIds, EnableIAMDatabaseAuthentication,
                       EnableCloudwatchLogsExports, DBParameterGroupName, DeletionProtection,
                       SourceDbiResourceId, MaxAllocatedStorage, NetworkType,
                       SourceDBInstanceAutomatedBackupsArn, AllocatedStorage, BackupRetentionPeriod,
                       PreferredBackupWindow, ManageMasterUserPassword))
BOOST_DESCRIBE_STRUCT(RestoreDBInstanceToPointInTimeResponse, (), (DBInstance))

}  // namespace sb::aws::rds

SB_JSON_TYPE_HERE(sb::aws::rds::CreateDBSnapshotRequest)
SB_JSON_TYPE_HERE(sb::aws::rds::DBSnapshot)
SB_JSON_TYPE_HERE(sb::aws::rds::CreateDBSnapshotResponse)
SB_JSON_TYPE_HERE(sb::aws::rds::DescribeDBSnapshotsRequest)
SB_JSON_TYPE_HERE(sb::aws::rds::DescribeDBSnapshotsResponse)
SB_JSON_TYPE_HERE(sb::aws::rds::CopyDBSnapshotRequest)
SB_JSON_TYPE_HERE(sb::aws::rds::CopyDBSnapshotResponse)
SB_JSON_TYPE_HERE(sb::aws::rds::DeleteDBSnapshotRequest)
SB_JSON_TYPE_HERE(sb::aws::rds::DeleteDBSnapshotResponse)
SB_JSON_TYPE_HERE(sb::aws::rds::RestoreDBInstanceFromDBSnapshotRequest)
SB_JSON_TYPE_HERE(sb::aws::rds::RestoreDBInstanceFromDBSnapshotResponse)
SB_JSON_TYPE_HERE(sb::aws::rds::RestoreDBInstanceToPointInTimeRequest)
SB_JSON_TYPE_HERE(sb::aws::rds::RestoreDBInstanceToPointInTimeResponse)
