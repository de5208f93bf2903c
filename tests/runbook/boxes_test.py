"""Each box of the three lists on saltcloud: failed by what speaks against it, waived by its name with a reason, and passed
by real evidence; all of them at once by a good release under load."""
import contextlib
import json
import subprocess

from breaches import Load
from checkout import Checkout
from harness import Home, last_revision_but_one, main
from receivers import DEPLOYS_PATH, Receiver
from whole import nothing_is_left, production_is_whole

COMPLETE, REFUSED, WRONG_USE = 0, 6, 2
REASONS = {"tests": "the runner is down", "coverage": "no instrumented build", "security": "debsecan cannot be reached",
           "migrations": "staging is being rebuilt", "flags": "the flag comes with the next one",
           "notified": "everybody sits in one room"}
NEEDLESS = {"rollback-plan": "we go forward only"}


def build(checkout, version, *options):
    return json.loads(checkout.saltctl("image", "build", "--version", version, *options, "--json").stdout)["reference"]


def before(checkout, image, *more, expect=REFUSED):
    """The pre-deployment list of a release of this image."""
    done = checkout.saltctl("checklist", "pre", "production", "--image", image, "--json", *more, check=False)
    assert done.returncode == expect, (done.returncode, done.stdout, done.stderr)
    return by_name(json.loads(done.stdout), "pre")


def by_name(listed, name):
    assert listed["list"] == name and all(box["list"] == name and box["title"] for box in listed["boxes"]), listed
    return {box["id"]: box for box in listed["boxes"]}


def is_failed(boxes, name, *says):
    box = boxes[name]
    assert box["state"] == "failed" and all(words in box["evidence"] for words in says), box


def is_passed(boxes, name, *says):
    box = boxes[name]
    assert box["state"] == "passed" and all(words in box["evidence"] for words in says), box


def what_speaks_against_it_fails_a_box(checkout, image):
    short = checkout.commit[:7]
    boxes = before(checkout, image)
    for name, make in (("tests", "make test"), ("coverage", "make coverage"), ("security", "make security")):
        is_failed(boxes, name, f"no evidence for {short}: run `{make}` on that commit")
    is_failed(boxes, "migrations", "(never ran in staging)", "saltctl deploy staging")
    is_failed(boxes, "flags", "ENABLE_VIDEO not set for production", "task.environment")
    is_passed(boxes, "rollback-plan", "generated")
    assert "# The way back of" in boxes["rollback-plan"]["proof"], boxes["rollback-plan"]
    assert boxes["notified"]["state"] == "open" and "done by the release itself" in boxes["notified"]["evidence"], boxes

    checkout.tests(failures=1)
    assert checkout.coverage(849).returncode == 1
    (checkout.folder / "more").write_text("more")
    checkout.security()
    boxes = before(checkout, image)
    is_failed(boxes, "tests", "3 tests, 1 failed", "mend it and run `make test`")
    is_failed(boxes, "coverage", "84.90 % of the 1000 lines", "mend it and run `make coverage`")
    is_failed(boxes, "security", "a tree with changes that are in no commit", "run `make security`")

    checkout.git("add", "-A")
    checkout.git("commit", "-q", "-m", "More")
    checkout.tests()
    checkout.git("reset", "-q", "--hard", checkout.commit)
    checkout.coverage(990, status=1)
    boxes = before(checkout, image)
    is_failed(boxes, "tests", "the newest evidence is about", f"for {short}: run `make test`")
    is_failed(boxes, "coverage", "99.00 % of the 1000 lines of src/, and tests failed")
    (checkout.folder / "deploy" / "alembic.ini").write_text("# changed\n")
    is_failed(before(checkout, build(checkout, "2.1.0")), "tests", f"built from {short} with changes that are in no commit")
    checkout.git("checkout", "-q", ".")


def a_waiver_is_refused_without_a_reason_or_a_box(checkout, image):
    for waiver in ("tests", "tests=", "tests= ", "smoke=we are in a hurry", "everything=we are in a hurry"):
        done = checkout.saltctl("deploy", "production", "--image", image, "--yes", "--approve", "--waive", waiver, check=False)
        says = "needs a reason" if "hurry" not in waiver else "is not a box that can be waived"
        assert done.returncode == WRONG_USE and says in done.stderr, (waiver, done.returncode, done.stderr)
    nothing_is_left(checkout.home)


def waivers(reasons):
    return [word for name, reason in reasons.items() for word in ("--waive", f"{name}={reason}")]


@contextlib.contextmanager
def an_archived_deploys(home):
    """Slack, as it answers the webhook of a channel that was archived: for good."""
    with Receiver(lambda *_: (410, "channel_is_archived")) as archived:
        archived.come_alive()
        home.environment["SLACK_WEBHOOK_DEPLOYS"] = archived.url + DEPLOYS_PATH
        yield archived
        del home.environment["SLACK_WEBHOOK_DEPLOYS"]


def all_waived_but_one_refuse(checkout, image, name, says):
    but_one = {box: reason for box, reason in REASONS.items() if box != name}
    refused = checkout.saltctl("deploy", "production", "--image", image, "--yes", "--approve", *waivers(but_one), check=False)
    assert refused.returncode == REFUSED and f"not ready: {name} ({says}" in refused.stdout, refused.stdout


def what_is_waived_by_name_is_in_every_record(checkout, image):
    home = checkout.home
    with an_archived_deploys(home) as archived:
        all_waived_but_one_refuse(checkout, image, "flags", "ENABLE_VIDEO")
        all_waived_but_one_refuse(checkout, image, "notified",
                                  "#deploys refused the message for good: Slack answered 410: channel_is_archived")
        checkout.saltctl("deploy", "production", "--image", image, "--yes", "--approve", *waivers(REASONS | NEEDLESS))
        assert archived.refused and not archived.accepted, archived.accepted

    release = home.document("history", "production")[0]["release_id"]
    record = home.document("show", release)
    boxes = {box["id"]: box for box in record["boxes"]}
    shown = home.saltctl("show", release, "--boxes").stdout
    changelog = (home.path / "release" / "changelog" / "production.md").read_text()
    entry = changelog.partition("## ")[2].partition("## ")[0]
    (planned,) = [row for row in home.document("outbox", "dead") if row["message"]["id"] == f"{release}/planned/deploys"]
    for name, reason in REASONS.items():
        box = boxes[name]
        assert (box["state"], box["waiver_reason"]) == ("waived", reason) and box["waived_by"] and box["evidence"], box
        assert reason in shown, (name, shown)
        assert f"- waived: {name} by {box['waived_by']}: {reason}" in entry, (name, entry)
        assert f"{name} ({reason})" in planned["message"]["text"], (name, planned)
    the_way_back_is_written_all_the_same(record, entry)
    production_is_whole(home, "2.0.0")


def the_way_back_is_written_all_the_same(record, entry):
    """Its waiver was not needed: it is kept as it was given, and what was proved counts."""
    (box,) = [box for box in record["boxes"] if box["id"] == "rollback-plan"]
    is_passed({"rollback-plan": box}, "rollback-plan", "generated")
    assert f"# The way back of {record['release']['release_id']}" in box["proof"] and not box["waived_by"], box
    (given,) = [waiver for waiver in record["plan"]["waivers"] if waiver["box"] == "rollback-plan"]
    assert given["reason"] == NEEDLESS["rollback-plan"] and given["by"], given
    assert "waived: rollback-plan" not in entry, entry


def a_good_release_ticks_every_box(checkout):
    """From evidence alone, under load: nothing is waived."""
    home, short = checkout.home, checkout.commit[:7]
    image = build(checkout, "3.0.0", "--flags", "ENABLE_PAYMENTS")
    checkout.tests()
    assert checkout.coverage(912).returncode == 0
    checkout.security()
    load = Load(home)
    try:
        release = home.start(checkout.words("deploy", "production", "--image", image, "--yes", "--approve"),
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said = []
        for text in release.stdout:
            said.append(text)
            if " watch: error rate" in text:
                meanwhile = home.saltctl("checklist", "during", "production", "--json", check=False)
        release.stdout.close()
        assert release.wait(60) == COMPLETE, "".join(said)
    finally:
        load.stop()

    boxes = {box["id"]: box for box in home.document("show", home.document("history", "production")[0]["release_id"])["boxes"]}
    is_passed(boxes, "tests", f"3 tests, 0 failed at {short}")
    is_passed(boxes, "coverage", f"91.20 % of the 1000 lines of src/ at {short}")
    is_passed(boxes, "security", f"1 scanners, 0 findings at {short}")
    for name in ("tests", "coverage", "security"):
        proof = json.loads(boxes[name]["proof"])
        assert proof["evidence"]["commit"] == checkout.commit and len(proof["sha256"]) == 64, proof
    is_passed(boxes, "flags", "ENABLE_PAYMENTS set for production")
    is_passed(boxes, "notified", "in the local inbox")
    assert boxes["migrations"]["state"] == "not_applicable", boxes["migrations"]
    during_it = by_name(json.loads(meanwhile.stdout), "during")
    assert meanwhile.returncode == REFUSED and during_it["dashboards"]["evidence"] == "being watched", during_it
    assert during_it["error-rates"]["state"] == "open", during_it

    during = by_name(home.document("checklist", "during", "production"), "during")
    is_passed(during, "dashboards", "watched for 4 s", "requests, 0 errors (0.00 %)")
    is_passed(during, "error-rates", "0 errors (0.00 %)", "p95")
    is_passed(during, "health", "2 of 2 new tasks run and pass their health check")
    is_passed(during, "user-flows", "on production: all 5 checks passed")
    post = by_name(home.document("checklist", "post", "production"), "post")
    is_passed(post, "smoke", "on production: all 5 checks passed")
    is_passed(post, "no-spike", "0 errors (0.00 %)")
    is_passed(post, "targets", "p95")
    is_passed(post, "features", "all 5 checks passed")
    is_passed(post, "status-page", "users noticed nothing")
    is_passed(post, "changelog", "entered in")
    assert {**during, **post} == {name: box for name, box in boxes.items() if box["list"] != "pre"}
    assert not any(box["waived_by"] for box in boxes.values()), boxes
    production_is_whole(home, "3.0.0")


def every_box_is_seen_failed_waived_and_passed():
    with Home("boxes") as home:
        home.watch_for(4)
        checkout = Checkout(home)
        home.saltctl("up", "production", "--image",
                     build(checkout, "1.0.0", "--migrations-through", last_revision_but_one()))
        image = build(checkout, "2.0.0", "--flags", "ENABLE_VIDEO")
        what_speaks_against_it_fails_a_box(checkout, image)
        for name in ("tests", "security"):
            (checkout.reports / f"{name}.json").unlink()
        (checkout.folder / "build-coverage" / "reports" / "coverage.json").unlink()
        a_waiver_is_refused_without_a_reason_or_a_box(checkout, image)
        what_is_waived_by_name_is_in_every_record(checkout, image)
        a_good_release_ticks_every_box(checkout)


main(every_box_is_seen_failed_waived_and_passed)
