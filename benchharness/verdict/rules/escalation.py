"""Can the team decide this itself, with nothing in it that belongs before senior people?"""

from collections.abc import Mapping

from benchharness import numbers
from benchharness.records.circumstances import ModelIsTheReason
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status
from benchharness.verdict.rules.stating import FILL_IN, NOTHING_PLANNED, named, own_model

__all__ = ["SOURCE", "find"]

SOURCE = (
    "S3: get senior input if a build takes a net-new ML team, a multi-year GPU commitment or moving regulated data, and at once if nobody "
    "is sure whether the model is the moat"
)
RULE = "escalation"


def find(evidence: Evidence) -> Finding:
    """Return not-met when at least one of S3's four triggers holds (the verdict then carries `escalate`), met when none does.

    A trigger nobody spoke of is not absent: then it's not-tested. It changes no verdict's word.
    """
    triggers = _triggers(evidence)
    holding = [told for told, holds in triggers.values() if holds]
    unsaid = [key for key, (_, holds) in triggers.items() if holds is None]
    if holding:
        return Finding(
            rule=RULE,
            status=Status.NOT_MET,
            measured=float(len(holding)),
            threshold=0.0,
            sentence=f"Before senior people, whatever the verdict: {numbers.listed(holding)}.",
            remedy="Take the report to them before anything is committed.",
            source=SOURCE,
        )
    if not own_model(evidence):
        return Finding(rule=RULE, status=Status.NOT_APPLICABLE, sentence=NOTHING_PLANNED, source=SOURCE)
    if unsaid:
        told = f"Not one of S3's triggers is stated, and {numbers.count_of(len(unsaid), len(triggers))} aren't spoken of: {named(unsaid)}."
        return Finding(rule=RULE, status=Status.NOT_TESTED, sentence=told, remedy=FILL_IN, source=SOURCE)
    told = "No new team, no GPU commitment of years, no regulated data moved, and the moat is clear: the team decides."
    return Finding(rule=RULE, status=Status.MET, measured=0.0, threshold=0.0, sentence=told, source=SOURCE)


def _triggers(evidence: Evidence) -> Mapping[str, tuple[str, bool | None]]:
    """Return each trigger by its key, in words, and whether it holds; None when the suite doesn't say."""
    decision = evidence.decision
    years = None if decision.build is None else decision.build.gpu_commitment_years
    reason = None if decision.moat is None else decision.moat.model_is_the_reason
    moved = None if decision.privacy is None else decision.privacy.moves_regulated_data
    committed = None if years is None else years >= evidence.thresholds["commitment_years"]
    length = "" if years is None else f" ({years:g} in years)"
    return {
        "team.net_new": ("a team would have to be hired", None if decision.team is None else decision.team.net_new),
        "build.gpu_commitment_years": (f"GPUs would be committed to for long{length}", committed),
        "privacy.moves_regulated_data": ("regulated data would be moved", moved),
        "moat.model_is_the_reason": (
            "nobody is sure whether the model is what customers come for",
            None if reason is None else reason is ModelIsTheReason.UNSURE,
        ),
    }
