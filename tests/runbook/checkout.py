"""A checkout of its own with one commit: what is built from it can be proved, and may be changed."""
import os
import shutil
import sys

from harness import BIN, SOURCE

PROGRAMS = ("saltctl", "saltbitter")
GIT = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
JUNIT = '<testsuite tests="{}" failures="{}" skipped="0"/>'
# As tools/security ends, with the one scanner that needs nothing built.
SCAN = """import json, pathlib, subprocess, sys
root = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(root / "tools"))
from scan import report
scan = report.Scan("secrets")
found = json.loads(subprocess.run([root / "tools/check_secrets", "--json", "--root", root], stdout=subprocess.PIPE).stdout)
scan.findings = [report.Finding(row["path"], row["line"], row["kind"], "looks like a real credential") for row in found]
scan.state = report.FINDINGS if found else report.CLEAN
report.write(root / "build/reports/security.json", report.evidence(root, [scan]))
"""


class Checkout:
    """In a test's home, with its own build/bin/saltctl, which looks for evidence where `make` leaves it."""

    def __init__(self, home):
        self.home, self.folder = home, home.path / "checkout"
        for name in ("deploy", "db", "tools"):
            shutil.copytree(SOURCE / name, self.folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        (self.folder / ".gitignore").write_text("build*/\n__pycache__/\n")
        self.reports = self.folder / "build" / "reports"
        self.reports.mkdir(parents=True)
        (self.folder / "build" / "bin").mkdir()
        for name in PROGRAMS:
            try:
                os.link(BIN / name, self.folder / "build" / "bin" / name)
            except OSError:  # another file system
                shutil.copy(BIN / name, self.folder / "build" / "bin" / name)
        self.git("init", "-q", "-b", "main")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "Begin")
        self.commit = self.git("rev-parse", "HEAD").stdout.strip()

    def git(self, *words):
        return self.home.run(["git", "-C", self.folder, *GIT, *words])

    def words(self, *words):
        return [self.folder / "build" / "bin" / "saltctl", *words]

    def saltctl(self, *words, **options):
        return self.home.run(self.words(*words), **options)

    def tool(self, *words):
        return self.home.run([sys.executable, self.folder / "tools" / "evidence", *words], check=False)

    def tests(self, number=3, failures=0):
        """As `make test` ends."""
        tree = self.tool("tree").stdout.strip()
        (self.reports / "tests.xml").write_text(JUNIT.format(number, failures))
        self.tool("tests", "--tree", tree, "--status", int(failures > 0), "--junit", self.reports / "tests.xml",
                  "--to", self.reports / "tests.json")

    def coverage(self, covered, status=0):
        """As `make coverage` ends, of a thousand lines."""
        export = self.folder / "build" / "coverage.json"
        export.write_text('{"data": [{"files": [{"filename": "%s/src/a/b.cpp", "summary": {"lines": {"count": 1000, '
                          '"covered": %d}}}]}]}' % (self.folder, covered))
        return self.tool("coverage", "--tree", self.tool("tree").stdout.strip(), "--status", status, "--export", export,
                         "--gate", 85, "--to", self.folder / "build-coverage" / "reports" / "coverage.json")

    def security(self):
        """As `make security` ends."""
        self.home.run([sys.executable, "-c", SCAN, self.folder])
