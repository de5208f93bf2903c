"""A home of its own for one test, saltctl in it, and the proof that nothing is left of it."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

from terminal import Terminal

SOURCE = pathlib.Path(os.environ.get("SB_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(SOURCE / "tests" / "support"))
import aws_call  # noqa: E402

BIN = pathlib.Path(os.environ.get("SB_BIN_DIR", SOURCE / "build" / "bin"))


class Home:
    def __init__(self, name):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix=f"saltbitter-{name}-"))
        self.environment = {**os.environ, "SALTBITTER_HOME": str(self.path), "NO_COLOR": "1"}

    def declare(self, pattern, replacement):
        """Environments as declared, but for what the pattern finds."""
        deploy = self.path / "deploy"
        if not deploy.exists():
            shutil.copytree(SOURCE / "deploy", deploy)
            self.environment["SALTBITTER_DEPLOY"] = str(deploy)
        for file in (deploy / "environments").glob("*.yaml"):
            file.write_text(re.sub(pattern, replacement, file.read_text()))

    def watch_for(self, seconds):
        """A short watch after the shift."""
        self.declare(r"watch_seconds: \d+", f"watch_seconds: {seconds}")

    def ask_only_for(self, gates):
        """Only these boxes of the pre-deployment list: the tree under test is in no commit."""
        self.declare(r"(?m)^  gates: .*$", f"  gates: [{gates}]")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.saltctl("down", "--volumes", check=False)
        left = self.processes()
        shutil.rmtree(self.path, ignore_errors=True)
        assert not left, f"still running: {left}"

    def run(self, words, check=True, timeout=180, text=None):
        done = subprocess.run([str(w) for w in words], env=self.environment, cwd=SOURCE, timeout=timeout,
                              input=text, text=True, capture_output=True)
        if check and done.returncode != 0:
            raise AssertionError(f"{words} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def start(self, words, **options):
        """A process of its own session, to be killed or waited for."""
        return subprocess.Popen([str(w) for w in words], env=self.environment, cwd=SOURCE, text=True,
                                start_new_session=True, **options)

    def deploy_words(self, environment, image, *more):
        """A deploy that goes through: approved in the same breath, and what a tree under test cannot prove waived."""
        waived = ["--waive", "tests,coverage,security,migrations=the tree under test is in no commit"]
        approved = ["--approve"] if environment == "production" else []
        return [BIN / "saltctl", "deploy", environment, "--image", image, "--yes", *waived, *approved, *more]

    def deploy(self, environment, image, *more, **options):
        return self.run(self.deploy_words(environment, image, *more), **options)

    def saltctl(self, *words, **options):
        return self.run([BIN / "saltctl", *words], **options)

    def document(self, *words):
        return json.loads(self.saltctl(*words, "--json").stdout)

    def shell(self, environment, script, check=True):
        """What an operator types, in the shell that saltctl makes."""
        return self.saltctl("shell", environment, "--", "bash", "-c", script, check=check)

    def ecs(self, operation, document):
        return self.call(aws_call.ecs, operation, document)

    def parameters(self, path):
        """The names below this path."""
        names, page = [], {}
        while True:
            answer = self.call(aws_call.ssm, "GetParametersByPath", {"Path": path, "Recursive": True} | page)
            names += [parameter["Name"] for parameter in answer["Parameters"]]
            if not answer.get("NextToken"):
                return names
            page = {"NextToken": answer["NextToken"]}

    def call(self, api, operation, document):
        cloud = json.loads((self.path / "cloud" / "saltcloud.json").read_text())
        keys = json.loads((self.path / "cloud" / "credentials.json").read_text())
        return api(cloud["endpoint"], cloud["region"], keys["access_key_id"], keys["secret_access_key"], operation, document)

    def terminal(self, environment):
        """An interactive shell of saltctl's on a terminal."""
        return Terminal([BIN / "saltctl", "shell", environment], self.environment, SOURCE)

    def processes(self):
        """Everything on this machine that knows this home."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
                words = (entry / "cmdline").read_bytes() + b"\0" + (entry / "environ").read_bytes()
            except OSError:
                continue
            if str(self.path).encode() in words and state != "Z":
                found.append((entry.name, (entry / "comm").read_text().strip()))
        return found


def last_revision_but_one():
    """Of the schema, as the files say it."""
    parents = {}
    for path in (SOURCE / "db" / "revisions").glob("*.sql"):
        head = dict(line[3:].split(":", 1) for line in path.read_text().splitlines()[:8]
                    if line.startswith("-- ") and ":" in line)
        parents[head["revision"].strip()] = head["revises"].strip()
    last = (set(parents) - set(parents.values())).pop()
    return parents[last]


def as_json(done):
    return json.loads(done.stdout)


def wait_until(condition, what, seconds=60):
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s: {what}")


def main(*tests):
    for test in tests:
        began = time.monotonic()
        print(f"[ RUN  ] {test.__name__}", flush=True)
        test()
        print(f"[   OK ] {test.__name__} ({time.monotonic() - began:.1f} s)", flush=True)
    sys.exit(0)
