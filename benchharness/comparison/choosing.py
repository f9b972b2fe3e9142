"""The best of each kind, and the price of having chosen it: a proof must stand among all that were tried."""

from collections.abc import Sequence
from dataclasses import replace

from benchharness.comparison.many import holm
from benchharness.comparison.measuring import Measured
from benchharness.comparison.threshold import error_of, planned
from benchharness.records.comparison import BarTest, CandidateResult, Proof, Questions

__all__ = ["best", "corrected"]


def best(measured: Sequence[Measured], *paths: str) -> str | None:
    """Return the key of the best on some paths; None when none was measured.

    The most matches of all examples expected, so what's missing counts as a miss; of equals the one with fewer missing,
    then the first.
    """
    among = [each for each in measured if each.result.path in paths and each.result.n]
    if not among:
        return None
    chosen = max(among, key=lambda each: (_share(each), -each.result.missing)).result
    return chosen.key


def _share(each: Measured) -> float:
    # Thirds of repeats don't add up to whole numbers in floating point, and a tie must stay one.
    return round(float(each.values.values.sum()) / max(each.result.expected, each.result.n), 12)


def corrected(measured: Sequence[Measured], questions: Questions, *, plan: bool) -> list[CandidateResult]:
    """Return the results, each proof of reaching a bar taken back where it fails Holm's correction over the same path.

    The p-values stay as they were. Refuting needs no correction: the best is refuted only where it's refuted itself, and
    having been chosen makes it look better, not worse.
    """
    results = [each.result for each in measured]
    paths: dict[str, list[int]] = {}
    for at, each in enumerate(results):
        if each.n:
            paths.setdefault(each.path, []).append(at)
    for tried in paths.values():
        for name in ("bar", "target", "gap"):
            tests = [_test(results[at], name) for at in tried]
            adjusted = holm([None if test is None else test.p_reaches for test in tests])
            for at, test, p_value in zip(tried, tests, adjusted, strict=True):
                if test is None or test.proof is not Proof.PROVEN or p_value is None or p_value <= error_of(questions.confidence):
                    continue
                results[at] = _with(results[at], name, _taken_back(test, measured[at], questions, plan=plan))
    return results


def _taken_back(test: BarTest, measured: Measured, questions: Questions, *, plan: bool) -> BarTest:
    undecided = replace(test, proof=Proof.UNDECIDED)
    if not plan or measured.result.rate is None:
        return undecided
    return planned(
        undecided,
        measured.result.rate,
        measured.result.n,
        confidence=questions.confidence,
        power=questions.power,
        cap=questions.examples_cap,
        tried=measured.tried,
        effect=measured.effect,
    )


def _test(result: CandidateResult, name: str) -> BarTest | None:
    if name == "gap":
        return None if result.gap is None else result.gap.test
    return result.bar if name == "bar" else result.target


def _with(result: CandidateResult, name: str, test: BarTest) -> CandidateResult:
    if name == "gap":
        return replace(result, gap=None if result.gap is None else replace(result.gap, test=test))
    return replace(result, bar=test) if name == "bar" else replace(result, target=test)
