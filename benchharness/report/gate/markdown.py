"""The gate's comment on a pull request, and its page in the job summary: GitHub Markdown that never outgrows GitHub's limits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchharness import numbers
from benchharness.records.gate import WORST_FIRST, CheckStatus, GateReport, Outcome, ProposalReport
from benchharness.report.gate.block import Room, check_lines, details, render
from benchharness.report.gate.wording import GLYPHS, WORDS, compared, counts
from benchharness.report.untrusted import marker_word, prose

__all__ = ["MOST_COMMENT", "MOST_SUMMARY", "comment", "marker", "summary"]

MOST_COMMENT = 60_000
"""Characters. GitHub takes 65,536, and infracost saw refusals above it."""
MOST_SUMMARY = 1_000_000
"""Bytes. GitHub drops a summary over 1,024 KiB as a whole."""

IN_COMMENT = "the job summary"
IN_SUMMARY = "`bench gate --format json`"
BROKEN = (CheckStatus.FAILED, CheckStatus.OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """How large a page may be, and in which details its proposals may stand, fullest first."""

    most: int
    """The page's size."""
    size: Callable[[str], int]
    """How it's measured."""
    rooms: tuple[Room, ...]
    """The details, fullest first."""
    rows: int
    """Proposals in the overview."""


def characters(text: str) -> int:
    """Return how many characters a text has as GitHub counts them: those outside the basic plane are two."""
    return len(text.encode("utf-16-le", "replace")) // 2


def octets(text: str) -> int:
    """Return how many bytes a text has in UTF-8."""
    return len(text.encode("utf-8", "replace"))


COMMENT = Page(
    most=MOST_COMMENT,
    size=characters,
    rooms=(
        Room(checks=25, candidates=12, ids=60, flips=6, rest=IN_COMMENT),
        Room(checks=10, candidates=6, ids=10, flips=3, rest=IN_COMMENT),
        Room(checks=2, candidates=0, ids=0, flips=1, rest=IN_COMMENT),
    ),
    rows=40,
)
SUMMARY = Page(
    most=MOST_SUMMARY,
    size=octets,
    rooms=(
        Room(checks=200, candidates=200, ids=5_000, flips=50, rest=IN_SUMMARY),
        *(Room(checks=each.checks, candidates=each.candidates, ids=each.ids, flips=each.flips, rest=IN_SUMMARY) for each in COMMENT.rooms),
    ),
    rows=500,
)


def comment(report: GateReport, *, valid_at: str) -> str:
    """Return the comment, its marker last; empty when there is nothing to check, and nothing to be known of it."""
    if report.outcome is Outcome.NOTHING_TO_CHECK and not report.notices:
        return ""
    last = marker(report, valid_at=valid_at)
    return f"{_page(report, COMMENT, spare=len(last) + 3)}\n\n{last}\n"


def summary(report: GateReport) -> str:
    """Return the page for the job summary; it always says something."""
    return f"{_page(report, SUMMARY, spare=1)}\n"


def marker(report: GateReport, *, valid_at: str) -> str:
    """Return the hidden line by which the comment is found again, and by which an old run knows that it's late."""
    return f"<!-- bench-gate v1 key=proposals sha={marker_word(report.head)} valid-at={marker_word(valid_at)} -->"


def _page(report: GateReport, page: Page, *, spare: int) -> str:
    """Return the page: every proposal as full as fits, the worst ones first."""
    ranked = sorted(report.proposals, key=lambda each: WORST_FIRST.index(each.outcome))
    room = page.rooms[0]
    before, after = _before(report, ranked, page), _after(report, room)
    left = page.most - spare - page.size(before) - page.size(after) - 200
    blocks = _fitting(report, ranked, page, left)
    shown = [blocks[id(each)] for each in report.proposals if id(each) in blocks]
    missing = len(report.proposals) - len(shown)
    rest = [f"{numbers.quantity(missing, 'more proposal')}: see {room.rest}."] if missing else []
    return "\n\n".join(part for part in (before, *shown, *rest, after) if part)


def _fitting(report: GateReport, ranked: Sequence[ProposalReport], page: Page, left: int) -> dict[int, str]:
    """Return the blocks by the proposal's identity: the least detail for as many as fit, then the worst grow into what is left."""
    blocks: dict[int, str] = {}
    for rung, room in enumerate(reversed(page.rooms)):
        for each in ranked:
            block = render(each, room, level=_level(report), version=report.version, head=report.head)
            grown = page.size(block) - page.size(blocks[id(each)]) if rung and id(each) in blocks else page.size(block) + 2
            if grown > left or (rung and id(each) not in blocks):
                break
            blocks[id(each)] = block
            left -= grown
    return blocks


def _level(report: GateReport) -> str:
    return "### bench gate: " if len(report.proposals) == 1 else "#### "


def _before(report: GateReport, ranked: Sequence[ProposalReport], page: Page) -> str:
    """Return the page's own heading with the overview; empty when the one proposal's heading is the page's."""
    if len(ranked) == 1:
        return _overruled(report)
    many = f" · {numbers.quantity(len(ranked), 'proposal')}" if ranked else ""
    lines = [f"### bench gate: **{WORDS[report.outcome]}** {GLYPHS[report.outcome]}{many}", "", prose(report.headline, most=600)]
    if ranked:
        rows = [f"| {prose(each.id, most=80)} | {GLYPHS[each.outcome]} {WORDS[each.outcome]} |" for each in ranked[: page.rows]]
        lines += ["", "| proposal | outcome |", "|:--|:--|", *rows]
    if len(ranked) > page.rows:
        lines += ["", f"and {numbers.whole(len(ranked) - page.rows)} more, see {page.rooms[0].rest}"]
    return "\n".join(lines).rstrip()


def _overruled(report: GateReport) -> str:
    """Return why the pull request is worse off than its one proposal."""
    if WORST_FIRST.index(report.outcome) < WORST_FIRST.index(report.proposals[0].outcome):
        return f"### bench gate: **{WORDS[report.outcome]}** {GLYPHS[report.outcome]}\n\n{prose(report.headline, most=600)}"
    return ""


def _after(report: GateReport, room: Room) -> str:
    """Return the guards, open when one fails, and the notices."""
    lines: list[str] = []
    if any(each.status in BROKEN for each in report.guards):
        lines += ["**Guarded paths:**", "", *check_lines(report.guards, room)]
    elif report.guards:
        lines += details(f"Guarded paths: {counts(report.guards)}", check_lines(report.guards, room))
    notices = [f"- {prose(each, most=300)}" for each in report.notices[:10] if each.strip()]
    if notices:
        left = len(report.notices) - 10
        lines += ["", "**Know this:**", "", *notices, *([f"- and {numbers.whole(left)} more, see {room.rest}"] if left > 0 else [])]
    if report.base_ref:
        lines += ["", f"<sub>{prose(compared(report), most=200)}</sub>"]
    return "\n".join(lines).strip("\n")
