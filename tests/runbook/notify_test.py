"""People are told of a release whatever happens to Slack, and to saltctl; alerts are never left silenced."""
import json
import os
import re
import signal
import sqlite3
import subprocess

from harness import BIN, Home, main, wait_until
from receivers import (API_KEY, APP_KEY, DEPLOYS_PATH, INCIDENTS_PATH, ROUTING_KEY, STATUSPAGE_KEY, WEBHOOK_PATH,
                       WEBHOOK_SECRET, Datadog, Receiver, ids, pagerduty, slack)

COMPLETE, ROLLED_BACK = 0, 4


def build(home, version, *options):
    return home.document("image", "build", "--version", version, *options)["reference"]


def use(home, slack_receiver, pagerduty_receiver):
    """Slack's two webhooks lead to one receiver, which takes what is for #deploys only."""
    home.environment |= {"SLACK_WEBHOOK_DEPLOYS": slack_receiver.url + DEPLOYS_PATH,
                         "SLACK_WEBHOOK_INCIDENTS": slack_receiver.url + INCIDENTS_PATH,
                         "PAGERDUTY_ROUTING_KEY": ROUTING_KEY, "PAGERDUTY_API_URL": pagerduty_receiver.url}


def newest(home, environment):
    return home.document("history", environment)[0]["release_id"]


def topics(receiver, release):
    return [i.split("/")[1] for i in ids(receiver) if i.startswith(release + "/")]


def no_secret_anywhere(home, *outputs):
    said = "".join(outputs)
    for name in ("journal.db", "outbox.db", "outbox.db-wal", "journal.db-wal"):
        path = home.path / "release" / name
        said += path.read_bytes().decode(errors="replace") if path.exists() else ""
    for secret in (DEPLOYS_PATH, INCIDENTS_PATH, ROUTING_KEY, API_KEY, APP_KEY, STATUSPAGE_KEY, WEBHOOK_PATH, WEBHOOK_SECRET):
        assert secret not in said, f"{secret} was written down"


def a_dead_slack_neither_stops_a_release_nor_loses_a_message():
    with Home("notify") as home, Receiver(slack(DEPLOYS_PATH)) as dead, Receiver(pagerduty) as pages:
        home.watch_for(2)
        home.saltctl("up", "staging", "--image", build(home, "1.0.0"))
        use(home, dead, pages)
        pages.come_alive()

        deploy = home.deploy("staging", build(home, "2.0.0"))
        release = newest(home, "staging")
        waiting = home.document("outbox")

        assert "not delivered yet" in deploy.stdout, deploy.stdout
        told = [e["message"]["id"] for e in waiting if e["message"]["release_id"] == release]
        assert f"{release}/planned/deploys" in told and f"{release}/complete/deploys" in told, told
        dead.come_alive()
        # Any command that opens the journal carries what is due; how soon that is, the back-off says.
        wait_until(lambda: home.saltctl("history", "staging") and "complete" in topics(dead, release),
                   "a later command delivers it", seconds=120)
        assert topics(dead, release)[0] == "planned", ids(dead)
        assert len(set(ids(dead))) == len(ids(dead)) and not dead.refused, (ids(dead), dead.refused)
        assert home.document("outbox") == []
        no_secret_anywhere(home, deploy.stdout, deploy.stderr, json.dumps(waiting))


def without_accounts_everything_lands_in_the_inbox():
    with Home("inbox") as home:
        home.watch_for(2)
        home.saltctl("up", "staging", "--image", build(home, "1.0.0"))
        home.environment |= {"SLACK_WEBHOOK_DEPLOYS": "https://hooks.slack.com/services/T0/B0/real-secret"}

        home.deploy("staging", build(home, "2.0.0"))
        release = newest(home, "staging")
        rows = home.document("inbox", "staging")
        shown = home.saltctl("inbox").stdout
        outbox = home.saltctl("outbox").stdout

        told = [e["message"]["topic"] for e in rows]
        for topic in ("planned", "started", "complete"):
            assert f"{release}/{topic}" in told, told
        assert re.search(r"staging: release of 2\.0\.0\S* is complete", shown) and "#deploys" in shown, shown
        # The developer's own Slack is not told of a rehearsal, and that is said.
        assert "SLACK_WEBHOOK_DEPLOYS" in outbox and "rehearsal" in outbox and "real-secret" not in outbox, outbox


def kill_when(home, words, condition, what):
    process = home.start(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: condition() or process.poll() is not None, what, seconds=90)
        assert process.poll() is None, f"ended before: {what}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def journal_types(home, release):
    with sqlite3.connect(f"file:{home.path}/release/journal.db?mode=ro", uri=True) as journal:
        return [row[0] for row in journal.execute("SELECT type FROM records WHERE release_id = ?", (release,))]


def what_a_killed_process_could_not_tell_the_next_one_tells():
    with Home("killed") as home, Receiver(slack(DEPLOYS_PATH)) as team, Receiver(pagerduty) as pages:
        home.watch_for(2)
        home.saltctl("up", "staging", "--image", build(home, "1.0.0"))
        use(home, team, pages)
        team.come_alive()
        pages.come_alive()
        image = build(home, "2.0.0")
        first = newest(home, "staging")
        # Without an outbox this process journals events and can derive no message of them.
        outbox = home.path / "release" / "outbox.db"
        outbox.rename(home.path / "release" / "outbox.away")
        outbox.mkdir()

        kill_when(home, home.deploy_words("staging", image),
                  lambda: newest(home, "staging") != first and
                  "lock_acquired" in journal_types(home, newest(home, "staging")), "the release has its lock")
        release = newest(home, "staging")
        assert topics(team, release) == [], ids(team)
        outbox.rmdir()
        (home.path / "release" / "outbox.away").rename(outbox)
        home.saltctl("history", "staging")
        planned = topics(team, release)
        resumed = home.saltctl("resume", "staging", check=False)

        assert planned == ["planned"], ids(team)
        assert resumed.returncode in (COMPLETE, ROLLED_BACK), resumed.stdout + resumed.stderr
        assert topics(team, release)[-1] in ("complete", "rolled_back"), ids(team)
        assert len(set(ids(team))) == len(ids(team)) and not team.refused, (ids(team), team.refused)


def alerts_are_silenced_for_a_release_only_also_when_it_is_killed():
    with Home("silences") as home:
        home.watch_for(2)
        home.saltctl("up", "production", "--image", build(home, "1.0.0"))
        image = build(home, "2.0.0")

        kill_when(home, home.deploy_words("production", image),
                  lambda: home.document("silences", "production"), "alerts are silenced")
        killed = home.document("silences", "production")
        kept = home.document("silences", "clear")
        resumed = home.saltctl("resume", "production", check=False)

        assert [s["orphan"] for s in killed] == [False] and killed[0]["until"], killed
        assert kept == [], "those of a release that is on its way are kept"
        assert resumed.returncode in (COMPLETE, ROLLED_BACK), resumed.stdout + resumed.stderr
        assert home.document("silences", "production") == []


def monitors_are_applied_once_and_mended_when_changed_by_hand():
    account = Datadog()
    with Home("monitors") as home, Receiver(account.check) as datadog:
        datadog.come_alive()
        without = home.saltctl("monitors", "diff", check=False)
        home.environment |= {"DD_API_KEY": API_KEY, "DD_APP_KEY": APP_KEY, "DD_API_URL": datadog.url}

        differs = home.saltctl("monitors", "diff", check=False)
        unasked = home.saltctl("monitors", "apply", check=False)
        nothing_yet = list(account.writes)
        home.saltctl("monitors", "apply", "--yes")
        written = len(account.writes)
        same = home.document("monitors", "diff")
        account.monitors["1"]["priority"] = 5
        home.saltctl("monitors", "apply", "--yes")

        assert without.returncode == 1 and "DD_API_KEY" in without.stderr, without
        assert differs.returncode == 1 and "+ monitor" in differs.stdout and "+ dashboard" in differs.stdout, differs
        assert unasked.returncode == 2 and nothing_yet == [], "written without a yes"
        assert written == len(account.monitors) + len(account.dashboards)
        assert {change["kind"] for change in same} == {"unchanged"}, same
        assert account.writes[written:] == ["PUT /api/v1/monitor/1"], account.writes[written:]
        said = without.stdout + without.stderr + differs.stdout + differs.stderr
        assert API_KEY not in said and APP_KEY not in said


if __name__ == "__main__":
    main(monitors_are_applied_once_and_mended_when_changed_by_hand,
         a_dead_slack_neither_stops_a_release_nor_loses_a_message, without_accounts_everything_lands_in_the_inbox,
         what_a_killed_process_could_not_tell_the_next_one_tells,
         alerts_are_silenced_for_a_release_only_also_when_it_is_killed)
