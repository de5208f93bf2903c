"""CloudWatch's view of databases and caches: counted once a second, silent when they are; and what RDS says of a
PostgreSQL that was killed. With boto3 and the aws command line."""

import datetime
import functools
import json
import os
import pathlib
import signal
import subprocess
import sys
import unittest

import boto3
import botocore.config

sys.path.insert(0, os.path.dirname(__file__))
from saltcloud import Saltcloud, eventually  # noqa: E402

PASSWORD = "only-for-this-test"
cloud = None


def setUpModule():
    global cloud
    cloud = Saltcloud()
    rds = client("rds")
    rds.create_db_instance(DBInstanceIdentifier="shop", Engine="postgres", DBInstanceClass="db.t4g.micro",
                           AllocatedStorage=20, MasterUsername="shop", MasterUserPassword=PASSWORD,
                           DBName="shop", BackupRetentionPeriod=0)
    client("elasticache").create_cache_cluster(CacheClusterId="shop", Engine="redis",
                                               CacheNodeType="cache.t4g.micro", NumCacheNodes=1)
    eventually(lambda: status() == "available", "the database is available", 90)


def tearDownModule():
    cloud.close()


@functools.cache
def client(service):
    settings = cloud.environment()
    return boto3.client(service, endpoint_url=cloud.endpoint, region_name="us-west-2",
                        aws_access_key_id=settings["AWS_ACCESS_KEY_ID"],
                        aws_secret_access_key=settings["AWS_SECRET_ACCESS_KEY"],
                        config=botocore.config.Config(retries={"max_attempts": 0}))


def instance():
    return client("rds").describe_db_instances(DBInstanceIdentifier="shop")["DBInstances"][0]


def status():
    return instance()["DBInstanceStatus"]


def query(name_space, name, dimension, stat="Maximum"):
    return {"Id": "q", "MetricStat": {"Period": 1, "Stat": stat, "Metric": {
        "Namespace": name_space, "MetricName": name,
        "Dimensions": [{"Name": dimension, "Value": "shop"}]}}}


def newest(name_space, name, dimension):
    """The newest value of the last three seconds, or nothing."""
    end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=1)
    values = client("cloudwatch").get_metric_data(
        MetricDataQueries=[query(name_space, name, dimension)], StartTime=end - datetime.timedelta(seconds=4),
        EndTime=end)["MetricDataResults"][0]["Values"]
    return values[0] if values else None


def connections():
    return newest("AWS/RDS", "DatabaseConnections", "DBInstanceIdentifier")


class Session:
    """psql that is connected until its input ends."""

    def __enter__(self):
        endpoint = instance()["Endpoint"]
        self.process = subprocess.Popen(
            ["psql", "-Atq", "-h", endpoint["Address"], "-p", str(endpoint["Port"]), "-U", "shop", "shop"],
            env={**os.environ, "PGPASSWORD": PASSWORD}, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        self.process.stdin.write("select 'here';\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline().strip() == "here"
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()


def postmaster():
    """The one below our own saltcloud's home, found by its sandbox."""
    def read(pid, name):
        try:
            return pathlib.Path("/proc", pid, name).read_bytes()
        except OSError:
            return b""

    def is_ours(pid):
        while pid not in ("0", "1", ""):
            if str(cloud.home).encode() in read(pid, "cmdline"):
                return True
            pid = next((line.split()[1].decode() for line in read(pid, "status").splitlines()
                        if line.startswith(b"PPid:")), "")
        return False

    found = [pid for pid in os.listdir("/proc") if pid.isdigit() and
             read(pid, "cmdline").split(b"\0")[0].endswith(b"/bin/postgres") and
             b"-D" in read(pid, "cmdline").split(b"\0") and is_ours(pid)]
    assert len(found) == 1, found
    return int(found[0])


class Databases(unittest.TestCase):
    def test_connections_are_counted_every_second_and_listed(self):
        eventually(lambda: connections() == 0, "nobody is connected")

        with Session(), Session(), Session():
            eventually(lambda: connections() == 3, "three are connected")
        eventually(lambda: connections() == 0, "they have left")

        listed = client("cloudwatch").list_metrics(
            Namespace="AWS/RDS", Dimensions=[{"Name": "DBInstanceIdentifier", "Value": "shop"}])["Metrics"]
        assert {"DatabaseConnections", "FreeStorageSpace", "CPUUtilization"} <= {m["MetricName"] for m in listed}, listed

    def test_statistics_have_units_and_free_storage_is_less_than_allocated(self):
        eventually(lambda: newest("AWS/RDS", "FreeStorageSpace", "DBInstanceIdentifier"), "storage was measured")
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=60)
        done = subprocess.run(
            ["/usr/bin/aws", "--endpoint-url", cloud.endpoint, "cloudwatch", "get-metric-statistics", "--namespace",
             "AWS/RDS", "--metric-name", "FreeStorageSpace", "--dimensions", "Name=DBInstanceIdentifier,Value=shop",
             "--start-time", (end - datetime.timedelta(seconds=300)).isoformat(), "--end-time", end.isoformat(),
             "--period", "60", "--statistics", "Minimum", "--output", "json"],
            capture_output=True, text=True, timeout=60, env=cloud.environment())

        assert done.returncode == 0, done.stderr
        points = json.loads(done.stdout)["Datapoints"]
        assert points and all(p["Unit"] == "Bytes" and 19 << 30 < p["Minimum"] < 20 << 30 for p in points), points

    def test_a_killed_one_is_not_called_available_until_it_answers(self):
        eventually(lambda: connections() is not None, "it is counted")
        before = postmaster()

        os.kill(before, signal.SIGKILL)

        said = set()

        def is_back():
            said.add(status())
            return said - {"available"} and status() == "available"

        eventually(is_back, "it is available again")
        assert said <= {"available", "rebooting"}, said
        assert postmaster() != before
        with Session():  # at once: available means that it answers
            eventually(lambda: connections() == 1, "it is counted again")


class Caches(unittest.TestCase):
    def test_connections_are_counted(self):
        eventually(lambda: newest("AWS/ElastiCache", "CurrConnections", "CacheClusterId") == 0, "nobody is connected")


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
