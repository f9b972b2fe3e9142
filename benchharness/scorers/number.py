"""Number: a number in the answer equals the target's, within a tolerance."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Gt

from benchharness.records.example import Example
from benchharness.records.score import Score, Unparsable, Unscored
from benchharness.records.scorer_traits import ScorerTraits
from benchharness.scorers.number_reading import Decimal, FoundNumber, custom_of, is_scale, last_in, numbers_of_text

__all__ = ["NumberScorer", "Options", "Which", "make", "target_value"]

# Beyond it floats skip whole numbers.
LARGEST_WHOLE = 1e15
MOST_KEPT = 20_000
LONGEST_KEPT = 300


class Which(StrEnum):
    """Which number of an answer counts."""

    FIRST = "first"
    LAST = "last"
    ONLY = "only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `number`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    traits: ClassVar[ScorerTraits] = ScorerTraits(never_empty=True, says_right=True)

    which: Which = Which.LAST
    """`last` for worked answers, `first` for short ones, `only` when more than one number is no answer."""
    absolute: Annotated[float, Ge(0)] = 0.0
    """How far it may be off."""
    relative: Annotated[float, Ge(0)] = 0.0
    """How far it may be off, as a share of the target."""
    units: dict[str, Annotated[float, Gt(0)]] = field(default_factory=dict)
    """What a unit is worth, e.g. `{kg: 1, g: 0.001}`, on both sides; a number without a known unit counts as it stands."""
    decimal: Decimal = Decimal.UNKNOWN
    """`point` or `comma`, for what digits alone don't tell: is 1,234 a thousand or one? When unset the targets show it; else `point`."""


def make(options: Options, name: str, labels: tuple[str, ...]) -> "NumberScorer":
    """Return the scorer; `labels` are the data's targets, which show where their decimal sign is."""
    decimal = custom_of(labels) if options.decimal is Decimal.UNKNOWN else options.decimal
    return NumberScorer(options, name, decimal)


class NumberScorer:
    """1 when the number is within either tolerance. Signs of currency and percent are ignored; 5% is 5, not 0.05.

    What could be two things, such as 3-5 or 5 million, is unparsable and says so.
    """

    version = 2

    def __init__(self, options: Options, name: str, decimal: Decimal) -> None:
        self.name = name
        self._options = options
        self._decimal = decimal
        self._kept: dict[str, float | str] = {}

    def score(self, answer: str, example: Example) -> Score | Unparsable | Unscored:
        """Compare the chosen number with the target's."""
        listed = example.target if isinstance(example.target, list | tuple) else [example.target]
        wanted = [value for each in listed if (value := self._target(each)) is not None]
        if not wanted:
            return Unscored(reason="the example's target holds no number")
        chosen = self._chosen(answer)
        if isinstance(chosen, str):
            return Unparsable(reason=chosen)
        near = any(
            math.isclose(chosen, each, rel_tol=1e-12, abs_tol=max(self._options.absolute, self._options.relative * abs(each)))
            for each in wanted
        )
        return Score(value=float(near), parsed=f"{chosen:g}" if chosen != int(chosen) or abs(chosen) >= LARGEST_WHOLE else str(int(chosen)))

    def _target(self, target: Any) -> float | None:
        return target_value(target, self._decimal, self._options.units)

    def _chosen(self, answer: str) -> float | str:
        """Return the number that counts, or why there is none; short answers repeat, and are read once."""
        found = self._kept.get(answer)
        if found is None:
            found = self._read(answer)
            if len(answer) <= LONGEST_KEPT and len(self._kept) < MOST_KEPT:
                self._kept[answer] = found
        return found

    def _read(self, answer: str) -> float | str:
        if self._options.which is Which.LAST:
            last = last_in(answer, self._decimal)
            return "no number in the answer" if last is None else _value(last, self._options.units)
        found = numbers_of_text(answer, self._decimal)
        if not found or (self._options.which == Which.ONLY and len(found) > 1):
            return f"{len(found)} numbers in the answer" if found else "no number in the answer"
        return _value(found[0], self._options.units)


def target_value(target: Any, decimal: Decimal, units: Mapping[str, float]) -> float | None:
    """Return the number a target stands for, the last one of a text; None for none, or one that can't be told."""
    if isinstance(target, int | float) and not isinstance(target, bool):
        return float(target) if math.isfinite(target) else None
    found = numbers_of_text(target, decimal) if isinstance(target, str) else []
    value = _value(found[-1], units) if found else ""
    return None if isinstance(value, str) else value


def _value(found: FoundNumber, units: Mapping[str, float]) -> float | str:
    """Return what a number with its unit is worth, or why it can't be told."""
    if found.value is None:
        return f"{found.text!r} can't be told: {found.why}"
    if is_scale(found.unit) and found.unit not in units:
        return f"'{found.text} {found.unit}' can't be told: say what {found.unit} is worth, `units: {{{found.unit}: ...}}`"
    return found.value * units.get(found.unit, 1.0)
