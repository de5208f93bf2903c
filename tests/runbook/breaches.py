"""Releases that go bad under load, each in its own way, and when what happened: for the test and the benchmark."""
import datetime
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import threading
import time

from harness import BIN, SOURCE, wait_until

RATE = 100
LASTING_S = 5


def declare(home):
    """Production as declared, with a watch long enough for a leak to show and tasks small enough to fill."""
    deploy = home.path / "deploy"
    shutil.copytree(SOURCE / "deploy", deploy, dirs_exist_ok=True)
    file = deploy / "environments" / "production.yaml"
    text = re.sub(r"watch_seconds: \d+", "watch_seconds: 30", file.read_text())
    file.write_text(text.replace("  memory: 1024\n", "  memory: 512\n"))
    home.environment["SALTBITTER_DEPLOY"] = str(deploy)


def build(home, version, faults=None):
    options = ("--faults", faults) if faults else ()
    return home.document("image", "build", "--version", version, *options)["reference"]


class Load:
    def __init__(self, home):
        now = home.document("status", "production")["now"]
        host = now["url"].split("://")[1]
        self.file = home.path / f"load-{time.monotonic_ns()}.jsonl"
        self.process = home.start(
            [BIN / "saltload", "--url", now["url"], "--rate", str(RATE), "--connections", "8", "--connect-to",
             f"{host}:{now['address']}:{host.split(':')[1]}", "--ca-file", home.path / "ca" / "authority.pem",
             "--record", self.file, "--report", home.path / "load.json"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # So much that there is a time before to compare with.
        wait_until(lambda: sum(s["sent"] for s in self.slices()) > 8 * RATE, "there is load")

    def slices(self):
        text = self.file.read_text() if self.file.exists() else ""
        return [json.loads(line) for line in text[:text.rfind("\n") + 1].splitlines()]

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)


def postmaster(home):
    """PostgreSQL's first process below this home, or nothing while it is down."""
    def read(pid, name):
        try:
            return pathlib.Path("/proc", pid, name).read_bytes()
        except OSError:
            return b""

    def is_ours(pid):
        while pid not in ("0", "1", ""):
            if str(home.path).encode() in read(pid, "cmdline"):
                return True
            pid = next((line.split()[1].decode() for line in read(pid, "status").splitlines()
                        if line.startswith(b"PPid:")), "")
        return False

    for pid in filter(str.isdigit, os.listdir("/proc")):
        words = read(pid, "cmdline").split(b"\0")
        if words[0].endswith(b"/bin/postgres") and b"-D" in words and is_ours(pid):
            return int(pid)
    return None


def keep_killing_the_database(home, until):
    """kill -9, and again whenever it has been started anew. When the first one came."""
    first = None
    while not until.is_set():
        if pid := postmaster(home):
            try:
                os.kill(pid, signal.SIGKILL)
                first = first or time.time() * 1000
            except ProcessLookupError:
                pass
        until.wait(0.05)
    return first


def deploy(home, image, on_watch=None):
    """The release's report, what was said, and what `on_watch` returned: begun with the watch, in a thread, and
    told when the release is over."""
    over = threading.Event()
    found = []
    thread = None
    release = home.start(home.deploy_words("production", image, "--json"), stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE)
    said = []
    for text in release.stderr:
        said.append(text)
        if on_watch and not thread and " watch: error rate" in text:
            thread = threading.Thread(target=lambda: found.append(on_watch(over)))
            thread.start()
        if "rolling back" in text or "✓ watch" in text:
            over.set()
    over.set()
    if thread:
        thread.join()
    report = json.loads(release.stdout.read().splitlines()[-1])
    release.wait(60)
    return report, "".join(said), found[0] if found else None


def first_sample_above(home, name_space, name, dimensions, limit, since_ms):
    """When CloudWatch first had a value above `limit`, in milliseconds."""
    words = " ".join(f"Name={k},Value={v}" for k, v in dimensions.items())
    begin = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(since_ms / 1000))
    end = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    text = home.shell("production", f"aws cloudwatch get-metric-statistics --namespace {name_space} --metric-name {name} "
                                    f"--dimensions {words} --start-time {begin} --end-time {end} --period 1 "
                                    "--statistics Maximum --output json").stdout
    # Epoch seconds or RFC 3339, as the client's version has it.
    points = [(1000 * (stamp if isinstance(stamp, (int, float)) else
                       datetime.datetime.fromisoformat(stamp.replace("Z", "+00:00")).timestamp()), p["Maximum"])
              for p in json.loads(text)["Datapoints"] for stamp in [p["Timestamp"]]]
    return min((at for at, value in points if value > limit), default=None)


SERVICE = {"ClusterName": "saltbitter-prod", "ServiceName": "saltbitter-api-prod"}
DATABASE = {"DBInstanceIdentifier": "saltbitter-prod"}


class Breach:
    """`onset` says when it began, in milliseconds; `lasts`: it counts only after it has lasted; `declared`: in place of
    what production's declaration has."""

    def __init__(self, name, cause, faults=None, on_watch=None, onset=None, lasts=True,
                 needs_a_minute_before=None, declared=None):
        self.name, self.cause, self.faults, self.on_watch = name, cause, faults, on_watch
        self.onset, self.lasts, self.needs_a_minute_before = onset, lasts, needs_a_minute_before
        self.declared = declared


def breaches(home, load):
    def bad_slice(test):
        return lambda report, _: min((s["t"] for s in load().slices()
                                      if s["t"] >= report["shifted_at"] - 1000 and test(s)), default=None)

    def stop_load(_):
        # A collapse is judged against a minute of traffic before the shift.
        load().stop()
        return time.time() * 1000

    return [
        Breach("errors", "requests failed", "error_rate=0.25@requests>300", onset=bad_slice(lambda s: s["failed"] > 0),
               lasts=False),
        # Two hundred requests may hold 5 % of them by chance: the critical limit is not what is asked about here.
        Breach("some errors", "requests failed over 5 s, the limit is 1.00 %", "error_rate=0.04@requests>300",
               onset=bad_slice(lambda s: s["failed"] > 0),
               declared=("critical_error_rate_percent: 5.0", "critical_error_rate_percent: 20.0")),
        Breach("latency", "p95 was above 200 ms", "latency_ms=400@requests>300",
               onset=bad_slice(lambda s: s["p95_us"] > 200_000)),
        Breach("connections", "database connections", "connections=25@requests>300",
               onset=lambda report, said: first_sample_above(
                   home, "AWS/RDS", "DatabaseConnections", DATABASE,
                   float(re.search(r"(\d+) before the release", said).group(1)) + 20, report["shifted_at"] - 1000)),
        Breach("memory", "memory", "leak_mb_per_s=18",
               onset=lambda report, _: first_sample_above(home, "AWS/ECS", "MemoryUtilization", SERVICE, 80,
                                                          report["started_at"])),
        Breach("database", "the database is down", on_watch=lambda over: keep_killing_the_database(home, over),
               lasts=False),
        Breach("traffic", "of the traffic before", on_watch=stop_load,
               needs_a_minute_before=lambda: load().slices()[-1]["t"] - load().slices()[0]["t"] > 70_000),
    ]


def release(home, breach, version):
    """The report of a release that goes bad this way, with `onset_at` and what was said."""
    # What the one before broke is whole again.
    wait_until(lambda: home.document("status", "production")["now"]["database"].startswith("available"),
               "the database is available")
    if breach.needs_a_minute_before:
        wait_until(breach.needs_a_minute_before, "there has been a minute of traffic", 90)
    if breach.declared:
        home.declare(*breach.declared)
    report, said, began = deploy(home, build(home, version, breach.faults), breach.on_watch)
    if breach.declared:
        home.declare(*reversed(breach.declared))
    report["onset_at"] = breach.onset(report, said) if breach.onset else began
    return report, said
