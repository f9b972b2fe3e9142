"""The gate's annotations: GitHub's workflow commands on the proposal's own lines, few enough that GitHub shows them."""

from collections.abc import Mapping, Sequence

from benchharness import numbers
from benchharness.records.gate import WORST_FIRST, Check, CheckStatus, GateReport
from benchharness.report.gate import text
from benchharness.report.gate.findings import GateFinding, findings
from benchharness.report.gate.wording import WORDS
from benchharness.report.untrusted import shortened, shown

__all__ = ["MOST", "render", "with_screen"]

MOST = 5
"""Of each level. GitHub shows 10 per level and step, and nobody reads that many."""
MOST_TITLE = 120
MOST_MESSAGE = 1000


def render(report: GateReport) -> str:
    """Return the commands, one a line: errors for what failed, warnings for what is open, notices for what a reviewer must know."""
    found = sorted(findings(report), key=lambda each: WORST_FIRST.index(each.outcome))
    lines = _level("error", [each for each in found if each.check.status is CheckStatus.FAILED])
    lines += _level("warning", [each for each in found if each.check.status is CheckStatus.OPEN])
    notices = [_command("notice", {"title": "bench gate"}, each) for each in report.notices]
    lines += notices[: MOST - 1] if len(notices) > MOST else notices
    if len(notices) > MOST:
        lines.append(_command("notice", {"title": "bench gate"}, f"{numbers.whole(len(notices) - MOST + 1)} more notices"))
    return "\n".join(lines)


def with_screen(report: GateReport) -> str:
    """Return the commands, then the screen a reader of the job's log sees."""
    return f"{render(report)}\n{text.render(report)}"


def _level(level: str, found: Sequence[GateFinding]) -> list[str]:
    """Return the worst few of one level; the last says how many there are besides."""
    lines = []
    for index, each in enumerate(found[:MOST]):
        besides = len(found) - MOST if index == MOST - 1 else 0
        lines.append(_command(level, _properties(each), _message(each.check, besides)))
    return lines


def _properties(finding: GateFinding) -> dict[str, str]:
    title = shortened(f"bench gate: {finding.of}: {WORDS[finding.outcome]}", MOST_TITLE)
    place = finding.place
    if place is None:
        return {"title": title}
    lines = {"line": place.line, "col": place.column}
    return {"file": place.file, **{name: str(value) for name, value in lines.items() if value is not None}, "title": title}


def _message(check: Check, besides: int) -> str:
    text = shortened(f"{check.name}: {shown(check.sentence)}", MOST_MESSAGE)
    text += f"\nWhat to do: {shortened(shown(check.remedy), MOST_MESSAGE)}" if check.remedy else ""
    return text + (f"\nAnd {numbers.whole(besides)} more: see the job summary." if besides > 0 else "")


def _command(level: str, properties: Mapping[str, str], message: str) -> str:
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{level} {told}::{_data(message)}"


def _data(text: str) -> str:
    """Return the message as GitHub unescapes it; what else could end a line is shown instead."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "%0A".join(shown(line).replace("%", "%25") for line in lines)


def _property(text: str) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A").replace(":", "%3A").replace(",", "%2C")
    return shown(escaped)
