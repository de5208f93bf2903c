#!/usr/bin/env python3
"""From the second in which a limit is crossed to all traffic on the old revision: how long, for each kind of breach?

A private production at one-second metrics serves a steady load; release after release goes bad in its own way.
The limit of what can be reached is the metric period: nobody can judge a second before it is counted. For each:

  onset      the number leaves its target (the load generator's own record, CloudWatch, or the kill itself)
  crossed    the limit is broken: at the onset for what counts at once, else when it has lasted (five periods)
  decided    crossed to the engine's decision, in milliseconds (less than nothing: in the period that was not over)
  back       the decision to all traffic on the old revision, seen by asking production
  total      crossed to traffic back, and that as a ratio to the metric period

Usage: rollback_on_breach.py [BREACH...] ; writes rollback_on_breach.json into the working directory.
"""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "runbook"))
from breaches import LASTING_S, RATE, Load, breaches, build, declare, release  # noqa: E402
from harness import Home  # noqa: E402

PERIOD_MS = 1000


def row(breach, report):
    if not report["onset_at"] or not report["traffic_back_at"]:
        sys.exit(f"bench: {breach.name} was not seen to begin and end: {report}")
    crossed = report["onset_at"] + (LASTING_S * 1000 if breach.lasts else 0)
    total = report["traffic_back_at"] - crossed
    return {"breach": breach.name, "outcome": report["outcome"], "cause": report["cause"],
            "onset_to_decided_ms": round(report["breach_at"] - report["onset_at"]),
            "decided_ms": round(report["breach_at"] - crossed),
            "back_ms": report["traffic_back_at"] - report["breach_at"],
            "total_ms": round(total), "periods": round(total / PERIOD_MS, 2)}


def main():
    wanted = sys.argv[1:]
    rows = []
    with Home("breach-bench") as home:
        declare(home)
        home.saltctl("up", "production", "--image", build(home, "1.0.0"))
        load = Load(home)
        try:
            for number, breach in enumerate(breaches(home, lambda: load)):
                if wanted and breach.name not in wanted:
                    continue
                report, _ = release(home, breach, f"2.{number}.0")
                rows.append(row(breach, report))
        finally:
            load.stop()
    print(f"{RATE} requests a second, metric period {PERIOD_MS} ms\n"
          f"{'':<13}{'onset-decided':>14}{'decided':>9}{'back':>7}{'total':>8}{'periods':>9}")
    for r in rows:
        print(f"{r['breach']:<13}{r['onset_to_decided_ms']:>14}{r['decided_ms']:>9}{r['back_ms']:>7}{r['total_ms']:>8}"
              f"{r['periods']:>9}  {r['cause'][:70]}")
    pathlib.Path("rollback_on_breach.json").write_text(json.dumps({"rate": RATE, "rows": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
