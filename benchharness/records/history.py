"""How a suite's answers and verdict moved from run to run."""

from dataclasses import dataclass

__all__ = ["CandidatePast", "PastRun"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidatePast:
    """One candidate in one run."""

    name: str
    """`candidate/prompt`."""
    path: str
    """`api`, `fine-tuned`, `self-hosted` or `classical`."""
    matched: int
    """Answers that matched."""
    n: int
    """Answers measured."""
    rate: float | None
    """Matched share; None when nothing was measured."""
    usd_per_1k: float | None
    """US dollars per 1,000 answers; None when unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """One run."""

    suite: str
    """The suite's name."""
    run: str
    """Its directory's name."""
    date: str
    """When it began, UTC."""
    verdict: str
    """Its verdict as it was written then."""
    golden_set: str
    """Fingerprint; rates over different golden sets can't be compared."""
    candidates: tuple[CandidatePast, ...]
    """Everybody with rows."""
    best: tuple[str, ...] = ()
    """Whom its verdict took for the best of a path, as `candidate/prompt`; empty without a verdict."""
