#!/usr/bin/env python3
"""What the release engine adds between two stages of ECS: from the second in which ECS pauses to the engine's answer,
without the smoke tests and the watch, which are what the pause is for. And how quick `saltctl status` is.

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


def pauses(rows, hook_minutes, watch_seconds):
    """(stage, added ms) for each pause that the engine answered."""
    hook, smoke_ms, found = None, 0, []
    for at, kind, body in rows:
        if kind == "deployment_seen" and body["view"]["hook_id"] and body["view"]["hook_id"] != (hook and hook[0]):
            began = unix_ms(body["view"]["hook_expires_at"]) - hook_minutes * 60_000
            hook, smoke_ms = (body["view"]["hook_id"], body["view"]["stage"], began), 0
        if kind == "smoke_finished":
            smoke_ms += json.loads(body["report"])["duration_ms"]
        if kind == "continue_accepted" and hook:
            watched = watch_seconds * 1000 if hook[1].startswith("POST_PRODUCTION") else 0
            # The smoke tests on production run beside the watch.
            found.append((hook[1], at - hook[2] - (watched or smoke_ms)))
            hook = None
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
            for stage, ms in pauses(records(home, done["release_id"]), 30, watch_seconds):
                added.setdefault(stage, []).append(ms)
        status = status_ms(home, 20)
    report = {"added_ms": {stage: {"median": statistics.median(ms), "max": max(ms), "of_limit": max(ms) / LIMIT_MS}
                           for stage, ms in added.items()},
              "status_ms": {"median": statistics.median(status), "max": max(status),
                            "of_limit": statistics.median(status) / STATUS_LIMIT_MS}}
    given.report.write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps(report, indent=1))


main()
