"""Nobody answers ECS any more: it rolls the release back by itself, under load, and `saltctl resume` ends the record.
Whoever wants to release meanwhile is told who holds the lock, and whether that is anybody at all."""
import os
import re
import signal
import socket
import subprocess

from harness import Home, main, wait_until
from load import Load
from whole import production_is_whole, version_of

ROLLED_BACK, REFUSED = 4, 6
OPERATOR = "ada"
CLUSTER, SERVICE = "saltbitter-prod", "saltbitter-api-prod"


def build(home, version):
    return home.document("image", "build", "--version", version)["reference"]


def newest_deployment(home):
    return home.ecs("ListServiceDeployments", {"cluster": CLUSTER, "service": SERVICE})["serviceDeployments"][0]


def deploy_to_the_pause_after_the_shift(home, image):
    deploy = home.start(home.deploy_words("production", image), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = []
    for text in deploy.stdout:
        said.append(text)
        if "ECS: POST_PRODUCTION_TRAFFIC_SHIFT" in text:
            return deploy
    raise AssertionError("".join(said))


def kill(deploy):
    os.killpg(deploy.pid, signal.SIGKILL)
    deploy.wait()
    deploy.stdout.close()


def is_told_who_holds_it(home, image, deploy, release_id, is_alive):
    """A second deploy: refused by name, host, process, time, purpose and release of the first."""
    refused = home.run(home.deploy_words("production", image), check=False)
    said = " ".join((refused.stdout + refused.stderr).split())
    assert refused.returncode == REFUSED, refused
    holder = re.search(r"held by (\S+) on (\S+) \(pid (\d+)\) since \d\d:\d\d:\d\d UTC for (.*?) \(release (\S+)\)(.*)", said)
    assert holder, said
    assert holder.groups()[:3] == (OPERATOR, socket.gethostname(), str(deploy.pid)), holder.groups()
    assert "2.0.0" in holder[4] and holder[5] == release_id, holder.groups()
    assert ("that process is gone: `saltctl resume`" in holder[6]) != is_alive, holder.groups()


def ecs_rolls_back_what_nobody_answers_for():
    with Home("engine-gone") as home:
        home.environment["USER"] = OPERATOR
        home.declare(r"hook_timeout_minutes: \d+", "hook_timeout_minutes: 1")
        home.watch_for(60)
        home.saltctl("up", "production", "--image", build(home, "1.0.0"))
        image, another = build(home, "2.0.0"), build(home, "3.0.0")
        with Load(home, rate=50) as load:
            deploy = deploy_to_the_pause_after_the_shift(home, image)
            release = home.document("status", "production")["unfinished"]["release_id"]
            is_told_who_holds_it(home, another, deploy, release, is_alive=True)
            kill(deploy)
            # All traffic is on the new version, and only ECS's own patience is left.
            assert version_of(home) == "2.0.0", version_of(home)
            assert newest_deployment(home)["status"] == "IN_PROGRESS", newest_deployment(home)
            is_told_who_holds_it(home, another, deploy, release, is_alive=False)
            wait_until(lambda: newest_deployment(home)["status"] == "ROLLBACK_SUCCESSFUL", "ECS rolls back", 120)
            assert version_of(home) == "1.0.0", version_of(home)
            assert home.document("status", "production")["unfinished"]["release_id"] == release
        versions = {name.split("+")[0] for name in load.totals["versions"]}
        assert versions == {"1.0.0", "2.0.0"}, load.totals

        resumed = home.saltctl("resume", "production", check=False)

        why = "the hook at POST_PRODUCTION_TRAFFIC_SHIFT timed out"
        assert resumed.returncode == ROLLED_BACK and why in resumed.stdout + resumed.stderr, resumed
        production_is_whole(home, "1.0.0")
        record = home.document("show", release)["release"]
        assert record["outcome"] == "rolled_back" and why in record["cause"], record
        assert home.document("silences", "production") == []


main(ecs_rolls_back_what_nobody_answers_for)
