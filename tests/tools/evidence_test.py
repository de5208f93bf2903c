"""What `make test` says at its end of the tests that failed, from the file that a real ctest writes."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ.get("SB_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
# A script that fails inside a helper, and one that says what GoogleTest says.
SCRIPTS = {
    "fine": "print('fine')\n",
    "release_test": "import helper\n\ndef test():\n    helper.fail()\n\ntest()\n",
    "google": "import sys\nprint('''/src/thing_test.cpp:12: Failure\\nExpected equality of these values:\\n  1\\n  2\\n\\nmore''')\n"
              "sys.exit(1)\n",
    "silent": "import sys\nprint('left  \\n\\n')\nsys.exit(3)\n",
}


class Evidence(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory(prefix="saltbitter-evidence-")
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)

    def ctest(self, *names):
        """These scripts run by ctest; what the evidence says of them, and its document."""
        (self.folder / "helper.py").write_text("def fail():\n    assert 1 == 2, 'one is\\nnot two'\n")
        lines = []
        for name in names:
            script = self.folder / f"{name}.py"
            script.write_text(SCRIPTS[name])
            lines.append(f"add_test({name} python3 {script})\n")
        (self.folder / "CTestTestfile.cmake").write_text("".join(lines))
        ran = subprocess.run(["ctest", "--output-junit", "tests.xml"], cwd=self.folder, capture_output=True)
        done = subprocess.run([SOURCE / "tools" / "evidence", "tests", "--tree", "0 clean", "--status",
                               str(int(ran.returncode != 0)), "--junit", self.folder / "tests.xml", "--to",
                               self.folder / "tests.json"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.splitlines(), json.loads((self.folder / "tests.json").read_text())

    def test_each_failure_is_told_in_a_line(self):
        said, document = self.ctest("fine", "release_test", "google", "silent")
        self.assertEqual(document["summary"], "4 tests, 3 failed")
        self.assertFalse(document["passed"])
        self.assertEqual(said[1:], ["  release_test: release_test.py:4: AssertionError: one is",
                                    "  google: thing_test.cpp:12: Expected equality of these values: 1 2",
                                    "  silent: left"])

    def test_nothing_is_said_of_tests_that_passed(self):
        said, document = self.ctest("fine")
        self.assertTrue(document["passed"])
        self.assertEqual(len(said), 1, said)

    def test_no_test_is_no_evidence(self):
        (self.folder / "tests.xml").unlink(missing_ok=True)
        done = subprocess.run([SOURCE / "tools" / "evidence", "tests", "--tree", "0 clean", "--status", "0", "--junit",
                               self.folder / "tests.xml", "--to", self.folder / "tests.json"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("the tests did not run", done.stdout)
        self.assertFalse(json.loads((self.folder / "tests.json").read_text())["passed"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
