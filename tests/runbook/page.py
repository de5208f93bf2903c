"""The runbook's commands, read off the page itself.

Every command of every bash block is an item with its chapter, its text on one line (without comments and
continuation lines), where it stands, and its lines as they stand on the page, for a test to run.
"""
import dataclasses
import pathlib
import re

# Placeholders that the page does not write as <name>.
OTHER_PLACEHOLDERS = {"database_url": "postgresql://...", "revision": "saltbitter-api-prod:123"}
PAGE = pathlib.Path(__file__).resolve().parent / "DEPLOYMENT.md"


@dataclasses.dataclass(frozen=True)
class Command:
    chapter: str
    text: str
    line: int
    lines: str  # as on the page

    def filled(self, **placeholders):
        """The page's lines with its own placeholders filled in: filled(task_id=...) for <task-id>."""
        lines = self.lines
        for name, value in placeholders.items():
            placeholder = f"<{name.replace('_', '-')}>" if name not in OTHER_PLACEHOLDERS else OTHER_PLACEHOLDERS[name]
            assert placeholder in lines, (placeholder, lines)
            lines = lines.replace(placeholder, value)
        left = re.search(r"<[a-z]+(-[a-z]+)+>|<token>", lines)
        assert not left, f"{left.group(0)} is not filled in: {lines}"
        return lines

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
    chapter, in_block, pending, start, lines = "", False, "", 0, []
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
            start, lines = number, []
        lines.append(line)
        if text.endswith("\\"):
            pending += text[:-1].strip() + " "
            continue
        text = (pending + text.strip()).strip()
        pending = ""
        if text:
            found.append(Command(chapter, text, start, "\n".join(lines)))
    return found


if __name__ == "__main__":
    for command in commands():
        print(f"{command.line:4} [{command.chapter}] {command.text}")
