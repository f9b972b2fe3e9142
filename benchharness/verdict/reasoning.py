"""The order of reasoning: questions asked one after another; the first that holds decides the word."""

from collections.abc import Iterator, Sequence

from benchharness import numbers
from benchharness.records.comparison import COMPARATORS, RULED_OUT, Comparison, Proof, Questions
from benchharness.records.verdict import Finding, Status, VerdictWord
from benchharness.verdict.proving import all_below, better_by
from benchharness.verdict.steps import Findings, Step

__all__ = ["deciding_rules", "reason", "settled", "steps", "words_of"]

# A fine-tune claims all of these at once. Rejecting only when every test rejects has error at most alpha for the whole
# claim, whatever their dependence (Berger 1982, intersection-union test), so there is no penalty for their number.
QUALITY_CLAUSES = ("fine-tune-beats-prompt", "gap-is-large", "fine-tune-reaches-target", "data-sufficiency")
FINE_TUNE_CLAUSES = (*QUALITY_CLAUSES, "prompting-refuted", "cost-pays")
# What failed here sends back to the prompt; what nobody can tell, because a model has no name, keeps the door shut.
EFFORT_CLAUSES = ("prompt-effort", "retrieval-tried", "base-measured")
COST_CLAUSES = ("fine-tune-reaches-target", "data-sufficiency", "cost-pays")


# Nothing measured, for whoever asks what the questions rest on.
NOTHING = Comparison(
    questions=Questions(accuracy_target=1.0),
    candidates=(),
    best_prompt=None,
    best_fine_tuned=None,
    best_self_hosted=None,
    best_classical=None,
)


def reason(findings: Findings, comparison: Comparison, *, allows_cost: bool = False) -> Step:
    """Return the first step that holds; the last one always does."""
    return next(each for each in steps(findings, comparison, allows_cost=allows_cost) if each.holds)


def settled(findings: Findings) -> bool:
    """Tell whether more answers would hardly change the word: prompting or the fine-tune proven, or every clause answered.

    A look in a sequential run asks this; its tests hold at every look, so stopping on any of them costs no error.
    """
    if findings.proven("ninety-percent") or all(findings.proven(rule) for rule in (*QUALITY_CLAUSES, "prompting-refuted")):
        return True
    rules = ("ninety-percent", *QUALITY_CLAUSES[:3], "prompting-refuted")
    asked = [findings.by_rule[rule] for rule in rules if rule in findings.by_rule]
    tested = [each for each in asked if each.status in (Status.MET, Status.NOT_MET)]
    return bool(tested) and all(each.proof in (Proof.PROVEN, Proof.REFUTED) for each in tested)


def steps(findings: Findings, comparison: Comparison, *, allows_cost: bool = False) -> tuple[Step, ...]:
    """Return every question in order, whether it holds or not.

    `allows_cost` is the policy's `allow_cost_migration`: without it a fine-tune must be better, not only cheaper.
    """
    return (
        *_sayable(findings, comparison),
        *_at_home(findings),
        *_forced(findings, comparison),
        *_two_way(findings, comparison, allows_cost=allows_cost),
        *_one_way(findings, comparison),
        *_open(findings, comparison),
    )


def words_of(rule: str) -> tuple[VerdictWord, ...]:
    """Return the verdicts a rule has a say in, from the questions themselves; empty for one that only informs."""
    return tuple(dict.fromkeys(each.word for each in steps(Findings({}), NOTHING) if rule in each.rules))


def deciding_rules() -> frozenset[str]:
    """Return every rule some question rests on."""
    return frozenset(rule for each in steps(Findings({}), NOTHING) for rule in (*each.rules, *EFFORT_CLAUSES, "escalation"))


def _sayable(findings: Findings, comparison: Comparison) -> Iterator[Step]:
    """Can anything be said at all?"""
    yield Step(
        question="Was nothing measured?",
        holds=not any(each.n for each in comparison.candidates),
        rules=("coverage",),
        word=VerdictWord.MORE_EVIDENCE,
        because="Nothing was measured, so nothing can be said.",
    )
    yield Step(
        question="Has somebody who learned from it seen the exam?",
        holds=findings.refuted("leakage"),
        rules=("leakage",),
        word=VerdictWord.INVALID,
        because=f"The comparison is void. {findings.told('leakage')}",
    )
    yield Step(
        question="Is the golden set or its metric unable to tell candidates apart?",
        holds=findings.failed("metric-can-decide"),
        rules=("metric-can-decide",),
        word=VerdictWord.MORE_EVIDENCE,
        because=f"This golden set can't decide. {findings.told('metric-can-decide')}",
    )


def _at_home(findings: Findings) -> Iterator[Step]:
    """Is no language model needed? A classical one runs anywhere, whatever rules an API out."""
    yield Step(
        question="Is a small classical model enough?",
        holds=findings.met("classical-suffices"),
        rules=("classical-suffices",),
        word=VerdictWord.SHIP_CLASSICAL,
        because=f"A small classical model is enough. {findings.told('classical-suffices')}",
    )


def _forced(findings: Findings, comparison: Comparison) -> Iterator[Step]:
    """Is an API ruled out, whatever it scores? Then the 90% rule isn't asked of it."""
    barred = [rule for rule in ("privacy", "latency") if findings.refuted(rule)]
    hosted = _self_hosted_reaches(comparison)
    # Marks that say nothing of right and wrong, or of a judge nobody held against people, open no one-way door, whoever is ruled out.
    unjudged = bool(_unjudged(findings))
    nothing_cheaper = all_below(comparison.on("classical"))
    tuned = findings.proven("fine-tune-reaches-target") and _spares_slices(findings)
    own = (hosted or tuned) and _stands_among_both(comparison, hosted=hosted, tuned=tuned)
    reaches = not unjudged and own and nothing_cheaper
    yield Step(
        question="Is every API ruled out, and does a model of one's own reach the bar?",
        holds=bool(barred) and reaches,
        rules=("privacy", "latency", "fine-tune-reaches-target", "judge-calibrated", "metric-can-decide", "protected-slices"),
        word=VerdictWord.SELF_HOST,
        because=f"A model of your own is needed, and one reaches the bar. {findings.told(*barred)}",
        grounds=tuple(barred),
    )
    told = findings.told(*barred, *_unjudged(findings), *_unspared(findings))
    yield Step(
        question="Is every API ruled out, and no model of one's own shown to reach the bar?",
        holds=bool(barred) and not reaches,
        rules=("privacy", "latency", "fine-tune-reaches-target", "judge-calibrated", "metric-can-decide", "protected-slices"),
        word=VerdictWord.MORE_EVIDENCE,
        because=(
            f"APIs are ruled out, and no model of your own is shown to reach the bar. {told}"
            if nothing_cheaper or not own or unjudged
            else f"APIs are ruled out, and whether a small classical model is enough is open. {findings.told('prompting-refuted')}"
        ),
        grounds=tuple(barred),
    )
    yield Step(
        question="May no prompted model that was measured be asked, and was none that may be tried?",
        holds=comparison.best_prompt is None and any(each.path == RULED_OUT for each in comparison.candidates),
        rules=("privacy",),
        word=VerdictWord.MORE_EVIDENCE,
        because=f"No prompted model that may be asked was measured. {findings.told('privacy')}",
    )


def _two_way(findings: Findings, comparison: Comparison, *, allows_cost: bool) -> Iterator[Step]:
    """Ask what can be undone cheaply: the point decides, unless a one-way door is proven to pay."""
    enough = findings.met("ninety-percent") or findings.met("gap")
    gap_proven = all(findings.proven(rule) for rule in ("fine-tune-beats-prompt", "gap-is-large"))
    lacking = findings.lacking(EFFORT_CLAUSES)
    yield Step(
        question="Is the fine-tune no worse, and proven to cost less at every corner?",
        # The sources disagree on whether cost alone is enough, so the suite must allow it.
        holds=allows_cost
        and _not_worse(comparison)
        and all(findings.proven(rule) for rule in COST_CLAUSES)
        and not lacking
        and not findings.untested(EFFORT_CLAUSES)
        and not _unjudged(findings)
        and _spares_slices(findings)
        # It costs next to nothing, so a fine-tune that is cheaper than a prompt isn't cheaper than it.
        and all_below(comparison.on("classical")),
        rules=(*COST_CLAUSES, "judge-calibrated", "metric-can-decide", "protected-slices", "classical-suffices"),
        word=VerdictWord.FINE_TUNE,
        because=f"The fine-tune is no worse and costs less. {findings.told('fine-tune-beats-prompt', 'cost-pays')}",
        # Better by enough is a ground where nothing cheaper is enough; else it is only cheaper.
        grounds=("quality", "cost") if gap_proven and findings.proven("prompting-refuted") else ("cost",),
    )
    yield Step(
        question="Is prompting proven to be enough?",
        holds=findings.proven("ninety-percent"),
        rules=("ninety-percent",),
        word=VerdictWord.SHIP_PROMPT,
        because=f"Prompting is enough. {findings.told('ninety-percent')}",
    )
    yield Step(
        question="Is prompting enough on the point, and no large gap proven?",
        holds=enough and not gap_proven,
        rules=("ninety-percent", "gap", "fine-tune-beats-prompt", "gap-is-large"),
        word=VerdictWord.SHIP_PROMPT,
        because=f"Prompting is enough. {findings.told('ninety-percent' if findings.met('ninety-percent') else 'gap')}",
    )


def _one_way(findings: Findings, comparison: Comparison) -> Iterator[Step]:
    """Ask what can't be undone: every clause proven, nothing cheaper left untried."""
    quality = comparison.best_fine_tuned is not None and all(findings.proven(rule) for rule in QUALITY_CLAUSES)
    lacking = findings.lacking(EFFORT_CLAUSES)
    unjudged = bool(_unjudged(findings))
    beats = findings.told("fine-tune-beats-prompt")
    yield Step(
        question="Is the fine-tune better on the whole, and proven to make a protected slice worse?",
        holds=quality and findings.refuted("protected-slices"),
        rules=("protected-slices",),
        word=VerdictWord.IMPROVE_PROMPT,
        because=f"The fine-tune is better on the whole and makes a protected slice worse. {findings.told('protected-slices')}",
    )
    yield Step(
        question="Are all clauses of a fine-tune proven, nothing cheaper left untried?",
        holds=quality
        and findings.proven("prompting-refuted")
        and findings.proven("cost-pays")
        and not lacking
        and not findings.untested(EFFORT_CLAUSES)
        and not unjudged
        and _spares_slices(findings),
        rules=(*FINE_TUNE_CLAUSES, *EFFORT_CLAUSES, "judge-calibrated", "metric-can-decide", "protected-slices"),
        word=VerdictWord.FINE_TUNE,
        because=f"Fine-tuning is justified. {beats}",
        grounds=("quality",),
    )
    yield Step(
        question="Does a self-hosted model clear all three bars?",
        holds=_self_hosted_reaches(comparison)
        and findings.proven("three-bars")
        and findings.met("team")
        and not unjudged
        and _refuted_for_hosting(findings, comparison),
        rules=("three-bars", "team", "prompting-refuted", "judge-calibrated", "metric-can-decide"),
        word=VerdictWord.SELF_HOST,
        because=f"Hosting your own model is justified. {findings.told('three-bars')}",
        grounds=("bars",),
    )
    yield from _nearly(findings, quality=quality and not lacking)


def _nearly(findings: Findings, *, quality: bool) -> Iterator[Step]:
    """Ask what keeps a fine-tune shut that is proven good: something cheaper, its cost, or how prompting was tried."""
    beats = findings.told("fine-tune-beats-prompt")
    yield Step(
        question="Does the fine-tune clear every bar of its own, and is it open whether something cheaper reaches the bar?",
        holds=quality and not findings.refuted("cost-pays") and not findings.proven("prompting-refuted"),
        rules=(*QUALITY_CLAUSES, "prompting-refuted"),
        word=VerdictWord.MORE_EVIDENCE,
        because=(
            f"Fine-tuning clears every bar of its own; whether something cheaper reaches the bar is open. "
            f"{findings.told('prompting-refuted')} {_remedy(findings, 'prompting-refuted')}"
        ).strip(),
    )
    yield Step(
        question="Does the fine-tune clear every bar of quality, and its cost is open?",
        holds=quality and not findings.refuted("cost-pays"),
        rules=(*QUALITY_CLAUSES, "cost-pays", *EFFORT_CLAUSES, "judge-calibrated", "metric-can-decide", "protected-slices"),
        word=VerdictWord.MORE_EVIDENCE,
        because=f"Fine-tuning clears every bar of quality; {_what_else(findings)}. {beats} {findings.told('cost-pays')}".strip(),
    )
    yield Step(
        question="Does the fine-tune clear every bar of quality, and is it proven not to pay?",
        holds=quality and findings.refuted("cost-pays"),
        rules=(*QUALITY_CLAUSES, "cost-pays"),
        word=VerdictWord.IMPROVE_PROMPT,
        because=f"The fine-tune is better and never pays: keep prompting, and work on the prompt. {findings.told('cost-pays')}",
    )


def _open(findings: Findings, comparison: Comparison) -> Iterator[Step]:
    """Ask what to do next, when no door is proven."""
    tuned = comparison.best_fine_tuned is not None
    enough = findings.met("ninety-percent") or findings.met("gap")
    lacking = findings.lacking(EFFORT_CLAUSES)
    short = findings.refuted("ninety-percent")
    yield Step(
        question="Was prompting not really tried?",
        holds=bool(lacking) and not enough,
        rules=EFFORT_CLAUSES,
        word=VerdictWord.IMPROVE_PROMPT,
        because=f"Work on the prompt first. {_first(lacking)}",
    )
    yield Step(
        question="Does prompting fall short, with no fine-tune measured yet?",
        holds=not tuned and short and not findings.refuted("data-sufficiency") and not findings.refuted("cost-pays"),
        rules=("ninety-percent", "data-sufficiency", "cost-pays"),
        word=VerdictWord.TRY_FINE_TUNE,
        because=f"Prompting falls short and was really tried: a trial fine-tune is worth it. {findings.told('ninety-percent')}",
        grounds=("quality",),
    )
    yield Step(
        question="Do prompt and fine-tune both fall short?",
        holds=short and findings.refuted("fine-tune-reaches-target"),
        rules=("ninety-percent", "fine-tune-reaches-target"),
        word=VerdictWord.NEITHER,
        because=f"Neither path reaches the bar. {findings.told('ninety-percent', 'fine-tune-reaches-target')}",
    )
    yield Step(
        question="Otherwise:",
        holds=True,
        rules=("ninety-percent", *FINE_TUNE_CLAUSES),
        word=VerdictWord.MORE_EVIDENCE,
        because=_undecided(findings),
    )


def _spares_slices(findings: Findings) -> bool:
    """Tell whether no slice is protected, or the fine-tune is proven to make none of them worse."""
    finding = findings.by_rule.get("protected-slices")
    return finding is None or finding.status is Status.NOT_APPLICABLE or finding.proof is Proof.PROVEN


def _unjudged(findings: Findings) -> tuple[str, ...]:
    """Return the rules by which the marks themselves open no one-way door."""
    metric = findings.by_rule.get("metric-can-decide")
    beside = ("metric-can-decide",) if metric is not None and metric.proof is Proof.UNDECIDED else ()
    return (*beside, *(("judge-calibrated",) if findings.failed("judge-calibrated") else ()))


def _unspared(findings: Findings) -> tuple[str, ...]:
    return () if _spares_slices(findings) else ("protected-slices",)


def _not_worse(comparison: Comparison) -> bool:
    """Tell whether the best fine-tune is proven to be behind each prompt and classical model by less than the margin."""
    return better_by(comparison.against(comparison.best_fine_tuned), -comparison.questions.margin) is Proof.PROVEN


def _refuted_for_hosting(findings: Findings, comparison: Comparison) -> bool:
    """Tell whether every prompt and classical model is proven to fall short; hosting an off-the-shelf model is what is claimed."""
    return findings.proven("prompting-refuted") or all_below(comparison.on(*COMPARATORS["self-hosted"]))


def _remedy(findings: Findings, rule: str) -> str:
    return findings.by_rule[rule].remedy if rule in findings.by_rule else ""


def _self_hosted_reaches(comparison: Comparison) -> bool:
    best = comparison.result(comparison.best_self_hosted)
    return best is not None and best.bar.proof is Proof.PROVEN


def _stands_among_both(comparison: Comparison, *, hosted: bool, tuned: bool) -> bool:
    """Tell whether a proof that an own model reaches the bar stands beside the other kind's, of which one would do as well (Bonferroni).

    Holm's correction is over the models of one kind; with both measured the door has two chances to open by error.
    """
    keys = (comparison.best_self_hosted, comparison.best_fine_tuned)
    if None in keys:
        return True
    alpha = round(1 - comparison.questions.confidence, 12)
    for proven, key, path in ((hosted, keys[0], "self-hosted"), (tuned, keys[1], "fine-tuned")):
        best = comparison.result(key)
        tried = 1 if comparison.questions.dev_share else len(comparison.on(path))
        if proven and best is not None and best.bar.p_reaches is not None and 2 * tried * best.bar.p_reaches <= alpha:
            return True
    return False


def _what_else(findings: Findings) -> str:
    if "metric-can-decide" in _unjudged(findings):
        return f"its scorer says nothing of right or wrong. {findings.told('metric-can-decide')}".rstrip(".")
    if findings.failed("judge-calibrated"):
        return "its judge isn't calibrated"
    if not _spares_slices(findings):
        return f"whether it spares the protected slices is open. {findings.told('protected-slices')}".rstrip(".")
    untested = findings.untested(EFFORT_CLAUSES)
    if untested:
        return f"whether prompting was really tried isn't known. {untested[0].sentence} {untested[0].remedy}".rstrip(".")
    return "whether it pays is open"


def _first(lacking: Sequence[Finding]) -> str:
    return " ".join(text for each in lacking[:1] for text in (each.sentence, each.remedy) if text)


def _undecided(findings: Findings) -> str:
    # Whether prompting reaches the bar is open from both sides, or from none.
    first = () if findings.proven("prompting-refuted") else ("ninety-percent",)
    asked = [rule for rule in (*first, *FINE_TUNE_CLAUSES) if rule in findings.by_rule and not (first and rule == "prompting-refuted")]
    open_rules = [rule for rule in asked if findings.by_rule[rule].status is not Status.NOT_APPLICABLE and not findings.proven(rule)]
    remedies = [findings.by_rule[rule].remedy for rule in open_rules if findings.by_rule[rule].remedy]
    if findings.failed("coverage"):
        # A proof was taken back because of them: that comes first.
        coverage = findings.by_rule["coverage"]
        remedies = [f"{coverage.sentence} {coverage.remedy}"]
    return f"The evidence doesn't reach: {numbers.listed(open_rules)} not proven. {remedies[0] if remedies else ''}".strip()
