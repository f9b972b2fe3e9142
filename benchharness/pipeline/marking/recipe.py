"""How a stored answer is marked: the recipe that run, score, judge and gate share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchharness.records.answer import Answer, AnswerStatus
from benchharness.records.row import Row
from benchharness.records.score import Grades
from benchharness.records.suite import Extract, ScorerEntry
from benchharness.scorers.marking import Marker, make_marker

if TYPE_CHECKING:
    # The gate marks stored answers by it and reads no suite with its data: templates and providers would be a third of its imports.
    from benchharness.pipeline.loading.suite import Loaded

__all__ = ["Recipe", "answer_of", "recipe_of"]


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


def answer_of(row: Row, output: str) -> Answer:
    """Return a row's answer as it was before it was looked at; a stored one tells no latency."""
    return Answer(
        output=output,
        status=AnswerStatus.ANSWERED if row.status is AnswerStatus.UNPARSABLE else row.status,
        finish_reason=row.finish_reason,
        cost_usd=row.cost_usd,
        latency_s=None if row.cached else row.latency_s,
    )


def recipe_of(loaded: "Loaded") -> Recipe:
    """Return what a suite's marks are made from."""
    extracts = {name: prompt.extract for name, prompt in loaded.prompts.items()}
    suite = loaded.suite
    return Recipe(scorers=suite.scorers, match_at=suite.match_at, labels=loaded.labels, folder=loaded.file.path.parent, extracts=extracts)
