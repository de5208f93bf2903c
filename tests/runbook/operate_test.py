"""The operator's commands on one environment of each kind: production's secret and staging's parameters."""
import contextlib
import json
import re
import time

from harness import BIN, Home, as_json, main, wait_until
from terminal import Terminal

OK, FINDINGS, USAGE, ROLLED_BACK, REFUSED = 0, 1, 2, 4, 6
STRIPE = "whsec_" + "Zq7" * 11  # a value that nothing else here looks like


class Operator:
    """Runs saltctl and keeps all that it ever said."""

    def __init__(self, home):
        self.home = home
        self.said = []

    def __call__(self, *words, expect=OK, text=None):
        done = self.home.saltctl(*words, check=False, text=text)
        self.said.append(done.stdout + done.stderr)
        assert done.returncode == expect, (words, done.returncode, done.stdout, done.stderr)
        return done

    def document(self, *words, expect=OK, text=None):
        return as_json(self(*words, "--json", expect=expect, text=text))

    def refused(self, *words, saying, expect=REFUSED):
        done = self(*words, expect=expect)
        assert re.search(saying, done.stderr), done.stderr
        assert "try: " in done.stderr, done.stderr
        return done

    def value(self, environment, key):
        return self.home.saltctl("config", "get", environment, key, "--show").stdout.rstrip("\n")


def configuration_is_told_without_values(operator):
    rows = {row["key"]: row for row in operator.document("config", "get", "production")}

    assert set(rows) == {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "STRIPE_WEBHOOK_SECRET"}, rows
    assert rows["DATABASE_URL"]["store"] == "Secrets Manager" and "value" not in rows["DATABASE_URL"], rows
    assert {row["store"] for row in operator.document("config", "get", "staging")} == {"Parameter Store"}
    operator.refused("config", "get", "production", "NO_SUCH_KEY", saying="declares no such key", expect=USAGE)


def a_key_is_set_and_the_others_stay(operator, environment):
    before = {row["key"]: row["fingerprint"] for row in operator.document("config", "get", environment)}
    old = operator.value(environment, "STRIPE_WEBHOOK_SECRET")
    assert operator("config", "set", environment, "STRIPE_WEBHOOK_SECRET", text=STRIPE,
                    expect=USAGE).stderr.count("--yes")

    changed = operator.document("config", "set", environment, "STRIPE_WEBHOOK_SECRET", "--yes", text=STRIPE + "\n")

    assert changed["changed"] == ["STRIPE_WEBHOOK_SECRET"], changed
    after = {row["key"]: row["fingerprint"] for row in operator.document("config", "get", environment)}
    assert [key for key in before if before[key] != after[key]] == ["STRIPE_WEBHOOK_SECRET"], (before, after)
    assert operator.value(environment, "STRIPE_WEBHOOK_SECRET") == STRIPE
    (difference,) = operator.document("config", "diff", environment, "STRIPE_WEBHOOK_SECRET")
    assert difference["after"] == after["STRIPE_WEBHOOK_SECRET"], difference
    assert len(operator.document("config", "history", environment, "STRIPE_WEBHOOK_SECRET")) >= 2
    again = operator.document("config", "set", environment, "STRIPE_WEBHOOK_SECRET", "--yes", text=STRIPE)
    assert again["changed"] == [], again

    operator("config", "rollback", environment, "STRIPE_WEBHOOK_SECRET", "--yes")

    assert operator.value(environment, "STRIPE_WEBHOOK_SECRET") == old


def a_value_is_typed_unseen(operator):
    with Terminal([BIN / "saltctl", "config", "set", "staging", "STRIPE_WEBHOOK_SECRET"],
                  operator.home.environment, operator.home.path) as terminal:
        terminal.expect("not shown")
        terminal.type(STRIPE)
        terminal.expect(r"Set it\? \[y/N\]")
        terminal.type("y")
        terminal.expect("saltctl restart staging")
        assert terminal.wait() == OK
        assert STRIPE not in terminal.seen, terminal.seen
    assert operator.value("staging", "STRIPE_WEBHOOK_SECRET") == STRIPE


def operators_at_once_lose_nothing(operator):
    """Different keys of one secret, which is one document: Secrets Manager replaces it whole. All are asked, then all
    say yes in the same breath."""
    keys = ("SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "REDIS_URL")
    before = {key: operator.value("production", key) for key in keys}
    for number in range(3):
        wanted = {key: f"{before[key]}-{number}" for key in keys}
        with contextlib.ExitStack() as stack:
            terminals = [stack.enter_context(Terminal([BIN / "saltctl", "config", "set", "production", key],
                                                      operator.home.environment, operator.home.path)) for key in keys]
            for key, terminal in zip(keys, terminals):
                terminal.expect("not shown")
                terminal.type(wanted[key])
                terminal.expect(r"Set it\? \[y/N\]")
            for terminal in terminals:
                terminal.type("y")
            for terminal in terminals:
                terminal.expect("saltctl restart production")
                assert terminal.wait() == OK
        assert {key: operator.value("production", key) for key in keys} == wanted, f"lost in round {number}"
    for key, value in before.items():
        operator("config", "set", "production", key, "--yes", text=value)


def what_changed_under_ones_hands_is_not_overwritten(operator):
    key, old = "STRIPE_WEBHOOK_SECRET", operator.value("production", "STRIPE_WEBHOOK_SECRET")
    for words, answer in ((["config", "set", "production", key], r"Set it\? \[y/N\]"),
                          (["config", "rollback", "production", key], r"Go ahead\? \[y/N\]")):
        with Terminal([BIN / "saltctl", *words], operator.home.environment, operator.home.path) as terminal:
            if "set" in words:
                terminal.expect("not shown")
                terminal.type(STRIPE + "-mine")
            terminal.expect(answer)
            theirs = f"{STRIPE}-theirs-{words[1]}"
            operator("config", "set", "production", key, "--yes", text=theirs)
            terminal.type("y")
            terminal.expect("somebody else changed it meanwhile")
            assert terminal.wait() == REFUSED
        assert operator.value("production", key) == theirs
    operator("config", "set", "production", key, "--yes", text=old)


def schema_and_its_way_back(operator):
    head = operator.document("db", "current", "staging")
    assert head["is_head"] and re.fullmatch("[0-9a-f]{12}", head["revision"]), head
    operator("db", "downgrade", "staging", "-1", "--yes", expect=USAGE)
    done = operator("db", "downgrade", "staging", "-1", "--yes", "--confirm", "production", expect=USAGE)
    assert re.search(r"Lost for good:\n  the column profiles.last_active_at \(\d+ values\)", done.stdout), done.stdout
    assert operator.document("db", "current", "staging")["revision"] == head["revision"]

    down = operator.document("db", "downgrade", "staging", "-1", "--yes", "--confirm", "staging")

    assert down["from"] == head["revision"] != down["to"] and down["exit_code"] == 0, down
    found = operator.document("doctor", "staging", expect=FINDINGS)["findings"]
    assert [f["id"] for f in found if f["weight"] != "note"][0] == "schema-differs", found
    up = operator.document("db", "upgrade", "staging", "--yes")
    assert up["to"] == head["revision"], up
    assert any("Running upgrade" in line for line in up["lines"]), up
    operator("db", "downgrade", "staging", "no-such", "--yes", "--confirm", "staging", expect=USAGE)


def events_health_exec_restart(operator):
    assert any("steady state" in event["message"] for event in operator.document("events", "staging"))
    health = operator.document("health", "staging")
    assert health["healthy"] and health["ready"]["status"] == 200 and health["targets"], health
    before = {task["id"] for task in health["tasks"] if task["status"] == "RUNNING"}

    inside = operator("exec", "staging", "--", "bash", "-c", "echo in:$ENVIRONMENT; exit 7", expect=7)
    assert "in:staging" in inside.stdout, inside.stdout

    restarted = operator("restart", "staging", "--yes")
    assert "new tasks run" in restarted.stdout, restarted.stdout
    after = {t["id"] for t in operator.document("health", "staging")["tasks"] if t["status"] == "RUNNING"}
    assert after and not before & after, (before, after)


def a_restart_that_cannot_work_is_taken_back(operator):
    """A password that the database refuses: the circuit breaker keeps the old tasks, the doctor says why."""
    good = operator.value("staging", "DATABASE_URL")
    bad = re.sub(r":[^:@]+@", ":" + STRIPE + "@", good)
    done = operator("config", "set", "staging", "DATABASE_URL", "--yes", "--restart", text=bad, expect=ROLLED_BACK)
    assert "saltctl doctor staging" in done.stdout, done.stdout

    found = {f["id"]: f for f in operator.document("doctor", "staging", expect=FINDINGS)["findings"]}

    assert "DATABASE_URL is wrong" in found["database-unreachable"]["sentence"], found
    assert found["database-unreachable"]["next"] == "saltctl config history staging DATABASE_URL", found
    assert "rolled-back" in found and operator.document("health", "staging")["ready"]["status"] == 200, found
    operator("config", "rollback", "staging", "DATABASE_URL", "--yes")
    assert operator.value("staging", "DATABASE_URL") == good


def a_stale_lock_is_found_and_broken(operator):
    lock = {"release_id": "rel-gone", "owner": "anna", "pid": 999999, "start_ticks": "1", "nonce": "n",
            "taken_at": time.time(), "what": "deploy 9.9.9 to staging"}
    host = operator.home.run(["uname", "-n"]).stdout.strip()

    def hold(where):
        text = json.dumps({**lock, "host": where})
        operator.home.shell("staging", "aws ssm put-parameter --name /saltbitter/staging/release-lock --type String "
                            f"--overwrite --value '{text}'")

    hold(host)
    found = operator.document("doctor", "staging", expect=FINDINGS)["findings"]
    assert "saltctl lock break staging" in next(f for f in found if f["id"] == "lock-without-owner")["next"], found
    assert operator.document("lock", "show", "staging")["holder"] == "dead"
    operator.refused("restart", "staging", "--yes", saying="rel-gone")
    operator.refused("lock", "break", "staging", "--yes", saying="needs a --reason", expect=USAGE)
    operator("lock", "break", "staging", "--reason", "it is dead", "--yes")
    assert operator("lock", "show", "staging").stdout.startswith("Nobody holds")

    hold("another-host")
    operator.refused("lock", "break", "staging", "--reason", "gone", "--yes", saying="another-host")
    operator.refused("lock", "break", "staging", "--reason", "gone", "--yes", "--force", saying="name", expect=USAGE)
    operator("lock", "break", "staging", "--reason", "gone", "--yes", "--force", "--confirm", "staging")
    assert operator.document("lock", "show", "staging") is None


def a_missing_secret_is_named(operator):
    operator.home.shell("staging", "aws ssm delete-parameter --name /saltbitter/staging/STRIPE_WEBHOOK_SECRET")

    found = operator.document("doctor", "staging", expect=FINDINGS)["findings"]

    sentences = " ".join(f["sentence"] for f in found)
    assert "STRIPE_WEBHOOK_SECRET" in sentences, found
    missing = operator("config", "get", "staging", expect=FINDINGS)
    assert re.search("STRIPE_WEBHOOK_SECRET.*missing", missing.stdout), missing.stdout
    operator("config", "set", "staging", "STRIPE_WEBHOOK_SECRET", "--yes", text=STRIPE)


def a_stopped_database_is_named_first(operator):
    operator.home.shell("staging", "aws rds stop-db-instance --db-instance-identifier saltbitter-staging")
    wait_until(lambda: "stopped" in operator.home.shell(
        "staging", "aws rds describe-db-instances --db-instance-identifier saltbitter-staging "
        "--query 'DBInstances[0].DBInstanceStatus'").stdout, "the database is stopped")

    found = operator.document("doctor", "staging", expect=FINDINGS)["findings"]

    assert found[0]["id"] == "database-down" and "stopped" in found[0]["sentence"], found
    assert "database-unreachable" in [f["id"] for f in found], found


def a_restored_database_takes_over(operator):
    made = operator.document("db", "snapshot", "production", "--name", "before-the-accident")
    assert made["status"] == "available", made
    assert operator.document("db", "snapshots", "production")[0]["id"] == "before-the-accident"
    query = "psql $DATABASE_URL -Atc \"SELECT count(*) FROM users\""
    count = operator.home.shell("production", query).stdout
    operator.home.shell("production", "psql $DATABASE_URL -c \"DELETE FROM users\"")

    plain = operator("db", "restore", "production", "--yes")
    assert "What was written in the last" in plain.stdout and "--switch" in plain.stdout, plain.stdout
    operator("db", "restore", "production", "--switch", "--yes", expect=USAGE)
    switched = operator.document("db", "restore", "production", "--switch", "--yes", "--confirm", "production")

    assert switched["switched"] and switched["instance"] == "saltbitter-prod-restored", switched
    assert f"@{switched['host']}:{switched['port']}/" in operator.value("production", "DATABASE_URL")
    assert int(operator.home.shell("production", query).stdout) >= int(count), "the data is back"
    kept = operator.home.shell("production", "aws rds describe-db-instances --db-instance-identifier saltbitter-prod "
                               "--query 'DBInstances[0].DBInstanceStatus'").stdout
    assert "available" in kept, kept


def no_secret_was_ever_said(operator):
    secrets = {STRIPE, *(operator.value("production", key) for key in ("SECRET_KEY", "STRIPE_WEBHOOK_SECRET"))}
    secrets.add(re.search(r"://[^:]+:([^@]+)@", operator.value("production", "DATABASE_URL"))[1])
    for secret in secrets:
        assert all(secret not in said for said in operator.said), "a secret was printed"
        for file in operator.home.path.rglob("*"):
            if not file.is_file() or "shell" in file.parts or file.suffix in (".sock",):
                continue
            inside = file.relative_to(operator.home.path).parts
            if inside[0] == "release" or file.suffix == ".log" or file.name.startswith("logs.db"):
                assert secret.encode() not in file.read_bytes(), f"a secret is in {file}"


def operates_what_runs():
    with Home("operate") as home:
        home.watch_for(2)
        operator = Operator(home)
        home.saltctl("up", "production")
        home.saltctl("up", "staging")
        assert operator.document("doctor", "production")["healthy"]
        assert operator.document("doctor", "staging")["healthy"]
        configuration_is_told_without_values(operator)
        for environment in ("production", "staging"):
            a_key_is_set_and_the_others_stay(operator, environment)
        a_value_is_typed_unseen(operator)
        operators_at_once_lose_nothing(operator)
        what_changed_under_ones_hands_is_not_overwritten(operator)
        schema_and_its_way_back(operator)
        events_health_exec_restart(operator)
        a_restored_database_takes_over(operator)
        a_stale_lock_is_found_and_broken(operator)
        a_restart_that_cannot_work_is_taken_back(operator)
        a_missing_secret_is_named(operator)
        a_stopped_database_is_named_first(operator)
        no_secret_was_ever_said(operator)


if __name__ == "__main__":
    main(operates_what_runs)
