"""`saltctl hotfix start|ship` with the real git and gh against salthub: from main to production by the fast path."""
import re

from harness import SOURCE, Home, as_json, main
from hub import Hub

OK, UNFINISHED, REFUSED = 0, 7, 6


class Checkout:
    def __init__(self, home):
        self.home = home
        home.shell("production", f"cd {home.path} && git clone -q https://github.com/vmatresu/saltbitter.git")
        self.folder = home.path / "saltbitter"

    def __call__(self, script, expect=OK):
        done = self.home.shell("production", f"cd '{self.folder}'\n{script}", check=False)
        assert done.returncode == expect, (script, done.returncode, done.stdout, done.stderr)
        return done


def a_branch_from_main_as_it_is_now(checkout):
    # Somebody pushed to main since this clone was made.
    checkout("git clone -q https://github.com/vmatresu/saltbitter.git ../other && cd ../other && echo more > more "
             "&& git add more && git commit -qm more && git push -q origin main")
    newest = checkout("git ls-remote origin main").stdout.split()[0]

    began = as_json(checkout("saltctl hotfix start card-payments --json"))

    assert (began["branch"], began["base"], began["made"]) == ("hotfix/card-payments", newest, True), began
    assert checkout("git rev-parse HEAD").stdout.strip() == newest
    assert not as_json(checkout("saltctl hotfix start card-payments --json"))["made"]


def what_is_not_ready_is_not_shipped(checkout):
    refused = checkout("saltctl hotfix ship --reason 'cards fail'", expect=REFUSED)
    assert "no commit" in refused.stderr and "git commit" in refused.stderr, refused.stderr
    checkout("echo fixed > fix && git add fix")
    refused = checkout("saltctl hotfix ship --reason 'cards fail'", expect=REFUSED)
    assert "not committed" in refused.stderr, refused.stderr
    checkout("git commit -qm 'Fix it'")
    refused = checkout("saltctl hotfix ship --reason 'cards fail'", expect=REFUSED)
    assert "git commit --amend" in refused.stderr, refused.stderr
    assert "--reason" in checkout("saltctl hotfix ship", expect=2).stderr


def pull_request_then_release(checkout):
    checkout("git commit -q --amend -m 'hotfix: Take new cards again'")

    first = as_json(checkout("saltctl hotfix ship --reason 'cards fail' --json", expect=UNFINISHED))
    again = as_json(checkout("saltctl hotfix ship --reason 'cards fail' --json", expect=UNFINISHED))

    assert first["pull"] == again["pull"] > 0 and not again["merged"], (first, again)
    title = checkout(f"gh api repos/vmatresu/saltbitter/pulls/{first['pull']} --jq .title").stdout.strip()
    assert title == "[HOTFIX] Take new cards again", title
    checkout(f"gh pr merge {first['pull']} --merge")

    shipped = checkout("saltctl hotfix ship --reason 'cards fail' --yes -- --approve "
                       "--waive 'tests,security=the tree under test is in no commit'")

    (newest, *_) = checkout.home.document("history", "production")
    assert newest["outcome"] == "complete" and newest["kind"] == "deploy", (newest, shipped.stdout)
    merged = checkout("git rev-parse --short=7 origin/main").stdout.strip()
    assert merged in checkout.home.document("status", "production")["now"]["version"], newest
    record = checkout.home.saltctl("show", newest["release_id"]).stdout
    assert "cards fail" in record and "hotfix/card-payments" in record, record
    fewer_boxes_are_asked_for(checkout.home, newest["release_id"], first["pull"])


def the_next_fix_of_this_name_is_another(checkout):
    """What was merged before a commit was made does not hold it."""
    merged = checkout("gh api 'repos/vmatresu/saltbitter/pulls?state=all' --jq '.[0].number'").stdout.strip()
    checkout("saltctl hotfix start card-payments && echo again > again && git add again "
             "&& git commit -qm 'hotfix: Take old cards, too'")
    behind = checkout("saltctl hotfix ship --reason 'cards fail again'", expect=REFUSED)
    assert "git rebase origin/main" in behind.stderr, behind.stderr
    checkout("git rebase -q origin/main")

    shipped = as_json(checkout("saltctl hotfix ship --reason 'cards fail again' --json", expect=UNFINISHED))

    assert shipped["pull"] > int(merged) and not shipped["merged"], (shipped, merged)


def fewer_boxes_are_asked_for(home, release, pull):
    """The record says which, why, and what was waived of the rest."""
    record = home.document("show", release)
    plan = record["plan"]
    declared = (SOURCE / "deploy" / "environments" / "production.yaml").read_text()
    asked = re.search(r"^  hotfix_gates: \[(.*)\]$", declared, re.M)[1].split(", ")
    usual = re.search(r"^  gates: \[(.*)\]$", declared, re.M)[1].split(", ")
    reduced = sorted(set(usual) - set(asked))
    assert plan["is_hotfix"] and plan["gates"] == asked and reduced == ["coverage", "migrations"], plan["gates"]
    assert plan["reason"] == f"hotfix: Take new cards again (hotfix/card-payments, #{pull}): cards fail", plan["reason"]
    boxes = {box["id"]: box for box in record["boxes"]}
    for name in reduced:
        assert boxes[name]["state"] == "not_applicable", boxes[name]
        assert boxes[name]["evidence"] == "production does not ask for it of a hotfix", boxes[name]
    for name in ("tests", "security"):
        assert boxes[name]["state"] == "waived" and boxes[name]["waived_by"], boxes[name]
        assert boxes[name]["waiver_reason"] == "the tree under test is in no commit", boxes[name]
    assert boxes["notified"]["state"] == boxes["rollback-plan"]["state"] == "passed", boxes


def hotfixes_go_the_fast_path():
    with Home("hotfix") as home:
        home.watch_for(1)
        home.saltctl("up", "production")
        with Hub(home):
            checkout = Checkout(home)
            a_branch_from_main_as_it_is_now(checkout)
            what_is_not_ready_is_not_shipped(checkout)
            pull_request_then_release(checkout)
            the_next_fix_of_this_name_is_another(checkout)


if __name__ == "__main__":
    main(hotfixes_go_the_fast_path)
