"""The demo, in a home of its own: version 2 without a failed request, versions 3 and 4 taken back, and all of it shown."""
import json
import re

from harness import SOURCE, Home, main


FIVE_NUMBERS = (r"watch: error rate \d+\.\d+ %, latency p95 \d+ ms, request rate [\d.]+/s, database connections \S+, "
                r"memory \S+.* s left")


def shows_checklist_approval_and_watch(shown):
    """As somebody at the terminal reads it, for each of the three releases."""
    for line in (r"~ box tests: waived by \S+: a demo releases the tree as it is", "✓ box rollback-plan: generated",
                 "✓ box notified: ", r"\? waiting for an approval of plan [0-9a-f]{12}", "✓ approved by ben$"):
        assert len(re.findall(line, shown, re.M)) == 3, (line, shown)
    # The second release never gets as far as a watch: its smoke tests fail.
    assert len(re.findall(FIVE_NUMBERS, shown)) >= 2, shown
    assert "✓ watch: within the limits" in shown, shown
    # The fourth fails under real traffic: the watch sees it, or, on a machine that is slow enough, a smoke test does.
    assert re.search("✗ (watch: .* of the newest|smoke tests on production: )", shown), shown


def upgrades_under_load_and_takes_two_bad_releases_back():
    with Home("demo") as home:
        report = home.path / "demo.json"
        done = home.run(["python3", SOURCE / "tools" / "demo", "--profiles", "500", "--at-any-speed", "--report", report],
                        timeout=240)
        print(done.stdout)
        shows_checklist_approval_and_watch(done.stderr)
        rows = json.loads(report.read_text())["releases"]

        assert [r["outcome"] for r in rows] == ["complete", "complete", "rolled_back", "rolled_back"], rows
        assert rows[1]["failed"] == 0 and rows[1]["requests"] > 500, rows
        assert rows[1]["shift_ms"] is not None and rows[1]["per_second"], rows
        assert rows[2]["failed"] == 0 and rows[2]["shift_ms"] is None, rows
        assert rows[3]["rollback_ms"] is not None, rows
        # It goes on running, and the next demo cleans up after this one.
        assert home.document("status", "production")["now"]["version"].startswith("2.0.0"), rows


main(upgrades_under_load_and_takes_two_bad_releases_back)
