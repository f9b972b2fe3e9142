"""What a question of the reasoning is asked of, and what follows when it holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchharness.records.comparison import Proof
from benchharness.records.verdict import Finding, Status, VerdictWord

__all__ = ["Findings", "Step"]


@dataclass(frozen=True, slots=True)
class Findings:
    """All findings, asked by name; a rule that isn't among them was not tested."""

    by_rule: Mapping[str, Finding]

    def met(self, rule: str) -> bool:
        """Tell whether a rule is met on the point."""
        return rule in self.by_rule and self.by_rule[rule].status is Status.MET

    def failed(self, rule: str) -> bool:
        """Tell whether a rule was looked at and isn't met; not tested is not failed."""
        return rule in self.by_rule and self.by_rule[rule].status is Status.NOT_MET

    def proven(self, rule: str) -> bool:
        """Tell whether a rule is proven."""
        return rule in self.by_rule and self.by_rule[rule].proof is Proof.PROVEN

    def refuted(self, rule: str) -> bool:
        """Tell whether a rule is refuted."""
        return rule in self.by_rule and self.by_rule[rule].proof is Proof.REFUTED

    def told(self, *rules: str) -> str:
        """Return the sentences of some rules, one after another."""
        return " ".join(self.by_rule[rule].sentence for rule in rules if rule in self.by_rule)

    def lacking(self, rules: Sequence[str]) -> tuple[Finding, ...]:
        """Return those of some rules that failed."""
        return tuple(self.by_rule[rule] for rule in rules if self.failed(rule))

    def untested(self, rules: Sequence[str]) -> tuple[Finding, ...]:
        """Return those of some rules that were asked and couldn't be answered."""
        return tuple(self.by_rule[rule] for rule in rules if rule in self.by_rule and self.by_rule[rule].status is Status.NOT_TESTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One question of the reasoning, and what follows when it holds."""

    question: str
    """What is asked."""
    holds: bool
    """Whether it holds."""
    rules: tuple[str, ...]
    """The rules whose findings answer it."""
    word: VerdictWord
    """The verdict if it holds."""
    because: str
    """Why, in one sentence or two, numbers included."""
    grounds: tuple[str, ...] = ()
    """What a one-way door is justified by: `quality`, `cost`, `latency`, `privacy`, `bars`."""
