"""The demo, in a home of its own: version 2 without a failed request, versions 3 and 4 taken back."""
import json

from harness import SOURCE, Home, main


def upgrades_under_load_and_takes_two_bad_releases_back():
    with Home("demo") as home:
        report = home.path / "demo.json"
        done = home.run(["python3", SOURCE / "tools" / "demo", "--profiles", "500", "--report", report], timeout=240)
        print(done.stdout)
        rows = json.loads(report.read_text())["releases"]

        assert [r["outcome"] for r in rows] == ["complete", "complete", "rolled_back", "rolled_back"], rows
        assert rows[1]["failed"] == 0 and rows[1]["requests"] > 500, rows
        assert rows[1]["shift_ms"] <= 1000, rows
        assert rows[2]["failed"] == 0 and rows[2]["shift_ms"] is None, rows
        assert rows[3]["rollback_ms"] <= 2000, rows
        # It goes on running, and the next demo cleans up after this one.
        assert home.document("status", "production")["now"]["version"].startswith("2.0.0"), rows


main(upgrades_under_load_and_takes_two_bad_releases_back)
