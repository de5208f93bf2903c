"""The documents are true: the commands of docs/TUTORIAL.md and docs/RUNBOOK.md are run as they stand, and every
`saltctl` command that any page names exists with the options it is given."""
import json
import os
import pathlib
import re
import shlex
import shutil
import tempfile
import time

from documents import blocks_of, saltctl_lines
from harness import BIN, SOURCE, Home, main
from hub import Hub

PAGES = ["TUTORIAL.md", "RUNBOOK.md"]  # in the order of a first day
# A block leaves its variables and its folder to the next one of its page.
FRAME = """set -aeuo pipefail
trap 'status=$?; declare -px > "$DOCS_STATE"; printf "cd %q\\n" "$PWD" >> "$DOCS_STATE"; exit $status' EXIT
[ ! -s "$DOCS_STATE" ] || . "$DOCS_STATE" 2>/dev/null
"""


WRONG_USE = 2
# What only shows something also answers as JSON: tried for each line of a page that does.
SHOWS = ["ps", "status", "health", "history", "show", "plan", "checklist", "events", "doctor", "inbox", "outbox", "silences",
         "monitors diff", "db current", "db snapshots", "config get", "config history", "config diff", "image list", "version",
         "lock show"]


def documents():
    return sorted([SOURCE / "README.md", SOURCE / "CONTRIBUTING.md", *(SOURCE / "docs").rglob("*.md")])


def every_command_that_a_page_names_exists():
    with Home("docs-table") as home:
        table = {row["name"]: row for row in home.document("help")}
        groups = {name.split()[0] for name in table if " " in name}
        checked, wrong = 0, []
        for page in documents():
            for number, line in saltctl_lines(page):
                try:
                    words = shlex.split(re.split(r"\s[|>#]|\s{2,}|;|…|\"?\$\(", line)[0])
                except ValueError:
                    words = line.split()
                fault = problem_with(words, table, groups)
                checked += 1
                if fault:
                    wrong.append(f"{page.relative_to(SOURCE)}:{number}: saltctl {line}: {fault}")
        assert not wrong, "\n".join(wrong)
        assert checked > 40, f"only {checked} commands were found in the documents"
        print(f"  {checked} commands of {len(documents())} pages exist", flush=True)


def every_command_teaches_with_an_example():
    """The built program's own --help, of each command in the table."""
    with Home("help") as home:
        for row in home.document("help"):
            name = row["name"]
            shown = home.saltctl(*name.split(), "--help").stdout
            assert f"\nusage: saltctl {name}" in shown, shown
            examples = [line for line in shown.splitlines() if re.match(r"  \S", line) and f"saltctl {name}" in line]
            assert examples, f"saltctl {name} --help has no example:\n{shown}"
            assert row["examples"] and all(example in shown for example in row["examples"]), (row["examples"], shown)
        print(f"  {len(home.document('help'))} commands", flush=True)


def a_mistake_in_a_declaration_is_shown_at_its_line():
    with Home("mistake") as home:
        for pattern, mistake, says in (
                ("watch_seconds: 300", "watch_secnds: 300", r"release\.watch_secnds is not a known setting; .*watch_seconds"),
                ("watch_seconds: 300", "watch_seconds: soon", r"release\.watch_seconds must be a whole number from 1 to 86400"),
                ("required: true", "required: [true", r".*")):
            home.declare(pattern, mistake)
            file = home.path / "deploy" / "environments" / "production.yaml"
            (line,) = [n for n, text in enumerate(file.read_text().splitlines(), 1) if mistake in text]
            for words in (("plan", "production"), ("deploy", "production", "--yes"), ("status", "production")):
                done = home.saltctl(*words, check=False)
                found = re.search(rf"{re.escape(str(file))}:(\d+):\d+: {says}", done.stderr)
                assert done.returncode == WRONG_USE and found, (words, mistake, done.returncode, done.stderr)
                # Where a bracket is missing is seen on the line after it.
                assert 0 <= int(found[1]) - line <= ("[" in mistake), (done.stderr, line)
            shutil.rmtree(home.path / "deploy")


def problem_with(words, table, groups):
    if not words or words[0][0] in "-#" or words[0].isupper():
        return ""  # saltctl alone, or a placeholder
    name = " ".join(words[:2]) if " ".join(words[:2]) in table else words[0]
    if name in groups and len(words) == 1:
        return ""
    if name not in table:
        return "there is no such command"
    known = {"--json", "--help", "-h"} | {n for option in table[name]["options"] for n in option["names"]}
    given = [w for w in (words[:words.index("--")] if "--" in words else words) if re.match(r"^-{1,2}[a-z]", w)]
    unknown = [w for w in given if w.split("=")[0] not in known]
    return f"does not take {' '.join(unknown)}" if unknown else ""


class Terminal:
    """Runs a page's blocks one after the other."""

    def __init__(self, home):
        self.home = home
        self.state = pathlib.Path(tempfile.mkstemp(dir=home.path, prefix="state-")[1])
        self.up = set()
        self.hub = None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.hub:
            self.hub.__exit__(*error)

    def clone(self):
        """With an editor that needs no terminal."""
        folder = self.home.path / "clone"
        if not self.hub:
            self.hub = Hub(self.home)
            self.home.environment["EDITOR"] = "sed -i 1s/$/./"
            self.home.shell("production", f"git clone -q https://github.com/vmatresu/saltbitter.git '{folder}'")
        return folder

    def run(self, block):
        self.run_block(block)
        if not {"in", "clone"} & set(block.attributes):
            self.ask_for_json(block)

    def ask_for_json(self, block):
        for line in block.text.splitlines():
            match = re.match(r"saltctl ([\w -]+?)(\s*#.*)?$", line)
            if match and any(f"{match[1]} ".startswith(f"{name} ") for name in SHOWS) and "--" not in match[1]:
                words = match[1].split()
                done = self.home.saltctl(*words, "--json", check=False)
                try:
                    json.loads(done.stdout)
                except ValueError:
                    raise AssertionError(f"{block.where()}: saltctl {match[1]} --json is no JSON:\n{done.stdout}\n{done.stderr}")

    def run_block(self, block):
        attributes = block.attributes
        script = block.text.replace("$PWD/build/bin", str(BIN))  # another preset's build, perhaps
        if needs := attributes.get("needs"):
            if needs not in self.up:
                self.home.saltctl("up", needs)
            self.up.add(needs)
        words = ["bash", "-c", FRAME + script]
        if inside := attributes.get("in"):
            words = [BIN / "saltctl", "shell", inside, "--", "bash", "-euo", "pipefail", "-c", script]
        if "clone" in attributes:
            words = [BIN / "saltctl", "shell", "production", "--", "bash", "-euo", "pipefail", "-c",
                     f"cd '{self.clone()}'\n{script}"]
        self.home.environment["DOCS_STATE"] = str(self.state)
        began = time.monotonic()
        done = self.home.run(words, check=False)
        said = f"{done.stdout}\n{done.stderr}"
        wanted = int(attributes.get("exit", 0))
        assert done.returncode == wanted, (f"{block.where()} ended with {done.returncode}, not {wanted}\n"
                                           f"{block.text}\n---\n{said}")
        expected = attributes.get("expect", "")
        assert expected in said, f"{block.where()} does not say {expected!r}\n{said}"
        print(f"  {block.where():<18} {time.monotonic() - began:5.1f} s  {block.text.splitlines()[0][:70]}", flush=True)


def the_pages_commands_do_what_they_say():
    with Home("docs") as home:
        home.watch_for(2)
        home.environment["PATH"] = f"{BIN}:{os.environ['PATH']}"
        home.environment["PAGER"] = "cat"
        skipped = 0
        for page in PAGES:
            with Terminal(home) as terminal:
                for block in blocks_of(SOURCE / "docs" / page):
                    if "skip" in block.attributes:
                        skipped += 1
                        print(f"  {block.where():<18} not run: {block.attributes['skip']}", flush=True)
                    else:
                        terminal.run(block)
        print(f"  {skipped} blocks not run", flush=True)


main(every_command_that_a_page_names_exists, every_command_teaches_with_an_example,
     a_mistake_in_a_declaration_is_shown_at_its_line, the_pages_commands_do_what_they_say)
