"""The screen of `bench gate`, at most 80 columns, without a control code or a build server's command in any quoted text."""

from collections.abc import Sequence

from benchharness import numbers
from benchharness.records.gate import Check, CheckStatus, GateReport, Place, ProposalReport
from benchharness.report.gate.wording import (
    STATUS_WORDS,
    WORDS,
    MeasuredRow,
    by_status,
    compared,
    counts,
    headings,
    measured_rows,
    place_text,
)
from benchharness.report.untrusted import logged, shortened
from benchharness.report.verdict.terminal import WIDTH, wrapped

__all__ = ["render"]

TROUBLE = (CheckStatus.FAILED, CheckStatus.OPEN, CheckStatus.WAIVED)
LABEL = 12
MOST_CELL = 34


def render(report: GateReport) -> str:
    """Return the whole screen: by proposal what was found and what to do, then guards and notices; the outcome is the last line."""
    lines: list[str] = []
    for proposal in report.proposals:
        lines += [*_proposal(proposal), ""]
    lines += _section("Guarded paths", [line for each in by_status(report.guards) for line in _check(each, None)])
    lines += _section("Know this", [line for each in report.notices for line in _wrapped(each, indent="  ")])
    lines += _wrapped(report.headline, indent="")
    lines += _wrapped(compared(report), indent="") if report.base_ref else []
    return "\n".join([*lines, f"GATE  {WORDS[report.outcome]} · exit code {report.exit_code}"])


def _proposal(proposal: ProposalReport) -> list[str]:
    decided = f" · people decided: {proposal.decision}" if proposal.decision else ""
    lines = _wrapped(f"{proposal.id}  {WORDS[proposal.outcome].upper()}{decided}", indent="")
    lines += _wrapped(proposal.title, indent="  ")
    lines += _wrapped(proposal.headline, indent="  ")
    lines += _table(proposal)
    trouble = [check for check in by_status(proposal.checks) if check.status in TROUBLE]
    told = [check for check in proposal.checks if check.status is CheckStatus.TOLD]
    if proposal.checks:
        lines += ["", f"Checks: {counts(proposal.checks)}"]
    lines += [line for each in trouble for line in _check(each, proposal.place)]
    lines += _titled("It also helps to know", [line for each in told for line in _wrapped(f"{each.name}: {each.sentence}", indent="  ")])
    lines += _titled("Before you sign", [line for each in proposal.caveats for line in _wrapped(each, indent="  ")])
    lines += _titled("To merge", _wrapped(proposal.to_merge, indent="  "))
    return lines + _titled("What would change this", [line for each in proposal.flips_if for line in _wrapped(each, indent="  ")])


def _table(proposal: ProposalReport) -> list[str]:
    rows = measured_rows(proposal)
    if not rows:
        return []
    table = [MeasuredRow(label="", short="", cells=headings(proposal)), *rows]
    cells = [[shortened(_narrow(cell), MOST_CELL) for cell in row.cells] for row in table]
    widths = [max(len(row[column]) for row in cells) for column in range(3)]
    room = WIDTH - sum(widths) - 2 * len(widths)
    longest = max(len(logged(row.short)) for row in table)
    name = max(LABEL, min(room, longest)) if room >= LABEL else 0
    lines = [""]
    for row, texts in zip(table, cells, strict=True):
        label = shortened(logged(row.short), name or WIDTH)
        columns = "  ".join(text.rjust(width) for text, width in zip(texts, widths, strict=True))
        if name:
            lines.append(f"{label:<{name}}  {columns}".rstrip())
        else:
            lines += [line for line in (label, columns[-WIDTH:].rstrip()) if line.strip()]
    if proposal.requests_per_month is not None:
        lines += _wrapped(f"Cost is for {numbers.quantity(proposal.requests_per_month, 'request')} a month.", indent="")
    return lines


def _narrow(cell: str) -> str:
    """Return a cell of numbers in fewer columns."""
    return cell.replace(" of ", "/").replace(" points", " pt")


def _check(check: Check, place: Place | None) -> list[str]:
    glyph, word = STATUS_WORDS[check.status]
    lines = _wrapped(f"{glyph} {check.name}: {word}. {check.sentence}", indent="  ")
    lines += _wrapped(f"-> {check.remedy}", indent="     ") if check.remedy else []
    where = check.place or place
    return lines + (_wrapped(f"at {place_text(where)}", indent="     ") if where is not None else [])


def _wrapped(text: str, *, indent: str) -> list[str]:
    return wrapped(logged(text), indent=indent)


def _titled(title: str, lines: Sequence[str]) -> list[str]:
    return ["", title, *lines] if lines else []


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return [title, *lines, ""] if lines else []
