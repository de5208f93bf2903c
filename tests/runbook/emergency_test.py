"""`saltctl emergency rollback production`, killed with -9 at each of its six steps, then resumed."""
import pathlib
import re
import socket
import sqlite3
import subprocess

from harness import Home, as_json, main
from killing import killed_after
from whole import nothing_is_left

STEPS = ("Roll back application", "Roll back database", "Clear Redis cache", "Notify #incidents",
         "Update status page", "Schedule post-mortem")
OK, PERSON_NEEDED, REFUSED = 0, 5, 6


class Redis:
    """A few words of RESP."""

    def __init__(self, address):
        host, _, port = address.rpartition(":")
        self.socket = socket.create_connection((host, int(port)), 10)

    def __call__(self, *words):
        self.socket.sendall(b"*%d\r\n" % len(words) + b"".join(
            b"$%d\r\n%s\r\n" % (len(word), word) for word in (str(w).encode() for w in words)))
        return self.socket.recv(65536).decode()

    def has(self, key):
        return self("EXISTS", key) == ":1\r\n"


def killed_at(home, words, step):
    killed_after(home, words, rf"^\d\. {re.escape(step)}$")


def messages(home):
    with sqlite3.connect(f"file:{home.path / 'release' / 'outbox.db'}?mode=ro", uri=True) as database:
        return sorted(row[0] for row in database.execute("SELECT id FROM messages WHERE id LIKE 'emg-%'"))


def a_kill_at_each_step_loses_nothing(home):
    redis = Redis(re.search(r"at (\S+)$", home.document("status", "production")["now"]["cache"])[1])
    for key in ("matches:user:1:daily", "matches:user:2:daily", "login:failures:x", "somebody:else"):
        redis("SET", key, "1")

    killed_at(home, ["emergency", "rollback", "production", "--reason", "payments | fail", "--yes"], STEPS[0])
    for step in STEPS[1:]:
        killed_at(home, ["resume", "production"], step)
    done = home.saltctl("resume", "production", "--json")

    walked = next(as_json_line(line) for line in done.stdout.splitlines() if '"steps"' in line)
    states = {step["step"]: step for step in walked["steps"]}
    assert walked["complete"], walked
    assert [step["state"] for step in walked["steps"]] == ["done", "skipped", "done", "done", "done", "done"], walked
    status = home.document("status", "production")
    assert status["now"]["version"].split("+")[0] == "1.0.0" and status["unfinished"] is None, status
    rollbacks = [row for row in home.document("history", "production") if row["kind"] == "rollback"]
    assert [row["outcome"] for row in rollbacks] == ["complete"], rollbacks
    assert redis.has("somebody:else") and redis.has("login:failures:x"), "only what was cached"
    assert not redis.has("matches:user:1:daily") and not redis.has("matches:user:2:daily")
    assert [id.rpartition("/")[2] for id in messages(home)] == ["incidents", "status_page"], messages(home)
    document = pathlib.Path(states["post_mortem"]["proof"].split(", due")[0])
    text = document.read_text()
    for needed in ("# Post-mortem emg-", r"payments \| fail", "1.0.0", "2.0.0", "## Timeline", rollbacks[0]["release_id"]):
        assert needed in text, (needed, text)
    nothing_left = home.saltctl("resume", "production")
    assert "Nothing was left unfinished" in nothing_left.stdout, nothing_left.stdout


def as_json_line(line):
    return as_json(subprocess.CompletedProcess((), 0, line))


def what_fails_does_not_stop_the_rest(home):
    """Nothing good is left to go back to: a person is needed, and is told so; the other steps are done."""
    failed = home.saltctl("emergency", "rollback", "production", "--to", "999", "--yes", "--json", check=False)

    assert failed.returncode == PERSON_NEEDED, failed.stdout + failed.stderr
    walked = as_json(failed)
    assert [step["state"] for step in walked["steps"]] == ["failed", "skipped", "done", "done", "done", "done"], walked
    assert "saltctl resume production" in failed.stderr, failed.stderr
    retried = home.saltctl("emergency", "rollback", "production", "--yes", "--json")
    assert as_json(retried)["id"] == walked["id"] and as_json(retried)["complete"], retried.stdout


def it_asks_first(home):
    refused = home.saltctl("emergency", "rollback", "production", check=False)
    assert refused.returncode == 2 and "--yes" in refused.stderr, refused.stderr
    unsafe = home.saltctl("emergency", "rollback", "production", "--database", "downgrade", "--yes", check=False)
    assert unsafe.returncode == 2 and "--confirm production" in unsafe.stderr, unsafe.stderr
    wrong = home.saltctl("emergency", "rollback", "production", "--database", "drop", "--yes", check=False)
    assert wrong.returncode == 2 and "keep, downgrade or restore" in wrong.stderr, wrong.stderr


def the_database_goes_back_when_told_to(home):
    """From an image with one more revision, whose down side only that image has."""
    home.saltctl("emergency", "rollback", "production", "--database", "downgrade", "--yes", "--confirm", "production")
    current = home.document("db", "current", "production")
    assert current["revision"] == "8173c5e402a8", current


def build(home, version, *options):
    return home.document("image", "build", "--version", version, *options)["reference"]


def release(home, version, *options):
    home.deploy("production", build(home, version, *options))


def rolls_everything_back():
    with Home("emergency") as home:
        home.watch_for(1)
        home.saltctl("up", "production",
                     "--image", build(home, "1.0.0", "--migrations-through", "8173c5e402a8"))
        release(home, "2.0.0")
        it_asks_first(home)
        a_kill_at_each_step_loses_nothing(home)
        release(home, "3.0.0")
        the_database_goes_back_when_told_to(home)
        what_fails_does_not_stop_the_rest(home)
        nothing_is_left(home)


main(rolls_everything_back)
