"""A way back that is cut off is gone to its end: `saltctl rollback`, and a release that takes itself back, killed with -9;
and saltcloud itself, killed below a release."""
import json
import os
import signal
import subprocess
import threading

from breaches import Load
from harness import Home, main
from killing import COMPLETE, ROLLED_BACK, build, kill_and_resume
from whole import production_is_whole, version_of

# `saltctl rollback` is a release of the other version.
ROLLBACK = ["release lock taken", "ECS: SCALE_UP", "smoke tests on test", "production traffic on the new version: 100",
            "pause hooks taken off"]
# A release that fails its smoke tests before anybody has seen it.
UNSEEN = ["smoke tests on test: Match generation", "ECS: ROLLBACK_", "pause hooks taken off"]
# One that goes bad while it serves.
SEEN = ["✗ (watch|smoke tests on production)", "production traffic on the new version: 0", "alerts restored"]


def rollbacks(home):
    """There and back again: what is killed before anything was changed ends as complete, too."""
    words = ["rollback", "production", "--yes"]
    for line in ROLLBACK:
        other = "1.0.0" if version_of(home) == "2.0.0" else "2.0.0"
        kill_and_resume(home, words, line, other)
        newest = home.document("history", "production")[0]
        assert newest["kind"] == "rollback", newest


def releases_that_take_themselves_back(home):
    image = build(home, "3.0.0", "--faults", "matches_error=1")
    for line in UNSEEN:
        kill_and_resume(home, home.deploy_words("production", image)[1:], line, "3.0.0", allowed=[ROLLED_BACK])
    image = build(home, "4.0.0", "--faults", "error_rate=1@requests>40")
    load = Load(home)
    try:
        for line in SEEN:
            kill_and_resume(home, home.deploy_words("production", image)[1:], line, "4.0.0", allowed=[ROLLED_BACK])
    finally:
        load.stop()


def kill_saltcloud(home):
    """And start it again where it was, while the release goes on."""
    cloud = json.loads((home.path / "cloud" / "saltcloud.json").read_text())
    os.kill(cloud["pid"], signal.SIGKILL)
    home.saltctl("up", "production")


def with_saltcloud_killed_at(home, image, lines):
    """The deploy's exit code and what it said; saltcloud is killed once at each of these lines."""
    release = home.start(home.deploy_words("production", image), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    watchdog = threading.Timer(240, lambda: os.killpg(release.pid, signal.SIGKILL))
    watchdog.start()
    said, left = [], list(lines)
    for text in release.stdout:
        said.append(text)
        if left and left[0] in text:
            left.pop(0)
            kill_saltcloud(home)
    release.stdout.close()
    code = release.wait()
    watchdog.cancel()
    assert not left, (left, "".join(said)[-3000:])
    return code, "".join(said)


def saltcloud_is_killed_below_a_release(home):
    for version, faults, lines in (
            ("5.0.0", (), ["migrating", "ECS: SCALE_UP", "smoke tests on test", "watch: error rate", "ECS: CLEAN_UP"]),
            ("6.0.0", ("--faults", "matches_error=1"), ["ECS: POST_TEST_TRAFFIC_SHIFT", "smoke tests on test", "ECS: ROLLBACK_"])):
        before = version_of(home)
        code, said = with_saltcloud_killed_at(home, build(home, version, *faults), lines)
        expected = before if faults else version
        assert code == (ROLLED_BACK if faults else COMPLETE), (version, code, said)
        production_is_whole(home, expected)


def every_way_back_is_gone_to_its_end():
    with Home("kills-back") as home:
        home.watch_for(2)
        home.saltctl("up", "production", "--image", build(home, "1.0.0"))
        home.deploy("production", build(home, "2.0.0"))
        for chapter in (rollbacks, releases_that_take_themselves_back, saltcloud_is_killed_below_a_release):
            print(f"  {chapter.__name__}", flush=True)
            chapter(home)


main(every_way_back_is_gone_to_its_end)
