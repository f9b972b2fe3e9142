"""The answer of `bench review` on one screen, at most 80 columns."""

from collections.abc import Sequence

from benchharness import numbers
from benchharness.records.review import Review, ReviewState
from benchharness.report.verdict.terminal import wrapped

__all__ = ["render"]

MARKS = {ReviewState.DUE: "DUE", ReviewState.DUE_SOON: "soon", ReviewState.CURRENT: "ok"}


def render(reviews: Sequence[Review]) -> str:
    """Return every decision with its age, its day and why it's due."""
    if not reviews:
        return "No decisions here."
    lines = []
    for each in reviews:
        owner = f" · {each.owner}" if each.owner else ""
        by = f" · by {each.review_by}" if each.review_by else ""
        lines += wrapped(f"{MARKS[each.standing]:<5}{each.suite}: {each.verdict} · {_age(each.age_days)}{by}{owner}", indent="")
        lines += [line for told in each.fired for line in wrapped(told, indent="     ")]
        lines += [line for told in each.not_checked for line in wrapped(f"not checked: {told}", indent="     ")]
        if each.standing is ReviewState.DUE and each.suite_file:
            lines += wrapped(f"-> bench run {each.suite_file}", indent="     ")
    due = sum(each.standing is ReviewState.DUE for each in reviews)
    return "\n".join([*lines, "", f"{numbers.quantity(len(reviews), 'decision')}, {numbers.whole(due)} due."])


def _age(days: int | None) -> str:
    if days is None:
        return "age unknown"
    return "today" if days == 0 else f"{numbers.quantity(days, 'day')} old"
