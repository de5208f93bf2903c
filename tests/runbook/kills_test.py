"""Whatever is killed, production goes on and the release is ended properly."""
import json
import os
import signal
import subprocess
import time

from harness import BIN, Home, last_revision_but_one, main, wait_until
from whole import production_is_whole, version_of

# A line of the deploy's progress, after which its process is killed. The first ones, up to the migration, are
# tried in a place of their own each, because a schema is migrated once.
WITH_MIGRATION = ["database snapshot taken", "migrating", "schema is at"]
WITHOUT = ["box tests", "waiting for an approval", "✓ approved by", "release lock taken", "alerts silenced",
           "everything it needs is there", "task definition", "ECS: SCALE_UP",
           "Health check endpoint (test)", "smoke tests on test", "ECS: POST_PRODUCTION_TRAFFIC_SHIFT",
           "Health check endpoint (production)", "smoke tests on production:", "pause hooks taken off",
           "changelog:", "alerts restored"]
COMPLETE, ROLLED_BACK, REFUSED = 0, 4, 6


def build(home, version, *options):
    return home.document("image", "build", "--version", version, *options)["reference"]


def deploy_until(home, image, line):
    """Kills the deploy right after it said `line`."""
    deploy = home.start(home.deploy_words("production", image),
                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = []
    for text in deploy.stdout:
        said.append(text)
        if line in text:
            break
    else:
        raise AssertionError(f"never said {line!r}:\n{''.join(said)}")
    os.killpg(deploy.pid, signal.SIGKILL)
    deploy.wait()
    deploy.stdout.close()


def kill_and_resume(home, version, line, *build_options):
    image = build(home, version, *build_options)
    before = version_of(home)
    deploy_until(home, image, line)

    assert home.document("status", "production")["unfinished"], f"not unfinished after {line!r}"
    ended = home.saltctl("resume", "production", check=False)

    assert ended.returncode in (COMPLETE, ROLLED_BACK), (line, ended.stdout, ended.stderr)
    expected = version if ended.returncode == COMPLETE else before
    wait_until(lambda: version_of(home) == expected, f"{expected} serves after {line!r}")
    production_is_whole(home, expected)
    print(f"  killed after {line!r}: {'complete' if ended.returncode == COMPLETE else 'rolled back'}", flush=True)


def saltctl_killed_around_the_migration_is_resumed():
    for line in WITH_MIGRATION:
        with Home("kills") as home:
            home.watch_for(2)
            first = build(home, "1.0.0", "--migrations-through", last_revision_but_one())
            home.saltctl("up", "production", "--image", first)
            kill_and_resume(home, "2.0.0", line)
            assert "(head)" in home.shell("production", "alembic current").stdout


def saltctl_killed_in_every_other_stage_is_resumed():
    with Home("kills") as home:
        home.watch_for(2)
        home.saltctl("up", "production", "--image", build(home, "1.0.0"))
        for number, line in enumerate(WITHOUT):
            kill_and_resume(home, f"2.{number}.0", line)


def saltcloud_killed_under_load_costs_no_request():
    with Home("killed-cloud") as home:
        home.saltctl("up", "production")
        before = home.document("status", "production")["now"]
        host = before["url"].split("://")[1]
        load = home.start([BIN / "saltload", "--url", before["url"], "--rate", "500", "--seconds", "6",
                           "--connect-to", f"{host}:{before['address']}:{host.split(':')[1]}",
                           "--ca-file", home.path / "ca" / "authority.pem"], stdout=subprocess.PIPE)
        time.sleep(2)  # into the load
        cloud = json.loads((home.path / "cloud" / "saltcloud.json").read_text())
        os.kill(cloud["pid"], signal.SIGKILL)
        time.sleep(1)  # a while without any control plane
        home.saltctl("up", "production")
        totals = json.loads(load.communicate(timeout=60)[0])

        assert totals["failed"] == 0 and totals["sent"] >= 3000, totals
        after = home.document("status", "production")["now"]
        assert sorted(t["id"] for t in after["tasks"]) == sorted(t["id"] for t in before["tasks"]), after
        assert after["database"] == before["database"] and after["traffic"] == before["traffic"], after


def a_second_deploy_is_refused_and_told_who_holds_the_lock():
    with Home("two-deploys") as home:
        home.watch_for(3)
        home.saltctl("up", "production", "--image", build(home, "1.0.0"))
        image = build(home, "2.0.0")
        words = home.deploy_words("production", image)
        first = home.start(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for text in first.stdout:
            if "everything it needs is there" in text:
                break

        second = home.run(words, check=False)

        said = second.stdout + second.stderr
        assert second.returncode == REFUSED, (second.returncode, said)
        assert str(first.pid) in said or "rel-" in said, said
        first.stdout.read()
        assert first.wait(120) == COMPLETE
        production_is_whole(home, "2.0.0")


main(a_second_deploy_is_refused_and_told_who_holds_the_lock, saltcloud_killed_under_load_costs_no_request,
     saltctl_killed_around_the_migration_is_resumed, saltctl_killed_in_every_other_stage_is_resumed)
