"""The runbook's git and gh commands, with the real git and gh, against salthub; what they start is real, too.

The repository that salthub serves is described in hub.py.
"""
import json

from environment import Environment
from harness import SOURCE, Home, main, wait_until
from hub import Hub
from ledger import Ledger

DEVELOPMENT, HOTFIX = "Development (Local)", "Hotfix Deployment"


class Operator:
    def __init__(self, staging, production, page):
        self.staging = staging
        self.production = production
        self.page = page
        self.folder = staging.home.path

    def shell(self, script, **options):
        return self.production.shell(f"cd '{self.folder}'\n{script}", **options)

    def api(self, path):
        return json.loads(self.shell(f"gh api repos/vmatresu/saltbitter/{path}").stdout)

    def runs(self, workflow):
        return self.api(f"actions/workflows/{workflow}/runs")["workflow_runs"]

    def wait_for(self, run, status):
        wait_until(lambda: self.api(f"actions/runs/{run}")["status"] == status, f"run {run} is {status}", 120)
        return self.api(f"actions/runs/{run}")["conclusion"]

    def explain(self, run):
        said = [path.read_text(errors="replace")[-1500:] for path in sorted((self.staging.home.path / "github" / "runs" /
                str(run)).glob("*/*/*")) if path.is_file() and not path.name.endswith(".sh")]
        return json.dumps(self.api(f"actions/runs/{run}/jobs"))[-1500:] + "\n".join(said)[-6000:]


def clone(operator):
    page = operator.page
    with page.command(DEVELOPMENT, "git clone") as first, page.command(DEVELOPMENT, "cd saltbitter") as second, \
            page.command(DEVELOPMENT, "cp .env.example") as third:
        operator.shell("\n".join(command.filled() for command in (first, second, third)))
        operator.folder = operator.folder / "saltbitter"
        assert (operator.folder / ".env").read_text() == (SOURCE / ".env.example").read_text()
        assert operator.shell("git rev-parse --abbrev-ref HEAD").stdout.strip() == "main"


def staging_by_hand(operator):
    """A workflow that really releases to staging."""
    with operator.page.command("Staging Environment", "gh workflow run") as command:
        before = operator.staging.tasks()
        operator.shell(command.filled())
        (run,) = operator.runs("deploy-staging.yml")
        assert run["event"] == "workflow_dispatch", run
        assert operator.wait_for(run["id"], "completed") == "success", operator.explain(run["id"])
        assert not set(before) & set(operator.staging.tasks())
        assert operator.staging.service()["taskDefinition"].endswith(":2")


def staging_by_a_push(operator):
    """A push to develop is tested, built, released and smoke-tested by the workflow's own commands."""
    before, runs = operator.staging.tasks(), len(operator.runs("deploy-staging.yml"))
    operator.shell("git checkout -q develop && echo more > more && git add more && git commit -q -m 'Do more' && "
                   "git push -q origin develop")
    pushed = operator.shell("git rev-parse HEAD").stdout.strip()
    wait_until(lambda: len(operator.runs("deploy-staging.yml")) > runs, "the push starts a run")
    run = operator.runs("deploy-staging.yml")[0]
    assert (run["event"], run["head_branch"], run["head_sha"]) == ("push", "develop", pushed), run
    assert operator.wait_for(run["id"], "completed") == "success", operator.explain(run["id"])
    steps = {step["name"]: step["conclusion"] for job in operator.api(f"actions/runs/{run['id']}/jobs")["jobs"]
             for step in job["steps"]}
    assert all(steps[name] == "success" for name in ("Test", "Build", "Release", "Smoke tests")), steps
    assert operator.staging.service()["taskDefinition"].endswith(":3")
    assert not set(before) & set(operator.staging.tasks())
    released = operator.staging.home.document("history", "staging")
    assert [r["outcome"] for r in released if r["kind"] == "deploy"] == ["complete"] * 3, released
    # Nothing of it reaches production.
    assert not operator.runs("deploy-production.yml")


def hotfix(operator):
    """From main to a pull request; its merge starts the release, which waits for an approval."""
    page = operator.page
    for start, check in (
            ("git checkout main", "git rev-parse --abbrev-ref HEAD | grep -qx main"),
            ("git pull origin main", "test $(git rev-parse HEAD) = $(git rev-parse origin/main)"),
            ("git checkout -b", "git rev-parse --abbrev-ref HEAD | grep -qx hotfix/critical-bug-fix")):
        with page.command(HOTFIX, start) as command:
            operator.shell(f"{command.filled()} && {check}")
    with page.command(HOTFIX, "git commit") as command:
        operator.shell(f"echo fixed > fix && git add fix && {command.filled()}")
        assert operator.shell("git log -1 --format=%s").stdout == "hotfix: Fix critical payment processing bug\n"
    with page.command(HOTFIX, "git push") as command:
        operator.shell(command.filled())
        pushed = operator.shell("git ls-remote origin hotfix/critical-bug-fix").stdout.split()[0]
        assert pushed == operator.shell("git rev-parse HEAD").stdout.strip()
    with page.command(HOTFIX, "gh pr create") as command:
        with operator.production.terminal() as terminal:
            terminal.type(f"cd '{operator.folder}'; export TERM=xterm")
            terminal.expect(operator.production.prompt)
            terminal.type(command.filled())
            terminal.expect("Body")
            terminal.type("")
            terminal.expect("What's next")
            terminal.type("")
            terminal.expect(r"/pull/1\b")
            terminal.expect(operator.production.prompt)
        pull = operator.api("pulls/1")
        assert (pull["title"], pull["base"]["ref"], pull["head"]["ref"], pull["state"]) == (
            "[HOTFIX] Fix payment bug", "main", "hotfix/critical-bug-fix", "open"), pull
    operator.shell("gh pr merge 1 --merge")


def approve_production(operator):
    page = operator.page
    before = operator.production.service()["taskDefinition"]
    with page.command("Production Environment", "gh run list") as command:
        wait_until(lambda: operator.runs("deploy-production.yml"), "the merge starts a run")
        number = operator.runs("deploy-production.yml")[0]["id"]
        operator.wait_for(number, "waiting")
        listed = operator.shell(command.filled()).stdout.split("\t")
        assert listed[0] == "waiting" and str(number) in listed, listed
    with page.command("Production Environment", "gh run watch") as command:
        with operator.production.terminal() as terminal:
            terminal.type(f"cd '{operator.folder}'")
            terminal.expect(operator.production.prompt)
            terminal.type(command.filled(run_id=str(number)))
            terminal.expect("Build and test")
            assert operator.production.service()["taskDefinition"] == before
            operator.shell(f"salthub approve {number} --by Grace")
            terminal.expect(r"Deploy and smoke-test in|completed with", 120)
            terminal.expect(operator.production.prompt, 120)
        assert operator.wait_for(number, "completed") == "success", operator.explain(number)
        assert operator.production.service()["taskDefinition"] != before
        assert operator.production.answers("api.saltbitter.com")


CHAPTERS = (clone, staging_by_hand, staging_by_a_push, hotfix, approve_production)


def the_runbook_works_as_written():
    page = Ledger("github")
    with Home("github") as home:
        home.watch_for(2)
        home.ask_only_for("rollback-plan, notified")
        home.saltctl("up", "staging")
        home.saltctl("up", "production")
        with Hub(home):
            staging = Environment(home, page, "staging", "saltbitter-staging", "saltbitter-api-staging")
            production = Environment(home, page, "production", "saltbitter-prod", "saltbitter-api-prod")
            operator = Operator(staging, production, page)
            for chapter in CHAPTERS:
                chapter(operator)


if __name__ == "__main__":
    main(the_runbook_works_as_written)
