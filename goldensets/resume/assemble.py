"""Split hand-written bullets into golden set and training pool, once: 25 of each label held out, spread over occupations.

    python goldensets/resume/assemble.py DRAFT.jsonl [DRAFT.jsonl ...]

Kept so that anybody can see how the split was made; the two files beside it are the result and don't change.
"""

import json
import random
import sys
from collections import Counter, defaultdict
from pathlib import Path

HERE = Path(__file__).parent
HELD_OUT_PER_LABEL = 25
SEED = 20261121


def main() -> None:
    """Read the drafts, split, write golden.jsonl and pool.jsonl, print the counts."""
    rows = [json.loads(line) for name in sys.argv[1:] for line in Path(name).read_text(encoding="utf-8").splitlines()]
    generator = random.Random(SEED)
    generator.shuffle(rows)
    by_label = defaultdict(list)
    for row in rows:
        by_label[row["target"]].append(row)
    golden, pool = [], []
    for label in sorted(by_label):
        held, seen = [], Counter()
        # Rarest occupations of those held out so far come first, so that none is over-represented.
        for row in sorted(by_label[label], key=lambda one: generator.random()):
            if len(held) < HELD_OUT_PER_LABEL and seen[row["metadata"]["occupation"]] < 1:
                seen[row["metadata"]["occupation"]] += 1
                held.append(row)
            else:
                pool.append(row)
        golden += held
    for prefix, part in (("g", golden), ("p", pool)):
        generator.shuffle(part)
        path = HERE / ("golden.jsonl" if prefix == "g" else "pool.jsonl")
        with path.open("w", encoding="utf-8", newline="\n") as file:
            for at, row in enumerate(part, start=1):
                file.write(json.dumps({"id": f"{prefix}{at:03d}", **row}, ensure_ascii=False) + "\n")
        print(path.name, len(part), dict(Counter(row["target"] for row in part)), len({row["metadata"]["occupation"] for row in part}), "occupations")


if __name__ == "__main__":
    main()
