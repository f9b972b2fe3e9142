"""Label: one of a closed list, found in the answer."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from benchharness.errors import SetupError
from benchharness.records.example import Example, label_of
from benchharness.records.score import Score, Unparsable, Unscored
from benchharness.records.scorer_traits import ScorerTraits
from benchharness.scorers.label_list import MOST_LABELS, LabelList, canonical_label, clashes
from benchharness.scorers.label_reading import read_label, read_line

__all__ = ["FIRST_LINE_SAYS", "LabelPlace", "LabelScorer", "Options", "make"]

MOST_KEPT = 20_000
LONGEST_KEPT = 300
# Stands in the reason of an answer that `read: first-line` would read; the run counts them.
FIRST_LINE_SAYS = "its first line alone says"


class LabelPlace(StrEnum):
    """Where in an answer the label is looked for."""

    ANYWHERE = "anywhere"
    FIRST_LINE = "first-line"
    LAST_LINE = "last-line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `label`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    traits: ClassVar[ScorerTraits] = ScorerTraits(literal=True, never_empty=True, says_right=True, by_label=True)

    labels: tuple[str | bool | int | float, ...] = ()
    """The closed list; the targets of golden set and pool when unset. Numbers and true or false are labels too."""
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Other names of a label, e.g. `{no-result: [missing result, no outcome]}`."""
    mention: bool = True
    """Whether one label named within a longer answer counts; `false` wants the label alone."""
    read: LabelPlace = LabelPlace.ANYWHERE
    """`first-line` or `last-line`: the label that this line alone gives counts, whatever the rest names."""

    def __post_init__(self) -> None:
        labels = canonical_label(self.labels)
        if any(not name.strip() for name in (*labels, *self.aliases, *(each for others in self.aliases.values() for each in others))):
            raise ValueError("an empty text is no label: every answer holds it")
        for each in clashes(labels, self.aliases):
            if (each.name, each.other) == (each.label, each.other_label):
                told = f"{each.name!r} and {each.other!r} differ in case, blanks or signs' forms alone, and no answer could be told for one"
                raise ValueError(f"{told}; keep one of them, with `aliases: {{{each.other}: [{each.name}]}}` when the data has both")
            told = f"{each.name!r} can't stand for {each.label!r} and for {each.other_label!r}"
            raise ValueError(f"{told}: one answer would be right for both")


def make(options: Options, name: str, labels: tuple[str, ...]) -> "LabelScorer":
    """Return the scorer; `labels` are the data's targets. SetupError when they are no closed list and the suite gives none."""
    if not options.labels and len(labels) > MOST_LABELS:
        raise SetupError(f"{name}: more than {MOST_LABELS} different targets are no closed list", hint="list them: `labels: [...]`")
    return LabelScorer(options, name, canonical_label(options.labels) or labels)


class LabelScorer:
    """1 when the label found equals the target's.

    The answer as a whole is looked at first, but for case, Unicode's forms, marks and hyphens; then an answer that's marked as
    one; then the only label named, unless it's denied. None or several: unparsable.
    """

    version = 2

    def __init__(self, options: Options, name: str, labels: Sequence[str]) -> None:
        self.name = name
        self._mention = options.mention
        self._read = options.read
        self.known = LabelList(labels, options.aliases)
        self._kept: dict[str, str | Unparsable] = {}

    def score(self, answer: str, example: Example) -> Score | Unparsable | Unscored:
        """Find the label in the answer and compare it with the target's."""
        wanted = {self._target(each) for each in target_labels(example.target)}
        if not wanted:
            return Unscored(reason="the example has no target that's a label")
        found = self.find(answer)
        if isinstance(found, Unparsable):
            return found
        return Score(value=float(found in wanted), parsed=found)

    def find(self, answer: str) -> str | Unparsable:
        """Return the label an answer gives; short answers repeat, and are read once."""
        found = self._kept.get(answer)
        if found is None:
            found = self._found(answer)
            if len(answer) <= LONGEST_KEPT and len(self._kept) < MOST_KEPT:
                self._kept[answer] = found
        return found

    def pair(self, target: str, found: str | None) -> tuple[str, str | None]:
        """Return target and answer of a run's row as labels of the list, as the score reads them.

        Of several targets any is right: the one that was found, else the first. `found` is what the score parsed, None for no label.
        """
        texts = [target]
        if self.known.of_target(target) is None and target.startswith("["):
            try:
                texts = list(target_labels(json.loads(target))) or texts
            except ValueError:
                texts = [target]
        wanted = [self._target(each) for each in texts]
        return found if found is not None and found in wanted else wanted[0], found

    def _found(self, answer: str) -> str | Unparsable:
        if self._read is not LabelPlace.ANYWHERE:
            line = read_line(answer, self.known, last=self._read is LabelPlace.LAST_LINE)
            if line is not None:
                return line
        found = read_label(answer, self.known, mention=self._mention)
        if isinstance(found, Unparsable) and self._mention and self._read is LabelPlace.ANYWHERE:
            line = read_line(answer, self.known, last=False)
            if line is not None:
                return Unparsable(reason=f"{found.reason}; {FIRST_LINE_SAYS} {line} (`read: first-line`)")
        return found

    def _target(self, text: str) -> str:
        return self.known.of_target(text) or text


def target_labels(target: Any) -> tuple[str, ...]:
    """Return the labels a target accepts: of a list any; an empty text, an object or nothing is none."""
    listed = target if isinstance(target, list | tuple) else [target]
    return tuple(text for each in listed if (text := label_of(each)) is not None and text.strip())
