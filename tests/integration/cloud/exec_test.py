"""aws ecs execute-command, as people have it installed, into real tasks: shells on real terminals."""

import fcntl
import json
import os
import pathlib
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import unittest
import uuid

import boto3
import botocore.config

sys.path.insert(0, os.path.dirname(__file__))
from saltcloud import BIN, LIMIT_S, Saltcloud, eventually  # noqa: E402

AWS = "/usr/bin/aws"
SOURCE = pathlib.Path(os.environ.get("SB_SOURCE_DIR", "."))
CLUSTER = "saltbitter-prod"
STAY = ["python3", "-c", "import time\nwhile True: time.sleep(60)"]
cloud = None
image = None


def client(service):
    settings = cloud.environment()
    return boto3.client(service, endpoint_url=cloud.endpoint, region_name="us-west-2",
                        aws_access_key_id=settings["AWS_ACCESS_KEY_ID"],
                        aws_secret_access_key=settings["AWS_SECRET_ACCESS_KEY"],
                        config=botocore.config.Config(retries={"max_attempts": 0}))


def setUpModule():
    global cloud, image
    cloud = Saltcloud()
    built = subprocess.run([BIN / "saltctl", "image", "build"], cwd=SOURCE, check=True,
                           capture_output=True, text=True,
                           env=os.environ | {"SALTBITTER_HOME": str(cloud.home)})
    image = built.stdout.split()[-1]
    client("ecs").create_cluster(clusterName=CLUSTER)


def tearDownModule():
    cloud.close()


def environment():
    settings = cloud.environment()
    return settings | {"PATH": f"{BIN.resolve()}:{settings['PATH']}", "TERM": "xterm"}


def arguments(task, command, *more):
    return [AWS, "--endpoint-url", cloud.endpoint, "ecs", "execute-command", "--cluster", CLUSTER,
            "--task", task, "--command", command, *more]


def execute(task, command, *more, typed=""):
    """Without a terminal on this side."""
    return subprocess.run(arguments(task, command, *more), input=typed, capture_output=True,
                          text=True, timeout=60, env=environment())


def task_id(arn):
    return arn.rsplit("/", 1)[1]


def is_running(task):
    shown = client("ecs").describe_tasks(cluster=CLUSTER, tasks=[task])["tasks"][0]
    if shown["lastStatus"] == "STOPPED":
        raise AssertionError(shown.get("stoppedReason"))
    return shown if shown["lastStatus"] == "RUNNING" else None


def register(family, containers=("app",), **more):
    return client("ecs").register_task_definition(
        family=family, networkMode="awsvpc", memory="512",
        containerDefinitions=[{"name": name, "image": image, "command": STAY, "stopTimeout": 2} | more
                              for name in containers])["taskDefinition"]["taskDefinitionArn"]


def start_task(definition, may_execute=True):
    task = task_id(client("ecs").run_task(
        cluster=CLUSTER, taskDefinition=definition,
        enableExecuteCommand=may_execute)["tasks"][0]["taskArn"])
    eventually(lambda: is_running(task), "the task runs")
    return task


def runs(marker):
    for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if marker.encode() in entry.read_bytes() and int(entry.parts[2]) != os.getpid():
                return True
        except OSError:
            pass
    return False


def has_the_terminal(marker):
    """Whether keys that signal would reach it: its process group is its terminal's foreground."""
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if marker.encode() in (entry / "cmdline").read_bytes():
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                return fields[2] == fields[5]
        except OSError:
            pass
    return False


class Typist:
    """A person at a terminal who has typed `aws ecs execute-command ...`."""

    def __init__(self, task, command="/bin/bash", rows=24, columns=80):
        self.master, slave = pty.openpty()
        self.resize(rows, columns)
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.process = subprocess.Popen(
            arguments(task, command, "--interactive"), stdin=slave, stdout=slave, stderr=slave,
            env=environment(), start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.set_blocking(self.master, False)
        self.seen = ""

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self):
        try:
            self.seen += os.read(self.master, 65536).decode(errors="replace")
        except (BlockingIOError, OSError):
            pass
        return self.seen

    def expect(self, pattern):
        """Takes everything up to what matches."""
        try:
            match = eventually(lambda: re.search(pattern, self.read()), pattern)
        except AssertionError as error:
            raise AssertionError(f"{error}; seen: {self.seen!r}") from None
        self.seen = self.seen[match.end():]
        return match

    def type(self, text):
        os.write(self.master, text.encode())

    def has_ended(self):
        self.read()
        return self.process.poll() is not None

    def wait(self):
        eventually(self.has_ended, f"the session ends; seen: {self.seen!r}")
        return self.process.returncode

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)


class ExecuteCommand(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.task = start_task(register("api"))

    def test_a_shell_in_a_services_task_and_migrations_as_the_runbook_has_them(self):
        rds, ssm, ecs = client("rds"), client("ssm"), client("ecs")
        rds.create_db_instance(DBInstanceIdentifier="main", DBInstanceClass="db.t3.micro",
                               Engine="postgres", MasterUsername="salt", DBName="salt",
                               MasterUserPassword="not-a-real-one", AllocatedStorage=20)

        def address():
            found = rds.describe_db_instances(DBInstanceIdentifier="main")["DBInstances"][0]
            return found["DBInstanceStatus"] == "available" and found["Endpoint"]["Address"]

        url = f"postgresql://salt:not-a-real-one@{eventually(address, 'the database', 60)}:5432/salt"
        ssm.put_parameter(Name="/database-url", Value=url, Type="SecureString")
        ecs.create_service(cluster=CLUSTER, serviceName="api", desiredCount=1,
                           enableExecuteCommand=True, taskDefinition=register(
                               "with-database",
                               secrets=[{"name": "DATABASE_URL", "valueFrom": "/database-url"}]))
        task = task_id(eventually(
            lambda: ecs.list_tasks(cluster=CLUSTER, serviceName="api")["taskArns"], "a task")[0])
        shown = eventually(lambda: is_running(task), "the task runs")["containers"][0]
        self.assertTrue(shown["runtimeId"].startswith(task))
        self.assertEqual([(agent["name"], agent["lastStatus"]) for agent in shown["managedAgents"]],
                         [("ExecuteCommandAgent", "RUNNING")])

        migrated = execute(task, "alembic upgrade head", "--interactive")
        self.assertEqual(migrated.returncode, 0, migrated.stderr)
        self.assertIn("Running upgrade", migrated.stdout)
        with Typist(task) as person:
            person.expect(r"Starting session with SessionId: ecs-execute-command-\w+")
            person.expect(r"\$ ")
            person.type("cd /app/backend\r")
            person.expect(r"\$ ")
            person.type("alembic current\r")
            person.expect(r"\(head\)")
            person.type("exit\r")
            person.expect(r"Exiting session with sessionId: ecs-execute-command-\w+")
            self.assertEqual(person.wait(), 0)
            self.assertEqual(termios.tcgetattr(person.slave), person.before)
        # Secrets are the task's, and nobody else's.
        self.assertFalse(runs("not-a-real-one"))
        ecs.delete_service(cluster=CLUSTER, service="api", force=True)
        rds.delete_db_instance(DBInstanceIdentifier="main", SkipFinalSnapshot=True)

    def test_the_window_has_the_terminals_size_and_follows_it(self):
        with Typist(self.task, rows=31, columns=97) as person:
            person.expect(r"\$ ")
            person.type("stty size\r")
            person.expect("31 97")
            person.resize(50, 132)
            person.type("until [ \"$(stty size)\" = '50 132' ]; do :; done; echo now-$(stty size)\r")
            person.expect("now-50 132")

    def test_control_c_ends_what_runs_and_not_the_shell(self):
        with Typist(self.task) as person:
            person.expect(r"\$ ")
            for _ in range(20):
                marker = f"9999.{uuid.uuid4().int % 10**9:09}"
                person.type(f"sleep {marker}\r")
                # Before that it is bash's, which takes it for its own and lets what it just started run on.
                eventually(lambda: has_the_terminal(f"sleep\0{marker}"), "the command is in front")
                person.type("\x03")
                person.expect(r"\^C(.|\s)*\$ ")
                self.assertFalse(runs(f"sleep\0{marker}"))
            person.type("echo still-$((20+22))\r")
            person.expect("still-42")
            person.type("\x04")
            self.assertEqual(person.wait(), 0)

    def test_end_of_input_ends_a_shell_after_what_was_typed(self):
        done = execute(self.task, "/bin/bash", "--interactive",
                       typed="cat > /tmp/x <<END\nsome text\nEND\nsleep 0.2\n"
                             "tr a-z A-Z < /tmp/x; echo $((6*7))-$HOST\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("SOME TEXT", done.stdout)
        self.assertRegex(done.stdout, r"42-127\.")

    def test_the_command_is_words_and_its_program_that_of_the_task(self):
        done = execute(self.task, "/bin/sh -c 'echo \"$0:$1\"; id -u; tty; pwd' \"a b\" $HOME",
                       "--interactive", "--container", "app")
        self.assertIn("a b:$HOME", done.stdout)
        self.assertIn("/dev/pts/", done.stdout)
        self.assertIn("65534" if os.geteuid() == 0 else "1000", done.stdout)
        missing = execute(self.task, "no-such-program", "--interactive")
        self.assertIn("not found", missing.stdout)

    def test_much_output_arrives_whole(self):
        done = execute(self.task, "seq 1 30000", "--interactive")
        self.assertTrue(re.search("\n29999\n30000\n", done.stdout), done.stdout[-300:])

    def test_a_task_that_dies_ends_the_session(self):
        task = start_task(register("api"))
        with Typist(task) as person:
            person.expect(r"\$ ")
            client("ecs").stop_task(cluster=CLUSTER, task=task)
            self.assertEqual(person.wait(), 0)
            self.assertEqual(termios.tcgetattr(person.slave), person.before)
        done = execute(task, "true", "--interactive")
        self.assertIn("(InvalidParameterException)", done.stderr)

    def test_a_client_that_goes_away_leaves_no_process(self):
        marker = f"9999.{uuid.uuid4().int % 10**9:09}"
        with Typist(self.task) as person:
            person.expect(r"\$ ")
            person.type(f"trap '' HUP TERM; sleep {marker}\r")
            eventually(lambda: runs(f"sleep\0{marker}"), "the command runs")
            os.killpg(person.process.pid, signal.SIGKILL)
            eventually(lambda: not runs(f"sleep\0{marker}"), "the command is gone")

    def test_a_session_that_is_terminated_ends(self):
        with Typist(self.task) as person:
            session = person.expect(r"SessionId: (ecs-execute-command-\w+)").group(1)
            person.expect(r"\$ ")
            client("ssm").terminate_session(SessionId=session)
            person.expect("the session was terminated")
            self.assertEqual(person.wait(), 0)
        resumed = client("ssm").resume_session(SessionId=session)
        self.assertEqual(resumed["TokenValue"], "")

    def test_errors_say_what_aws_says(self):
        ecs = client("ecs")

        def error(task=self.task, command="true", cluster=CLUSTER, **more):
            with self.assertRaises(ecs.exceptions.ClientError) as raised:
                ecs.execute_command(cluster=cluster, task=task, command=command,
                                    **({"interactive": True} | more))
            return raised.exception.response["Error"]

        self.assertEqual(error(cluster="nope")["Code"], "ClusterNotFoundException")
        self.assertEqual(error(task="0" * 32)["Code"], "InvalidParameterException")
        self.assertIn("Interactive is the only mode", error(interactive=False)["Message"])
        self.assertIn("nope was not found", error(container="nope")["Message"])
        self.assertIn("quote", error(command="echo 'a")["Message"])
        self.assertIn("empty", error(command="  ")["Message"])
        closed = start_task(register("api"), may_execute=False)
        self.assertIn("execute command was not enabled", error(task=closed)["Message"])
        several = start_task(register("several", containers=("app", "side")))
        self.assertIn("--container", error(task=several)["Message"])
        done = execute(several, "hostname", "--interactive", "--container", "side")
        self.assertEqual(done.returncode, 0, done.stderr)
        missing = execute("0" * 32, "true", "--interactive")
        self.assertRegex(missing.stderr, r"\(InvalidParameterException\) when calling the "
                         r"ExecuteCommand operation.*: The referenced task was not found\.")

    def test_works_in_a_task_that_an_earlier_saltcloud_started(self):
        with Typist(self.task) as person:
            person.expect(r"\$ ")
            cloud.kill()
            self.assertNotEqual(person.wait(), 0)
            self.assertEqual(termios.tcgetattr(person.slave), person.before)
        cloud.start()
        eventually(lambda: is_running(self.task), "the task is adopted")
        done = execute(self.task, "echo again", "--interactive")
        self.assertIn("\nagain\n", done.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
