"""Faults around a release on saltcloud: each ends in a state that the record explains, and leaves nothing behind."""
import concurrent.futures
import itertools
import json
import os
import resource
import signal
import subprocess
import threading

import between
from harness import Home, main, wait_until
from receivers import API_KEY, APP_KEY, Datadog, Receiver
from whole import nothing_is_left, production_is_whole, version_of

COMPLETE, FAULT, ROLLED_BACK, REFUSED, INTERRUPTED = 0, 1, 4, 6, 7
LIMIT = 240  # seconds, after which a release counts as hanging


def build(home, version):
    return home.document("image", "build", "--version", version)["reference"]


class Release:
    """A deploy to production, and what it said so far."""

    def __init__(self, home, image, **options):
        self.home, self.image, self.options, self.moments = home, image, options, []

    def at(self, line, act):
        """`act` gets the process once this line was said."""
        self.moments.append((line, act))
        return self

    def end(self):
        process = self.home.start(self.home.deploy_words("production", self.image), stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, **self.options)
        watchdog = threading.Timer(LIMIT, lambda: os.killpg(process.pid, signal.SIGKILL))
        watchdog.start()
        said = []
        for text in process.stdout:
            said.append(text)
            if self.moments and self.moments[0][0] in text:
                self.moments.pop(0)[1](process)
        process.stdout.close()
        code = process.wait()
        watchdog.cancel()
        said = "".join(said)
        assert not self.moments, f"never said {self.moments[0][0]!r}:\n{said}"
        return code, said


def newest(home, environment="production"):
    return home.document("history", environment)[0]["release_id"]


def record(home, environment="production"):
    """As `saltctl show` has it, in one text."""
    shown = home.saltctl("show", newest(home, environment)).stdout
    return " ".join(shown.split())


def calls_that_are_throttled_are_made_again(home):
    asked = set()
    burst = {"left": 0}

    def throttle(call):
        """The first call of each operation, every fifth afterwards, and for a while all."""
        is_first = (call.service, call.operation) not in asked
        asked.add((call.service, call.operation))
        burst["left"] -= 1
        return between.throttled(call) if is_first or call.number % 5 == 0 or burst["left"] >= 0 else None

    image = build(home, "2.0.0")
    with between.Between(home) as proxy:
        proxy.answer_with(throttle)
        code, said = Release(home, image).at("ECS: SCALE_UP", lambda _: burst.update(left=8)).end()
        services = {call.service for call in proxy.answered}
        proxy.answer_with(None)

    assert code == COMPLETE, said
    assert {"ecs", "ssm", "monitoring", "elasticloadbalancing", "rds", "sts"} <= services, services
    assert "Rate exceeded (will be tried again)" in said, said
    production_is_whole(home, "2.0.0")


def credentials_that_run_out_interrupt_and_new_ones_end_it(home):
    for version, line in (("3.0.0", "ECS: POST_TEST_TRAFFIC_SHIFT"), ("3.1.0", "pause hooks taken off")):
        before = version_of(home)
        image = build(home, version)
        is_decided = line == "pause hooks taken off"
        with between.Between(home) as proxy:
            code, said = Release(home, image).at(line, lambda _: proxy.answer_with(between.expired)).end()
            early = home.saltctl("resume", "production", check=False)
            proxy.answer_with(None)

        assert code == INTERRUPTED, (code, said)
        assert "the cloud does not accept the credentials" in said and "ExpiredToken" in said, said
        assert "next: saltctl resume production" in said, said
        assert ("if nobody answers, ECS rolls back by itself at" in said) != is_decided, said
        assert early.returncode == FAULT and "does not accept the credentials" in early.stderr, early
        status = home.document("status", "production")
        assert status["unfinished"] and status["now"]["version"].startswith(version if is_decided else before), status
        resumed = home.saltctl("resume", "production", check=False)
        assert resumed.returncode == COMPLETE, resumed.stdout + resumed.stderr
        assert "does not accept the credentials" in record(home)
        production_is_whole(home, version)


def no_data(call):
    """As CloudWatch says that it knows of none."""
    results = [{"Id": query["Id"], "Label": query["Id"], "Timestamps": [], "Values": [], "StatusCode": "Complete"}
               for query in call.document()["MetricDataQueries"]]
    return between.Answer(200, json.dumps({"MetricDataResults": results, "Messages": []}),
                          {"Content-Type": "application/x-amz-json-1.1"})


def metrics_that_stay_away_are_said_and_not_passed(home):
    def away(call):
        return between.error(call, 503, "InternalServiceFault", "the service is away", "InternalServiceError")

    # The third: the first look is answered, which is one question about the watch and one about the time before.
    for version, answer, answered, why in (("4.0.0", no_data, 0, "nothing was counted at all"),
                                           ("4.1.0", away, 0, "no answer from the metric source"),
                                           ("4.2.0", away, 2, "no answer from the metric source")):
        before = version_of(home)
        image = build(home, version)
        asked = itertools.count()
        with between.Between(home) as proxy:
            proxy.answer_with(lambda call: answer(call) if call.operation == "GetMetricData"
                              and next(asked) >= answered else None)
            code, said = Release(home, image).end()
            assert proxy.answered, "never asked for metrics"
            proxy.answer_with(None)

        assert code == ROLLED_BACK, (code, said)
        assert f"the metrics are silent: {why}" in said, said
        assert f"the metrics are silent: {why}" in record(home)
        production_is_whole(home, before)


def a_full_disk_stops_a_release_that_is_resumed_when_there_is_room(home):
    journal = home.path / "release" / "journal.db-wal"

    def fill(process):
        """As if no byte more fitted: what is there may be written again, nothing grows."""
        hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (journal.stat().st_size, hard))

    for version, line in (("5.0.0", "release lock taken"), ("5.1.0", "ECS: POST_PRODUCTION_TRAFFIC_SHIFT")):
        image = build(home, version)
        # Python ignores SIGXFSZ, and so does then its child: a full disk sends no signal either.
        code, said = Release(home, image, restore_signals=False).at(line, fill).end()

        assert code == FAULT and "the disk is full" in said, (code, said)
        assert "try: saltctl resume production" in said, said
        assert home.document("status", "production")["unfinished"], "nothing to resume"
        resumed = home.saltctl("resume", "production", check=False)
        assert resumed.returncode == COMPLETE, resumed.stdout + resumed.stderr
        assert "resumed by" in record(home)
        production_is_whole(home, version)


def use(home, account, receiver):
    """The environment's monitors in an account of Datadog's."""
    home.environment |= {"DD_API_KEY": API_KEY, "DD_APP_KEY": APP_KEY, "DD_API_URL": receiver.url}
    receiver.come_alive()
    home.saltctl("monitors", "apply", "--yes")
    assert any("deploy:mute" in monitor["tags"] for monitor in account.monitors.values())


def a_dead_alerts_service_delays_no_release(home):
    account = Datadog()
    with Receiver(account.check) as datadog:
        use(home, account, datadog)
        datadog.refuse()
        image = build(home, "6.0.0")

        code, said = Release(home, image).at("alerts are not silenced", lambda _: datadog.come_alive()) \
            .at("alerts restored", lambda _: None).end()

        assert code == COMPLETE and account.downtimes == {}, (code, said, account.downtimes)
        assert "Datadog cannot be reached" in said and "alerts are not silenced" in record(home), said
        production_is_whole(home, "6.0.0")
    for name in ("DD_API_KEY", "DD_APP_KEY", "DD_API_URL"):
        del home.environment[name]


def a_silence_that_cannot_be_lifted_ends_by_itself_and_by_hand(home):
    account = Datadog()
    with Receiver(account.check) as datadog:
        use(home, account, datadog)
        image = build(home, "2.0.0")

        code, said = Release(home, image).at("alerts silenced until", lambda _: None) \
            .at("pause hooks taken off", lambda _: datadog.fall_silent()).end()

        assert code == COMPLETE, (code, said)
        assert "alerts could not be restored; they come back by themselves at" in said, said
        assert "alerts could not be restored; they come back by themselves at" in record(home)
        production_is_whole(home, "2.0.0", may_be_silenced=True)
        ends = [downtime["schedule"]["end"] for downtime in account.downtimes.values()]
        assert len(ends) == 1 and ends[0], account.downtimes
        datadog.come_alive()
        silences = home.document("silences", "production")
        assert [s["orphan"] for s in silences] == [True] and silences[0]["until"], silences
        home.saltctl("silences", "clear", "production")
        assert account.downtimes == {}, account.downtimes
        nothing_is_left(home)


def approvals_that_expire_change_nothing(home):
    """In production nobody answers; of staging's deploy, which is dead meanwhile, somebody does too late."""
    unanswered = home.start([w for w in home.deploy_words("production", build(home, "2.0.0")) if w != "--approve"],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    killed = home.start(home.deploy_words("staging", build(home, "2.0.0")), stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL)
    wait_until(lambda: home.document("status", "staging")["approvals"], "staging's release asks for an approval")
    (request,) = home.document("status", "staging")["approvals"]
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()

    said = unanswered.communicate(timeout=150)[0]

    assert unanswered.returncode == REFUSED and "nobody approved it within 1 minutes" in said, said
    assert "nobody approved it within" in record(home)
    production_is_whole(home, "1.0.0")

    def approve():
        return home.saltctl("approve", "staging", "--by", "ben", "--yes", check=False)
    wait_until(lambda: "the request expired at" in approve().stderr, "staging's request has expired too")
    late = {"digest": request["digest"], "verdict": "approved", "by": "ben"}
    home.shell("staging", f"aws ssm put-parameter --type String --value '{json.dumps(late)}' "
                          f"--name /saltbitter/staging/releases/{request['release_id']}/approval")
    resumed = home.saltctl("resume", "staging", check=False)
    assert resumed.returncode == REFUSED and "does not count: it came at" in resumed.stdout, resumed
    assert "and the request expired at" in record(home, "staging")
    assert home.document("status", "staging")["now"]["version"].startswith("1.0.0")
    left = home.shell("staging", "aws ssm get-parameters-by-path --recursive --path /saltbitter/staging "
                                 "--query 'Parameters[].Name' --output text").stdout
    assert "/releases/" not in left and "release-lock" not in left, left


def what_takes_a_minute_of_waiting():
    """Patience that cannot be shortened, beside the others in a home of its own."""
    with Home("patience") as home:
        home.watch_for(2)
        home.declare("expires_minutes: 60", "expires_minutes: 1")
        home.declare(r"(?m)^  hotfix_gates: \[rollback-plan\]$",
                     r"\g<0>\n  approval:\n    required: true\n    expires_minutes: 1\n    by_another_person: false")
        first = build(home, "1.0.0")
        home.saltctl("up", "production", "--image", first)
        home.saltctl("up", "staging", "--image", first)
        approvals_that_expire_change_nothing(home)
        a_silence_that_cannot_be_lifted_ends_by_itself_and_by_hand(home)


def a_release_meets_every_fault():
    with concurrent.futures.ThreadPoolExecutor(1) as pool, Home("faults") as home:
        patient = pool.submit(what_takes_a_minute_of_waiting)
        home.watch_for(2)
        home.declare("min_requests: 200", "min_requests: 200\n  metrics_silence_seconds: 3")
        home.saltctl("up", "production", "--image", build(home, "1.0.0"))
        for fault in (calls_that_are_throttled_are_made_again, credentials_that_run_out_interrupt_and_new_ones_end_it,
                      metrics_that_stay_away_are_said_and_not_passed,
                      a_full_disk_stops_a_release_that_is_resumed_when_there_is_room,
                      a_dead_alerts_service_delays_no_release):
            print(f"  {fault.__name__}", flush=True)
            fault(home)
        patient.result()


main(a_release_meets_every_fault)
