"""Development, as the runbook has it: up, answer on localhost:8000, down, and nothing left running."""
import json
import urllib.error
import urllib.request

from harness import Home, main
from ledger import Ledger

page = Ledger("development")
CHAPTER = "Development (Local)"
URL = "http://localhost:8000"


def ask(path, body=None, expect=200):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data=data, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read()
    assert status == expect, (path, status, text)
    return json.loads(text)


def comes_up_keeps_its_data_and_leaves_nothing_running():
    person = {"email": "anna@example.com", "password": "Salt1234water"}
    with Home("development") as home:
        home.saltctl("up", "development")

        assert ask("/health") == {"status": "healthy"}
        with page.command(CHAPTER, "curl http://localhost:8000/health") as command:
            assert json.loads(home.shell("development", command.filled()).stdout) == {"status": "healthy"}
        ask("/api/auth/register", person, expect=201)
        listed = home.document("ps")["environments"]
        assert [e["environment"] for e in listed] == ["development"], listed
        assert listed[0]["running"] == listed[0]["desired"] == 1, listed

        # Again changes nothing.
        home.saltctl("up", "development")
        after = home.document("ps")["environments"]
        assert after[0]["revision"] == listed[0]["revision"]

        home.saltctl("down")
        assert home.processes() == [], home.processes()
        assert "Nothing runs" in home.saltctl("ps").stdout

        # The data is still there.
        home.saltctl("up", "development")
        assert ask("/api/auth/login", person)["token_type"] == "bearer"

        home.saltctl("down", "--volumes")
        assert home.processes() == [], home.processes()
        assert not (home.path / "cloud").exists()


def says_in_one_line_what_is_wrong_and_what_to_type():
    with Home("errors") as home:
        for words, code, parts in (
                (["status", "production"], 1, ["does not run", "try: saltctl up production"]),
                (["deploy", "nowhere", "--yes"], 2, ["there is no environment 'nowhere'", "production"]),
                (["depoly"], 2, ["there is no command 'depoly'", "try: saltctl deploy"]),
                (["shell", "production"], 1, ["does not run", "try: saltctl up production"])):
            done = home.saltctl(*words, check=False)
            assert done.returncode == code, (words, done.returncode, done.stderr)
            for part in parts:
                assert part in done.stderr, (words, done.stderr)


main(says_in_one_line_what_is_wrong_and_what_to_type, comes_up_keeps_its_data_and_leaves_nothing_running)
