// What RDS is asked that changes no server: lists, pages, filters, tags, and refusals in AWS's
// words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/data/world.hpp"

namespace sb::cloud {
namespace {

using ::testing::HasSubstr;

constexpr const char* kArn = "arn:aws:rds:us-west-2:000000000000:";

template <class Answer>
std::string refusal(const Answer& answer) {
  return answer ? "accepted" : answer.error().code + ": " + answer.error().message;
}

template <class Request>
Request about(const std::string& instance) {
  Request request;
  request.DBInstanceIdentifier = instance;
  return request;
}

rds_api::CreateDBSnapshotRequest snapshot_named(const std::string& id) {
  auto request = about<rds_api::CreateDBSnapshotRequest>("prod");
  request.DBSnapshotIdentifier = id;
  return request;
}

void refuses_what_makes_no_sense_for_an_available_instance(rds::Service& rds) {
  auto deletion = about<rds_api::DeleteDBInstanceRequest>("prod");
  deletion.SkipFinalSnapshot = true;
  deletion.FinalDBSnapshotIdentifier = "last";
  EXPECT_THAT(refusal(rds.erase(deletion)), HasSubstr("can not be specified when Skip"));
  deletion.SkipFinalSnapshot = false;
  deletion.FinalDBSnapshotIdentifier = "not--good";
  EXPECT_THAT(refusal(rds.erase(deletion)), HasSubstr("InvalidParameterValue"));
  deletion.FinalDBSnapshotIdentifier = "kept";
  EXPECT_THAT(refusal(rds.erase(deletion)), HasSubstr("DBSnapshotAlreadyExists"));

  auto change = about<rds_api::ModifyDBInstanceRequest>("prod");
  change.DeletionProtection = true;
  EXPECT_TRUE(rds.modify(change));
  deletion.FinalDBSnapshotIdentifier = "last";
  EXPECT_THAT(refusal(rds.erase(deletion)), HasSubstr("Cannot delete protected DB Instance"));

  auto reboot = about<rds_api::RebootDBInstanceRequest>("prod");
  reboot.ForceFailover = true;
  EXPECT_THAT(refusal(rds.reboot(reboot)), HasSubstr("Cannot force failover on a single-AZ"));
  auto stop = about<rds_api::StopDBInstanceRequest>("prod");
  stop.DBSnapshotIdentifier = "on-stop";
  EXPECT_THAT(refusal(rds.stop_instance(stop)), HasSubstr("create one first"));
  EXPECT_THAT(refusal(rds.start_instance(about<rds_api::StartDBInstanceRequest>("prod"))),
              HasSubstr("InvalidDBInstanceState: Instance prod is not stopped."));
}

void refuses_changes_that_rds_refuses(rds::Service& rds) {
  auto with = [&](auto change) {
    auto request = about<rds_api::ModifyDBInstanceRequest>("prod");
    change(request);
    return refusal(rds.modify(request));
  };
  EXPECT_THAT(with([](auto& r) { r.AllocatedStorage = 5; }), HasSubstr("cannot be made smaller"));
  EXPECT_THAT(with([](auto& r) { r.EngineVersion = "9.6"; }), HasSubstr("Cannot upgrade postgres"));
  EXPECT_THAT(with([](auto& r) { r.ManageMasterUserPassword = true; }),
              HasSubstr("give MasterUserPassword"));
  EXPECT_THAT(with([](auto& r) { r.BackupRetentionPeriod = -1; }), HasSubstr("between 0 and 35"));
  EXPECT_THAT(with([](auto& r) { r.DBPortNumber = 80; }), HasSubstr("Invalid port 80"));
  EXPECT_THAT(with([](auto& r) { r.NewDBInstanceIdentifier = "renamed"; }),
              HasSubstr("needs ApplyImmediately"));
  EXPECT_THAT(with([](auto& r) {
                r.NewDBInstanceIdentifier = "taken";
                r.ApplyImmediately = true;
              }),
              HasSubstr("DBInstanceAlreadyExists"));
}

TEST(RdsOperations, refuse_what_the_instances_state_does_not_allow) {
  in_world([](World& world) -> Task<> {
    auto& rds = world.daemon->rds;
    EXPECT_TRUE(rds.create(new_instance()));
    EXPECT_THAT(refusal(rds.reboot(about<rds_api::RebootDBInstanceRequest>("prod"))),
                HasSubstr("Instance prod is not in available state"));
    auto early = about<rds_api::DeleteDBInstanceRequest>("prod");
    early.FinalDBSnapshotIdentifier = "last";
    EXPECT_THAT(refusal(rds.erase(early)), HasSubstr("delete it without a final snapshot"));
    EXPECT_EQ(co_await settled(world, "prod"), "available");
    EXPECT_TRUE(rds.create_snapshot(snapshot_named("kept")));
    EXPECT_EQ(co_await settled(world, "prod"), "available");
    auto other = new_instance();
    other.DBInstanceIdentifier = "taken";
    EXPECT_TRUE(rds.create(other));

    refuses_what_makes_no_sense_for_an_available_instance(rds);
    refuses_changes_that_rds_refuses(rds);

    EXPECT_EQ(instance_status(world, "prod"), "available");
    auto erase = about<rds_api::DeleteDBInstanceRequest>("taken");
    erase.SkipFinalSnapshot = true;
    EXPECT_TRUE(rds.erase(erase));
    EXPECT_THAT(refusal(rds.erase(erase)), HasSubstr("already being deleted"));
    EXPECT_EQ(co_await settled(world, "taken"), "DBInstanceNotFound");
  });
}

Task<std::string> snapshot_settled(World& world, std::string id) {
  rds_api::DescribeDBSnapshotsRequest request;
  request.DBSnapshotIdentifier = id;
  for (auto deadline = limit(); !deadline.has_passed();) {
    auto found = world.daemon->rds.describe_snapshots(request);
    auto status = found ? found->DBSnapshots.at(0).Status.value() : found.error().code;
    if (status != "creating") co_return status;
    co_await sleep_for(Duration(10));
  }
  co_return "never settled";
}

TEST(RdsOperations, snapshots_are_copied_listed_and_deleted_by_kind) {
  in_world([](World& world) -> Task<> {
    auto& rds = world.daemon->rds;
    EXPECT_TRUE(rds.create(new_instance()));
    EXPECT_EQ(co_await settled(world, "prod"), "available");
    auto made = snapshot_named("first");
    made.Tags = {{"release", "1"}};
    EXPECT_TRUE(rds.create_snapshot(made));
    rds_api::CopyDBSnapshotRequest copy;
    copy.SourceDBSnapshotIdentifier = "first";
    copy.TargetDBSnapshotIdentifier = "second";
    EXPECT_THAT(refusal(rds.copy_snapshot(copy)), HasSubstr("first is not in available state"));
    rds_api::RestoreDBInstanceFromDBSnapshotRequest early;
    early.DBInstanceIdentifier = "back";
    EXPECT_THAT(refusal(rds.restore(early)), HasSubstr("DBSnapshotIdentifier must be provided"));
    early.DBSnapshotIdentifier = "first";
    EXPECT_THAT(refusal(rds.restore(early)), HasSubstr("Cannot restore from snapshot first"));
    rds_api::DeleteDBSnapshotRequest erase;
    erase.DBSnapshotIdentifier = "first";
    EXPECT_THAT(refusal(rds.erase_snapshot(erase)), HasSubstr("first is not in available state"));
    EXPECT_EQ(co_await settled(world, "prod"), "available");

    copy.CopyTags = true;
    EXPECT_TRUE(rds.copy_snapshot(copy));
    EXPECT_THAT(refusal(rds.copy_snapshot(copy)), HasSubstr("DBSnapshotAlreadyExists"));
    EXPECT_EQ(co_await snapshot_settled(world, "second"), "available");
    EXPECT_EQ(rds.list_tags({std::string(kArn) + "snapshot:second", {}})->TagList.at(0).Key,
              "release");

    rds_api::DescribeDBSnapshotsRequest list;
    list.SnapshotType = "automated";
    auto automated = rds.describe_snapshots(list)->DBSnapshots;
    EXPECT_EQ(automated.size(), 1U);
    erase.DBSnapshotIdentifier = automated.at(0).DBSnapshotIdentifier;
    EXPECT_THAT(refusal(rds.erase_snapshot(erase)), HasSubstr("with their retention period"));
    list.SnapshotType = "manual";
    list.Filters = {{.Name = "db-snapshot-id", .Values = {"second"}}};
    EXPECT_EQ(rds.describe_snapshots(list)->DBSnapshots.size(), 1U);
    list.Filters = {{.Name = "weather", .Values = {"rain"}}};
    EXPECT_TRUE(rds.describe_snapshots(list)->DBSnapshots.empty());

    // A copy is whole without what it was copied from.
    erase.DBSnapshotIdentifier = "first";
    EXPECT_TRUE(rds.erase_snapshot(erase));
    early.DBSnapshotIdentifier = "second";
    EXPECT_TRUE(rds.restore(early));
    EXPECT_EQ(co_await settled(world, "back"), "available");

    erase.DBSnapshotIdentifier = "second";
    EXPECT_EQ(rds.erase_snapshot(erase)->DBSnapshot->Status, "deleted");
    EXPECT_EQ(co_await snapshot_settled(world, "second"), "DBSnapshotNotFound");
  });
}

TEST(RdsOperations, pages_are_checked_and_tags_belong_to_resources) {
  in_world([](World& world) -> Task<> {
    auto& rds = world.daemon->rds;
    rds_api::DescribeDBInstancesRequest list;
    list.MaxRecords = 5;
    EXPECT_THAT(refusal(rds.describe(list)), HasSubstr("Must be between 20 and 100"));
    list.MaxRecords = 20;
    list.Marker = "not ours!";
    EXPECT_THAT(refusal(rds.describe(list)), HasSubstr("request token provided is no longer"));
    for (const char* arn : {"arn:aws:ecs:us-west-2:000000000000:cluster/x", "nonsense",
                            "arn:aws:rds:us-west-2:000000000000:og:options"})
      EXPECT_THAT(refusal(rds.list_tags({arn, {}})), HasSubstr("Invalid resource name"));
    EXPECT_THAT(refusal(rds.list_tags({std::string(kArn) + "db:absent", {}})),
                HasSubstr("DBInstance absent not found"));

    EXPECT_TRUE(rds.create(new_instance()));
    auto arn = std::string(kArn) + "db:prod";
    rds_api::AddTagsToResourceRequest add{arn, {{"team", "salt"}, {"cost", "1"}}};
    EXPECT_TRUE(rds.add_tags(add));
    add.Tags = {{"cost", "2"}};
    EXPECT_TRUE(rds.add_tags(add));
    EXPECT_TRUE(rds.remove_tags({arn, {"team"}}));
    auto tags = rds.list_tags({arn, {}})->TagList;
    EXPECT_EQ(tags.size(), 1U);
    EXPECT_EQ(tags.at(0).Value, "2");
    co_return;
  });
}

}  // namespace
}  // namespace sb::cloud
