"""`make security` on trees with planted faults: each scanner finds its own, a suppression needs a reason and a finding,
and the report says what the release gate reads."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ.get("SB_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
CLEAN_CODE = '#include "thing.hpp"\nint twice(int x) { return add(x, x); }\n'
HEADER = "#pragma once\ninline int add(int a, int b) { return a + b; }\n"
# An index that is out of the array: cppcheck's arrayIndexOutOfBounds.
OUT_OF_BOUNDS = "int f() {\n  int a[3] = {1, 2, 3};\n  return a[5];\n}\n"
# A moved-from string is read: bugprone-use-after-move.
USE_AFTER_MOVE = "#include <string>\n#include <utility>\nstd::size_t f(std::string s) {\n  std::string t = std::move(s);\n" \
                 "  return s.size() + t.size();\n}\n"


class Tree:
    """A little checkout: src/ with one file, a compile database, a list of suppressions."""

    def __init__(self, code=CLEAN_CODE, suppressions="", files=()):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="saltbitter-security-"))
        for name in ("src", "tools", "build"):
            (self.root / name).mkdir()
        (self.root / "src/thing.hpp").write_text(HEADER)
        (self.root / ".gitignore").write_text("/build/\n/cache/\n")
        self.suppress(suppressions)
        self.write(code)
        for name, text in dict(files).items():
            (self.root / name).parent.mkdir(exist_ok=True)
            (self.root / name).write_text(text)
        (self.root / "build/compile_commands.json").write_text(json.dumps([{
            "directory": str(self.root / "build"), "file": str(self.root / "src/one.cpp"),
            "command": f"clang++-19 -std=c++23 -I{self.root}/src -o one.o -c {self.root}/src/one.cpp"}]))
        self.git("init", "-q")
        self.git("add", "-A")
        self.git("-c", "user.name=T", "-c", "user.email=t@example.com", "commit", "-qm", "A tree")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.root)

    def git(self, *words):
        subprocess.run(["git", "-C", str(self.root), *words], check=True, capture_output=True)

    def write(self, code):
        (self.root / "src/one.cpp").write_text(code)

    def suppress(self, text):
        (self.root / "tools/security.yaml").write_text(text)

    def scan(self, *words, path=None):
        environment = {**os.environ, "SB_SECURITY_CACHE": str(self.root / "cache")}
        if path is not None:
            environment["PATH"] = path
        return subprocess.run([sys.executable, str(SOURCE / "tools/security"), "--root", str(self.root), *words],
                              text=True, capture_output=True, env=environment, cwd=self.root)

    def report(self):
        return json.loads((self.root / "build/reports/security.json").read_text())


class Security(unittest.TestCase):
    def test_cppcheck_finds_an_index_out_of_bounds(self):
        with Tree(OUT_OF_BOUNDS) as tree:
            done = tree.scan("--only", "cppcheck")
        self.assertEqual(done.returncode, 1)
        self.assertIn("src/one.cpp:3: ", done.stdout)
        self.assertIn("[arrayIndexOutOfBounds]", done.stdout)

    def test_clang_tidy_finds_a_use_after_move(self):
        with Tree(USE_AFTER_MOVE) as tree:
            done = tree.scan("--only", "clang-tidy")
        self.assertEqual(done.returncode, 1)
        self.assertIn("src/one.cpp:5: ", done.stdout)
        self.assertIn("[bugprone-use-after-move]", done.stdout)

    def test_only_what_changed_is_read_again(self):
        with Tree() as tree:
            first = tree.scan("--only", "clang-tidy")
            second = tree.scan("--only", "clang-tidy")
            (tree.root / "src/thing.hpp").write_text(HEADER + "inline int none() { return 0; }\n")
            third = tree.scan("--only", "clang-tidy")
        self.assertEqual(first.returncode, 0, first.stdout + first.stderr)
        self.assertIn("0 of 1 files unchanged", first.stdout)
        self.assertIn("1 of 1 files unchanged", second.stdout)
        self.assertIn("0 of 1 files unchanged", third.stdout)

    def test_what_was_found_is_found_again_without_being_read_again(self):
        with Tree(OUT_OF_BOUNDS) as tree:
            tree.scan("--only", "cppcheck")
            done = tree.scan("--only", "cppcheck")
        self.assertIn("1 of 1 files unchanged", done.stdout)
        self.assertIn("[arrayIndexOutOfBounds]", done.stdout)
        self.assertEqual(done.returncode, 1)

    def test_a_file_that_does_not_compile_is_a_finding_and_not_kept(self):
        with Tree("int f( {\n") as tree:
            done = tree.scan("--only", "clang-tidy")
            again = tree.scan("--only", "clang-tidy")
        self.assertEqual(done.returncode, 1)
        self.assertIn("could not read this file to its end", done.stdout)
        self.assertIn("0 of 1 files unchanged", again.stdout)

    def test_a_suppression_needs_a_reason(self):
        row = "accepted_findings:\n  - {scanner: cppcheck, check: arrayIndexOutOfBounds, path: src/one.cpp, reason: ''}\n"
        with Tree(OUT_OF_BOUNDS, row) as tree:
            done = tree.scan("--only", "cppcheck")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("without a reason", done.stderr)

    def test_a_secret_is_named_by_place_and_kind_but_never_printed(self):
        key = "AKIA" + "Z7" * 8
        hook = "https://hooks.slack.com/services/" + "T0123ABCD/B0123ABCD/" + "a1B2c3D4" * 3
        with Tree(files={"deploy/one.yaml": f"key: {key}\n", "tests/two.txt": f"\n{hook}\n"}) as tree:
            done = tree.scan("--only", "secrets")
        self.assertEqual(done.returncode, 1)
        self.assertIn("deploy/one.yaml:1: looks like a real credential [AWS access key]", done.stdout)
        self.assertIn("tests/two.txt:2: looks like a real credential [Slack token or webhook]", done.stdout)
        self.assertNotIn(key, done.stdout + done.stderr)
        self.assertNotIn("a1B2c3D4", done.stdout + done.stderr)

    def test_without_vulnerability_data_nothing_is_called_clean(self):
        with Tree() as tree:
            tools = tree.root / "build/path"
            tools.mkdir()
            for tool in ("git", "dpkg-query", "ldd"):
                (tools / tool).symlink_to(shutil.which(tool))
            done = tree.scan("--only", "debian", path=str(tools))
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("not checked: no vulnerability data", done.stdout)

    def test_vulnerabilities_of_packages_that_serve_are_findings_others_are_not(self):
        with Tree() as tree:
            tools = tree.root / "build/path"
            tools.mkdir()
            for tool in ("git", "dpkg-query", "ldd"):
                (tools / tool).symlink_to(shutil.which(tool))
            # Stands in for the network: what debsecan prints with the data of a day.
            (tools / "debsecan").write_text("#!/bin/sh\necho 'CVE-2099-0001 haproxy'\necho 'CVE-2099-0002 emacs'\n")
            (tools / "debsecan").chmod(0o755)
            done = tree.scan("--only", "debian", path=f"{tools}:/bin")
        self.assertEqual(done.returncode, 1)
        self.assertIn("haproxy: a fix is published and not installed [CVE-2099-0001]", done.stdout)
        self.assertNotIn("emacs", done.stdout)

    def test_the_report_is_the_gates_evidence(self):
        row = ("accepted_findings:\n  - {scanner: cppcheck, check: arrayIndexOutOfBounds, path: src/one.cpp, "
               "reason: planted by this test}\n  - {scanner: cppcheck, check: zerodiv, path: 'src/*', "
               "reason: nothing finds this any more}\n")
        with Tree(OUT_OF_BOUNDS, row) as tree:
            head = subprocess.run(["git", "-C", str(tree.root), "rev-parse", "HEAD"], text=True, capture_output=True)
            tree.scan()
            report = tree.report()
            self.assertEqual(report["schema"], 1)
            self.assertEqual(report["commit"], head.stdout.strip())
            self.assertFalse(report["dirty"])
            self.assertFalse(report["passed"])
            scans = {scan["scanner"]: scan for scan in report["scanners"]}
            self.assertEqual(set(scans), {"cppcheck", "clang-tidy", "debian", "npm-audit", "secrets", "suppressions"})
            self.assertEqual(scans["cppcheck"]["state"], "clean")
            self.assertEqual(scans["cppcheck"]["suppressed"][0]["reason"], "planted by this test")
            self.assertEqual(scans["npm-audit"]["state"], "not_applicable")
            self.assertEqual(scans["suppressions"]["findings"][0]["check"], "stale-suppression")
            tree.write(CLEAN_CODE)
            tree.scan()
            self.assertTrue(tree.report()["dirty"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
