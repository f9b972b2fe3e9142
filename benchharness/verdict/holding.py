"""Does the verdict hold however what's missing is read? If not, the missing answers are what's needed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from benchharness import numbers
from benchharness.records.comparison import Comparison, Proof
from benchharness.records.verdict import Finding, Status, VerdictWord

__all__ = ["coverage_of", "held", "holds_as"]

# Whose missing answers are misses, and everyone else's matches, in the worst case for a verdict. The others claim that
# somebody falls short: for them the worst is that every missing answer matches.
CLAIMS = {
    VerdictWord.SHIP_PROMPT: ("against-api",),
    VerdictWord.FINE_TUNE: ("against-fine-tuned",),
    # A model of one's own is either kind.
    VerdictWord.SELF_HOST: ("against-self-hosted", "against-fine-tuned"),
    VerdictWord.SHIP_CLASSICAL: ("against-classical",),
}
UNCLAIMED = (VerdictWord.MORE_EVIDENCE, VerdictWord.INVALID)
SOURCE = "benchharness: missing answers are not wrong answers, and none of the source documents mentions them"


def holds_as(word: VerdictWord, words: Mapping[str, VerdictWord]) -> dict[str, VerdictWord]:
    """Return, of the verdicts under every reading by name, those that matter to this one; empty when nothing is missing."""
    if word in UNCLAIMED:
        return {}
    wanted = ("as-miss", *CLAIMS.get(word, ("as-match",)))
    return {name: other for name, other in words.items() if name in wanted}


def held(findings: Mapping[str, Finding], others: Sequence[Mapping[str, Finding]]) -> dict[str, Finding]:
    """Return the findings, each proof taken back that isn't the same under every other reading of what's missing."""
    found = {}
    for name, each in findings.items():
        stands = each.proof in (None, Proof.UNDECIDED) or all(other[name].proof is each.proof for other in others)
        claimed = each.sentence.removesuffix(" Proven to be below it.").removesuffix(" Proven.")
        sentence = f"{claimed} Not the same however the missing answers are read, so nothing is proven."
        found[name] = each if stands else replace(each, proof=Proof.UNDECIDED, sentence=sentence)
    return found


def coverage_of(word: VerdictWord, found: Mapping[str, VerdictWord], finding: Finding, comparison: Comparison) -> Finding:
    """Return the coverage finding when something is missing: met when every reading gives the same verdict."""
    if not comparison.readings or word in UNCLAIMED:
        return finding
    changed = {name: other for name, other in found.items() if other is not word}
    if not changed:
        sentence = f"{finding.sentence} The verdict is the same with them read as misses, and in the worst case."
        return replace(finding, status=Status.MET, sentence=sentence, remedy="", source=SOURCE)
    name, other = next(iter(changed.items()))
    how = "read as misses" if name == "as-miss" else "read as what speaks most against it"
    sentence = f"{finding.sentence} With them {how}, {word.value} would be {other.value}."
    remedy = f"Ask again what is missing: {_calls(comparison)}. `bench run` asks nothing else."
    return replace(finding, status=Status.NOT_MET, sentence=sentence, remedy=remedy, source=SOURCE)


def _calls(comparison: Comparison) -> str:
    """Return who lacks how many answers, with the first example ids."""
    told = []
    for each in comparison.candidates:
        if each.missing:
            ids = f" ({numbers.listed(each.missing_examples)})" if each.missing_examples else ""
            told.append(f"{each.key} {numbers.whole(each.missing)}{ids}")
    return "; ".join(told)
