"""A saltctl that is killed with -9 once it said something."""
import os
import re
import signal
import subprocess

from harness import BIN, wait_until


def killed_after(home, words, says, and_then=None):
    """Runs saltctl until a line of its matches `says` and the condition holds, and kills it there. What it said."""
    process = home.start([BIN / "saltctl", *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         stdin=subprocess.DEVNULL)
    said = []
    for line in process.stdout:
        said.append(line)
        if re.search(says, line.rstrip("\n")):
            break
    else:
        raise AssertionError(f"never said {says}: {''.join(said)}")
    if and_then:
        wait_until(lambda: and_then() or process.poll() is not None, f"what is to be interrupted after {says}")
    os.killpg(process.pid, signal.SIGKILL)
    said.append(process.stdout.read())
    process.stdout.close()
    assert process.wait(30) == -signal.SIGKILL, "".join(said)
    return "".join(said)
