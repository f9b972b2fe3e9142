"""Evidence for one rule, made of records alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from benchharness.records.comparison import BarTest, CandidateResult, Comparison, Interval, PairedResult, Proof, Questions
from benchharness.records.costs import CostComparison, PathCost
from benchharness.records.effort import Effort
from benchharness.records.evidence import Evidence
from benchharness.records.run import CandidateTotals
from benchharness.records.suite import Decision, FineTunePlan
from benchharness.records.verdict import Finding
from benchharness.verdict.rules import RULES
from benchharness.verdict.thresholds import filled_in

TODAY = "2026-11-21"
PLANNED = FineTunePlan(labelled_examples=5000)


def result(
    name: str = "mini",
    path: str = "api",
    prompt: str = "few-shot",
    *,
    matched: int = 88,
    n: int = 100,
    statuses: Mapping[str, int] | None = None,
    proof: Proof = Proof.UNDECIDED,
) -> CandidateResult:
    rate = matched / n if n else None
    bar = BarTest(bar=0.855, met=None if rate is None else rate >= 0.855, proof=proof, p_reaches=None, p_below=None)
    return CandidateResult(
        candidate=name,
        prompt=prompt,
        path=path,
        matched=matched,
        n=n,
        expected=100,
        missing=100 - n,
        rate=rate,
        interval=None,
        lower=0.0,
        upper=1.0,
        bar=bar,
        target=bar,
        statuses=statuses or {},
    )


def totals(
    name: str = "mini",
    prompt: str = "few-shot",
    *,
    p50: float | None = None,
    p95: float | None = None,
    timed: int = 100,
    usd: float | None = None,
    tokens: int | None = None,
) -> CandidateTotals:
    return CandidateTotals(
        candidate=name,
        prompt=prompt,
        rows=100,
        missing=0,
        p50_s=p50,
        p95_s=p95,
        timed=timed,
        usd_per_1k=usd,
        input_tokens=tokens,
        output_tokens=None if tokens is None else 0,
    )


def lead(first: str, second: str, *, least: float, most: float) -> PairedResult:
    return PairedResult(
        first=first,
        second=second,
        n=100,
        both=0,
        only_first=0,
        only_second=0,
        neither=0,
        difference=(least + most) / 2,
        interval=None,
        lower=least,
        upper=most,
        p_value=None,
        p_mid=None,
    )


def costs(ranges: Mapping[float, tuple[tuple[float, float], tuple[float, float]]], **more: Any) -> CostComparison:
    """By multiple: the range of prompting, the range of the fine-tune."""
    paths = [{times: PathCost(total_usd=Interval(low=pair[at][0], high=pair[at][1])) for times, pair in ranges.items()} for at in (0, 1)]
    return CostComparison(months=36, prompt=paths[0], own=paths[1], **more)


def case(
    results: Sequence[CandidateResult] = (result(),),
    *,
    providers: Mapping[str, str] | None = None,
    pairs: tuple[PairedResult, ...] = (),
    evidence: Mapping[str, Any] | None = None,
    **decision: Any,
) -> Evidence:
    """The best of each path is its first; `decision` is what the suite states, `evidence` what the run knows."""
    stated = Decision(**{"accuracy_target": 0.95, **decision})
    best = {path: next((each.key for each in results if each.path == path), None) for path in PATHS}
    effort = tuple(
        Effort(
            candidate=each.candidate,
            path=each.path,
            model=each.candidate,
            provider=(providers or {}).get(each.candidate, "openai"),
            base_model="base",
            strategies=("zero-shot", "few-shot", "retrieval") if each.path == "api" else (),
        )
        for each in results
    )
    comparison = Comparison(
        questions=Questions(accuracy_target=stated.accuracy_target),
        candidates=tuple(results),
        best_prompt=best["api"],
        best_fine_tuned=best["fine-tuned"],
        best_self_hosted=best["self-hosted"],
        best_classical=best["classical"],
        pairs=pairs,
    )
    known = {"today": TODAY, "labelled_examples": 5000, "effort": effort, **(evidence or {})}
    return Evidence(suite="case", decision=stated, thresholds=filled_in(stated), comparison=comparison, **known)


def found(rule: str, results: Sequence[CandidateResult] = (result(),), **more: Any) -> Finding:
    """What one rule finds."""
    return RULES[rule](case(results, **more))


PATHS = ("api", "fine-tuned", "self-hosted", "classical")
