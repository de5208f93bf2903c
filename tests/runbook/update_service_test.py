"""`aws ecs update-service` on production as the runbook writes it, without any release engine: it runs straight
through a blue/green on health checks alone, and what never becomes healthy is put back."""
import json
import re
import subprocess
import time

from harness import BIN, Home, main, wait_until
from ledger import Ledger

CLUSTER, SERVICE = "saltbitter-prod", "saltbitter-api-prod"
UPDATE = f"aws ecs update-service --cluster {CLUSTER} --service {SERVICE}"
SETTINGS = "Environment Variables"


class Load:
    """A steady load on production while the block runs; every request must be answered well."""

    def __init__(self, home):
        now = home.document("status", "production")["now"]
        host = now["url"].split("://")[1]
        self.process = home.start([BIN / "saltload", "--url", now["url"], "--rate", "200",
                                   "--connect-to", f"{host}:{now['address']}:{host.split(':')[1]}", "--ca-file",
                                   home.path / "ca" / "authority.pem"], stdout=subprocess.PIPE)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.process.terminate()
        totals = json.loads(self.process.communicate(timeout=60)[0])
        assert kind or (totals["failed"] == 0 and totals["sent"] > 0), totals


def service_of(home):
    return home.ecs("DescribeServices", {"cluster": CLUSTER, "services": [SERVICE]})["services"][0]


def newest_deployment(home):
    return home.ecs("ListServiceDeployments", {"cluster": CLUSTER, "service": SERVICE})["serviceDeployments"][0]


def tasks_of(home):
    return sorted(t["id"] for t in home.document("status", "production")["now"]["tasks"])


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
    with page.command(SETTINGS, "aws secretsmanager update-secret") as literally:
        # As it stands on the page, "postgresql://..." and all.
        home.shell("production", literally.lines)
    with page.command(SETTINGS, "aws ecs update-service") as command, Load(home):
        began = time.monotonic()
        home.shell("production", command.filled())
        wait_until(lambda: newest_deployment(home)["status"].startswith("ROLLBACK_"), "ECS puts it back", 200)
        print(f"  found broken after {time.monotonic() - began:.1f} s", flush=True)
        wait_until(lambda: newest_deployment(home)["status"] == "ROLLBACK_SUCCESSFUL", "it is back", 60)
        assert tasks_of(home) == before
    says_why(newest_deployment(home), service_of(home))


def says_why(deployment, service):
    assert deployment["statusReason"] == "ECS deployment circuit breaker: tasks failed to start.", deployment
    events = [e["message"] for e in reversed(service["events"])]
    bad = deployment_id(events)
    steps = [rf"\(service {SERVICE}\) has started 2 tasks:( \(task [0-9a-f]{{32}}\)){{2}}\.",
             rf"\(service {SERVICE}\) \(port 8000\) is unhealthy in \(target-group arn:aws:.*\) due to \(reason "
             r"Health checks failed.*\)",
             rf"\(service {SERVICE}\) has stopped 1 running tasks: \(task [0-9a-f]{{32}}\)\.",
             rf"\(service {SERVICE}\) \(deployment {bad}\) deployment failed: tasks failed to start\.",
             rf"\(service {SERVICE}\) rolling back to deployment ecs-svc/\d{{19}}\.",
             rf"\(service {SERVICE}\) \(deployment ecs-svc/\d{{19}}\) deployment completed\.",
             rf"\(service {SERVICE}\) has reached a steady state\."]
    for message in events:
        if steps and re.fullmatch(steps[0], message):
            steps.pop(0)
    assert not steps, (steps, events)


def deployment_id(events):
    failed = [m for m in events if "deployment failed" in m]
    assert len(failed) == 1, events
    return re.search(r"ecs-svc/\d{19}", failed[0]).group(0)


def raw_updates_of_production_need_nobody():
    page = Ledger("update_service")
    with Home("raw-update") as home:
        home.watch_for(2)
        home.saltctl("up", "production")
        has_no_hooks(home)
        home.deploy("production", home.document("image", "build", "--version", "2.0.0")["reference"])
        has_no_hooks(home)
        goes_straight_through(home, "force-new-deployment", f"{UPDATE} --force-new-deployment")
        with page.command("Application Rollback (Blue/Green)", "aws ecs update-service") as command:
            goes_straight_through(home, "the earlier revision", command.filled(revision=f"{SERVICE}:1"))
        is_put_back(home, page)


main(raw_updates_of_production_need_nobody)
