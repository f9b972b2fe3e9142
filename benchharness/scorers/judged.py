"""A score that a judge gives: looked up among the grades, since a scorer asks nobody."""

from benchharness.records.example import Example
from benchharness.records.score import Grades, Score, Unscored

__all__ = ["JudgedScorer"]


class JudgedScorer:
    """What the judges gave an answer; unscored where they gave nothing: the candidate isn't at fault."""

    version = 1

    def __init__(self, name: str, grades: Grades | None = None) -> None:
        self.name = name
        self._grades = grades or {}

    def score(self, answer: str, example: Example) -> Score | Unscored:
        """Look up the grade of this answer to this example."""
        return self._grades.get((self.name, example.id, answer)) or Unscored(reason="not judged yet")
