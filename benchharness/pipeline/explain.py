"""What the rules mean, for the command line."""

from benchharness.records.explanation import Explanation
from benchharness.verdict.explaining import explain, rule_names

__all__ = ["explanations"]


def explanations(rule: str | None) -> tuple[Explanation, ...]:
    """Return one rule's explanation, or those of all; UsageError for a rule nobody has."""
    return tuple(explain(each) for each in ((rule,) if rule else rule_names()))
