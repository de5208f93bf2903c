"""The last of the runbook's tests: every command of the page was run and verified by one of the others.

Those that cannot be run here are named with the reason and counted apart, never as run. And the README's table
of them says what is so.
"""
import sys

import table
from ledger import read_all
from page import commands


def main():
    ran, not_run = {}, {}
    for test, entries in read_all().items():
        for entry in entries:
            place = ran if entry["state"] == "ran" else not_run
            place.setdefault((entry["line"], entry["text"]), (test, entry["why"]))
    page = commands()
    missing = []
    for command in page:
        key = (command.line, command.text)
        if key in ran:
            continue
        if key in not_run:
            print(f"not run: line {command.line}: {command.text} ({not_run[key][1]})")
        else:
            missing.append(command)
            print(f"MISSING: line {command.line}: [{command.chapter}] {command.text}")
    count = sum((c.line, c.text) in ran for c in page)
    set_apart = len(page) - count - len(missing)
    print(f"runbook: {count} of {len(page) - set_apart} commands"
          + (f", and {set_apart} not run (see above)" if set_apart else ""))
    is_current = table.is_current()
    if not is_current:
        print("the table in the README is not what the tests ran: python3 tests/runbook/table.py")
    sys.exit(1 if missing or not is_current else 0)


main()
