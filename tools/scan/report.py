"""What a scanner found, and the report that the release gate reads (build/reports/security.json)."""
import dataclasses
import datetime
import fnmatch
import json
import subprocess

import yaml

# A scanner ends in one of these; only the first two let a release through.
CLEAN, NOT_APPLICABLE, FINDINGS, NOT_CHECKED = "clean", "not_applicable", "findings", "not_checked"


@dataclasses.dataclass(frozen=True, order=True)
class Finding:
    path: str
    line: int
    check: str
    message: str

    def text(self):
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {self.message} [{self.check}]"


@dataclasses.dataclass
class Scan:
    scanner: str
    version: str = ""
    summary: str = ""
    state: str = CLEAN
    findings: list = dataclasses.field(default_factory=list)
    suppressed: list = dataclasses.field(default_factory=list)

    def passed(self):
        return self.state in (CLEAN, NOT_APPLICABLE)


class Suppressions:
    """tools/security.yaml: each with a reason, or it is refused; each must still be needed, or it is a finding."""

    def __init__(self, path, name):
        document = yaml.safe_load(path.read_text()) or {}
        self.name = name
        self.disabled = document.get("disabled_checks") or []
        self.accepted = document.get("accepted_findings") or []
        for entry in self.disabled + self.accepted:
            if len(str(entry.get("reason", "")).split()) < 3:
                raise SystemExit(f"security: {name}: a suppression without a reason: {entry}")
        self.used = set()

    def disabled_checks(self, scanner):
        return [entry["check"] for entry in self.disabled if entry["scanner"] == scanner]

    def apply(self, scan):
        left = []
        for finding in sorted(set(scan.findings)):
            entry = next((e for e in self.accepted if self._covers(e, scan.scanner, finding)), None)
            if entry is None:
                left.append(finding)
            else:
                self.used.add(id(entry))
                scan.suppressed.append({**dataclasses.asdict(finding), "reason": entry["reason"]})
        scan.findings = left
        if left and scan.state != NOT_CHECKED:
            scan.state = FINDINGS

    def stale(self, scanners):
        """Accepted findings that nothing found any more, among the scanners that looked everywhere."""
        return [Finding(self.name, 0, "stale-suppression", f"{e['scanner']} no longer finds {e['check']} in {e['path']}")
                for e in self.accepted if e["scanner"] in scanners and id(e) not in self.used]

    @staticmethod
    def _covers(entry, scanner, finding):
        return (entry["scanner"] == scanner and entry["check"] == finding.check and
                fnmatch.fnmatch(finding.path, entry["path"]) and entry.get("contains", "") in finding.message)


def git(root, *words):
    return subprocess.run(["git", "-C", str(root), *words], text=True, capture_output=True).stdout.strip()


def evidence(root, scans):
    """The common head of an evidence file (schema 1), and the scanners' details."""
    found = sum(len(scan.findings) for scan in scans)
    unchecked = [scan.scanner for scan in scans if scan.state == NOT_CHECKED]
    summary = f"{len(scans)} scanners, {found} findings"
    if unchecked:
        summary += f"; not checked: {', '.join(unchecked)}"
    return {
        "schema": 1,
        "commit": git(root, "rev-parse", "HEAD"),
        "dirty": bool(git(root, "status", "--porcelain")),
        "at": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "passed": all(scan.passed() for scan in scans),
        "summary": summary,
        "scanners": [{"scanner": s.scanner, "version": s.version, "state": s.state, "summary": s.summary,
                      "findings": [dataclasses.asdict(f) for f in s.findings], "suppressed": s.suppressed}
                     for s in scans],
    }


def write(path, document):
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(document, indent=1) + "\n")
    draft.replace(path)
