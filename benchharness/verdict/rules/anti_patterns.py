"""Is the project walking into one of the eight known mistakes?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchharness import numbers
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status
from benchharness.verdict.rules.annual_spend import find as annual_spend
from benchharness.verdict.rules.base_measured import find as base_measured
from benchharness.verdict.rules.ninety_percent import find as ninety_percent
from benchharness.verdict.rules.prompt_effort import find as prompt_effort
from benchharness.verdict.rules.stating import FILL_IN, named, own_model
from benchharness.verdict.rules.token_volume import find as token_volume

__all__ = ["SOURCE", "find"]

SOURCE = (
    "S2's five anti-patterns and S1's four mistakes, eight in all: both name too little data (under 100 examples in S2, 500 in S1; the "
    "floor of `data-sufficiency` is read, RULES K3)"
)
RULE = "anti-patterns"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pattern:
    """One mistake."""

    told: str
    """In words."""
    holds: bool | None
    """Whether it's being made; None when nobody can tell."""
    keys: tuple[str, ...] = ()
    """What to fill in under `decision:` to tell."""


def find(evidence: Evidence) -> Finding:
    """Return met when none of the eight holds, not-met when one does; one nobody can tell is not absent. It informs."""
    patterns = (*_whatever(evidence), *_building(evidence))
    holding = [each.told for each in patterns if each.holds]
    unsaid = [each for each in patterns if each.holds is None]
    keys = list(dict.fromkeys(key for each in unsaid for key in each.keys))
    if holding:
        status, told = Status.NOT_MET, f"{numbers.count_of(len(holding), len(patterns))} known mistakes: {_listed(holding)}."
    elif unsaid:
        status = Status.NOT_TESTED
        told = (
            f"Of {len(patterns)} known mistakes not one shows, and {len(unsaid)} can't be told ({_listed([each.told for each in unsaid])})"
        )
        told += f": it takes {named(keys)}." if keys else ": it takes a run with its date."
    else:
        status, told = Status.MET, f"Of {len(patterns)} known mistakes not one is being made."
    return Finding(
        rule=RULE,
        status=status,
        measured=float(len(holding)),
        threshold=0.0,
        sentence=told,
        remedy="Mend these first." if holding else FILL_IN if keys else "",
        source=SOURCE,
    )


def _whatever(evidence: Evidence) -> Sequence[_Pattern]:
    """Return the mistakes that can be made without a model of one's own."""
    spend, tokens = annual_spend(evidence), token_volume(evidence)
    projected: bool | None = spend.status is not Status.NOT_TESTED
    if not projected:
        # Nobody can tell whether a cost nobody projected is large, unless the tokens are known.
        projected = None if tokens.measured is None else tokens.measured < evidence.thresholds["unprojected_tokens"]
    return (
        _Pattern(
            told="ignoring what tokens cost at scale",
            holds=None if projected is None else not projected,
            keys=("spend.api_usd_per_month", "volume.requests_per_month"),
        ),
        # Every dated verdict carries a day by which to look again.
        _Pattern(told="deciding for good without a day to look again", holds=None if evidence.today is None else False),
    )


def _building(evidence: Evidence) -> Sequence[_Pattern]:
    """Return the mistakes of building; without a plan to, none is being made."""
    decision, own = evidence.decision, own_model(evidence)
    build, spend = decision.build, decision.spend
    users = None if spend is None else spend.users
    labelled = evidence.labelled_examples
    scratch = None if build is None else build.from_scratch
    rebase = None if build is None else build.rebase_planned
    enough = ninety_percent(evidence).status
    tried = prompt_effort(evidence).status is Status.MET
    from_scratch = None if scratch is None or (scratch and enough is Status.NOT_TESTED) else scratch and enough is Status.MET
    holds: Mapping[str, tuple[bool | None, tuple[str, ...]]] = {
        "training from scratch where a prompt is enough": (from_scratch, ("build.from_scratch",)),
        "fine-tuning before prompting was really tried": (not tried, ()),
        "fine-tuning on too little data": (
            None if labelled is None else labelled < evidence.thresholds["labelled_floor"],
            ("fine_tune.labelled_examples",),
        ),
        "no evaluation before and after": (base_measured(evidence).status is Status.NOT_MET, ()),
        "no plan for moving to newer base models": (None if rebase is None else not rebase, ("build.rebase_planned",)),
        "cutting cost before there are users": (None if users is None else users <= evidence.thresholds["early_users"], ("spend.users",)),
    }
    return [_Pattern(told=told, holds=hit if own else False, keys=keys) for told, (hit, keys) in holds.items()]


def _listed(words: Sequence[str]) -> str:
    return numbers.listed(words, most=len(words))
