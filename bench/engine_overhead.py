#!/usr/bin/env python3
"""What the release engine adds between two stages of ECS: until it notices a pause, and from the end of its checks to its
answer (the smoke tests and the watch between are what the pause is for). And how quick `saltctl status` is.

The limit: 200 ms added at a pause, 100 ms for a status. Everything is read from the journals of real releases on a
local cloud of its own: a hook's expiry says when ECS began to wait, the records say when the engine had answered.
"""
import argparse
import datetime
import json
import os
import pathlib
import sqlite3
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "runbook"))
from harness import BIN, Home  # noqa: E402

LIMIT_MS, STATUS_LIMIT_MS = 200, 100


def records(home, release):
    journal = sqlite3.connect(f"file:{home.path / 'release' / 'journal.db'}?mode=ro", uri=True)
    rows = journal.execute("SELECT at, type, body FROM records WHERE release_id = ? ORDER BY seq", (release,)).fetchall()
    return [(at, kind, json.loads(body)) for at, kind, body in rows]


def unix_ms(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000


def pauses(rows, hook_minutes):
    """(stage, ms until the engine had seen the pause, ms from its last check's end to the next thing it saw of ECS).

    The second holds ECS's own reaction and the wait before the engine looks again, so it is an upper bound.
    """
    hook, checked, found = None, None, []
    for at, kind, body in rows:
        if kind in ("smoke_finished", "watch_seen") and hook:
            checked = at
        if kind != "deployment_seen":
            continue
        seen = body["view"]["hook_id"]
        if hook and checked and seen != hook[0]:
            found.append((hook[1], hook[2], at - checked))
            hook = None
        if seen and not (hook and seen == hook[0]):
            began = unix_ms(body["view"]["hook_expires_at"]) - hook_minutes * 60_000
            hook, checked = (seen, body["view"]["stage"], at - began), None
    return found


def status_ms(home, rounds):
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        home.saltctl("status", "production", "--json")
        took.append((time.perf_counter() - began) * 1000)
    return took


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--releases", type=int, default=4)
    parser.add_argument("--report", type=pathlib.Path, default=pathlib.Path("engine_overhead.json"))
    given = parser.parse_args()
    watch_seconds, added, status = 3, {}, []
    with Home("overhead") as home:
        home.watch_for(watch_seconds)
        home.saltctl("up", "production", "--image", home.document("image", "build", "--version", "1.0.0")["reference"])
        for number in range(given.releases):
            image = home.document("image", "build", "--version", f"2.{number}.0")["reference"]
            done = json.loads(home.deploy("production", image, "--json").stdout)
            for stage, noticed, answered in pauses(records(home, done["release_id"]), 30):
                added.setdefault(f"{stage}: noticed after", []).append(noticed)
                added.setdefault(f"{stage}: answered within", []).append(answered)
        status = status_ms(home, 20)
    if not added:
        sys.exit("engine_overhead: no release of this run paused; nothing was measured")
    report = {"added_ms": {stage: {"median": statistics.median(ms), "max": max(ms), "of_limit": max(ms) / LIMIT_MS}
                           for stage, ms in added.items()},
              "status_ms": {"median": statistics.median(status), "max": max(status),
                            "of_limit": statistics.median(status) / STATUS_LIMIT_MS}}
    given.report.write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps(report, indent=1))


main()
