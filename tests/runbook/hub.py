"""salthub in a test's home, serving a repository with this checkout's workflow files.

Its Makefile builds nothing: `make build` puts the programs under test where the workflows look for them, and
`make test` would be this very test.
"""
import shutil
import subprocess

from harness import BIN, SOURCE, wait_until

MAKEFILE = """test coverage security:
\t@echo tested
\t@mkdir -p build/reports build-coverage/reports
\t@echo {{}} > build/reports/$@.json
\t@echo {{}} > build-coverage/reports/$@.json

build:
\tmkdir -p build/bin
\tln -sf {bin}/* build/bin/
\trm build/bin/saltctl
\tprintf '#!/bin/sh\\nSALTBITTER_DEPLOY={deploy} exec {bin}/saltctl "$$@"\\n' > build/bin/saltctl
\tchmod +x build/bin/saltctl
"""
PERSON = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com",
          "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.com", "GIT_CONFIG_NOSYSTEM": "1"}


class Hub:
    """A salthub in the home, with main and develop."""

    def __init__(self, home):
        self.home = home
        home.environment.update(PERSON, HOME=str(home.path))
        seed = home.path / "seed"
        shutil.copytree(SOURCE / ".github", seed / ".github")
        (seed / "tools").mkdir()
        for name in (".env.example", "docker-compose.yml", "README.md", "tools/release_image"):
            shutil.copy(SOURCE / name, seed / name)
        # Steps inherit no variable of ours: saltctl is told which declarations this test uses.
        (seed / "Makefile").write_text(MAKEFILE.format(bin=BIN.resolve(), deploy=home.environment["SALTBITTER_DEPLOY"]))
        for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "Begin"],
                      ["branch", "develop"]):
            home.run(["git", "-C", seed, *words])
        home.run([BIN / "salthub", "seed", seed])
        self.process = home.start([BIN / "salthub", "serve"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(lambda: home.run([BIN / "salthub", "env"], check=False).returncode == 0, "salthub answers")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        assert self.process.wait(30) == 0
