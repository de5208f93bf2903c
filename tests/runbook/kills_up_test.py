"""`saltctl up`, killed with -9 wherever it changes something, and typed again: it goes on with what it finds, makes
nothing twice and leaves nothing half made."""
import os
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


class Place:
    """One environment that is brought up with a kill at each step."""

    def __init__(self, home, name, short):
        self.home, self.name, self.short = home, name, short
        self.cluster, self.service = f"saltbitter-{short}", f"saltbitter-api-{short}"

    def provision(self, operations):
        for operation in operations:
            killed_before_the_answer(self.home, ["up", self.name], operation, 1)
            print(f"  {self.name}: killed before the answer of {operation}", flush=True)

    def release(self, operations):
        """What an `up` began, `resume` ends, whatever is killed of it."""
        words = ["up", self.name]
        for operation in operations:
            killed_before_the_answer(self.home, words, operation, 1)
            print(f"  {self.name}: first release killed before the answer of {operation}", flush=True)
            words = ["resume", self.name]
        self.home.saltctl(*words)

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
        # What the account's task and the migration's were, has ended.
        running = {"cluster": self.cluster, "desiredStatus": "RUNNING"}
        wait_until(lambda: len(all_of(home, "ListTasks", "taskArns", running)) == now["desired"], "only the service's tasks run")


def saltcloud_starts_without_who_started_it(home):
    """Whose environment is not looked at: it may have gone on a little before it was killed."""
    process = home.start([BIN / "saltctl", "up", "staging"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until(lambda: (home.path / "cloud" / "saltcloud.log").exists() or process.poll() is not None, "saltcloud is started")
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait(30) == -signal.SIGKILL
    wait_until(lambda: (home.path / "cloud" / "saltcloud.json").exists(), "saltcloud answers")


def up_is_typed_again_until_it_is_there():
    with Home("kills-up") as home:
        build(home, "1.0.0")
        saltcloud_starts_without_who_started_it(home)
        for name, short, provisions, releases in (("production", "prod", PRODUCTION, BLUE_GREEN),
                                                  ("development", "dev", DEVELOPMENT, ROLLING)):
            place = Place(home, name, short)
            place.provision(provisions)
            place.release(releases)
            said = place.account()
            assert f"{name} serves 1.0.0" in said, said
            place.is_whole()
        production_is_whole(home, "1.0.0")


main(up_is_typed_again_until_it_is_there)
