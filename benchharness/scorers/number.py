"""Number: a number in the answer equals the target's, within a tolerance."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Gt

from benchharness.records.example import Example
from benchharness.records.score import Score, Unparsable, Unscored
from benchharness.records.scorer_traits import ScorerTraits
from benchharness.scorers.accepting import accepted_texts

__all__ = ["NumberScorer", "Options", "Which", "find_numbers", "make"]

# Thousands apart by commas, a decimal point, an exponent; a minus only where no digit or letter stands before it.
NUMBER = re.compile(r"(?<![\w.])[-+\u2212]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?|(?<![\w.])[-+\u2212]?\.\d+")

# A sign such as % or \u20ac, or a word with what may stand in a unit: km/h, m\u00b2.
UNIT = re.compile(r"[ \u00a0\u202f-]?([^\W\d_][\w/\u00b2\u00b3]*|[%\u2030\u00b0\u20ac$\u00a3][A-Za-z]?)")


class Which(StrEnum):
    """Which number of an answer counts."""

    FIRST = "first"
    LAST = "last"
    ONLY = "only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `number`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    traits: ClassVar[ScorerTraits] = ScorerTraits(says_right=True)

    which: Which = Which.LAST
    """`last` for worked answers, `first` for short ones, `only` when more than one number is no answer."""
    absolute: Annotated[float, Ge(0)] = 0.0
    """How far it may be off."""
    relative: Annotated[float, Ge(0)] = 0.0
    """How far it may be off, as a share of the target."""
    units: dict[str, Annotated[float, Gt(0)]] = field(default_factory=dict)
    """What a unit is worth, e.g. `{kg: 1, g: 0.001}`, on both sides; a number without a known unit counts as it stands."""


def make(options: Options, name: str, _labels: tuple[str, ...]) -> "NumberScorer":
    """Return the scorer."""
    return NumberScorer(options, name)


class NumberScorer:
    """1 when the number is within either tolerance. Signs of currency and percent are ignored; 5% is 5, not 0.05."""

    version = 1

    def __init__(self, options: Options, name: str) -> None:
        self.name = name
        self._options = options

    def score(self, answer: str, example: Example) -> Score | Unparsable | Unscored:
        """Compare the chosen number with the target's."""
        wanted = [numbers[-1] for text in accepted_texts(example) if (numbers := find_numbers(text, self._options.units))]
        if not wanted:
            return Unscored(reason="the example's target holds no number")
        found = find_numbers(answer, self._options.units)
        if not found or (self._options.which == Which.ONLY and len(found) > 1):
            return Unparsable(reason=f"{len(found)} numbers in the answer" if found else "no number in the answer")
        value = found[0] if self._options.which == Which.FIRST else found[-1]
        near = any(
            math.isclose(value, each, rel_tol=0.0, abs_tol=max(self._options.absolute, self._options.relative * abs(each)))
            for each in wanted
        )
        return Score(value=float(near), parsed=f"{value:g}" if value != int(value) or abs(value) >= 1e15 else str(int(value)))  # noqa: PLR2004 - beyond it floats skip whole numbers


def find_numbers(text: str, units: Mapping[str, float] | None = None) -> list[float]:
    """Return every number in a text, in order; infinite ones are left out. One before a unit is multiplied by its worth."""
    values = (
        float(match.group().replace(",", "").replace("\u2212", "-")) * _worth(text, match.end(), units or {})
        for match in NUMBER.finditer(text)
    )
    return [value for value in values if math.isfinite(value)]


def _worth(text: str, at: int, units: Mapping[str, float]) -> float:
    """Return what the unit after a number is worth; 1 for none, or one that isn't known."""
    if not units:
        return 1.0
    word = UNIT.match(text, at)
    return 1.0 if word is None else units.get(word.group(1), 1.0)
