#include "cloud/rds/model.hpp"

#include <gtest/gtest.h>

namespace sb::cloud::rds {
namespace {

const std::vector<Engine> kEngines = {{16, "16.3"}, {15, "15.20"}};
const Timestamp kNow = from_unix_ms(1'763'806'830'000);

api::CreateDBInstanceRequest request() {
  api::CreateDBInstanceRequest request;
  request.DBInstanceIdentifier = "Saltbitter-Prod";
  request.DBInstanceClass = "db.t3.medium";
  request.Engine = "postgres";
  request.MasterUsername = "salt";
  request.MasterUserPassword = "correct-horse";
  request.DBName = "saltbitter";
  return request;
}

Outcome<Instance> plan(const api::CreateDBInstanceRequest& from) {
  return plan_instance(from, kEngines, Arns{}, "db-ABC", kNow);
}

std::string code_of(const Outcome<Instance>& outcome) {
  return outcome ? "" : outcome.error().code;
}

TEST(RdsInstance, is_creating_without_an_endpoint_and_lower_cased) {
  auto instance = plan(request()).value();

  EXPECT_EQ(instance.id(), "saltbitter-prod");
  EXPECT_EQ(instance.status(), "creating");
  EXPECT_FALSE(instance.view.Endpoint);
  EXPECT_EQ(instance.view.DBInstanceArn, "arn:aws:rds:us-west-2:000000000000:db:saltbitter-prod");
  EXPECT_EQ(instance.view.EngineVersion, "16.3");
  EXPECT_EQ(instance.port, 5432);
}

TEST(RdsInstance, takes_the_major_version_that_was_asked_for) {
  auto asked = request();
  asked.EngineVersion = "15.4";
  EXPECT_EQ(plan(asked)->view.EngineVersion, "15.20");

  asked.EngineVersion = "17.1";
  EXPECT_EQ(code_of(plan(asked)), "InvalidParameterCombination");
}

TEST(RdsInstance, refuses_what_aws_refuses) {
  auto with = [](auto change) {
    auto changed = request();
    change(changed);
    return code_of(plan(changed));
  };

  EXPECT_EQ(with([](auto& r) { r.DBInstanceIdentifier = "1st"; }), "InvalidParameterValue");
  EXPECT_EQ(with([](auto& r) { r.DBInstanceIdentifier = "a--b"; }), "InvalidParameterValue");
  EXPECT_EQ(with([](auto& r) { r.DBInstanceIdentifier = "../../etc"; }), "InvalidParameterValue");
  EXPECT_EQ(with([](auto& r) { r.Engine = "mysql"; }), "InvalidParameterValue");
  EXPECT_EQ(with([](auto& r) { r.MasterUserPassword = "short"; }), "InvalidParameterValue");
  EXPECT_EQ(with([](auto& r) { r.MasterUserPassword = "with space here"; }),
            "InvalidParameterValue");
  EXPECT_EQ(with([](auto& r) { r.MasterUsername = "rdsadmin"; }), "InvalidParameterValue");
  EXPECT_EQ(with([](auto& r) { r.MasterUsername.reset(); }), "InvalidParameterValue");
  EXPECT_EQ(with([](auto& r) { r.DBName = "no-hyphens"; }), "InvalidParameterValue");
  EXPECT_EQ(with([](auto& r) { r.Port = 80; }), "InvalidParameterValue");
  EXPECT_EQ(with([](auto& r) { r.BackupRetentionPeriod = 36; }), "InvalidParameterValue");
  EXPECT_EQ(with([](auto& r) { r.ManageMasterUserPassword = true; }),
            "InvalidParameterCombination");
}

TEST(RdsSnapshot, always_has_a_create_time_and_its_instances_facts) {
  auto instance = plan(request()).value();

  auto snapshot = plan_snapshot(instance, "before-release", "manual", {}, Arns{}, "f", kNow);

  EXPECT_EQ(snapshot.view.SnapshotCreateTime, kNow);
  EXPECT_EQ(snapshot.view.Status, "creating");
  EXPECT_EQ(snapshot.view.MasterUsername, "salt");
  EXPECT_EQ(snapshot.view.DBSnapshotArn,
            "arn:aws:rds:us-west-2:000000000000:snapshot:before-release");
  EXPECT_EQ(automated_snapshot_id("db", kNow), "rds:db-2025-11-22-10-20");
}

TEST(RdsRestore, has_the_snapshots_data_version_and_master) {
  auto asked = request();
  asked.EngineVersion = "15";
  auto snapshot = plan_snapshot(plan(asked).value(), "s", "manual", {}, Arns{}, "folder", kNow);
  api::RestoreDBInstanceFromDBSnapshotRequest restore;
  restore.DBInstanceIdentifier = "saltbitter-prod-restored";

  auto instance = plan_restore(restore, snapshot, kEngines, Arns{}, "db-DEF", kNow).value();

  EXPECT_EQ(instance.major, 15);
  EXPECT_EQ(instance.restored_from, "folder");
  EXPECT_EQ(instance.view.MasterUsername, "salt");
  EXPECT_EQ(instance.view.DBName, "saltbitter");
  EXPECT_EQ(instance.port, 5432);
}

TEST(RdsModify, waits_for_the_reboot_unless_it_is_to_be_applied_now) {
  auto instance = plan(request()).value();
  api::ModifyDBInstanceRequest change;
  change.DBInstanceClass = "db.r5.large";

  EXPECT_FALSE(modify(instance, change, Arns{}).value());
  EXPECT_EQ(instance.view.DBInstanceClass, "db.t3.medium");
  EXPECT_EQ(instance.view.PendingModifiedValues->DBInstanceClass, "db.r5.large");
  apply_pending(instance);
  EXPECT_EQ(instance.view.DBInstanceClass, "db.r5.large");
  EXPECT_FALSE(instance.view.PendingModifiedValues->DBInstanceClass);

  change.DBInstanceClass = "db.t3.small";
  change.ApplyImmediately = true;
  EXPECT_FALSE(modify(instance, change, Arns{}).value());
  EXPECT_EQ(instance.view.DBInstanceClass, "db.t3.small");
}

TEST(RdsModify, password_and_port_are_work_for_the_server) {
  auto instance = plan(request()).value();
  api::ModifyDBInstanceRequest password;
  password.MasterUserPassword = "another-password";
  api::ModifyDBInstanceRequest port;
  port.DBPortNumber = 6000;

  EXPECT_TRUE(modify(instance, password, Arns{}).value());
  EXPECT_TRUE(modify(instance, port, Arns{}).value());
  EXPECT_EQ(instance.port, 6000);
  password.MasterUserPassword = "short";
  EXPECT_FALSE(modify(instance, password, Arns{}));
}

TEST(RdsIds, may_be_arns) {
  EXPECT_EQ(normalize_id("arn:aws:rds:us-west-2:000000000000:db:Prod"), "prod");
  EXPECT_EQ(normalize_id("arn:aws:rds:us-west-2:000000000000:snapshot:rds:prod-2026-11-22-10-20"),
            "rds:prod-2026-11-22-10-20");
  EXPECT_EQ(normalize_id("rds:prod-2026-11-22-10-20"), "rds:prod-2026-11-22-10-20");
}

TEST(RdsFilters, all_must_match) {
  auto instance = plan(request()).value();

  EXPECT_TRUE(matches(instance, {{.Name = "db-instance-id", .Values = {"other", "saltbitter-prod"}},
                                 {.Name = "engine", .Values = {"postgres"}}}));
  EXPECT_FALSE(matches(instance, {{.Name = "engine", .Values = {"mysql"}}}));
}

}  // namespace
}  // namespace sb::cloud::rds
