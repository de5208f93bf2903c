"""`saltctl rollback production`: to the last version that proved good, never to a bad one, and during a release."""
import json
import re
import signal
import subprocess

from harness import BIN, Home, main, wait_until

COMPLETE, ROLLED_BACK = 0, 4


def build(home, version, *options):
    return home.document("image", "build", "--version", version, *options)["reference"]


def deploy(home, image):
    return home.deploy("production", image, check=False)


def without_commit(version):
    return version.split("+")[0]


def serves(home, version):
    status = home.document("status", "production")
    now = status["now"]
    assert without_commit(now["version"]) == version, (now["version"], version)
    assert now["running"] == now["desired"] == 2, now
    assert status["unfinished"] is None, status
    answered = home.shell("production", "curl -sS -o /dev/null -D - https://api.saltbitter.com/health").stdout
    assert f"x-saltbitter-version: {version}" in answered.lower(), answered
    return now




def goes_back_to_what_proved_good(home):
    assert deploy(home, build(home, "2.0.0")).returncode == COMPLETE
    serves(home, "2.0.0")

    back = home.saltctl("rollback", "production", "--yes")

    assert "1.0.0" in back.stdout, back.stdout
    serves(home, "1.0.0")


def never_goes_to_a_bad_one(home):
    assert deploy(home, build(home, "3.0.0", "--faults", "matches_error=1")).returncode == ROLLED_BACK
    serves(home, "1.0.0")

    refused = home.saltctl("rollback", "production", "--to", "3", "--yes", check=False)

    said = refused.stdout + refused.stderr
    assert refused.returncode != 0 and "bad" in said and "smoke tests" in said, said
    serves(home, "1.0.0")
    home.saltctl("rollback", "production", "--yes")
    serves(home, "2.0.0")


def ends_a_release_that_is_on_its_way(home):
    image = build(home, "4.0.0")
    release = home.start(home.deploy_words("production", image),
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = []
    for text in release.stdout:
        said.append(text)
        if "production traffic on the new version: 100" in text:
            break

    asked = home.saltctl("rollback", "production", "--yes")

    assert "put the old version back" in asked.stdout, asked.stdout
    said.append(release.stdout.read())
    assert release.wait(120) == ROLLED_BACK, "".join(said)
    wait_until(lambda: home.document("status", "production")["unfinished"] is None, "it is over")
    serves(home, "2.0.0")


def a_service_that_is_not_ready_says_why(home):
    image = build(home, "5.0.0", "--faults", "never_ready")

    failed = deploy(home, image)

    said = failed.stdout + failed.stderr
    assert failed.returncode == ROLLED_BACK, said
    cause = next(line for line in said.splitlines() if "rolled back:" in line)
    assert "not ready" in cause and "health checks" in cause, cause
    serves(home, "2.0.0")


def a_downgrade_by_hand_is_caught_up_with(home):
    home.shell("production", "alembic downgrade -1")
    assert "(head)" not in home.shell("production", "alembic current").stdout

    done = deploy(home, build(home, "6.0.0"))

    assert done.returncode == COMPLETE, done.stdout + done.stderr
    assert "Running upgrade" in done.stdout, done.stdout
    assert "(head)" in home.shell("production", "alembic current").stdout
    serves(home, "6.0.0")


def nothing_is_there_before_the_first_up(home):
    assert "saltctl image build" in home.saltctl("image", "list").stdout
    assert "saltctl up" in home.saltctl("ps").stdout
    assert home.document("ps") == {"cloud": None, "environments": []}
    assert "saltctl deploy production" in home.saltctl("history", "production").stdout
    absent = home.saltctl("status", "production", check=False)
    assert absent.returncode != 0 and "saltctl up production" in absent.stderr, absent


def what_happened_can_be_read_afterwards(home):
    releases = home.document("history", "production")
    assert [(r["kind"], without_commit(r["to_version"]), r["outcome"]) for r in releases[:3]] == [
        ("deploy", "6.0.0", "complete"), ("deploy", "5.0.0", "rolled_back"), ("deploy", "4.0.0", "rolled_back")], releases
    table = home.saltctl("history", "production").stdout
    assert releases[0]["release_id"] in table and releases[1]["cause"] in table, table

    images = home.document("image", "list")
    assert {without_commit(i["version"]) for i in images} >= {"1.0.0", "3.0.0", "6.0.0"}, images
    named = home.saltctl("image", "list", "--names").stdout.split()
    assert len(named) == len(images) and not any("@" in name for name in named), named
    assert "faults: never_ready" in home.saltctl("image", "list").stdout

    status = home.saltctl("status", "production").stdout
    assert "serves 6.0.0" in status and "2 of 2 tasks run" in status and "100 % to" in status, status
    assert re.search(rf"last release +{releases[0]['release_id']} to 6\.0\.0\S*: complete", status), status
    assert without_commit(home.document("ps", "production")["environments"][0]["version"]) == "6.0.0"


def logs_can_be_searched_and_followed(home):
    lines = home.saltctl("logs", "production", "--since", "60").stdout.splitlines()
    assert lines and all(re.match(r"\d{4}-\d\d-\d\dT\S+ [0-9a-f]{8} ", line) for line in lines), lines[:5]
    found = home.saltctl("logs", "production", "--since", "60", "--filter", '"no such words anywhere"').stdout
    assert found == "", found
    event = json.loads(home.saltctl("logs", "production", "--since", "60", "--json").stdout.splitlines()[0])
    assert event["message"] and event["logStreamName"], event
    unclear = home.saltctl("logs", "production", "--since", "soon", check=False)
    assert unclear.returncode == 2 and "takes a number of minutes" in unclear.stderr, unclear

    following = home.start([BIN / "saltctl", "logs", "-f", "production", "--since", "0"], stdout=subprocess.PIPE)
    home.shell("production", "for i in 1 2 3; do curl -sS -o /dev/null https://api.saltbitter.com/api/matches; done")
    assert following.stdout.readline(), "nothing was followed"
    following.send_signal(signal.SIGTERM)
    following.stdout.read()
    assert following.wait(30) == 0


def rolls_back_as_asked():
    with Home("rollback") as home:
        home.watch_for(2)
        nothing_is_there_before_the_first_up(home)
        home.saltctl("up", "production", "--image", build(home, "1.0.0"))
        serves(home, "1.0.0")
        goes_back_to_what_proved_good(home)
        never_goes_to_a_bad_one(home)
        ends_a_release_that_is_on_its_way(home)
        a_service_that_is_not_ready_says_why(home)
        a_downgrade_by_hand_is_caught_up_with(home)
        what_happened_can_be_read_afterwards(home)
        logs_can_be_searched_and_followed(home)


main(rolls_back_as_asked)
