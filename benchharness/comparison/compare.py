"""From outcomes to a comparison: every candidate on its own, the best of each kind, and the pairs a verdict asks about."""

from collections import Counter
from collections.abc import Mapping, Sequence

from benchharness.comparison.choosing import best, corrected
from benchharness.comparison.measuring import measure
from benchharness.comparison.outcomes import Outcomes, values_of
from benchharness.comparison.pairing import pair
from benchharness.records.comparison import Comparison, Questions, Triviality

__all__ = ["compare"]

LANGUAGE_MODELS = ("api", "fine-tuned", "self-hosted")


def compare(
    outcomes: Sequence[Outcomes], questions: Questions, targets: Mapping[str, int] | None = None, *, plan: bool = True
) -> Comparison:
    """Return everything the policy asks of the data.

    `targets` counts the golden set's targets, for the rate of an answer without looking. `plan` counts the examples that
    would settle what's undecided; simulations that don't read them turn it off.

    With one yes-or-no outcome per independent example the tests are exact binomial ones and the pairs Tango's and
    McNemar's. With repeats the value of an example is the mean over them (never rounded to a yes or no), and with repeats
    or clusters intervals and tests are cluster-robust. A pair counts only examples measured on both sides.

    Choosing the best of many is paid for. A proof that a bar is reached (`proof`) must stand under Holm's correction over
    all measured candidates on the same path, while `p_reaches` and `p_below` are those of the candidate alone; refuting
    needs no correction. The bounds of a pair (`lower`, `upper`) hold over all candidates of which a side is the best.
    """
    values = [values_of(each) for each in outcomes]
    tried = Counter(each.path for each, value in zip(outcomes, values, strict=True) if len(value.codes))
    measured = [
        measure(each, value, questions, tried=max(1, tried[each.path]), plan=plan) for each, value in zip(outcomes, values, strict=True)
    ]
    by_key = {each.key: found for each, found in zip(outcomes, measured, strict=True)}
    prompt, tuned, hosted, classical = (best(measured, path) for path in ("api", "fine-tuned", "self-hosted", "classical"))
    wanted = (
        (tuned, prompt, (tried["fine-tuned"], tried["api"])),
        (hosted, prompt, (tried["self-hosted"], tried["api"])),
        (classical, best(measured, *LANGUAGE_MODELS), (tried["classical"], sum(tried[path] for path in LANGUAGE_MODELS))),
    )
    return Comparison(
        questions=questions,
        candidates=tuple(corrected(measured, questions, plan=plan)),
        best_prompt=prompt,
        best_fine_tuned=tuned,
        best_self_hosted=hosted,
        best_classical=classical,
        pairs=tuple(
            pair(by_key[first], by_key[second], questions, tried=counts)
            for first, second, counts in wanted
            if first is not None and second is not None
        ),
        triviality=_triviality(targets),
    )


def _triviality(targets: Mapping[str, int] | None) -> Triviality | None:
    if not targets or not sum(targets.values()):
        return None
    target = max(targets, key=lambda each: targets[each])
    return Triviality(majority_target=target, majority_rate=targets[target] / sum(targets.values()))
