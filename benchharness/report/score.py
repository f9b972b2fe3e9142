"""What `bench score` tells below the verdict; nothing a model wrote is obeyed."""

from collections.abc import Iterator, Sequence

from benchharness import numbers
from benchharness.records.score_again import Consistency, FoundAnswer
from benchharness.report.verdict.terminal import wrapped

__all__ = ["render", "shown_answers"]

MARKS = {True: "match", False: "miss", None: "not measured"}
LONGEST_SHOWN = 400


def render(scored: int, changed: int, consistency: Sequence[Consistency]) -> str:
    """Return how many outputs were scored, how many came out otherwise, and how consistent repeats are."""
    told = f"{numbers.quantity(scored, 'stored output')} scored again, {numbers.whole(changed)} otherwise than before; nobody was asked."
    lines = ["", *wrapped(told, indent="")]
    for each in consistency:
        said = (
            f"{each.candidate}: of {numbers.quantity(each.examples, 'example')} asked again, repeats give the same answer in "
            f"{numbers.percent(each.same_answer)}, and one that can be read in {numbers.percent(each.readable)}."
        )
        lines += wrapped(said, indent="  ")
    return "\n".join(lines)


def shown_answers(found: Sequence[FoundAnswer]) -> str:
    """Return answers with what was found in each and how."""
    return "\n".join(line for each in found for line in ("", *_answer(each)))


def _answer(found: FoundAnswer) -> Iterator[str]:
    changed = "" if found.was == found.matched else f" (was {MARKS[found.was]})"
    yield from wrapped(
        f"{MARKS[found.matched]}{changed}: {found.candidate}, {found.example_id}, target {found.target or 'unknown'}", indent=""
    )
    text = found.output if len(found.output) <= LONGEST_SHOWN else f"... {found.output[-LONGEST_SHOWN:]}"
    for line in text.splitlines():
        yield from wrapped(line, indent="  ") or [""]
    yield from wrapped(f"-> {found.parsed if found.parsed is not None else found.status} ({found.how})", indent="  ")
    scores = " · ".join(f"{name} {value:.3g}" for name, value in found.scores.items())
    if scores:
        yield from wrapped(scores, indent="  ")
