"""Who is told what of production: Slack's two channels, PagerDuty, Datadog, the status page and a webhook, each at a
receiver of its own; and alerts in a Datadog account, silenced for a release and never longer."""
import json

import breaches
from harness import Home, main
from killing import killed_after
from receivers import (API_KEY, APP_KEY, COMPONENT, DEPLOYS_PATH, INCIDENTS_PATH, ROUTING_KEY, STATUSPAGE_KEY,
                       STATUSPAGE_PAGE, WEBHOOK_PATH, WEBHOOK_SECRET, Datadog, Receiver, StatusPage, Webhook, ids,
                       pagerduty, slack)
from whole import production_is_whole

COMPLETE, ROLLED_BACK = 0, 4


class Everybody:
    """All who can be told, alive."""

    def __init__(self, home):
        self.home = home
        self.datadog, self.status_page, self.webhook = Datadog(), StatusPage(), Webhook()
        self.deploys, self.incidents = Receiver(slack(DEPLOYS_PATH)), Receiver(slack(INCIDENTS_PATH))
        self.pages = Receiver(pagerduty)
        self.alerts, self.public = Receiver(self.datadog.check), Receiver(self.status_page.check)
        self.hook = Receiver(self.webhook.check, raw=True)
        self.all = (self.deploys, self.incidents, self.pages, self.alerts, self.public, self.hook)

    def __enter__(self):
        for receiver in self.all:
            receiver.come_alive()
        self.home.environment |= {
            "SLACK_WEBHOOK_DEPLOYS": self.deploys.url + DEPLOYS_PATH,
            "SLACK_WEBHOOK_INCIDENTS": self.incidents.url + INCIDENTS_PATH,
            "PAGERDUTY_ROUTING_KEY": ROUTING_KEY, "PAGERDUTY_API_URL": self.pages.url,
            "DD_API_KEY": API_KEY, "DD_APP_KEY": APP_KEY, "DD_API_URL": self.alerts.url,
            "STATUSPAGE_API_KEY": STATUSPAGE_KEY, "STATUSPAGE_PAGE_ID": STATUSPAGE_PAGE,
            "STATUSPAGE_COMPONENT_IDS": COMPONENT, "STATUSPAGE_API_URL": self.public.url,
            "WEBHOOK_URL": self.hook.url + WEBHOOK_PATH, "WEBHOOK_SECRET": WEBHOOK_SECRET}
        return self

    def __exit__(self, *_):
        for receiver in self.all:
            receiver.close()

    def told(self, receiver, about):
        """What one of Slack's channels took about a release or an emergency, in order."""
        return [i.removeprefix(about + "/") for i in ids(receiver) if i.startswith(about + "/")]

    def hooked(self, release):
        return [d["what"] for d in self.webhook.taken if d["release_id"] == release]

    def events(self, release):
        return [tag for e in self.datadog.events if e.get("aggregation_key") == release
                for tag in e["tags"] if tag.startswith("what:")]

    def silences_made(self):
        return self.datadog.writes.count("POST /api/v2/downtime")


def build(home, version, *options):
    return home.document("image", "build", "--version", version, *options)["reference"]


def record(home):
    """Of the newest release."""
    return home.document("show", home.document("history", "production")[0]["release_id"])


def a_release_that_users_noticed(home, all_):
    """Taken back after the shift, under load."""
    home.watch_for(10)
    load = breaches.Load(home)
    try:
        bad = home.deploy("production", build(home, "2.0.0", "--faults", "error_rate=0.5@requests>60"), check=False)
    finally:
        load.stop()
    kept = record(home)
    release = kept["release"]["release_id"]
    assert bad.returncode == ROLLED_BACK and kept["release"]["shifted_at"], (bad.stdout, kept["release"])

    assert all_.told(all_.deploys, release) == [f"{what}/deploys" for what in (
        "planned", "approved", "shifted", "rolled_back")], ids(all_.deploys)
    assert all_.told(all_.incidents, release) == ["rolling-back/incidents", "rolled_back/incidents"], ids(all_.incidents)
    assert all_.hooked(release) == ["planned", "approved", "started", "shifted", "rolling-back", "rolled_back"]
    assert all_.events(release) == ["what:started", "what:shifted", "what:rolling-back", "what:rolled_back"]
    (page,) = all_.pages.accepted
    assert page["event_action"] == "trigger", page
    assert page["dedup_key"] == f"saltbitter/production/{release}/rolling-back", page
    assert all_.status_page.told == ["identified", "resolved"], all_.status_page.incidents
    assert all_.status_page.component == "operational"
    # What the page says is for the public: no version, no release.
    (incident,) = all_.status_page.incidents.values()
    assert incident["impact_override"] == "minor" and "2.0.0" not in incident["name"] + incident["body"], incident

    critical = {m["name"] for m in all_.datadog.monitors.values() if {"critical", "env:production"} <= set(m["tags"])}
    assert critical and set(kept["alerts"]["kept"]) == critical, (kept["alerts"], critical)
    assert kept["alerts"]["may_be_silenced"] is False and kept["alerts"]["until"], kept["alerts"]
    assert all_.silences_made() == 1 and all_.datadog.downtimes == {}, all_.datadog.writes
    return page


def while_a_critical_alert_rings_and_slack_is_dead(home, all_, page):
    """Nothing is silenced then, and that is said; the message waits for Slack, not the release."""
    home.watch_for(2)
    made = all_.silences_made()
    ringing = next(m for m in all_.datadog.monitors.values() if {"critical", "env:production"} <= set(m["tags"]))
    ringing["overall_state"] = "Alert"
    all_.deploys.refuse()
    good = home.deploy("production", build(home, "2.1.0"))
    all_.deploys.come_alive()
    ringing["overall_state"] = "OK"

    kept = record(home)
    release = kept["release"]["release_id"]
    said = f"the critical monitor \u201c{ringing['name']}\u201d alerts at this moment; nothing is silenced"
    assert said in good.stdout and any(said in warning for warning in kept["warnings"]), (good.stdout, kept["warnings"])
    assert all_.silences_made() == made and kept["alerts"]["silence_id"] == "" and kept["alerts"]["kept"] == []
    (notified,) = [b for b in kept["boxes"] if b["id"] == "notified"]
    assert notified["state"] == "passed" and "in the outbox, on its way" in notified["evidence"], notified
    assert all_.told(all_.deploys, release) == [], ids(all_.deploys)
    assert "not delivered yet" in good.stdout, good.stdout
    home.saltctl("outbox", "flush")
    assert all_.told(all_.deploys, release) == [f"{what}/deploys" for what in (
        "planned", "approved", "shifted", "complete")], ids(all_.deploys)
    assert home.document("outbox") == [] and home.document("outbox", "dead") == []
    # It ends what the one before had begun.
    assert [(p["event_action"], p["dedup_key"]) for p in all_.pages.accepted[1:]] == [("resolve", page["dedup_key"])]


def an_emergency(home, all_):
    before = list(ids(all_.deploys))
    done = home.saltctl("emergency", "rollback", "production", "--reason", "cards fail", "--yes", "--json")

    walked = next(json.loads(line) for line in done.stdout.splitlines() if line.startswith("{"))
    emergency = walked["id"]
    steps = {step["step"]: step["proof"] for step in walked["steps"]}
    assert steps["incidents"] == f"delivered: {emergency}/incidents", steps
    assert steps["status_page"] == f"delivered: {emergency}/status_page", steps
    assert [i for i in ids(all_.incidents) if i.startswith("emg-")] == [f"{emergency}/incidents"], ids(all_.incidents)
    assert "cards fail" in json.dumps(all_.incidents.accepted[-1]), all_.incidents.accepted[-1]
    new = [i for i in ids(all_.deploys) if i not in before]
    assert new and not [i for i in new if i.startswith("emg-")], new
    assert all_.status_page.told[2:] == ["monitoring"], all_.status_page.told
    assert all_.status_page.component == "degraded_performance"


def a_killed_release_leaves_no_alert_silenced(home, all_):
    """The silence is Datadog's, and outlives the process that made it; the resumed release ends it. It completes, which
    resolves the emergency's incident."""
    image = build(home, "2.2.0")
    killed_after(home, [str(w) for w in home.deploy_words("production", image)][1:], "alerts silenced until",
                 and_then=lambda: all_.datadog.downtimes)
    (silence,) = home.document("silences", "production")
    (downtime,) = all_.datadog.downtimes.values()
    assert silence["orphan"] is False and downtime["schedule"]["end"] and downtime["scope"] == "env:production", downtime
    made = all_.silences_made()

    home.saltctl("resume", "production")

    assert all_.datadog.downtimes == {} and all_.silences_made() == made, all_.datadog.writes
    assert home.document("silences", "production") == []
    assert all_.status_page.told[3:] == ["resolved"] and all_.status_page.component == "operational", all_.status_page.told
    production_is_whole(home, "2.2.0")


def no_secret_anywhere(home):
    written = b"".join(path.read_bytes() for path in (home.path / "release").glob("*.db*"))
    for secret in (DEPLOYS_PATH, INCIDENTS_PATH, ROUTING_KEY, API_KEY, APP_KEY, STATUSPAGE_KEY, WEBHOOK_PATH, WEBHOOK_SECRET):
        assert secret.encode() not in written, f"{secret} was written down"


def everybody_is_told_what_concerns_them():
    with Home("told") as home, Everybody(home) as all_:
        home.watch_for(2)
        home.saltctl("up", "production", "--image", build(home, "1.0.0"))
        home.saltctl("monitors", "apply", "--yes")
        page = a_release_that_users_noticed(home, all_)
        while_a_critical_alert_rings_and_slack_is_dead(home, all_, page)
        an_emergency(home, all_)
        a_killed_release_leaves_no_alert_silenced(home, all_)
        assert not [r for receiver in all_.all for r in receiver.refused], [receiver.refused for receiver in all_.all]
        no_secret_anywhere(home)


main(everybody_is_told_what_concerns_them)
