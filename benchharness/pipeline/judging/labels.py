"""Read what people say of answers: one JSON line for each mark, every bad line named at once."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchharness import numbers
from benchharness.errors import MOST_MISTAKES, Mistake, MistakesError, SetupError
from benchharness.goldenset.jsonl import read_jsonl
from benchharness.records.comparison import candidate_key
from benchharness.scorers.rubrics import PASS_FAIL, Rubric

__all__ = ["Answered", "Labelled", "Labels", "read_labels"]

KEYS = ("example_id", "candidate", "prompt", "output", "input", "target", "label", "score", "labeller")
WORDS = {"pass": 1.0, "fail": 0.0, "win": 1.0, "tie": 0.5, "loss": 0.0}
# Candidate, prompt, example.
Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The answers of a run, for finding what a label speaks of."""

    texts: Mapping[Place, str] = field(default_factory=dict)
    """As found in the outputs, by candidate, prompt and example."""
    asked: frozenset[Place] = frozenset()
    """Whoever was asked what, answered or not."""
    examples: frozenset[str] = frozenset()
    """The golden set's ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One answer with what people say of it."""

    candidate: str
    """Whose; empty for an answer of nobody's."""
    prompt: str
    """With which prompt."""
    example_id: str
    """Which example."""
    text: str
    """The answer."""
    marks: Mapping[str, bool]
    """Whether each labeller passes it."""

    @property
    def human(self) -> bool | None:
        """Return what most of them say; None when they are split in halves."""
        passes = sum(self.marks.values())
        return None if 2 * passes == len(self.marks) else 2 * passes > len(self.marks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """A whole file of labels."""

    answers: tuple[Labelled, ...]
    """Every labelled answer, once."""
    unmarked: int
    """Lines whose label is still null."""
    unanswered: int
    """Labels of questions that got no answer in the run."""


def read_labels(path: Path, rubric: Rubric, match_at: float, answered: Answered) -> Labels:
    """Return the labels of a file; MistakesError names every line that is none, SetupError a file that can't be read.

    A label is `pass` or `fail` (or true, false), of a pair `win`, `tie` or `loss`; or a `score` on the scorer's scale.
    """
    if not path.is_file():
        raise SetupError("the labels can't be read: there is no such file", file=path, hint="`bench judge SUITE --draw 40` begins one")
    mistakes: list[Mistake] = []
    marks: dict[tuple[Place, str], dict[str, bool]] = defaultdict(dict)
    unmarked = unanswered = 0
    for line, value in read_jsonl(path, name=str(path)):
        if isinstance(value, Mistake):
            mistakes.append(value)
        elif value.get("label") is None and value.get("score") is None and {"label", "score"} & set(value):
            unmarked += 1
        else:
            try:
                human = _passes(value, rubric, match_at)
                place = _place(value, answered)
                text = _text(value, place, answered)
            except _WrongLineError as error:
                mistakes.append(Mistake(file=str(path), line=line, key=error.key, message=str(error), hint=error.hint))
                continue
            if text is None:
                unanswered += 1
                continue
            mine = marks[place, text]
            who = str(value.get("labeller", ""))
            if mine.get(who, human) is not human:
                told = f"{who or 'the labeller'} marks this answer twice, and otherwise"
                mistakes.append(Mistake(file=str(path), line=line, key="label", message=told, hint="give each person a `labeller`"))
            mine[who] = human
    if mistakes:
        raise MistakesError(mistakes[:MOST_MISTAKES])
    found = tuple(
        Labelled(candidate=place[0], prompt=place[1], example_id=place[2], text=text, marks=each) for (place, text), each in marks.items()
    )
    if not found:
        hint = 'e.g. {"example_id": "e1", "candidate": "a/p", "label": "pass"}'
        raise MistakesError([Mistake(file=str(path), message="holds no label of an answer", hint=hint)])
    return Labels(answers=found, unmarked=unmarked, unanswered=unanswered)


class _WrongLineError(ValueError):
    def __init__(self, key: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.key, self.hint = key, hint


def _passes(value: Mapping[str, Any], rubric: Rubric, match_at: float) -> bool:
    """Return whether a label passes an answer: as a judge's grade is read."""
    unknown = [name for name in value if name not in KEYS]
    if unknown:
        raise _WrongLineError(unknown[0], f"unknown key {unknown[0]!r}", f"there are {', '.join(KEYS)}")
    label, score = value.get("label"), value.get("score")
    if (label is None) == (score is None):
        raise _WrongLineError("label", "needs exactly one of label and score", 'e.g. "label": "pass"')
    if label is not None:
        words = ("win", "tie", "loss") if rubric.pairs else ("pass", "fail")
        word = ("pass" if label else "fail") if isinstance(label, bool) and not rubric.pairs else str(label)
        if word not in words:
            raise _WrongLineError("label", f"expected {', '.join(words)}, got {word[:40]!r}")
        return WORDS[word] >= match_at
    low, high = (0.0, 1.0) if rubric.pairs or rubric.scale == PASS_FAIL else rubric.scale
    if isinstance(score, bool) or not isinstance(score, int | float) or not low <= score <= high:
        raise _WrongLineError("score", f"expected a number from {low:g} to {high:g}, got {str(score)[:40]!r}", "the scorer's own scale")
    return score >= rubric.pass_at if rubric.pass_at is not None else (score - low) / (high - low) >= match_at


def _place(value: Mapping[str, Any], answered: Answered) -> Place:
    """Return whose answer to what a label speaks of."""
    example = str(value.get("example_id", ""))
    if example not in answered.examples:
        raise _WrongLineError("example_id", f"the golden set has no example {example[:60]!r}")
    named, prompt = str(value.get("candidate") or ""), str(value.get("prompt") or "")
    if isinstance(value.get("output"), str):
        return named, prompt, example
    who = [each for each in answered.asked if each[2] == example]
    if named:
        who = [each for each in who if named in (each[0], candidate_key(each[0], each[1])) and prompt in ("", each[1])]
    if len(who) == 1:
        return who[0]
    known = numbers.listed(sorted({candidate_key(each[0], each[1]) for each in answered.asked}))
    if not answered.asked:
        raise _WrongLineError(
            "output", "needs the answer's text: there is no run it could stand in", "add `output`, or name a run with --run"
        )
    told = f"{named!r} is nobody of that run" if not who else "several candidates answered it"
    raise _WrongLineError("candidate", told, f"e.g. one of {known}")


def _text(value: Mapping[str, Any], place: Place, answered: Answered) -> str | None:
    given = value.get("output")
    stored = answered.texts.get(place)
    # What people were shown counts; where the run has the same question answered otherwise, the label isn't that answer's.
    return given if isinstance(given, str) else stored
