"""What suite, scorers and data must agree on: told before a question is paid for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from benchharness.errors import MOST_MISTAKES, Mistake
from benchharness.records.example import ExampleSet, answers_of
from benchharness.records.suite import Prompt, ScorerEntry
from benchharness.scorers import scorer_traits_of
from benchharness.scorers.marking import listed_scorers
from benchharness.scorers.thinking import names_a_thought
from benchharness.scorers.wanting import needs_target, unfit_target, writes_number
from benchharness.suite.reading import SuiteFile
from benchharness.suite.templates import uses_nothing

__all__ = ["Fit", "fit_of"]


# A list or SQuAD's object in a cell of CSV, by JSON or by Python's own writing.
LISTED = re.compile(r"""\s*(\[\s*["'].*["']\s*\]|\{\s*["'](text|answer_start|value|aliases)["'].*\})\s*""", re.DOTALL)


@dataclass(slots=True, kw_only=True)
class Fit:
    """How well a golden set's targets fit the scorers, and the prompts the examples."""

    mistakes: list[Mistake] = field(default_factory=list)
    """What no run could mend."""
    warnings: list[str] = field(default_factory=list)
    """What a reader must know."""


def fit_of(file: SuiteFile, prompts: dict[str, Prompt], golden: ExampleSet) -> Fit:
    """Return what doesn't fit; one pass over the examples."""
    found = Fit(mistakes=list(_same_for_all(file, prompts)))
    scorers = listed_scorers(file.suite.scorers)
    seen = _Targets(scorers, golden)
    found.mistakes += seen.mistakes()
    wanting = [each.label for each in scorers if needs_target(each)]
    if wanting and seen.targets == 0:
        found.mistakes.append(_no_target(golden, wanting))
    if seen.thought:
        found.mistakes += _thoughts(file, prompts, seen.thought)
    found.warnings += seen.warnings()
    return found


def _same_for_all(file: SuiteFile, prompts: dict[str, Prompt]) -> Iterator[Mistake]:
    """Yield prompts that ask every example the same; what was recorded is asked no more."""
    asked = {name for entry in file.suite.candidates if not (entry.model or "").startswith("recorded/") for name in entry.prompts}
    for name in sorted(asked & prompts.keys()):
        if uses_nothing(prompts[name]):
            told = "asks every example the same question: it uses nothing of the example"
            yield file.mistake(f"prompts.{name}", told, "put `{{ input }}` where the example belongs")


class _Targets:
    """What one pass over the targets found."""

    def __init__(self, scorers: Sequence[ScorerEntry], golden: ExampleSet) -> None:
        self._golden = golden
        self._unfit: list[Mistake] = []
        self._count = 0
        self._empty: list[str] = []
        self._numbers: list[str] = []
        self._lists: list[str] = []
        self.targets = 0
        self.thought = ""
        literal = [each.label for each in scorers if scorer_traits_of(each).literal]
        self._literal = literal[0] if literal else ""
        comparing = [each for each in scorers if scorer_traits_of(each).unfit is not None]
        loose = any(each.type == "json" and not each.options.get("strict_types") for each in scorers)
        for at, each in enumerate(golden.examples):
            texts = answers_of(each.target)
            self.targets += any(map(str.strip, texts))
            if texts and not all(map(str.strip, texts)):
                self._empty.append(each.id)
            if not self.thought and any(map(names_a_thought, texts)):
                self.thought = each.id
            if literal and isinstance(each.target, str) and LISTED.fullmatch(each.target):
                self._lists.append(each.id)
            if loose and writes_number(each.target):
                self._numbers.append(each.id)
            for scorer in comparing:
                self._note(at, unfit_target(scorer, each.target))

    def _note(self, at: int, wrong: tuple[str, str] | None) -> None:
        if wrong is None:
            return
        self._count += 1
        if self._count <= MOST_MISTAKES:
            line = self._golden.lines[at] if len(self._golden.lines) else None
            key = self._golden.columns.get("target", "target")
            self._unfit.append(Mistake(file=self._golden.source, line=line, key=key, message=wrong[0], hint=wrong[1]))

    def mistakes(self) -> list[Mistake]:
        """Return the first targets that a scorer can't compare, and how many more there are."""
        more = self._count - len(self._unfit)
        return self._unfit + ([Mistake(file=self._golden.source, message=f"and {more} more like these")] if more else [])

    def warnings(self) -> list[str]:
        """Return what is odd about targets and can be scored all the same."""
        told = []
        if self._empty and self.targets:
            hold = "example has" if len(self._empty) == 1 else "examples have"
            told.append(f"{len(self._empty)} golden {hold} an empty target ({self._empty[0]}): nothing but an empty answer matches it.")
        if self._lists:
            hold = "target is a text" if len(self._lists) == 1 else "targets are texts"
            told.append(
                f"{len(self._lists)} {hold} that a list is written in ({self._lists[0]}): the scorer `{self._literal}` compares "
                "the whole text. Give lists of accepted answers in a .jsonl or .parquet file."
            )
        if self._numbers:
            hold = "target writes" if len(self._numbers) == 1 else "targets write"
            told.append(
                f"{len(self._numbers)} {hold} a number as a text ({self._numbers[0]}): for the scorer `json` an answer's 7 is "
                '"7" as well; `strict_types: true` tells them apart.'
            )
        return told


def _no_target(golden: ExampleSet, wanting: Sequence[str]) -> Mistake:
    scorers = ", ".join(f"`{each}`" for each in wanting)
    if "target" in golden.columns:
        told = f"no example has a target, and {scorers} can't score without one"
        return Mistake(file=golden.source, key=golden.columns["target"], message=told, hint="fill the column, or name another in `columns`")
    others = sorted({*golden.columns.values(), *golden.examples[0].metadata} - {golden.columns.get("input"), golden.columns.get("id")})
    told = f"no column for the target, and {scorers} can't score without one; the file also has {', '.join(others) or 'nothing'}"
    return Mistake(
        file=golden.source, message=told, hint=f"say which in the suite: `columns: {{target: {others[0] if others else 'NAME'}}}`"
    )


def _thoughts(file: SuiteFile, prompts: dict[str, Prompt], example: str) -> Iterator[Mistake]:
    """Yield prompts that don't say whether what looks like a thought is part of an answer, where targets look so as well."""
    asked = {name for entry in file.suite.candidates for name in entry.prompts}
    for name in sorted(asked & prompts.keys()):
        extract = prompts[name].extract
        if extract is None or extract.reasoning is None:
            told = (
                f"targets hold marks of a thought, such as <think> ({example}), and what's thought in answers is left out unless it's said"
            )
            yield file.mistake(f"prompts.{name}", told, "say `extract: {reasoning: keep}`, or `extract: {reasoning: apart}`")
