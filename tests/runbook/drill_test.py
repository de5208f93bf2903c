"""Disasters, rehearsed and measured: how long until production serves again, and how much is lost. The figures in
docs/DISASTER_RECOVERY.md are this script's: `python3 tests/runbook/drill_test.py`. It asserts what must hold on any
machine (it comes back, what was in the snapshot is there) and prints the times, which no test may assert."""
import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time

from harness import BIN, Home, wait_until
from processes import database_folder, running

HOST = "api.saltbitter.com"


class Prober:
    """Asks /ready over and over, as a user would: a fresh connection each time, through the load balancer."""

    def __init__(self, home):
        now = home.document("status", "production")["now"]
        self.address, self.port = now["address"], int(now["url"].rpartition(":")[2])
        self.trust = ssl.create_default_context(cafile=str(home.path / "ca" / "authority.pem"))
        self.answers = []  # (when it was asked, whether it was served)
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        wait_until(lambda: any(ok for _, ok in list(self.answers)), "production serves before the drill")
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def run(self):
        while not self.over.is_set():
            self.answers.append((time.monotonic(), self.ask()))
            self.over.wait(0.02)

    def ask(self):
        connection = http.client.HTTPSConnection(self.address, self.port, timeout=5, context=self.trust)
        try:
            # The certificate is for the public name, the socket goes to this machine.
            connection.sock = self.trust.wrap_socket(
                socket.create_connection((self.address, self.port), timeout=5), server_hostname=HOST)
            connection.request("GET", "/ready", headers={"Host": HOST})
            return connection.getresponse().status == 200
        except OSError:
            return False
        except http.client.HTTPException:
            return False
        finally:
            connection.close()

    def served_after(self, moment):
        return any(ok for when, ok in list(self.answers) if when > moment)

    def failed_after(self, moment):
        return [when for when, ok in list(self.answers) if when >= moment and not ok]

    def calm(self, moment, count=50):
        """The newest `count` answers after this moment were all good."""
        newest = [ok for when, ok in list(self.answers) if when > moment][-count:]
        return len(newest) == count and all(newest)

    def outage(self, moment):
        """Seconds from this moment to the first good answer after the last bad one; 0 when none was bad."""
        bad = self.failed_after(moment)
        if not bad:
            return 0.0
        good = [when for when, ok in list(self.answers) if ok and when > bad[-1]]
        return round(good[0] - moment, 2)


class Journal:
    """A row every 20 ms, so that what is lost can be told to the row."""

    def __init__(self, home):
        self.home = home
        self.sql("CREATE TABLE drill (at timestamptz PRIMARY KEY DEFAULT clock_timestamp())")
        self.process = home.start([BIN / "saltctl", "shell", "production", "--", "bash", "-c",
                                   r"""while sleep 0.02 && echo 'INSERT INTO drill DEFAULT VALUES;'; do :; done |
                                       psql -q "$DATABASE_URL" """], stderr=subprocess.DEVNULL)

    def sql(self, statement):
        return self.home.shell("production", f"""psql -Atc "{statement}" "$DATABASE_URL" """).stdout.strip()

    def stop(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def kill(home, name, count=None):
    pids = running(home, name)[:count]
    assert pids, f"nothing called {name} runs here"
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # a child of one that is dead already


def process_lost(home, what, name, count=None):
    with Prober(home) as prober:
        moment = time.monotonic()
        kill(home, name, count)
        wait_until(lambda: prober.calm(moment), f"production serves after the loss of {what}", 90)
        yield {"drill": f"{what} killed", "recovery_time_s": prober.outage(moment),
               "requests_failed": len(prober.failed_after(moment)), "recovery_point": "nothing lost", "by": "itself"}
    wait_until(lambda: whole(home), f"everything runs again after the loss of {what}", 90)


def whole(home):
    now = home.document("status", "production")["now"]
    return now["running"] == now["desired"] and all(
        t["healthy"] == now["desired"] for t in now["traffic"] if t["weight_percent"] == 100)


def saltcloud_lost(home):
    with Prober(home) as prober:
        cloud = json.loads((home.path / "cloud" / "saltcloud.json").read_text())
        moment = time.monotonic()
        os.kill(cloud["pid"], signal.SIGKILL)
        home.saltctl("up", "production")
        took = round(time.monotonic() - moment, 2)
        wait_until(lambda: prober.calm(moment), "production serves after the loss of saltcloud")
        failed = prober.failed_after(moment)
        assert not failed, f"{len(failed)} requests failed while only saltcloud was away"
        yield {"drill": "saltcloud killed", "recovery_time_s": took, "requests_failed": 0,
               "recovery_point": "nothing lost", "by": "saltctl up production (the API was away, traffic was not)"}


def database_lost(home):
    """Snapshot, go on writing, lose the data directory, restore, point the service at it."""
    journal = Journal(home)
    wait_until(lambda: int(journal.sql("SELECT count(*) FROM drill") or 0) > 20, "rows are being written")
    began = time.monotonic()
    home.saltctl("db", "snapshot", "production", "--name", "drill")
    snapshot_took = round(time.monotonic() - began, 2)
    kept = int(journal.sql("SELECT count(*) FROM drill"))
    wait_until(lambda: int(journal.sql("SELECT count(*) FROM drill")) > kept + 50, "more is written after the snapshot")
    written = journal.sql("SELECT count(*) || ' ' || extract(epoch FROM max(at)) FROM drill").split()
    folder = database_folder(home)
    with Prober(home) as prober:
        moment = time.monotonic()
        kill(home, "postgres")
        shutil.rmtree(folder)
        journal.stop()
        wait_until(lambda: prober.failed_after(moment), "production notices that its database is gone")
        home.saltctl("db", "restore", "production", "--snapshot", "drill", "--switch", "--yes", "--confirm", "production",
                     timeout=300)
        wait_until(lambda: prober.calm(moment), "production serves from the restored database", 120)
        recovery = prober.outage(moment)
    left = journal.sql("SELECT count(*) || ' ' || extract(epoch FROM max(at)) FROM drill").split()
    lost_rows, lost_seconds = int(written[0]) - int(left[0]), float(written[1]) - float(left[1])
    assert int(left[0]) > 20, "what was written before the snapshot is not there"
    assert lost_rows > 0 and lost_seconds > 0, (written, left)
    yield {"drill": "database lost, restored from a snapshot", "recovery_time_s": recovery,
           "snapshot_time_s": snapshot_took, "recovery_point": f"what was written after the snapshot: {lost_rows} rows, "
           f"{lost_seconds:.1f} s", "by": "saltctl db restore production --switch"}


def main():
    with Home("drill") as home:
        home.watch_for(1)
        home.saltctl("up", "production")
        drills = [lambda: process_lost(home, "HAProxy", "haproxy"),
                  lambda: process_lost(home, "one of two tasks", "saltbitter", 1),
                  lambda: process_lost(home, "both tasks", "saltbitter"),
                  lambda: process_lost(home, "Redis", "redis-server"),
                  lambda: process_lost(home, "PostgreSQL", "postgres"),
                  lambda: saltcloud_lost(home), lambda: database_lost(home)]
        for drill in drills:
            for figures in drill():
                print(json.dumps(figures), flush=True)
    sys.exit(0)


main()
