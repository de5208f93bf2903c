"""What an operator sees on a terminal: a deploy that asks, waits for another's approval and shows its numbers live; the
approver's side; `saltctl watch`. Colours only where they are wanted."""
import re

from harness import BIN, SOURCE, Home, main
from terminal import Terminal
from whole import production_is_whole

OK, REFUSED = 0, 6
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
MOVES_BACK = re.compile(r"\x1b\[\d+A\x1b\[J")  # what is redrawn in place
NUMBERS = ("error rate", "latency p95", "request rate", "database connections", "memory")


def on_terminal(home, *words, **changes):
    environment = {k: v for k, v in {**home.environment, **changes}.items() if v is not None}
    return Terminal([BIN / "saltctl", *words], environment, SOURCE, kind="xterm")


def a_release_is_seen_from_both_sides(home):
    image = home.document("image", "build", "--version", "2.0.0")["reference"]
    words = ["deploy", "production", "--image", image, "--waive", "tests,coverage,security,migrations=a test"]
    with on_terminal(home, *words) as deploy:
        plan = deploy.expect(r"Go ahead\? \[y/N\]")
        assert re.search(r"version +1\.0\.0\S* → 2\.0\.0", plan) and "undo: " in plan, plan
        deploy.type("y")
        digest = re.search(r"approval of plan (\w{12})", deploy.expect("waiting for an approval of plan .*saltctl approve"))[1]
        deploy.expect(r"✓ boxes  ● approval  ○ lock")
        deploy.expect(r"if nobody approves, it ends at \S+; `saltctl approve production`")
        with on_terminal(home, "approve", "production", "--by", "ben") as approver:
            asked = approver.expect(r"Approve this plan\? \[y/N\]")
            assert digest in asked and re.search(r"version +1\.0\.0\S* → 2\.0\.0", asked), asked
            approver.type("y")
            approver.expect(rf"approved by ben: plan {digest}")
            assert approver.wait() == OK, approver.seen
        deploy.expect("✓ approved by ben")
        deploy.expect(r"1\.0\.0\S* █{20} 2\.0\.0\S* 100 %")
        panel = deploy.expect(r"\d+ s left")
        for name in NUMBERS:
            assert re.search(rf"^  {name} +\S+.*  (ok|off target|BREACH|too little to judge by|no data)", panel, re.M), (name, panel)
        deploy.expect("complete")
        assert deploy.wait() == OK, deploy.seen
    for terminal in (deploy, approver):
        assert not COLOUR.search(terminal.raw), "NO_COLOR is not heeded"
    assert len(MOVES_BACK.findall(deploy.raw)) > 5, "the panel is redrawn in its place"
    production_is_whole(home, "2.0.0")


def a_no_changes_nothing(home):
    with on_terminal(home, "rollback", "production") as terminal:
        terminal.expect(r"Go ahead\? \[y/N\]")
        terminal.type("")
        terminal.expect("Nothing was done")
        assert terminal.wait() == REFUSED, terminal.seen
    production_is_whole(home, "2.0.0")


def the_watch_is_live_and_ends_when_it_is_told(home):
    for colour, changes in ((False, {}), (True, {"NO_COLOR": None})):
        with on_terminal(home, "watch", "production", **changes) as watch:
            for _ in range(2):  # drawn again, in the same place
                for name in NUMBERS:
                    watch.expect(rf"{name} +\S+")
            watch.interrupt()
            assert watch.wait() == OK, watch.seen
        assert bool(COLOUR.search(watch.raw)) == colour and MOVES_BACK.search(watch.raw), watch.raw


def an_operator_at_a_terminal():
    with Home("panel") as home:
        home.watch_for(2)
        home.saltctl("up", "production", "--image", home.document("image", "build", "--version", "1.0.0")["reference"])
        for chapter in (a_release_is_seen_from_both_sides, a_no_changes_nothing,
                        the_watch_is_live_and_ends_when_it_is_told):
            print(f"  {chapter.__name__}", flush=True)
            chapter(home)


main(an_operator_at_a_terminal)
