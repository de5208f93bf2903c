"""A steady load on production, of which every request must be answered well."""
import json
import subprocess
import time

from harness import BIN, wait_until


class Load:
    """A steady load on production while the block runs; every request must be answered well."""

    def __init__(self, home, rate=200):
        now = home.document("status", "production")["now"]
        host = now["url"].split("://")[1]
        record = home.path / f"load-{time.monotonic_ns()}.jsonl"
        self.process = home.start([BIN / "saltload", "--url", now["url"], "--rate", str(rate),
                                   "--connect-to", f"{host}:{now['address']}:{host.split(':')[1]}", "--ca-file",
                                   home.path / "ca" / "authority.pem", "--record", record], stdout=subprocess.PIPE)
        # Its users sign up before it counts.
        wait_until(lambda: record.exists() and record.read_text().count("\n") > 2, "there is load")

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.process.terminate()
        self.totals = json.loads(self.process.communicate(timeout=60)[0])
        assert kind or (self.totals["failed"] == 0 and self.totals["sent"] > 0), self.totals
