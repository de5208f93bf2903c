#!/usr/bin/env python3
"""How long does somebody wait who types the runbook's commands?

A private production with its two tasks and the demo's data, health checks and all else at their local defaults.
Each figure is the median of a few runs and stands beside its limit and
a peer that does as much of the same as can be had without us:

  force-new-deployment   from UpdateService to what `wait services-stable` waits for; the peer: the two tasks' program
                         started by hand, until it answers
  log line               from a request, half a polling interval of `aws logs tail --follow` after its last poll, to
                         its line there; the limit: the interval; the peer: until FilterLogEvents has it, our share
  prompt                 from ExecuteCommand to a shell's prompt in a task, through session-manager-plugin; the peer:
                         the same shell on a terminal without any task
  whole command          `aws ecs execute-command` to the prompt; the peer: `aws ecs list-tasks`, which is what the
                         command line itself takes. No limit: it is the client's own time.
  restore                from RestoreDBInstanceFromDBSnapshot to `available`; the peer: a copy of the same files

Usage: operations.py [RUNS] ; writes operations.json into the working directory.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "runbook"))
import boto3  # noqa: E402
from harness import BIN, Home  # noqa: E402
from terminal import Terminal  # noqa: E402

CLUSTER, SERVICE, GROUP = "saltbitter-prod", "saltbitter-api-prod", "/ecs/saltbitter-prod"
PROFILES = 3000  # as the demo's
POLLING = 5  # of `logs tail --follow`, in seconds
PROMPT = r"[$#] \Z"


class Production:
    def __init__(self, home):
        self.home = home
        cloud = json.loads((home.path / "cloud" / "saltcloud.json").read_text())
        keys = json.loads((home.path / "cloud" / "credentials.json").read_text())
        self.session = {"endpoint_url": cloud["endpoint"], "region_name": cloud["region"],
                        "aws_access_key_id": keys["access_key_id"], "aws_secret_access_key": keys["secret_access_key"]}
        self.ecs, self.rds, self.logs = (boto3.client(name, **self.session) for name in ("ecs", "rds", "logs"))
        self.region = cloud["region"]
        shell = home.shell("production", "env -0").stdout
        self.environment = dict(pair.split("=", 1) for pair in shell.split("\0") if "=" in pair)

    def tasks(self):
        return self.ecs.list_tasks(cluster=CLUSTER, serviceName=SERVICE)["taskArns"]

    def is_stable(self):
        service = self.ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"][0]
        return len(service["deployments"]) == 1 and service["runningCount"] == service["desiredCount"]


def seconds_until(condition, limit=120, pause=0.02):
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > limit:
            sys.exit("bench: waited too long")
        time.sleep(pause)
    return time.monotonic() - began


def force_new_deployment(production):
    before = set(production.tasks())
    began = time.monotonic()
    production.ecs.update_service(cluster=CLUSTER, service=SERVICE, forceNewDeployment=True)
    seconds_until(production.is_stable)
    took = time.monotonic() - began
    if before & set(production.tasks()):
        sys.exit("bench: stable, and tasks of before still run")
    return took


def tasks_by_hand(production):
    """Two of the platform's processes, until both answer."""
    began = time.monotonic()
    processes = []
    for host in ("127.0.77.1", "127.0.77.2"):
        settings = {**production.environment, "ENVIRONMENT": "development", "HOST": host, "PORT": "8000",
                    "SECRET_KEY": "x" * 40}
        processes.append((host, subprocess.Popen([BIN / "saltbitter", "serve"], env=settings, stdout=subprocess.DEVNULL,
                                                 stderr=subprocess.DEVNULL)))
    for host, process in processes:
        seconds_until(lambda host=host: subprocess.run(
            ["curl", "-sf", "-o", "/dev/null", f"http://{host}:8000/health"]).returncode == 0)
    took = time.monotonic() - began
    for _, process in processes:
        process.terminate()
        process.wait(30)
    return took


def log_lines(production, runs):
    """(in `logs tail --follow`, in FilterLogEvents), each after a request that leaves a line of its own."""
    shown, found = [], []
    with Terminal(["aws", "logs", "tail", GROUP, "--follow", "--since", "1m"], production.environment, ROOT) as tail:
        for number in range(-1, runs):  # the first one finds out when it is there
            time.sleep(POLLING / 2 if number >= 0 else 0)  # between two polls, as it comes on the average
            request = f"bench-{os.getpid()}-{number + 1}"
            began = time.monotonic()
            subprocess.run(["curl", "-s", "-o", "/dev/null", "-H", f"X-Request-Id: {request}",
                            "https://api.saltbitter.com/api/profiles/me"], env=production.environment, check=True)
            since = int((time.time() - 60) * 1000)
            in_logs = seconds_until(lambda: any(request in e["message"] for e in production.logs.filter_log_events(
                logGroupName=GROUP, startTime=since)["events"]))
            tail.expect(request)
            if number >= 0:
                shown.append(time.monotonic() - began)
                found.append(in_logs)
    return shown, found


def prompt(production):
    """What the command line does after its ExecuteCommand: the plugin, with the arguments that it gives."""
    task = production.tasks()[0]
    began = time.monotonic()
    answer = production.ecs.execute_command(cluster=CLUSTER, task=task, command="/bin/bash", interactive=True)
    session = {"SessionId": answer["session"]["sessionId"], "StreamUrl": answer["session"]["streamUrl"],
               "TokenValue": answer["session"]["tokenValue"]}
    words = ["session-manager-plugin", json.dumps(session), production.region, "StartSession", "",
             json.dumps({"Target": f"ecs:{CLUSTER}_{task.rsplit('/', 1)[1]}_x"}), production.session["endpoint_url"]]
    return until_prompt(words, production.environment, began)


def until_prompt(words, environment, began=None):
    began = began or time.monotonic()
    with Terminal(words, environment, ROOT) as terminal:
        terminal.expect(PROMPT)
        took = time.monotonic() - began
        terminal.type("exit")
        try:
            while terminal.read(10):
                pass
        except EOFError:
            pass
    return took


def timed(words, environment):
    began = time.monotonic()
    subprocess.run(words, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def restore(production, number):
    name = f"bench-{number}"
    began = time.monotonic()
    production.rds.restore_db_instance_from_db_snapshot(DBInstanceIdentifier=name, DBSnapshotIdentifier="bench")
    seconds_until(lambda: production.rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0][
        "DBInstanceStatus"] == "available")
    took = time.monotonic() - began
    production.rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
    seconds_until(lambda: all(i["DBInstanceIdentifier"] != name
                              for i in production.rds.describe_db_instances()["DBInstances"]))
    return took


def copy_files(production):
    data = max((production.home.path / "cloud" / "snapshots").iterdir(), key=lambda folder: folder.stat().st_mtime)
    with tempfile.TemporaryDirectory(dir=production.home.path) as folder:
        began = time.monotonic()
        subprocess.run(["cp", "-a", data, folder], check=True)
        return time.monotonic() - began


def measure(production, runs):
    seeded = ["saltbitter", "seed", "--profiles", str(PROFILES)]
    production.home.saltctl("shell", "production", "--", BIN / seeded[0], *seeded[1:])
    production.rds.create_db_snapshot(DBInstanceIdentifier="saltbitter-prod", DBSnapshotIdentifier="bench")
    production.rds.get_waiter("db_snapshot_available").wait(DBSnapshotIdentifier="bench", WaiterConfig={"Delay": 1})
    many = range(runs)
    yield ("force-new-deployment", 10, [force_new_deployment(production) for _ in many],
           [tasks_by_hand(production) for _ in many])
    yield ("log line", POLLING, *log_lines(production, runs))
    bash = ["/bin/bash", "--norc", "-i"]
    yield ("prompt", 0.5, [prompt(production) for _ in many],
           [until_prompt(bash, {**production.environment, "PS1": "$ "}) for _ in many])
    task = production.tasks()[0]
    execute = ["aws", "ecs", "execute-command", "--cluster", CLUSTER, "--task", task, "--command", "/bin/bash",
               "--interactive"]
    yield ("whole command", None, [until_prompt(execute, production.environment) for _ in many],
           [timed(["aws", "ecs", "list-tasks", "--cluster", CLUSTER], production.environment) for _ in many])
    yield ("restore", 5, [restore(production, number) for number in many], [copy_files(production) for _ in many])


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    rows = []
    print(f"{'':<22}{'seconds':>9}{'limit':>7}{'ratio':>7}{'peer':>9}{'ratio':>7}")
    with Home("bench") as home:
        home.saltctl("up", "production")
        production = Production(home)
        seconds_until(production.is_stable)
        for what, limit, ours, peers in measure(production, runs):
            took, peer = statistics.median(ours), statistics.median(peers)
            row = {"what": what, "seconds": round(took, 3), "limit_seconds": limit, "peer_seconds": round(peer, 3),
                   "of_limit": round(took / limit, 2) if limit else None, "of_peer": round(took / peer, 2),
                   "runs": [round(second, 3) for second in ours]}
            rows.append(row)
            print(f"{what:<22}{row['seconds']:>9}{limit or '-':>7}{row['of_limit'] or '-':>7}{row['peer_seconds']:>9}"
                  f"{row['of_peer']:>7}{'  OVER ITS LIMIT' if limit and took > limit else ''}", flush=True)
    pathlib.Path("operations.json").write_text(json.dumps({"runs": runs, "rows": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
