"""How a release ends that is neither complete nor taken back: a migration that fails, Ctrl-C, SIGTERM. Its exit code, its
record, and the next release or `saltctl resume`, which goes on as if nothing had been."""
import signal
import subprocess

from harness import Home, last_revision_but_one, main
from killing import COMPLETE, build
from whole import production_is_whole

FAILED, REFUSED, INTERRUPTED = 3, 6, 7


def newest(home):
    """Of production, as its record has it."""
    return home.document("show", home.document("history", "production")[0]["release_id"])


def schema(home):
    return home.document("db", "current", "production")["revision"]


def sql(home, statement):
    return home.shell("production", f'psql "$DATABASE_URL" -qc "{statement}"')


def a_failing_migration_touches_nothing(home):
    """The column that it adds is there already, by somebody's hand."""
    before, image = schema(home), build(home, "2.0.0")
    sql(home, "ALTER TABLE profiles ADD COLUMN last_active_at timestamptz")

    failed = home.deploy("production", image, check=False)

    assert failed.returncode == FAILED, (failed.returncode, failed.stdout, failed.stderr)
    assert "migration ended with 1" in failed.stdout and "already exists" in failed.stdout, failed.stdout
    record = newest(home)
    assert record["release"]["outcome"] == "failed", record["release"]
    assert "the service was not touched" in record["release"]["cause"], record["release"]
    assert schema(home) == before
    deployments = home.ecs("ListServiceDeployments", {"cluster": "saltbitter-prod", "service": "saltbitter-api-prod"})
    assert len(deployments["serviceDeployments"]) == 1, "only the first release's"
    assert any("failed before production was touched" in message["message"]["title"] for message in record["messages"]), record
    production_is_whole(home, "1.0.0")
    sql(home, "ALTER TABLE profiles DROP COLUMN last_active_at")
    home.deploy("production", image)
    assert schema(home) != before
    production_is_whole(home, "2.0.0")


def interrupted_at(home, words, number, line):
    """What it said, and its exit code."""
    release = home.start(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = []
    for text in release.stdout:
        said.append(text)
        if number and line in text:
            release.send_signal(number)
            number = None
    release.stdout.close()
    return release.wait(60), "".join(said)


def what_is_interrupted_is_resumed(home):
    before = "2.0.0"
    for version, number, line, doing in (
            ("3.0.0", signal.SIGINT, "release lock taken", ""),
            ("3.1.0", signal.SIGTERM, "ECS: SCALE_UP", ""),
            ("3.2.0", signal.SIGINT, "watch: error rate", "serving all traffic")):
        image = build(home, version)
        code, said = interrupted_at(home, home.deploy_words("production", image), number, line)

        assert code == INTERRUPTED, (line, code, said)
        assert "stopping after the present call; the release stays resumable" in said, said
        assert f": interrupted while {doing}" in said and "next: saltctl resume production" in said, said
        status = home.document("status", "production")
        assert status["unfinished"] and status["now"]["version"].startswith(
            version if doing else before), (line, status)
        # Nobody else's release gets in between.
        assert home.deploy("production", image, check=False).returncode == REFUSED, line
        resumed = home.saltctl("resume", "production", check=False)
        assert resumed.returncode == COMPLETE, (line, resumed.stdout, resumed.stderr)
        record = newest(home)
        assert record["release"]["outcome"] == "complete", record["release"]
        timeline = [moment["what"] for moment in record["timeline"]]
        assert "interrupted" in timeline and any(what.startswith("resumed by ") for what in timeline), timeline
        production_is_whole(home, version)
        before = version
        print(f"  {signal.Signals(number).name} after {line!r}", flush=True)


def what_waits_is_interrupted_and_resumed(home):
    words = [word for word in home.deploy_words("production", build(home, "4.0.0")) if word != "--approve"]
    code, said = interrupted_at(home, words, signal.SIGINT, "waiting for an approval")
    assert code == INTERRUPTED and "interrupted while waiting for an approval" in said, (code, said)
    home.saltctl("approve", "production", "--yes")
    home.saltctl("resume", "production")
    production_is_whole(home, "4.0.0")


def each_ends_by_its_exit_code():
    with Home("endings") as home:
        home.watch_for(2)
        home.saltctl("up", "production", "--image",
                     build(home, "1.0.0", "--migrations-through", last_revision_but_one()))
        for chapter in (a_failing_migration_touches_nothing, what_is_interrupted_is_resumed,
                        what_waits_is_interrupted_and_resumed):
            print(f"  {chapter.__name__}", flush=True)
            chapter(home)


main(each_ends_by_its_exit_code)
