"""What the tests with AWS's clients share: the command line, boto3, an image, tasks and a load-balanced service."""

import json
import os
import pathlib
import subprocess
import sys

import boto3
import botocore.config

from saltcloud import BIN, Saltcloud, eventually

AWS = "/usr/bin/aws"
SOURCE = pathlib.Path(os.environ.get("SB_SOURCE_DIR", "."))
sys.path.insert(0, str(SOURCE / "tests" / "support"))
import aws_call  # noqa: E402

STAY = ["python3", "-c", "import time\nwhile True: time.sleep(60)"]
# Serves whatever is asked for, on the address that the task was given.
SERVE = ["python3", "-c", """import http.server, os, signal, sys
signal.signal(signal.SIGTERM, lambda *a: sys.exit(0))
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *arguments): pass
http.server.HTTPServer((os.environ["HOST"], 8000), Handler).serve_forever()"""]
CLUSTER = "main"


def last(arn):
    return arn.rsplit("/", 1)[1]


class Account:
    """A saltcloud of its own with a cluster, and clients for it."""

    def __init__(self):
        self.cloud = Saltcloud()
        self.client("ecs").create_cluster(clusterName=CLUSTER)
        self._image = None

    def close(self):
        self.cloud.close()

    def client(self, service):
        settings = self.cloud.environment()
        return boto3.client(service, endpoint_url=self.cloud.endpoint, region_name="us-west-2",
                            aws_access_key_id=settings["AWS_ACCESS_KEY_ID"],
                            aws_secret_access_key=settings["AWS_SECRET_ACCESS_KEY"],
                            config=botocore.config.Config(retries={"max_attempts": 0}))

    def ecs(self, operation, **document):
        """What this machine's boto3 does not know yet."""
        settings = self.cloud.environment()
        return aws_call.ecs(self.cloud.endpoint, "us-west-2", settings["AWS_ACCESS_KEY_ID"],
                            settings["AWS_SECRET_ACCESS_KEY"], operation, document)

    def start(self, *words):
        return subprocess.Popen([AWS, "--endpoint-url", self.cloud.endpoint, *words], text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                env=self.cloud.environment())

    def aws(self, *words, fails=False):
        with self.start(*words, "--output", "json") as process:
            out, err = process.communicate(timeout=120)
        assert (process.returncode != 0) == fails, (words, process.returncode, out, err)
        # Said by the client because it is told not to try again.
        err = err.replace(" (reached max retries: 0)", "")
        return err if fails else json.loads(out) if out.strip() else None

    @property
    def image(self):
        if not self._image:
            built = subprocess.run([BIN / "saltctl", "image", "build"], cwd=SOURCE, check=True,
                                   capture_output=True, text=True,
                                   env=os.environ | {"SALTBITTER_HOME": str(self.cloud.home)})
            self._image = built.stdout.split()[-1]
        return self._image

    def register(self, family, **container):
        return self.client("ecs").register_task_definition(
            family=family, networkMode="awsvpc", memory="512", containerDefinitions=[
                {"name": "app", "image": self.image, "command": STAY, "stopTimeout": 2}
                | container])["taskDefinition"]["taskDefinitionArn"]

    def run_task(self, definition):
        ran = self.client("ecs").run_task(cluster=CLUSTER, taskDefinition=definition)
        return last(ran["tasks"][0]["taskArn"])

    def task(self, task):
        return self.client("ecs").describe_tasks(cluster=CLUSTER, tasks=[task])["tasks"][0]

    def stopped(self, task):
        return eventually(lambda: self.task(task)["lastStatus"] == "STOPPED" and self.task(task),
                          "the task stops")

    def service(self, name):
        return self.client("ecs").describe_services(cluster=CLUSTER, services=[name])["services"][0]

    def events(self, name):
        return [event["message"] for event in self.service(name)["events"]]

    def listen(self, name, port):
        """A load balancer, and the target group that it forwards to."""
        elb = self.client("elbv2")
        balancer = elb.create_load_balancer(Name=name, Subnets=["subnet-a", "subnet-b"])[
            "LoadBalancers"][0]["LoadBalancerArn"]
        group = elb.create_target_group(
            Name=name, Protocol="HTTP", Port=8000, VpcId="vpc-a", TargetType="ip",
            HealthCheckIntervalSeconds=5, HealthCheckTimeoutSeconds=2, HealthyThresholdCount=2,
            UnhealthyThresholdCount=2)["TargetGroups"][0]["TargetGroupArn"]
        elb.modify_target_group_attributes(TargetGroupArn=group, Attributes=[
            {"Key": "deregistration_delay.timeout_seconds", "Value": "0"}])
        elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=port, DefaultActions=[
            {"Type": "forward", "TargetGroupArn": group}])
        return balancer, group
