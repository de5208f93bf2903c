"""`saltctl doctor production` while something is broken that no release of ours broke: each sentence names the cause,
and what it says to type next is a command that exists and runs."""
import os
import signal

from harness import Home, as_json, main, wait_until
from processes import database_folder, running

CLUSTER, SERVICE = "saltbitter-prod", "saltbitter-api-prod"
HEALTHY, FINDINGS = 0, 1


def doctor(home, *words):
    done = home.saltctl("doctor", "production", "--json", *words, check=False)
    found = {finding["id"]: finding for finding in as_json(done)["findings"]}
    is_ill = any(finding["weight"] != "note" for finding in found.values())
    assert done.returncode == (FINDINGS if is_ill else HEALTHY), (done.returncode, done.stdout, done.stderr)
    return found


def problems(found):
    return [id for id, finding in found.items() if finding["weight"] == "problem"]


def deploy_by_hand(home, image):
    """A task definition with this image and an UpdateService, as an operator without saltctl would do it."""
    now = home.ecs("DescribeTaskDefinition", {"taskDefinition": SERVICE})["taskDefinition"]
    kept = ("family", "networkMode", "cpu", "memory", "executionRoleArn", "taskRoleArn", "requiresCompatibilities")
    (container,) = now["containerDefinitions"]
    made = home.ecs("RegisterTaskDefinition", {**{key: now[key] for key in kept if key in now},
                                               "containerDefinitions": [{**container, "image": image}]})
    home.ecs("UpdateService", {"cluster": CLUSTER, "service": SERVICE,
                               "taskDefinition": made["taskDefinition"]["taskDefinitionArn"]})


def newest_deployment(home):
    return home.ecs("ListServiceDeployments", {"cluster": CLUSTER, "service": SERVICE})["serviceDeployments"][0]


def what_it_says_next_runs(home, finding):
    """It may show an error of its own, but never that it was typed wrongly."""
    words = finding["next"]
    done = home.shell("production", words, check=False)
    assert done.returncode not in (2, 126, 127), (words, done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr


def an_image_that_never_gets_ready(home):
    serving = home.document("status", "production")["now"]["version"]
    deploy_by_hand(home, home.document("image", "build", "--version", "9.0.0", "--faults", "never_ready")["reference"])
    # While it is on its way: users notice nothing, and the doctor says so.
    wait_until(lambda: "target-unhealthy" in doctor(home, "--quick"), "the load balancer finds it unhealthy")
    wait_until(lambda: newest_deployment(home)["status"] == "ROLLBACK_SUCCESSFUL", "ECS puts it back", 200)

    found = doctor(home)

    assert problems(found) == [], found
    assert "circuit breaker" in found["rolled-back"]["sentence"], found
    stopped = found["tasks-stop"]
    assert stopped["weight"] == "warning" and f"{SERVICE}:" in stopped["sentence"], stopped
    assert "health checks" in stopped["sentence"] and "never_ready" in stopped["sentence"], stopped
    what_it_says_next_runs(home, stopped)
    assert home.document("status", "production")["now"]["version"] == serving


def a_database_whose_processes_were_killed(home):
    """And cannot come back, because its folder is away; it does once that is there again."""
    folder = database_folder(home)
    away = folder.with_name("data-away")
    pids = running(home, "postgres")
    folder.rename(away)
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # a child of one that is dead already
    wait_until(lambda: "database-down" in doctor(home, "--quick"), "RDS says that the database is down")

    found = doctor(home)

    assert next(iter(found)) == "database-down", found
    assert "saltbitter-prod is" in found["database-down"]["sentence"], found
    assert "From inside a task the database does not answer" in found["database-unreachable"]["sentence"], found
    assert "DATABASE_URL is wrong" not in found["database-unreachable"]["sentence"], found
    assert found["database-unreachable"]["next"] == found["database-down"]["next"], "the URL is not to blame"
    assert '"postgres":"unreachable"' in found["not-ready"]["sentence"], found
    what_it_says_next_runs(home, found["database-down"])

    away.rename(folder)
    wait_until(lambda: not problems(doctor(home, "--quick")), "no problem is left once the database can come back", 120)
    assert not problems(doctor(home)), "nor from inside a task"


def says_what_is_wrong_and_what_to_type():
    with Home("doctor") as home:
        home.watch_for(1)
        home.saltctl("up", "production")
        assert not doctor(home), "before anything is broken"
        an_image_that_never_gets_ready(home)
        a_database_whose_processes_were_killed(home)


main(says_what_is_wrong_and_what_to_type)
