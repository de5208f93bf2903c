"""What the documents and .env.example point at is there: links with their headings, and paths of this checkout."""
import re

from harness import SOURCE, main

OF_THE_CHECKOUT = ("src", "tests", "tools", "docs", "deploy", "db", "bench", "cmake", ".github", ".ci")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
PATH = re.compile(r"(?<![\w./~$*-])((?:%s)/[\w./*-]*[\w/*])" % "|".join(map(re.escape, OF_THE_CHECKOUT)))
IN_CODE = re.compile(r"`([\w.*-]+(?:/[\w.*-]+)+)/?`")
A_DOCUMENT = re.compile(r"(?<![\w./-])docs/[\w/-]+\.md")


def pages():
    return sorted([*SOURCE.glob("*.md"), *(SOURCE / "docs").rglob("*.md")])


def lines_of(path):
    return enumerate(path.read_text().splitlines(), 1)


def headings(path):
    """As GitHub makes anchors of them."""
    in_block, found = False, set()
    for _, line in lines_of(path):
        if line.lstrip().startswith("```"):
            in_block = not in_block
        elif not in_block and (heading := re.match(r"#+ (.*)", line)):
            text = re.sub(r"[^\w\- ]", "", heading[1].replace("`", "").lower())
            found.add(text.strip().replace(" ", "-"))
    return found


def is_there(text):
    """`*` stands for anything, and so does a word in capitals: deploy/environments/ENV.yaml."""
    if (SOURCE / text).exists():
        return True
    pattern = re.sub(r"\b[A-Z]{2,}\b(?!\.md)", "*", text.rstrip("/"))
    return "*" in pattern and any(SOURCE.glob(pattern))


def every_link_leads_somewhere():
    checked, wrong = 0, []
    for page in pages():
        for number, line in lines_of(page):
            for target in LINK.findall(line):
                if re.match(r"[a-z]+:", target):
                    continue
                name, _, anchor = target.partition("#")
                file = (page.parent / name).resolve() if name else page
                checked += 1
                if not file.exists():
                    wrong.append(f"{page.relative_to(SOURCE)}:{number}: there is no {target}")
                elif anchor and anchor not in headings(file):
                    wrong.append(f"{page.relative_to(SOURCE)}:{number}: {file.name} has no heading for #{anchor}")
    assert not wrong, "\n".join(wrong)
    assert checked > 20, f"only {checked} links were found"
    print(f"  {checked} links", flush=True)


def every_path_that_is_named_exists():
    checked, wrong = 0, []
    for page in [*pages(), SOURCE / ".env.example"]:
        for number, line in lines_of(page):
            named = set(PATH.findall(re.sub(r"\w+://\S+", "", line)))
            # Of the sources, without src/ and without an ending: `release/gates`, `base/async/signals`.
            short = {text for text in IN_CODE.findall(line) if (SOURCE / "src" / text.split("/")[0]).is_dir()}
            checked += len(named) + len(short)
            wrong += [f"{page.relative_to(SOURCE)}:{number}: {text}" for text in sorted(named) if not is_there(text)]
            wrong += [f"{page.relative_to(SOURCE)}:{number}: {text}" for text in sorted(short)
                      if not is_there("src/" + text) and not is_there(f"src/{text}.*")]
    assert not wrong, "named, and not there:\n" + "\n".join(wrong)
    assert checked > 80, f"only {checked} paths were found"
    print(f"  {checked} paths", flush=True)


def every_document_that_the_sources_name_exists():
    files = [SOURCE / name for name in ("Makefile", "Dockerfile", "docker-compose.yml", "CMakeLists.txt")]
    for folder in OF_THE_CHECKOUT:
        files += [path for path in (SOURCE / folder).rglob("*") if path.is_file() and path.suffix not in (".md", ".pyc")]
    checked, wrong = 0, []
    for file in files:
        for name in A_DOCUMENT.findall(file.read_text(errors="replace")):
            checked += 1
            if not (SOURCE / name).exists():
                wrong.append(f"{file.relative_to(SOURCE)}: {name}")
    assert not wrong, "named, and not there:\n" + "\n".join(wrong)
    assert checked > 3, f"only {checked} documents are named"
    print(f"  {checked} mentions of documents", flush=True)


main(every_link_leads_somewhere, every_path_that_is_named_exists, every_document_that_the_sources_name_exists)
