"""A Docker engine of this test's own, and the images of docker-compose.yml made of this machine's Debian packages.

The engine runs in namespaces of its own: processes, mounts and network (so port 8000 and its firewall rules are
its own, and nothing of it outlives this process). It reaches no registry. So `debian:bookworm-slim`,
`postgres:15-bookworm` and `redis:7-bookworm` are imported here, each made of the installed files of its Debian
packages and their dependencies; the platform's image is built by the Dockerfile, of which the build stage takes the
program that was built here instead of compiling it a second time.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile

from harness import BIN, SOURCE, wait_until

INSIDE = "--inside-the-engines-namespaces"
PROGRAMS = ("dockerd", "docker", "docker-compose", "runc", "unshare", "iptables")
SBIN = "/usr/local/sbin:/usr/sbin:/sbin"
USERS = {"postgres": (999, "/var/lib/postgresql"), "redis": (998, "/var/lib/redis")}
POSTGRES_START = r"""#!/bin/bash
# What docker-compose.yml needs of the official image: a database for POSTGRES_USER, then the server.
set -eu
export PATH=/usr/lib/postgresql/15/bin:$PATH PGDATA=/var/lib/postgresql/data
as() { setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }
mkdir -p "$PGDATA" /run/postgresql && chown -R postgres:postgres "$PGDATA" /run/postgresql && chmod 700 "$PGDATA"
if [ ! -e "$PGDATA/PG_VERSION" ]; then
  as bash -c 'initdb --username="$POSTGRES_USER" --pwfile=<(echo "$POSTGRES_PASSWORD") --auth-host=scram-sha-256 \
    --encoding=UTF8 --locale=C.UTF-8'
  echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
  as pg_ctl -w -o "-c listen_addresses=" start
  [ "$POSTGRES_DB" = postgres ] || as createdb -U "$POSTGRES_USER" "$POSTGRES_DB"
  as pg_ctl -w stop
fi
exec setpriv --reuid=postgres --regid=postgres --clear-groups postgres -c listen_addresses='*'
"""


def why_not():
    """What is missing for an engine of our own, or None."""
    os.environ["PATH"] += ":" + SBIN
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    if missing:
        return f"no {missing[0]} here; tools/setup --docker installs it"
    if os.geteuid() != 0:
        return "an engine of its own needs root"
    return None


def in_namespaces():
    """Whether this process is in them already; otherwise runs this script there and ends with its result."""
    if INSIDE in sys.argv:
        subprocess.run(["mount", "--make-rprivate", "/"], check=True)
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        return
    done = subprocess.run(["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
                           sys.executable, sys.argv[0], INSIDE])
    sys.exit(done.returncode)


class Engine:
    """Runs from `with` to its end; `environment` is what leads docker and docker-compose to it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.socket = f"unix://{self.folder}/docker.sock"
        self.environment = {**os.environ, "DOCKER_HOST": self.socket, "DOCKER_BUILDKIT": "0",
                            "DOCKER_CONFIG": str(self.folder / "client"), "COMPOSE_INTERACTIVE_NO_CLI": "1"}

    def __enter__(self):
        self.log = open(self.folder / "engine.log", "w")
        self.process = subprocess.Popen(
            ["dockerd", "--data-root", self.folder / "data", "--exec-root", self.folder / "exec", "--pidfile",
             self.folder / "docker.pid", "-H", self.socket, "--bridge", "none"], stdout=self.log, stderr=self.log)
        wait_until(lambda: self.answers() or self.process.poll() is not None, "the engine answers")
        assert self.process.poll() is None, (self.folder / "engine.log").read_text()[-2000:]
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)

    def answers(self):
        return subprocess.run(["docker", "version"], env=self.environment, capture_output=True).returncode == 0

    def docker(self, *words, **options):
        done = subprocess.run(["docker", *words], env=self.environment, text=True, capture_output=True, **options)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return done.stdout

    def make_image(self, name, packages, *changes, files=None):
        """Imports an image of these installed packages and what they depend on."""
        words = ["docker", "import"] + [word for change in changes for word in ("--change", change)] + ["-", name]
        into = subprocess.Popen(words, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        with tarfile.open(fileobj=into.stdin, mode="w|") as tar:
            add_packages(tar, with_dependencies(packages))
            for path, (text, mode) in {**standard_files(), **(files or {})}.items():
                add_text(tar, path, text, mode)
        into.stdin.close()
        assert into.wait(300) == 0, f"docker import {name}"

    def make_images(self, final_packages):
        essential = [line.split()[0] for line in query("${Package} ${Essential}\n") if line.endswith(" yes")]
        self.make_image("debian:bookworm-slim", [*essential, "mawk", "apt", "passwd", "perl", *final_packages], "CMD bash")
        self.make_image("postgres:15-bookworm", [*essential, "postgresql-15"],
                        'ENTRYPOINT ["/entrypoint"]', files={"entrypoint": (POSTGRES_START, 0o755)})
        self.make_image("redis:7-bookworm", [*essential, "redis-server"], "WORKDIR /data",
                        'CMD ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no"]')


def query(form, *names):
    return subprocess.run(["dpkg-query", "-W", "-f", form, *names], capture_output=True, text=True).stdout.splitlines()


def with_dependencies(packages):
    listed = subprocess.run(["apt-cache", "depends", "--recurse", "--installed", "--no-recommends", "--no-suggests",
                             "--no-conflicts", "--no-breaks", "--no-replaces", "--no-enhances", *packages],
                            capture_output=True, text=True, check=True).stdout
    names = {line for line in listed.splitlines() if line and not line.startswith((" ", "<"))}
    found = [line.split() for line in query("${binary:Package} ${db:Status-Status}\n", *sorted(names))]
    return sorted(words[0] for words in found if words[1:] == ["installed"])


def add_packages(tar, packages):
    """Their files as they are installed here, and their entries in dpkg's list."""
    for link in ("bin", "sbin", "lib", "lib64"):
        tar.add(f"/{link}", link, recursive=False)
    for folder, mode in (("tmp", 0o1777), ("var/tmp", 0o1777), ("run", 0o755), ("data", 0o777), ("root", 0o700),
                         ("proc", 0o755), ("sys", 0o755), ("dev", 0o755), ("var/lib/dpkg/updates", 0o755),
                         ("var/lib/dpkg/info", 0o755), ("var/cache/apt/archives/partial", 0o755),
                         ("var/lib/apt/lists/partial", 0o755), ("etc/apt/apt.conf.d", 0o755),
                         ("etc/apt/preferences.d", 0o755), ("var/log", 0o755)):
        entry = tarfile.TarInfo(folder)
        entry.type, entry.mode = tarfile.DIRTYPE, mode
        tar.addfile(entry)
    listed = subprocess.run(["dpkg", "-L", *packages], capture_output=True, text=True, check=True).stdout
    seen = {"/" + name for name in tar.getnames()} | {"/."}
    for path in listed.splitlines():
        # Through the links of a merged /usr, and without what no program reads.
        path = re.sub(r"^/(s?bin|lib(?:64)?)/", r"/usr/\1/", path)
        if path in seen or not os.path.lexists(path) or path.startswith(("/etc/apt/", "/usr/share/doc/", "/usr/share/man/",
                                                                         "/usr/share/locale/")):
            continue
        seen.add(path)
        tar.add(path, path.lstrip("/"), recursive=False)
    for path in alternatives(seen):
        tar.add(path, path.lstrip("/"), recursive=False)
    status = pathlib.Path("/var/lib/dpkg/status").read_text().split("\n\n")
    names = {name.split(":")[0] for name in packages}
    kept = [entry for entry in status if entry.partition("\n")[0].removeprefix("Package: ") in names]
    add_text(tar, "var/lib/dpkg/status", "\n\n".join(kept) + "\n\n", 0o644)


def alternatives(installed):
    """Links by which Debian chooses among packages, where the chosen one is there."""
    for path in map(str, pathlib.Path("/etc/alternatives").iterdir()):
        if path not in installed and os.path.realpath(path) in installed:
            yield path
            name = os.path.basename(path)
            for link in (f"/usr/bin/{name}", f"/usr/sbin/{name}", f"/usr/lib/x86_64-linux-gnu/{name}"):
                if link not in installed and os.path.islink(link):
                    yield link


def add_text(tar, path, text, mode):
    import io
    entry = tarfile.TarInfo(path)
    data = text.encode()
    entry.size, entry.mode = len(data), mode
    tar.addfile(entry, io.BytesIO(data))


def standard_files():
    """What Debian's maintainer scripts write."""
    masters = pathlib.Path("/usr/share/base-passwd")
    passwd = (masters / "passwd.master").read_text().replace(":*:", ":x:")
    group = (masters / "group.master").read_text().replace(":*:", ":x:")
    for name, (number, home) in USERS.items():
        passwd += f"{name}:x:{number}:{number}::{home}:/usr/sbin/nologin\n"
        group += f"{name}:x:{number}:\n"
    return {"etc/passwd": (passwd, 0o644), "etc/group": (group, 0o644), "etc/shadow": ("", 0o640),
            "etc/gshadow": ("", 0o640), "etc/apt/sources.list": ("", 0o644)}


def make_checkout(folder):
    """What `docker-compose` reads, with the program that was built here in place of the build stage's commands."""
    for name in ("docker-compose.yml", ".env.example", ".dockerignore"):
        shutil.copy(SOURCE / name, folder / name)
    for name in ("deploy", "db"):
        shutil.copytree(SOURCE / name, folder / name)
    (folder / "programs").mkdir()
    shutil.copy(BIN / "saltbitter", folder / "programs")
    subprocess.run(["strip", "--strip-debug", folder / "programs" / "saltbitter"], check=True)
    text = (SOURCE / "Dockerfile").read_text()
    head, build, final = re.split(r"^(?=FROM )", text, flags=re.M)
    stage = build.splitlines()[0] + "\nCOPY programs/saltbitter /src/build/bin/saltbitter\n\n"
    (folder / "Dockerfile").write_text(head + stage + final)


def states(engine):
    """Of every container of the project: service → (state, health)."""
    found = {}
    for line in engine.docker("ps", "-a", "--format", "{{.ID}}").split():
        (container,) = json.loads(engine.docker("inspect", line))
        state = container["State"]
        found[container["Config"]["Labels"]["com.docker.compose.service"]] = (
            state["Status"], state.get("Health", {}).get("Status"), state["ExitCode"])
    return found
