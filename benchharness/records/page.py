"""What the HTML report is made from: the verdict with everything behind it, and the examples with their answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from benchharness.records.comparison import Comparison
from benchharness.records.costs import CostComparison
from benchharness.records.run import RunRecord
from benchharness.records.verdict import Verdict

__all__ = ["Page", "PageAnswer", "PageExample", "PageText"]


class PageText(StrEnum):
    """How much of what people and models wrote stands in the page."""

    WHOLE = "whole"
    """All of it."""
    REDACTED = "redacted"
    """Every letter and digit a block: lengths, marks and counts of tokens stay."""
    NONE = "none"
    """Ids and marks only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAnswer:
    """What one candidate said to one example, as the page shows it."""

    status: str
    """How it ended."""
    matched: bool | None
    """Whether it matched; None when not measured, or graded without a match."""
    score: float | None
    """The primary score; None when not measured."""
    output: str | None = None
    """The text as it came."""
    parsed: str | None = None
    """What was found in it and compared."""
    error: str | None = None
    """Why there is no answer or no score."""

    @property
    def worth(self) -> float | None:
        """Return the match as 1 or 0, else the score; None when not measured."""
        return self.score if self.matched is None else float(self.matched)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageExample:
    """One golden example with every candidate's answer."""

    id: str
    """The golden set's id."""
    rank: int
    """Its place where not all fit: what the candidates disagree about comes first, the rest by the suite's seed."""
    answers: tuple[PageAnswer | None, ...]
    """In the page's order of candidates; None where the candidate wasn't asked."""
    input: str | None = None
    """What was asked; None where it isn't known."""
    target: str | None = None
    """The reference."""
    slices: tuple[str, ...] = ()
    """Slices it belongs to: those the suite names, and the protected ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything `report.html` shows."""

    verdict: Verdict
    """What the evidence says."""
    comparison: Comparison
    """The numbers behind it."""
    record: RunRecord
    """What the run was."""
    costs: tuple[CostComparison, ...]
    """What prompting and each path of one's own cost; empty when nothing could be computed."""
    costs_lack: tuple[str, ...] = ()
    """What keeps it from being computed."""
    examples: tuple[PageExample, ...] = ()
    """In the golden set's order of asking."""
    asked: int = 0
    """Examples of the run, shown here or not."""
    wanted: int = 0
    """Examples that were to be shown: all of the run's, or a sample."""
    pair: tuple[int, int] = (0, 0)
    """The two candidates of `comparison.candidates` that stand side by side at first."""
    prompts: Mapping[str, str] = field(default_factory=dict)
    """The text of each prompt's template, once."""
    sent: Mapping[str, str] = field(default_factory=dict)
    """Parameters really sent, by `candidate/prompt`."""
    text: PageText = PageText.WHOLE
    """How much text stands in it."""
    notes: tuple[str, ...] = ()
    """What was left out or cut, each a sentence."""
