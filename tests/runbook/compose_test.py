"""`docker-compose up -d`, `ps` and `down` with a real engine (engine.py), where one is to be had.

And what can be said of docker-compose.yml without one: the file against Compose's own schema where Compose is
installed, and against what the services need of each other everywhere. The Dockerfile is looked at in dockerfile.py.
"""
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import urllib.request

import yaml

import dockerfile
import engine
from harness import SOURCE, main, wait_until
from ledger import Ledger

CHAPTER = "Development (Local)"
SERVICE_KEYS = {"image", "build", "environment", "env_file", "command", "ports", "volumes", "healthcheck",
                "depends_on", "restart", "user", "working_dir", "entrypoint", "networks", "labels"}
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}


def check_schema():
    """Against docker-compose's own schema, with which it reads every file; it needs no engine for that."""
    if not shutil.which("docker-compose"):
        print("  check_schema: not run: no docker-compose here; tools/setup --docker installs it", flush=True)
        return
    with tempfile.TemporaryDirectory(prefix="sb-compose-") as folder:
        folder = pathlib.Path(folder)
        for name, copied in (("docker-compose.yml", None), ("Dockerfile", None), (".env.example", ".env")):
            shutil.copy(SOURCE / name, folder / (copied or name))

        def config():
            return subprocess.run(["docker-compose", "config"], cwd=folder, text=True, capture_output=True)

        done = config()
        assert done.returncode == 0, done.stderr
        services = yaml.safe_load(done.stdout)["services"]
        assert services["api"]["environment"]["DATABASE_URL"].endswith("@postgres:5432/saltbitter"), services["api"]
        # It would say so.
        file = folder / "docker-compose.yml"
        file.write_text(file.read_text().replace("healthcheck:", "healthchek:", 1))
        refused = config()
        assert refused.returncode != 0 and "healthchek" in refused.stderr, refused


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


def compose_files_are_sound():
    for part in (check_schema, check_file, check_environment, dockerfile.check_dockerfile):
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
        own.make_images(dockerfile.packages_of(dockerfile.stages()[-1]))
        checkout = pathlib.Path(folder) / "saltbitter"
        checkout.mkdir()
        engine.make_checkout(checkout)
        brings_development_up_and_down(page, own, checkout)


if not engine.why_not():
    engine.in_namespaces()
main(compose_files_are_sound, docker_compose_works_as_written)
