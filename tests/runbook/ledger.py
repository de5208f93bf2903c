"""Which of the page's commands a test ran and verified: written down for the test that counts them.

    page = Ledger("staging")
    with page.command("Staging Environment", "aws ecs update-service") as command:
        home.shell("staging", command.filled())
        ...checks...

The command counts when its block ends without a failure.
"""
import contextlib
import json
import os
import pathlib

from harness import BIN
from page import commands

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = BIN.parent / "runbook-ledger"


class Ledger:
    def __init__(self, name):
        self.name = name
        self.entries = []
        self.path = FOLDER / f"{name}.json"
        self.path.unlink(missing_ok=True)  # an earlier run's word is not this one's

    @contextlib.contextmanager
    def command(self, chapter, start, nth=0):
        """The nth command of the chapter that begins like this."""
        found = [c for c in commands() if c.chapter == chapter and c.text.startswith(start)]
        assert len(found) > nth, f"the page's chapter {chapter!r} has no command {start!r}"
        yield found[nth]
        self.write(found[nth], "ran", "")

    def not_run(self, chapter, start, why):
        """Checked as far as it can be here, and said to be so."""
        found = [c for c in commands() if c.chapter == chapter and c.text.startswith(start)]
        assert found, f"the page's chapter {chapter!r} has no command {start!r}"
        for command in found:
            self.write(command, "not run", why)

    def write(self, command, state, why):
        self.entries.append({"line": command.line, "text": command.text, "state": state, "why": why})
        FOLDER.mkdir(exist_ok=True)
        draft = self.path.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(self.entries, indent=1))
        draft.rename(self.path)
        print(f"  {state}: line {command.line}: {command.text}", flush=True)


def read_all():
    """Of every test that there is: its name and entries."""
    tests = {path.name.removesuffix("_test.py") for path in HERE.glob("*_test.py")}
    return {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json")) if path.stem in tests}
