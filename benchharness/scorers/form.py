"""Form: the output has the wanted form, whatever it says."""

import json
import re
from dataclasses import dataclass, field
from typing import Any, ClassVar

from benchharness.records.answer import Answer
from benchharness.records.example import Example
from benchharness.records.score import Score, Unscored
from benchharness.records.scorer_traits import ScorerTraits
from benchharness.scorers.patterns import TOO_SLOW, TooSlowError, matches_whole
from benchharness.scorers.schemas import checked, misfit

__all__ = ["FormScorer", "Options", "make"]

LONGEST_TEXT = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `form`; give exactly one of `pattern`, `json` and `response_schema`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    traits: ClassVar[ScorerTraits] = ScorerTraits(beside_rightness=True)

    pattern: str | None = None
    """A regular expression the whole output must match, blanks around it left out."""
    json: bool = False
    """The whole output must be JSON, without a word around it."""
    response_schema: dict[str, Any] = field(default_factory=dict)
    """The whole output must be JSON that fits this JSON Schema."""

    def __post_init__(self) -> None:
        if (self.pattern is not None) + self.json + bool(self.response_schema) != 1:
            raise ValueError("needs exactly one of pattern, json and response_schema")
        checked(self.response_schema)
        try:
            re.compile(self.pattern or "")
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error


def make(options: Options, name: str, _labels: tuple[str, ...]) -> "FormScorer":
    """Return the scorer."""
    return FormScorer(options, name)


class FormScorer:
    """1 when the whole output has the form, else 0; its mean over repeats is the share of them that has it. Needs no target."""

    version = 1

    def __init__(self, options: Options, name: str) -> None:
        self.name = name
        self._options = options

    def score_answer(self, answer: Answer, _example: Example) -> Score | Unscored:
        """Look at the output as it came, before an answer is extracted from it."""
        text = answer.output.strip()
        if len(text) > LONGEST_TEXT:
            return Score(value=0.0, why=f"longer than {LONGEST_TEXT:,} letters")
        if self._options.pattern is not None:
            try:
                return Score(value=float(matches_whole(self._options.pattern, text)))
            except TooSlowError:
                return Unscored(reason=TOO_SLOW)
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return Score(value=0.0, why="not JSON")
        wrong = misfit(self._options.response_schema, value)
        return Score(value=float(not wrong), why=wrong)
