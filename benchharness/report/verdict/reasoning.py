"""The reasoning as a tree: every question in order, its answer, the findings it rests on, and the one that decided."""

from collections.abc import Sequence

from benchharness.records.verdict import ReasoningStep, Status
from benchharness.report.verdict.terminal import finding_mark, wrapped

__all__ = ["render"]


def render(steps: Sequence[ReasoningStep]) -> str:
    """Return the tree, at most 80 columns."""
    lines = ["", "Reasoning"]
    for each in steps:
        lines += wrapped(f"{'└' if each.holds else '├'} {each.question} {_answer(each)}", indent="  ")
        bar = " " if each.holds else "│"
        for finding in each.findings:
            lines.append(f"  {bar}   {finding.rule}: {finding_mark(finding)}")
    return "\n".join(lines)


def _answer(step: ReasoningStep) -> str:
    if step.holds:
        return f"yes -> {step.word.value}"
    # Nobody looked: that is no no.
    return "not known" if step.findings and all(each.status is Status.NOT_TESTED for each in step.findings) else "no"
