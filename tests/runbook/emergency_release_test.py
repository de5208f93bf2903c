"""`saltctl emergency rollback production` while a release is on its way: living, waiting, killed; on a terminal; two at
once; and killed in the middle of its own steps."""
import json
import os
import pathlib
import re
import signal
import subprocess
import threading

from harness import BIN, SOURCE, Home, last_revision_but_one, main
from killing import killed_after
from terminal import Terminal
from whole import nothing_is_left, production_is_whole

OK, FAILED, ROLLED_BACK, PERSON_NEEDED, REFUSED = 0, 3, 4, 5, 6
EMERGENCY = ["emergency", "rollback", "production"]
RESUME = ["resume", "production"]
LONG = 120  # seconds of watch: nobody waits for its end
APPLICATION, DATABASE, POST_MORTEM = 0, 1, 5


def build(home, version, *options):
    return home.document("image", "build", "--version", version, *options)["reference"]


def walked_in(text):
    return next(json.loads(line) for line in text.splitlines() if line.startswith("{"))


def states(walked):
    return [step["state"] for step in walked["steps"]]


class Living:
    """A deploy in a process of its own, which has come as far as this line."""

    def __init__(self, home, image, line, approved=True):
        words = [w for w in home.deploy_words("production", image) if approved or w != "--approve"]
        self.process = home.start(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.said = []
        for text in self.process.stdout:
            self.said.append(text)
            if re.search(line, text):
                break
        else:
            raise AssertionError(f"never said {line}: {''.join(self.said)}")
        self.reader = threading.Thread(target=lambda: self.said.extend(self.process.stdout), daemon=True)
        self.reader.start()

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def end(self):
        self.reader.join(120)
        return self.process.wait(30), "".join(self.said)


def is_one_story(home, walked, *words):
    """The post-mortem has the release that was taken back, and what was asked for."""
    text = pathlib.Path(walked["steps"][POST_MORTEM]["proof"].split(", due")[0]).read_text()
    for word in words:
        assert word in text, (word, text)


def newest(home):
    return home.document("history", "production")[0]


def a_living_release_is_ended_and_the_second_emergency_is_told(home):
    """In the watch; on a terminal, with the schema taken back by answer."""
    deploy = Living(home, build(home, "2.0.0"), r" watch: ")
    release = newest(home)["release_id"]
    with Terminal([BIN / "saltctl", *EMERGENCY, "--reason", "cards fail"], home.environment, SOURCE) as terminal:
        shown = terminal.expect(r"Begin\? \[y/N\]")
        assert "Roll back the database: ask" in shown and "or end the release" in shown, shown
        terminal.type("y")
        asked = terminal.expect(r"keep, downgrade or restore\? \[keep\]")
        assert f"downgrade: the schema back to {last_revision_but_one()}" in asked, asked
        assert "lost for good: the column profiles.last_active_at" in asked, asked
        assert re.search(r"restore: saltbitter-rel-\S+ into a new database; lost is what was written", asked), asked
        # The application is back by now, whatever is done about the database.
        assert deploy.end()[0] == ROLLED_BACK, deploy.said
        for words in ([*EMERGENCY, "--yes"], RESUME):
            second = home.saltctl(*words, check=False)
            assert second.returncode == REFUSED, (words, second.stdout, second.stderr)
            assert "another saltctl is at the emergency rollback of production" in second.stderr, second.stderr
            assert "saltctl status production" in second.stderr, second.stderr
        terminal.type("downgrade")
        ended = terminal.expect(r"6\s+Schedule post-mortem\s+done.*\n")
        assert terminal.wait() == OK, terminal.seen
    assert re.search(rf"1\s+Roll back application\s+done\s+{release}", ended), ended
    assert re.search(rf"2\s+Roll back database\s+done\s+alembic current says {last_revision_but_one()}; lost", ended), ended
    assert home.document("db", "current", "production")["revision"] == last_revision_but_one()
    assert newest(home)["release_id"] == release and newest(home)["outcome"] == "rolled_back", newest(home)
    production_is_whole(home, "1.0.0")


def one_without_a_deployment_is_stopped_as_soon_as_it_has_one(home):
    deploy = Living(home, build(home, "2.1.0"), "release lock taken")
    release = newest(home)["release_id"]
    done = home.saltctl(*EMERGENCY, "--yes", "--json")

    walked = walked_in(done.stdout)
    assert release in walked["steps"][APPLICATION]["proof"], walked
    assert deploy.end()[0] in (FAILED, ROLLED_BACK), deploy.said
    assert newest(home)["release_id"] == release, newest(home)
    production_is_whole(home, "1.0.0")


def kills_within_its_steps_are_resumed(home):
    """Of an emergency after a complete release: in its own release, at ECS, and in the downgrade. Meanwhile another release
    waits for its approval: it has changed nothing and is withdrawn, and what serves is taken back."""
    home.watch_for(1)
    home.deploy("production", build(home, "3.0.0"))
    waiting = Living(home, build(home, "3.1.0"), "waiting for an approval", approved=False)
    words = [*EMERGENCY, "--database", "downgrade", "--yes", "--confirm", "production", "--reason", "rows are wrong"]
    killed_after(home, words, "release lock taken")
    code, said = waiting.end()
    assert code == REFUSED and "withdrawn before anything was changed" in said, (code, said)
    assert home.document("lock", "show", "production")["holder"] == "dead"
    killed_after(home, RESUME, "smoke tests on the test listener")
    killed_after(home, RESUME, "Running downgrade")
    done = home.saltctl(*RESUME, "--json")

    walked = walked_in(done.stdout)
    assert walked["complete"] and states(walked) == ["done"] * 6, walked
    assert "lost: the column profiles.last_active_at" in walked["steps"][DATABASE]["proof"], walked
    assert home.document("db", "current", "production")["revision"] == last_revision_but_one()
    back = newest(home)
    assert (back["kind"], back["outcome"]) == ("rollback", "complete"), back
    is_one_story(home, walked, "rows are wrong", "the column profiles.last_active_at", back["release_id"], "3.0.0")
    production_is_whole(home, "1.0.0")


def a_killed_release_is_taken_over(home):
    """It holds the lock; and the emergency that takes it back is killed, too."""
    home.watch_for(LONG)
    deploy = Living(home, build(home, "4.0.0"), r" watch: ")
    release = newest(home)["release_id"]
    deploy.kill()
    killed_after(home, [*EMERGENCY, "--yes"], "rolling back")
    assert home.document("status", "production")["unfinished"]["release_id"] == release
    done = home.saltctl(*RESUME, "--json")

    walked = walked_in(done.stdout)
    assert walked["complete"] and states(walked) == ["done", "skipped", "done", "done", "done", "done"], walked
    assert release in walked["steps"][APPLICATION]["proof"], walked
    assert newest(home)["release_id"] == release and newest(home)["outcome"] == "rolled_back", newest(home)
    is_one_story(home, walked, release, "4.0.0")
    production_is_whole(home, "1.0.0")


def answers_on_a_terminal(home):
    """No at first; then Enter, which keeps; then a snapshot, in another emergency than the one that a person is needed for."""
    home.watch_for(1)
    home.deploy("production", build(home, "5.0.0"))
    declared = database_host(home)
    with Terminal([BIN / "saltctl", *EMERGENCY], home.environment, SOURCE) as terminal:
        terminal.expect(r"Begin\? \[y/N\]")
        terminal.type("")
        terminal.expect("Nothing was done")
        assert terminal.wait() == REFUSED, terminal.seen
    with Terminal([BIN / "saltctl", *EMERGENCY, "--to", "999"], home.environment, SOURCE) as terminal:
        terminal.expect(r"Begin\? \[y/N\]")
        terminal.type("y")
        asked = terminal.expect(r"keep, downgrade or restore\? \[keep\]")
        assert "what would be lost cannot be said from here" in asked, asked
        terminal.type("")
        terminal.expect("To try again what failed: saltctl resume production")
        assert terminal.wait() == PERSON_NEEDED, terminal.seen
        assert re.search(r"2\s+Roll back database\s+skipped\s+kept as it is", terminal.seen), terminal.seen
    assert database_host(home) == declared
    with Terminal([BIN / "saltctl", *EMERGENCY, "--new"], home.environment, SOURCE) as terminal:
        terminal.expect(r"Begin\? \[y/N\]")
        terminal.type("y")
        terminal.expect(r"keep, downgrade or restore\? \[keep\]")
        terminal.type("restore")
        lost = terminal.expect(r"lost to the service: .*\n")
        assert "what was written after" in lost, lost
        terminal.expect(r"6\s+Schedule post-mortem\s+done")
        assert terminal.wait() == OK, terminal.seen
    assert database_host(home) != declared, "the service is on the restored database"
    production_is_whole(home, "1.0.0")
    assert "Nothing was left unfinished" in home.saltctl("resume", "production").stdout


def database_host(home):
    return re.search(r"@([^/]+)/", home.saltctl("config", "get", "production", "DATABASE_URL", "--show").stdout)[1]


def emergencies_during_a_release():
    with Home("emergency-release") as home:
        home.watch_for(LONG)
        home.saltctl("up", "production",
                     "--image", build(home, "1.0.0", "--migrations-through", last_revision_but_one()))
        for chapter in (a_living_release_is_ended_and_the_second_emergency_is_told,
                        one_without_a_deployment_is_stopped_as_soon_as_it_has_one, kills_within_its_steps_are_resumed,
                        a_killed_release_is_taken_over, answers_on_a_terminal):
            print(f"  {chapter.__name__}", flush=True)
            chapter(home)
            nothing_is_left(home)


main(emergencies_during_a_release)
