"""What a scorer says of itself beside its scores; a class of options holds it as `traits`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["ScorerTraits", "declared_by"]


def _no_files(_options: Mapping[str, Any]) -> Sequence[str]:
    return ()


def _always(_options: Mapping[str, Any]) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorerTraits:
    """What a scorer is; where it says nothing, it compares an answer with its target."""

    says_right: bool = False
    """Whether it says right or wrong by the target, so that two such scorers ought to agree about a candidate."""
    beside_rightness: bool = False
    """Whether it needs no target: an answer may please it and be wrong, so it justifies no one-way door."""
    by_label: bool = False
    """Whether targets are labels of a closed list, so that a run is also told label by label."""
    asks_judges: bool = False
    """Whether models give its scores: its module then has `make_judged` and `rubric_of`, its options `judge`."""
    reads_time_or_cost: bool = False
    """Whether it looks at how long an answer took or what it cost."""
    reads_everything: bool = False
    """Whether it looks at more of an example than its target, or at more of an answer; so does every scorer of another package."""
    slow: bool = False
    """Whether a score takes about a millisecond, so that many are worth more than one core."""
    strange_code: bool = False
    """Whether it's code that came with the suite or with another package; a gate runs neither."""
    needs_target: Callable[[Mapping[str, Any]], bool] = _always
    """Whether it can say nothing without a target, from its options."""
    literal: bool = False
    """Whether it compares with the target's text as it's written."""
    never_empty: bool = False
    """Whether every answer would hold an empty target, so that one is a mistake."""
    unfit: Callable[[str, Mapping[str, Any], Any], tuple[str, str] | None] | None = None
    """Why it can't compare anything with a target, and what to do; None when it can. From its label, its options and the target."""
    files: Callable[[Mapping[str, Any]], Sequence[str]] = _no_files
    """The files it's made of, by path from the suite, from its options: they are part of the policy."""


PLAIN = ScorerTraits()


def declared_by(options: type) -> ScorerTraits:
    """Return what a class of options says its scorer is; TypeError when that's nothing of the kind."""
    found = getattr(options, "traits", PLAIN)
    if not isinstance(found, ScorerTraits):
        raise TypeError(f"`traits` is {type(found).__name__}, expected ScorerTraits")
    return found
