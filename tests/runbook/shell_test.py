"""An environment's shell from outside: `saltctl env` for whoever has a shell already, nothing changed that is not the
shell's, and the page's chapters with Debian's own AWS CLI."""
import pathlib
import subprocess

import staging_test
from environment import Environment
from harness import BIN, Home, main
from hub import Hub
from ledger import Ledger

DEBIANS = pathlib.Path("/usr/bin/aws")
# What an operator's real accounts are found by. Every one of these would lead away from this machine.
THERE_BEFORE = {
    ".aws/config": "[profile real]\nregion = eu-central-1\noutput = text\n",
    ".aws/credentials": "[real]\naws_access_key_id = not-of-this-cloud\naws_secret_access_key = nor-this\n",
    ".config/gh/hosts.yml": "github.com:\n    user: somebody\n    oauth_token: not-of-this-hub\n    git_protocol: https\n",
    ".config/gh/config.yml": "version: \"1\"\neditor: vi\n",
    ".gitconfig": "[user]\n\tname = Somebody\n\temail = somebody@example.com\n",
    ".docker/config.json": '{"credsStore": "secretservice"}\n',
    ".curlrc": "",
    ".pgpass": "db.example.com:5432:*:somebody:secret\n",
}
EVAL = 'eval "$(saltctl env staging)"\n'
SCRIPT = """set -eu
echo "profile: ${AWS_PROFILE-none}"
echo "region: $AWS_REGION $(aws configure get region)"
echo "service: $(aws ecs list-services --cluster saltbitter-staging --query 'serviceArns[0]' --output text)"
echo "database: $(psql "$DATABASE_URL" -Atc 'SELECT version_num FROM alembic_version')"
echo "health: $(curl -sS --fail https://staging-api.saltbitter.com/health)"
echo "mine: $(git config user.name)"
git ls-remote https://github.com/vmatresu/saltbitter.git refs/heads/develop
gh api repos/vmatresu/saltbitter --jq .full_name
"""


class Unrecorded(Ledger):
    """These commands are counted where the runner's own AWS CLI runs them."""

    def write(self, command, state, why):
        print(f"  {state} with Debian's aws: line {command.line}: {command.text}", flush=True)


def state_of(folder):
    """Everything below it: what it is, its rights, when it was written, what is in it."""
    return {str(path.relative_to(folder)): (path.lstat().st_mode, path.lstat().st_mtime_ns,
                                            path.read_bytes() if path.is_file() else b"")
            for path in folder.rglob("*")}


def the_shell_and_env_change_nothing_else(home):
    """Of somebody who has accounts of their own and is logged in to one, in plain bash."""
    own = home.path / "operator"
    for name, text in THERE_BEFORE.items():
        (own / name).parent.mkdir(parents=True, exist_ok=True)
        (own / name).write_text(text)
    before = state_of(own)
    environment = home.environment | {
        "HOME": str(own), "PATH": f"{BIN.resolve()}:{home.environment['PATH']}", "AWS_PROFILE": "real",
        "AWS_REGION": "eu-central-1", "AWS_DEFAULT_REGION": "eu-central-1", "PGHOST": "db.example.com"}
    for name in ("XDG_CONFIG_HOME", "GH_CONFIG_DIR", "GIT_CONFIG_GLOBAL", "AWS_CONFIG_FILE",
                 "AWS_SHARED_CREDENTIALS_FILE", "DOCKER_CONFIG", "GH_TOKEN", "GITHUB_TOKEN"):
        environment.pop(name, None)

    for words in (["bash", "--noprofile", "--norc", "-c", EVAL + SCRIPT],
                  ["saltctl", "shell", "staging", "--", "bash", "-c", SCRIPT]):
        done = subprocess.run(words, env=environment, cwd=own, text=True, capture_output=True, timeout=120)

        assert done.returncode == 0, done
        lines = done.stdout.splitlines()
        assert lines[:2] == ["profile: none", "region: us-west-2 us-west-2"], lines
        assert lines[2].endswith("/saltbitter-staging/saltbitter-api-staging"), lines
        assert lines[3:6] == [f"database: {staging_test.revisions()[-1]}", 'health: {"status":"healthy"}',
                              "mine: Somebody"], lines
        assert lines[6].endswith("\trefs/heads/develop") and lines[7:] == ["vmatresu/saltbitter"], lines
        assert state_of(own) == before, sorted(set(state_of(own).items()) ^ set(before.items()))


def a_chapter_works_with_debians_own_aws(home):
    if not DEBIANS.exists():
        print(f"  not run: no {DEBIANS} here; apt-get install awscli", flush=True)
        return
    # No other one in reach, whatever this machine has besides.
    home.environment["PATH"] = "/usr/bin:/bin:/usr/sbin:/sbin"
    staging = Environment(home, Unrecorded("shell"), "staging", staging_test.CLUSTER, staging_test.SERVICE)
    version = home.run([DEBIANS, "--version"]).stdout
    assert staging.shell("aws --version").stdout == version, version
    print(f"  {version.split()[0]}", flush=True)
    for chapter in (staging_test.settings, staging_test.migrations_back, staging_test.migrations_inside_a_task,
                    staging_test.productions_commands_find_nothing_here):
        chapter(staging)


def the_shell_is_the_only_thing_that_changes():
    with Home("shell") as home:
        home.watch_for(2)
        home.saltctl("up", "staging")
        with Hub(home):
            the_shell_and_env_change_nothing_else(home)
        a_chapter_works_with_debians_own_aws(home)


main(the_shell_is_the_only_thing_that_changes)
