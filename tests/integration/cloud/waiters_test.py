"""Every waiter and paginator that the runbook's services have, as the command line and boto3 use them."""

import os
import socket
import sys
import time
import unittest

import botocore.exceptions

sys.path.insert(0, os.path.dirname(__file__))
from account import CLUSTER, SERVE, Account, last  # noqa: E402
from saltcloud import eventually, free_port  # noqa: E402

account = None


def setUpModule():
    global account
    account = Account()


def tearDownModule():
    account.close()


class Waits:
    """`aws ... wait ...` of several things at once, because the command line polls every 6 to 30 s."""

    def __init__(self, case):
        self.case = case
        self.running = []

    def __enter__(self):
        return self

    def start(self, *words, fails=None):
        self.running.append((words, fails, account.start(*words)))

    def __exit__(self, *_):
        for words, fails, process in self.running:
            with process:
                out, err = process.communicate(timeout=150)
            self.case.assertEqual(process.returncode, 255 if fails else 0, (words, out, err))
            self.case.assertIn(fails or "", err)


def boto_waits(service, name, **arguments):
    account.client(service).get_waiter(name).wait(WaiterConfig={"Delay": 1, "MaxAttempts": 90}, **arguments)


class Waiters(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        ecs = account.client("ecs")
        cls.balancer, cls.group = account.listen("web", free_port())
        cls.definition = account.register("web", command=SERVE, portMappings=[{"containerPort": 8000}])
        ecs.create_service(cluster=CLUSTER, serviceName="web", taskDefinition=cls.definition, desiredCount=2,
                           loadBalancers=[{"targetGroupArn": cls.group, "containerName": "app",
                                           "containerPort": 8000}])

    def test_ecs_and_load_balancer(self):
        ecs = account.client("ecs")
        alone = account.run_task(account.register("alone"))
        ends = account.run_task(account.register("ends", command=["true"]))
        where = ("--cluster", CLUSTER)
        with Waits(self) as waits:
            waits.start("elbv2", "wait", "load-balancer-available", "--load-balancer-arns", self.balancer)
            waits.start("elbv2", "wait", "target-in-service", "--target-group-arn", self.group)
            waits.start("ecs", "wait", "services-stable", *where, "--services", "web")
            waits.start("ecs", "wait", "tasks-running", *where, "--tasks", alone)
            waits.start("ecs", "wait", "tasks-stopped", *where, "--tasks", ends)
            waits.start("ecs", "wait", "tasks-running", *where, "--tasks", ends, fails="terminal failure state")
            waits.start("ecs", "wait", "services-stable", *where, "--services", "nobody", fails="MISSING")
            boto_waits("ecs", "services_stable", cluster=CLUSTER, services=["web"])
            boto_waits("elbv2", "target_in_service", TargetGroupArn=self.group)
            boto_waits("elbv2", "load_balancer_available", LoadBalancerArns=[self.balancer])
            boto_waits("ecs", "tasks_running", cluster=CLUSTER, tasks=[alone])
            boto_waits("ecs", "tasks_stopped", cluster=CLUSTER, tasks=[ends])
        service = account.service("web")
        self.assertEqual(service["runningCount"], 2)
        health = account.client("elbv2").describe_target_health(TargetGroupArn=self.group)["TargetHealthDescriptions"]
        self.assertEqual([t["TargetHealth"]["State"] for t in health], ["healthy"] * 2)
        self.assertEqual(account.task(alone)["lastStatus"], "RUNNING")
        with self.assertRaises(botocore.exceptions.WaiterError):
            boto_waits("ecs", "services_stable", cluster=CLUSTER, services=["nobody"])

        # And the way down.
        ecs.stop_task(cluster=CLUSTER, task=alone)
        target = health[0]["Target"]
        account.client("elbv2").deregister_targets(TargetGroupArn=self.group, Targets=[target])
        ecs.delete_service(cluster=CLUSTER, service="web", force=True)
        with Waits(self) as waits:
            waits.start("ecs", "wait", "tasks-stopped", *where, "--tasks", alone)
            waits.start("ecs", "wait", "services-inactive", *where, "--services", "web")
            waits.start("elbv2", "wait", "target-deregistered", "--target-group-arn", self.group, "--targets",
                        f"Id={target['Id']},Port={target['Port']}")
            boto_waits("ecs", "services_inactive", cluster=CLUSTER, services=["web"])
            account.client("elbv2").delete_load_balancer(LoadBalancerArn=self.balancer)
            boto_waits("elbv2", "load_balancers_deleted", LoadBalancerArns=[self.balancer])
        self.assertEqual(account.service("web")["status"], "INACTIVE")

    def test_rds(self):
        rds = account.client("rds")
        rds.create_db_instance(DBInstanceIdentifier="main", DBInstanceClass="db.t3.micro", Engine="postgres",
                               MasterUsername="salt", MasterUserPassword="not-a-real-one", AllocatedStorage=20)
        # This one waits in earnest, beside all that follows; the others find what boto3 has waited for.
        with Waits(self) as patient:
            patient.start("rds", "wait", "db-instance-available", "--db-instance-identifier", "main")
            boto_waits("rds", "db_instance_available", DBInstanceIdentifier="main")
            self.snapshot_and_restore(rds)

    def snapshot_and_restore(self, rds):
        rds.create_db_snapshot(DBInstanceIdentifier="main", DBSnapshotIdentifier="kept")
        boto_waits("rds", "db_snapshot_available", DBSnapshotIdentifier="kept")
        boto_waits("rds", "db_snapshot_completed", DBSnapshotIdentifier="kept")
        rds.restore_db_instance_from_db_snapshot(DBInstanceIdentifier="again", DBSnapshotIdentifier="kept")
        boto_waits("rds", "db_instance_available", DBInstanceIdentifier="again")
        with Waits(self) as waits:
            waits.start("rds", "wait", "db-snapshot-available", "--db-snapshot-identifier", "kept")
            waits.start("rds", "wait", "db-snapshot-completed", "--db-snapshot-identifier", "kept")
            waits.start("rds", "wait", "db-instance-available", "--db-instance-identifier", "again")
        address = rds.describe_db_instances(DBInstanceIdentifier="again")["DBInstances"][0]["Endpoint"]
        socket.create_connection((address["Address"], address["Port"]), timeout=10).close()

        rds.delete_db_instance(DBInstanceIdentifier="again", SkipFinalSnapshot=True)
        rds.delete_db_snapshot(DBSnapshotIdentifier="kept")
        boto_waits("rds", "db_instance_deleted", DBInstanceIdentifier="again")
        boto_waits("rds", "db_snapshot_deleted", DBSnapshotIdentifier="kept")
        with Waits(self) as waits:
            waits.start("rds", "wait", "db-instance-deleted", "--db-instance-identifier", "again")
            waits.start("rds", "wait", "db-snapshot-deleted", "--db-snapshot-identifier", "kept")

    def test_elasticache(self):
        cache = account.client("elasticache")
        cache.create_cache_cluster(CacheClusterId="main", Engine="redis", CacheNodeType="cache.t3.micro",
                                   NumCacheNodes=1)
        boto_waits("elasticache", "cache_cluster_available", CacheClusterId="main")
        with Waits(self) as waits:
            waits.start("elasticache", "wait", "cache-cluster-available", "--cache-cluster-id", "main")
        cache.delete_cache_cluster(CacheClusterId="main")
        boto_waits("elasticache", "cache_cluster_deleted", CacheClusterId="main")


class Paginators(unittest.TestCase):
    def pages(self, service, operation, size, **arguments):
        pages = list(account.client(service).get_paginator(operation).paginate(
            PaginationConfig={"PageSize": size}, **arguments))
        self.assertGreater(len(pages), 1, f"{operation} came as one page")
        return pages

    def names(self, service, operation, size, key, name=None, **arguments):
        """Of everything in the pages, each of which holds at most `size`."""
        found = []
        for page in self.pages(service, operation, size, **arguments):
            self.assertLessEqual(len(page[key]), size)
            found += [item[name] if name else item for item in page[key]]
        return found

    def test_ecs(self):
        for family in ("pages-a", "pages-b", "pages-c"):
            for _ in range(4):
                account.register(family)
        families = self.names("ecs", "list_task_definition_families", 2, "families", familyPrefix="pages-")
        self.assertEqual(families, ["pages-a", "pages-b", "pages-c"])
        arns = self.names("ecs", "list_task_definitions", 3, "taskDefinitionArns", familyPrefix="pages-a")
        self.assertEqual([last(arn) for arn in arns], [f"pages-a:{n}" for n in range(1, 5)])
        arns = self.names("ecs", "list_task_definitions", 3, "taskDefinitionArns", familyPrefix="pages-a", sort="DESC")
        self.assertEqual([last(arn) for arn in arns], [f"pages-a:{n}" for n in range(4, 0, -1)])

        ecs = account.client("ecs")
        for number in range(5):
            ecs.create_cluster(clusterName=f"pages-{number}")
        clusters = self.names("ecs", "list_clusters", 2, "clusterArns")
        self.assertTrue({f"pages-{n}" for n in range(5)} <= {last(arn) for arn in clusters})
        self.assertEqual(len(clusters), len(set(clusters)))
        definition = account.register("pages-task")
        for number in range(3):
            ecs.create_service(cluster="pages-0", serviceName=f"s{number}", taskDefinition=definition, desiredCount=0)
        services = self.names("ecs", "list_services", 2, "serviceArns", cluster="pages-0")
        self.assertEqual(sorted(last(arn) for arn in services), ["s0", "s1", "s2"])
        tasks = {ecs.run_task(cluster="pages-1", taskDefinition=definition)["tasks"][0]["taskArn"] for _ in range(5)}
        listed = self.names("ecs", "list_tasks", 2, "taskArns", cluster="pages-1")
        self.assertEqual((set(listed), len(listed)), (tasks, 5))
        for task in tasks:
            ecs.stop_task(cluster="pages-1", task=task)

        # The command line: --page-size asks for pages, --max-items cuts on this side and goes on by its own token.
        words = ("ecs", "list-task-definitions", "--family-prefix", "pages-a", "--page-size", "1")
        first = account.aws(*words, "--max-items", "3")
        rest = account.aws(*words, "--starting-token", first["NextToken"])
        self.assertEqual([last(arn) for arn in first["taskDefinitionArns"] + rest["taskDefinitionArns"]],
                         [f"pages-a:{n}" for n in range(1, 5)])

    def test_ssm_and_secrets(self):
        ssm, secrets = account.client("ssm"), account.client("secretsmanager")
        names = [f"/pages/{number:02}" for number in range(12)]
        for name in names:
            ssm.put_parameter(Name=name, Value="x", Type="String")
            ssm.put_parameter(Name="/versions", Value=name, Type="String", Overwrite=True)
            secrets.create_secret(Name="pages" + name, SecretString="x")
        self.assertEqual(self.names("ssm", "get_parameters_by_path", 5, "Parameters", "Name", Path="/pages"), names)
        shown = self.names("ssm", "describe_parameters", 5, "Parameters", "Name", ParameterFilters=[
            {"Key": "Name", "Option": "BeginsWith", "Values": ["/pages/"]}])
        self.assertEqual(sorted(shown), names)
        values = self.names("ssm", "get_parameter_history", 5, "Parameters", "Value", Name="/versions")
        self.assertEqual(values, names)
        listed = self.names("secretsmanager", "list_secrets", 5, "SecretList", "Name",
                            Filters=[{"Key": "name", "Values": ["pages/"]}])
        self.assertEqual(sorted(listed), ["pages" + name for name in names])

    def test_logs(self):
        logs = account.client("logs")
        streams = [f"s{number:02}" for number in range(7)]
        began = int(time.time() * 1000) - 10_000
        for number in range(5):
            logs.create_log_group(logGroupName=f"/pages/{number}")
        for stream in streams:
            logs.create_log_stream(logGroupName="/pages/0", logStreamName=stream)
            logs.put_log_events(logGroupName="/pages/0", logStreamName=stream, logEvents=[
                {"timestamp": began + number, "message": f"{stream} {number}"} for number in range(30)])
        groups = self.names("logs", "describe_log_groups", 2, "logGroups", "logGroupName", logGroupNamePrefix="/pages/")
        self.assertEqual(groups, [f"/pages/{number}" for number in range(5)])
        found = self.names("logs", "describe_log_streams", 3, "logStreams", "logStreamName", logGroupName="/pages/0")
        self.assertEqual(found, streams)
        events = self.names("logs", "filter_log_events", 40, "events", "message", logGroupName="/pages/0")
        self.assertEqual(sorted(events), sorted(f"{s} {n}" for s in streams for n in range(30)))
        some = self.names("logs", "filter_log_events", 3, "events", "message", logGroupName="/pages/0",
                          logStreamNamePrefix="s0", filterPattern='"s03"')
        self.assertEqual(some, [f"s03 {n}" for n in range(30)])

    def test_rds_and_load_balancers(self):
        rds, elb = account.client("rds"), account.client("elbv2")
        rds.create_db_instance(DBInstanceIdentifier="pages", DBInstanceClass="db.t3.micro", Engine="postgres",
                               MasterUsername="salt", MasterUserPassword="not-a-real-one", AllocatedStorage=20)
        eventually(lambda: rds.describe_db_instances(DBInstanceIdentifier="pages")["DBInstances"][0][
            "DBInstanceStatus"] == "available", "the database is available", 90)
        # RDS has no pages of fewer than 20. The first snapshot is real, the others are its copies.
        rds.create_db_snapshot(DBInstanceIdentifier="pages", DBSnapshotIdentifier="snapshot-00")
        boto_waits("rds", "db_snapshot_available", DBSnapshotIdentifier="snapshot-00")
        names = [f"snapshot-{number:02}" for number in range(22)]
        for name in names[1:]:
            rds.copy_db_snapshot(SourceDBSnapshotIdentifier="snapshot-00", TargetDBSnapshotIdentifier=name)
        listed = self.names("rds", "describe_db_snapshots", 20, "DBSnapshots", "DBSnapshotIdentifier",
                            DBInstanceIdentifier="pages", SnapshotType="manual")
        self.assertEqual(sorted(listed), names)
        for name in names:
            boto_waits("rds", "db_snapshot_completed", DBSnapshotIdentifier=name)
            rds.delete_db_snapshot(DBSnapshotIdentifier=name)

        for number in range(5):
            elb.create_target_group(Name=f"pages-{number}", Protocol="HTTP", Port=80, VpcId="vpc-a", TargetType="ip")
        groups = self.names("elbv2", "describe_target_groups", 2, "TargetGroups", "TargetGroupName")
        self.assertTrue({f"pages-{n}" for n in range(5)} <= set(groups))
        self.assertEqual(len(groups), len(set(groups)))


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
