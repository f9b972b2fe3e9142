"""From outcomes to a comparison: every candidate on its own, the best of each kind, and the pairs a verdict asks about."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from benchharness.comparison.choosing import best, corrected
from benchharness.comparison.measuring import Measured, measure
from benchharness.comparison.missing import readings_of
from benchharness.comparison.outcomes import Values, values_of
from benchharness.comparison.pairing import pair
from benchharness.comparison.selecting import cross_fitted
from benchharness.comparison.slices import sliced
from benchharness.comparison.splitting import parted
from benchharness.records.comparison import COMPARATORS, Comparison, PairedResult, Questions, Reading, Selection, SliceResult, Triviality
from benchharness.records.outcomes import Outcomes, Whole

__all__ = ["compare"]

PATHS = ("api", "fine-tuned", "self-hosted", "classical")


def compare(
    outcomes: Sequence[Outcomes],
    questions: Questions,
    targets: Mapping[str, int] | None = None,
    *,
    slices: Mapping[str, Whole] | None = None,
    plan: bool = True,
) -> Comparison:
    """Return everything the policy asks of the data, and the same with what's missing read otherwise.

    `targets` counts the golden set's targets, for the rate of an answer without looking. `slices` holds the examples of
    each protected slice by code. `plan` counts the examples that
    would settle what's undecided; simulations that don't read them turn it off.

    With one yes-or-no outcome per independent example the tests are exact binomial ones and the pairs Tango's and
    McNemar's. With repeats the value of an example is the mean over them (never rounded to a yes or no), and with repeats
    or clusters intervals and tests are cluster-robust. A pair counts only examples measured on both sides.

    Choosing the best of many is paid for. A proof that a bar is reached (`proof`) must stand under Holm's correction over
    all measured candidates on the same path, while `p_reaches` and `p_below` are those of the candidate alone; refuting
    needs no correction. Being better is claimed against every comparator at once, so each pair's lower bound keeps its error
    (Berger 1982, intersection-union test) and pays only for its first side having been chosen. With `dev_share` a part of the
    examples chooses and the sealed rest judges, and then choosing costs nothing.
    """
    found = _one_reading(outcomes, questions, targets, slices or {}, plan=plan)
    read = readings_of(outcomes, questions.target_is).items()
    others = [(name, _one_reading(each, questions, targets, slices or {}, plan=False)) for name, each in read]
    return replace(found, readings=tuple(Reading(name=name, comparison=each) for name, each in others))


def _one_reading(
    outcomes: Sequence[Outcomes],
    questions: Questions,
    targets: Mapping[str, int] | None,
    slices: Mapping[str, Whole],
    *,
    plan: bool,
) -> Comparison:
    dev, judging = parted(outcomes, questions) if questions.dev_share else ([], outcomes)
    values = [values_of(each, questions.target_is) for each in judging]
    tried = Counter(each.path for each, value in zip(outcomes, values, strict=True) if len(value.codes))
    # Sealed examples had no part in the choosing.
    counted = Counter(dict.fromkeys(tried, 1)) if questions.dev_share else tried
    measured = [
        measure(each, value, questions, tried=max(1, counted[each.path]), plan=plan) for each, value in zip(judging, values, strict=True)
    ]
    chosen_on = measured
    if questions.dev_share:
        chosen_on = [measure(each, values_of(each, questions.target_is), questions, tried=1, plan=False) for each in dev]
    bests = {path: best(chosen_on, path) for path in PATHS}
    return Comparison(
        questions=questions,
        candidates=tuple([each.result for each in measured] if questions.dev_share else corrected(measured, questions, plan=plan)),
        best_prompt=bests["api"],
        best_fine_tuned=bests["fine-tuned"],
        best_self_hosted=bests["self-hosted"],
        best_classical=bests["classical"],
        pairs=tuple(_pairs(measured, bests, counted, questions, plan=plan)),
        triviality=_triviality(targets),
        slices=_slices(measured, bests, counted, slices, questions),
        selections=_selections(judging, values, measured, chosen_on, questions) if plan else (),
    )


def _pairs(
    measured: Sequence[Measured], bests: Mapping[str, str | None], tried: Mapping[str, int], questions: Questions, *, plan: bool
) -> Iterator[PairedResult]:
    """Yield the best of each path against everything it is held against."""
    for path in COMPARATORS:
        first, rivals = _held_against(measured, bests, path)
        if first is None:
            continue
        for second in rivals:
            counts = (max(1, tried[path]), len(rivals))
            yield pair(first, second, questions, tried=counts, plan=plan)
            if questions.share_of_fine_tuned and path == "fine-tuned" and second.result.key == bests["api"]:
                others = [each for each in measured if each.result.path == path and each.result.n and each is not first]
                yield from (pair(each, second, questions, tried=counts, plan=False) for each in others)


def _held_against(measured: Sequence[Measured], bests: Mapping[str, str | None], path: str) -> tuple[Measured | None, list[Measured]]:
    """Return the best of a path, None where none was measured, and its comparators in suite order."""
    first = next((each for each in measured if each.result.key == bests[path]), None)
    return first, [each for each in measured if each.result.path in COMPARATORS[path] and each.result.n]


def _slices(
    measured: Sequence[Measured],
    bests: Mapping[str, str | None],
    tried: Mapping[str, int],
    slices: Mapping[str, Whole],
    questions: Questions,
) -> tuple[SliceResult, ...]:
    first, rivals = _held_against(measured, bests, "fine-tuned")
    return () if first is None or not slices else sliced(first, rivals, slices, questions, tried=max(1, tried["fine-tuned"]))


def _selections(
    judging: Sequence[Outcomes],
    values: Sequence[Values],
    measured: Sequence[Measured],
    chosen_on: Sequence[Measured],
    questions: Questions,
) -> tuple[Selection, ...]:
    """Return the naive rate of each path's best beside the honest one."""
    if not questions.dev_share:
        return cross_fitted(judging, values, seed=questions.seed)
    found = []
    for path in PATHS:
        key = best(chosen_on, path)
        among = [(mine, sealed) for mine, sealed in zip(chosen_on, measured, strict=True) if mine.result.path == path and mine.result.n]
        naive, honest = next(((mine.result.rate, sealed.result.rate) for mine, sealed in among if mine.result.key == key), (None, None))
        if key is not None and len(among) > 1 and naive is not None and honest is not None:
            found.append(Selection(path=path, tried=len(among), chosen=key, naive=naive, honest=honest, method="dev split"))
    return tuple(found)


def _triviality(targets: Mapping[str, int] | None) -> Triviality | None:
    if not targets or not sum(targets.values()):
        return None
    target = max(targets, key=lambda each: targets[each])
    return Triviality(majority_target=target, majority_rate=targets[target] / sum(targets.values()))
