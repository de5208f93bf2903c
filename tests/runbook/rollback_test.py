"""`saltctl rollback production`: to the last version that proved good, never to a bad one, and during a release."""
import subprocess

from harness import BIN, Home, main, wait_until

COMPLETE, ROLLED_BACK = 0, 4


def build(home, version, *options):
    return home.document("image", "build", "--version", version, *options)["reference"]


def deploy(home, image):
    return home.deploy("production", image, check=False)


def serves(home, version):
    status = home.document("status", "production")
    now = status["now"]
    assert now["version"].split("+")[0] == version, (now["version"], version)
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


def rolls_back_as_asked():
    with Home("rollback") as home:
        home.watch_for(2)
        home.saltctl("up", "production", "--image", build(home, "1.0.0"))
        serves(home, "1.0.0")
        goes_back_to_what_proved_good(home)
        never_goes_to_a_bad_one(home)
        ends_a_release_that_is_on_its_way(home)
        a_service_that_is_not_ready_says_why(home)
        a_downgrade_by_hand_is_caught_up_with(home)


main(rolls_back_as_asked)
