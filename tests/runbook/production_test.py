"""Production's commands of the runbook, as it writes them (with production's names where it shows staging's)."""
import json

from harness import Home, main, wait_until

CLUSTER, SERVICE = "saltbitter-prod", "saltbitter-api-prod"


def as_json(done):
    return json.loads(done.stdout)


def steady(home):
    text = home.shell("production", f"aws ecs describe-services --cluster {CLUSTER} --services {SERVICE}").stdout
    deployments = json.loads(text)["services"][0]["deployments"]
    return len(deployments) == 1 and deployments[0]["rolloutState"] == "COMPLETED"


def looks(home):
    shell = lambda script: home.shell("production", script)

    found = as_json(shell(f"aws ecs list-task-definitions --family-prefix {SERVICE} --max-items 5"))
    assert found["taskDefinitionArns"][0].endswith(f"task-definition/{SERVICE}:1"), found

    service = as_json(shell(f"aws ecs describe-services --cluster {CLUSTER} --services {SERVICE}"))["services"][0]
    assert service["runningCount"] == service["desiredCount"] == 2, service
    events = as_json(shell(f"aws ecs describe-services \\\n  --cluster {CLUSTER} \\\n  --services {SERVICE} \\\n"
                           "  --query 'services[0].events[:10]'"))
    assert 0 < len(events) <= 10 and "message" in events[0], events

    tasks = as_json(shell(f"aws ecs list-tasks --cluster {CLUSTER} --service {SERVICE}"))
    assert len(tasks["taskArns"]) == 2, tasks

    group = service["loadBalancers"][0]["targetGroupArn"]
    health = as_json(shell(f"aws elbv2 describe-target-health --target-group-arn {group}"))
    states = [t["TargetHealth"]["State"] for t in health["TargetHealthDescriptions"]]
    assert states.count("healthy") == 2, health

    status, address = as_json(shell("aws rds describe-db-instances --db-instance-identifier saltbitter-prod \\\n"
                                    "  --query 'DBInstances[0].[DBInstanceStatus,Endpoint.Address]'"))
    assert status == "available" and address.startswith("127."), (status, address)
    shell("aws rds describe-db-snapshots --db-instance-identifier saltbitter-prod \\\n"
          "  --query 'reverse(sort_by(DBSnapshots, &SnapshotCreateTime))[:5]'")

    assert "1 row" in shell('psql $DATABASE_URL -c "SELECT 1"').stdout
    assert "(head)" in shell("alembic current").stdout


def asks_the_platform(home):
    shell = lambda script: home.shell("production", script)
    url = "https://api.saltbitter.com"
    assert as_json(shell(f"curl -sS --fail {url}/health")) == {"status": "healthy"}
    person = json.dumps({"email": "test@example.com", "password": "Test12345"})
    shell(f"curl -sS --fail -X POST {url}/api/auth/register -H 'Content-Type: application/json' -d '{person}'")
    login = as_json(shell(f"curl -sS --fail -X POST {url}/api/auth/login \\\n  -H \"Content-Type: application/json\" \\\n"
                          f"  -d '{person}'"))
    matches = as_json(shell(f"curl -sS --fail {url}/api/matches \\\n"
                            f"  -H \"Authorization: Bearer {login['access_token']}\""))
    assert "matches" in matches, matches


def changes(home):
    shell = lambda script: home.shell("production", script)
    shell("aws ssm put-parameter --name /saltbitter/staging/DATABASE_URL --value \"postgresql://...\" \\\n"
          "  --type SecureString --overwrite")
    # The secret keeps its value: written as the runbook writes it, with the URL that is right.
    shell("aws secretsmanager update-secret --secret-id saltbitter/prod/app-secrets \\\n"
          "  --secret-string '{\"DATABASE_URL\":\"'$DATABASE_URL'\"}'")
    answer = as_json(shell(f"aws ecs update-service --cluster {CLUSTER} --service {SERVICE} --force-new-deployment"))
    assert answer["service"]["serviceName"] == SERVICE, answer


def refuses_to_leave_this_machine(home):
    done = home.shell("production", "aws ecs list-clusters --endpoint-url https://ecs.us-west-2.amazonaws.com",
                      check=False)
    assert done.returncode == 2 and "refused" in done.stderr, done
    done = home.shell("production", "curl -sS --max-time 5 https://staging-api.saltbitter.com/health", check=False)
    assert done.returncode != 0, done


def passes_exit_codes_through(home):
    assert home.shell("production", "exit 42", check=False).returncode == 42
    assert home.saltctl("shell", "production", "--", "no-such-program", check=False).returncode == 127


def the_runbook_works_as_written():
    with Home("production") as home:
        home.saltctl("up", "production")
        wait_until(lambda: steady(home), "the service is steady")
        looks(home)
        asks_the_platform(home)
        refuses_to_leave_this_machine(home)
        passes_exit_codes_through(home)
        assert home.saltctl("smoke", "production").returncode == 0
        assert home.document("status", "production")["now"]["version"]
        changes(home)


main(the_runbook_works_as_written)
