"""Code blocks of a Markdown page, as things to run.

    ```bash                                  run in the checkout, with build/bin first on the PATH
    ```bash needs=production                 likewise, once production is up
    ```bash in=production                    run in `saltctl shell production`
    ```bash clone=yes                        run in a clone of the repository on GitHub, which is a salthub here
    ```bash exit=6 expect="two words"        must end so, and say so
    ```bash skip="why it is not run here"    counted, not run

Blocks of a page share their variables and their folder, as if typed one after the other into one terminal.
"""
import dataclasses
import re
import shlex

FENCE = re.compile(r"^( *)```(\w*)(.*)$")
KNOWN = {"needs", "in", "clone", "exit", "expect", "skip"}


@dataclasses.dataclass
class Block:
    page: str
    line: int
    text: str
    attributes: dict

    def where(self):
        return f"{self.page}:{self.line}"


def blocks_of(path):
    """The bash blocks of a page, in order."""
    found, open_block = [], None
    for number, line in enumerate(path.read_text().splitlines(), 1):
        fence = FENCE.match(line)
        if fence is None:
            if open_block is not None:
                open_block[2].append(line[open_block[3]:])
        elif open_block is not None:
            start, attributes, lines, _ = open_block
            if attributes is not None:
                found.append(Block(path.name, start, "\n".join(lines), attributes))
            open_block = None
        else:
            attributes = None
            if fence[2] == "bash":
                attributes = dict(word.split("=", 1) for word in shlex.split(fence[3]))
                unknown = set(attributes) - KNOWN
                assert not unknown, f"{path.name}:{number}: unknown attributes {unknown}"
                assert len(attributes.get("skip", "why it is not")) > 8, f"{path.name}:{number}: skipped without a reason"
            open_block = (number, attributes, [], len(fence[1]))
    assert open_block is None, f"{path.name}: a block is never closed"
    return found


def saltctl_lines(path):
    """Every `saltctl …` that a page tells its reader to type, with its line: in blocks and in code in the text."""
    is_block = False
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.strip().startswith("```"):
            is_block = not is_block
            continue
        pieces = [line] if is_block or line.startswith("    ") else re.findall(r"`([^`]+)`", line)
        for piece in pieces:
            match = re.match(r"^\s*(?:\S*/)?saltctl( .*)?$", piece)
            if match:
                yield number, (match[1] or "").strip()
