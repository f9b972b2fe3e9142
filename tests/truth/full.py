"""Count every world and write docs/truth.md: `python -m truth.full [RUNS] [FILE]` in tests/; FILE keeps counts."""

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from truth.attacks import KINDS, POWER
from truth.catalogue import JUSTIFIED, PROMPT_WORLDS, UNJUSTIFIED, WITH_LOOKS, WITH_PEEKING
from truth.judging import ALPHA, CLAIMS, Counts, simulation_error
from truth.keeping import BEFORE, MIDDLE, POWER_SIZES, SEED, SIZES, kept, run
from truth.worlds import World

Kept = Mapping[tuple[str, int], Counts]
PAGE = Path(__file__).parents[2] / "docs" / "truth.md"
WORDS = {
    "fine_tune": "`fine-tune`",
    "self_host": "`self-host`",
    "enough": "prompt enough",
    "short": "prompt short",
    "refuted": "prompting refuted",
    "classical": "classical enough",
}
HEAD = f"""\
# What the verdict claims where the truth is known

Simulated golden sets go through the whole verdict, as rows from a run would: comparison, readings of what is missing, every rule, the
order of reasoning. Cost pays, labels suffice and prompting was tried in all of them, so that only quality stands between a world
and a false claim. Six claims are counted where they aren't true: the verdicts `fine-tune` and `self-host`, and the proofs that the best
prompt is enough, that it falls short, that nothing cheaper is enough, and that a classical model is. Of each cell the claim that was
false most often is shown, in percent with its simulation error (one standard error, in points). A rate above {ALPHA:.0%} by more than two
of them is **bold**: a fault, or chance, which gives about one cell in forty that lies exactly at {ALPHA:.0%}.

Made by `cd tests && python -m truth.full` with seed {SEED}; {{runs}} draws a cell, a dash where none were made. Worlds are data, in
`tests/truth/attacks.py` and `tests/truth/catalogue.py`; a few of them run with the tests. "Before" is the revision
e29dcb1, counted with {{before}} draws by
`PYTHONPATH=tests PYTHON -m truth.before {{before}}` with an interpreter in which it's installed, and kept in `tests/truth/before.jsonl`.
"""


KNOWN = """\
## What is known to fail

Leads of repeated or graded answers that few examples lose altogether are
falsely proven in 8 to 21% up to 100 examples (`python -m truth.cluster_worlds`, its rows of "all lost" and "90 points lost").
Copies of an example under other names count as examples of their own: with 60 examples six times each, a lead of exactly the margin is
falsely proven in 25.8% of 400 draws. Ask for a `cluster` where examples repeat.
"""


def main() -> None:
    """Count what isn't counted yet and write the page."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    file = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(tempfile.gettempdir()) / f"truth-{runs}.jsonl"
    # With 0 the page is made of what is kept.
    before, now = kept(BEFORE), run(file, runs) if runs else kept(file)
    drawn = max((each.runs for each in before.values()), default=0)
    draws = sorted({each.runs for each in now.values()})
    text = [HEAD.format(runs=" or ".join(str(each) for each in draws), before=drawn)]
    for kind, worlds in KINDS.items():
        text += ["", f"## {kind[0].upper()}{kind[1:]}", "", *_table(worlds, SIZES, before, now, _worst)]
    text += ["", "## Power: `fine-tune` where it is justified", "", *_table(POWER, POWER_SIZES, before, now, _said("fine_tune"))]
    text += ["", KNOWN.rstrip(), "", "# Other worlds", "", f"n = {MIDDLE}, today alone."]
    text += ["", "## Claims that aren't true", "", *_table((*UNJUSTIFIED, *WITH_LOOKS, *PROMPT_WORLDS), (MIDDLE,), {}, now, _worst)]
    text += ["", "## Looked at every 50 examples with plain tests", "", *_table(WITH_PEEKING, (MIDDLE,), {}, now, _worst)]
    text += ["", "## Power: `fine-tune`", "", *_table(JUSTIFIED, (MIDDLE,), {}, now, _said("fine_tune"))]
    text += ["", "## Power: prompting proven to be enough", "", *_table(PROMPT_WORLDS[:2], (MIDDLE,), {}, now, _said("enough"))]
    PAGE.write_text("\n".join(text).replace("\n\n\n", "\n\n").rstrip() + "\n", encoding="utf-8")


def _table(worlds: Sequence[World], sizes: Sequence[int], before: Kept, now: Kept, tell: Callable[[Counts], str]) -> Iterator[str]:
    columns = [f"n = {size:,}" for size in sizes]
    both = bool(before)
    yield "| world | " + " | ".join([*(f"before, {each}" for each in columns if both), *columns]) + " |"
    yield "|---|" + "--:|" * (len(columns) * (1 + both))
    for world in worlds:
        told = [
            tell(those[world.name, size]) if (world.name, size) in those else "–" for those in (before, now)[not both :] for size in sizes
        ]
        yield f"| {world.name} | " + " | ".join(told) + " |"


def _worst(counts: Counts) -> str:
    claim = max(CLAIMS, key=lambda each: int(getattr(counts, f"false_{each}")))
    false = int(getattr(counts, f"false_{claim}"))
    error = simulation_error(round(ALPHA * counts.runs), counts.runs)
    told = f"{_percent(false, counts.runs)} {WORDS[claim]}" if false else _percent(0, counts.runs)
    return f"**{told}**" if false / counts.runs > ALPHA + 2 * error else told


def _said(name: str) -> Callable[[Counts], str]:
    return lambda counts: _percent(int(getattr(counts, name)), counts.runs)


def _percent(count: int, runs: int) -> str:
    return f"{100 * count / runs:.1f} ({100 * simulation_error(count, runs):.1f})"


if __name__ == "__main__":
    main()
