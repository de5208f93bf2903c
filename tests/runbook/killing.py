"""A saltctl that is killed with -9 once it said something, and the release that `saltctl resume` ends."""
import os
import re
import signal
import subprocess

from between import CutOff
from harness import BIN, wait_until
from whole import production_is_whole, version_of

COMPLETE, ROLLED_BACK = 0, 4
OUTCOMES = {"complete": COMPLETE, "rolled_back": ROLLED_BACK}
# Said when so little is left that a kill may come too late, where the machine is busy.
LAST_WORDS = ("pause hooks taken off", "changelog:", "alerts restored")


def build(home, version, *options):
    return home.document("image", "build", "--version", version, *options)["reference"]


def killed_after(home, words, says, and_then=None, may_be_late=False):
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
    assert process.wait(30) == -signal.SIGKILL or may_be_late, "".join(said)
    return "".join(said)


def killed_before_the_answer(home, words, operation, nth):
    """Saltcloud does what its nth call of this operation asks for, and saltctl never hears of it."""
    killed = []
    with CutOff(home, operation, nth, lambda: killed.append(os.killpg(process.pid, signal.SIGKILL))):
        process = home.start([BIN / "saltctl", *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             stdin=subprocess.DEVNULL)
        said = process.communicate(timeout=120)[0]
    assert killed and process.returncode == -signal.SIGKILL, (operation, nth, said[-3000:])


def kill_and_resume(home, words, line, version, allowed=(COMPLETE, ROLLED_BACK)):
    """Killed at this line, what `words` begin ends as one of `allowed`: `version` serves, or what served before."""
    before = version_of(home)
    killed_after(home, words, line, may_be_late=line in LAST_WORDS)
    is_late = line in LAST_WORDS and not home.document("status", "production")["unfinished"]
    assert is_late or home.document("status", "production")["unfinished"], f"not unfinished after {line!r}"

    ended = home.saltctl("resume", "production", check=False)

    code = OUTCOMES[home.document("history", "production")[0]["outcome"]] if is_late else ended.returncode
    assert code in allowed, (line, code, ended.stdout, ended.stderr)
    expected = version if code == COMPLETE else before
    wait_until(lambda: version_of(home) == expected, f"{expected} serves after {line!r}")
    production_is_whole(home, expected)
    print(f"  killed after {line!r}: {'complete' if code == COMPLETE else 'rolled back'}"
          f"{', and had ended by then' if is_late else ''}", flush=True)


def all_of(home, operation, rows, document):
    """Of every page."""
    found = []
    while True:
        answer = home.ecs(operation, document)
        found += answer[rows]
        if not answer.get("nextToken"):
            return found
        document = document | {"nextToken": answer["nextToken"]}


def made_so_far(home, short="prod"):
    """What a call that is made twice would leave twins of."""
    service = {"cluster": f"saltbitter-{short}", "service": f"saltbitter-api-{short}"}
    return (len(all_of(home, "ListTaskDefinitions", "taskDefinitionArns", {"familyPrefix": service["service"]})),
            len(all_of(home, "ListServiceDeployments", "serviceDeployments", service)))
