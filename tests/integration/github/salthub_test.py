"""salthub with the real git and gh: the runbook's commands as written, and what survives a kill."""

import ctypes
import json
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

SALTHUB = os.path.abspath(os.path.join(os.environ["SB_BIN_DIR"], "salthub"))
REPOSITORY = "vmatresu/saltbitter"
PERSON = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com", "GIT_COMMITTER_NAME": "Ada",
          "GIT_COMMITTER_EMAIL": "ada@example.com"}

DEPLOY = """
name: Deploy to {name}
on:
  push:
    branches: [{branch}]
  workflow_dispatch:
    inputs:
      reason: {{default: none}}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
      - name: Test
        run: |
          test "$(git rev-parse HEAD)" = "$GITHUB_SHA"
          echo "tested ${{{{ github.ref_name }}}} in <$SALTBITTER_HOME>"
  deploy:
    needs: build
    environment: {name}
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: Deploy
        run: ./deploy.sh {name}
"""
# Goes on until the test says so, and counts how often it was started.
DEPLOY_SH = """#!/bin/bash
echo "deploying $1 in <$SALTBITTER_HOME>"
[ -n "$SALT_TEST_FOLDER" ] || exit 0
echo start >> "$SALT_TEST_FOLDER/starts"
while [ ! -e "$SALT_TEST_FOLDER/go" ]; do sleep 0.05; done
echo "deployed $1"
"""


def end_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class Hub:
    """A salthub with a home of its own and a clone that somebody works in."""

    def __init__(self, environment=None, seed=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sb-hub-"))
        self.home = self.folder / "home"
        self.process = None
        (self.home / "github").mkdir(parents=True)
        settings = {"environment": environment(self.folder) if environment else {}}
        (self.home / "github" / "config.json").write_text(json.dumps(settings))
        if seed:
            subprocess.run([SALTHUB, "seed", str(seed), "--home", str(self.home)], check=True)
        self.start()

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen([SALTHUB, "serve", "--home", str(self.home)], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, preexec_fn=end_with_parent)
        wait_until(lambda: self.record().get("pid") == self.process.pid, "salthub answers")

    def record(self):
        try:
            return json.loads((self.home / "github" / "salthub.json").read_text())
        except FileNotFoundError:
            return {}

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        (self.folder / "go").touch()
        self.process.terminate()
        try:
            code = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        for pid in self.home.glob("github/runs/*/*/*/pid"):  # steps outlive it, as they should
            if not (pid.parent / "exit").exists():
                try:
                    os.killpg(int(pid.read_text().split()[0]), signal.SIGKILL)
                except ProcessLookupError:
                    pass
        shutil.rmtree(self.folder, ignore_errors=True)
        assert code == 0, code

    def environment(self):
        printed = subprocess.run([SALTHUB, "env", "--home", str(self.home)], check=True, capture_output=True,
                                 text=True, env={**os.environ, "NO_PROXY": "127.0.0.1,localhost"}).stdout
        variables = dict(re.findall(r"^export (\w+)='(.*)'$", printed, re.M))
        clean = {k: v for k, v in os.environ.items() if not re.match(r"(GH_|GITHUB_|GIT_|.*_proxy$)", k, re.I)}
        own = {"HOME": str(self.folder), "GIT_CONFIG_NOSYSTEM": "1"}
        return {**clean, **PERSON, **own, "NO_PROXY": "127.0.0.1,localhost", **variables}

    def run(self, *command, check=True, where="work"):
        done = subprocess.run(command, cwd=self.folder / where, env=self.environment(), capture_output=True, text=True,
                              timeout=60, stdin=subprocess.DEVNULL)
        if check and done.returncode != 0:
            raise AssertionError(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}\n{self.log()}")
        return done

    def git(self, *arguments, **options):
        return self.run("git", *arguments, **options)

    def gh(self, *arguments, **options):
        return self.run("gh", *arguments, **options)

    def api(self, path, *arguments):
        return json.loads(self.gh("api", f"repos/{REPOSITORY}/{path}", *arguments).stdout)

    def log(self):
        return (self.folder / "log").read_text()

    def clone(self):
        self.git("clone", "--quiet", f"https://github.com/{REPOSITORY}.git", "work", where=".")

    def write(self, files):
        for name, text in files.items():
            path = self.folder / "work" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            if name.endswith(".sh"):
                path.chmod(0o755)

    def commit(self, message, files):
        self.write(files)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def begin(self):
        """The repository as the runbook has it: deploy workflows on main and develop."""
        self.clone()
        workflows = {f".github/workflows/deploy-{name}.yml": DEPLOY.format(name=name, branch=branch)
                     for name, branch in (("staging", "develop"), ("production", "main"))}
        self.commit("Begin to deploy", {**workflows, "deploy.sh": DEPLOY_SH})
        self.git("push", "--quiet", "origin", "HEAD:main")
        self.wait(self.runs()[0]["id"], "waiting")
        self.git("push", "--quiet", "origin", "HEAD:develop")

    def runs(self, workflow="deploy-production.yml"):
        return self.api(f"actions/workflows/{workflow}/runs")["workflow_runs"]

    def wait(self, run, status):
        state = {}

        def reached():
            state.update(self.api(f"actions/runs/{run}"))
            return state["status"] == status

        wait_until(reached, f"run {run} is {status}", lambda: f"{state}\n{self.log()}")
        return state

    def jobs(self, run):
        return {job["name"]: job for job in self.api(f"actions/runs/{run}/jobs")["jobs"]}

    def on_terminal(self, command, answers):
        """Runs on a pty; each (prompt, answer) in turn."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.folder / "work")
            os.execvpe(command[0], command, {**self.environment(), "TERM": "xterm"})
        seen, end, answers = "", time.monotonic() + 60, list(answers)
        while time.monotonic() < end:
            if answers and answers[0][0] in seen:
                os.write(terminal, answers.pop(0)[1])
            if not select.select([terminal], [], [], 0.1)[0]:
                continue
            try:
                data = os.read(terminal, 65536)
            except OSError:
                break
            # What a real terminal would answer to "where is the cursor?"
            os.write(terminal, b"\x1b[1;1R" * data.count(b"\x1b[6n"))
            seen += data.decode(errors="replace")
        else:
            os.kill(pid, signal.SIGKILL)
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen


def wait_until(condition, what, detail=lambda: ""):
    end = time.monotonic() + 60
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"never: {what}\n{detail()}")
        time.sleep(0.02)


class Runbook(unittest.TestCase):
    """One salthub; the chapters in their order."""

    @classmethod
    def setUpClass(cls):
        cls.hub = Hub()
        cls.hub.begin()

    @classmethod
    def tearDownClass(cls):
        cls.hub.close()

    def test_1_a_push_to_develop_deploys_staging(self):
        run = self.hub.wait(self.hub.runs("deploy-staging.yml")[0]["id"], "completed")
        self.assertEqual((run["conclusion"], run["event"], run["head_branch"]), ("success", "push", "develop"))
        steps = self.hub.jobs(run["id"])["build"]["steps"]
        self.assertEqual([step["conclusion"] for step in steps], ["success", "skipped", "success"])
        self.assertIn("was not run", steps[1]["salthub_note"])

    def test_2_staging_is_deployed_by_hand(self):
        before = len(self.hub.runs("deploy-staging.yml"))
        self.hub.gh("workflow", "run", "deploy-staging.yml")
        runs = self.hub.runs("deploy-staging.yml")
        self.assertEqual(len(runs), before + 1)
        self.assertEqual(runs[0]["event"], "workflow_dispatch")
        self.assertEqual(self.hub.wait(runs[0]["id"], "completed")["conclusion"], "success")
        missing = self.hub.gh("workflow", "run", "deploy-nowhere.yml", check=False)
        self.assertEqual(missing.returncode, 1)
        self.assertIn("404", missing.stderr)

    def test_3_production_waits_to_be_approved(self):
        listed = self.hub.gh("run", "list", "--workflow=deploy-production.yml").stdout.split("\t")
        self.assertEqual(listed[0], "waiting")
        run = listed[6]
        self.assertEqual(self.hub.jobs(run)["build"]["conclusion"], "success")
        self.assertEqual(self.hub.jobs(run)["deploy"]["status"], "waiting")
        watch = subprocess.Popen(["gh", "run", "watch", run], cwd=self.hub.folder / "work",
                                 env=self.hub.environment(), stdout=subprocess.PIPE, text=True)
        pending = self.hub.api(f"actions/runs/{run}/pending_deployments")
        self.assertEqual(pending[0]["environment"]["name"], "production")
        self.hub.run("bash", "-c", "gh api --method POST --input - \"repos/%s/actions/runs/%s/pending_deployments\" <<<"
                     "'{\"environment_ids\": [%d], \"state\": \"approved\", \"comment\": \"go\"}'"
                     % (REPOSITORY, run, pending[0]["environment"]["id"]))
        self.assertEqual(self.hub.wait(run, "completed")["conclusion"], "success")
        printed, _ = watch.communicate(timeout=60)
        self.assertEqual(watch.returncode, 0)
        self.assertIn("✓ deploy in", printed)
        log = {name: self.hub.gh("api", f"repos/{REPOSITORY}/actions/jobs/{job['id']}/logs").stdout
               for name, job in self.hub.jobs(run).items()}
        self.assertIn("tested main in <>", log["build"])  # what only tests has no business there
        self.assertIn(f"deploying production in <{self.hub.home}>", log["deploy"])

    def test_4_a_hotfix_goes_by_pull_request(self):
        hub = self.hub
        hub.git("checkout", "--quiet", "main")
        hub.git("pull", "--quiet", "origin", "main")
        hub.git("checkout", "--quiet", "-b", "hotfix/critical-bug-fix")
        hub.commit("hotfix: Fix critical payment processing bug", {"fix": "1"})
        hub.git("push", "--quiet", "origin", "hotfix/critical-bug-fix")
        code, seen = hub.on_terminal(["gh", "pr", "create", "--base", "main", "--title", "[HOTFIX] Fix payment bug"],
                                     [("Body", b"\r"), ("What's next", b"\r")])
        self.assertEqual(code, 0, seen)
        self.assertIn("/pull/1", seen)
        pull = hub.api("pulls/1")
        self.assertEqual((pull["title"], pull["head"]["ref"], pull["state"]),
                         ("[HOTFIX] Fix payment bug", "hotfix/critical-bug-fix", "open"))
        merged = hub.api("pulls/1/merge", "--method", "PUT")
        self.assertTrue(merged["merged"])
        run = hub.runs()[0]
        self.assertEqual((run["head_sha"], run["event"]), (merged["sha"], "push"))
        hub.wait(run["id"], "waiting")
        said = subprocess.run([SALTHUB, "reject", str(run["id"]), "--by", "Grace", "--home", str(hub.home)],
                              capture_output=True, text=True, check=True).stdout
        self.assertIn("Rejected", said)
        self.assertEqual(hub.wait(run["id"], "completed")["conclusion"], "failure")
        self.assertIn("Grace rejected", hub.jobs(run["id"])["deploy"]["salthub_note"])
        view = hub.gh("run", "view", str(run["id"])).stdout
        self.assertIn("Grace rejected", view)

    def test_5_a_pull_request_without_a_terminal(self):
        hub = self.hub
        hub.git("checkout", "--quiet", "-b", "feature/two", "origin/main")
        hub.commit("Two", {"two": "2"})
        hub.git("push", "--quiet", "--set-upstream", "origin", "feature/two")
        url = hub.gh("pr", "create", "--base", "main", "--title", "Two", "--body", "More").stdout
        number = url.strip().rsplit("/", 1)[1]
        again = hub.gh("pr", "create", "--base", "main", "--title", "Two", "--body", "More", check=False)
        self.assertNotEqual(again.returncode, 0)
        self.assertIn("already exists", again.stderr)
        hub.gh("pr", "merge", number, "--merge")
        self.assertTrue(hub.api(f"pulls/{number}")["merged"])

    def test_6_what_it_does_not_know_it_says(self):
        unknown = self.hub.gh("api", f"repos/{REPOSITORY}/releases", check=False)
        self.assertIn("salthub does not answer GET", unknown.stdout + unknown.stderr)
        query = self.hub.gh("api", "graphql", "-f", "query={enterprise(slug: \"x\") {id}}", check=False)
        self.assertIn("salthub does not know the GraphQL query 'enterprise'", query.stdout + query.stderr)

    def test_7_a_workflow_that_cannot_be_run_fails_and_says_why(self):
        hub = self.hub
        hub.git("checkout", "--quiet", "-b", "odd", "origin/main")
        hub.commit("Odd", {".github/workflows/odd.yml": "on: push\njobs:\n  a:\n    strategy: {matrix: {x: [1]}}\n"
                           "    steps:\n      - run: echo ${{ secrets.KEY }}\n"})
        hub.git("push", "--quiet", "origin", "odd")
        run = hub.runs("odd.yml")[0]
        self.assertEqual((run["status"], run["conclusion"]), ("completed", "startup_failure"))
        self.assertIn("strategy", run["salthub_note"])
        self.assertIn("secrets.KEY", run["salthub_note"])

    def test_8_nobody_gets_in_without_the_token(self):
        port = self.hub.record()["port"]
        bare = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        bare.update(GIT_TERMINAL_PROMPT="0", NO_PROXY="", no_proxy="", HOME=str(self.hub.folder))
        denied = subprocess.run(["git", "-c", f"http.proxy=http://127.0.0.1:{port}", "ls-remote",
                                 f"http://github.localhost/{REPOSITORY}.git"], env=bare, capture_output=True, text=True)
        self.assertNotEqual(denied.returncode, 0)
        self.assertEqual((self.hub.home / "github" / "gh.sock").stat().st_mode & 0o777, 0o600)
        self.assertEqual((self.hub.home / "github" / "token").stat().st_mode & 0o777, 0o600)
        second = subprocess.run([SALTHUB, "serve", "--home", str(self.hub.home)], capture_output=True, text=True)
        self.assertEqual(second.returncode, 2)
        self.assertIn("another salthub", second.stderr)


class Seeded(unittest.TestCase):
    def test_it_begins_with_a_checkout_and_starts_nothing(self):
        with tempfile.TemporaryDirectory(prefix="sb-seed-") as folder:
            environment = {**os.environ, **PERSON}
            (pathlib.Path(folder) / ".github" / "workflows").mkdir(parents=True)
            (pathlib.Path(folder) / ".github" / "workflows" / "ci.yml").write_text(
                "on: {push: {branches: [main]}, pull_request: {branches: [main]}}\njobs: {a: {steps: [{run: 'true'}]}}\n")
            for command in (["init", "--quiet", "--initial-branch=main"], ["add", "--all"],
                            ["commit", "--quiet", "--message", "Seed"]):
                subprocess.check_call(["git", "-C", folder, *command], env=environment)
            hub = Hub(seed=folder)
        try:
            hub.clone()
            self.assertIn("Seed", hub.git("log", "--oneline", "origin/develop").stdout)
            self.assertEqual(hub.runs("ci.yml"), [])
            hub.git("checkout", "--quiet", "-b", "change")
            hub.commit("Change", {"a": "b"})
            hub.git("push", "--quiet", "origin", "change")
            self.assertEqual(hub.runs("ci.yml"), [])
            hub.api("pulls", "-f", "title=Change", "-f", "head=change", "-f", "base=main")
            self.assertEqual([run["event"] for run in hub.runs("ci.yml")], ["pull_request"])
            hub.commit("More", {"a": "c"})
            hub.git("push", "--quiet", "origin", "change")
            self.assertEqual(len(hub.runs("ci.yml")), 2)
            hub.git("push", "--quiet", "origin", "change:main")
            self.assertTrue(hub.api("pulls/1")["merged"])
            self.assertEqual(hub.runs("ci.yml")[0]["event"], "push")
        finally:
            hub.close()


class Killed(unittest.TestCase):
    def setUp(self):
        self.hub = Hub(lambda folder: {"SALT_TEST_FOLDER": str(folder)})
        self.hub.begin()
        self.run_id = self.hub.runs("deploy-staging.yml")[0]["id"]
        wait_until(lambda: (self.hub.folder / "starts").exists(), "the deployment runs", self.hub.log)

    def tearDown(self):
        self.hub.close()

    def test_a_step_goes_on_and_is_found_again(self):
        self.hub.kill()
        self.hub.start()
        self.assertEqual(self.hub.api(f"actions/runs/{self.run_id}")["status"], "in_progress")
        self.hub.gh("workflow", "run", "deploy-staging.yml")
        self.assertEqual(self.hub.runs("deploy-staging.yml")[0]["status"], "queued")
        (self.hub.folder / "go").touch()
        self.assertEqual(self.hub.wait(self.run_id, "completed")["conclusion"], "success")
        self.assertEqual((self.hub.folder / "starts").read_text().count("start"), 1)
        second = self.hub.runs("deploy-staging.yml")[0]["id"]
        self.assertEqual(self.hub.wait(second, "completed")["conclusion"], "success")

    def test_a_step_that_ended_meanwhile_keeps_its_result(self):
        self.hub.kill()
        (self.hub.folder / "go").touch()
        steps = self.hub.home / "github" / "runs" / str(self.run_id) / "deploy" / "2"
        wait_until(lambda: (steps / "exit").exists(), "the step ends alone")
        self.hub.start()
        self.assertEqual(self.hub.wait(self.run_id, "completed")["conclusion"], "success")

    def test_a_step_whose_process_is_gone_has_failed(self):
        steps = self.hub.home / "github" / "runs" / str(self.run_id) / "deploy" / "2"
        self.hub.kill()
        os.killpg(int((steps / "pid").read_text().split()[0]), signal.SIGKILL)
        self.hub.start()
        self.assertEqual(self.hub.wait(self.run_id, "completed")["conclusion"], "failure")
        self.assertIn("it was killed", json.dumps(self.hub.jobs(self.run_id)))

    def test_an_approval_is_not_lost_and_a_push_is_noticed_once(self):
        waiting = self.hub.runs()[0]["id"]
        self.hub.kill()
        bare = self.hub.home / "github" / "vmatresu" / "saltbitter.git"
        tree = subprocess.check_output(["git", "-C", str(bare), "commit-tree", "-p", "main", "-m", "unnoticed",
                                        "main^{tree}"], text=True, env={**os.environ, **PERSON}).strip()
        subprocess.check_call(["git", "-C", str(bare), "update-ref", "refs/heads/main", tree])
        self.hub.start()
        self.assertEqual(self.hub.api(f"actions/runs/{waiting}")["status"], "waiting")
        self.assertEqual(len([run for run in self.hub.runs() if run["head_sha"] == tree]), 1)
        self.hub.kill()
        self.hub.start()
        self.assertEqual(len([run for run in self.hub.runs() if run["head_sha"] == tree]), 1)

    def test_a_run_is_cancelled_with_its_processes(self):
        self.hub.gh("run", "cancel", str(self.run_id))
        self.assertEqual(self.hub.wait(self.run_id, "completed")["conclusion"], "cancelled")
        self.assertFalse((self.hub.folder / "go").exists())


if __name__ == "__main__":
    unittest.main(verbosity=2)
