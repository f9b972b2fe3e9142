"""The gate's checks as JUnit XML, which GitLab, Jenkins and Azure read: a suite per proposal, a case per check."""

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from benchharness.records.gate import Check, CheckStatus, GateReport, ProposalReport
from benchharness.report.gate.findings import GUARDS, suites
from benchharness.report.gate.wording import NO_VERDICT, STATUS_WORDS, place_text

__all__ = ["legal", "render"]

# What XML can't hold, and what would steer a terminal that shows the file: controls and what turns the direction of text.
ILLEGAL = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
REPLACED = "\ufffd"
SKIPPED = (CheckStatus.WAIVED, CheckStatus.NOT_CHECKED)


def render(report: GateReport) -> str:
    """Return the whole document; what XML can't hold is replaced.

    An error, as opposed to a failure, is a proposal or evidence that couldn't be judged.
    """
    root = ET.Element("testsuites", name="bench gate")
    for proposal, checks in suites(report):
        _suite(root, proposal, checks)
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root)
    # Written otherwise, and read as the same: a log that shows the file has no command of a build server.
    inert = ET.tostring(root, encoding="unicode").replace("##[", "#&#35;[").replace("::", "&#58;:")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{inert}\n'


def legal(text: str) -> str:
    """Return text that XML 1.0 can hold, that steers no terminal, and that comes back as it is: others replaced, line ends made one."""
    return ILLEGAL.sub(REPLACED, text.replace("\r\n", "\n").replace("\r", "\n"))


def _suite(root: ET.Element, proposal: ProposalReport | None, checks: Sequence[Check]) -> None:
    name = GUARDS if proposal is None else legal(proposal.id)
    suite = ET.SubElement(root, "testsuite", name=name, tests=str(len(checks)))
    if proposal is not None:
        properties = ET.SubElement(suite, "properties")
        for key, value in _properties(proposal):
            ET.SubElement(properties, "property", name=key, value=legal(value))
    for check in checks:
        _case(suite, f"bench.gate.{name}", proposal, check)
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(len(suite.findall(f"testcase/{tag}"))))


def _properties(proposal: ProposalReport) -> list[tuple[str, str]]:
    found = [
        ("outcome", proposal.outcome.value),
        ("title", proposal.title),
        ("headline", proposal.headline),
        ("decision", proposal.decision),
        ("file", place_text(proposal.place)),
    ]
    return [(name, value) for name, value in found if value]


def _case(suite: ET.Element, classname: str, proposal: ProposalReport | None, check: Check) -> None:
    case = ET.SubElement(suite, "testcase", classname=classname, name=legal(check.name))
    place = check.place or (None if proposal is None else proposal.place)
    lines = [check.sentence, f"-> {check.remedy}" if check.remedy else "", "" if place is None else f"at {place_text(place)}"]
    text = legal("\n".join(line for line in lines if line))
    if check.status is CheckStatus.FAILED:
        outcome = check.outcome or (None if proposal is None else proposal.outcome)
        kind = "failed" if outcome is None else outcome.value
        tag = "error" if outcome in NO_VERDICT else "failure"
        ET.SubElement(case, tag, type=kind, message=legal(check.sentence)).text = text
    elif check.status is CheckStatus.OPEN:
        ET.SubElement(case, "failure", type="open", message=legal(check.sentence)).text = text
    elif check.status in SKIPPED:
        # No attribute: Jenkins's older schema knows none on this element.
        ET.SubElement(case, "skipped").text = f"{STATUS_WORDS[check.status][1]}: {text}"
    else:
        ET.SubElement(case, "system-out").text = text
