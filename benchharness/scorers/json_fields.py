"""JSON: valid against a schema, and right field by field."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from benchharness.records.example import Example
from benchharness.records.score import Score, Unparsable, Unscored
from benchharness.scorers.extracting import find_json
from benchharness.scorers.normalising import Normalisation, normaliser

__all__ = ["JsonScorer", "Options", "make"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `json`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    response_schema: dict[str, Any] = field(default_factory=dict)
    """A JSON Schema the answer must fit; one that doesn't is unparsable."""
    fields: tuple[str, ...] = ()
    """The target's fields that count; all of them when unset."""
    partial: bool = True
    """Whether the score is the share of right fields, or 1 only when all are right."""
    lists_as_sets: bool = True
    """Whether the order of a list's items matters not."""
    normalise: tuple[Normalisation, ...] = (Normalisation.COLLAPSE_SPACES, Normalisation.CASEFOLD)
    """What may differ between texts."""


def make(options: Options, name: str, _labels: tuple[str, ...]) -> "JsonScorer":
    """Return the scorer."""
    return JsonScorer(options, name)


class JsonScorer:
    """The share of the target's fields that are right. Extra fields of the answer cost nothing; a missing one is wrong."""

    version = 1

    def __init__(self, options: Options, name: str) -> None:
        self.name = name
        self._options = options
        self._normalise = normaliser(options.normalise)

    def score(self, answer: str, example: Example) -> Score | Unparsable | Unscored:
        """Compare the answer's JSON with the target's."""
        wanted = json.loads(example.target) if isinstance(example.target, str) and example.target.strip() else example.target
        if wanted is None:
            return Unscored(reason="the example has no target")
        found = find_json(answer)
        if found is None:
            return Unparsable(reason="no JSON in the answer")
        invalid = self._invalid(found[0])
        if invalid:
            return Unparsable(reason=invalid)
        if not isinstance(wanted, Mapping):
            return Score(value=float(self._same(found[0], wanted)), parsed=found[0])
        given = found[0] if isinstance(found[0], Mapping) else {}
        names = self._options.fields or tuple(wanted)
        parts = {name: float(name in given and self._same(given[name], wanted.get(name))) for name in names}
        value = sum(parts.values()) / len(parts) if parts else 1.0
        return Score(value=value if self._options.partial else float(value == 1.0), parsed=found[0], parts=parts)

    def _invalid(self, value: Any) -> str:
        if not self._options.response_schema:
            return ""
        import jsonschema

        error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(self._options.response_schema).iter_errors(value))
        return "" if error is None else f"doesn't fit the schema at {error.json_path}: {error.message[:200]}"

    def _same(self, one: Any, other: Any) -> bool:
        if isinstance(one, str) and isinstance(other, str):
            return self._normalise(one) == self._normalise(other)
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
