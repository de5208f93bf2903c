"""Known vulnerabilities in what we did not write: Debian's packages, and npm's where there is a lock file."""
import datetime
import email.utils
import json
import pathlib
import re
import shutil
import subprocess

from scan.report import CLEAN, NOT_APPLICABLE, NOT_CHECKED, Finding, Scan

# What serves: the programs that tasks, load balancers, databases and caches are, and the libraries ours link.
SERVING = ["bubblewrap", "haproxy", "postgresql-15", "postgresql-client-15", "redis-server", "openssl", "ca-certificates"]
LISTS = pathlib.Path("/var/lib/apt/lists")


def linked_packages(binaries):
    """The packages of the shared libraries that our programs load."""
    paths = set()
    for binary in binaries:
        done = subprocess.run(["ldd", str(binary)], text=True, capture_output=True)
        paths |= set(re.findall(r"=> (/\S+)", done.stdout))
    names = set()
    for path in paths:
        # Debian's merged /usr: a library in /usr/lib may be owned under /lib, and the other way round.
        for spelling in (path, path.removeprefix("/usr"), f"/usr{path}"):
            done = subprocess.run(["dpkg-query", "-S", spelling], text=True, capture_output=True)
            if done.returncode == 0:
                names |= {line.split(":")[0] for line in done.stdout.splitlines()}
                break
    return names


def closure(names):
    """The installed packages among these and among all they depend on."""
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Package}\t${db:Status-Status}\t${Depends}, ${Pre-Depends}\n"],
                          text=True, capture_output=True)
    depends = {}
    for line in done.stdout.splitlines():
        name, status, text = line.split("\t")
        if status == "installed":
            depends.setdefault(name, set()).update(re.findall(r"(?:^|[,|])\s*([a-z0-9][a-z0-9+.-]+)", text))
    seen, waiting = set(), [name for name in names if name in depends]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += [other for other in depends[name] if other in depends]
    return seen


def debian(binaries, source=None):
    scan = Scan("debian")
    if not shutil.which("dpkg-query"):
        return Scan("debian", state=NOT_CHECKED, summary="not a Debian system")
    ours = closure(set(SERVING) | linked_packages(binaries))
    if _debsecan(scan, ours, source) or _security_archive(scan, ours):
        return scan
    scan.state = NOT_CHECKED
    scan.summary = ("not checked: no vulnerability data (debsecan's could not be had, and apt's lists of the security "
                    "archive are missing or out of date: apt-get update)")
    return scan


def _debsecan(scan, ours, source):
    if not shutil.which("debsecan"):
        return False
    command = ["debsecan", "--suite", "bookworm", "--only-fixed", "--format", "simple"]
    if source:
        command += ["--source", source]
    try:
        done = subprocess.run(command, text=True, capture_output=True, timeout=90)
    except subprocess.TimeoutExpired:
        return False
    if done.returncode != 0:
        return False
    scan.version = "debsecan"
    for line in done.stdout.splitlines():
        match = re.match(r"(\S+) (\S+)", line)
        if match and match[2] in ours:
            scan.findings.append(Finding(match[2], 0, match[1], "a fix is published and not installed"))
    scan.summary = f"{len(ours)} packages that serve, against Debian's vulnerability data"
    return True


def _security_archive(scan, ours):
    """Without debsecan's data: the signed lists of the security archive name every package that has a fix."""
    lists = [path for path in LISTS.glob("*security*InRelease") if "security" in _field(path, "Suite")]
    now = datetime.datetime.now(datetime.timezone.utc)
    valid = [path for path in lists
             if (until := _field(path, "Valid-Until")) and email.utils.parsedate_to_datetime(until) > now]
    if not valid or not shutil.which("apt"):
        return False
    done = subprocess.run(["apt", "list", "--upgradable"], text=True, capture_output=True)
    if done.returncode != 0:
        return False
    scan.version = f"security archive of {_field(valid[0], 'Date')}"
    for line in done.stdout.splitlines():
        match = re.match(r"(?P<name>[^/]+)/(?P<suites>\S+) (?P<new>\S+) \S+ \[upgradable from: (?P<old>[^\]]+)\]", line)
        if match and "security" in match["suites"] and match["name"] in ours:
            scan.findings.append(Finding(match["name"], 0, "security-update",
                                         f"{match['old']} is installed, {match['new']} has a security fix"))
    scan.summary = (f"{len(ours)} packages that serve, against the security archive (debsecan's data could not be had: "
                    "no CVE names, and nothing that Debian has not fixed)")
    return True


def _field(path, name):
    match = re.search(rf"^{name}: (.*)$", path.read_text(errors="replace")[:4000], re.MULTILINE)
    return match[1] if match else ""


def npm(root):
    tracked = subprocess.run(["git", "-C", str(root), "ls-files", "*package-lock.json"], text=True, capture_output=True)
    locks = tracked.stdout.split()
    if not locks:
        return Scan("npm-audit", state=NOT_APPLICABLE, summary="no package-lock.json in the tree")
    if not shutil.which("npm"):
        return Scan("npm-audit", state=NOT_CHECKED, summary="npm is not installed")
    scan = Scan("npm-audit", state=CLEAN, summary=f"{len(locks)} lock files")
    for lock in locks:
        done = subprocess.run(["npm", "audit", "--json", "--package-lock-only"], cwd=(root / lock).parent, text=True,
                              capture_output=True, timeout=300)
        try:
            document = json.loads(done.stdout)
        except ValueError:
            document = {"error": {"summary": done.stderr.strip()[-200:]}}
        if "vulnerabilities" not in document:
            scan.state = NOT_CHECKED
            scan.summary = f"npm audit had no answer: {document.get('error', {}).get('summary', '')}"
            continue
        for name, entry in document["vulnerabilities"].items():
            scan.findings.append(Finding(lock, 0, f"npm:{name}", f"{entry.get('severity')}: {entry.get('range')}"))
    return scan
