"""The examples as data: columns of small numbers that point into one list of texts, packed so that the page stays small."""

import base64
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from benchharness import numbers
from benchharness.records.comparison import candidate_label
from benchharness.records.page import Page, PageAnswer, PageExample, PageText
from benchharness.report.html.tokens import blocks, shared

__all__ = ["MOST_BYTES", "MOST_CHARACTERS", "MOST_RAW", "Packed", "pack"]

# A page beyond this is slow to open and can't be mailed; one text beyond the other is no answer anybody reads here.
MOST_BYTES = 7_600_000
MOST_CHARACTERS = 20_000
# So much text isn't even tried: packed, it would hardly come below MOST_BYTES.
MOST_RAW = 48_000_000
SAFETY = 0.97
# Examples and texts of one part.
AT_ONCE = 500
# What tells zlib to write a gzip header, with the largest window.
GZIP = 31
STATES = {True: 1, False: 0, None: 2}
GRADED = 3


@dataclass(frozen=True, slots=True)
class Packed:
    """The examples of a page, ready to be embedded."""

    data: str
    """gzip in base64: no sign of it means anything in HTML."""
    examples: tuple[PageExample, ...]
    """Those it holds, in the page's order."""
    notes: tuple[str, ...]
    """What was left out or cut."""


def pack(page: Page, *, most_bytes: int = MOST_BYTES) -> Packed:
    """Return as many examples as fit, those the candidates disagree about first."""
    by_rank = sorted(page.examples, key=lambda each: each.rank)
    fits = _fitting(by_rank)
    while True:
        kept = frozenset(each.rank for each in by_rank[:fits])
        examples = tuple(each for each in page.examples if each.rank in kept)
        table = _Table(page.text)
        data = base64.b64encode(_compressed(_document(page, examples, table))).decode("ascii")
        if len(data) <= most_bytes or fits <= 1:
            return Packed(data, examples, tuple(_notes(page, len(examples), table.cut)))
        fits = max(1, min(fits - 1, int(fits * SAFETY * most_bytes / len(data))))


def _fitting(examples: Sequence[PageExample]) -> int:
    """Return how many examples have no more text than is worth trying."""
    room = MOST_RAW
    for at, each in enumerate(examples):
        room -= sum(_length(text) for text in (each.input, each.target)) + sum(
            _length(text) for answer in each.answers if answer for text in (answer.output, answer.parsed, answer.error)
        )
        if room < 0:
            return max(1, at)
    return len(examples)


def _length(text: str | None) -> int:
    return 0 if text is None else min(len(text), MOST_CHARACTERS)


def _notes(page: Page, kept: int, cut: int) -> list[str]:
    found = []
    if kept < max(page.wanted, len(page.examples)):
        found.append(
            f"So that this page opens quickly it holds {numbers.whole(kept)} of {numbers.quantity(page.asked, 'example')}, "
            "those the candidates disagree about first; every number above is of all of them."
        )
    if cut:
        verb = "was" if cut == 1 else "were"
        found.append(f"{numbers.quantity(cut, 'text')} longer than {numbers.whole(MOST_CHARACTERS)} characters {verb} cut in this page.")
    return found


class _Table:
    """Texts by number, each stored once, as much of them as the page may show."""

    def __init__(self, mode: PageText) -> None:
        self.texts: list[str] = []
        self.cut = 0
        self._mode = mode
        self._known: dict[str, int] = {}

    def place(self, text: str | None) -> int:
        """Return the number of a text; -1 for none."""
        if text is None or self._mode is PageText.NONE:
            return -1
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = len(self.texts)
            self.texts.append(self._written(text))
        return found

    def _written(self, text: str) -> str:
        if len(text) > MOST_CHARACTERS:
            self.cut += 1
            text = f"{text[:MOST_CHARACTERS]}… ({numbers.whole(len(text))} characters)"
        return blocks(text) if self._mode is PageText.REDACTED else text


def _document(page: Page, examples: Sequence[PageExample], table: _Table) -> Iterator[str]:
    """Yield the data as JSON in parts, as the whole of it takes many times the room of what it's packed into."""
    slices = sorted({name for each in examples for name in each.slices})
    statuses = sorted({answer.status for each in examples for answer in each.answers if answer})
    # Which texts there are is known when every row is.
    rows = [_json([_row(each, table, page.text, slices, statuses) for each in some])[1:-1] for some in _some(examples)]
    head = {
        "candidates": [candidate_label(each.candidate, each.prompt) for each in page.comparison.candidates],
        "prompts": [each.prompt for each in page.comparison.candidates],
        "pair": page.pair,
        "text": page.text.value,
        "slices": slices,
        "statuses": statuses,
    }
    yield _json(head)[:-1] + ',"texts":['
    for at, some in enumerate(_some(table.texts)):
        yield ("," if at else "") + _json(some)[1:-1]
    yield '],"examples":['
    for at, each in enumerate(rows):
        yield ("," if at else "") + each
    yield "]}"


def _some(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[begin : begin + AT_ONCE] for begin in range(0, len(values), AT_ONCE))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _compressed(parts: Iterable[str]) -> bytes:
    """Return the texts as gzip without a date or name, so that the same examples give the same bytes."""
    packer = zlib.compressobj(6, zlib.DEFLATED, GZIP)
    packed = [packer.compress(each.encode("utf-8", "replace")) for each in parts]
    return b"".join([*packed, packer.flush()])


def _row(example: PageExample, table: _Table, mode: PageText, slices: Sequence[str], statuses: Sequence[str]) -> list[object]:
    target = table.place(example.target)
    answers = [0 if each is None else _answer(each, example.target, table, mode, statuses) for each in example.answers]
    return [example.id, table.place(example.input), target, [slices.index(each) for each in example.slices], answers]


def _answer(answer: PageAnswer, target: str | None, table: _Table, mode: PageText, statuses: Sequence[str]) -> list[object]:
    """Return `[state, status, output, parsed, error, score, same, extra, lacking]`, cut where nothing follows."""
    graded = answer.matched is None and answer.score is not None
    error = answer.error if mode is PageText.WHOLE else None
    found: list[object] = [
        GRADED if graded else STATES[answer.matched],
        statuses.index(answer.status),
        table.place(answer.output),
        -1 if answer.parsed == answer.output else table.place(answer.parsed),
        table.place(error),
        None if answer.score is None or (not graded and answer.score in (0.0, 1.0)) else round(answer.score, 4),
    ]
    if mode is PageText.REDACTED and answer.output is not None and target is not None:
        counted = shared(answer.output, target)
        return [*found, counted.same, counted.extra, counted.lacking]
    while len(found) > 2 and found[-1] in (-1, None):  # noqa: PLR2004 - state and status always stand
        found.pop()
    return found
