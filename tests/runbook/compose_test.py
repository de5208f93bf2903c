"""`docker-compose up -d`, `ps` and `down` with a real engine (engine.py), where one is to be had.

And what can be said of docker-compose.yml and the Dockerfile without one: the file against what Compose needs of it,
as `docker-compose config` would look at it; the images' instructions against this checkout: what they copy is there,
the packages that they install exist, the program needs no library that they leave out, and what they lay out below
/app works.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import urllib.request

import yaml

import engine
from harness import BIN, SOURCE, main, wait_until
from ledger import Ledger

CHAPTER = "Development (Local)"
SERVICE_KEYS = {"image", "build", "environment", "env_file", "command", "ports", "volumes", "healthcheck",
                "depends_on", "restart", "user", "working_dir", "entrypoint", "networks", "labels"}
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}
INSTRUCTIONS = {"FROM", "RUN", "COPY", "ENV", "ARG", "WORKDIR", "USER", "EXPOSE", "HEALTHCHECK", "CMD", "ENTRYPOINT"}


def check_file():
    document = yaml.safe_load((SOURCE / "docker-compose.yml").read_text())
    assert set(document) <= {"version", "services", "volumes", "networks"}, set(document)
    services = document["services"]
    for name, service in services.items():
        check_service(name, service, services, document.get("volumes", {}))
    assert "8000:8000" in services["api"]["ports"]
    order(services)


def check_service(name, service, services, volumes):
    assert set(service) <= SERVICE_KEYS, (name, set(service) - SERVICE_KEYS)
    assert ("image" in service) != ("build" in service), f"{name}: image or build, one of them"
    if "build" in service:
        assert (SOURCE / service["build"] / "Dockerfile").is_file(), name
    if "env_file" in service:  # made by the runbook's `cp .env.example .env`
        assert service["env_file"] == ".env" and (SOURCE / ".env.example").is_file(), name
    for other, how in service.get("depends_on", {}).items():
        assert other in services and how["condition"] in CONDITIONS, (name, other, how)
        if how["condition"] == "service_healthy":
            assert services[other]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL"), (name, other)
    for mount in service.get("volumes", []):
        source = mount.split(":")[0]
        assert source in volumes or source.startswith((".", "/")), (name, mount)
    for port in service.get("ports", []):
        assert re.fullmatch(r"\d+:\d+", port), (name, port)


def order(services):
    """Nobody waits for himself."""
    left = {name: set(service.get("depends_on", {})) for name, service in services.items()}
    while left:
        ready = {name for name, needs in left.items() if not needs & set(left)}
        assert ready, f"these wait for each other: {sorted(left)}"
        left = {name: needs for name, needs in left.items() if name not in ready}


def check_environment():
    """.env.example leads to the services of the file, with the passwords that they are given."""
    lines = (SOURCE / ".env.example").read_text().splitlines()
    values = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    postgres = yaml.safe_load((SOURCE / "docker-compose.yml").read_text())["services"]["postgres"]["environment"]
    assert values["DATABASE_URL"] == ("postgresql://{POSTGRES_USER}:{POSTGRES_PASSWORD}@postgres:5432/{POSTGRES_DB}"
                                      .format(**postgres)), values["DATABASE_URL"]
    assert values["REDIS_URL"].startswith("redis://redis:6379"), values["REDIS_URL"]


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
        for package in packages_of(stage):
            known = subprocess.run(["apt-cache", "show", package], capture_output=True, text=True)
            assert known.returncode == 0, f"Debian has no package {package}"
        for word, rest in stage:
            if word == "COPY" and not rest.startswith("--from"):
                assert all((SOURCE / source).exists() for source in rest.split()[:-1]), rest
    assert any(word == "USER" and rest not in ("root", "0") for word, rest in final), "runs as root"
    assert any(word == "HEALTHCHECK" for word, _ in final), "has no health check"
    check_configure(build)
    check_libraries(final)
    check_layout(final)


def check_configure(build):
    """The build stage's own configure command, in a folder of its own."""
    (script,) = [script for script in runs_of(build) if "cmake --preset" in script]
    configure = script.split("&&")[0].strip()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(f"{configure} -B {folder}", shell=True, check=True, cwd=SOURCE, capture_output=True)
        target = re.search(r"--target (\w+)", script).group(1)
        subprocess.run(["ninja", "-C", folder, "-t", "query", target], check=True, capture_output=True)


def check_libraries(final):
    """Every library that the program loads is of a package that the image has."""
    wanted = set(packages_of(final)) | {"libc6", "libstdc++6", "libgcc-s1"}
    depends = subprocess.run(["apt-cache", "depends", "--recurse", "--no-recommends", "--no-suggests", "--no-conflicts",
                              "--no-breaks", "--no-replaces", "--no-enhances", *sorted(wanted)],
                             capture_output=True, text=True, check=True).stdout
    there = {line.split(":")[0] for line in depends.splitlines() if line and not line.startswith((" ", "<"))}
    loaded = subprocess.run(["ldd", BIN / "saltbitter"], capture_output=True, text=True, check=True).stdout
    for path in re.findall(r"=> (/\S+)", loaded):
        names = {path, os.path.realpath(path), path.removeprefix("/usr"), "/usr" + path}
        owners = [subprocess.run(["dpkg", "-S", name], capture_output=True, text=True) for name in sorted(names)]
        packages = {o.stdout.split(":")[0] for o in owners if o.returncode == 0}
        assert packages & there, f"{path} of {packages} is not in the image"


def check_layout(final):
    """What is copied and linked, below a folder instead of /, and started there."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sb-image-"))
    try:
        for word, rest in final:
            words = rest.split()
            if word == "COPY":
                source = BIN / "saltbitter" if words[0].startswith("--from") else SOURCE / words[0]
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


def compose_files_are_sound():
    for part in (check_file, check_environment, check_dockerfile):
        part()
        print(f"  {part.__name__}: fine", flush=True)


def ask(path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request("http://localhost:8000" + path, data=data,
                                     headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())


def answers():
    try:
        return ask("/health") == {"status": "healthy"}
    except OSError:
        return False


def brings_development_up_and_down(page, own, checkout):
    """The page's three commands, in a checkout, with a real engine."""
    def run(command):
        done = subprocess.run(["bash", "-c", command.filled()], cwd=checkout, env=own.environment, text=True,
                              capture_output=True)
        assert done.returncode == 0, (command.text, done.stdout[-3000:], done.stderr[-3000:])
        return done.stdout

    shutil.copy(checkout / ".env.example", checkout / ".env")
    with page.command(CHAPTER, "docker-compose up -d") as command:
        run(command)
        wait_until(answers, "the API answers on localhost:8000")
        ask("/api/auth/register", {"email": "anna@example.com", "password": "Salt1234water"})
        wait_until(lambda: engine.states(own)["api"][:2] == ("running", "healthy"), "the image's health check passes")
        found = engine.states(own)
        assert found["migrate"][0] == "exited" and found["migrate"][2] == 0, found
        assert all(found[name][0] == "running" for name in ("postgres", "redis", "api", "worker")), found
        assert own.docker("exec", "saltbitter_api_1", "id", "-u").strip() == "10001"
    with page.command(CHAPTER, "docker-compose ps") as command:
        listed = run(command)
        for line in (r"saltbitter_api_1 .*Up \(healthy\).*8000->8000/tcp", r"saltbitter_migrate_1 .*Exit 0",
                     r"saltbitter_postgres_1 .*Up \(healthy\)", r"saltbitter_worker_1 .*Up"):
            assert re.search(line, listed), (line, listed)
    with page.command(CHAPTER, "docker-compose down") as command:
        run(command)
        assert engine.states(own) == {} and not answers()
    # The data is in volumes, which stay.
    subprocess.run(["docker-compose", "up", "-d"], cwd=checkout, env=own.environment, check=True, capture_output=True)
    wait_until(answers, "the API answers on localhost:8000")
    assert ask("/api/auth/login", {"email": "anna@example.com", "password": "Salt1234water"})["access_token"]
    subprocess.run(["docker-compose", "down", "--volumes"], cwd=checkout, env=own.environment, check=True,
                   capture_output=True)


def docker_compose_works_as_written():
    page = Ledger("compose")
    why = engine.why_not()
    if why:
        for start in ("docker-compose up", "docker-compose ps", "docker-compose down"):
            page.not_run(CHAPTER, start, f"{why}; its files are checked, and saltctl up|ps|down is run")
        return
    with tempfile.TemporaryDirectory(prefix="sb-engine-") as folder, engine.Engine(folder) as own:
        own.make_images(packages_of(stages()[-1]))
        checkout = pathlib.Path(folder) / "saltbitter"
        checkout.mkdir()
        engine.make_checkout(checkout)
        brings_development_up_and_down(page, own, checkout)


if not engine.why_not():
    engine.in_namespaces()
main(compose_files_are_sound, docker_compose_works_as_written)
