"""One proposal of a gate's report as GitHub Markdown, in as much detail as there is room for."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchharness import numbers
from benchharness.records.gate import Check, CheckStatus, GateLine, Outcome, ProposalReport
from benchharness.report.gate import forest
from benchharness.report.gate.wording import (
    GLYPHS,
    NO_VERDICT,
    STATUS_WORDS,
    by_status,
    counts,
    headings,
    is_resolved,
    measured_rows,
    place_text,
    sentence_of,
)
from benchharness.report.untrusted import cell, code, marker_word, prose

__all__ = ["Room", "check_lines", "details", "heading", "more", "render"]

# As many as the smallest comment has room for; what comes first weighs most.
LEAST_CAVEATS = 3
PARAGRAPH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How much of each list is shown."""

    checks: int
    """Rows of checks."""
    candidates: int
    """Rows of the plot; none leaves it out."""
    ids: int
    """Ids of examples; none leaves them out."""
    flips: int
    """Sentences on what would change this."""
    rest: str
    """Where the rest stands: `the job summary`."""


def render(proposal: ProposalReport, room: Room, *, level: str, version: str, head: str) -> str:
    """Return the block: heading, why, table, what to do, what would change it, then the details."""
    told = [heading(proposal, level=level), "", *_why(proposal)]
    if is_resolved(proposal):
        inside = [*_numbers(proposal), *_actions(proposal, room), *_details(proposal, room)]
        told += [*_caveats(proposal, room), "", *details("Evidence and checks", inside)]
    else:
        told += [*_numbers(proposal), *_caveats(proposal, room), *_actions(proposal, room), *_details(proposal, room)]
    return "\n".join([*told, "", _provenance(proposal, version=version, head=head)])


def heading(proposal: ProposalReport, *, level: str) -> str:
    """Return the line with the outcome's word: `FT-0007 is **not justified** ✗`."""
    before, word = sentence_of(proposal)
    return f"{level}{prose(proposal.id, most=80)}{before} **{word}** {GLYPHS[proposal.outcome]}"


def details(summary: str, lines: Sequence[str]) -> list[str]:
    """Return lines folded away under a summary of our own words."""
    return ["", f"<details><summary>{summary}</summary>", "", *lines, "", "</details>"]


def more(count: int, room: Room) -> list[str]:
    """Return the line that says how many were left out, and where they stand."""
    return [f"- and {numbers.whole(count)} more, see {room.rest}"] if count > 0 else []


def check_lines(checks: Sequence[Check], room: Room) -> list[str]:
    """Return the checks as a table, failures first."""
    rows = []
    for check in by_status(checks)[: room.checks]:
        glyph, word = STATUS_WORDS[check.status]
        where = "" if check.place is None else code(place_text(check.place).replace("|", "¦"))
        rows.append(f"| {cell(check.name)} | {glyph} {word} | {cell(check.sentence)} | {cell(check.remedy)} | {where} |")
    left = more(len(checks) - len(rows), room)
    return ["| check | result | evidence | what to do | where |", "|:--|:--|:--|:--|:--|", *rows, *(["", *left] if left else [])]


def _why(proposal: ProposalReport) -> list[str]:
    """Return the title, the sentence why, and what a state adds to it."""
    lines = [f"*{prose(proposal.title)}*", ""] if proposal.title.strip() else []
    if is_resolved(proposal):
        standing = "" if proposal.standing is None else f" The evidence says **{proposal.standing.value.replace('-', ' ')}**."
        return [f"People decided: **{cell(proposal.decision)}**.{standing} {prose(proposal.headline, most=PARAGRAPH)}"]
    if proposal.outcome is Outcome.INVALID:
        lines += ["This is no verdict: something broke before there could be one.", ""]
    if proposal.outcome is Outcome.MISMATCH:
        lines += ["This is no verdict: the numbers can't be believed until the evidence matches.", ""]
    lines.append(prose(proposal.headline, most=PARAGRAPH))
    if proposal.outcome is Outcome.WAIVED:
        waived = [check for check in proposal.checks if check.status is CheckStatus.WAIVED]
        lines += ["", *(f"- **Waived:** {cell(check.name)}: {prose(check.sentence)}" for check in waived[:5])]
    return lines


def _numbers(proposal: ProposalReport) -> list[str]:
    rows = measured_rows(proposal)
    if not rows:
        return []
    return [
        "",
        f"| | {' | '.join(headings(proposal))} |",
        "|:--|--:|--:|--:|",
        *(f"| {cell(row.label)} | {' | '.join(cell(text) for text in row.cells)} |" for row in rows),
    ]


def _caveats(proposal: ProposalReport, room: Room) -> list[str]:
    """Return what a signer must know; never folded away."""
    if not proposal.caveats:
        return []
    most = max(LEAST_CAVEATS, room.flips)
    shown = [f"- {prose(each, most=400)}" for each in proposal.caveats[:most]]
    return ["", "**Before you sign:**", "", *shown, *more(len(proposal.caveats) - len(shown), room)]


def _actions(proposal: ProposalReport, room: Room) -> list[str]:
    lines = ["", f"**To merge:** {prose(proposal.to_merge, most=PARAGRAPH)}"] if proposal.to_merge.strip() else []
    flips = [prose(each, most=400) for each in proposal.flips_if if each.strip()]
    if len(flips) == 1:
        return [*lines, "", f"**What would change this:** {flips[0]}"]
    if flips:
        shown = [f"- {each}" for each in flips[: room.flips]]
        lines += ["", "**What would change this:**", "", *shown, *more(len(flips) - len(shown), room)]
    return lines


def _details(proposal: ProposalReport, room: Room) -> list[str]:
    lines: list[str] = []
    if proposal.checks and proposal.outcome in NO_VERDICT:
        lines += ["", *check_lines(proposal.checks, room)]
    elif proposal.checks:
        lines += details(f"Checks: {counts(proposal.checks)}", check_lines(proposal.checks, room))
    if proposal.outcome in NO_VERDICT:
        return lines
    if proposal.lines and room.candidates:
        lines += details("Accuracy with 95% intervals", _plot(proposal, room))
    if proposal.disagreements and room.ids:
        lines += details(_disagreeing(len(proposal.disagreements)), _ids(proposal.disagreements, room))
    return lines


def _disagreeing(count: int) -> str:
    return f"{numbers.quantity(count, 'example')} where the two disagree (ids only)"


def _plot(proposal: ProposalReport, room: Room) -> list[str]:
    """Return the plot of the named candidates and then the best others, in suite order."""
    best = sorted(proposal.lines, key=lambda line: (not line.role, -(line.rate or 0.0)))[: room.candidates]
    shown: list[GateLine] = [line for line in proposal.lines if any(line is each for each in best)]
    plot = forest.render(shown, target=proposal.target, bar=proposal.bar)
    left = more(len(proposal.lines) - len(shown), room)
    return ["```text", *plot, "```", *(["", *left] if left else [])]


def _ids(ids: Sequence[str], room: Room) -> list[str]:
    shown = [code(each) for each in ids[: room.ids]]
    left = more(len(ids) - len(shown), room)
    return [", ".join(shown), *(["", *left] if left else [])]


def _provenance(proposal: ProposalReport, *, version: str, head: str) -> str:
    told = [f"{prose(name, most=40)} {prose(value, most=100)}" for name, value in list(proposal.evidence.items())[:12]]
    told += [f"bench {prose(version, most=40)}"] if version else []
    told += [f"commit {prose(marker_word(head))}"] if head else []
    return f"<sub>{' · '.join([*told, 'verify: ' + code('bench gate ' + proposal.place.file, most=200)])}</sub>"
