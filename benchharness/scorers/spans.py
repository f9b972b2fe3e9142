"""Spans: pieces of a text with labels, exactly right or overlapping."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from benchharness.records.example import Example
from benchharness.records.score import Score, Unparsable, Unscored
from benchharness.records.scorer_traits import ScorerTraits
from benchharness.scorers.accepting import json_target
from benchharness.scorers.json_finding import find_json, json_of
from benchharness.scorers.normalising import Normalisation, normaliser
from benchharness.scorers.pairing_up import best_pairs
from benchharness.scorers.unfit import no_json

__all__ = ["Options", "SpansScorer", "Touching", "make"]

# A span as it's compared: its label, and its text or its (start, end).
Span = tuple[str, str | tuple[int, int]]

# What tools call a span's label, its text and its places: ours, spaCy's, Hugging Face's, Presidio's, GLiNER's and Label Studio's.
LABEL_KEYS = ("label", "type", "entity_group", "entity", "entity_type", "category", "tag", "class", "ner")
TEXT_KEYS = ("text", "word", "span", "value", "mention")
PLACE_KEYS = (("start", "end"), ("start_offset", "end_offset"), ("begin", "end"), ("start_char", "end_char"))
# What may stand beside them and is no part of the comparison.
BESIDE = frozenset({"score", "confidence", "id", "index", "probability"})
KNOWN = frozenset({*LABEL_KEYS, *TEXT_KEYS, *(key for pair in PLACE_KEYS for key in pair)}) | BESIDE


class Touching(StrEnum):
    """When a span counts as found."""

    EXACT = "exact"
    OVERLAP = "overlap"


class NoSpanError(Exception):
    """Happens when JSON doesn't hold spans."""


def _unfit(label: str, options: Mapping[str, Any], target: Any) -> tuple[str, str] | None:
    told = no_json(label, target, "write spans, e.g. [{}], or score with `exact` or `f1`")
    if told is not None:
        return told
    value = json_of(target) if isinstance(target, str) else target
    try:
        list(spans_of(value))
    except NoSpanError as error:
        return f"the scorer `{label}` compares spans: {error}", 'e.g. [{"text": "SQL", "label": "skill"}]'
    strange = sorted(unlabelled_keys(value)) if options.get("labels", True) else []
    if not strange:
        return None
    return (
        f"a span says {', '.join(map(repr, strange))}, which the scorer `{label}` doesn't compare, and no label",
        f"call the label one of {', '.join(LABEL_KEYS[:4])}, or say `labels: false`",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `spans`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    traits: ClassVar[ScorerTraits] = ScorerTraits(unfit=_unfit)

    match: Touching = Touching.EXACT
    """`exact`: same label, same text or places. `overlap`: credit for the words, or the places, that both have."""
    labels: bool = True
    """Whether the label must be right too."""
    normalise: tuple[Normalisation, ...] = (Normalisation.COLLAPSE_SPACES, Normalisation.CASEFOLD, Normalisation.STRIP_PUNCTUATION)
    """What may differ between the spans' texts."""


def make(options: Options, name: str, _labels: tuple[str, ...]) -> "SpansScorer":
    """Return the scorer."""
    return SpansScorer(options, name)


class SpansScorer:
    """F1 over spans. JSON on both sides: `[text, ...]`, `{label: [text, ...]}`, or objects with `text` or `start` and `end`, and `label`.

    A label may be called `type`, `entity` or `entity_group`, and a text `word`, as other tools do; any other key, where no label
    is, is told of.

    Nothing to find and nothing found is 1. A span counts as often as it's given.
    """

    version = 2

    def __init__(self, options: Options, name: str) -> None:
        self.name = name
        self._options = options
        self._normalise = normaliser(options.normalise)

    def score(self, answer: str, example: Example) -> Score | Unparsable | Unscored:
        """Compare the answer's spans with the target's."""
        try:
            target = json_target(example)
        except ValueError:
            return Unscored(reason="the example's target is no JSON")
        if target is None:
            return Unscored(reason="the example has no target")
        found = find_json(answer, like=target)
        if found is None:
            return Unparsable(reason="no JSON in the answer")
        try:
            wanted = self._compared_by(spans_of(target))
        except NoSpanError as error:
            return Unscored(reason=f"the example's target holds no spans: {error}")
        try:
            given = self._compared_by(spans_of(found[0]))
        except NoSpanError as error:
            return Unparsable(reason=str(error))
        return self._compared(found[0], given, wanted)

    def _compared_by(self, spans: Iterator[Span]) -> list[Span]:
        """Return spans as this suite compares them: texts normalised, labels left out where they don't count."""
        return [(label if self._options.labels else "", self._normalise(what) if isinstance(what, str) else what) for label, what in spans]

    def _compared(self, found: Any, given: list[Span], wanted: list[Span]) -> Score | Unscored:
        strange = sorted(unlabelled_keys(found)) if self._options.labels else []
        why = f"spans without a label, and with {', '.join(map(repr, strange[:5]))}" if strange else ""
        if not wanted or not given:
            return Score(value=float(not wanted and not given), parsed=found, why=why)
        try:
            shared = self._shared(given, wanted)
        except ValueError as error:
            return Unscored(reason=str(error))
        parts = {"precision": shared / len(given), "recall": shared / len(wanted)}
        return Score(value=2 * shared / (len(given) + len(wanted)), parsed=found, parts=parts, why=why)

    def _shared(self, given: list[Span], wanted: list[Span]) -> float:
        if self._options.match == Touching.EXACT:
            return float(sum((Counter(given) & Counter(wanted)).values()))
        labels = {label for label, _ in wanted}
        mine, theirs = ({name: [each for label, each in spans if label == name] for name in labels} for spans in (given, wanted))
        return sum(best_pairs(mine[name], theirs[name], _overlap) for name in sorted(labels))


def spans_of(value: Any) -> Iterator[Span]:
    """Yield the spans of a list, of lists by label, or of one span, each with its label; NoSpanError for anything else."""
    if isinstance(value, Mapping) and not _is_span(value):
        for label, each in value.items():
            for span in [each] if isinstance(each, str) else _listed(each):
                yield _span(span, str(label))
    else:
        for span in [value] if isinstance(value, str | Mapping) else _listed(value):
            yield _span(span, "")


def unlabelled_keys(value: Any) -> set[str]:
    """Return the keys nobody knows of spans that have no label: one of them may be meant to be it."""
    if isinstance(value, Mapping) and not _is_span(value):
        return set()
    spans = [each for each in ([value] if isinstance(value, Mapping) else value) if isinstance(each, Mapping)]
    return {key for each in spans if not any(name in each for name in LABEL_KEYS) for key in each if key not in KNOWN}


def _is_span(value: Mapping[str, Any]) -> bool:
    return any(isinstance(value.get(key), str) for key in TEXT_KEYS) or any(begin in value for begin, _ in PLACE_KEYS)


def _span(value: Any, label: str) -> Span:
    if isinstance(value, str):
        return label, value
    if not isinstance(value, Mapping):
        raise NoSpanError(f"{str(value)[:50]} is no span")
    label = next((str(value[key]) for key in LABEL_KEYS if value.get(key) is not None), label)
    places = next((pair for pair in PLACE_KEYS if pair[0] in value), None)
    if places is None:
        text = next((value[key] for key in TEXT_KEYS if isinstance(value.get(key), str)), None)
        if text is None:
            raise NoSpanError("a span needs a `text`, or `start` and `end`")
        return label, text
    start, end = value[places[0]], value.get(places[1])
    if type(start) is not int or type(end) is not int or end <= start:
        raise NoSpanError("a span needs whole numbers `start` and `end`, the end after the start")
    return label, (start, end)


def _listed(value: Any) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise NoSpanError(f"{str(value)[:50]} is no list of spans")
    return value


def _overlap(one: str | tuple[int, int], other: str | tuple[int, int]) -> float:
    """Return how much two spans share (Dice): letters of their places, or words of their texts."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        both = max(0, min(one[1], other[1]) - max(one[0], other[0]))
        return 2 * both / (one[1] - one[0] + other[1] - other[0])
    if isinstance(one, str) and isinstance(other, str):
        words, theirs = Counter(one.split()), Counter(other.split())
        size = words.total() + theirs.total()
        return 2 * (words & theirs).total() / size if size else 1.0
    return 0.0
