"""Each number of the deployment dashboard that leaves its limit puts the old version back by itself, for its own reason."""
import json

from breaches import Load, breaches, build, declare, release
from harness import Home, main, wait_until
from whole import nothing_is_left


def is_taken_back(home, breach, version):
    report, said = release(home, breach, version)

    assert report["outcome"] == "rolled_back", (breach.name, report, said)
    assert breach.cause in report["cause"], (breach.name, report["cause"])
    assert report["onset_at"] and report["onset_at"] < report["traffic_back_at"], (breach.name, report)
    says_why_in_its_boxes(home, breach, report)
    wait_until(lambda: home.document("status", "production")["now"]["version"].split("+")[0] == "1.0.0",
               f"{breach.name}: the old version serves")
    nothing_is_left(home)


def says_why_in_its_boxes(home, breach, report):
    boxes = {box["id"]: box for box in home.document("show", report["release_id"])["boxes"]}
    for name in ("error-rates", "no-spike", "targets"):
        assert boxes[name]["state"] == "failed" and breach.cause in boxes[name]["evidence"], (breach.name, boxes[name])
    # Somebody looked, and saw it.
    assert boxes["dashboards"]["state"] == "passed" and breach.cause in boxes["dashboards"]["evidence"], boxes["dashboards"]
    # The old version serves again: what users can do now is not what this release showed.
    assert boxes["features"]["state"] == "open", (breach.name, boxes["features"])


def the_numbers_can_be_looked_at_any_time(home):
    def look():
        return home.saltctl("watch", "production", "--once", "--json", check=False)

    wait_until(lambda: json.loads(look().stdout)["verdict"] in ("pass", "watching"), "the numbers are fine again")
    done = look()

    assert done.returncode == 0, done.stdout + done.stderr
    numbers = {n["name"]: n for n in json.loads(done.stdout)["evidence"]["numbers"]}
    assert list(numbers) == ["error_rate", "p95", "request_rate", "database_connections", "memory"], numbers
    assert all("value" in n and n["target"] for n in numbers.values()), numbers
    assert 0 < numbers["memory"]["value"] < 80 and numbers["database_connections"]["value"] > 0, numbers
    plain = home.saltctl("watch", "production", "--once").stdout
    assert "latency p95" in plain and "\x1b" not in plain, plain


def every_breach_is_taken_back():
    with Home("breach") as home:
        declare(home)
        home.saltctl("up", "production", "--image", build(home, "1.0.0"))
        loads = [Load(home)]
        try:
            the_numbers_can_be_looked_at_any_time(home)
            for number, breach in enumerate(breaches(home, lambda: loads[-1])):
                is_taken_back(home, breach, f"2.{number}.0")
        finally:
            loads[-1].stop()


main(every_breach_is_taken_back)
