"""Regex: a pattern finds the answer, or its presence is the answer."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from annotated_types import MinLen

from benchharness.records.example import Example
from benchharness.records.score import Score, Unparsable, Unscored
from benchharness.records.scorer_traits import ScorerTraits
from benchharness.scorers.accepting import accepted_texts, is_same
from benchharness.scorers.normalising import Normalisation, normaliser
from benchharness.scorers.patterns import TOO_SLOW, TooSlowError, all_matches

__all__ = ["Options", "RegexScorer", "make"]

# The end of a long text is where an answer stands; what's before it is not looked at.
LONGEST_TEXT = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `regex`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    traits: ClassVar[ScorerTraits] = ScorerTraits(
        literal=True, says_right=True, needs_target=lambda options: re.compile(str(options["pattern"])).groups > 0
    )

    pattern: Annotated[str, MinLen(1)]
    """With a group: the last match's first group is compared with the target. Without: 1 when it matches anywhere."""
    ignore_case: bool = True
    """Whether case matters not."""
    normalise: tuple[Normalisation, ...] = (Normalisation.STRIP, Normalisation.CASEFOLD)
    """What may differ between the group and the target."""

    def __post_init__(self) -> None:
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error


def make(options: Options, name: str, _labels: tuple[str, ...]) -> "RegexScorer":
    """Return the scorer."""
    return RegexScorer(options, name)


class RegexScorer:
    """Compares what the pattern's group found with the target; without a group, whether it matches."""

    version = 2

    def __init__(self, options: Options, name: str) -> None:
        self.name = name
        self._options = options
        self._groups = re.compile(options.pattern).groups
        self._normalise = normaliser(options.normalise)

    def score(self, answer: str, example: Example) -> Score | Unparsable | Unscored:
        """Match the pattern; a group that finds nothing is unparsable, a pattern that doesn't end in time unscored."""
        try:
            matches = all_matches(self._options.pattern, answer[-LONGEST_TEXT:], ignore_case=self._options.ignore_case)
        except TooSlowError:
            return Unscored(reason=TOO_SLOW)
        if not self._groups:
            return Score(value=float(bool(matches)), parsed=matches[-1].group() if matches else "")
        accepted = accepted_texts(example)
        if not accepted:
            return Unscored(reason="the example has no target")
        found: str | None = matches[-1].group(1) if matches else None
        if found is None:
            return Unparsable(reason=f"nothing matches {self._options.pattern!r}")
        return Score(value=float(any(is_same(found, each, self._normalise) for each in accepted)), parsed=found)
