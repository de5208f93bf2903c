#!/usr/bin/env python3
"""What does a release cost the users who are there while it happens?

A private production serves a steady load through TLS. Measured in one run, with one load generator:

  nothing     no release: what this machine does by itself (the limit)
  release     a blue/green release by saltctl, from the plan to the end
  by hand     the tasks stopped one after the other with `aws ecs stop-task`, each replaced by ECS (the peer)

For each: requests, failed requests, and p95 over 100 ms slices (the median slice, and the worst), as ratios to
`nothing`. Latency counts from when a request was due, so a stalled client does not hide a stalled server.

Usage: release_under_load.py [SECONDS-OF-NOTHING] ; writes release_under_load.json into the working directory.
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
BIN = pathlib.Path(os.environ.get("SB_BIN_DIR", ROOT / "build" / "bin"))
RATE = 600
WAIVED = "tests,coverage,security,migrations=a measurement releases the tree as it is"


def saltctl(*words):
    done = subprocess.run([BIN / "saltctl", *words], cwd=ROOT, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    if done.returncode != 0:
        sys.exit(f"bench: saltctl {' '.join(words)} ended with {done.returncode}:\n{done.stderr}{done.stdout}")
    return done.stdout


def aws(command):
    return json.loads(saltctl("shell", "production", "--", "bash", "-c", command) or "null")


def serving_tasks():
    return aws("aws ecs list-tasks --cluster saltbitter-prod --service-name saltbitter-api-prod --output json")["taskArns"]


def healthy_targets():
    groups = aws("aws elbv2 describe-target-groups --output json")["TargetGroups"]
    healthy = 0
    for group in groups:
        health = aws(f"aws elbv2 describe-target-health --target-group-arn {group['TargetGroupArn']} --output json")
        healthy += sum(t["TargetHealth"]["State"] == "healthy" for t in health["TargetHealthDescriptions"])
    return healthy


def replace_tasks_by_hand():
    for task in serving_tasks():
        aws(f"aws ecs stop-task --cluster saltbitter-prod --task {task} --output json")
        limit = time.monotonic() + 60
        while (task in serving_tasks() or healthy_targets() < 2) and time.monotonic() < limit:
            time.sleep(0.2)


class Load:
    def __init__(self, home):
        where = json.loads(saltctl("status", "production", "--json"))["now"]
        host = where["url"].split("://")[1]
        self.record = home / "load.jsonl"
        self.process = subprocess.Popen(
            [BIN / "saltload", "--url", where["url"], "--rate", str(RATE), "--connections", "16",
             "--connect-to", f"{host}:{where['address']}:{host.split(':')[1]}",
             "--ca-file", home / "ca" / "authority.pem", "--record", self.record, "--report", home / "load.json"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        self.slices_until(time.time() * 1000 + 2000)

    def slices_until(self, end_ms):
        while True:
            text = self.record.read_text() if self.record.exists() else ""
            slices = [json.loads(line) for line in text[:text.rfind("\n") + 1].splitlines()]
            if slices and slices[-1]["t"] >= end_ms:
                return slices
            if self.process.poll() is not None:
                sys.exit("bench: the load generator ended early")
            time.sleep(0.1)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)


def measure(load, what, action):
    begin = time.time() * 1000
    action()
    end = time.time() * 1000
    slices = [s for s in load.slices_until(end) if begin <= s["t"] <= end and s["sent"] > 0]
    return {"what": what, "seconds": round((end - begin) / 1000, 1), "requests": sum(s["sent"] for s in slices),
            "failed": sum(s["failed"] for s in slices),
            "p95_ms": round(statistics.median(s["p95_us"] for s in slices) / 1000, 2),
            "worst_p95_ms": round(max(s["p95_us"] for s in slices) / 1000, 2)}


def main():
    quiet = float(sys.argv[1]) if len(sys.argv) > 1 else 10
    home = pathlib.Path(tempfile.mkdtemp(prefix="saltbitter-bench-"))
    os.environ["SALTBITTER_HOME"] = str(home)
    try:
        saltctl("image", "build", "--version", "1.0.0")
        saltctl("up", "production")
        saltctl("image", "build", "--version", "1.1.0")
        load = Load(home)
        rows = [measure(load, "nothing", lambda: time.sleep(quiet)),
                measure(load, "release", lambda: saltctl("deploy", "production", "--image", "saltbitter:1.1.0", "--yes",
                                                                "--approve", "--waive", WAIVED)),
                measure(load, "by hand", replace_tasks_by_hand)]
        load.stop()
    finally:
        subprocess.run([BIN / "saltctl", "down", "--volumes"], cwd=ROOT, stdout=subprocess.DEVNULL)
        shutil.rmtree(home, ignore_errors=True)
    print(f"{RATE} requests a second through TLS\n"
          f"{'':<10}{'seconds':>8}{'requests':>10}{'failed':>8}{'p95 ms':>9}{'ratio':>7}{'worst':>9}{'ratio':>7}")
    for row in rows:
        row["p95_ratio"] = round(row["p95_ms"] / rows[0]["p95_ms"], 2)
        row["worst_ratio"] = round(row["worst_p95_ms"] / rows[0]["worst_p95_ms"], 2)
        print(f"{row['what']:<10}{row['seconds']:>8}{row['requests']:>10}{row['failed']:>8}{row['p95_ms']:>9}"
              f"{row['p95_ratio']:>7}{row['worst_p95_ms']:>9}{row['worst_ratio']:>7}")
    pathlib.Path("release_under_load.json").write_text(json.dumps({"rate": RATE, "rows": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
