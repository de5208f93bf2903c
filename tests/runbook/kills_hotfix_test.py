"""`saltctl hotfix start|ship`, killed with -9 at each of its steps, and typed again: it ends shipped, and the checkout is
what a person who did the same by hand would have."""
import signal

from harness import Home, as_json, main
from hotfix_test import REFUSED, UNFINISHED, Checkout
from hub import Hub
from killing import COMPLETE, killed_after
from whole import production_is_whole

BRANCH = "hotfix/cards"
# In front of git, gh and make: does what it is asked for, and kills who asked before it can know.
SHIM = """#!/bin/sh
PATH=${PATH#*:}
"${0##*/}" "$@"
code=$?
case "${0##*/} $*" in
  $KILL_AFTER) kill -9 $PPID ;;
esac
exit $code
"""
START = ["git fetch *", "git switch *"]
OPEN = ["git fetch *", "gh api *", "git push *", "gh pr create *"]
BUILD = ["git fetch *", "git worktree add *", "git -C * checkout *", "make *"]
SHIP = "saltctl hotfix ship --reason 'cards fail'"
RELEASE = f"{SHIP} --yes -- --approve --waive 'tests,security=the tree under test is in no commit'"
# Lines of the release that it ends with, after which everything that belongs to it is killed.
LINES = ["release lock taken", "production traffic on the new version: 100"]


class Killed(Checkout):
    """A checkout in which a command of saltctl's is killed once it did what a step of its is."""

    def __init__(self, home):
        super().__init__(home)
        self.shims = home.path / "shims"
        self.shims.mkdir()
        for name in ("git", "gh", "make"):
            (self.shims / name).write_text(SHIM)
            (self.shims / name).chmod(0o755)
        self.main = self("git rev-parse main").stdout.strip()

    def killed(self, command, step):
        script = f"cd '{self.folder}'\nKILL_AFTER='{step}' PATH='{self.shims}':$PATH {command}"
        done = self.home.shell("production", script, check=False)
        assert done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL), (step, done.returncode, done.stdout, done.stderr)
        self.is_sound(step)
        print(f"  {command[:20]}: killed after {step!r}", flush=True)

    def is_sound(self, after):
        """Nothing is lost, half done or in the way of git's next command."""
        state = self("git fsck --no-progress --connectivity-only >/dev/null && git status --porcelain=v2 --branch && "
                     "git for-each-ref --format='%(refname:short)' refs/heads && git rev-parse main && "
                     "find .git -name '*.lock' -o -name MERGE_HEAD -o -name 'rebase-*' -o -name CHERRY_PICK_HEAD").stdout
        lines = [line for line in state.splitlines() if not line.startswith("# ")]
        branches = [BRANCH, "main"] if BRANCH in lines else ["main"]
        assert lines == [*branches, self.main], (after, state)

    def pulls(self):
        return as_json(self("gh api 'repos/{owner}/{repo}/pulls?state=all'"))


def started(checkout):
    for step in START:
        checkout.killed("saltctl hotfix start cards", step)
    began = as_json(checkout("saltctl hotfix start cards --json"))
    assert began == {"branch": BRANCH, "base": checkout.main, "made": False}, began
    assert checkout("git rev-parse HEAD").stdout.strip() == checkout.main
    checkout("echo fixed > fix && git add fix && git commit -qm 'hotfix: Take new cards again'")


def opened(checkout):
    """One pull request, of the commit that is here."""
    for step in OPEN:
        checkout.killed(SHIP, step)
    shipped = as_json(checkout(f"{SHIP} --json", expect=UNFINISHED))
    (pull,) = checkout.pulls()
    head = checkout("git rev-parse HEAD").stdout.strip()
    assert pull["number"] == shipped["pull"] and pull["head"]["sha"] == head and pull["state"] == "open", pull
    checkout(f"gh pr merge {pull['number']} --merge")


def built(checkout):
    for step in BUILD:
        checkout.killed(RELEASE, step)
    worktrees = checkout("git worktree list --porcelain | grep -c ^worktree").stdout.strip()
    assert worktrees == "2", "one is built in, and no other was left"


def released(checkout):
    """The release's own record says what became of it: `resume` is for that, and ship says so."""
    home = checkout.home
    merged = checkout("git rev-parse --short=7 origin/main").stdout.strip()
    script = f"cd '{checkout.folder}'\n{RELEASE}"
    for line in LINES:
        killed_after(home, ["shell", "production", "--", "bash", "-c", script], line)
        checkout.is_sound(line)
        unfinished = home.document("status", "production")["unfinished"]
        assert unfinished and merged in unfinished["to_version"], unfinished
        again = checkout(RELEASE, expect=REFUSED)
        assert "saltctl resume" in again.stdout, (again.stdout, again.stderr)
        assert home.saltctl("resume", "production", check=False).returncode == COMPLETE
        newest = home.document("history", "production")[0]
        assert newest["release_id"] == unfinished["release_id"] and newest["outcome"] == "complete", newest
        production_is_whole(home, home.document("status", "production")["now"]["version"].split("+")[0])
        print(f"  release killed after {line!r}", flush=True)
    assert merged in home.document("status", "production")["now"]["version"]
    checkout.is_sound("the release")


def a_hotfix_that_is_killed_is_typed_again():
    with Home("kills-hotfix") as home:
        home.watch_for(1)
        home.saltctl("up", "production")
        with Hub(home):
            checkout = Killed(home)
            for chapter in (started, opened, built, released):
                chapter(checkout)


main(a_hotfix_that_is_killed_is_typed_again)
