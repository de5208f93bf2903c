"""`aws ecs update-service` on production as the runbook writes it, without any release engine: it runs straight
through a blue/green on health checks alone, and what never becomes healthy is put back."""
import json
import re
import time

from harness import Home, main, wait_until
from ledger import Ledger
from load import Load

CLUSTER, SERVICE = "saltbitter-prod", "saltbitter-api-prod"
UPDATE = f"aws ecs update-service --cluster {CLUSTER} --service {SERVICE}"
SETTINGS = "Environment Variables"
BROKEN = "ECS deployment circuit breaker: tasks failed to start."
SECRET, SECOND_KEY = "saltbitter/prod/app-secrets", "STRIPE_WEBHOOK_SECRET"


def service_of(home):
    return home.ecs("DescribeServices", {"cluster": CLUSTER, "services": [SERVICE]})["services"][0]


def newest_deployment(home):
    return home.ecs("ListServiceDeployments", {"cluster": CLUSTER, "service": SERVICE})["serviceDeployments"][0]


def tasks_of(home, status="RUNNING"):
    return sorted(home.ecs("ListTasks", {"cluster": CLUSTER, "serviceName": SERVICE, "desiredStatus": status})["taskArns"])


def has_no_hooks(home):
    configuration = service_of(home)["deploymentConfiguration"]
    assert configuration["strategy"] == "BLUE_GREEN", configuration
    assert not configuration.get("lifecycleHooks"), configuration


def goes_straight_through(home, what, command):
    before = tasks_of(home)
    with Load(home):
        began = time.monotonic()
        home.shell("production", command)
        home.shell("production", f"aws ecs wait services-stable --cluster {CLUSTER} --services {SERVICE}")
        print(f"  {what}: stable after {time.monotonic() - began:.1f} s", flush=True)
    assert newest_deployment(home)["status"] == "SUCCESSFUL", newest_deployment(home)
    after = tasks_of(home)
    assert len(after) == 2 and not set(before) & set(after), (before, after)


def is_put_back(home, page):
    """The page's update-secret run literally: DATABASE_URL is a URL that leads nowhere."""
    before = tasks_of(home)
    known = {event["id"] for event in service_of(home)["events"]}
    with Load(home):
        with page.command(SETTINGS, "aws secretsmanager update-secret") as literally:
            # As it stands on the page, "postgresql://..." and all.
            home.shell("production", literally.lines)
        with page.command(SETTINGS, "aws ecs update-service") as command:
            began = time.monotonic()
            home.shell("production", command.filled())
            wait_until(lambda: newest_deployment(home)["status"].startswith("ROLLBACK_"), "ECS puts it back", 200)
            print(f"  found broken after {time.monotonic() - began:.1f} s", flush=True)
            wait_until(lambda: newest_deployment(home)["status"] == "ROLLBACK_SUCCESSFUL", "it is back", 60)
            assert tasks_of(home) == before
    says_why(newest_deployment(home), events_after(home, known))


def events_after(home, known):
    """What ECS said since then, the oldest first."""
    return [event["message"] for event in reversed(service_of(home)["events"]) if event["id"] not in known]


def says_why(deployment, events):
    assert deployment["statusReason"] == BROKEN, deployment
    bad = deployment_id(events)
    come_in_order(events, [rf"\(service {SERVICE}\) has started 2 tasks:( \(task [0-9a-f]{{32}}\)){{2}}\.",
                           rf"\(service {SERVICE}\) \(port 8000\) is unhealthy in \(target-group arn:aws:.*\) due to "
                           r"\(reason Health checks failed.*\)",
                           rf"\(service {SERVICE}\) has stopped 1 running tasks: \(task [0-9a-f]{{32}}\)\.",
                           *put_back(bad)])


def put_back(bad):
    return [rf"\(service {SERVICE}\) \(deployment {bad}\) deployment failed: tasks failed to start\.",
            rf"\(service {SERVICE}\) rolling back to deployment ecs-svc/\d{{19}}\.",
            rf"\(service {SERVICE}\) \(deployment ecs-svc/\d{{19}}\) deployment completed\.",
            rf"\(service {SERVICE}\) has reached a steady state\."]


def come_in_order(events, steps):
    for message in events:
        if steps and re.fullmatch(steps[0], message):
            steps = steps[1:]
    assert not steps, (steps, events)


def deployment_id(events):
    failed = [m for m in events if "deployment failed" in m]
    assert len(failed) == 1, events
    return re.search(r"ecs-svc/\d{19}", failed[0]).group(0)


def declare_a_second_key(home):
    """The next release finds the payments' secret beside DATABASE_URL, where the page's command loses it."""
    home.shell("production", f"""aws secretsmanager update-secret --secret-id {SECRET} --secret-string \\
        '{{"DATABASE_URL":"'"$DATABASE_URL"'","{SECOND_KEY}":"whsec_rehearsal"}}'""")
    home.declare(r"keys: \[DATABASE_URL\]", f"keys: [DATABASE_URL, {SECOND_KEY}]")
    home.declare(rf"keys: \[REDIS_URL, SECRET_KEY, {SECOND_KEY}\]", "keys: [REDIS_URL, SECRET_KEY]")


def is_put_back_for_want_of_a_key(home, page):
    """The same command where the secret holds another declared key: no new task even starts."""
    before = tasks_of(home)
    known = {event["id"] for event in service_of(home)["events"]}
    with Load(home):
        with page.command(SETTINGS, "aws secretsmanager update-secret") as literally:
            home.shell("production", literally.lines)
        with page.command(SETTINGS, "aws ecs update-service") as command:
            home.shell("production", command.filled())
            wait_until(lambda: newest_deployment(home)["status"] == "ROLLBACK_SUCCESSFUL", "ECS puts it back", 200)
            assert tasks_of(home) == before
    assert newest_deployment(home)["statusReason"] == BROKEN, newest_deployment(home)
    said = events_after(home, known)
    come_in_order(said, [rf"\(service {SERVICE}\) has started 2 tasks:.*",
                         rf"\(service {SERVICE}\) was unable to place a task\. Reason: ResourceInitializationError: .*: "
                         rf"retrieved secret from Secrets Manager did not contain json key {SECOND_KEY}\.",
                         *put_back(deployment_id(said))])
    reasons = [task["stoppedReason"] for task in
               home.ecs("DescribeTasks", {"cluster": CLUSTER, "tasks": tasks_of(home, "STOPPED")})["tasks"]]
    assert any(why.endswith(f"did not contain json key {SECOND_KEY}") for why in reasons), reasons
    # What serves is still seen, and so is what new tasks would lack.
    now = home.document("status", "production")["now"]
    assert now["running"] == 2 and f"has no key ({SECOND_KEY})" in now["missing"], now
    refused = home.run(home.deploy_words("production", now["image"].split("@")[0]), check=False)
    assert refused.returncode != 0 and f"has no key ({SECOND_KEY})" in refused.stderr, refused
    # The former version of the secret again, by hand.
    former = (f"aws secretsmanager get-secret-value --secret-id {SECRET} --version-stage AWSPREVIOUS "
              "--query SecretString --output text")
    home.shell("production", f'aws secretsmanager update-secret --secret-id {SECRET} --secret-string "$({former})"')


def raw_updates_of_production_need_nobody():
    page = Ledger("update_service")
    with Home("raw-update") as home:
        home.watch_for(2)
        home.saltctl("up", "production")
        has_no_hooks(home)
        declare_a_second_key(home)
        home.deploy("production", home.document("image", "build", "--version", "2.0.0")["reference"])
        has_no_hooks(home)
        goes_straight_through(home, "force-new-deployment", f"{UPDATE} --force-new-deployment")
        is_put_back_for_want_of_a_key(home, page)
        with page.command("Application Rollback (Blue/Green)", "aws ecs update-service") as command:
            goes_straight_through(home, "the earlier revision", command.filled(revision=f"{SERVICE}:1"))
        is_put_back(home, page)


main(raw_updates_of_production_need_nobody)
