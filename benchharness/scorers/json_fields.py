"""JSON: valid against a schema, and right field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from benchharness.records.example import Example
from benchharness.records.score import Score, Unparsable, Unscored
from benchharness.records.scorer_traits import ScorerTraits
from benchharness.scorers.accepting import json_target
from benchharness.scorers.json_finding import find_json, json_of
from benchharness.scorers.normalising import Normalisation, normaliser
from benchharness.scorers.pairing_up import best_pairs
from benchharness.scorers.schemas import checked, misfit
from benchharness.scorers.unfit import no_json_field

__all__ = ["JsonScorer", "Options", "make"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `json`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    traits: ClassVar[ScorerTraits] = ScorerTraits(says_right=True, unfit=no_json_field)

    response_schema: dict[str, Any] = field(default_factory=dict)
    """A JSON Schema the answer must fit; one that doesn't is unparsable."""
    fields: tuple[str, ...] = ()
    """The target's fields that count; all of them when unset."""
    partial: bool = True
    """Whether the score is the share of right fields, or 1 only when all are right."""
    lists_as_sets: bool = True
    """Whether the order of a list's items matters not."""
    list_credit: bool = False
    """Whether a list or object within earns the share of it that's right, items paired as fits best, instead of all or nothing."""
    normalise: tuple[Normalisation, ...] = (Normalisation.COLLAPSE_SPACES, Normalisation.CASEFOLD)
    """What may differ between texts."""
    strict_types: bool = False
    """Whether a number isn't the text that writes it: without it an answer's 1070750 is a target's "1070750", and the other way round."""

    def __post_init__(self) -> None:
        checked(self.response_schema)


def make(options: Options, name: str, _labels: tuple[str, ...]) -> "JsonScorer":
    """Return the scorer."""
    return JsonScorer(options, name)


class JsonScorer:
    """The share of the target's fields that are right. Extra fields of the answer cost nothing; a missing one is wrong."""

    version = 2

    def __init__(self, options: Options, name: str) -> None:
        self.name = name
        self._options = options
        self._normalise = normaliser(options.normalise)

    def score(self, answer: str, example: Example) -> Score | Unparsable | Unscored:
        """Compare the answer's JSON with the target's."""
        try:
            wanted = json_target(example)
        except ValueError:
            return Unscored(reason="the example's target is no JSON")
        if wanted is None:
            return Unscored(reason="the example has no target")
        found = find_json(answer, like=wanted, keys=self._options.fields)
        if found is None:
            return Unparsable(reason="no JSON in the answer")
        invalid = misfit(self._options.response_schema, found[0])
        if invalid:
            return Unparsable(reason=invalid)
        try:
            return self._compared(found[0], wanted)
        except ValueError as error:
            return Unscored(reason=str(error))

    def _compared(self, found: Any, wanted: Any) -> Score:
        if not isinstance(wanted, Mapping):
            return Score(value=self._credit(found, wanted), parsed=found)
        given = found if isinstance(found, Mapping) else {}
        names = self._options.fields or tuple(wanted)
        parts = {name: self._credit(given[name], wanted.get(name)) if name in given else 0.0 for name in names}
        value = sum(parts.values()) / len(parts) if parts else 1.0
        return Score(value=value if self._options.partial else float(value == 1.0), parsed=found, parts=parts)

    def _credit(self, one: Any, other: Any) -> float:
        """Return how right a value is: 0 or 1, or with `list_credit` anything between; ValueError for lists too long to be paired."""
        if not self._options.list_credit:
            return float(self._same(one, other))
        if isinstance(one, list) and isinstance(other, list):
            if self._options.lists_as_sets:
                shared = best_pairs(one, other, self._credit)
            else:
                shared = sum(self._credit(mine, theirs) for mine, theirs in zip(one, other, strict=False))
            # F1: what's too much costs as what's missing.
            return 2 * shared / (len(one) + len(other)) if one or other else 1.0
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            return sum(self._credit(one[name], other[name]) for name in other if name in one) / len(other) if other else 1.0
        return float(self._same(one, other))

    def _same(self, one: Any, other: Any) -> bool:
        if isinstance(one, str) and isinstance(other, str):
            return self._normalise(one) == self._normalise(other)
        if isinstance(one, str) != isinstance(other, str) and not self._options.strict_types:
            return _as_written(one) == _as_written(other)
        if isinstance(one, bool) or isinstance(other, bool):
            return one is other
        if isinstance(one, list) and isinstance(other, list):
            return self._same_list(one, other)
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            return one.keys() == other.keys() and all(self._same(one[key], other[key]) for key in one)
        return bool(one == other)

    def _same_list(self, one: list[Any], other: list[Any]) -> bool:
        if len(one) != len(other):
            return False
        if not self._options.lists_as_sets:
            return all(self._same(mine, theirs) for mine, theirs in zip(one, other, strict=True))
        rest = list(other)
        for mine in one:
            index = next((at for at, theirs in enumerate(rest) if self._same(mine, theirs)), None)
            if index is None:
                return False
            del rest[index]
        return True


def _as_written(value: Any) -> tuple[str, Any]:
    """Return a number or a truth, and of a text too the one that it writes as JSON does; `007` stays a text."""
    read = value
    if isinstance(value, str):
        try:
            read = json_of(value.strip().lower())
        except ValueError:
            return "text", value
    if isinstance(read, bool):
        return "truth", read
    return ("number", read) if isinstance(read, int | float) else (type(value).__name__, str(value))
