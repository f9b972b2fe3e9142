"""The answer of `bench explain` on a terminal, at most 80 columns."""

from collections.abc import Sequence

from benchharness.records.explanation import Explanation, NumberOf
from benchharness.report.verdict.terminal import wrapped

__all__ = ["listing", "render"]


def render(each: Explanation) -> str:
    """Return one rule: its question, when it's met, its source, what it decides, and its numbers with how to change them."""
    decides = f"Has a say in: {', '.join(each.decides)}." if each.decides else "Informs; no verdict hangs on it."
    lines = [
        each.rule,
        *wrapped(each.question, indent="  "),
        "",
        *wrapped(each.method, indent="  "),
        "",
        *wrapped(f"Source: {each.source}.", indent="  "),
        *wrapped(decides, indent="  "),
    ]
    if each.numbers:
        lines += ["", "Numbers, with where a suite changes them"]
        lines += [line for number in each.numbers for line in _number(number)]
    return "\n".join(lines)


def listing(explanations: Sequence[Explanation]) -> str:
    """Return every rule with its question."""
    return "\n".join(line for each in explanations for line in (each.rule, *wrapped(each.question, indent="  ")))


def _number(number: NumberOf) -> list[str]:
    value = f"{number.value:,g}" if isinstance(number.value, (int, float)) else number.value
    return [f"  {number.key}", *wrapped(f"{value} ({number.unit}). {number.source}.", indent="    ")]
