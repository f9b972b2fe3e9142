"""The reasoning as a tree: every question in order, its answer, the findings it rests on, and the one that decided."""

from collections.abc import Sequence

from benchharness.records.verdict import ReasoningStep
from benchharness.report.terminal import finding_mark, wrapped

__all__ = ["render"]


def render(steps: Sequence[ReasoningStep]) -> str:
    """Return the tree, at most 80 columns."""
    lines = ["", "Reasoning"]
    for each in steps:
        lines += wrapped(f"{'└' if each.holds else '├'} {each.question} {f'yes -> {each.word.value}' if each.holds else 'no'}", indent="  ")
        bar = " " if each.holds else "│"
        for finding in each.findings:
            lines.append(f"  {bar}   {finding.rule}: {finding_mark(finding)}")
    return "\n".join(lines)
