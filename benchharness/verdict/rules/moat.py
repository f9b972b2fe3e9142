"""Is the model what customers choose the product for, and can that be said in a sentence?"""

from benchharness.records.circumstances import Moat, ModelIsTheReason
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status
from benchharness.verdict.rules.stating import not_asked

__all__ = ["SOURCE", "find"]

SOURCE = (
    "S3: the model itself is a reason customers choose you, provable in a sentence, and 'not sure' goes to senior people; S1 asks it "
    "first. S1 and S2 give a fine-tune a moderate moat, S0 none: it counts for building only, never for a fine-tune (RULES K7)"
)
RULE = "moat"


def find(evidence: Evidence) -> Finding:
    """Return met for a `yes` with its sentence; `no`, `unsure` and a `yes` without a sentence aren't. It claims no proof."""
    stated = evidence.decision.moat
    if stated is None or stated.model_is_the_reason is None:
        question = "whether customers choose the product for its model"
        remedy = "Say it with `decision.moat: {model_is_the_reason: no}` (`yes`, `no` or `unsure`; a yes with its `sentence`)."
        return not_asked(evidence, rule=RULE, question=question, key="moat.model_is_the_reason", remedy=remedy, source=SOURCE)
    status, told, remedy = _read(stated)
    return Finding(rule=RULE, status=status, sentence=told, remedy=remedy, source=SOURCE)


def _read(stated: Moat) -> tuple[Status, str, str]:
    sentence = " ".join(stated.sentence.split())
    if stated.model_is_the_reason is ModelIsTheReason.NO:
        return Status.NOT_MET, "Customers choose the product for something else: the model is plumbing, and plumbing is rented.", ""
    if stated.model_is_the_reason is ModelIsTheReason.UNSURE:
        told = "Nobody is sure whether customers choose the product for its model; that, not the engineering, is the decision."
        return Status.NOT_MET, told, "Ask whoever owns the product before anything is built."
    if not sentence:
        told = "The model is said to be the reason customers come, without the sentence that would prove it."
        return Status.NOT_MET, told, "Write it as `decision.moat.sentence`; what can't be said in a sentence is no moat."
    return Status.MET, f'The model is the reason customers come: "{sentence}"', ""
