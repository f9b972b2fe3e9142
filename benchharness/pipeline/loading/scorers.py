"""Which of a suite's scorers ask judges, and whom."""

from benchharness.records.suite import ScorerEntry, Suite
from benchharness.scorers import scorer_traits_of
from benchharness.scorers.marking import listed_scorers

__all__ = ["judged_scorers", "judges_of", "primary_judged"]


def judged_scorers(suite: Suite) -> tuple[ScorerEntry, ...]:
    """Return the scorers of a suite that ask a model."""
    return tuple(each for each in suite.scorers if scorer_traits_of(each).asks_judges)


def primary_judged(suite: Suite) -> ScorerEntry | None:
    """Return the scorer that decides when it asks a model; else None."""
    return next((each for each in listed_scorers(suite.scorers) if each.primary and scorer_traits_of(each).asks_judges), None)


def judges_of(entry: ScorerEntry) -> tuple[str, ...]:
    """Return the names of a scorer's judges."""
    named = entry.options["judge"]
    return (named,) if isinstance(named, str) else tuple(named)
