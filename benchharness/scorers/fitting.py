"""What of the data doesn't fit the suite's scorers, found before a question is asked."""

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchharness.records.example import Example, label_of
from benchharness.records.suite import ScorerEntry
from benchharness.scorers import options_of, scorer_traits_of
from benchharness.scorers.label import target_labels
from benchharness.scorers.label_list import MOST_LABELS, LabelList, canonical_label, clashes
from benchharness.scorers.number import target_value
from benchharness.scorers.number_reading import Decimal, custom_of

__all__ = ["Misfit", "Targets", "misfits", "targets_of"]

MOST_NAMED = 5
# Targets that differ more than this aren't looked at one by one.
MOST_DIFFERENT = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """One thing that doesn't fit."""

    key: str = ""
    """The suite's key at fault, e.g. `scorers[0].labels`; empty when the golden set is."""
    message: str
    """What is wrong."""
    hint: str = ""
    """What to do."""
    refused: bool = True
    """Whether nothing may be asked before it's mended; else a reader is told."""


@dataclass(slots=True)
class Targets:
    """The different targets of a set, each with an example that has it and how many do."""

    first: dict[str, str] = field(default_factory=dict)
    """Label text to the id of the first example that has it."""
    counts: Counter[str] = field(default_factory=Counter)
    """Label text to how many examples have it."""
    values: dict[str, Any] = field(default_factory=dict)
    """Id to target, for the first examples with each different one."""
    empty: list[str] = field(default_factory=list)
    """Ids of examples with an empty text for a target, or among them."""
    several: list[str] = field(default_factory=list)
    """Ids of examples with more than one label."""


def targets_of(examples: Iterable[Example]) -> Targets:
    """Return the targets of a set, read once."""
    found = Targets()
    for each in examples:
        listed = each.target if isinstance(each.target, list | tuple) else (each.target,)
        texts = [label_of(one) for one in listed]
        if any(text is not None and not text.strip() for text in texts):
            found.empty.append(each.id)
        labels = target_labels(each.target)
        if len(labels) > 1:
            found.several.append(each.id)
        new = len(found.counts) < MOST_DIFFERENT
        if new and (not labels or any(text not in found.first for text in labels)) and len(found.values) < MOST_DIFFERENT:
            found.values[each.id] = each.target
        for text in labels:
            if new or text in found.first:
                found.first.setdefault(text, each.id)
                found.counts[text] += 1
    return found


def misfits(entries: Sequence[ScorerEntry], golden: Targets, pool: Targets | None, labels: Sequence[str]) -> list[Misfit]:
    """Return what doesn't fit: targets that are no labels or numbers, labels that nothing tells apart, lists that don't agree.

    `labels` are the texts of both sets' targets, as the scorers get them.
    """
    found: list[Misfit] = []
    for at, entry in enumerate(entries):
        key = f"scorers[{at}]"
        if scorer_traits_of(entry).never_empty and golden.empty:
            found.append(_empty(entry.type, golden.empty))
        if entry.type == "label":
            found += _label(key, options_of(entry), golden, pool, labels)
        elif entry.type == "number":
            found += _number(options_of(entry), golden, labels)
    return list(dict.fromkeys(found))


def _empty(kind: str, ids: Sequence[str]) -> Misfit:
    return Misfit(
        message=f"{_examples(ids)} an empty target, which every answer would hold: `{kind}` can't score by it",
        hint="fill it in, remove the example, or leave the target out (null)",
    )


def _label(key: str, options: Any, golden: Targets, pool: Targets | None, labels: Sequence[str]) -> Iterator[Misfit]:
    own = canonical_label(options.labels)
    if not own and len(labels) > MOST_LABELS:
        yield Misfit(key=key, message=f"more than {MOST_LABELS} different targets are no closed list", hint="list them: `labels: [...]`")
        return
    listed = own or tuple(labels)
    if not listed:
        yield Misfit(key=key, message="no target is a label: they are objects, empty, or not there", hint="list them: `labels: [...]`")
        return
    told = list(_clashes(key, options.aliases, listed, golden, pool))
    yield from told
    if told:
        return
    known = LabelList(listed, options.aliases)
    for label in options.aliases:
        if own and label not in own:
            near = difflib.get_close_matches(label, own, n=1)
            yield Misfit(
                key=f"{key}.aliases.{label}",
                message=f"{label!r} is none of `labels`",
                hint=f"did you mean {near[0]!r}?" if near else f"they are {_listed(own)}",
            )
    lacking = [text for text in golden.counts if known.of_target(text) is None]
    if own and lacking:
        shown = _listed([f"{text!r} ({golden.first[text]})" for text in lacking])
        yield Misfit(
            key=f"{key}.labels",
            message=f"golden targets that the list lacks, so that no answer could match them: {shown}",
            hint="add them to `labels`, or to `aliases` of a label that's there",
        )
    if golden.several:
        yield Misfit(
            message=f"{_examples(golden.several)} several labels: an answer that gives any one of them counts as right. For sets of labels "
            "use `{type: json, list_credit: true}`, with JSON lists as targets and answers.",
            refused=False,
        )
    yield from _between(known, golden, pool)


def _clashes(
    key: str, aliases: Mapping[str, Sequence[str]], listed: Sequence[str], golden: Targets, pool: Targets | None
) -> Iterator[Misfit]:
    for each in clashes(listed, aliases):
        names = (each.other, each.name)
        where = [f"{name!r} ({_place(name, golden, pool)})" for name in names]
        if names == (each.other_label, each.label):
            yield Misfit(
                message=f"the targets {where[0]} and {where[1]} differ in case, blanks or signs' forms alone: no answer tells which",
                hint=f"write them alike, or say that they are one: `aliases: {{{each.other.strip()}: [{each.name!r}]}}`",
            )
        else:
            yield Misfit(
                key=f"{key}.aliases",
                message=f"{each.name!r} can't stand for {each.label!r} and for {each.other_label!r}: one answer would be right for both",
                hint="remove it from one of them",
            )


def _place(name: str, golden: Targets, pool: Targets | None) -> str:
    if name in golden.first:
        return f"golden example {golden.first[name]}"
    return f"pool example {pool.first[name]}" if pool is not None and name in pool.first else "an alias"


def _between(known: LabelList, golden: Targets, pool: Targets | None) -> Iterator[Misfit]:
    """Yield what one set's labels have that the other's lack; told, not refused."""
    if pool is None or not pool.counts:
        return
    mine, theirs = ({known.of_target(text) or text for text in each.counts} for each in (golden, pool))
    if mine - theirs:
        yield Misfit(
            message=f"No pool example has the golden target {_listed(sorted(mine - theirs))}: shots don't show it, and no model that "
            "learns from the pool can answer it.",
            refused=False,
        )
    if theirs - mine:
        yield Misfit(
            message=f"No golden example has the pool's label {_listed(sorted(theirs - mine))}: nothing here measures it.", refused=False
        )


def _number(options: Any, golden: Targets, labels: Sequence[str]) -> Iterator[Misfit]:
    decimal = custom_of(labels) if options.decimal is Decimal.UNKNOWN else options.decimal
    unread = [
        name
        for name, target in golden.values.items()
        if target is not None
        and all(target_value(each, decimal, options.units) is None for each in (target if isinstance(target, list | tuple) else (target,)))
    ]
    if unread:
        example = golden.values[unread[0]]
        yield Misfit(
            message=f"{_examples(unread)} a target that is no number or could be two, e.g. {str(example)[:60]!r}: it can't be scored",
            hint="write the number alone, or score with `exact`",
            refused=len(unread) == len(golden.values),
        )


def _examples(ids: Sequence[str]) -> str:
    shown = _listed(list(ids))
    return f"{len(ids):,} golden example{' has' if len(ids) == 1 else 's have'} ({shown})"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more
