"""`saltctl emergency rollback production --database restore`, killed with -9 in the middle of the restore, and what every
command takes for the database from then on."""
import json
import pathlib
import re

from harness import Home, last_revision_but_one, main, wait_until
from killing import killed_after
from whole import nothing_is_left

CLUSTER, SERVICE = "saltbitter-prod", "saltbitter-api-prod"
DECLARED = "saltbitter-prod"
RESTORE = ["emergency", "rollback", "production", "--database", "restore", "--yes", "--confirm", "production"]
ROLL_BACK_DATABASE = 1
REFUSED = 6


def aws(home, words):
    return json.loads(home.shell("production", f"aws {words} --output json").stdout or "null")


def instances(home):
    found = aws(home, "rds describe-db-instances")["DBInstances"]
    return {instance["DBInstanceIdentifier"]: instance for instance in found}


def sql(home, statement, instance=None):
    """In the database that the service uses, or in this instance."""
    url = '"$DATABASE_URL"'
    if instance:
        there = instances(home)[instance]["Endpoint"]
        url = f'''"$(sed 's|@[^/]*/|@{there["Address"]}:{there["Port"]}/|' <<< "$DATABASE_URL")"'''
    return home.shell("production", f'psql {url} -Atqc "{statement}"').stdout.split()


def address_in_use(home):
    return re.search(r"@([^/]+)/", home.saltctl("config", "get", "production", "DATABASE_URL", "--show").stdout)[1]


def address_of(home, instance):
    there = instances(home)[instance]["Endpoint"]
    return f"{there['Address']}:{there['Port']}"


def is_deploying(home):
    newest = home.ecs("ListServiceDeployments", {"cluster": CLUSTER, "service": SERVICE})["serviceDeployments"][0]
    return newest["status"] in ("PENDING", "IN_PROGRESS")


def walked_in(done):
    return next(json.loads(line) for line in done.stdout.splitlines() if line.startswith("{"))


def the_database_goes_back_to_its_snapshot(home):
    """Killed while the new database is being made, before the service is pointed at it, and in the restart."""
    (snapshot,) = [s for s in home.document("db", "snapshots", "production") if s["id"].startswith("saltbitter-rel-")]
    sql(home, "INSERT INTO written VALUES ('after')")

    said = killed_after(home, [*RESTORE, "--reason", "rows are gone"], "lost to the service",
                        and_then=lambda: len(list((home.path / "cloud" / "rds").iterdir())) == 2)
    wait_until(lambda: len(instances(home)) == 2, "the cloud goes on with what it was asked for")
    assert f"a new database from the snapshot {snapshot['id']}" in said, said
    assert address_in_use(home) == address_of(home, DECLARED)
    # What was agreed to is what is restored, whatever there is by now.
    home.saltctl("db", "snapshot", "production", "--name", "too-late")
    killed_after(home, ["resume", "production"], "✓ New database")
    killed_after(home, ["resume", "production"], "✓ Point DATABASE_URL", and_then=lambda: is_deploying(home))
    done = home.saltctl(*RESTORE, "--json", timeout=300)

    assert "is not finished; going on with it" in done.stderr, done.stderr
    walked = walked_in(done)
    assert walked["complete"], walked
    step = walked["steps"][ROLL_BACK_DATABASE]
    (new,) = set(instances(home)) - {DECLARED}
    assert step["state"] == "done" and f"reads and writes {new}, restored from {snapshot['id']}" in step["proof"], step
    assert sql(home, "SELECT what FROM written") == ["before"]
    assert sql(home, "SELECT what FROM written ORDER BY 1", DECLARED) == ["after", "before"]
    return new, snapshot, walked


def what_was_lost_is_said(home, snapshot, walked):
    lost = f"what was written after {snapshot['at']}"
    steps = {step["step"]: step["proof"] for step in walked["steps"]}
    assert lost in steps["database"], steps
    text = pathlib.Path(steps["post_mortem"].split(", due")[0]).read_text()
    assert re.search(rf"\| Data lost \| {re.escape(lost)}, .* before the restore; it is only in {DECLARED}", text), text
    assert any(lost in json.dumps(message) for message in home.document("inbox")), "#incidents is told"


def the_service_writes_into_the_new_one(home, new):
    assert address_in_use(home) == address_of(home, new)
    email = f"{new}@example.com"
    person = json.dumps({"email": email, "password": "Salt1234water"})
    home.shell("production", "curl -sSf https://api.saltbitter.com/api/auth/register -H 'Content-Type: application/json' "
               f"-d '{person}'")
    count = f"SELECT count(*) FROM users WHERE email = '{email}'"
    assert sql(home, count, new) == ["1"] and sql(home, count, DECLARED) == ["0"]


def every_command_uses_the_new_one(home, new):
    now = home.document("status", "production")["now"]
    assert re.fullmatch(rf"{new}: available at {address_of(home, new)}", now["database"]), now
    assert home.document("doctor", "production")["healthy"]
    listed = {s["id"]: s["instance"] for s in home.document("db", "snapshots", "production")}
    assert listed["too-late"] == DECLARED, listed
    # One of its own is needed before it can go back; the old one's were given up.
    refused = home.saltctl("db", "restore", "production", "--yes", check=False)
    assert refused.returncode != 0 and f"no finished snapshot of {new}" in refused.stderr, refused.stderr
    taken = home.saltctl("db", "restore", "production", "--snapshot", "too-late", "--name", new, "--yes", check=False)
    assert taken.returncode == 2 and "leads to the database of this name already" in taken.stderr, taken.stderr
    # A release that migrates snapshots what it migrates.
    home.deploy("production", home.document("image", "build", "--version", "3.0.0")["reference"])
    (made,) = [s for s in home.document("db", "snapshots", "production") if s["instance"] == new]
    assert made["id"].startswith("saltbitter-rel-") and made["status"] == "available", made


def a_switch_that_is_cut_off_says_how_it_ends(home):
    again = f"{DECLARED}-restored"
    killed_after(home, ["db", "restore", "production", "--switch", "--yes", "--confirm", "production"],
                 "✓ Point DATABASE_URL")
    refused = home.saltctl("db", "restore", "production", "--switch", "--yes", "--confirm", "production", check=False)
    assert refused.returncode == REFUSED and "saltctl resume production" in refused.stderr, refused.stderr
    went_on = home.saltctl("resume", "production")
    assert f"db restore of production: {again}" in went_on.stdout, went_on.stdout
    the_service_writes_into_the_new_one(home, again)
    return again


def what_has_served_is_no_copy_any_more(home, again):
    """After the way back the same snapshot is restored anew, not into what people wrote in meanwhile."""
    home.saltctl("config", "rollback", "production", "DATABASE_URL", "--yes")
    refused = home.saltctl("db", "restore", "production", "--name", again, "--yes", check=False)
    assert refused.returncode == REFUSED and "has served since it was restored" in refused.stderr, refused.stderr
    made = walked_in(home.saltctl("db", "restore", "production", "--yes", "--json"))
    assert made["instance"] == f"{again}-2", made
    home.saltctl("config", "rollback", "production", "DATABASE_URL", "--yes")
    assert address_in_use(home) == address_of(home, again)


def the_old_one_may_be_deleted(home, new):
    """And `up` does not make it again."""
    others = set(instances(home)) - {DECLARED}
    aws(home, f"rds modify-db-instance --db-instance-identifier {DECLARED} --no-deletion-protection --apply-immediately")
    wait_until(lambda: instances(home)[DECLARED]["DBInstanceStatus"] == "available", "the old one can be deleted")
    aws(home, f"rds delete-db-instance --db-instance-identifier {DECLARED} --skip-final-snapshot")
    wait_until(lambda: DECLARED not in instances(home), "the old one is deleted")

    home.saltctl("up", "production")

    assert set(instances(home)) == others and new in others, (others, instances(home))
    assert sql(home, "SELECT what FROM written") == ["before"]
    assert home.document("status", "production")["now"]["database"].startswith(new)


def build(home, version, *options):
    return home.document("image", "build", "--version", version, *options)["reference"]


def restores_in_an_emergency():
    with Home("restore") as home:
        home.watch_for(1)
        home.saltctl("up", "production", "--image",
                     build(home, "1.0.0", "--migrations-through", last_revision_but_one()))
        sql(home, "CREATE TABLE written (what text)")
        sql(home, "INSERT INTO written VALUES ('before')")
        home.deploy("production", build(home, "2.0.0"))  # its snapshot is taken before it migrates
        new, snapshot, walked = the_database_goes_back_to_its_snapshot(home)
        what_was_lost_is_said(home, snapshot, walked)
        the_service_writes_into_the_new_one(home, new)
        every_command_uses_the_new_one(home, new)
        new = a_switch_that_is_cut_off_says_how_it_ends(home)
        what_has_served_is_no_copy_any_more(home, new)
        the_old_one_may_be_deleted(home, new)
        nothing_is_left(home)


main(restores_in_an_emergency)
