"""How a stored answer is marked: the recipe that run, score, judge and gate share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchharness.records.answer import Answer, AnswerStatus
from benchharness.records.example import Example
from benchharness.records.row import Row, kept_answer
from benchharness.records.score import Grades, Mark
from benchharness.records.suite import Extract, Prompt, ScorerEntry, Suite
from benchharness.scorers.marking import Marker, deciding_scorer, make_marker

if TYPE_CHECKING:
    # The gate marks stored answers by it and reads no suite with its data: templates and providers would be a third of its imports.
    from benchharness.pipeline.loading.suite import Loaded

__all__ = ["Recipe", "RowMarker", "recipe_for", "recipe_of"]

RowMarker = Callable[[Example, Row], Mark]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything a mark is made from, beside the answer; it travels to other processes."""

    scorers: tuple[ScorerEntry, ...]
    """The suite's scorers."""
    match_at: float
    """The primary score that matches."""
    labels: tuple[str, ...]
    """The data's targets, when they are a closed list."""
    folder: Path
    """The suite file's folder."""
    extracts: Mapping[str, Extract | None] = field(default_factory=dict)
    """How the answer is found, by prompt."""
    grades: Grades = field(default_factory=dict)
    """What judges gave."""

    def marker(self) -> Marker:
        """Return what marks; SetupError when a scorer needs what isn't there."""
        return make_marker(self.scorers, match_at=self.match_at, labels=self.labels, folder=self.folder, grades=self.grades)

    def row_marker(self) -> RowMarker:
        """Return what marks a stored row that has an output; SetupError as `marker`."""
        mark = self.marker()
        return lambda example, row: mark(example, self.extracts.get(row.prompt), _answer_of(row))

    def deciding(self) -> "Recipe":
        """Return the recipe of the scorer that decides alone."""
        return replace(self, scorers=(deciding_scorer(self.scorers),))


def _answer_of(row: Row) -> Answer:
    """Return a row's answer as it was before it was looked at, with all that a row keeps of it; a stored one tells no latency."""
    status = AnswerStatus.ANSWERED if row.status is AnswerStatus.UNPARSABLE else row.status
    return replace(kept_answer(row, status), latency_s=None if row.cached else row.latency_s, latency_kind=row.latency_kind)


def recipe_of(loaded: "Loaded") -> Recipe:
    """Return what a suite's marks are made from."""
    return recipe_for(loaded.suite, loaded.prompts, labels=loaded.labels, folder=loaded.file.path.parent)


def recipe_for(suite: Suite, prompts: Mapping[str, Prompt], *, labels: tuple[str, ...], folder: Path) -> Recipe:
    """Return what a suite's marks are made from where its data wasn't loaded as for a run."""
    extracts = {name: prompt.extract for name, prompt in prompts.items()}
    return Recipe(scorers=suite.scorers, match_at=suite.match_at, labels=labels, folder=folder, extracts=extracts)
