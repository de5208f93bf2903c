#!/usr/bin/env python3
"""tools/release_image with an aws and a docker that write down what they are asked, and the real saltctl."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ.get("SB_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
BIN = pathlib.Path(os.environ.get("SB_BIN_DIR", SOURCE / "build" / "bin"))
REGISTRY = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/saltbitter"
DIGEST = "sha256:" + "ab" * 32
AWS = """#!/bin/bash
echo "aws $*" >> "$ASKED"
echo the-password-of-the-registry
"""
DOCKER = f"""#!/bin/bash
echo "docker $*" >> "$ASKED"
case $1 in
  login) read -r password; [ "$password" = the-password-of-the-registry ] && echo login > "$DOCKER_CONFIG/config.json" ;;
  push) [ -e "$DOCKER_CONFIG/config.json" ] && [ -z "${{REFUSES:-}}" ] ;;
  inspect) printf 'elsewhere.example.com/saltbitter@sha256:{"cd" * 32}\\n{REGISTRY}@{DIGEST}\\n' ;;
esac
"""


class ReleaseImage(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="saltbitter-release-image-")
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name)
        (self.path / "tools").mkdir()
        (self.path / "stubs").mkdir()
        (self.path / "build").mkdir()
        (self.path / "tmp").mkdir()
        (self.path / "build" / "bin").symlink_to(BIN.resolve())
        shutil.copy(SOURCE / "tools" / "release_image", self.path / "tools")
        for name, text in (("aws", AWS), ("docker", DOCKER)):
            (self.path / "stubs" / name).write_text(text)
            (self.path / "stubs" / name).chmod(0o755)

    def run_it(self, *options, **variables):
        environment = {**os.environ, "PATH": f"{self.path / 'stubs'}:{os.environ['PATH']}", "TMPDIR": str(self.path / "tmp"),
                       "ASKED": str(self.path / "asked"), "SALTBITTER_HOME": str(self.path / "home"), **variables}
        return subprocess.run([self.path / "tools" / "release_image", *options], env=environment, text=True, capture_output=True)

    def asked(self):
        file = self.path / "asked"
        return file.read_text().splitlines() if file.exists() else []

    def facts(self, reference):
        environment = {**os.environ, "SALTBITTER_HOME": str(self.path / "home"), "SALTBITTER_CLOUD": "aws"}
        listed = subprocess.run([BIN / "saltctl", "image", "list", "--json"], env=environment, text=True, check=True,
                                capture_output=True).stdout
        (found,) = [row for row in json.loads(listed) if row["reference"] == reference]
        return found

    def test_for_the_local_cloud_saltctl_makes_it(self):
        done = self.run_it("--commit", "abc1234")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"^saltbitter:[^\s]+@sha256:[0-9a-f]{64}\n$")
        self.assertEqual(self.asked(), [])

    def test_for_aws_it_is_pushed_and_named_by_the_registry_s_digest(self):
        done = self.run_it("--commit", "abc1234", SALTBITTER_CLOUD="aws", SALTBITTER_REGISTRY=REGISTRY)
        self.assertEqual(done.returncode, 0, done.stderr)
        facts = self.facts(done.stdout.strip())
        self.assertEqual(facts["registry"], f"{REGISTRY}@{DIGEST}")
        self.assertTrue(facts["version"].endswith("+abc1234"), facts)
        asked = self.asked()
        self.assertIn("aws ecr get-login-password --region eu-central-1", asked)
        tag = f"{REGISTRY}:{facts['version'].replace('+', '-')}"
        self.assertIn(f"docker build --build-arg VERSION={facts['version']} --tag {tag} .", asked)
        self.assertIn(f"docker push {tag}", asked)
        self.assertNotIn("the-password-of-the-registry", "".join(asked) + done.stdout + done.stderr)
        self.assertEqual(list((self.path / "tmp").iterdir()), [], "the login was for this push alone")

    def test_what_was_not_pushed_is_no_release(self):
        done = self.run_it(SALTBITTER_CLOUD="aws", SALTBITTER_REGISTRY=REGISTRY, REFUSES="1")
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(done.stdout, "")

    def test_says_what_is_missing(self):
        done = self.run_it(SALTBITTER_CLOUD="aws")
        self.assertEqual(done.returncode, 2)
        self.assertIn("SALTBITTER_REGISTRY is not set", done.stderr)


if __name__ == "__main__":
    unittest.main()
