"""Somebody who goes on until it says `fine-tune`: with more examples, with another fine-tune, with another prompt in the old one's place.

`python -m truth.looking [DRAWS]` in tests/ prints how often that gets a false `fine-tune`, and how often one that isn't `exploratory`.
"""

import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from truth.judging import evidence_of, simulation_error
from truth.worlds import World, draw, up_to

from benchharness.pipeline.deciding.evidence import Gathered
from benchharness.pipeline.deciding.fresh import looked_at_before
from benchharness.records.comparison import Stopping
from benchharness.records.outcomes import Outcomes
from benchharness.records.run_facts import Looks
from benchharness.records.suite import Suite
from benchharness.records.verdict import VerdictWord
from benchharness.runner.looks import Look, Marks, looked_at
from benchharness.verdict.decide import decide

__all__ = ["HONEST", "PERSISTENT", "Found", "Persistence", "persist"]

SEED = 20_261_202
POLICY = "sha256:0"
Step = list[Outcomes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Persistence:
    """How somebody goes on in a world."""

    world: World
    """What is true."""
    n: int
    """Examples in the end."""
    steps: Callable[[list[Outcomes]], Iterator[Step]]
    """What is judged at each look, from the outcomes of everybody on all examples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How often going on got a `fine-tune`."""

    draws: int
    """Of so many."""
    said: int
    """At any look."""
    clean: int
    """At a look where it wasn't exploratory."""


def growing(outcomes: list[Outcomes]) -> Iterator[Step]:
    """100 examples, then 50 more at each look."""
    n = outcomes[0].expected
    yield from (up_to(outcomes, seen) for seen in range(100, n + 1, 50))


def grown_once(outcomes: list[Outcomes]) -> Iterator[Step]:
    """100 examples, and then all: what a remedy asks for."""
    yield from (up_to(outcomes, seen) for seen in (100, outcomes[0].expected))


def another_fine_tune(outcomes: list[Outcomes]) -> Iterator[Step]:
    """The same examples, with one fine-tune after another."""
    yield from ([each for each in outcomes if each.path == "api"] + [one] for one in outcomes if one.path == "fine-tuned")


def one_more_fine_tune(outcomes: list[Outcomes]) -> Iterator[Step]:
    """The same examples, with one fine-tune more at each look."""
    prompts, tuned = ([each for each in outcomes if each.path == path] for path in ("api", "fine-tuned"))
    yield from (prompts + tuned[: at + 1] for at in range(len(tuned)))


def another_prompt(outcomes: list[Outcomes]) -> Iterator[Step]:
    """The same examples, with one prompt after another."""
    yield from ([one] + [each for each in outcomes if each.path != "api"] for one in outcomes if one.path == "api")


def one_more_prompt(outcomes: list[Outcomes]) -> Iterator[Step]:
    """Prompts first, one more at each look, and the fine-tune last of all: how it's meant to go."""
    prompts, tuned = ([each for each in outcomes if each.path == path] for path in ("api", "fine-tuned"))
    yield from (prompts[: at + 1] for at in range(len(prompts)))
    yield prompts + tuned


ON_BAR = World(name="fine-tune exactly on the bar", prompts=(0.50,), tuned=(0.70,), bar=0.70)
AT_MARGIN = World(name="gap exactly the smallest useful gain", prompts=(0.70,), tuned=(0.80,), bar=0.75, margin=0.10)
PROMPT_ON_BAR = World(name="prompt exactly on the bar", prompts=(0.855,), tuned=(0.97,), bar=0.855)
ANYTIME = Stopping.ANYTIME
# All of them are false.
PERSISTENT = tuple(
    Persistence(world=replace(world, name=f"{world.name}, {said}"), n=n, steps=steps)
    for world, n, steps, said in (
        (ON_BAR, 600, growing, "growing"),
        (AT_MARGIN, 600, growing, "growing"),
        (PROMPT_ON_BAR, 600, growing, "growing"),
        (replace(AT_MARGIN, stopping=ANYTIME), 600, growing, "growing with anytime tests"),
        (AT_MARGIN, 1000, grown_once, "grown once"),
        (replace(AT_MARGIN, tuned=(0.80,) * 10, shared=0.2), 200, another_fine_tune, "ten fine-tunes one after another"),
        (replace(AT_MARGIN, tuned=(0.80,) * 10, shared=0.2), 200, one_more_fine_tune, "ten fine-tunes, one more at each look"),
        (replace(AT_MARGIN, prompts=(0.70,) * 10, shared=0.2), 200, another_prompt, "ten prompts one after another"),
        (replace(AT_MARGIN, prompts=(0.70,) * 5, shared=0.2), 200, one_more_prompt, "five prompts, then the fine-tune"),
    )
)
# A fine-tune is justified in these, and somebody who does as told is to be believed.
HONEST = (
    Persistence(world=World(name="60% against 90%, then 300 more", prompts=(0.60,), tuned=(0.90,), bar=0.81), n=400, steps=grown_once),
    Persistence(
        world=World(name="60% against 90%, five prompts first", prompts=(0.60,) * 5, tuned=(0.90,), bar=0.81), n=300, steps=one_more_prompt
    ),
)


def persist(how: Persistence, draws: int, seed: int = SEED) -> Found:
    """Return how often somebody who goes on so gets a `fine-tune` on grounds of quality; the same seed gives the same counts."""
    rng = np.random.default_rng([seed, zlib.crc32(how.world.name.encode())])
    said = clean = 0
    for _ in range(draws):
        looks: list[Look] = []
        any_said = any_clean = False
        for step in how.steps(draw(how.world, how.n, rng)):
            evidence = evidence_of(how.world, step, how.n)
            verdict = decide(evidence, policy_hash=POLICY)
            look = _look(step, anytime=how.world.stopping is ANYTIME)
            if verdict.verdict is VerdictWord.FINE_TUNE and "quality" in verdict.grounds:
                any_said = True
                found = looked_at(look, looks)
                seen = np.flatnonzero(found.seen)
                fresh = len(found.seen) - len(seen) if len(seen) else None
                gathered = Gathered(
                    evidence=evidence,
                    suite=Suite(name="truth", candidates=(), decision=evidence.decision),
                    record=None,
                    outcomes=step,
                    targets=None,
                    looks=Looks(count=found.count, policy_changed=found.policy_changed, fresh=fresh),
                    seen=seen,
                )
                any_clean |= not looked_at_before(gathered, verdict)[0]
            if any_clean:
                break
            looks.append(look)
        said += any_said
        clean += any_clean
    return Found(draws=draws, said=said, clean=clean)


def _look(step: Step, *, anytime: bool) -> Look:
    asked = np.arange(step[0].expected, dtype=np.uint64)
    marks = [Marks(path=each.path, by_example=(each.matched + 2).astype(np.uint8)) for each in step]
    return Look(suite="truth", policy_hash=POLICY, seen_at="", anytime=anytime, examples=asked, rows=asked, marks=marks)


def main() -> None:
    """Print every world."""
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    for how in (*PERSISTENT, *HONEST):
        found = persist(how, draws)
        told = (f"{100 * each / draws:.1f}% ({100 * simulation_error(each, draws):.1f})" for each in (found.said, found.clean))
        sys.stdout.write(f"| {how.world.name} | {' | '.join(told)} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
