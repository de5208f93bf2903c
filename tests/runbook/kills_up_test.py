"""`saltctl up`, killed with -9 wherever it changes something, and typed again: it goes on with what it finds, makes
nothing twice and leaves nothing half made."""
import json
import os
import pathlib
import signal
import subprocess

from harness import BIN, Home, main, wait_until
from killing import all_of, build, killed_before_the_answer, made_so_far
from whole import production_is_whole

# Calls that saltcloud does and whose answer is never read. Each is of the `up` after the one that was killed before,
# and the first of this name in it: what is there already is not made again.
STORES = ["CreateCluster", "CreateLogGroup", "CreateSecret", "CreateDBInstance", "CreateCacheCluster", "CreateLoadBalancer",
          "ModifyTargetGroupAttributes"]
PRODUCTION = [*STORES, "CreateTargetGroup", "CreateListener", "CreateRule", "CreateListener", "CreateRule",
              "CreateSecret", "CreateSecret"]
DEVELOPMENT = [*STORES, "CreateListener", "PutParameter", "PutParameter", "PutParameter", "PutParameter"]
# Of the first release: the lock comes first, and goes last.
BEGINS = ["PutParameter", "RegisterTaskDefinition", "RunTask", "CreateService"]
BLUE_GREEN = [*BEGINS, "ContinueServiceDeployment", "ContinueServiceDeployment", "UpdateService", "DeleteParameter"]
ROLLING = [*BEGINS, "DeleteParameter"]


# Of every target group of one load balancer.
DELAYS = """for group in $(aws elbv2 describe-target-groups --output text --query "TargetGroups[?starts_with(TargetGroupName,
'{}')].TargetGroupArn"); do aws elbv2 describe-target-group-attributes --target-group-arn $group --output text --query \\
"Attributes[?Key=='deregistration_delay.timeout_seconds'].Value"; done"""


class Place:
    """One environment that is brought up with a kill at each step."""

    def __init__(self, home, name, short, delays):
        self.home, self.name, self.short, self.delays = home, name, short, delays
        self.cluster, self.service = f"saltbitter-{short}", f"saltbitter-api-{short}"

    def provision(self, operations):
        for operation in operations:
            killed_before_the_answer(self.home, ["up", self.name], operation, 1)
            print(f"  {self.name}: killed before the answer of {operation}", flush=True)

    def release(self, operations):
        """The release that an `up` began, the next one goes on with, whatever is killed of it."""
        for operation in operations:
            killed_before_the_answer(self.home, ["up", self.name], operation, 1)
            told = json.loads(self.home.saltctl("status", self.name, "--json", check=False).stdout)
            assert told["unfinished"], (operation, told)
            print(f"  {self.name}: first release killed before the answer of {operation}", flush=True)

    def account(self):
        killed_before_the_answer(self.home, ["up", self.name], "RunTask", 1)
        return self.home.saltctl("up", self.name).stdout

    def is_whole(self):
        """As if nobody had killed anything."""
        home = self.home
        status = home.document("status", self.name)
        now = status["now"]
        assert status["unfinished"] is None and now["version"].split("+")[0] == "1.0.0" and now["missing"] == "", status
        assert now["running"] == now["desired"] > 0, now
        left = home.parameters(f"/saltbitter/{self.name}")
        assert not [name for name in left if "/releases/" in name or name.endswith("/release-lock")], left
        assert made_so_far(home, self.short) == (1, 1), made_so_far(home, self.short)
        (only,) = home.document("history", self.name)
        assert only["outcome"] == "complete", only
        # All of it, also of one that was made by who could not say how it is to be.
        delays = home.shell(self.name, DELAYS.format(self.cluster)).stdout.split()
        assert delays == self.delays, delays
        # What the account's task and the migration's were, has ended.
        running = {"cluster": self.cluster, "desiredStatus": "RUNNING"}
        wait_until(lambda: len(all_of(home, "ListTasks", "taskArns", running)) == now["desired"], "only the service's tasks run")


def holder_of(path):
    """The process that has this lock, as the kernel lists it."""
    if path.exists():
        inode = f":{path.stat().st_ino}"
        for line in pathlib.Path("/proc/locks").read_text().splitlines():
            words = line.split()
            if words[1] == "FLOCK" and words[5].endswith(inode):
                return int(words[4])
    return None


def saltcloud_starts_without_who_started_it(home):
    """And whoever comes next waits for it. Of an environment that is not looked at: it may have gone on a little."""
    words = [BIN / "saltctl", "up", "staging"]
    process = home.start(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    cloud = home.path / "cloud"
    while not (starts := holder_of(cloud / "saltcloud.lock")):  # without a pause: it answers soon
        assert process.poll() is None
    os.kill(starts, signal.SIGSTOP)
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait(30) == -signal.SIGKILL and not (cloud / "saltcloud.json").exists()
    with home.start(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as second:
        wait_until(lambda: "another saltcloud" in (cloud / "saltcloud.log").read_text(), "a second saltcloud ends")
        os.kill(starts, signal.SIGCONT)
        said = second.stdout.readline()
        assert "started on" in said, said + second.stdout.read()
        os.killpg(second.pid, signal.SIGKILL)


def up_is_typed_again_until_it_is_there():
    with Home("kills-up") as home:
        build(home, "1.0.0")
        saltcloud_starts_without_who_started_it(home)
        for name, short, provisions, releases, delays in (("production", "prod", PRODUCTION, BLUE_GREEN, ["5", "5"]),
                                                          ("development", "dev", DEVELOPMENT, ROLLING, ["2"])):
            place = Place(home, name, short, delays)
            place.provision(provisions)
            place.release(releases)
            said = place.account()
            assert f"{name} serves 1.0.0" in said, said
            place.is_whole()
        production_is_whole(home, "1.0.0")


main(up_is_typed_again_until_it_is_there)
