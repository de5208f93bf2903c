#!/usr/bin/env python3
"""How soon is saltcloud there, and how much memory do the programs hold that stand by?

The limits: 200 ms from the start of `saltcloud serve` to its first signed answer, 40 MB resident for each program that
idles. Each start is killed with SIGKILL before the next, and seen from outside: from fork to the last byte of the
answer to a request that is tried again as long as nobody listens.

  start, new home           it makes its store, keys and certificates first
  start, empty account      it knows the home, and there is nothing in it
  start, production         likewise, and adopts production's tasks, load balancer, database and cache
  saltcloud, empty          resident, after nobody asked for a while
  saltcloud, production     likewise, with what production makes it do: health checks, metrics, logs
  saltbitter serve          the larger of production's two tasks, which only health checks ask

Usage: start.py [RUNS [IDLE-SECONDS]] ; writes start.json into the working directory.
"""
import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests" / folder) for folder in ("runbook", "support", "integration/cloud")]
import botocore.auth  # noqa: E402,F401  (not while the clock runs)
import aws_call  # noqa: E402
from harness import BIN, Home, wait_until  # noqa: E402
from processes import running  # noqa: E402
from saltcloud import free_port  # noqa: E402

START_MS, RESIDENT_MB = 200, 40


def ask(home):
    """A signed request; whether it was answered. Where it listens and with which keys is in the home."""
    try:
        endpoint = json.loads((home / "cloud" / "saltcloud.json").read_text())["endpoint"]
        keys = json.loads((home / "cloud" / "credentials.json").read_text())
        aws_call.ecs(endpoint, "us-west-2", keys["access_key_id"], keys["secret_access_key"], "ListClusters", {})
        return True
    except (OSError, ValueError):
        return False


def start(words, home, environment=None):
    """The process, and the milliseconds until it answered."""
    with open(home.parent / f"{home.name}-start.log", "ab") as log:
        began = time.monotonic()
        process = subprocess.Popen(words, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=environment,
                                   start_new_session=True)
        while not ask(home):
            if process.poll() is not None or time.monotonic() - began > 30:
                sys.exit(f"bench: {' '.join(map(str, words))} does not answer; see {log.name}")
            time.sleep(0.001)
        return process, (time.monotonic() - began) * 1000


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait()


def resident_mb(pid):
    (line,) = [line for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) * 1024 / 1e6


def alone(runs, idle):
    """Milliseconds of starts in new homes, of starts in a known one, and what it holds afterwards."""
    new, known, resident = [], [], []
    for _ in range(runs):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="saltbitter-start-"))
        home = folder / "home"
        words = [BIN / "saltcloud", "serve", "--home", home, "--listen", f"127.0.0.1:{free_port()}"]
        try:
            process, took = start(words, home)
            new.append(took)
            kill(process)
            process, took = start(words, home)
            known.append(took)
            if not resident:
                time.sleep(idle)
                resident.append(resident_mb(process.pid))
        finally:
            subprocess.run([BIN / "saltcloud", "destroy", "--volumes", "--home", home], stdout=subprocess.DEVNULL)
            process.wait(30)
            shutil.rmtree(folder, ignore_errors=True)
    return new, known, resident


def with_production(runs, idle):
    """Milliseconds of starts that adopt production, and what saltcloud and the larger task hold."""
    adopting = []
    with Home("start") as home:
        home.saltctl("up", "production")
        wait_until(lambda: home.document("status", "production")["now"]["running"] == 2, "both tasks run")
        cloud = json.loads((home.path / "cloud" / "saltcloud.json").read_text())
        time.sleep(idle)
        resident = [resident_mb(cloud["pid"])]
        tasks = [max(resident_mb(pid) for pid in running(home, "saltbitter"))]
        words = pathlib.Path(f"/proc/{cloud['pid']}/cmdline").read_text().split("\0")[:-1]
        variables = pathlib.Path(f"/proc/{cloud['pid']}/environ").read_text().split("\0")
        environment = dict(pair.split("=", 1) for pair in variables if "=" in pair)
        process = None
        for _ in range(runs):
            if process:
                kill(process)
            else:
                os.kill(cloud["pid"], signal.SIGKILL)
            process, took = start(words, home.path, environment)
            adopting.append(took)
        home.saltctl("down", "--volumes")
        process.wait(30)
        (home.path.parent / f"{home.path.name}-start.log").unlink()
    return adopting, resident, tasks


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    idle = float(sys.argv[2]) if len(sys.argv) > 2 else 10
    new, known, empty = alone(runs, idle)
    adopting, busy, tasks = with_production(runs, idle)
    rows = []
    print(f"{'':<24}{'':>9}{'limit':>9}{'ratio':>7}{'worst':>9}")
    for what, unit, limit, values in (("start, new home", "ms", START_MS, new),
                                      ("start, empty account", "ms", START_MS, known),
                                      ("start, production", "ms", START_MS, adopting),
                                      ("saltcloud, empty", "MB", RESIDENT_MB, empty),
                                      ("saltcloud, production", "MB", RESIDENT_MB, busy),
                                      ("saltbitter serve", "MB", RESIDENT_MB, tasks)):
        figure, worst = statistics.median(values), max(values)
        rows.append({"what": what, "unit": unit, "figure": round(figure, 1), "limit": limit,
                     "of_limit": round(figure / limit, 2), "worst": round(worst, 1)})
        print(f"{what:<24}{figure:>6.1f} {unit}{limit:>6} {unit}{figure / limit:>7.2f}{worst:>6.1f} {unit}"
              f"{'  OVER ITS LIMIT' if figure > limit else ''}", flush=True)
    pathlib.Path("start.json").write_text(json.dumps({"runs": runs, "idle_seconds": idle, "rows": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
