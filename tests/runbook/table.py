"""Writes the README's table: every command of the page, what it does here, and the tests that run it.

    python3 tests/runbook/table.py      after the runbook's tests, whose ledgers name them
"""
from harness import SOURCE
from ledger import read_all
from page import commands

TARGET = SOURCE / "README.md"
BEGIN, END = "<!-- written by tests/runbook/table.py -->\n", "<!-- as far as here -->\n"
HEAD = """| line | command | what it does here | test |
|---|---|---|---|
"""
HERE = {
    27: "clones from salthub, which stands in for GitHub",
    28: "",
    31: "as it is",
    35: "needs a Docker engine; without one `saltctl up development` starts the same parts",
    38: "needs a Docker engine; without one `saltctl ps`",
    39: "asks the API that `saltctl up development` started",
    44: "needs a Docker engine; without one `saltctl down`",
    57: "salthub runs this checkout's workflow, which really releases to staging",
    60: "rolls staging's tasks over",
    80: "lists salthub's runs of the workflow",
    81: "follows a run; approve it with `salthub approve RUN --by NAME` or `gh api`",
    115: "a shell on a terminal in a sandboxed task",
    122: "in the task",
    123: "in the task",
    124: "in the task, on staging's database",
    125: "in the task",
    134: "the ids of production's tasks",
    137: "runs the migrations in a task",
    147: "in the shell, on the environment's database",
    150: "in the shell, on the environment's database",
    164: "the revisions that were registered",
    167: "a blue/green deployment of that revision by ECS alone",
    173: "deployments, counts and events",
    182: "in the shell, on the environment's database",
    188: "the newest five snapshots",
    193: "a new PostgreSQL with the snapshot's data",
    207: "a new version of the parameter; the next tasks start with it",
    217: "a new version of the secret; the former one stays as AWSPREVIOUS",
    222: "a blue/green deployment of the same revision, which reads the secrets anew",
    248: "",
    249: "five tests, each one of `saltctl smoke`'s checks",
    262: "reaches production's load balancer on this machine",
    265: "logs in as the account that `demo_account:` of the environment file declares",
    270: "today's matches",
    280: "the service's last ten events",
    286: "follows the tasks' output",
    293: "what the load balancer's health checks see",
    297: "a shell on a terminal in a sandboxed task",
    304: "in the task: its own output",
    311: "status and address of the database",
    316: "asks production's database",
    334: "in the clone",
    335: "from salthub",
    336: "in the clone",
    339: "in the clone",
    342: "to salthub",
    343: "opens a pull request in salthub",
}


def tests_of():
    """By line of the page: the tests that run it, or would if there were an engine."""
    tests = {}
    for test, entries in read_all().items():
        for entry in entries:
            tests.setdefault(entry["line"], set()).add(f"`runbook.{test}`")
    return tests


def text():
    tests = tests_of()
    rows = []
    for command in commands():
        shown = command.text.replace("|", "\\|")
        named = ", ".join(sorted(tests.get(command.line, ["none"])))
        rows.append(f"| {command.line} | `{shown}` | {HERE[command.line]} | {named} |\n")
    return HEAD + "".join(rows)


def parts():
    """The README before, in and after the table."""
    before, _, rest = TARGET.read_text().partition(BEGIN)
    return before + BEGIN, *rest.partition(END)


def is_current():
    return parts()[1] == text()


def main():
    before, _, end, after = parts()
    assert end, f"{TARGET} has no place for the table: {BEGIN}{END}"
    TARGET.write_text(before + text() + end + after)


if __name__ == "__main__":
    main()
