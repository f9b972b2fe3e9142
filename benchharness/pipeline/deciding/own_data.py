"""What a suite's own data says of rows from anywhere: are they answers to its golden set, and did somebody learn from it?"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchharness import numbers
from benchharness.errors import MOST_MISTAKES, Mistake, MistakesError
from benchharness.goldenset.facts import without
from benchharness.goldenset.reading import read_examples
from benchharness.goldenset.slicing import slices_of
from benchharness.pipeline.loading.leakage import find_leakage
from benchharness.records.example import Example, ExampleSet
from benchharness.records.leakage import Leakage
from benchharness.records.suite import DataSource, Suite

__all__ = ["OwnData", "filled_in_from", "own_data"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnData:
    """What lies beside a suite, as far as it lies there."""

    golden: Mapping[str, Example] | None
    """The golden set by id; None when it isn't here."""
    leakage: Leakage
    """What of it stands in what was learned from."""
    labelled: int | None
    """How many examples the training pool has; None when it isn't here."""
    slices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The ids of each protected slice's examples."""
    warnings: tuple[str, ...] = ()
    """What the suite names and couldn't be looked at."""


def own_data(suite: Suite, folder: Path | None) -> OwnData:
    """Return what lies in the suite's folder of its golden set, its pool and what its candidates were trained on.

    A file that isn't there is told and never taken for one that was looked at; one that is there and broken raises as in a run.
    """
    golden = _read(suite, suite.golden_set, folder, "golden set")
    named = [("training pool", suite.training_pool)] if suite.training_pool is not None else []
    for entry in suite.candidates:
        if entry.trained_on is not None and entry.trained_on not in [source for _, source in named]:
            named.append((f"`trained_on` of {entry.name}", entry.trained_on))
    read = [(what, source, _read(suite, source, folder, what)) for what, source in named]
    sources = [
        without(found, golden) if source.exclude_golden and golden is not None else found for _, source, found in read if found is not None
    ]
    unread = [f"{what} ({_name(source)})" for what, source, found in read if found is None]
    if golden is None and suite.golden_set is not None:
        unread.insert(0, f"golden set ({_name(suite.golden_set)})")
    return OwnData(
        golden=None if golden is None else {each.id: each for each in golden.examples},
        leakage=_leakage(golden, sources, unread, seed=suite.seed),
        labelled=next((len(found) for what, _, found in read if what == "training pool" and found is not None), None),
        slices={} if golden is None else slices_of(golden, suite.decision.protected_slices),
        warnings=tuple(_unread(unread)),
    )


def _leakage(golden: ExampleSet | None, sources: list[ExampleSet], unread: list[str], *, seed: int) -> Leakage:
    if golden is None:
        return Leakage(checked=False, unread=tuple(unread))
    found = find_leakage(golden, sources, seed=seed)
    # What was seen to leak leaks; that nothing does can be said only of all there is to learn from.
    return found if found.leaked or not unread else Leakage(checked=False, golden=len(golden), unread=tuple(unread))


def _read(suite: Suite, source: DataSource | None, folder: Path | None, role: str) -> ExampleSet | None:
    """Return a set of examples; None where it isn't a file that lies here: nothing is fetched to decide."""
    if source is None or source.path is None or folder is None or not (folder / source.path).is_file():
        return None
    return read_examples(source, folder=folder, seed=suite.seed, role=role)


def _name(source: DataSource) -> str:
    return source.path or f"{source.hub} on the hub"


def _unread(unread: list[str]) -> Iterator[str]:
    if unread:
        yield f"Not looked at, because it isn't here: {numbers.listed(unread, most=len(unread))}."


def filled_in_from(golden: Mapping[str, Example], table: Any, name: str) -> tuple[str, ...]:
    """Give rows the targets and clusters of the golden set where they tell none; return what a reader must know.

    `table` is a frame that `read_table` made of the file `name`. MistakesError names rows of examples the golden set doesn't
    have, and rows whose target or cluster isn't its own: they answer another exam.
    """
    ids = [str(each) for each in table["example_id"]]
    mistakes = [*_strangers(golden, ids, table, name)]
    for column in () if mistakes else ("target", "cluster"):
        mistakes += _filled(golden, ids, table, column, name)
    if mistakes:
        more = len(mistakes) - MOST_MISTAKES
        rest = [Mistake(file=name, message=f"and {more} more like these")] if more > 0 else []
        raise MistakesError([*sorted(mistakes, key=lambda each: each.line or 0)[:MOST_MISTAKES], *rest])
    answered = len(set(ids))
    return (f"Only {numbers.count_of(answered, len(golden))} golden examples have rows.",) if answered < len(golden) else ()


def _strangers(golden: Mapping[str, Example], ids: list[str], table: Any, name: str) -> Iterator[Mistake]:
    for example, line in zip(ids, table["line"], strict=True):
        if example not in golden:
            message = f"the suite's golden set has no example {example!r}"
            hint = "rows answer the suite's `golden_set`; leave others out, or name the set they answer"
            yield Mistake(file=name, line=int(line), key="example_id", message=message, hint=hint)


def _filled(golden: Mapping[str, Example], ids: list[str], table: Any, column: str, name: str) -> list[Mistake]:
    """Fill in a column in place; return a mistake for each row that says otherwise than the golden set."""
    values: list[Any] = []
    mistakes = []
    for example, said, line in zip(ids, table[column].tolist(), table["line"], strict=True):
        own = getattr(golden[example], column)
        known = said is not None and said == said  # noqa: PLR0124  NaN is none
        if known and own is not None and not _same(own, said):
            message = f"{example} has the {column} {said!r} here and {_text(own)!r} in the golden set"
            hint = "the rows answer another golden set than the suite's"
            mistakes.append(Mistake(file=name, line=int(line), key=column, message=message, hint=hint))
        values.append(said if known or own is None else _text(own))
    table[column] = values
    return mistakes


def _same(own: Any, said: Any) -> bool:
    """Tell whether a row's value is the golden set's: the same text, number or JSON, or one of those that all count as right."""
    texts = {_text(own), *([_text(each) for each in own] if isinstance(own, list | tuple) else [])}
    return _text(said) in texts or _json(said) in [_json(each) for each in texts]


def _json(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
