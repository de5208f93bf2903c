"""The runbook's smoke tests: cd tests/smoke; pytest test_smoke.py -v

The checks themselves are saltctl's (src/release/smoke): the release engine runs the very same ones before and
after it moves traffic. Here each is shown as a test. They are asked of $SALTBITTER_SMOKE_TARGET (an environment's
name or a URL), of the environment of `saltctl shell`, or of http://localhost:8000.
"""
import json
import os
import pathlib
import shutil
import subprocess

import pytest

CHECKS = [
    "Health check endpoint",
    "Authentication flow",
    "Profile creation",
    "Match generation",
    "Payment processing (test mode)",
]


def saltctl():
    beside = pathlib.Path(__file__).resolve().parents[2] / "build" / "bin" / "saltctl"
    return os.environ.get("SALTCTL") or shutil.which("saltctl") or str(beside)


@pytest.fixture(scope="session")
def report():
    target = (os.environ.get("SALTBITTER_SMOKE_TARGET") or os.environ.get("SALTBITTER_ENVIRONMENT")
              or "http://localhost:8000")
    done = subprocess.run([saltctl(), "smoke", target, "--json"], capture_output=True, text=True, timeout=120)
    try:
        checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    except (ValueError, KeyError):
        pytest.fail(f"saltctl smoke {target} said: {done.stderr.strip() or done.stdout.strip()}", pytrace=False)
    assert set(checks) == set(CHECKS), "saltctl's checks and this page differ"
    return checks


@pytest.mark.parametrize("name", CHECKS)
def test_smoke(report, name):
    check = report[name]
    if not check["was_run"]:
        pytest.fail(f"not run: {check['message']}", pytrace=False)
    if not check["passed"]:
        pytest.fail("\n".join([check["message"], *check.get("evidence", [])]), pytrace=False)
