"""Read a golden set or a training pool: every row exactly as written, every bad row named."""

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchharness.errors import MOST_MISTAKES, Mistake, MistakesError, SetupError
from benchharness.goldenset.columns import map_columns, to_canonical
from benchharness.goldenset.csv_file import read_csv
from benchharness.goldenset.fingerprint import content_id, fingerprint
from benchharness.goldenset.hub import read_hub
from benchharness.goldenset.jsonl import read_jsonl
from benchharness.goldenset.parquet import read_parquet
from benchharness.records.example import Example, ExampleSet
from benchharness.records.suite import DataSource

__all__ = ["asking_order", "read_examples"]

READERS = {".jsonl": read_jsonl, ".ndjson": read_jsonl, ".csv": read_csv, ".tsv": read_csv, ".parquet": read_parquet}

Rows = Iterable[tuple[int, dict[str, Any] | Mistake]]


def read_examples(source: DataSource, *, folder: Path, seed: int, role: str) -> ExampleSet:
    """Return the examples a suite names; MistakesError with every bad row, SetupError when there is no such file.

    `folder` is the suite file's, `role` is what messages call the set: `golden set` or `training pool`.
    """
    name, rows = _open(source, folder, role)
    raws: list[tuple[int, dict[str, Any]]] = []
    mistakes: list[Mistake] = []
    for number, row in rows:
        if isinstance(row, Mistake):
            mistakes.append(row)
        else:
            raws.append((number, row))
    _raise_if_any(mistakes)
    columns = dict.fromkeys(column for _, raw in raws for column in raw)
    if not raws:
        raise MistakesError([Mistake(file=name, message=f"the {role} holds no examples")])
    mapping, mistakes = map_columns(columns, source.columns, file=name)
    _raise_if_any(mistakes)
    examples = list(_examples(raws, mapping, name, mistakes))
    _raise_if_any(mistakes)
    chosen = _chosen(examples, source, seed)
    if not chosen:
        raise MistakesError([Mistake(file=name, message=f"`only` leaves no example of the {role}", hint="check the values it names")])
    return ExampleSet(source=name, examples=tuple(chosen), fingerprint=fingerprint(chosen), columns=mapping)


def asking_order(examples: ExampleSet, seed: int) -> list[Example]:
    """Return a golden set in the order it's asked in: one shuffle by the suite's seed."""
    order = list(examples.examples)
    random.Random(seed).shuffle(order)  # noqa: S311 - a reproducible order, no secret
    return order


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


def _raise_if_any(mistakes: list[Mistake]) -> None:
    if len(mistakes) > MOST_MISTAKES:
        more = len(mistakes) - MOST_MISTAKES
        raise MistakesError([*mistakes[:MOST_MISTAKES], Mistake(file=mistakes[0].file, message=f"and {more} more like these")])
    if mistakes:
        raise MistakesError(mistakes)


def _examples(
    raws: Sequence[tuple[int, dict[str, Any]]], mapping: Mapping[str, str], name: str, mistakes: list[Mistake]
) -> Iterator[Example]:
    lines: dict[str, int] = {}
    for number, raw in raws:
        example = _example(raw, mapping, name, number)
        if isinstance(example, Mistake):
            mistakes.append(example)
        elif example.id in lines:
            same = "the same id" if "id" in mapping else "the same content"
            mistakes.append(
                Mistake(
                    file=name,
                    line=number,
                    key=mapping.get("id", ""),
                    message=f"{same} as line {lines[example.id]} ({example.id})",
                    hint="give each example an id of its own, or remove one",
                )
            )
        else:
            lines[example.id] = number
            yield example


def _example(raw: Mapping[str, Any], mapping: Mapping[str, str], name: str, number: int) -> Example | Mistake:
    row = to_canonical(raw, mapping)
    text = row.get("input")
    if text is None or text in ("", {}):
        return Mistake(file=name, line=number, key=mapping["input"], message="the input is empty")
    if not isinstance(text, str | Mapping):
        return Mistake(
            file=name, line=number, key=mapping["input"], message=f"expected text or an object of variables, got {type(text).__name__}"
        )
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


def _chosen(examples: list[Example], source: DataSource, seed: int) -> list[Example]:
    """Apply `only`, `per_target` and `sample`, in this order; what's kept keeps its order."""
    for column, values in source.only.items():
        examples = [each for each in examples if _value(each, column) in values]
    if source.per_target is not None:
        seen: dict[str, int] = {}
        kept = []
        for each in examples:
            target = _value(each, "target")
            seen[target] = seen.get(target, 0) + 1
            if seen[target] <= source.per_target:
                kept.append(each)
        examples = kept
    if source.sample is not None and source.sample < len(examples):
        picked = random.Random(seed).sample(range(len(examples)), source.sample)  # noqa: S311 - a reproducible choice, no secret
        examples = [examples[index] for index in sorted(picked)]
    return examples


def _value(example: Example, column: str) -> str:
    value = example.target if column == "target" else example.id if column == "id" else example.metadata.get(column)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
