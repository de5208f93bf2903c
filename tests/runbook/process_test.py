"""The deployment process as the page has it: boxes, waivers, approval by another process, the record that is kept."""
import json
import subprocess

from checkout import Checkout
from harness import BIN, Home, last_revision_but_one, main, wait_until
from whole import nothing_is_left

COMPLETE, REFUSED, WRONG_USE = 0, 6, 2
UNPROVEN = "tests,coverage,security"  # of a tree that is in no commit


def build(home, version, *options):
    return home.document("image", "build", "--version", version, *options)["reference"]


def deploy_words(image, *more, waive=UNPROVEN):
    words = [BIN / "saltctl", "deploy", "production", "--image", image, "--yes", *more]
    return words + (["--waive", f"{waive}=the tree under test is in no commit"] if waive else [])


class Waiting:
    """A deploy in a process of its own, which waits for an approval."""

    def __init__(self, home, image, *more, **options):
        self.home = home
        self.process = home.start(deploy_words(image, *more, **options), stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT)
        wait_until(lambda: self.process.poll() is not None or home.document("status", "production")["approvals"],
                   "the release asks for an approval")
        assert self.process.poll() is None, self.process.stdout.read()
        (self.request,) = home.document("status", "production")["approvals"]

    def end(self):
        said = self.process.communicate(timeout=120)[0]
        return self.process.returncode, said


def record_of(home, request):
    return home.document("show", request["release_id"])


def box(record, name):
    (found,) = [b for b in record["boxes"] if b["id"] == name]
    return found


def an_open_box_refuses_and_says_what_to_type(home):
    image = build(home, "2.0.0", "--flags", "ENABLE_VIDEO")
    refused = home.run(deploy_words(image, waive=None), check=False)

    said = refused.stdout + refused.stderr
    assert refused.returncode == REFUSED, said
    for words in ("✗ box tests:", "✗ box coverage:", "✗ box security:", "saltctl deploy staging", "ENABLE_VIDEO",
                  "✓ box rollback-plan:", "✓ box notified:"):
        assert words in said, (words, said)
    wrong = home.run([*deploy_words(image, waive=None), "--waive", "all=I am in a hurry"], check=False)
    assert wrong.returncode == WRONG_USE and "'all' is not a box" in wrong.stderr, wrong.stderr
    listed = home.saltctl("checklist", "pre", "production", "--image", image, "--json", check=False)
    assert listed.returncode == REFUSED, listed
    states = {b["id"]: b["state"] for b in json.loads(listed.stdout)["boxes"]}
    assert states["tests"] == states["flags"] == "failed" and states["rollback-plan"] == "passed", states
    nothing_is_left(home)


def the_plan_says_what_changes_and_the_way_back(home):
    image = build(home, "2.0.0", "--flags", "ENABLE_PAYMENTS")
    plan = json.loads(home.saltctl("plan", "production", "--image", image, "--json", check=False).stdout)

    assert any(line.startswith("~ api image:") and "saltbitter:2.0.0" in line for line in plan["changes"]), plan
    assert "saltctl rollback production" in plan["rollback_plan"], plan
    assert plan["plan"]["flags"] == ["ENABLE_PAYMENTS"] and not plan["ready"], plan
    nothing_is_left(home)


def migrations_count_once_staging_had_them(home):
    """The same image to staging first: then the box needs no waiver."""
    image = build(home, "2.0.0", "--flags", "ENABLE_PAYMENTS")
    home.deploy("staging", image)
    plan = json.loads(home.saltctl("plan", "production", "--image", image, "--json", check=False).stdout)
    assert plan["plan"]["migrations"], plan
    state = {b["id"]: b for b in plan["boxes"]}
    assert state["migrations"]["state"] == "passed", state["migrations"]
    a_file_that_was_changed_since_does_not_count(home, plan["plan"]["migrations"][-1])


def a_file_that_was_changed_since_does_not_count(home, revision):
    """Of the same name, and not what staging ran."""
    checkout = Checkout(home)
    (file,) = (path for path in (checkout.folder / "db" / "revisions").glob("*.sql") if revision in path.name)
    file.write_text(file.read_text() + "-- One more line.\n")
    image = json.loads(checkout.saltctl("image", "build", "--version", "2.0.1", "--json").stdout)["reference"]
    listed = home.saltctl("checklist", "pre", "production", "--image", image, "--json", check=False)
    assert listed.returncode == REFUSED, listed
    failed = box(json.loads(listed.stdout), "migrations")
    staged = home.document("history", "staging")[0]["release_id"]
    assert failed["state"] == "failed", failed
    assert f"{revision} (staging ran another file of that name, in {staged})" in failed["evidence"], failed


def another_process_approves(home):
    waiting = Waiting(home, build(home, "2.0.0", "--flags", "ENABLE_PAYMENTS"), "--reason", "the new one")
    assert home.document("status", "production")["unfinished"]["stage"] == "awaiting_approval"
    # Two operators: the second deploy is told of the first.
    second = home.run(deploy_words(build(home, "2.5.0")), check=False)
    assert second.returncode == REFUSED, second.stdout + second.stderr
    # Whoever asked may not approve here.
    mine = home.saltctl("approve", "production", "--yes", check=False)
    assert mine.returncode == REFUSED and "another person" in mine.stderr, mine

    approved = home.document("approve", "production", "--by", "ben", "--yes")

    assert approved["digest"] == waiting.request["digest"], (approved, waiting.request)
    code, said = waiting.end()
    assert code == COMPLETE, said
    record = record_of(home, waiting.request)
    assert "approved by ben" in record["approval"], record["approval"]
    assert record["digest"] == waiting.request["digest"], record
    tests = box(record, "tests")
    assert tests["state"] == "waived" and "in no commit" in tests["waiver_reason"] and tests["waived_by"], tests
    for name in ("migrations", "flags", "rollback-plan", "notified", "smoke", "features", "changelog", "health",
                 "user-flows"):
        assert box(record, name)["state"] == "passed", box(record, name)
    # Nobody used it meanwhile: that is said, and not passed.
    assert box(record, "no-spike")["state"] == "open" and "too little traffic" in box(record, "no-spike")["evidence"]
    post = home.saltctl("checklist", "post", "production", check=False)
    assert post.returncode == REFUSED and "too little traffic" in post.stdout, post.stdout
    changelog = (home.path / "release" / "changelog" / "production.md").read_text()
    assert "approved by: ben" in changelog and "reason: the new one" in changelog, changelog
    assert record["alerts"]["may_be_silenced"] is False, record["alerts"]
    nothing_is_left(home)


def a_rejected_release_ends(home):
    waiting = Waiting(home, build(home, "3.0.0"))
    unsaid = home.saltctl("reject", "production", "--yes", check=False)
    assert unsaid.returncode == WRONG_USE and "needs a reason" in unsaid.stderr, unsaid

    home.saltctl("reject", "production", "--reason", "wait for the night", "--yes")

    code, said = waiting.end()
    assert code == REFUSED and "wait for the night" in said, said
    nothing_is_left(home)


def an_approval_of_an_older_plan_does_not_count(home):
    waiting = Waiting(home, build(home, "3.0.0"))
    old = {"digest": "0" * 64, "verdict": "approved", "by": "ben"}
    home.shell("production", f"aws ssm put-parameter --type String --value '{json.dumps(old)}' "
                             f"--name /saltbitter/production/releases/{waiting.request['release_id']}/approval")

    code, said = waiting.end()

    assert code == REFUSED and "another plan" in said, said
    nothing_is_left(home)


def a_service_that_changed_meanwhile_is_left_alone(home):
    waiting = Waiting(home, build(home, "3.0.0"))
    home.shell("production", "aws ecs update-service --cluster saltbitter-prod --service saltbitter-api-prod "
                             "--task-definition saltbitter-api-prod:1")
    home.saltctl("approve", "production", "--by", "ben", "--yes")

    code, said = waiting.end()

    assert code == REFUSED and "someone changed it meanwhile" in said, said
    nothing_is_left(home)


def the_process_of_production():
    with Home("process") as home:
        home.watch_for(2)
        home.declare("by_another_person: false", "by_another_person: true")
        first = build(home, "1.0.0", "--migrations-through", last_revision_but_one())
        home.saltctl("up", "production", "--image", first)
        home.saltctl("up", "staging", "--image", first)
        for chapter in (an_open_box_refuses_and_says_what_to_type, the_plan_says_what_changes_and_the_way_back,
                        migrations_count_once_staging_had_them, another_process_approves, a_rejected_release_ends,
                        an_approval_of_an_older_plan_does_not_count, a_service_that_changed_meanwhile_is_left_alone):
            print(f"  {chapter.__name__}", flush=True)
            chapter(home)


main(the_process_of_production)
