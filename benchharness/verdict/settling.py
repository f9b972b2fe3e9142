"""Words for how sure a test is and what would settle it."""

from benchharness import numbers
from benchharness.records.comparison import BarTest, Proof

__all__ = ["how_sure", "what_settles"]


def how_sure(test: BarTest) -> str:
    """Return one sentence: proven, refuted, or met or missed on the point only."""
    if test.proof is Proof.PROVEN:
        return "Proven."
    if test.proof is Proof.REFUTED:
        return "Proven to be below it."
    return "Met on the point, not proven." if test.met else "Missed on the point, not proven."


def what_settles(test: BarTest) -> str:
    """Return how many examples would settle an undecided test; empty when it's settled."""
    if test.proof is not Proof.UNDECIDED:
        return ""
    if test.examples_needed is not None:
        return f"About {numbers.whole(test.examples_needed)} examples in all would settle it, if the observed rate is the true one."
    if not test.on_the_line:
        return "Nobody knows how many examples would settle it; where a judge decides, more labels narrow it."
    return "The rate lies on the line: no affordable number of examples settles it. Treat it as a tie and take what can be undone."
