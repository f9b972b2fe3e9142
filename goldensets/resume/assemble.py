"""Split hand-written bullets into golden set and training pool, once: 25 of each label held out, spread over occupations.

    python goldensets/resume/assemble.py DRAFT.jsonl [DRAFT.jsonl ...] [--pool-only DRAFT.jsonl]

Kept so that anybody can see how the split was made; the two files beside it are the result and don't change.
"""

import json
import random
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
HELD_OUT_PER_LABEL = 25
SEED = 20261121


def main() -> None:
    """Read the drafts, split, write golden.jsonl and pool.jsonl, print the counts."""
    names = sys.argv[1:]
    at = names.index("--pool-only") if "--pool-only" in names else len(names)
    rows = read(names[:at])
    generator = random.Random(SEED)
    generator.shuffle(rows)
    by_label: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_label[row["target"]].append(row)
    golden: list[dict[str, Any]] = []
    pool: list[dict[str, Any]] = []
    for label in sorted(by_label):
        held: list[dict[str, Any]] = []
        seen: Counter[str] = Counter()
        for row in sorted(by_label[label], key=lambda _row: generator.random()):
            if len(held) < HELD_OUT_PER_LABEL and seen[row["metadata"]["occupation"]] < 1:
                seen[row["metadata"]["occupation"]] += 1
                held.append(row)
            else:
                pool.append(row)
        golden += held
    pool += read(names[at + 1 :])
    for prefix, part in (("g", golden), ("p", pool)):
        generator.shuffle(part)
        path = HERE / ("golden.jsonl" if prefix == "g" else "pool.jsonl")
        with path.open("w", encoding="utf-8", newline="\n") as file:
            for at, row in enumerate(part, start=1):
                file.write(json.dumps({"id": f"{prefix}{at:03d}", **row}, ensure_ascii=False) + "\n")
        print(
            path.name,
            len(part),
            dict(Counter(row["target"] for row in part)),
            len({row["metadata"]["occupation"] for row in part}),
            "occupations",
        )


def read(names: list[str]) -> list[dict[str, Any]]:
    """Return the rows of JSON Lines files."""
    return [json.loads(line) for name in names for line in Path(name).read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
