"""cppcheck and clang-tidy over src/, file by file. An answer is kept under a hash of all that it depends on (the tool,
its settings, the flags, the file and every header of ours below it), so only what changed is analysed again; the cache
is shared by checkouts, as ccache is."""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import time

from scan.report import NOT_CHECKED, Finding, Scan

INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]', re.MULTILINE)
TIDY_LINE = re.compile(r"^(?P<path>/[^:]+):(?P<line>\d+):\d+: (?:warning|error): (?P<message>.*) \[(?P<check>[\w.,-]+)\]$")
CPPCHECK_LINE = re.compile(r"^(?P<path>[^:]+):(?P<line>\d+): (?P<message>.*) \[(?P<check>\w+)\]$")
# What cppcheck 2.10 must be told of C++20 and of Boost to read our files to the end.
CPPCHECK = ["cppcheck", "--std=c++20", "--language=c++", "--enable=warning,portability", "--inline-suppr", "-q",
            "--suppress=missingInclude", "-DBOOST_DESCRIBE_STRUCT(...)=", "-DBOOST_DESCRIBE_ENUM(...)=",
            "-DBOOST_DESCRIBE_CLASS(...)=", "-Dco_return=return", "-Dco_await=",
            "--template={file}:{line}: {message} [{id}]", "--template-location="]
# An answer that is thrown away on purpose is written (void), here as for the compiler.
SAYS_SO = ["bugprone-unused-return-value", "cert-err33-c"]
KEEP_DAYS = 30


class Cache:
    def __init__(self):
        home = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
        self.folder = pathlib.Path(os.environ.get("SB_SECURITY_CACHE") or pathlib.Path(home) / "saltbitter" / "security")
        self.folder.mkdir(parents=True, exist_ok=True)

    def get(self, key):
        try:
            path = self.folder / key
            rows = json.loads(path.read_text())
            os.utime(path)
            return [Finding(*row) for row in rows]
        except (OSError, ValueError, TypeError):
            return None

    def put(self, key, findings):
        draft = self.folder / f"{key}.{os.getpid()}"
        draft.write_text(json.dumps([[f.path, f.line, f.check, f.message] for f in findings]))
        draft.replace(self.folder / key)

    def prune(self):
        for path in self.folder.iterdir():
            if time.time() - path.stat().st_mtime > KEEP_DAYS * 86400:
                path.unlink(missing_ok=True)


class Sources:
    """The .cpp files of src/, with what each includes of ours."""

    def __init__(self, root):
        self.root = root
        self._includes = {}
        self._texts = {}

    def files(self):
        return sorted(str(p.relative_to(self.root)) for p in (self.root / "src").rglob("*.cpp"))

    def text(self, path):
        if path not in self._texts:
            self._texts[path] = (self.root / path).read_text()
        return self._texts[path]

    def includes(self, path):
        if path not in self._includes:
            found = []
            for name in INCLUDE.findall(self.text(path)):
                for candidate in (f"src/{name}", str(pathlib.PurePosixPath(path).parent / name)):
                    if (self.root / candidate).is_file():
                        found.append(candidate)
                        break
            self._includes[path] = found
        return self._includes[path]

    def closure_hash(self, path):
        seen, waiting = set(), [path]
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                waiting += self.includes(one)
        digest = hashlib.sha256()
        for one in sorted(seen):
            digest.update(f"{one}\0{self.text(one)}\0".encode())
        return digest.hexdigest()


def compile_flags(root, build):
    """Each file's flags, without the places of this checkout."""
    flags = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["file"])
        if path.is_relative_to(root):
            words = entry.get("arguments") or shlex.split(entry["command"])
            text = "\0".join(words).replace(str(build), "BUILD").replace(str(root), "ROOT")
            flags[str(path.relative_to(root))] = text
    return flags


def header_versions():
    """The libraries' headers, which findings may depend on, stand in the key as their packages' versions."""
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}\n", "*-dev"], text=True, capture_output=True)
    return done.stdout


def _run(scan, jobs, cache, files, key_of, analyse):
    """`analyse(path)` returns findings, or None when the file could not be read to its end."""
    waiting = []
    for path in files:
        known = cache.get(key_of(path))
        scan.findings += known or []
        if known is None:
            waiting.append(path)
    print(f"security: {scan.scanner}: {len(files) - len(waiting)} of {len(files)} files unchanged, "
          f"{len(waiting)} to read", flush=True)
    failed = []
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        futures = {pool.submit(analyse, path): path for path in waiting}
        for count, future in enumerate(concurrent.futures.as_completed(futures), 1):
            path = futures[future]
            found = future.result()
            if found is None:
                failed.append(path)
            else:
                cache.put(key_of(path), sorted(set(found)))
                scan.findings += found
            if sys.stdout.isatty():
                print(f"\r  {count} of {len(waiting)} ", end="" if count < len(waiting) else "\n", flush=True)
    scan.findings += [Finding(path, 0, "not-analysed", f"{scan.scanner} could not read this file to its end")
                      for path in failed]
    scan.summary = f"{len(files)} files"


def cppcheck(root, jobs, suppressions, only=None):
    scan = Scan("cppcheck")
    if not shutil.which("cppcheck"):
        return Scan("cppcheck", state=NOT_CHECKED, summary="not installed (make setup)")
    scan.version = subprocess.run(["cppcheck", "--version"], text=True, capture_output=True).stdout.strip()
    command = CPPCHECK + [f"--suppress={check}" for check in suppressions.disabled_checks("cppcheck")]
    sources, cache = Sources(root), Cache()

    def key_of(path):
        return hashlib.sha256("\0".join([scan.version, *command, sources.closure_hash(path)]).encode()).hexdigest()

    def analyse(path):
        done = subprocess.run([*command, "-I", "src", path], cwd=root, text=True, capture_output=True)
        found = [CPPCHECK_LINE.match(line) for line in done.stderr.splitlines()]
        if any(m and m["check"] in ("cppcheckError", "internalError") for m in found):
            return None
        return [Finding(m["path"], int(m["line"]), m["check"], m["message"]) for m in found if m]

    _run(scan, jobs, cache, only or sources.files(), key_of, analyse)
    return scan


def clang_tidy(root, build, jobs, suppressions, only=None):
    scan = Scan("clang-tidy")
    tool = shutil.which("clang-tidy-19")
    if tool is None:
        return Scan("clang-tidy", state=NOT_CHECKED, summary="not installed (make setup)")
    version = subprocess.run([tool, "--version"], text=True, capture_output=True).stdout
    scan.version = next((line.strip() for line in version.splitlines() if "version" in line), "")
    checks = ",".join(["-*", "bugprone-*", "cert-*"] + [f"-{c}" for c in suppressions.disabled_checks("clang-tidy")])
    config = json.dumps({"Checks": checks, "HeaderFilterRegex": "/src/", "WarningsAsErrors": "",
                         "CheckOptions": {f"{check}.AllowCastToVoid": "true" for check in SAYS_SO}})
    sources, cache, flags, headers = Sources(root), Cache(), compile_flags(root, build), header_versions()
    files = [path for path in only or sources.files() if path in flags]

    def key_of(path):
        parts = [version, config, headers, flags[path], sources.closure_hash(path)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def analyse(path):
        done = subprocess.run([tool, "--quiet", "-p", str(build), f"--config={config}", path], cwd=root, text=True,
                              capture_output=True)
        found = []
        for match in filter(None, map(TIDY_LINE.match, done.stdout.splitlines())):
            place = pathlib.Path(os.path.normpath(match["path"]))
            if match["check"] == "clang-diagnostic-error" or not place.is_relative_to(root):
                return None
            found.append(Finding(str(place.relative_to(root)), int(match["line"]), match["check"], match["message"]))
        return found if done.returncode == 0 else None

    _run(scan, jobs, cache, files, key_of, analyse)
    unbuilt = sorted(set(only or sources.files()) - set(flags))
    scan.findings += [Finding(path, 0, "not-built", "no target compiles this file") for path in unbuilt]
    cache.prune()
    return scan
