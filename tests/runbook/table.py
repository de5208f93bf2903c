"""Writes docs/RUNBOOK-COMMANDS.md: every command of the page, what it does here, and the test that ran it.

    python3 tests/runbook/table.py      after the runbook's tests, whose ledgers name the tests
"""
from harness import SOURCE
from ledger import read_all
from page import commands

TARGET = SOURCE / "docs" / "RUNBOOK-COMMANDS.md"
HEAD = """# The runbook's commands

Each command of the page (`tests/runbook/DEPLOYMENT.md`), what it does on a local cloud, and the test that runs it.
The tests take the commands off the page, fill in only its own placeholders, and run them in `saltctl shell ENV`.
`make test` ends with their count. This table is written by `tests/runbook/table.py`.

| line | command | what it does here | test |
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


def main():
    tests = {}
    for test, entries in read_all().items():
        for entry in entries:
            name = f"`runbook.{test}`"
            tests[entry["line"]] = name if entry["state"] == "ran" else f"not run ({name})"
    rows = []
    for command in commands():
        text = command.text.replace("|", "\\|")
        rows.append(f"| {command.line} | `{text}` | {HERE[command.line]} | {tests.get(command.line, 'none')} |\n")
    TARGET.write_text(HEAD + "".join(rows))


main()
