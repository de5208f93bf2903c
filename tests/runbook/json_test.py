"""`--json` for every command that `saltctl help --json` lists: stdout is JSON and nothing else, whatever the outcome."""
import contextlib
import json
import re
import subprocess
import time

from harness import BIN, SOURCE, Home, main, wait_until
from receivers import API_KEY, APP_KEY, Datadog, Receiver
from whole import nothing_is_left

OK, FINDINGS, ROLLED_BACK, REFUSED = 0, 1, 4, 6
# Run with --json by another test, which has what they need.
ELSEWHERE = {"hotfix start": "hotfix_test.py", "hotfix ship": "hotfix_test.py"}
# What is printed is the command's own, to be handed on as it is.
PASSES_ON = {"shell"}
# These print text as yet, `rollback` while a release is on its way. To be emptied as they are mended.
NOT_YET = set()
LONG = 120  # seconds of watch: nobody waits for its end


def document(text):
    return json.loads(text)


def one_a_line(text):
    """Where documents come one after the other."""
    return [json.loads(line) for line in text.splitlines()]


def last_line(text):
    """After what a command in a task printed."""
    return json.loads(text.splitlines()[-1])


class Asked:
    """Each command that was asked for JSON, and gave it."""

    def __init__(self, home):
        self.home, self.names, self.wrong = home, set(), []

    def __call__(self, name, *words, codes=(OK,), read=document, text=None):
        self.names.add(name)
        done = self.home.saltctl(*name.split(), "--json", *words, check=False, text=text)
        assert done.returncode in codes, (name, words, done.returncode, done.stdout, done.stderr)
        try:
            found = read(done.stdout)
        except (ValueError, IndexError):
            wrong = f"saltctl {name} --json {' '.join(words)}: {done.stdout[:100]!r}"
            if name in NOT_YET:
                print(f"  not yet: {wrong}", flush=True)
            else:
                self.wrong.append(wrong)
            return None
        return found


@contextlib.contextmanager
def deploying(home, image, *, until, approved):
    """A deploy with --json that has come this far; its report is JSON, too."""
    words = [w for w in home.deploy_words("production", image, "--json") if approved or w != "--approve"]
    process = home.start(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    for line in process.stderr:
        if re.search(until, line):
            break
    else:
        raise AssertionError(f"never said {until}: {process.stdout.read()}")
    ended = {}
    yield ended
    said, _ = process.communicate(timeout=120)
    ended.update(code=process.returncode, report=json.loads(said))


def looking(ask):
    ask("ps")
    ask("status", "production")
    ask("health", "production")
    ask("history", "production")
    ask("plan", "production", codes=(REFUSED,))
    ask("checklist", "pre", "production", codes=(REFUSED,))
    ask("events", "production")
    ask("logs", "production", "--since", "10", read=one_a_line)
    ask("watch", "production", "--once", read=one_a_line)
    ask("smoke", "production")
    ask("doctor", "production", "--quick", codes=(OK, FINDINGS))
    ask("exec", "production", "--", "echo", "in a task", read=last_line)
    ask("image list")


def of_itself(ask):
    ask("version")
    ask("help")
    ask("help", "deploy")
    ask("man", "deploy")
    for shell in ("bash", "zsh", "fish"):
        ask("completion", shell)
    found = ask("env", "production")
    assert found is None or "AWS_REGION" in json.dumps(found), sorted(found)


def configuration(ask):
    ask("config get", "production")
    ask("config set", "production", "SECRET_KEY", "--yes", text="a-value-of-a-test-that-is-long-enough")
    ask("config set", "production", "SECRET_KEY", "--yes", text="a-value-of-a-test-that-is-long-enough")
    ask("config diff", "production", "SECRET_KEY")
    ask("config history", "production", "SECRET_KEY")
    ask("config rollback", "production", "SECRET_KEY", "--yes")
    ask("restart", "production", "--yes")


def database(ask):
    ask("db current", "production")
    ask("db downgrade", "production", "-1", "--yes", "--confirm", "production")
    ask("db upgrade", "production", "--yes")
    ask("db snapshot", "production", "--name", "of-a-test")
    ask("db snapshots", "production")
    ask("db restore", "production", "--snapshot", "of-a-test", "--yes")


def a_lock(ask):
    home = ask.home
    assert ask("lock show", "production") is None
    assert ask("lock break", "production", "--reason", "none is there", "--yes") == {"broken": False}
    lock = {"release_id": "rel-gone", "owner": "anna", "host": home.run(["uname", "-n"]).stdout.strip(), "pid": 999999,
            "start_ticks": "1", "nonce": "n", "taken_at": time.time(), "what": "deploy 9.9.9 to production"}
    home.shell("production", "aws ssm put-parameter --name /saltbitter/production/release-lock --type String "
                             f"--value '{json.dumps(lock)}'")
    assert ask("lock show", "production")["holder"] == "dead"
    assert ask("lock break", "production", "--reason", "it is dead", "--yes") == {"broken": True}


def messages(ask):
    ask("inbox")
    ask("outbox")
    ask("outbox flush")
    ask("outbox dead")
    ask("silences", "production")
    ask("silences clear", "production")
    account = Datadog()
    with Receiver(account.check) as datadog:
        datadog.come_alive()
        ask.home.environment |= {"DD_API_KEY": API_KEY, "DD_APP_KEY": APP_KEY, "DD_API_URL": datadog.url}
        ask("monitors diff", codes=(FINDINGS,))
        assert {change["kind"] for change in ask("monitors apply", "--yes")} == {"create"}
        assert {change["kind"] for change in ask("monitors apply", "--yes")} == {"unchanged"}
        for name in ("DD_API_KEY", "DD_APP_KEY", "DD_API_URL"):
            del ask.home.environment[name]


def releases(ask):
    home = ask.home
    home.watch_for(1)
    image = ask("image build", "--version", "2.0.0")["reference"]
    with deploying(home, image, until="waiting for an approval", approved=False) as ended:
        ask("approve", "production", "--yes")
    assert ended["code"] == OK and ended["report"]["outcome"] == "complete", ended
    ask("show", ended["report"]["release_id"])
    ask("checklist", "post", "production", codes=(REFUSED,))
    with deploying(home, image, until="waiting for an approval", approved=False) as ended:
        ask("reject", "production", "--reason", "a test", "--yes")
    assert ended["code"] == REFUSED and ended["report"]["outcome"] == "refused", ended
    # Going back: from a release that waits, from one that is watched, and from one that is complete.
    with deploying(home, image, until="waiting for an approval", approved=False) as ended:
        ask("rollback", "production", "--yes")
    assert ended["code"] == REFUSED, ended
    home.watch_for(LONG)
    with deploying(home, image, until=" watch: ", approved=True) as ended:
        ask("rollback", "production", "--yes")
    assert ended["code"] == ROLLED_BACK and ended["report"]["outcome"] == "rolled_back", ended
    home.watch_for(1)
    assert ask("rollback", "production", "--yes")["outcome"] == "complete"
    assert ask("resume", "production") is None
    assert ask("emergency rollback", "production", "--database", "keep", "--yes")["complete"]
    ask.names.add("deploy")


def every_command_answers_as_json():
    with Home("json") as home:
        ask = Asked(home)
        image = ask("image build", "--version", "1.0.0")["reference"]
        ask("up", "production", "--image", image)
        for chapter in (of_itself, looking, configuration, database, a_lock, messages, releases):
            began = time.monotonic()
            chapter(ask)
            print(f"  {chapter.__name__} {time.monotonic() - began:.1f} s", flush=True)
        nothing_is_left(home)
        table = {row["name"] for row in home.document("help")}
        ask("down")
        assert not ask.wrong, "no JSON, or more than that:\n" + "\n".join(ask.wrong)
        for name, test in ELSEWHERE.items():
            assert re.search(rf"saltctl {name} .*--json", (SOURCE / "tests/runbook" / test).read_text()), (name, test)
        assert table == ask.names | set(ELSEWHERE) | PASSES_ON, table ^ (ask.names | set(ELSEWHERE) | PASSES_ON)
        print(f"  {len(ask.names)} commands", flush=True)


main(every_command_answers_as_json)
