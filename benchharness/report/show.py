"""The answer of `bench show`: one example with every candidate's answer, at most 80 columns; nothing a model wrote is obeyed."""

from collections.abc import Iterator, Sequence

from benchharness import numbers
from benchharness.records.comparison import candidate_label
from benchharness.records.row import Row
from benchharness.report.verdict.terminal import wrapped

__all__ = ["render"]

MARKS = {True: "match", False: "miss", None: "not measured"}


def render(rows: Sequence[Row], found_by: Sequence[str] = ()) -> str:
    """Return target and answers, the right ones first; `found_by` says of each row how its answer was found."""
    ways = dict(zip(map(id, rows), found_by, strict=False))
    lines = wrapped(f"{rows[0].example_id} · target {rows[0].target if rows[0].target is not None else 'unknown'}", indent="")
    for each in sorted(rows, key=lambda row: (row.matched is None, not row.matched)):
        lines += ["", *_answer(each, ways.get(id(each), ""))]
    return "\n".join(lines)


def _answer(row: Row, way: str) -> Iterator[str]:
    name = candidate_label(row.candidate, row.prompt)
    status = "" if row.status.value == "answered" else f", {row.status.value}"
    again = f", repeat {row.repeat + 1}" if row.repeat else ""
    yield from wrapped(f"{MARKS[row.matched]}{status}{again}: {name}", indent="")
    if row.error:
        yield from wrapped(row.error, indent="  ")
    if row.output is not None:
        for line in row.output.splitlines() or [""]:
            yield from wrapped(line, indent="  ") or [""]
    if row.parsed is not None and row.parsed != row.output:
        yield from wrapped(f"-> {row.parsed}{f' ({way})' if way else ''}", indent="  ")
    tokens = "" if row.input_tokens is None or row.output_tokens is None else f"{row.input_tokens:,} in, {row.output_tokens:,} out"
    told = [
        "" if row.score is None else f"score {row.score:g}",
        "" if row.latency_s is None else numbers.seconds(row.latency_s),
        "" if row.cost_usd is None else numbers.usd(row.cost_usd),
        tokens,
    ]
    if any(told):
        yield from wrapped(" · ".join(each for each in told if each), indent="  ")
