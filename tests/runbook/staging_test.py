"""Staging's chapters of the runbook, and its migrations, typed into `saltctl shell staging`."""
import json
import re

from environment import Environment
from harness import SOURCE, Home, main, wait_until
from ledger import Ledger
from page import commands

CLUSTER, SERVICE = "saltbitter-staging", "saltbitter-api-staging"
MIGRATIONS = "Database Migrations"
PARAMETER = "/saltbitter/staging/DATABASE_URL"


def revisions():
    """In order, the first one first."""
    after = {}
    for path in (SOURCE / "db" / "revisions").glob("*.sql"):
        head = dict(line[3:].split(":", 1) for line in path.read_text().splitlines()[:8]
                    if line.startswith("-- ") and ":" in line)
        after[head["revises"].strip()] = head["revision"].strip()
    (root,) = set(after) - set(after.values())
    order = [after[root]]
    while order[-1] in after:
        order.append(after[order[-1]])
    return order


def current(staging):
    return staging.shell("alembic current").stdout.split()[0]


def parameter(staging):
    """What is stored now, and as which version."""
    stored = staging.aws(f"ssm get-parameter --name {PARAMETER} --with-decryption")["Parameter"]
    return stored["Type"], stored["Value"], stored["Version"]


BOTO3 = """import boto3
names = boto3.client("ecs").list_clusters()["clusterArns"]
assert any(name.endswith("/saltbitter-staging") for name in names), names
boto3.resource("cloudwatch")
try:
    boto3.client("ecs", endpoint_url="https://ecs.us-west-2.amazonaws.com")
    raise SystemExit("a client of the real AWS")
except RuntimeError as refused:
    assert "only reaches a cloud on this machine" in str(refused), refused
print("found", boto3.__version__)
"""


def boto3_is_at_home_here(staging):
    """Whatever its age: Debian's does not know AWS_ENDPOINT_URL."""
    for python in ("python3", "/usr/bin/python3"):
        done = staging.shell(f"{python} - <<'EOF'\n{BOTO3}EOF", check=False)
        assert done.returncode == 0 and done.stdout.startswith("found"), (python, done.stdout, done.stderr)


def settings(staging):
    """A changed parameter is what the next tasks start with."""
    url = parameter(staging)[1]
    with staging.page.command("Environment Variables", "aws ssm put-parameter") as command:
        before = parameter(staging)[2]
        other = url + "?application_name=rotated"
        version = json.loads(staging.run(command, database_url=other))["Version"]
        assert version == before + 1, (version, before)
        assert parameter(staging) == ("SecureString", other, version)
    with staging.page.command("Staging Environment", "aws ecs update-service") as command:
        old = staging.tasks()
        service = json.loads(staging.run(command))["service"]
        assert service["serviceName"] == SERVICE and service["deployments"][0]["status"] == "PRIMARY", service
        staging.wait_until_steady()
        staging.shell(f"aws ecs wait services-stable --cluster {CLUSTER} --services {SERVICE}")
        assert len(staging.tasks()) == 1 and staging.tasks() != old, (old, staging.tasks())
        names = staging.shell(f"psql '{url}' -Atc 'SELECT DISTINCT application_name FROM pg_stat_activity'").stdout
        assert "rotated" in names, names
        assert staging.answers("staging-api.saltbitter.com")


def migrations_back(staging):
    known = revisions()
    assert current(staging) == known[-1]
    with staging.page.command(MIGRATIONS, "alembic downgrade -1") as command:
        staging.run(command)
        assert current(staging) == known[-2]
    with staging.page.command(MIGRATIONS, "alembic downgrade <revision-id>") as command:
        staging.run(command, revision_id=known[-3])
        assert current(staging) == known[-3]
        unknown = staging.shell(command.filled(revision_id="no-such-revision"), check=False)
        assert unknown.returncode != 0 and "no-such-revision" in unknown.stderr, unknown
        assert current(staging) == known[-3]


def oldest_task(staging):
    """The schema is too old for the program, so ECS starts another task beside this one, which was ready once."""
    shown = staging.aws(f"ecs describe-tasks --cluster {CLUSTER} --tasks {' '.join(staging.tasks())}")["tasks"]
    return min(shown, key=lambda task: task["createdAt"])["taskArn"].rsplit("/", 1)[1]


def migrations_inside_a_task(staging):
    """On from there to the head, by hand in a running task."""
    known = revisions()
    before = current(staging)
    page, task = staging.page, oldest_task(staging)
    with staging.terminal() as terminal:
        with page.command(MIGRATIONS, "aws ecs execute-command --cluster saltbitter-staging") as command:
            terminal.type(command.filled(task_id=task))
            terminal.expect(r"Starting session with SessionId: \S+")
            terminal.expect(r"[$#] \Z")
            with page.command(MIGRATIONS, "cd /app/backend") as inside:
                terminal.type(inside.filled() + "; pwd")
                terminal.expect(r"^/app/backend$")
                terminal.expect(r"[$#] \Z")
            with page.command(MIGRATIONS, "alembic current") as inside:
                terminal.type(inside.filled())
                terminal.expect(rf"^{before}\b")
                terminal.expect(r"[$#] \Z")
            with page.command(MIGRATIONS, "alembic upgrade head") as inside:
                terminal.type(inside.filled())
                terminal.expect(re.escape(known[-1]))
                terminal.expect(r"[$#] \Z")
            with page.command(MIGRATIONS, "alembic current", nth=1) as inside:
                terminal.type(inside.lines)
                terminal.expect(rf"^{known[-1]} \(head\)")
                terminal.expect(r"[$#] \Z")
            terminal.type("exit")
            terminal.expect(r"Exiting session")
            terminal.expect(staging.prompt)
            assert current(staging) == known[-1]
    # With its schema back the service is ready again: with this task, or with the one that ECS started beside it.
    wait_until(lambda: len(staging.tasks()) == 1 and staging.steady(), "the service is steady again")
    assert staging.answers("staging-api.saltbitter.com")
    gone = staging.shell(command.filled(task_id="0" * 32), check=False)
    assert gone.returncode != 0 and "InvalidParameterException" in gone.stderr, gone


def productions_commands_find_nothing_here(staging):
    """The right command in the wrong environment: AWS's error, or AWS's empty list, and nothing is touched."""
    tasks, version = staging.tasks(), parameter(staging)
    filled = {"task_id": tasks[0], "revision": f"{SERVICE}:1", "snapshot_id": "by-hand"}
    errors = {"aws ecs": "ClusterNotFoundException", "aws secretsmanager": "ResourceNotFoundException",
              "aws logs tail": "ResourceNotFoundException", "aws rds describe-db-instances": "DBInstanceNotFound",
              "aws rds restore-db-instance-from-db-snapshot": "DBSnapshotNotFound", "curl": "Failed to connect"}
    empty = ("aws rds describe-db-snapshots", "aws ecs list-task-definitions")
    tried = 0
    for command in commands():
        words = command.text
        if not re.search(r"saltbitter[-/](api-)?prod|//api\.saltbitter\.com", words) or "<token>" in words:
            continue
        placeholders = {name: value for name, value in filled.items() if f"<{name.replace('_', '-')}>" in command.lines
                        or (name == "revision" and "saltbitter-api-prod:123" in command.lines)}
        done = staging.shell(command.filled(**placeholders), check=False)
        tried += 1
        if words.startswith(empty):
            assert done.returncode == 0 and done.stdout.split() in ([], ["[]"]) or \
                json.loads(done.stdout) == {"taskDefinitionArns": []}, (words, done)
            continue
        (error,) = [code for start, code in errors.items() if words.startswith(start)]
        assert done.returncode != 0 and error in done.stderr, (words, done.returncode, done.stdout, done.stderr)
    assert tried > 10, tried
    assert staging.tasks() == tasks and parameter(staging) == version
    assert staging.answers("staging-api.saltbitter.com")


CHAPTERS = (boto3_is_at_home_here, settings, migrations_back, migrations_inside_a_task,
            productions_commands_find_nothing_here)


def the_runbook_works_as_written():
    page = Ledger("staging")
    with Home("staging") as home:
        home.saltctl("up", "staging")
        staging = Environment(home, page, "staging", CLUSTER, SERVICE)
        staging.wait_until_steady()
        for chapter in CHAPTERS:
            chapter(staging)


if __name__ == "__main__":
    main(the_runbook_works_as_written)
