"""Do golden examples stand in what a model was trained on? A model that has seen the exam proves nothing."""

from pathlib import PurePath

from benchharness import numbers
from benchharness.records.comparison import Proof, candidate_key
from benchharness.records.evidence import Evidence
from benchharness.records.leakage import Leakage
from benchharness.records.verdict import Finding, Status

__all__ = ["SOURCE", "find"]

NAMES = {"exact": "word for word", "normalised": "but for case and punctuation", "near": "nearly the same", "group": "of the same cluster"}
SOURCE = "benchharness: no source document mentions leakage, and each of their rules falls with it"


def find(evidence: Evidence) -> Finding:
    """Return whether at most the share `most_leakage` of the golden set stands in the pool or in a fine-tune's `trained_on`.

    The same text, the same but for case and punctuation, nearly the same (Jaccard of word shingles from 0.8 on) or another
    example of the same cluster all count. Refuted, so that nothing can be said, when somebody who learned from it was measured:
    a fine-tune, a classical model, or a best prompt whose shots come from the pool.
    """
    most = evidence.thresholds["most_leakage"]
    leakage = evidence.leakage
    if not leakage.checked:
        return Finding(
            rule="leakage",
            status=Status.NOT_TESTED,
            threshold=most,
            sentence=_not_looked_at(leakage),
            remedy="Put the files where the suite names them." if leakage.unread else "",
            source=SOURCE,
        )
    found = len(leakage.leaked)
    kinds = numbers.listed([f"{len(ids)} {NAMES.get(kind, kind)}" for kind, ids in leakage.kinds.items()])
    named = f" ({kinds}: {numbers.listed(leakage.leaked)})" if found and kinds else f" ({numbers.listed(leakage.leaked)})" if found else ""
    return Finding(
        rule="leakage",
        status=Status.MET if leakage.share <= most else Status.NOT_MET,
        proof=Proof.REFUTED if leakage.share > most and _learned(evidence) else None,
        measured=leakage.share,
        threshold=most,
        sentence=(f"{numbers.count_of(found, leakage.golden)} golden examples stand in {_where(leakage.source)}{named}.{_parts(evidence)}"),
        remedy="" if leakage.share <= most else "Remove them from what is trained on, or from the golden set, and train and run again.",
        source=SOURCE,
    )


def _not_looked_at(leakage: Leakage) -> str:
    """Return why nobody knows: a file that isn't here is another thing than none."""
    if not leakage.unread:
        return "There was no training pool to compare the golden set with."
    return f"Whether golden examples were trained on isn't known: {numbers.listed(leakage.unread)} could not be looked at."


def _learned(evidence: Evidence) -> bool:
    comparison = evidence.comparison
    if comparison.best_fine_tuned is not None or comparison.best_classical is not None:
        return True
    drawing = {candidate_key(each.candidate, prompt) for each in evidence.effort for prompt in each.pool_prompts}
    return comparison.best_prompt in drawing


def _where(source: str) -> str:
    """Return the files' names without their folders; the run's record has them whole."""
    return " and ".join(PurePath(each).name for each in source.split(" and ")) or "the training pool"


def _parts(evidence: Evidence) -> str:
    """Return how the best of each kind did on the leaked part and on the clean one."""
    comparison = evidence.comparison
    wanted = (comparison.best_fine_tuned, comparison.best_classical, comparison.best_prompt)
    told = [
        f" {each.candidate} matches {numbers.count_of(each.leaked_matched, each.leaked)} leaked and "
        f"{numbers.count_of(each.clean_matched, each.clean)} clean ones."
        for key in wanted
        for each in evidence.leakage.parts
        if each.candidate == key
    ]
    return "".join(told)
