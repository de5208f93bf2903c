"""Bad input and faults, by AWS's own command line: its error codes and words, nothing half done, nothing that hangs."""

import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from account import CLUSTER, STAY, Account  # noqa: E402
from saltcloud import eventually  # noqa: E402

PULL_SECRETS = ("ResourceInitializationError: unable to pull secrets or registry auth: execution "
                "resource retrieval failed: unable to retrieve ")
account = None


def setUpModule():
    global account
    account = Account()


def tearDownModule():
    account.close()


def create_service(name, definition, count=1):
    account.client("ecs").create_service(
        cluster=CLUSTER, serviceName=name, taskDefinition=definition, desiredCount=count,
        deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": True}})


def is_steady(name):
    shown = account.service(name)
    return len(shown["deployments"]) == 1 and shown["runningCount"] == shown["desiredCount"] and (
        shown["deployments"][0]["rolloutState"] == "COMPLETED")


class NotThere(unittest.TestCase):
    def test_a_cluster_service_or_task_of_another_environment(self):
        create_service("here", account.register("here"))
        eventually(lambda: is_steady("here"), "the service is steady")
        tasks = account.client("ecs").list_tasks(cluster=CLUSTER, serviceName="here")["taskArns"]
        for words, said in (
                (("update-service", "--cluster", "other", "--service", "here", "--force-new-deployment"),
                 "(ClusterNotFoundException) when calling the UpdateService operation: Cluster not found."),
                (("update-service", "--cluster", CLUSTER, "--service", "there", "--force-new-deployment"),
                 "(ServiceNotFoundException) when calling the UpdateService operation: Service not found."),
                (("list-tasks", "--cluster", "other"), "(ClusterNotFoundException)"),
                (("stop-task", "--cluster", CLUSTER, "--task", "0" * 32),
                 "(InvalidParameterException) when calling the StopTask operation: The referenced task was not found."),
                (("update-service", "--cluster", CLUSTER, "--service", "here", "--task-definition", "here:99"),
                 "(ClientException) when calling the UpdateService operation: Unable to describe task definition."),
                (("run-task", "--cluster", CLUSTER, "--task-definition", "nobody"), "(ClientException)")):
            self.assertIn(said, account.aws("ecs", *words, fails=True))

        shown = account.aws("ecs", "describe-tasks", "--cluster", CLUSTER, "--tasks", "0" * 32)
        self.assertEqual((shown["tasks"], shown["failures"][0]["reason"]), ([], "MISSING"))
        shown = account.aws("ecs", "describe-services", "--cluster", CLUSTER, "--services", "there")
        self.assertEqual((shown["services"], shown["failures"][0]["reason"]), ([], "MISSING"))
        self.assertTrue(is_steady("here"))
        self.assertEqual(account.client("ecs").list_tasks(cluster=CLUSTER, serviceName="here")["taskArns"], tasks)

    def test_a_secret_and_a_log_group(self):
        said = account.aws("secretsmanager", "update-secret", "--secret-id", "other/app-secrets",
                           "--secret-string", "{}", fails=True)
        self.assertIn("(ResourceNotFoundException) when calling the UpdateSecret operation: Secrets Manager "
                      "can't find the specified secret.", said)
        said = account.aws("logs", "filter-log-events", "--log-group-name", "/ecs/other", fails=True)
        self.assertIn("(ResourceNotFoundException) when calling the FilterLogEvents operation: The specified "
                      "log group does not exist.", said)

    def test_a_log_group_without_streams_is_empty(self):
        logs = account.client("logs")
        logs.create_log_group(logGroupName="/ecs/silent")

        self.assertEqual(account.aws("logs", "tail", "/ecs/silent"), None)
        self.assertEqual(logs.describe_log_streams(logGroupName="/ecs/silent")["logStreams"], [])
        self.assertEqual(logs.filter_log_events(logGroupName="/ecs/silent")["events"], [])
        said = account.aws("logs", "get-log-events", "--log-group-name", "/ecs/silent", "--log-stream-name", "x",
                           fails=True)
        self.assertIn("(ResourceNotFoundException) when calling the GetLogEvents operation: The specified log "
                      "stream does not exist.", said)


class TaskThatCannotStart(unittest.TestCase):
    def ends_with(self, reason, **container):
        stopped = account.stopped(account.run_task(account.register("cannot-start", **container)))
        self.assertEqual(stopped["stopCode"], "TaskFailedToStart")
        self.assertEqual(stopped["stoppedReason"], reason)

    def test_names_a_missing_secret_or_parameter(self):
        arn = "arn:aws:secretsmanager:us-west-2:000000000000:secret:nobody-AbCdEf"
        self.ends_with(PULL_SECRETS + "secret from asm: service call has been retried 1 time(s): failed to fetch "
                       f"secret {arn} from secrets manager: ResourceNotFoundException: Secrets Manager can't find "
                       "the specified secret.", secrets=[{"name": "X", "valueFrom": arn}])
        self.ends_with(PULL_SECRETS + "secrets from ssm: service call has been retried 1 time(s): invalid ssm "
                       "parameters: /nobody", secrets=[{"name": "X", "valueFrom": "/nobody"}])

    def test_a_secret_without_the_key_or_that_is_no_json(self):
        secrets = account.client("secretsmanager")
        arn = secrets.create_secret(Name="plain", SecretString='{"A":"hunter2"}')["ARN"]
        self.ends_with(PULL_SECRETS + "secret from asm: service call has been retried 1 time(s): retrieved secret "
                       "from Secrets Manager did not contain json key B",
                       secrets=[{"name": "X", "valueFrom": f"{arn}:B::"}])
        secrets.update_secret(SecretId="plain", SecretString="hunter2")
        self.ends_with(PULL_SECRETS + "secret from asm: service call has been retried 1 time(s): retrieved secret "
                       "from Secrets Manager is not a JSON object with keys",
                       secrets=[{"name": "X", "valueFrom": f"{arn}:A::"}])
        self.assertNotIn("hunter2", account.cloud.log())

    def test_a_missing_image(self):
        self.ends_with("CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to "
                       "resolve ref saltbitter:none: saltbitter:none: not found", image="saltbitter:none")

    def test_a_missing_log_group(self):
        self.ends_with("ResourceInitializationError: failed to validate logger args: The specified log group does "
                       "not exist: /ecs/nobody",
                       logConfiguration={"logDriver": "awslogs", "options": {
                           "awslogs-group": "/ecs/nobody", "awslogs-region": "us-west-2",
                           "awslogs-stream-prefix": "api"}})

    def test_a_service_stays_with_what_it_had_and_says_why(self):
        secrets = account.client("secretsmanager")
        arn = secrets.create_secret(Name="keys", SecretString='{"A":"hunter2"}')["ARN"]
        create_service("keeps", account.register("keeps", secrets=[{"name": "A", "valueFrom": f"{arn}:A::"}]))
        eventually(lambda: is_steady("keeps"), "the service is steady")
        before = account.client("ecs").list_tasks(cluster=CLUSTER, serviceName="keeps")["taskArns"]
        first = account.service("keeps")["taskDefinition"]

        for bad in (account.register("keeps", image="saltbitter:none"),
                    account.register("keeps", secrets=[{"name": "A", "valueFrom": f"{arn}:B::"}])):
            account.aws("ecs", "update-service", "--cluster", CLUSTER, "--service", "keeps", "--task-definition", bad)
            eventually(lambda: is_steady("keeps"), "it is put back")
            self.assertEqual(account.service("keeps")["deployments"][0]["taskDefinition"], first)
        secrets.update_secret(SecretId="keys", SecretString="not json")
        account.aws("ecs", "update-service", "--cluster", CLUSTER, "--service", "keeps", "--force-new-deployment")
        eventually(lambda: is_steady("keeps") and len([e for e in account.events("keeps")
                                                       if "rolling back" in e]) == 3, "it is put back")

        self.assertEqual(account.client("ecs").list_tasks(cluster=CLUSTER, serviceName="keeps")["taskArns"], before)
        said = account.events("keeps")
        self.assertEqual(len([e for e in said if e.endswith("deployment failed: tasks failed to start.")]), 3, said)
        stopped = account.client("ecs").list_tasks(cluster=CLUSTER, serviceName="keeps", desiredStatus="STOPPED")
        reasons = {account.task(arn)["stoppedReason"].split(":")[0] for arn in stopped["taskArns"]}
        self.assertEqual(reasons, {"CannotPullContainerError", "ResourceInitializationError"})


class ContainerHealth(unittest.TestCase):
    CHECK = {"command": ["CMD-SHELL", "test -e /tmp/well"], "interval": 5, "timeout": 2, "retries": 1}

    def test_a_task_is_healthy_when_its_check_passes_and_replaced_when_it_fails(self):
        definition = account.register("checked", healthCheck=self.CHECK, command=[
            "sh", "-c", "touch /tmp/well; trap 'exit 0' TERM; while :; do sleep 0.1; done"])
        create_service("checked", definition)
        eventually(lambda: is_steady("checked"), "the service is steady")
        (task,) = account.client("ecs").list_tasks(cluster=CLUSTER, serviceName="checked")["taskArns"]
        shown = account.task(task)
        self.assertEqual((shown["healthStatus"], shown["containers"][0]["healthStatus"]), ("HEALTHY", "HEALTHY"))

        # Found again by another daemon, and still watched.
        account.cloud.kill()
        account.cloud.start()
        (container,) = account.cloud.home.glob(f"cloud/tasks/{task.rsplit('/', 1)[1]}-app")
        os.unlink(f"/proc/{program_of(container)}/root/tmp/well")
        stopped = account.stopped(task)

        self.assertEqual(stopped["stoppedReason"], "Task failed container health checks")
        self.assertEqual(stopped["healthStatus"], "UNHEALTHY")
        eventually(lambda: is_steady("checked"), "another took its place")
        self.assertTrue(any(m.endswith(f"(task {task.rsplit('/', 1)[1]}) failed container health checks.")
                            for m in account.events("checked")), account.events("checked"))

    def test_what_never_passes_is_put_back(self):
        create_service("sick", account.register("sick"))
        eventually(lambda: is_steady("sick"), "the service is steady")
        before = account.client("ecs").list_tasks(cluster=CLUSTER, serviceName="sick")["taskArns"]
        bad = account.register("sick", healthCheck=self.CHECK)

        account.aws("ecs", "update-service", "--cluster", CLUSTER, "--service", "sick", "--task-definition", bad)
        eventually(lambda: any("rolling back" in m for m in account.events("sick")) and is_steady("sick"),
                   "it is put back", 90)

        self.assertEqual(account.client("ecs").list_tasks(cluster=CLUSTER, serviceName="sick")["taskArns"], before)

    def test_a_container_waits_for_another_to_be_healthy(self):
        ecs = account.client("ecs")
        base = {"image": account.image, "stopTimeout": 2}
        definition = ecs.register_task_definition(family="ordered", networkMode="awsvpc", memory="512", containerDefinitions=[
            base | {"name": "first", "command": ["sh", "-c", "sleep 1; touch /tmp/well; sleep 600"],
                    "healthCheck": self.CHECK},
            base | {"name": "second", "command": STAY,
                    "dependsOn": [{"containerName": "first", "condition": "HEALTHY"}]}])
        task = account.run_task(definition["taskDefinition"]["taskDefinitionArn"])
        eventually(lambda: account.task(task)["lastStatus"] == "RUNNING", "the task runs")
        shown = {c["name"]: c["healthStatus"] for c in account.task(task)["containers"]}
        self.assertEqual(shown, {"first": "HEALTHY", "second": "UNKNOWN"})
        self.assertEqual(account.task(task)["healthStatus"], "HEALTHY")
        ecs.stop_task(cluster=CLUSTER, task=task)

    def test_what_aws_refuses_is_refused(self):
        for check, said in (({"command": ["curl", "localhost"]}, "begins with CMD or CMD-SHELL"),
                            ({"command": ["CMD", "true"], "interval": 1}, "interval of container 'app' must be between 5"),
                            ({"command": ["CMD", "true"], "retries": 11}, "retries of container 'app' must be between 1")):
            with self.assertRaises(account.client("ecs").exceptions.ClientException) as refused:
                account.register("refused", healthCheck=check)
            self.assertIn(said, str(refused.exception))


class Alarms(unittest.TestCase):
    def test_one_that_is_raised_during_a_deployment_puts_it_back(self):
        watched = {"alarmNames": ["errors"], "enable": True, "rollback": True}
        watch = account.client("cloudwatch")
        create_service("watched", account.register("watched"))
        eventually(lambda: is_steady("watched"), "the service is steady")
        first = account.service("watched")["taskDefinition"]
        # Never healthy, so that the deployment goes on until something ends it.
        bad = account.register("watched", healthCheck={"command": ["CMD", "false"], "interval": 300, "timeout": 2})
        update = {"cluster": CLUSTER, "service": "watched", "taskDefinition": bad,
                  "deploymentConfiguration": {"alarms": watched}}
        with self.assertRaises(RuntimeError) as refused:
            account.ecs("UpdateService", **update)
        self.assertIn("InvalidParameterException: There is no alarm with the name errors.", str(refused.exception))
        watch.put_metric_alarm(AlarmName="errors", Namespace="Mine", MetricName="Errors", Statistic="Sum", Period=1,
                               EvaluationPeriods=1, Threshold=1, ComparisonOperator="GreaterThanOrEqualToThreshold",
                               TreatMissingData="ignore")

        account.ecs("UpdateService", **update)
        eventually(lambda: len(account.service("watched")["deployments"]) == 2, "the deployment has begun")
        watch.put_metric_data(Namespace="Mine", MetricData=[{"MetricName": "Errors", "Value": 5}])
        eventually(lambda: is_steady("watched") and any("rolling back" in m for m in account.events("watched")),
                   "it is put back")

        self.assertEqual(account.service("watched")["deployments"][0]["taskDefinition"], first)
        self.assertTrue(any(m.endswith("deployment failed: alarm detected.") for m in account.events("watched")))


def program_of(folder):
    """The process of the sandbox with this folder that is its program."""
    status = [json.loads(line) for line in (folder / "status.json").read_text().splitlines() if line.strip()]
    init = next(s["child-pid"] for s in status if "child-pid" in s)
    return int(open(f"/proc/{init}/task/{init}/children").read().split()[0])


class Databases(unittest.TestCase):
    def create(self, name):
        account.client("rds").create_db_instance(
            DBInstanceIdentifier=name, DBInstanceClass="db.t3.micro", Engine="postgres", MasterUsername="salt",
            DBName="salt", MasterUserPassword="not-a-real-one", AllocatedStorage=20)
        eventually(lambda: self.status(name) == "available", "the database is available", 90)

    def status(self, name):
        return account.client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0][
            "DBInstanceStatus"]

    def names(self):
        return [i["DBInstanceIdentifier"] for i in account.client("rds").describe_db_instances()["DBInstances"]]

    def restore(self, snapshot, name, **more):
        return account.aws("rds", "restore-db-instance-from-db-snapshot", "--db-instance-identifier", name,
                           "--db-snapshot-identifier", snapshot, **more)

    def test_restores_that_cannot_be_and_one_onto_a_full_disk(self):
        rds = account.client("rds")
        self.create("main")
        rds.create_db_snapshot(DBInstanceIdentifier="main", DBSnapshotIdentifier="kept")
        rds.get_waiter("db_snapshot_available").wait(DBSnapshotIdentifier="kept", WaiterConfig={"Delay": 1})

        self.assertIn("(DBSnapshotNotFound) when calling the RestoreDBInstanceFromDBSnapshot operation",
                      self.restore("nobody", "restored", fails=True))
        self.assertIn("(DBInstanceAlreadyExists) when calling the RestoreDBInstanceFromDBSnapshot operation",
                      self.restore("kept", "main", fails=True))
        self.assertEqual((self.names(), self.status("main")), (["main"], "available"))

        # No file may grow beyond what a small disk has left: the copy of the data can't be finished.
        account.cloud.kill()
        account.cloud.start(largest_file=4 << 20)
        self.restore("kept", "restored")
        eventually(lambda: self.status("restored") in ("incompatible-restore", "failed"), "the restore fails", 90)
        self.assertEqual(self.status("main"), "available")
        self.assertEqual(rds.describe_db_snapshots(DBSnapshotIdentifier="kept")["DBSnapshots"][0]["Status"],
                         "available")
        self.assertIn("failure state", str(self.wait_for("restored")))
        rds.delete_db_instance(DBInstanceIdentifier="restored", SkipFinalSnapshot=True)
        eventually(lambda: self.names() == ["main"], "the failed one is gone")

        # With room again, the same command works.
        account.cloud.kill()
        account.cloud.start()
        self.restore("kept", "restored")
        eventually(lambda: self.status("restored") == "available", "the restored one is available", 90)

    def wait_for(self, name):
        with account.start("rds", "wait", "db-instance-available", "--db-instance-identifier", name) as process:
            out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 255)
        return err


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
