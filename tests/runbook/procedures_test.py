"""What an operator does between releases: alone in its environment, written down, and gone on with by `saltctl resume`
after a kill -9 at each of its steps."""
import pathlib
import re
import subprocess

from between import CutOff
from harness import BIN, Home, as_json, aws_call, main, wait_until
from killing import killed_after, killed_before_the_answer

LOCK = "/saltbitter/staging/release-lock"
CLUSTER, SERVICE = "saltbitter-staging", "saltbitter-api-staging"
COMPLETE, FAILED, REFUSED = 0, 3, 6
KEY = "STRIPE_WEBHOOK_SECRET"


def words(*given):
    return [BIN / "saltctl", *given]


def newest(home):
    return home.document("history", "staging")[0]


def ssm(home, operation, **more):
    """Of the lock's parameter."""
    return home.call(aws_call.ssm, operation, {"Name": LOCK, **more})


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
    findings = {row["id"]: row for row in as_json(home.saltctl("doctor", "staging", "--json", check=False))["findings"]}
    assert findings["lock-without-owner"]["next"] == "saltctl resume staging", findings
    left = ssm(home, "GetParameter")["Parameter"]["Value"]

    went_on(home, "restart")

    assert len(deployments(home)) == len(before) + 1, "one restart, not two"
    # As a kill between the last word in the record and the lock's end leaves it.
    ssm(home, "PutParameter", Value=left, Type="String")
    home.saltctl("restart", "staging", "--yes")
    assert lock(home) is None


def a_release_overtakes_it(home):
    """What was agreed to before is not carried out over what came since."""
    killed_after(home, ["restart", "staging", "--yes"], "new tasks of", and_then=lambda: is_deploying(home))
    overtaken = newest(home)["release_id"]
    wait_until(lambda: not is_deploying(home), "its deployment is over")
    home.saltctl("lock", "break", "staging", "--reason", "its process is dead", "--yes")
    home.deploy("staging", home.document("image", "build", "--version", "1.5.0")["reference"])
    tasks = deployments(home)

    done = home.saltctl("resume", "staging", check=False)

    assert done.returncode == FAILED and "is given up: a release was made since" in done.stdout, (done.stdout, done.stderr)
    (row,) = [row for row in home.document("history", "staging") if row["release_id"] == overtaken]
    assert row["outcome"] == "failed" and row["ended_at"], row
    assert deployments(home) == tasks and lock(home) is None
    assert "Nothing was left unfinished" in home.saltctl("resume", "staging").stdout


def stopped_before_its_first_change(home, act, what, *given):
    """`act` is done at the moment in which it gets the lock; it goes no further."""
    before = (deployments(home), revision(home), home.saltctl("config", "get", "staging", KEY, "--show").stdout)
    with CutOff(home, "PutParameter", 1, act):
        refused = home.saltctl(*what.split(), "staging", "--yes", *given, check=False)
    assert refused.returncode == REFUSED, (what, refused.returncode, refused.stdout, refused.stderr)
    assert newest(home)["kind"] == what and newest(home)["outcome"] == "refused", newest(home)
    assert "Nothing was left unfinished" in home.saltctl("resume", "staging").stdout
    return refused.stderr, before


def a_lock_that_is_taken_away_stops_it(home):
    """Before its next change, as it stops a release."""
    (home.path / "value").write_text("whsec_" + "Wq5" * 11)
    for what, *given in (("restart",), ("db downgrade", "--confirm", "staging", "-1"),
                         ("config set", KEY, "--restart", "--file", home.path / "value")):
        said, before = stopped_before_its_first_change(home, lambda: ssm(home, "DeleteParameter"), what, *given)
        assert "the release lock is not ours any more" in said, said
        assert before == (deployments(home), revision(home),
                          home.saltctl("config", "get", "staging", KEY, "--show").stdout), what


def a_schema_that_moved_meanwhile_is_left_alone(home):
    head = revision(home)
    said, _ = stopped_before_its_first_change(home, lambda: home.shell("staging", "alembic downgrade -1"), "db downgrade",
                                              "--confirm", "staging", "-2")
    moved = revision(home)
    assert moved != head and f"the schema is at {moved} by now" in said, said
    home.shell("staging", "alembic upgrade head")
    assert revision(home) == head and lock(home) is None


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


def what_was_never_set_is_not_said_to_be(home):
    """Killed before it wrote; somebody else sets it; the resume does not take that for its own."""
    (home.path / "value").write_text("whsec_" + "Wq5" * 11)
    (home.path / "other").write_text("whsec_" + "Zt7" * 11)
    killed_before_the_answer(home, ["config", "set", "staging", KEY, "--yes", "--restart", "--file",
                                    home.path / "value"], "PutParameter", 1)
    home.saltctl("config", "set", "staging", KEY, "--yes", "--file", home.path / "other")
    done = home.saltctl("resume", "staging", check=False)
    assert done.returncode == FAILED and "does not hold what it was to be set to" in done.stderr, (done.stdout, done.stderr)
    assert "Wq5" not in done.stdout + done.stderr and "Zt7" not in done.stdout + done.stderr
    home.saltctl("config", "rollback", "staging", KEY, "--yes")
    assert lock(home) is None


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
        for test in (a_restart_that_was_killed_is_followed_not_repeated, a_release_overtakes_it,
                     a_lock_that_is_taken_away_stops_it, a_schema_that_moved_meanwhile_is_left_alone,
                     a_change_of_the_schema_is_made_once, a_change_of_the_configuration_is_picked_up,
                     what_was_never_set_is_not_said_to_be, a_restored_database_is_switched_to, nobody_crosses_it,
                     it_is_in_the_record_of_an_emergency):
            print(f"  {test.__name__}", flush=True)
            test(home)


if __name__ == "__main__":
    main(procedures_end_whatever_kills_them)
