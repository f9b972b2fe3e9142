"""Label: one of a closed list, found in the answer."""

import re
from dataclasses import dataclass, field
from typing import Any, ClassVar

from benchharness.records.example import Example
from benchharness.records.score import Score, Unparsable, Unscored
from benchharness.records.scorer_traits import ScorerTraits
from benchharness.scorers.accepting import accepted_texts

__all__ = ["LabelScorer", "Options", "make"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `label`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    traits: ClassVar[ScorerTraits] = ScorerTraits(says_right=True, by_label=True)

    labels: tuple[str, ...] = ()
    """The closed list; the targets of golden set and pool when unset."""
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Other names of a label, e.g. `{no-result: [missing result, no outcome]}`."""
    mention: bool = True
    """Whether one label named within a longer answer counts; `false` wants the label alone."""

    def __post_init__(self) -> None:
        owners = {folded(label): label for label in self.labels}
        for label, others in self.aliases.items():
            for other in others:
                owner = owners.setdefault(folded(other), label)
                if folded(owner) != folded(label):
                    raise ValueError(f"{other!r} can't stand for {label!r} and for {owner!r}: one answer would be right for both")


def make(options: Options, name: str, labels: tuple[str, ...]) -> "LabelScorer":
    """Return the scorer; `labels` are the data's targets."""
    return LabelScorer(options, name, options.labels or labels)


class LabelScorer:
    """1 when the label found equals the target's.

    An answer that is a label, but for case, punctuation and hyphens, is that label. Else, when exactly one label is named
    in it, that one. None or several: unparsable.
    """

    version = 1

    def __init__(self, options: Options, name: str, labels: tuple[str, ...]) -> None:
        self.name = name
        self._mention = options.mention
        self._names: dict[str, str] = {folded(label): label for label in labels}
        for label, others in options.aliases.items():
            self._names.update({folded(other): label for other in others})
        # Longest first, so that `card lost abroad` isn't read as `card lost`.
        longest_first = sorted((name for name in self._names if name), key=len, reverse=True)
        self._finder = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)") if longest_first else None

    def score(self, answer: str, example: Example) -> Score | Unparsable | Unscored:
        """Find the label in the answer and compare it with the target's."""
        accepted = accepted_texts(example)
        if not accepted:
            return Unscored(reason="the example has no target")
        found = self.find(answer)
        if isinstance(found, Unparsable):
            return found
        wanted = {self._names.get(folded(each), each) for each in accepted}
        return Score(value=float(found in wanted), parsed=found)

    def find(self, answer: str) -> str | Unparsable:
        """Return the label an answer gives."""
        text = folded(answer)
        if text in self._names:
            return self._names[text]
        if not self._mention or self._finder is None:
            return Unparsable(reason="the answer is none of the labels")
        named = dict.fromkeys(self._names[match] for match in self._finder.findall(text))
        if len(named) == 1:
            return next(iter(named))
        return Unparsable(reason=f"names {', '.join(list(named)[:5])}" if named else "names none of the labels")


def folded(text: str) -> str:
    """Return text without case, marks, and the difference between hyphen, underscore and blank."""
    return " ".join(re.findall(r"\w+", text.replace("_", " ").casefold()))
