"""Read a golden set or a training pool: every row exactly as written, every bad row named."""

import json
import random
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchharness.errors import MOST_MISTAKES, Mistake, MistakesError, SetupError
from benchharness.goldenset.columns import map_columns, to_canonical
from benchharness.goldenset.csv_file import read_csv
from benchharness.goldenset.finding import repeated
from benchharness.goldenset.fingerprint import content_id, fingerprint
from benchharness.goldenset.foreign_cells import assertion, conversation
from benchharness.goldenset.hub import read_hub
from benchharness.goldenset.json_file import read_json
from benchharness.goldenset.jsonl import read_jsonl
from benchharness.goldenset.parquet import read_parquet
from benchharness.goldenset.spool import Spool, SpooledExamples, arranged, held
from benchharness.records.example import Example, ExampleSet
from benchharness.records.suite import DataSource

__all__ = ["asking_order", "read_examples"]

READERS = {".jsonl": read_jsonl, ".ndjson": read_jsonl, ".json": read_json, ".csv": read_csv, ".tsv": read_csv, ".parquet": read_parquet}

# The column of promptfoo's assertions; with several they are numbered.
PROMPTFOO = "__expected"

Rows = Iterable[tuple[int, dict[str, Any] | Mistake]]


def read_examples(source: DataSource, *, folder: Path, seed: int, role: str) -> ExampleSet:
    """Return the examples a suite names; MistakesError with every bad row, SetupError when there is no such file.

    `folder` is the suite file's, `role` is what messages call the set: `golden set` or `training pool`.
    """
    name, rows = _open(source, folder, role)
    raws, columns = _raw(rows)
    if not len(raws):
        raise MistakesError([Mistake(file=name, message=f"the {role} holds no examples")])
    mapping, mistakes = map_columns(columns, source.columns, file=name)
    if mistakes:
        raise MistakesError(mistakes)
    examples, lines = _examples(raws, mapping, name)
    places = _chosen(examples, source, seed)
    if places is not None:
        examples, lines = examples.arranged(places), array("Q", (lines[place] for place in places))
    if not len(examples):
        raise MistakesError([Mistake(file=name, message=f"`only` leaves no example of the {role}", hint="check the values it names")])
    return ExampleSet(source=name, examples=held(examples), fingerprint=fingerprint(examples), columns=mapping, lines=lines)


def asking_order(examples: ExampleSet, seed: int) -> Sequence[Example]:
    """Return a golden set in the order it's asked in: one shuffle by the suite's seed."""
    order = array("Q", range(len(examples)))
    random.Random(seed).shuffle(order)  # noqa: S311 - a reproducible order, no secret
    return arranged(examples.examples, order)


def _open(source: DataSource, folder: Path, role: str) -> tuple[str, Rows]:
    if source.hub is not None:
        name = f"hub:{source.hub}@{source.revision}#{source.split}"
        return name, read_hub(source, name=name)
    path = folder / (source.path or "")
    name = _shown(path)
    if not path.exists():
        raise SetupError(f"there is no such {role} file", file=name, hint="paths are relative to the suite file")
    if path.is_dir():
        raise SetupError(f"the {role} is a folder, expected a file", file=name, hint=f"known: {', '.join(READERS)}")
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise SetupError(f"can't read {path.suffix or 'a file without an ending'}", file=name, hint=f"known: {', '.join(READERS)}")
    return name, reader(path, name=name)


def _shown(path: Path) -> str:
    """Return the path as a person would write it from where they are."""
    absolute = path.resolve()
    return str(absolute.relative_to(Path.cwd())) if absolute.is_relative_to(Path.cwd()) else str(path)


class _Mistakes:
    """The first mistakes of a file, and how many there are: a file of a million rows may have a million."""

    def __init__(self) -> None:
        self.first: list[Mistake] = []
        self.count = 0

    def add(self, mistake: Mistake) -> None:
        self.count += 1
        if len(self.first) < MOST_MISTAKES:
            self.first.append(mistake)

    def raise_if_any(self, other: "_Mistakes | None" = None) -> None:
        """Raise MistakesError with the first mistakes, and the first of `other` among them, by line."""
        count = self.count + (0 if other is None else other.count)
        first = self.first if other is None else sorted([*self.first, *other.first], key=lambda each: each.line or 0)
        if count > MOST_MISTAKES:
            more = Mistake(file=first[0].file, message=f"and {count - MOST_MISTAKES} more like these")
            raise MistakesError([*first[:MOST_MISTAKES], more])
        if count:
            raise MistakesError(first)


def _raw(rows: Rows) -> tuple[Spool, dict[str, None]]:
    """Return (line, row) pairs as they were read, and the columns of all of them; which is which is known only at the end."""
    raws, mistakes = Spool(), _Mistakes()
    columns: dict[str, None] = {}
    for number, row in rows:
        if isinstance(row, Mistake):
            mistakes.add(row)
        elif not mistakes.count:
            columns.update(dict.fromkeys(row))
            raws.append((number, row))
    mistakes.raise_if_any()
    return raws, columns


def _examples(raws: Spool, mapping: Mapping[str, str], name: str) -> tuple[SpooledExamples, "array[int]"]:
    spool, mistakes = Spool(), _Mistakes()
    lines, hashes = array("Q"), array("q")
    for number, raw in raws.between(0, len(raws)):
        example = _example(raw, mapping, name, number)
        if isinstance(example, Mistake):
            mistakes.add(example)
        else:
            spool.append(SpooledExamples.kept(example))
            lines.append(number)
            hashes.append(hash(example.id))
    examples = SpooledExamples(spool)
    mistakes.raise_if_any(_twins(examples, hashes, lines, mapping, name))
    return examples, lines


def _twins(examples: SpooledExamples, hashes: "array[int]", lines: "array[int]", mapping: Mapping[str, str], name: str) -> _Mistakes:
    """Return a mistake for each example whose id an earlier one has."""
    mistakes = _Mistakes()
    first: dict[str, int] = {}
    same = "the same id" if "id" in mapping else "the same content"
    for place in repeated(hashes):
        own = examples[place].id
        if first.setdefault(own, lines[place]) != lines[place]:
            mistakes.add(
                Mistake(
                    file=name,
                    line=lines[place],
                    key=mapping.get("id", ""),
                    message=f"{same} as line {first[own]} ({own})",
                    hint="give each example an id of its own, or remove one",
                )
            )
    return mistakes


def _example(raw: Mapping[str, Any], mapping: Mapping[str, str], name: str, number: int) -> Example | Mistake:
    row = to_canonical(raw, mapping)
    text = row.get("input")
    if text is None or text in ("", {}, []):
        return Mistake(file=name, line=number, key=mapping["input"], message="the input is empty")
    if isinstance(text, list | tuple):
        turns = conversation(text)
        if isinstance(turns, str):
            return Mistake(file=name, line=number, key=mapping["input"], message=turns)
        text = turns
    if not isinstance(text, str | Mapping | list):
        return Mistake(
            file=name, line=number, key=mapping["input"], message=f"expected text or an object of variables, got {type(text).__name__}"
        )
    wrong = assertion(row.get("target")) if mapping.get("target", "").startswith(PROMPTFOO) else None
    if wrong is not None:
        return Mistake(file=name, line=number, key=mapping["target"], message=wrong[0], hint=wrong[1])
    given = row.get("id")
    if given is not None and not isinstance(given, str | int):
        return Mistake(file=name, line=number, key=mapping["id"], message=f"expected an id as text, got {type(given).__name__}")
    cluster = row.get("cluster")
    return Example(
        id=str(given) if given not in (None, "") else content_id([text, row.get("target")]),
        input=text,
        target=row.get("target"),
        metadata=row["metadata"],
        tags=_tags(row.get("tags")),
        cluster=None if cluster in (None, "") else str(cluster),
    )


def _tags(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(tag.strip() for tag in value.split(",") if tag.strip())
    return tuple(str(tag) for tag in value) if isinstance(value, list | tuple) else ()


def _chosen(examples: SpooledExamples, source: DataSource, seed: int) -> "array[int] | None":
    """Return the places that `only`, `per_target` and `sample` leave, in this order, ascending; None when nothing is left out."""
    chosen = array("Q", _kept(examples, source)) if source.only or source.per_target is not None else None
    count = len(examples) if chosen is None else len(chosen)
    if source.sample is None or source.sample >= count:
        return chosen
    picked = sorted(random.Random(seed).sample(range(count), source.sample))  # noqa: S311 - a reproducible choice, no secret
    return array("Q", picked if chosen is None else (chosen[place] for place in picked))


def _kept(examples: SpooledExamples, source: DataSource) -> Iterator[int]:
    seen: dict[str, int] = {}
    for place, each in enumerate(examples):
        if any(_value(each, column) not in values for column, values in source.only.items()):
            continue
        if source.per_target is not None:
            target = _value(each, "target")
            seen[target] = seen.get(target, 0) + 1
            if seen[target] > source.per_target:
                continue
        yield place


def _value(example: Example, column: str) -> str:
    value = example.target if column == "target" else example.id if column == "id" else example.metadata.get(column)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
