"""The runbook's commands, read off the page itself.

Every command of every bash block is an item with its chapter, its text on one line, and where it stands. Comments
and continuation lines are taken away; nothing else is changed.
"""
import dataclasses
import pathlib
import re

PAGE = pathlib.Path(__file__).resolve().parent / "DEPLOYMENT.md"


@dataclasses.dataclass(frozen=True)
class Command:
    chapter: str
    text: str
    line: int

    def __str__(self):
        return f"{self.chapter}: {self.text}"


def strip_comment(line):
    """What is left of a line before an unquoted '#' at the start of a word."""
    quote = None
    for index, char in enumerate(line):
        if quote:
            quote = None if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char == "#" and (index == 0 or line[index - 1].isspace()):
            return line[:index]
    return line


def commands(page=PAGE):
    found = []
    chapter, in_block, pending, start = "", False, "", 0
    for number, line in enumerate(page.read_text().splitlines(), 1):
        if line.startswith("```"):
            in_block = line.startswith("```bash") and not in_block
            continue
        if not in_block:
            heading = re.match(r"#{2,4} (.*)", line)
            if heading:
                chapter = heading.group(1)
            continue
        text = strip_comment(line).rstrip()
        if not pending:
            start = number
        if text.endswith("\\"):
            pending += text[:-1].strip() + " "
            continue
        text = (pending + text.strip()).strip()
        pending = ""
        if text:
            found.append(Command(chapter, text, start))
    return found


if __name__ == "__main__":
    for command in commands():
        print(f"{command.line:4} [{command.chapter}] {command.text}")
