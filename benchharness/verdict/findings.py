"""All findings, asked by name: what is met, failed, proven, refuted or couldn't be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchharness.records.comparison import Proof
from benchharness.records.verdict import Finding, Status

__all__ = ["Findings"]


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

    def untested(self, rules: Sequence[str]) -> tuple[Finding, ...]:
        """Return those of some rules that were asked and couldn't be answered."""
        return tuple(self.by_rule[rule] for rule in rules if rule in self.by_rule and self.by_rule[rule].status is Status.NOT_TESTED)

    def lacking(self, rules: Sequence[str]) -> tuple[Finding, ...]:
        """Return those of some rules that failed."""
        return tuple(self.by_rule[rule] for rule in rules if self.failed(rule))
