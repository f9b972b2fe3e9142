"""The result on a terminal, at most 80 columns, without a single control code of its own or of a model."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace

from benchharness import numbers
from benchharness.records.comparison import RULED_OUT, candidate_label
from benchharness.records.run import LabelSummary
from benchharness.records.verdict import Finding, Status, Verdict
from benchharness.report.untrusted import shown
from benchharness.report.verdict import VerdictReport
from benchharness.report.verdict.latency import latency_lines
from benchharness.report.verdict.table import SideBySide, side_by_side, table_headings

__all__ = ["WIDTH", "finding_mark", "render", "table"]

WIDTH = 80
LEAST_NAME = 14
MOST_LABELS = 8
SIDES = "Proofs are one-sided at {}, intervals two-sided at 95%: a bar just inside an interval may still be proven."
LOOKED = (Status.MET, Status.NOT_MET)
MARKS = {Status.MET: "met", Status.NOT_MET: "not met", Status.NOT_TESTED: "not tested", Status.NOT_APPLICABLE: "n/a"}


def render(found: VerdictReport) -> str:
    """Return the whole screen: side by side, verdict, findings, what would change it, what wasn't tested."""
    verdict, comparison = found.verdict, found.comparison
    totals, labels = ((), ()) if found.record is None else (found.record.totals, found.record.labels)
    asked = max((each.expected for each in comparison.candidates), default=0)
    lines = [
        f"{verdict.suite} · {numbers.quantity(asked, 'example')}",
        "",
        *table(table_headings(comparison), side_by_side(comparison, totals)),
        *label_table(labels),
        *_section("Latency", [line for each in latency_lines(totals) for line in wrapped(each, indent="  ")]),
        "",
        f"VERDICT  {verdict.verdict.value}",
        *wrapped(verdict.headline, indent="  "),
        *_section("Findings", [line for each in verdict.findings if each.decides and each.status in LOOKED for line in _finding(each)]),
        *_section("It also helps to know", [line for each in verdict.findings if _informs(each) for line in _sentence(each)]),
        *_section("What would change this", [line for each in verdict.flips_if for line in wrapped(each, indent="  ")]),
        *_section("Not tested", list(_untested(verdict))),
        *_section("Know this", [line for each in verdict.warnings for line in wrapped(each, indent="  ")]),
    ]
    lines += ["", *wrapped(SIDES.format(numbers.percent(verdict.confidence, digits=0)), indent="")]
    if verdict.review_by:
        told = f"Review by {verdict.review_by}. {verdict.door.value.capitalize()} door. {verdict.default_action}"
        lines += ["", *wrapped(told, indent="")]
    return "\n".join(lines)


def table(heads: Sequence[str], lines: Sequence[SideBySide]) -> list[str]:
    """Return the aligned table; a name too long for 80 columns stands on a line of its own."""
    lines = [replace(line, name=shown(line.name)) for line in lines]
    columns = list(zip(heads[1:], *(line.cells for line in lines), strict=True))
    widths = [max(len(cell) for cell in column) for column in columns]
    room = max(LEAST_NAME, WIDTH - sum(widths) - 2 * len(widths))
    name_width = min(room, max([len(heads[0]), *(len(line.name) for line in lines)]))
    found = [_row(heads[0], heads[1:], name_width, widths)]
    for line in lines:
        if len(line.name) > name_width:
            found += [line.name, _row("", line.cells, name_width, widths)]
        else:
            found.append(_row(line.name, line.cells, name_width, widths))
    if any(line.result.missing for line in lines):
        found += ["n/m: not measured; never counted as wrong or as right."]
    if any(line.result.path == RULED_OUT for line in lines):
        barred = [line.name for line in lines if line.result.path == RULED_OUT]
        found += wrapped(f"Ruled out by `decision.privacy`, and shown only: {', '.join(barred)}.", indent="")
    return found


def label_table(summaries: Sequence[LabelSummary]) -> list[str]:
    """Return F1 by label for every candidate; empty when no label scorer decides, or there are too many labels for a screen."""
    labels = list(summaries[0].f1) if summaries else []
    if not labels or len(labels) > MOST_LABELS:
        return [] if not labels else ["", *(f"macro-F1 {numbers.ratio(each.macro_f1)}  {_name(each)}" for each in summaries)]
    widths = [max(len(label), 4) for label in labels]
    heading = "  ".join(["macro-F1", *(label.rjust(width) for label, width in zip(labels, widths, strict=True))])
    if len(heading) + LEAST_NAME > WIDTH:
        return ["", *(f"macro-F1 {numbers.ratio(each.macro_f1)}  {_name(each)}" for each in summaries)]
    room = WIDTH - len(heading) - 2
    name_width = min(room, max(len(_name(each)) for each in summaries))
    lines = [f"{'F1 by label':<{name_width}}  {heading}"]
    for each in summaries:
        cells = [numbers.ratio(each.macro_f1).rjust(8)]
        cells += [numbers.ratio(each.f1.get(label)).rjust(width) for label, width in zip(labels, widths, strict=True)]
        name = _name(each)
        lines += [name] if len(name) > name_width else []
        lines.append(f"{'' if len(name) > name_width else name:<{name_width}}  {'  '.join(cells)}")
    return ["", *lines]


def _name(summary: LabelSummary) -> str:
    return candidate_label(summary.candidate, summary.prompt)


def _untested(verdict: Verdict) -> Iterator[str]:
    """Yield who wasn't asked, then the rules nobody could look at, with the way to what each needs."""
    told = {f"{each.rule}: {each.sentence}" for each in verdict.findings}
    for each in verdict.not_tested:
        if each not in told:
            yield from wrapped(each, indent="  ")
    rules = [each.rule for each in verdict.findings if each.status is Status.NOT_TESTED]
    if rules:
        yield from wrapped(f"{', '.join(rules)}. `bench explain RULE` says what each needs.", indent="  ")


def _row(name: str, cells: Sequence[str], name_width: int, widths: Sequence[int]) -> str:
    return "  ".join([name.ljust(name_width), *(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))]).rstrip()


def finding_mark(finding: Finding) -> str:
    """Return status and proof in words: `met, undecided`."""
    return MARKS[finding.status] + (f", {finding.proof.value}" if finding.proof is not None else "")


def _informs(finding: Finding) -> bool:
    return not finding.decides and finding.status in LOOKED


def _sentence(finding: Finding) -> list[str]:
    return wrapped(f"{finding.rule}: {finding_mark(finding)}. {finding.sentence}", indent="  ")


def _finding(finding: Finding) -> list[str]:
    lines = _sentence(finding)
    return lines + (wrapped(f"-> {finding.remedy}", indent="     ") if finding.remedy else [])


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return ["", title, *lines] if lines else []


def wrapped(text: str, *, indent: str) -> list[str]:
    """Return text folded at 80 columns; control characters are shown, not obeyed."""
    return textwrap.wrap(shown(text), WIDTH, initial_indent=indent, subsequent_indent=indent if indent.strip() else indent + "  ")
