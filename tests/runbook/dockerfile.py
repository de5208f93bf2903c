"""What can be said of the Dockerfile without an engine: each stage's commands, run against what the engine would be sent.

What the stages copy is in the context, the packages that they install exist, the configure step finds all that it needs,
every step of the build can be taken, the program needs no library that the image leaves out, and what is laid out below
/app works.
"""
import fnmatch
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from harness import BIN, SOURCE

INSTRUCTIONS = {"FROM", "RUN", "COPY", "ENV", "ARG", "WORKDIR", "USER", "EXPOSE", "HEALTHCHECK", "CMD", "ENTRYPOINT"}


def stages():
    """(instruction, rest) of each stage of the Dockerfile."""
    text = re.sub(r"^\s*#.*\n", "", (SOURCE / "Dockerfile").read_text(), flags=re.M).replace("\\\n", " ")
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        word, rest = line.split(None, 1)
        assert word in INSTRUCTIONS, line
        if word == "FROM":
            assert re.fullmatch(r"debian:bookworm-slim( AS \w+)?", rest), line
            found.append([])
        found[-1].append((word, rest))
    return found


def runs_of(stage):
    return [rest for word, rest in stage if word == "RUN"]


def packages_of(stage):
    found = []
    for script in runs_of(stage):
        for words in re.findall(r"apt-get install ([^&]*)", script):
            found += [word for word in words.split() if not word.startswith("-")]
    return found


def check_dockerfile():
    build, final = stages()
    for stage in (build, final):
        for script in runs_of(stage):
            subprocess.run(["bash", "-n"], input=script, text=True, check=True)
        simulated = subprocess.run(["apt-get", "install", "--simulate", "--no-install-recommends", *packages_of(stage)],
                                   capture_output=True, text=True)
        assert simulated.returncode == 0, simulated.stderr
    assert any(word == "USER" and rest not in ("root", "0") for word, rest in final), "runs as root"
    assert any(word == "HEALTHCHECK" for word, _ in final), "has no health check"
    with tempfile.TemporaryDirectory(prefix="sb-context-") as folder:
        context = pathlib.Path(folder) / "src"
        make_context(context)
        for word, rest in build + final:
            if word == "COPY" and not rest.startswith("--from"):
                assert all((context / source).exists() for source in rest.split()[:-1]), rest
        check_setup(context, build)
        check_build(context, build)
        check_layout(context, final)
    check_libraries(final)


def make_context(folder):
    """What the engine would be sent: this checkout without what .dockerignore names."""
    patterns = [line for line in (SOURCE / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    everywhere = [pattern.removeprefix("**/") for pattern in patterns if pattern.startswith("**/")]
    assert not any("/" in pattern.removeprefix("**/") or pattern.startswith("!") for pattern in patterns), patterns

    def ignored(where, names):
        # Other tests write bytecode meanwhile.
        here = ["__pycache__", *everywhere, *(patterns if pathlib.Path(where) == SOURCE else [])]
        return [name for name in names if any(fnmatch.fnmatch(name, pattern) for pattern in here)]

    shutil.copytree(SOURCE, folder, ignore=ignored, symlinks=True)


def check_setup(context, build):
    """`RUN tools/setup` as it stands, on a machine that has nothing yet, with an apt-get that only simulates."""
    assert "tools/setup" in runs_of(build)
    tools = context.parent / "tools"
    tools.mkdir()
    stubs = {"dpkg-query": "exit 0", "dpkg": "exit 0", "sudo": 'exec "$@"',
             "apt-get": f'[ "$1" = update ] && exit\necho "$@" >>{tools}/asked\nexec /usr/bin/apt-get --simulate "$@"'}
    for name, text in stubs.items():
        (tools / name).write_text(f"#!/bin/sh\n{text}\n")
        (tools / name).chmod(0o755)
    done = subprocess.run(["tools/setup"], cwd=context, text=True, capture_output=True,
                          env={"PATH": f"{tools}:/usr/bin:/bin:/usr/sbin:/sbin"})
    assert done.returncode == 0 and "setup: done" in done.stdout, done
    assert {"clang-19", "ninja-build", "libpq-dev"} <= set((tools / "asked").read_text().split())


def check_build(context, build):
    """The build stage's last command in its context, which has no .git: configured as it stands, then each step of the
    build as ninja would take it, and the program stripped that was built here."""
    (script,) = [script for script in runs_of(build) if "cmake --preset" in script]
    configure, compile_it, strip = (part.strip() for part in script.split("&&"))
    subprocess.run(configure, shell=True, check=True, cwd=context, capture_output=True)
    target = re.search(r"--target (\w+)", compile_it).group(1)
    # By another name ninja does not ask first whether its own file is to be made anew, which it cannot in a dry run.
    shutil.copy(context / "build/build.ninja", context / "build/dry.ninja")
    dry = subprocess.run(["ninja", "-C", "build", "-f", "dry.ninja", "-n", target], cwd=context, text=True,
                         capture_output=True)
    steps = re.findall(r"^\[(\d+)/(\d+)\] (.*)$", dry.stdout, re.M)
    assert dry.returncode == 0 and steps, dry
    assert steps[-1][0] == steps[-1][1] and steps[-1][2].endswith(f"bin/{target}"), steps[-1]
    print(f"  dockerfile: {steps[-1][1]} steps to build {target}", flush=True)
    program = context / "build/bin" / target
    program.parent.mkdir(exist_ok=True)
    shutil.copy(BIN / target, program)
    subprocess.run(strip, shell=True, check=True, cwd=context)
    sections = subprocess.run(["readelf", "--sections", program], text=True, capture_output=True, check=True).stdout
    assert ".debug_info" not in sections and program.stat().st_size <= (BIN / target).stat().st_size
    subprocess.run([program, "--version"], check=True, capture_output=True)


def check_libraries(final):
    """Every library that the program loads is of a package that the image has."""
    wanted = set(packages_of(final)) | {"libc6", "libstdc++6", "libgcc-s1"}
    depends = subprocess.run(["apt-cache", "depends", "--recurse", "--no-recommends", "--no-suggests", "--no-conflicts",
                              "--no-breaks", "--no-replaces", "--no-enhances", *sorted(wanted)],
                             capture_output=True, text=True, check=True).stdout
    there = {line.split(":")[0] for line in depends.splitlines() if line and not line.startswith((" ", "<"))}
    loaded = subprocess.run(["ldd", BIN / "saltbitter"], capture_output=True, text=True, check=True).stdout
    paths = {path: {path, os.path.realpath(path), path.removeprefix("/usr"), "/usr" + path}
             for path in re.findall(r"=> (/\S+)", loaded)}
    # It fails for the names that no package has, and says the others all the same.
    said = subprocess.run(["dpkg", "-S", *sorted(set().union(*paths.values()))], capture_output=True, text=True).stdout
    owners = {line.rpartition(": ")[2]: line.split(":")[0] for line in said.splitlines()}
    for path, names in paths.items():
        packages = {owners[name] for name in names if name in owners}
        assert packages & there, f"{path} of {packages} is not in the image"


def check_layout(context, final):
    """What is copied and linked, below a folder instead of /, and started there."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sb-image-"))
    try:
        for word, rest in final:
            words = rest.split()
            if word == "COPY":
                source = context / ("build/bin/saltbitter" if words[0].startswith("--from") else words[0])
                target = folder / words[-1].lstrip("/")
                target.parent.mkdir(parents=True, exist_ok=True)
                (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
            elif word == "RUN" and words[0] == "ln":
                subprocess.run(rest.replace(" /", f" {folder}/"), shell=True, check=True)
        listed = subprocess.run([folder / "app/bin/alembic", "history"], cwd=folder / "app/backend", check=True,
                                capture_output=True, text=True).stdout
        assert "(head)" in listed, listed
    finally:
        shutil.rmtree(folder)
