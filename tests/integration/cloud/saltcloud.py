"""A real saltcloud for Python tests: private home, free port, gone with everything it started."""

import json
import os
import pathlib
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import time

BIN = pathlib.Path(os.environ.get("SB_BIN_DIR", "build/bin"))
LIMIT_S = 30


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def eventually(condition, what, limit_s=LIMIT_S):
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"not within {limit_s} s: {what}")


class Saltcloud:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sb-saltcloud-"))
        self.home = self.folder / "home"
        self.port = free_port()
        self.process = None
        self.start()

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self, largest_file=resource.RLIM_INFINITY):
        """`largest_file`: bytes that any file may grow to, which is how a full disk looks."""
        record = self.home / "cloud" / "saltcloud.json"
        record.unlink(missing_ok=True)
        with open(self.folder / "saltcloud.log", "ab") as log:
            self.process = subprocess.Popen(
                [BIN / "saltcloud", "serve", "--home", self.home,
                 "--listen", f"127.0.0.1:{self.port}"],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                preexec_fn=lambda: resource.setrlimit(
                    resource.RLIMIT_FSIZE, (largest_file, largest_file)))
        eventually(lambda: record.exists() or self.process.poll() is not None, "saltcloud starts")
        assert self.process.poll() is None, self.log()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def log(self):
        return (self.folder / "saltcloud.log").read_text()

    def environment(self):
        keys = json.loads((self.home / "cloud" / "credentials.json").read_text())
        nothing = str(self.folder / "nothing")
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | {
            "AWS_ACCESS_KEY_ID": keys["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": keys["secret_access_key"],
            "AWS_DEFAULT_REGION": "us-west-2",
            "AWS_CONFIG_FILE": nothing,
            "AWS_SHARED_CREDENTIALS_FILE": nothing,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_PAGER": "",
            "AWS_MAX_ATTEMPTS": "1",
            "NO_PROXY": "127.0.0.1,localhost",
        }

    def close(self):
        subprocess.run([BIN / "saltcloud", "destroy", "--volumes", "--home", self.home],
                       check=True, stdout=subprocess.DEVNULL, timeout=90)
        self.process.wait(timeout=LIMIT_S)
        shutil.rmtree(self.folder, ignore_errors=True)
