"""Each way back of production, and what it asks of ECS: the hook's ROLLBACK, StopServiceDeployment, a release of the old
version; of a release that waits, that was killed, or whose schema the old code does not live with."""
import json
import signal
import subprocess
import threading

import between
from checkout import Checkout
from harness import Home, last_revision_but_one, main
from killing import COMPLETE, ROLLED_BACK, build, killed_after, killed_before_the_answer
from whole import production_is_whole

REFUSED, INTERRUPTED = 6, 7
LOCK = 3  # of the parameters that a release puts: after the request for approval and its answer
CHANGES = ("UpdateService", "ContinueServiceDeployment", "StopServiceDeployment")
CONTRACT = """-- revision: 00c0ffee0001
-- revises: {}
-- message: something is taken away
-- created: 2026-11-23
-- phase: contract

-- upgrade
COMMENT ON TABLE profiles IS 'taken away';

-- downgrade
COMMENT ON TABLE profiles IS NULL;
"""


class Recorder(between.Between):
    """What saltctl asks ECS to change while the block runs."""

    def __enter__(self):
        self.asked = []
        self.answer_with(self.note)
        return super().__enter__()

    def note(self, call):
        if call.service == "ecs" and call.operation in CHANGES:
            self.asked.append((call.operation, call.document()))

    def answers(self):
        """To ECS's pauses, in order: CONTINUE or ROLLBACK."""
        return [document["action"] for operation, document in self.asked if operation == "ContinueServiceDeployment"]

    def stops(self):
        return [document["stopType"] for operation, document in self.asked if operation == "StopServiceDeployment"]

    def updated_to(self):
        """Task definitions that the service was given."""
        return [document["taskDefinition"].rpartition("/")[2] for operation, document in self.asked
                if operation == "UpdateService" and document.get("taskDefinition")]


def newest(home):
    return home.document("show", home.document("history", "production")[0]["release_id"])


def serving(home):
    """The task definition's family and revision."""
    service = home.ecs("DescribeServices", {"cluster": "saltbitter-prod", "services": ["saltbitter-api-prod"]})["services"][0]
    return service["taskDefinition"].rpartition("/")[2]


class Living:
    """A deploy whose process goes on, once it said this."""

    def __init__(self, home, words, line):
        self.process = home.start(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.said = []
        for text in self.process.stdout:
            self.said.append(text)
            if line in text:
                return
        raise AssertionError(f"never said {line!r}: {''.join(self.said)[-3000:]}")

    def end(self):
        self.said.append(self.process.stdout.read())
        self.process.stdout.close()
        return self.process.wait(60), "".join(self.said)


def a_complete_release_is_followed_by_one_of_the_old_version(home):
    old = serving(home)
    home.deploy("production", build(home, "2.0.0"))
    with Recorder(home) as ecs:
        back = home.saltctl("rollback", "production", "--reason", "too many complaints", "--yes")

    assert ecs.updated_to()[0] == old and ecs.answers() == ["CONTINUE", "CONTINUE"] and not ecs.stops(), ecs.asked
    assert f"goes to     {old}" in back.stdout, back.stdout
    record = newest(home)
    assert record["plan"]["kind"] == "rollback" and record["plan"]["reason"] == "too many complaints", record["plan"]
    # The schema stays: the record says what that means.
    assert record["plan"]["schema_note"] == \
        "the schema is 1 revision ahead of the older code, and it only adds: the older code lives with it", record["plan"]
    assert "(head)" in home.shell("production", "alembic current").stdout
    production_is_whole(home, "1.0.0")


def a_release_takes_itself_back_by_the_hooks_answer(home):
    with Recorder(home) as ecs:
        done = home.deploy("production", build(home, "3.0.0", "--faults", "matches_error=1"), check=False)
    assert done.returncode == ROLLED_BACK, done.stdout
    assert ecs.answers() == ["ROLLBACK"] and not ecs.stops() and len(ecs.updated_to()) == 1, ecs.asked
    production_is_whole(home, "1.0.0")


def a_living_release_is_stopped(home):
    """Whether ECS waits for an answer or moves: its own StopServiceDeployment, and the releasing saltctl sees it."""
    for version, line in (("4.0.0", "ECS: SCALE_UP"), ("4.1.0", "watch: error rate")):
        with Recorder(home) as ecs:
            release = Living(home, home.deploy_words("production", build(home, version)), line)
            back = home.saltctl("rollback", "production", "--yes")
            code, said = release.end()

        assert "ECS was asked to put the old version back" in back.stdout, back.stdout
        assert code == ROLLED_BACK, (line, code, said)
        assert ecs.stops()[:1] == ["ROLLBACK"] and len(ecs.updated_to()) == 1, (line, ecs.asked)
        assert newest(home)["release"]["outcome"] == "rolled_back", line
        production_is_whole(home, "1.0.0")


def a_release_without_a_deployment_is_left_and_then_ended(home):
    """There is nothing yet that ECS could take back: who asks is told how to end it."""
    is_migrating, goes_on = threading.Event(), threading.Event()
    with between.CutOff(home, "RunTask", 1, lambda: is_migrating.set() or goes_on.wait(60)):
        release = Living(home, home.deploy_words("production", build(home, "4.2.0")), "task definition saltbitter")
        assert is_migrating.wait(60)
        early = home.saltctl("rollback", "production", "--yes", check=False)
        release.process.send_signal(signal.SIGINT)
        goes_on.set()
        code, said = release.end()

    assert early.returncode == 1 and "there is no deployment to take back yet" in early.stderr, (early, said)
    assert f"Ctrl-C in the saltctl that is releasing (pid {release.process.pid} " in early.stderr, early.stderr
    assert code == INTERRUPTED, (code, said)
    back = home.saltctl("rollback", "production", "--yes", check=False)
    assert back.returncode == COMPLETE and newest(home)["release"]["outcome"] == "failed", (back, newest(home)["release"])
    production_is_whole(home, "1.0.0")


def a_release_that_waits_is_withdrawn(home):
    words = [word for word in home.deploy_words("production", build(home, "5.0.0")) if word != "--approve"]
    with Recorder(home) as ecs:
        release = Living(home, words, "waiting for an approval")
        back = home.saltctl("rollback", "production", "--yes")
        code, said = release.end()

    assert "waited for an approval and is withdrawn; nothing was changed" in back.stdout, back.stdout
    assert code == REFUSED and "withdrawn before anything was changed" in said, (code, said)
    assert not ecs.asked, ecs.asked
    production_is_whole(home, "1.0.0")


def a_release_whose_process_was_killed_is_taken_back(home):
    for version, line, outcome in (("6.0.0", "watch: error rate", "rolled_back"), ("6.1.0", "ECS: SCALE_UP", "rolled_back"),
                                   ("6.2.0", "its lock", "failed")):
        words = home.deploy_words("production", build(home, version))[1:]
        if outcome == "failed":
            killed_before_the_answer(home, words, "PutParameter", LOCK)
        else:
            killed_after(home, words, line)
        with Recorder(home) as ecs:
            back = home.saltctl("rollback", "production", "--yes", check=False)

        assert back.returncode == COMPLETE, (line, back.returncode, back.stdout, back.stderr)
        record = newest(home)
        assert record["release"]["outcome"] == outcome, record["release"]
        # Where nothing was begun there is nothing to take back.
        wanted = [] if outcome == "failed" else ["ROLLBACK"]
        assert ecs.answers() + ecs.stops() == wanted and not ecs.updated_to(), (line, ecs.asked)
        assert "aborted by" in record["release"]["cause"], record["release"]
        production_is_whole(home, "1.0.0")


def a_schema_that_the_old_code_does_not_live_with_is_in_the_way(home):
    checkout = Checkout(home)
    head = home.shell("production", "alembic current").stdout.split()[0]
    (checkout.folder / "db" / "revisions" / "00c0ffee0001_less.sql").write_text(CONTRACT.format(head))
    image = json.loads(checkout.saltctl("image", "build", "--version", "7.0.0", "--json").stdout)["reference"]
    old = serving(home)
    home.deploy("production", image)

    refused = home.saltctl("rollback", "production", "--to", old.rpartition(":")[2], "--yes", check=False)

    assert refused.returncode != COMPLETE, refused.stdout
    for words in ("cannot be put back", "the older code does NOT live with it", "saltctl db downgrade production",
                  "--despite-schema"):
        assert words in refused.stderr, (words, refused.stderr)
    production_is_whole(home, "7.0.0")
    home.saltctl("rollback", "production", "--to", old.rpartition(":")[2], "--despite-schema", "--yes")
    assert "does NOT live with it" in newest(home)["plan"]["schema_note"], newest(home)["plan"]
    production_is_whole(home, "1.0.0")


def every_way_back():
    with Home("ways-back") as home:
        home.watch_for(2)
        home.saltctl("up", "production", "--image",
                     build(home, "1.0.0", "--migrations-through", last_revision_but_one()))
        for way in (a_complete_release_is_followed_by_one_of_the_old_version,
                    a_release_takes_itself_back_by_the_hooks_answer, a_living_release_is_stopped,
                    a_release_without_a_deployment_is_left_and_then_ended, a_release_that_waits_is_withdrawn,
                    a_release_whose_process_was_killed_is_taken_back,
                    a_schema_that_the_old_code_does_not_live_with_is_in_the_way):
            print(f"  {way.__name__}", flush=True)
            way(home)


main(every_way_back)
