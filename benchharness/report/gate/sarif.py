"""The gate's findings as SARIF 2.1.0, which code scanning reads: a rule per check, a result on the proposal's own line."""

import hashlib
import json
import re
from collections import Counter
from typing import Any
from urllib.parse import quote

from benchharness.records.gate import CheckStatus, GateReport, Outcome, Place
from benchharness.report.gate.findings import GateFinding, findings
from benchharness.report.untrusted import shown

__all__ = ["SCHEMA", "render"]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {CheckStatus.FAILED: "error", CheckStatus.OPEN: "warning", CheckStatus.TOLD: "note"}
PLACEHOLDER = re.compile(r"\{(?=\d+\})")


def render(report: GateReport) -> str:
    """Return the log; lines that move keep their fingerprints."""
    found = [each for each in findings(report) if each.check.status in LEVELS]
    rules = sorted({each.check.name for each in found})
    seen: Counter[tuple[str, str]] = Counter()
    results = []
    for each in found:
        key = (each.of, each.check.name)
        seen[key] += 1
        results.append(_result(each, rules.index(each.check.name), seen[key]))
    driver: dict[str, Any] = {"name": "benchharness", "rules": [_rule(name) for name in rules]}
    if report.version:
        driver["version"] = report.version
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": report.outcome is not Outcome.INVALID, "exitCode": report.exit_code}],
        "results": results,
        "properties": {"outcome": report.outcome.value, "headline": _inert(report.headline)},
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2).replace("##[", "#\\u0023[") + "\n"


def _rule(name: str) -> dict[str, Any]:
    return {"id": _inert(name), "name": _inert(name), "shortDescription": {"text": _inert(f"bench gate: {name}")}}


def _result(finding: GateFinding, rule: int, ordinal: int) -> dict[str, Any]:
    check = finding.check
    text = f"{finding.of}: {check.sentence}" + (f" What to do: {check.remedy}" if check.remedy else "")
    place = finding.place
    return {
        "ruleId": _inert(check.name),
        "ruleIndex": rule,
        "level": LEVELS[check.status],
        "message": {"text": _inert(text)},
        **({} if place is None else {"locations": [_location(place)]}),
        "partialFingerprints": _fingerprints(finding, ordinal),
        "properties": {"proposal": _inert(finding.of), "outcome": finding.outcome.value},
    }


def _location(place: Place) -> dict[str, Any]:
    region = {"startLine": max(1, place.line or 1)}
    if place.column is not None:
        region["startColumn"] = max(1, place.column)
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(place.file), "uriBaseId": "%SRCROOT%"}, "region": region}}


def _uri(file: str) -> str:
    """Return a relative reference: no scheme, no root, nothing that isn't a path."""
    path = file.replace("\\", "/").lstrip("/").removeprefix("./")
    return quote(path, safe="/", errors="replace") or "."


def _fingerprints(finding: GateFinding, ordinal: int) -> dict[str, str]:
    """Return what stays the same while lines move: whose check, which check, and which of several.

    The second name is the one that code scanning compares.
    """
    known = json.dumps([finding.of, finding.check.name, ordinal])
    digest = hashlib.sha256(known.encode()).hexdigest()
    return {"benchGate/v1": digest, "primaryLocationLineHash": f"{digest[:16]}:1"}


def _inert(text: str) -> str:
    """Return text in which nothing is a link or a placeholder of a SARIF message; control characters are shown."""
    return PLACEHOLDER.sub("{ ", shown(text).replace("](", "] ("))
