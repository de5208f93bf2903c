"""Production's chapters of the runbook, as the page has them, typed into `saltctl shell production`."""
import json
import re

from environment import Environment
from harness import Home, main, wait_until
from ledger import Ledger

CLUSTER, SERVICE = "saltbitter-prod", "saltbitter-api-prod"
ROLLBACK, DATABASE = "Application Rollback (Blue/Green)", "Database Rollback"
SETTINGS, SMOKE, HEALTH = "Environment Variables", "Smoke Tests", "Health Check Failing"
IN_TASK = r"[$#] \Z"
HOST = "api.saltbitter.com"


def smoke_tests(production):
    page, run = production.page, production.run
    with page.command(SMOKE, "cd tests/smoke") as to_folder, page.command(SMOKE, "pytest test_smoke.py") as tests:
        said = production.shell(f"{to_folder.filled()}\n{tests.filled()}").stdout
        assert "5 passed" in said, said
        for check in ("Health check", "Authentication", "Profile", "Match", "Payment"):
            assert re.search(rf"test_smoke.*{check}.* PASSED", said), (check, said)

    with page.command(SMOKE, "curl https://api.saltbitter.com/health") as command:
        assert json.loads(run(command)) == {"status": "healthy"}
    with page.command(SMOKE, "curl -X POST") as command:
        login = json.loads(run(command))
        assert login["token_type"] == "bearer" and login["access_token"], login
    with page.command(SMOKE, "curl https://api.saltbitter.com/api/matches") as command:
        matches = json.loads(run(command, token=login["access_token"]))
        assert matches["matches"], matches
        assert "matches" not in run(command, token="not-a-token")


def trouble(production):
    page, run = production.page, production.run
    with page.command("Database Migrations", "aws ecs list-tasks") as command:
        arns = json.loads(run(command))["taskArns"]
        assert len(arns) == 2 and all(f":task/{CLUSTER}/" in arn for arn in arns), arns
    with page.command("Deployment Stuck", "aws ecs describe-services") as command:
        events = json.loads(run(command))
        assert 0 < len(events) <= 10, events
        said = [event["message"] for event in events]
        assert any(m.startswith(f"(service {SERVICE}") and m.endswith("steady state.") for m in said), said

    group = production.service()["loadBalancers"][0]["targetGroupArn"]
    with page.command(HEALTH, "aws elbv2 describe-target-health") as command:
        targets = json.loads(run(command, target_group_arn=group))["TargetHealthDescriptions"]
        assert [t["TargetHealth"]["State"] for t in targets].count("healthy") == 2, targets

    with page.command("Database Connection Issues", "aws rds describe-db-instances") as command:
        status, address = json.loads(run(command))
        assert status == "available" and address.startswith("127."), (status, address)
    with page.command("Database Connection Issues", "psql") as command:
        with production.terminal() as terminal:
            terminal.type(command.filled())
            terminal.expect(r"\(1 row\)")


def logs_tail(production):
    with production.page.command("Deployment Stuck", "aws logs tail") as command:
        with production.terminal() as terminal:
            terminal.type(command.filled())
            terminal.expect(r"^20\d\d-.* api/api/\w+ ")
            # What happens now is seen now.
            production.shell("curl -sS -X PUT https://api.saltbitter.com/api/profiles/me")
            terminal.expect(r'"PUT","route":"/api/profiles/me","status":401')
            terminal.interrupt()
            terminal.expect(production.prompt)


def database_snapshots(production):
    """A row that is in the snapshot is in the new instance, and one that came later is not."""
    page, run = production.page, production.run
    count = "SELECT count(*) FROM users WHERE email LIKE 'snapshot-%'"
    add = "INSERT INTO users (email, password_hash) VALUES ('snapshot-{}@example.com', 'x')"
    production.shell(f'psql $DATABASE_URL -c "{add.format("before")}"')
    production.shell("aws rds create-db-snapshot --db-instance-identifier saltbitter-prod "
                     "--db-snapshot-identifier by-hand")
    wait_until(lambda: production.aws("rds describe-db-snapshots --db-snapshot-identifier by-hand "
                                      "--query 'DBSnapshots[0].Status'") == "available", "the snapshot is available")
    production.shell(f'psql $DATABASE_URL -c "{add.format("after")}"')

    with page.command(DATABASE, "aws rds describe-db-snapshots") as command:
        snapshots = json.loads(run(command))
        times = [s["SnapshotCreateTime"] for s in snapshots]
        assert 0 < len(snapshots) <= 5 and times == sorted(times, reverse=True), snapshots
        assert snapshots[0]["DBSnapshotIdentifier"] == "by-hand", snapshots
    with page.command(DATABASE, "aws rds restore-db-instance-from-db-snapshot") as command:
        restored = json.loads(run(command, snapshot_id=snapshots[0]["DBSnapshotIdentifier"]))["DBInstance"]
        assert restored["DBInstanceIdentifier"] == "saltbitter-prod-restored", restored
        describe = "rds describe-db-instances --db-instance-identifier saltbitter-prod-restored --query 'DBInstances[0]"
        wait_until(lambda: production.aws(f"{describe}.DBInstanceStatus'") == "available", "the new instance is there")
        there = production.aws(f"{describe}.Endpoint'")
        said = production.shell(f"""psql "$(sed 's|@[^/]*/|@{there["Address"]}:{there["Port"]}/|' """
                                f"""<<< "$DATABASE_URL")" -Atc "{count}"; psql $DATABASE_URL -Atc "{count}" """).stdout
        assert said.split() == ["1", "2"], said
        again = production.shell(command.filled(snapshot_id="by-hand"), check=False)
        assert "DBInstanceAlreadyExists" in again.stderr, again
        missing = production.shell(command.filled(snapshot_id="no-such-snapshot"), check=False)
        assert "(DBSnapshotNotFound)" in missing.stderr, missing


def secret_versions(production):
    return {stage: production.aws("secretsmanager get-secret-value --secret-id saltbitter/prod/app-secrets "
                                  f"--version-stage {stage}")["SecretString"] for stage in ("AWSCURRENT", "AWSPREVIOUS")}


def secrets(production):
    page, run = production.page, production.run
    url = production.shell('printf %s "$DATABASE_URL"').stdout
    before = production.aws("secretsmanager get-secret-value --secret-id saltbitter/prod/app-secrets")["SecretString"]
    other = url + "?application_name=rotated"
    with page.command(SETTINGS, "aws secretsmanager update-secret") as command:
        run(command, database_url=other)
        versions = secret_versions(production)
        assert json.loads(versions["AWSCURRENT"]) == {"DATABASE_URL": other}, versions
        assert json.loads(versions["AWSPREVIOUS"]) == json.loads(before), versions
    with page.command(SETTINGS, "aws ecs update-service") as command:
        old = production.tasks()
        answer = json.loads(run(command))
        assert answer["service"]["serviceName"] == SERVICE, answer
        production.wait_until_steady()
        assert not set(old) & set(production.tasks()), (old, production.tasks())
        # The new tasks use the new value.
        names = production.shell('psql $DATABASE_URL -Atc "SELECT DISTINCT application_name FROM pg_stat_activity"')
        assert "rotated" in names.stdout, names
        assert production.answers(HOST)


def application_rollback(production):
    """To a version that served before, by hand, past the release engine."""
    page, run, home = production.page, production.run, production.home
    assert production.version() == "1.0.0"
    second = home.document("image", "build", "--version", "2.0.0")["reference"]
    home.deploy("production", second)
    assert production.version() == "2.0.0"

    with page.command(ROLLBACK, "aws ecs list-task-definitions") as command:
        found = json.loads(run(command))["taskDefinitionArns"]
        assert [arn.rsplit("/", 1)[1] for arn in found] == [f"{SERVICE}:1", f"{SERVICE}:2"], found
    with page.command(ROLLBACK, "aws ecs update-service") as command:
        answer = json.loads(run(command, revision=f"{SERVICE}:1"))
        assert answer["service"]["taskDefinition"].endswith(f"/{SERVICE}:1"), answer
        missing = production.shell(command.filled(revision=f"{SERVICE}:99"), check=False)
        assert missing.returncode != 0 and "Unable to describe task definition" in missing.stderr, missing
    with page.command(ROLLBACK, "aws ecs describe-services") as command:
        production.wait_until_steady()
        service = json.loads(run(command))["services"][0]
        assert service["runningCount"] == service["desiredCount"] == 2, service
        assert service["deployments"][0]["taskDefinition"].endswith(f"/{SERVICE}:1"), service
        assert production.version() == "1.0.0"


def current(production):
    """The schema's revision, and whether it is the newest."""
    words = production.shell("alembic current").stdout.split()
    return words[0], "(head)" in words


def migrations(production):
    """One step back in the shell, and on again by a command in a task, while production serves."""
    head, _ = current(production)
    with production.page.command(DATABASE, "alembic downgrade -1") as command:
        production.run(command)
        revision, is_head = current(production)
        assert revision != head and not is_head, (revision, head)
        assert production.answers(HOST)
    with production.page.command("Database Migrations", "aws ecs execute-command --cluster saltbitter-prod") as command:
        with production.terminal() as terminal:
            terminal.type(command.filled(task_id=production.tasks()[0]))
            terminal.expect("Starting session with SessionId")
            terminal.expect(head)
            terminal.expect("Exiting session")
            terminal.expect(production.prompt)
        assert current(production) == (head, True)


def application_log(production):
    """A shell in a task, in which the application's log goes on until Ctrl-C."""
    task = production.tasks()[0]
    page = production.page
    with production.terminal() as terminal:
        with page.command(HEALTH, "aws ecs execute-command") as command:
            terminal.type(command.filled(task_id=task))
            terminal.expect("Starting session with SessionId")
            terminal.expect(IN_TASK)
            terminal.type("echo $HOST")
            terminal.expect(r"127\.\d+\.\d+\.\d+")
            terminal.expect(IN_TASK)
        with page.command(HEALTH, "tail -f") as command:
            terminal.type(command.filled())
            terminal.expect(r'^\{"timestamp":.*\}$')
            for _ in range(4):  # over both tasks
                production.shell("curl -sS -X POST https://api.saltbitter.com/api/auth/logout")
            terminal.expect(r'"route":"/api/auth/logout","status":401')
            terminal.interrupt()
            terminal.expect(IN_TASK)
        terminal.type("exit")
        terminal.expect("Exiting session")
        terminal.expect(production.prompt)


def refuses_to_leave_this_machine(production):
    done = production.shell("aws ecs list-clusters --endpoint-url https://ecs.us-west-2.amazonaws.com", check=False)
    assert done.returncode == 2 and "refused" in done.stderr, done
    done = production.shell("curl -sS --max-time 5 https://staging-api.saltbitter.com/health", check=False)
    assert done.returncode != 0, done


def passes_exit_codes_through(production):
    assert production.shell("exit 42", check=False).returncode == 42
    assert production.home.saltctl("shell", "production", "--", "no-such-program", check=False).returncode == 127


CHAPTERS = (smoke_tests, trouble, logs_tail, refuses_to_leave_this_machine, passes_exit_codes_through,
            database_snapshots, migrations, application_log, application_rollback, secrets)


def the_runbook_works_as_written():
    page = Ledger("production")
    with Home("production") as home:
        home.watch_for(2)
        first = home.document("image", "build", "--version", "1.0.0")["reference"]
        home.saltctl("up", "production", "--image", first)
        production = Environment(home, page, "production", CLUSTER, SERVICE)
        production.wait_until_steady()
        for chapter in CHAPTERS:
            chapter(production)


if __name__ == "__main__":
    main(the_runbook_works_as_written)
