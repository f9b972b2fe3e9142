"""Counts of every world and size, kept as they are made, so that a long run can be stopped and taken up again."""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from truth.attacks import ATTACKS, LARGE, POWER
from truth.catalogue import JUSTIFIED, PROMPT_WORLDS, UNJUSTIFIED, WITH_LOOKS, WITH_PEEKING
from truth.judging import Counts, count
from truth.worlds import World

__all__ = ["BEFORE", "SEED", "SIZES", "cells", "kept", "run"]

SEED = 20_261_121
SIZES, MIDDLE = (50, 200, 1000), 200
POWER_SIZES = (100, 300)
# What an earlier revision said; it can't be counted from here.
BEFORE = Path(__file__).with_name("before.jsonl")
OTHERS = (*UNJUSTIFIED, *WITH_LOOKS, *WITH_PEEKING, *PROMPT_WORLDS, *JUSTIFIED)
SAID = tuple(each.name for each in fields(Counts) if each.name not in ("world", "n", "runs"))


def cells() -> Iterator[tuple[World, int]]:
    """Yield every world with every size: the middle size first, since it tells most, and large sets last, since they take longest."""
    yield from ((world, size) for size in POWER_SIZES for world in POWER)
    for size in sorted(SIZES, key=lambda each: (each != MIDDLE, each)):
        if size > MIDDLE:
            yield from ((world, MIDDLE) for world in OTHERS)
        yield from ((world, size) for world in (LARGE if size > MIDDLE else ATTACKS))


def kept(file: Path) -> dict[tuple[str, int], Counts]:
    """Return what a file holds, by name of the world and size; what is of no world of today is left out."""
    worlds = {each.name: each for each in (*ATTACKS, *POWER, *OTHERS)}
    found = {}
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else []:
        row = json.loads(line)
        if row["world"] in worlds:
            world = worlds[row.pop("world")]
            found[world.name, row["n"]] = Counts(world=world, **row)
    return found


def run(file: Path, runs: int, *, others: bool = True) -> dict[tuple[str, int], Counts]:
    """Count what the file doesn't hold yet, tell progress, and return all of it; without the catalogue's worlds if not `others`."""
    found = kept(file)
    todo = [(world, size) for world, size in cells() if (world.name, size) not in found and (others or world not in OTHERS)]
    start = time.monotonic()
    with file.open("a", encoding="utf-8") as stream:
        for done, (world, size) in enumerate(todo, 1):
            counted = count(world, size, runs=runs, seed=SEED)
            found[world.name, size] = counted
            row = {"world": world.name, "n": size, "runs": runs, **{name: int(getattr(counted, name)) for name in SAID}}
            stream.write(json.dumps(row) + "\n")
            stream.flush()
            minutes = (time.monotonic() - start) / 60
            sys.stderr.write(f"{done} of {len(todo)}, {minutes:.1f} minutes: n = {size}, {world.name}\n")
    return found
