"""Words for how sure a test is and what would settle it."""

from benchharness import numbers
from benchharness.records.comparison import BarTest, Proof

__all__ = ["NOT_AGAIN", "fresh", "how_sure", "what_settles"]

NOT_AGAIN = "Those looked at don't count again."


def fresh(examples: int) -> str:
    """Return how a remedy names so many examples: adding to a set until it says yes is no way to settle anything."""
    return f"About {numbers.quantity(examples, 'fresh example')}"


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
        return f"{fresh(test.examples_needed)} would settle it, if the observed rate is the true one. {NOT_AGAIN}"
    if not test.on_the_line:
        return "Nobody knows how many examples would settle it; where a judge decides, more labels narrow it."
    return "The rate lies on the line: no affordable number of examples settles it. Treat it as a tie and take what can be undone."
