"""What a rule means: read from the rule itself, the thresholds and the order of reasoning, so that it can't go stale."""

import difflib
import sys
from collections.abc import Iterator

from benchharness.errors import UsageError
from benchharness.records.explanation import Explanation, NumberOf
from benchharness.records.suite import Decision
from benchharness.verdict.reasoning import words_of
from benchharness.verdict.rules import RULES
from benchharness.verdict.thresholds import THRESHOLDS

__all__ = ["explain", "rule_names"]

# Numbers of the policy with a key of their own.
OWN_KEYS = {
    "accuracy_target": ("share", "the team's own: no source can know it", ("ninety-percent", "fine-tune-reaches-target")),
    "ninety_percent_rule": ("share of the target", "S2: 90% of the accuracy target", ("ninety-percent", "fine-tune-reaches-target")),
    "ninety_percent_of": (
        "`target` or `fine-tuned`",
        "S2 says of the target; of the fine-tune is the other reading",
        ("ninety-percent",),
    ),
    "target_is": (
        "`share` or `mean`",
        "benchharness: a graded score says more than whether it reached `match_at`; which of the two is promised is the team's own to say",
        ("ninety-percent", "fine-tune-beats-prompt", "gap-is-large", "fine-tune-reaches-target", "prompting-refuted"),
    ),
    "prompting_must_be": (
        "`refuted` or `not-proven`",
        "benchharness: a one-way door opens where nothing cheaper is left, and not for want of examples",
        ("prompting-refuted",),
    ),
    "gap_rule": ("`k of n`", "S0: 44 of 50", ("gap",)),
    "confidence": (
        "1 - alpha",
        "Neyman & Pearson's 5%, on each side",
        ("ninety-percent", "gap", "fine-tune-beats-prompt", "gap-is-large", "fine-tune-reaches-target"),
    ),
}
REQUIRED = "required"


def rule_names() -> tuple[str, ...]:
    """Return every rule, in the order of reasoning."""
    return tuple(RULES)


def explain(rule: str) -> Explanation:
    """Return what a rule asks, when it's met, its numbers and what it decides; UsageError for a rule nobody has."""
    if rule not in RULES:
        near = difflib.get_close_matches(rule, RULES, n=1)
        raise UsageError(f"no rule is called {rule!r}", hint=f"did you mean {near[0]!r}?" if near else "`bench explain` lists them all")
    find = RULES[rule]
    module = sys.modules[find.__module__]
    return Explanation(
        rule=rule,
        question=" ".join((module.__doc__ or "").split()),
        method=" ".join((find.__doc__ or "").split()),
        source=str(vars(module)["SOURCE"]),
        numbers=tuple(_numbers(rule)),
        decides=tuple(each.value for each in words_of(rule)),
    )


def _numbers(rule: str) -> Iterator[NumberOf]:
    defaults = Decision(accuracy_target=1.0)
    for name, (unit, source, rules) in OWN_KEYS.items():
        if rule in rules:
            value = REQUIRED if name == "accuracy_target" else getattr(defaults, name)
            shown = value if isinstance(value, (int, float)) else "none" if value is None else str(value)
            yield NumberOf(name=name, value=shown, unit=unit, source=source, key=f"decision.{name}")
    for each in THRESHOLDS.values():
        if each.rule == rule:
            yield NumberOf(name=each.name, value=each.value, unit=each.unit, source=each.source, key=f"decision.thresholds.{each.name}")
