"""Run every world at every size and write docs/truth.md: `python -m truth.full [RUNS]` in tests/."""

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from truth.catalogue import JUSTIFIED, PROMPT_WORLDS, SIZES, UNJUSTIFIED, WITH_LOOKS, WITH_PEEKING
from truth.judging import ALPHA, Counts, count, simulation_error
from truth.worlds import World

SEED = 20_261_121
Read = Callable[[Counts], int]
LOOKED_AT = (500,)
PAGE = Path(__file__).parents[2] / "docs" / "truth.md"
HEAD = f"""\
# What the verdict claims where the truth is known

Simulated golden sets go through the whole verdict, as rows from a run would: comparison, readings of what is missing, every rule, the
order of reasoning. Cost pays, labels suffice and prompting was tried in all of them, so that only quality stands between a world
and a false `fine-tune`. A rate above {ALPHA:.0%} by more than its simulation error would be a fault.

Made by `cd tests && python -m truth.full {{runs}}` with seed {SEED}; {{runs}} draws a cell, simulation error in brackets (one standard
error, in points). Worlds are described in `tests/truth/catalogue.py`; a fast version runs with the tests.
"""


def main() -> None:
    """Run everything and write the page."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    parts: list[tuple[str, Sequence[World], Sequence[int], Read]] = [
        ("`fine-tune` where it isn't justified", UNJUSTIFIED, SIZES, lambda each: each.false_fine_tune),
        ("The same with a look every 50 examples", (*WITH_LOOKS, *WITH_PEEKING), LOOKED_AT, lambda each: each.false_fine_tune),
        ("Power: `fine-tune` where it is justified", JUSTIFIED, SIZES, lambda each: each.fine_tune),
        ("Prompting proven to be enough where it isn't", PROMPT_WORLDS[2:], SIZES, lambda each: each.false_enough),
        ("Prompting proven to fall short where it doesn't", PROMPT_WORLDS[:9], SIZES, lambda each: each.false_short),
        ("Power: prompting proven to be enough where it is", PROMPT_WORLDS[:2], SIZES, lambda each: each.enough),
    ]
    text = [HEAD.format(runs=runs)]
    known: dict[tuple[str, int], Counts] = {}
    for title, worlds, sizes, read in parts:
        text += ["", f"## {title}", "", *_table(worlds, sizes, runs, known, read), ""]
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text("\n".join(text).replace("\n\n\n", "\n\n").rstrip() + "\n", encoding="utf-8")


def _table(worlds: Sequence[World], sizes: Sequence[int], runs: int, known: dict[tuple[str, int], Counts], read: Read) -> Iterator[str]:
    yield "| world | " + " | ".join(f"n = {n:,}" for n in sizes) + " |"
    yield "|---|" + "--:|" * len(sizes)
    for world in worlds:
        cells = []
        for n in sizes:
            if (world.name, n) not in known:
                known[world.name, n] = count(world, n, runs=runs, seed=SEED)
            found = read(known[world.name, n])
            cells.append(f"{100 * found / runs:.1f}% ({100 * simulation_error(found, runs):.1f})")
        sys.stderr.write(f"{world.name}: {', '.join(cells)}\n")
        yield f"| {world.name} | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
