"""How a classifier did, class by class: precision, recall, F1, confusion, macro-F1 and Cohen's kappa."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

__all__ = ["ClassReport", "LabelReport", "label_report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassReport:
    """One label."""

    precision: float | None
    """Right among those given this label; None when it was never given."""
    recall: float | None
    """Found among those that have it; None when none has it."""
    f1: float
    """Harmonic mean of both, 0 when either is."""
    support: int
    """Examples that have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelReport:
    """All labels of one candidate."""

    n: int
    """Answers looked at, unparsable ones included."""
    accuracy: float | None
    """Right answers over all; None of nothing."""
    macro_f1: float | None
    """Mean F1 over the labels that occur as a target or as an answer (as scikit-learn's macro average); None of nothing."""
    kappa: float | None
    """Cohen's kappa (Cohen 1960); None when only one label occurs on both sides."""
    unparsable: int
    """Answers in which no label was found; wrong for every label."""
    classes: Mapping[str, ClassReport]
    """By label, most frequent target first."""
    confusion: Mapping[str, Mapping[str, int]]
    """Target to answer to count; `unparsable` stands for no label."""


UNPARSABLE = "unparsable"


def label_report(pairs: Iterable[tuple[str, str | None]] | Mapping[tuple[str, str | None], int]) -> LabelReport:
    """Return the report of (target, label found or None) pairs, or of such pairs with how often each occurs."""
    counts: Counter[tuple[str, str | None]] = Counter(pairs)
    n = sum(counts.values())
    targets, answers = Counter[str](), Counter[str]()
    unparsable = 0
    for (target, found), count in counts.items():
        targets[target] += count
        if found is None:
            unparsable += count
        else:
            answers[found] += count
    labels = sorted({*targets, *answers}, key=lambda label: (-targets[label], label))
    classes = {label: _class(counts[label, label], answers[label], targets[label]) for label in labels}
    right = sum(counts[label, label] for label in labels)
    confusion: dict[str, dict[str, int]] = {target: {} for target in targets}
    for (target, found), count in sorted(counts.items(), key=lambda each: (each[0][0], each[0][1] or "", each[1])):
        name = UNPARSABLE if found is None else found
        confusion[target][name] = confusion[target].get(name, 0) + count
    return LabelReport(
        n=n,
        accuracy=right / n if n else None,
        macro_f1=sum(each.f1 for each in classes.values()) / len(classes) if classes else None,
        kappa=_kappa(right, n, targets, answers),
        unparsable=unparsable,
        classes=classes,
        confusion=confusion,
    )


def _class(right: int, given: int, have: int) -> ClassReport:
    return ClassReport(
        precision=right / given if given else None,
        recall=right / have if have else None,
        f1=2 * right / (given + have) if given + have else 0.0,
        support=have,
    )


def _kappa(right: int, n: int, targets: Counter[str], answers: Counter[str]) -> float | None:
    if not n:
        return None
    chance = sum(targets[label] * answers[label] for label in targets) / n**2
    return None if chance == 1 else (right / n - chance) / (1 - chance)
