"""What stands in the way of a start on this machine: each is said in one line, with what to do about it."""
import os
import re
import socket

from harness import BIN, Home, main

NO_ROOM = ["--size", "20480", "--tmpfs"]
LITTLE_ROOM = ["--size", "400000", "--tmpfs"]


def in_a_world(home, changes, *words):
    """The words in this machine as it is, but for what the changes lay over it; what they start ends with them."""
    done = home.run(["bwrap", "--dev-bind", "/", "/", "--unshare-pid", "--proc", "/proc", *changes, "bash", "-c",
                     '"$@"; code=$?; kill -9 -1 2>/dev/null; exit $code', "bash", *words], check=False)
    assert done.returncode != 0, (changes, done.stdout)
    return done.stderr


def said(text, *expected, try_this):
    lines = text.strip().splitlines()
    assert len(lines) == 2, text
    for words in expected:
        assert re.search(words, lines[0]), (words, text)
    assert lines[1].startswith("     try: ") and try_this in lines[1], text


def a_full_disk(home):
    up = [BIN / "saltctl", "up", "staging"]
    said(in_a_world(home, [*NO_ROOM, home.path], *up), "No space left on device", try_this=f"df -h {home.path}")
    said(in_a_world(home, [*LITTLE_ROOM, home.path], *up), r"No space left on device|disk is full", try_this=f"df -h {home.path}")
    said(in_a_world(home, [*NO_ROOM, home.path], BIN / "saltctl", "image", "build"), "No space left on device",
         try_this=f"df -h {home.path}")
    served = in_a_world(home, [*NO_ROOM, home.path], BIN / "saltcloud", "serve", "--listen", "127.0.0.1:0")
    assert len(served.splitlines()) == 1 and served.startswith("saltcloud: "), served
    assert f"make room in {home.path}" in served and "bubblewrap" not in served, served


def a_place_that_cannot_be_written(home):
    read_only = ["--ro-bind", home.path, home.path]
    said(in_a_world(home, read_only, BIN / "saltctl", "up", "staging"), "Read-only file system",
         try_this=f"ls -ld {home.path}")
    if os.geteuid() == 0:
        return  # everything is root's
    os.chmod(home.path, 0o500)
    try:
        refused = home.saltctl("up", "staging", check=False)
        said(refused.stderr, "Permission denied", try_this="SALTBITTER_HOME=DIR")
        served = home.run([BIN / "saltcloud", "serve"], check=False).stderr
        assert "choose a folder of yours with --home" in served, served
    finally:
        os.chmod(home.path, 0o700)


def a_program_that_is_not_installed(home):
    said(in_a_world(home, ["--tmpfs", "/usr/lib/postgresql"], BIN / "saltctl", "up", "staging"),
         "needs postgres: install with 'apt-get install postgresql'", try_this="make setup")


def a_port_that_somebody_has(home):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        home.declare(r"\b8000\b", str(port))
        refused = home.saltctl("up", "development", check=False)
        said(refused.stderr, "Address already in use", f"127.0.0.1:{port}", try_this="ss -ltnp")
    # Once it is free, the same command goes on.
    home.saltctl("up", "development", timeout=300)


def says_what_stands_in_the_way():
    with Home("in-the-way") as home:
        for test in (a_full_disk, a_place_that_cannot_be_written, a_program_that_is_not_installed,
                     a_port_that_somebody_has):
            print(f"  {test.__name__}", flush=True)
            test(home)


if __name__ == "__main__":
    main(says_what_stands_in_the_way)
