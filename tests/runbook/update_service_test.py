"""`aws ecs update-service` on production as the runbook writes it, without any release engine: it runs straight
through a blue/green on health checks alone, and what never becomes healthy is put back."""
import json
import subprocess
import time

from harness import BIN, Home, main, wait_until

CLUSTER, SERVICE = "saltbitter-prod", "saltbitter-api-prod"
UPDATE = f"aws ecs update-service --cluster {CLUSTER} --service {SERVICE}"
SECRET = "aws secretsmanager update-secret --secret-id saltbitter/prod/app-secrets"


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


def goes_straight_through(home, words):
    before = tasks_of(home)
    with Load(home):
        began = time.monotonic()
        home.shell("production", f"{UPDATE} {words}")
        home.shell("production", f"aws ecs wait services-stable --cluster {CLUSTER} --services {SERVICE}")
        print(f"  {words.split()[0]}: stable after {time.monotonic() - began:.1f} s", flush=True)
    assert newest_deployment(home)["status"] == "SUCCESSFUL", newest_deployment(home)
    after = tasks_of(home)
    assert len(after) == 2 and not set(before) & set(after), (before, after)


def is_put_back(home):
    """The page's update-secret run literally: DATABASE_URL is a URL that leads nowhere."""
    before = tasks_of(home)
    home.shell("production", f"{SECRET} --secret-string '{{\"DATABASE_URL\":\"postgresql://...\"}}'")
    with Load(home):
        home.shell("production", f"{UPDATE} --force-new-deployment")
        wait_until(lambda: newest_deployment(home)["status"].startswith("ROLLBACK_"), "ECS puts it back", 200)
        wait_until(lambda: newest_deployment(home)["status"] == "ROLLBACK_SUCCESSFUL", "it is back", 60)
    assert tasks_of(home) == before
    events = "\n".join(e["message"] for e in service_of(home)["events"])
    assert "circuit breaker" in events and "rolling back" in events, events


def raw_updates_of_production_need_nobody():
    with Home("raw-update") as home:
        home.watch_for(2)
        home.saltctl("up", "production")
        has_no_hooks(home)
        home.deploy("production", home.document("image", "build", "--version", "2.0.0")["reference"])
        has_no_hooks(home)
        goes_straight_through(home, "--force-new-deployment")
        goes_straight_through(home, f"--task-definition {SERVICE}:1")
        is_put_back(home)


main(raw_updates_of_production_need_nobody)
