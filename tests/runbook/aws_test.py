"""Releases on AWS: the same commands with AWS's own ways to be found and to be let in. An AWS account is not to be had
here, so a saltcloud of another home stands for it; nothing of that home is known to the operator but what an account
would give: an endpoint, keys, and an image in its registry."""
import json
import os
import os
import shutil

import yaml

from harness import BIN, SOURCE, Home, main

COMPLETE, FAILED, WRONG_USE, REFUSED = 0, 1, 2, 6
WAIVED = ["--waive", "tests,coverage,security,migrations=the tree under test is in no commit"]


def as_on_aws(text):
    """A declaration whose own values are those that fit this machine, and nothing under `local:`."""
    file = yaml.safe_load(text)
    local = file.pop("local", {})
    balancer = file["load_balancer"]
    balancer["listeners"].update(local.get("listeners", {}))
    balancer["deregistration_delay_seconds"] = local["deregistration_delay_seconds"]
    balancer["health"].update(local["health"])
    file["task"]["environment"].update(local["environment"])
    release = local["release"]
    file["release"]["approval"] = {**file["release"].get("approval", {}), **release.pop("approval", {})}
    file["release"].update({**release, "watch_seconds": 4})
    return yaml.safe_dump(file)


class Operator(Home):
    """Somebody with keys of the account, at a machine on which no cloud ever ran."""

    def __init__(self, account):
        super().__init__("aws")
        shutil.copytree(SOURCE / "deploy", self.path / "deploy")
        path = self.path / "deploy" / "environments" / "production.yaml"
        path.write_text(as_on_aws(path.read_text()))
        cloud = json.loads((account.path / "cloud" / "saltcloud.json").read_text())
        self.keys = json.loads((account.path / "cloud" / "credentials.json").read_text())
        self.environment |= {
            "SALTBITTER_CLOUD": "aws", "SALTBITTER_DEPLOY": str(self.path / "deploy"), "HOME": str(self.path / "user"),
            "AWS_ENDPOINT_URL": cloud["endpoint"], "AWS_ACCESS_KEY_ID": self.keys["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": self.keys["secret_access_key"],
            # Debian's aws CLI, which hands keys on; an older one of pip's may be in front of it.
            "PATH": f"/usr/bin:/bin:{os.environ['PATH']}", "AWS_EC2_METADATA_DISABLED": "true",
            "SSL_CERT_FILE": str(account.path / "ca" / "authority.pem")}

    def __exit__(self, *_):
        left = self.processes()
        shutil.rmtree(self.path, ignore_errors=True)
        assert not left, f"still running: {left}"

    def without_keys(self):
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            self.environment.pop(name)

    def declare_account(self, number):
        path = self.path / "deploy" / "environments" / "production.yaml"
        path.write_text(f'account: "{number}"\n' + path.read_text())


def an_image_must_be_in_a_registry(account, operator):
    operator.saltctl("image", "build", "--version", "2.0.0")
    refused = operator.saltctl("deploy", "production", "--image", "saltbitter:2.0.0", "--yes", *WAIVED, "--approve",
                               check=False)
    assert refused.returncode == WRONG_USE and "in no registry" in refused.stderr, refused.stderr
    unpinned = operator.saltctl("image", "build", "--version", "2.0.0", "--registry", "example.com/saltbitter:2.0.0",
                                check=False)
    assert unpinned.returncode != 0 and "by its digest" in unpinned.stderr, unpinned.stderr


def a_release_is_made_with_the_account_s_answers_alone(account, operator):
    pushed = account.document("image", "build", "--version", "2.0.0")["reference"]
    operator.saltctl("image", "build", "--version", "2.0.0", "--registry", pushed)
    report = json.loads(operator.saltctl("deploy", "production", "--image", "saltbitter:2.0.0", "--yes", *WAIVED,
                                         "--approve", "--json").stdout)

    assert report["outcome"] == "complete", report
    assert operator.document("status", "production")["now"]["version"].startswith("2.0.0"), "what the account serves"
    assert account.document("status", "production")["now"]["version"].startswith("2.0.0"), "and says so itself"
    service = account.ecs("DescribeServices", {"cluster": "saltbitter-prod", "services": ["saltbitter-api-prod"]})
    definition = account.ecs("DescribeTaskDefinition", {"taskDefinition": service["services"][0]["taskDefinition"]})
    assert definition["taskDefinition"]["containerDefinitions"][0]["image"] == pushed, definition
    # The record is the operator's, apart from that of rehearsals.
    mine = [row["release_id"] for row in operator.document("history", "production")]
    assert report["release_id"] in mine, mine
    assert (operator.path / "aws" / "release" / "journal.db").exists() and not (operator.path / "release").exists()
    assert report["release_id"] not in [row["release_id"] for row in account.document("history", "production")]
    assert operator.saltctl("smoke", "production").returncode == COMPLETE


def the_local_cloud_s_commands_leave_it_alone(account, operator):
    for command in (["up", "production"], ["down", "--volumes"], ["ps"], ["shell", "production", "--", "true"],
                    ["env", "production"]):
        refused = operator.saltctl(*command, check=False)
        assert refused.returncode == WRONG_USE and "SALTBITTER_CLOUD is aws" in refused.stderr, (command, refused.stderr)
    assert not (operator.path / "aws" / "cloud").exists()
    misspelt = operator.run(["env", "SALTBITTER_CLOUD=AWS", BIN / "saltctl", "status", "production"], check=False)
    assert misspelt.returncode == FAILED and "neither local nor aws" in misspelt.stderr, misspelt.stderr


def keys_come_from_wherever_the_aws_tools_have_them(account, operator):
    keys = operator.keys
    operator.without_keys()
    lost = operator.saltctl("status", "production", check=False)
    assert lost.returncode == FAILED and "no credentials for AWS" in lost.stderr, lost.stderr
    assert "aws sts get-caller-identity" in lost.stderr, lost.stderr

    folder = operator.path / "user" / ".aws"
    folder.mkdir(parents=True)
    (folder / "credentials").write_text(f"[releases]\naws_access_key_id = {keys['access_key_id']}\n"
                                        f"aws_secret_access_key = {keys['secret_access_key']}\n")
    operator.environment["AWS_PROFILE"] = "releases"
    assert operator.document("status", "production")["now"]["version"].startswith("2.0.0")

    (folder / "credentials").write_text(f"[releases]\naws_access_key_id = {keys['access_key_id']}\n"
                                        "aws_secret_access_key = not-the-right-one-not-the-right-one-0000\n")
    refused = operator.saltctl("status", "production", check=False)
    assert refused.returncode == FAILED and "aws sts get-caller-identity" in refused.stderr, refused.stderr
    assert "not-the-right-one" not in refused.stdout + refused.stderr
    doctor = operator.saltctl("doctor", "production", check=False)
    assert "refuses the credentials" in doctor.stdout, doctor.stdout


def another_account_is_refused_before_anything_is_done(account, operator):
    operator.declare_account("999999999999")
    refused = operator.saltctl("deploy", "production", "--image", "saltbitter:2.0.0", "--yes", *WAIVED, "--approve",
                               check=False)
    assert refused.returncode == REFUSED and "is declared to be in 999999999999" in refused.stderr, refused.stderr


def releases_on_an_account():
    with Home("account") as account:
        first = account.document("image", "build", "--version", "1.0.0")["reference"]
        account.saltctl("up", "production", "--image", first)
        for test in (an_image_must_be_in_a_registry, a_release_is_made_with_the_account_s_answers_alone,
                     the_local_cloud_s_commands_leave_it_alone, another_account_is_refused_before_anything_is_done,
                     keys_come_from_wherever_the_aws_tools_have_them):
            with Operator(account) as operator:
                if test is not an_image_must_be_in_a_registry:
                    pushed = account.document("image", "build", "--version", "2.0.0")["reference"]
                    operator.saltctl("image", "build", "--version", "2.0.0", "--registry", pushed)
                test(account, operator)


if __name__ == "__main__":
    main(releases_on_an_account)
