"""What an operator does between releases: alone in its environment, written down, and gone on with by `saltctl resume`
after a kill -9 at each of its steps."""
import pathlib
import re
import subprocess

from harness import BIN, Home, main, wait_until
from killing import killed_after

CLUSTER, SERVICE = "saltbitter-staging", "saltbitter-api-staging"
COMPLETE, FAILED, REFUSED = 0, 3, 6
KEY = "STRIPE_WEBHOOK_SECRET"


def words(*given):
    return [BIN / "saltctl", *given]


def newest(home):
    return home.document("history", "staging")[0]


def lock(home):
    return home.document("lock", "show", "staging")


def deployments(home):
    return [d["serviceDeploymentArn"] for d in
            home.ecs("ListServiceDeployments", {"cluster": CLUSTER, "service": SERVICE})["serviceDeployments"]]


def is_deploying(home):
    found = home.ecs("ListServiceDeployments", {"cluster": CLUSTER, "service": SERVICE})["serviceDeployments"]
    return found[0]["status"] in ("PENDING", "IN_PROGRESS")


def revision(home):
    return home.document("db", "current", "staging")["revision"]


def went_on(home, what, expect=COMPLETE):
    """`saltctl resume` ends what was killed; afterwards the record says how, and nothing is held."""
    unfinished = newest(home)
    assert unfinished["kind"] == what and unfinished["ended_at"] is None, unfinished
    shown = home.saltctl("show", unfinished["release_id"]).stdout
    assert "not yet" in shown and "saltctl resume staging" in shown, shown
    done = home.saltctl("resume", "staging", check=False)
    assert done.returncode == expect, (done.stdout, done.stderr)
    assert f"Going on with {unfinished['release_id']}: {what} of staging" in done.stdout, done.stdout
    ended = newest(home)
    assert ended["release_id"] == unfinished["release_id"] and ended["ended_at"], ended
    assert ended["outcome"] == {COMPLETE: "complete", FAILED: "failed"}[expect], ended
    assert lock(home) is None
    again = home.saltctl("resume", "staging")
    assert "Nothing was left unfinished" in again.stdout, again.stdout
    return done


def a_restart_that_was_killed_is_followed_not_repeated(home):
    before = deployments(home)
    killed_after(home, ["restart", "staging", "--yes"], "new tasks of", and_then=lambda: is_deploying(home))
    held = lock(home)
    assert held["holder"] == "dead" and held["what"] == "restart of staging", held
    refused = home.saltctl("db", "upgrade", "staging", "--yes", check=False)
    assert refused.returncode == REFUSED and f"release {held['release_id']}" in refused.stderr, refused.stderr
    assert "saltctl resume" in refused.stderr, refused.stderr

    went_on(home, "restart")

    assert len(deployments(home)) == len(before) + 1, "one restart, not two"


def a_change_of_the_schema_is_made_once(home):
    """Relative steps, too: `-1` killed and gone on with is one step back."""
    head = revision(home)
    killed_after(home, ["db", "downgrade", "staging", "--yes", "--confirm", "staging", "-1"], "A way back beforehand",
                 and_then=lambda: lock(home) is not None)
    said = went_on(home, "db downgrade").stdout
    (back,) = re.findall(r"The schema is at (\w+) \(it was at", said)
    assert back != head and revision(home) == back
    killed_after(home, ["db", "upgrade", "staging", "--yes", "+1"], f"schema {back} up to",
                 and_then=lambda: lock(home) is not None)
    went_on(home, "db upgrade")
    assert revision(home) == head


def a_change_of_the_configuration_is_picked_up(home):
    before, tasks = home.saltctl("config", "get", "staging", KEY, "--show").stdout, deployments(home)
    (home.path / "value").write_text("whsec_" + "Wq5" * 11)
    killed_after(home, ["config", "set", "staging", KEY, "--yes", "--restart", "--file", str(home.path / "value")],
                 "Set; it is version")
    said = went_on(home, "config set").stdout
    assert f"{KEY} was changed: version" in said and "Wq5" not in said, said
    assert len(deployments(home)) == len(tasks) + 1
    killed_after(home, ["config", "rollback", "staging", KEY, "--yes", "--restart"], "Done; version")
    went_on(home, "config rollback")
    assert home.saltctl("config", "get", "staging", KEY, "--show").stdout == before
    kept = b"".join(file.read_bytes() for file in (home.path / "release").glob("journal.db*"))
    assert KEY.encode() in kept and b"Wq5" not in kept, "the record names the key, never a value"


def a_restored_database_is_switched_to(home):
    home.saltctl("db", "snapshot", "staging", "--name", "before-the-kill")
    restore = ["db", "restore", "staging", "--snapshot", "before-the-kill", "--switch", "--yes", "--confirm", "staging"]
    killed_after(home, restore, "✓ New database")
    killed_after(home, ["resume", "staging"], "✓ Point DATABASE_URL")
    went_on(home, "db restore")
    now = home.document("status", "staging")["now"]
    assert now["database"].startswith("saltbitter-staging-restored: available"), now


def nobody_crosses_it(home):
    """While one is at it, a release, another procedure and a resume are told who it is."""
    image = home.document("image", "build", "--version", "2.0.0")["reference"]
    process = home.start(words("restart", "staging", "--yes"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    wait_until(lambda: is_deploying(home), "the restart is under way")
    held = lock(home)
    assert held["holder"] == "alive" and held["pid"] == process.pid, held
    for other in (home.deploy_words("staging", image), words("restart", "staging", "--yes"),
                  words("db", "upgrade", "staging", "--yes"), words("resume", "staging")):
        refused = home.run(other, check=False)
        said = refused.stdout + refused.stderr
        assert refused.returncode == REFUSED and f"pid {process.pid}" in said and "restart of staging" in said, said
    assert process.wait(120) == COMPLETE, process.stdout.read()
    assert newest(home)["outcome"] in ("complete", "refused") and lock(home) is None
    rows = {row["kind"]: row for row in home.document("history", "staging") if row["release_id"] == held["release_id"]}
    assert rows["restart"]["outcome"] == "complete", rows


def it_is_in_the_record_of_an_emergency(home):
    """Whoever writes the post-mortem sees what was done by hand before it."""
    restarted = next(row for row in home.document("history", "staging") if row["kind"] == "restart")
    shown = home.document("show", restarted["release_id"])
    assert shown["procedure"]["by"] and shown["end"]["outcome"], shown
    done = home.saltctl("emergency", "rollback", "staging", "--database", "keep", "--yes", "--reason", "a drill", check=False)
    text = pathlib.Path(re.search(r"(\S+\.md), due", done.stdout)[1]).read_text()
    for what in ("restart of staging begun by", "db downgrade of staging: ", "config set of staging: "):
        assert what in text, (what, text)


def procedures_end_whatever_kills_them():
    with Home("procedures") as home:
        home.saltctl("up", "staging")
        wait_until(lambda: not is_deploying(home), "the first release is over")
        for test in (a_restart_that_was_killed_is_followed_not_repeated, a_change_of_the_schema_is_made_once,
                     a_change_of_the_configuration_is_picked_up, a_restored_database_is_switched_to, nobody_crosses_it,
                     it_is_in_the_record_of_an_emergency):
            print(f"  {test.__name__}", flush=True)
            test(home)


if __name__ == "__main__":
    main(procedures_end_whatever_kills_them)
