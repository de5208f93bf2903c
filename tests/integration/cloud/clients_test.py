"""The aws command line and boto3, as people have them installed, against saltcloud."""

import json
import os
import subprocess
import sys
import time
import unittest

import boto3
import botocore.config
import botocore.exceptions

sys.path.insert(0, os.path.dirname(__file__))
from saltcloud import Saltcloud, eventually  # noqa: E402

AWS = "/usr/bin/aws"
cloud = None


def setUpModule():
    global cloud
    cloud = Saltcloud()


def tearDownModule():
    cloud.close()


def aws(*words, check=True, environment=None):
    done = subprocess.run([AWS, "--endpoint-url", cloud.endpoint, *words], capture_output=True,
                          text=True, timeout=60, env=environment or cloud.environment())
    if check and done.returncode != 0:
        raise AssertionError(f"aws {' '.join(words)}: {done.stderr}")
    return done


def aws_json(*words):
    return json.loads(aws(*words, "--output", "json").stdout)


def client(service):
    settings = cloud.environment()
    return boto3.client(service, endpoint_url=cloud.endpoint, region_name="us-west-2",
                        aws_access_key_id=settings["AWS_ACCESS_KEY_ID"],
                        aws_secret_access_key=settings["AWS_SECRET_ACCESS_KEY"],
                        config=botocore.config.Config(retries={"max_attempts": 0}))


class CommandLine(unittest.TestCase):
    def test_says_who_calls(self):
        self.assertEqual(aws_json("sts", "get-caller-identity")["Account"], "000000000000")

    def test_parameter_as_the_runbook_updates_it(self):
        aws("ssm", "put-parameter", "--name", "/saltbitter/staging/JWT_SECRET", "--value", "new",
            "--type", "SecureString", "--overwrite")
        shown = aws_json("ssm", "get-parameter", "--name", "/saltbitter/staging/JWT_SECRET",
                         "--with-decryption")
        self.assertEqual(shown["Parameter"]["Value"], "new")
        listed = aws_json("ssm", "get-parameters-by-path", "--path", "/saltbitter/staging")
        self.assertNotIn("new", json.dumps(listed))

    def test_missing_parameter_is_an_error_with_its_name(self):
        done = aws("ssm", "get-parameter", "--name", "/nope", check=False)
        self.assertEqual(done.returncode, 254)
        self.assertIn("(ParameterNotFound) when calling the GetParameter operation", done.stderr)

    def test_secret_as_the_runbook_updates_it(self):
        aws("secretsmanager", "create-secret", "--name", "saltbitter/prod/app-secrets",
            "--secret-string", '{"JWT_SECRET":"old"}')
        aws("secretsmanager", "update-secret", "--secret-id", "saltbitter/prod/app-secrets",
            "--secret-string", '{"JWT_SECRET":"new"}')
        value = aws_json("secretsmanager", "get-secret-value", "--secret-id",
                         "saltbitter/prod/app-secrets")
        self.assertEqual(json.loads(value["SecretString"]), {"JWT_SECRET": "new"})
        before = aws_json("secretsmanager", "get-secret-value", "--secret-id",
                          "saltbitter/prod/app-secrets", "--version-stage", "AWSPREVIOUS")
        self.assertEqual(json.loads(before["SecretString"]), {"JWT_SECRET": "old"})

    def test_logs_tail_follows(self):
        group, stream = "/ecs/follow", "api/1"
        aws("logs", "create-log-group", "--log-group-name", group)
        aws("logs", "create-log-stream", "--log-group-name", group, "--log-stream-name", stream)
        follower = subprocess.Popen(
            [AWS, "--endpoint-url", cloud.endpoint, "logs", "tail", group, "--follow", "--format",
             "short"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=cloud.environment() | {"PYTHONUNBUFFERED": "1"})
        try:
            os.set_blocking(follower.stdout.fileno(), False)
            seen = ""
            logs = client("logs")
            for message in ("first line", "second line"):
                logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[
                    {"timestamp": int(time.time() * 1000), "message": message}])

                def arrived(message=message):
                    nonlocal seen
                    seen += (follower.stdout.read() or b"").decode()
                    return message in seen

                eventually(arrived, f"logs tail shows '{message}'")
            self.assertEqual(seen.count("first line"), 1)
        finally:
            follower.kill()
            follower.communicate()

    def test_database_events_say_what_happened(self):
        aws("rds", "create-db-instance", "--db-instance-identifier", "told", "--db-instance-class", "db.t3.micro",
            "--engine", "postgres", "--master-username", "salt", "--master-user-password", "not-a-real-one",
            "--allocated-storage", "20", "--backup-retention-period", "0")
        asked = ("rds", "describe-events", "--source-identifier", "told")

        def messages():
            shown = aws_json(*asked, "--source-type", "db-instance", "--duration", "60")["Events"]
            return [event["Message"] for event in shown]

        eventually(lambda: messages() == ["DB instance created"], "the event of its creation", 60)
        aws("rds", "delete-db-instance", "--db-instance-identifier", "told", "--skip-final-snapshot")
        eventually(lambda: messages() == ["DB instance created", "DB instance deleted"], "that of its deletion", 60)
        self.assertIn("(InvalidParameterCombination)", aws(*asked, check=False).stderr)
        self.assertIn("(InvalidParameterValue)", aws("rds", "describe-events", "--duration", "0", check=False).stderr)
        self.assertIn("(InvalidParameterValue)",
                      aws("rds", "describe-events", "--no-paginate", "--marker", "x", check=False).stderr)

    def test_wrong_secret_and_unknown_key_are_refused(self):
        settings = cloud.environment()
        wrong = aws("sts", "get-caller-identity", check=False,
                    environment=settings | {"AWS_SECRET_ACCESS_KEY": "x" * 40})
        self.assertIn("SignatureDoesNotMatch", wrong.stderr)
        unknown = aws("ssm", "get-parameter", "--name", "/x", check=False,
                      environment=settings | {"AWS_ACCESS_KEY_ID": "AKIAAAAAAAAAAAAAAAAA"})
        self.assertIn("UnrecognizedClientException", unknown.stderr)

    def test_operation_that_saltcloud_lacks_is_named(self):
        done = aws("ssm", "list-documents", check=False)
        self.assertIn("UnknownOperationException", done.stderr)
        self.assertIn("ListDocuments", done.stderr)


class Boto3(unittest.TestCase):
    def test_raises_the_modelled_errors(self):
        ssm = client("ssm")
        ssm.put_parameter(Name="/lock", Value="me", Type="String")
        with self.assertRaises(ssm.exceptions.ParameterAlreadyExists):
            ssm.put_parameter(Name="/lock", Value="you", Type="String")
        with self.assertRaises(ssm.exceptions.ParameterNotFound):
            ssm.delete_parameter(Name="/nope")
        secrets = client("secretsmanager")
        with self.assertRaises(secrets.exceptions.ResourceNotFoundException):
            secrets.get_secret_value(SecretId="nope")
        logs = client("logs")
        with self.assertRaises(logs.exceptions.ResourceNotFoundException):
            logs.filter_log_events(logGroupName="/nope")

    def test_paginators_see_everything_once(self):
        ssm = client("ssm")
        for number in range(23):
            ssm.put_parameter(Name=f"/pages/{number:02}", Value="x", Type="String")
        names = [parameter["Name"]
                 for page in ssm.get_paginator("get_parameters_by_path").paginate(Path="/pages")
                 for parameter in page["Parameters"]]
        self.assertEqual(names, [f"/pages/{number:02}" for number in range(23)])

        logs = client("logs")
        logs.create_log_group(logGroupName="/pages")
        logs.create_log_stream(logGroupName="/pages", logStreamName="s")
        start = int(time.time() * 1000) - 10_000
        logs.put_log_events(logGroupName="/pages", logStreamName="s", logEvents=[
            {"timestamp": start + number, "message": f"line {number}"} for number in range(3000)])
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName="/pages", PaginationConfig={"PageSize": 700})
        messages = [event["message"] for page in pages for event in page["events"]]
        self.assertEqual(messages, [f"line {number}" for number in range(3000)])

    def test_binary_secrets_and_times(self):
        secrets = client("secretsmanager")
        secrets.create_secret(Name="binary", SecretBinary=b"\x00\xff")
        value = secrets.get_secret_value(SecretId="binary")
        self.assertEqual(value["SecretBinary"], b"\x00\xff")
        self.assertAlmostEqual(value["CreatedDate"].timestamp(), time.time(), delta=300)

    def test_a_killed_saltcloud_comes_back_with_everything(self):
        ssm = client("ssm")
        ssm.put_parameter(Name="/kept", Value="yes", Type="SecureString")
        cloud.kill()
        cloud.start()
        value = client("ssm").get_parameter(Name="/kept", WithDecryption=True)["Parameter"]["Value"]
        self.assertEqual(value, "yes")

    def test_a_full_disk_refuses_writes_loses_nothing_and_heals(self):
        cloud.kill()
        cloud.start(largest_file=300_000)
        try:
            ssm = client("ssm")
            kept = []
            with self.assertRaises(botocore.exceptions.ClientError) as refused:
                for number in range(500):
                    ssm.put_parameter(Name=f"/full/{number:03}", Value="x" * 4000, Type="String")
                    kept.append(f"/full/{number:03}")
            self.assertGreater(len(kept), 5)
            self.assertIn("disk is full", str(refused.exception))
            self.assertEqual(ssm.get_parameter(Name=kept[-1])["Parameter"]["Version"], 1)
            with self.assertRaises(ssm.exceptions.ParameterNotFound):
                ssm.get_parameter(Name=f"/full/{len(kept):03}")
        finally:
            cloud.kill()
            cloud.start()
        ssm = client("ssm")
        names = [parameter["Name"]
                 for page in ssm.get_paginator("get_parameters_by_path").paginate(Path="/full")
                 for parameter in page["Parameters"]]
        self.assertEqual(names, kept)
        ssm.put_parameter(Name="/full/again", Value="x", Type="String")


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
