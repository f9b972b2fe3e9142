"""The answers of `bench cache` on a screen: what a store holds, what a key stands for, what was moved or removed."""

import json
from collections.abc import Sequence

from benchharness import numbers
from benchharness.records.cache import KeptAnswer, Merged, Pruned, StoreStats
from benchharness.records.comparison import candidate_label
from benchharness.records.json_form import to_json

__all__ = ["explained", "merged", "pruned", "size", "stats"]

UNKNOWN = "unknown"


def stats(found: StoreStats) -> str:
    """Return a table by provider and model, and what asking all of it again would cost."""
    lines = [f"{found.file} · {numbers.quantity(found.answers, 'answer')}, {size(found.file_bytes)}", ""]
    if found.by_model:
        lines.append(f"{'provider':<16}{'model':<32}{'answers':>9}{'cost':>16}  asked")
    for each in found.by_model:
        cost = numbers.UNKNOWN if each.unpriced == each.answers else f"{numbers.usd(each.usd)}{' + ?' if each.unpriced else ''}"
        days = each.oldest[:10] if each.oldest[:10] == each.newest[:10] else f"{each.oldest[:10]} to {each.newest[:10]}"
        model = UNKNOWN if each.model is None else each.model or "–"
        lines.append(f"{each.provider or UNKNOWN:<16.16}{model:<32.32}{numbers.whole(each.answers):>9}{cost:>16}  {days}")
    if any(each.unpriced < each.answers for each in found.by_model):
        lines += ["", f"A run that is answered from here saves up to {numbers.usd(found.usd)} (known prices)."]
    if found.with_request < found.answers:
        kept = numbers.whole(found.with_request)
        lines.append(f"{kept} of them have their request beside them; older ones were kept without.")
    return "\n".join(lines)


def explained(found: Sequence[KeptAnswer]) -> str:
    """Return each answer with its request as JSON."""
    return "\n\n".join(_explained(each) for each in found)


def pruned(found: Pruned) -> str:
    """Return what went, or would go."""
    chosen = f"{numbers.whole(found.answers)} of {numbers.quantity(found.of, 'answer')}"
    price = f"asking them again costs {numbers.usd(found.usd)} (known prices)"
    if not found.removed:
        return f"{chosen} would be removed; {price}. Nothing was removed: add --yes."
    note = f"\n{found.note}" if found.note else ""
    return f"{chosen} removed; {price}. {size(found.bytes_before)} before, {size(found.bytes_after)} now.{note}"


def merged(found: Sequence[Merged]) -> str:
    """Return what each file added."""
    lines = []
    for each in found:
        lines.append(f"{each.file}: {numbers.quantity(each.answers, 'answer')}, {numbers.whole(each.added)} new")
        if each.conflicts:
            few = numbers.listed([key[:12] for key in each.conflicts])
            lines.append(f"  {numbers.whole(len(each.conflicts))} had another answer here, which stays: {few}")
    return "\n".join(lines)


def size(count: int) -> str:
    """Return bytes as a person reads them: `812 B`, `1.4 kB`, `3.2 MB`."""
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= scale:
            return f"{count / scale:.1f} {unit}"
    return f"{count} B"


def _explained(found: KeptAnswer) -> str:
    whose = f"{candidate_label(found.candidate, found.prompt or '')}, example {found.example_id}: " if found.candidate else ""
    lines = [f"{whose}{found.key}"]
    who = f"{found.provider or UNKNOWN}, {found.model or UNKNOWN}"
    if found.answer is None:
        lines += [f"not in the store: {each}" for each in found.differs]
    else:
        lines.append(f"{who}, asked {found.asked_at}, {numbers.quantity(found.attempts or 0, 'try', 'tries')}")
    lines.append("request: it wasn't kept" if found.request is None else f"request: {_json(found.request)}")
    if found.answer is not None:
        lines.append(f"answer: {_json(found.answer)}")
    return "\n".join(lines)


def _json(value: object) -> str:
    return json.dumps(to_json(value), ensure_ascii=False, indent=2)
