"""The answer of `bench compare` on a terminal."""

from collections.abc import Iterator, Sequence

from benchharness import numbers
from benchharness.records.run_comparison import Change, RunComparison
from benchharness.report.compare import wording
from benchharness.report.untrusted import shown
from benchharness.report.verdict.terminal import wrapped

__all__ = ["render"]


def render(comparison: RunComparison) -> str:
    """Return the comparison at 80 columns: each change, then the slices that differ, then what a reader must know."""
    lines = [f"{comparison.suite} · {numbers.quantity(comparison.examples, 'example')} · {shown(wording.runs(comparison))}"]
    lines += [line for each in wording.left_out(comparison) for line in wrapped(each, indent="")]
    lines += [] if comparison.changes else ["", wording.NOTHING]
    for each in comparison.changes:
        lines += ["", *_change(each)]
    slices = list(_telling(comparison.changes))
    lines += ["", "Slices", *(slices or [f"  {wording.NO_SLICE}"])] if _sliced(comparison) else []
    lines += [f"  {few}"] if (few := wording.too_few(comparison)) else []
    lines += [line for each in comparison.warnings for line in ("", *wrapped(each, indent=""))]
    return "\n".join(lines)


def _sliced(comparison: RunComparison) -> bool:
    return any(each.slices for each in comparison.changes)


def _change(each: Change) -> Iterator[str]:
    yield shown(f"{each.name} against {each.against}")
    yield from wrapped(wording.result(each), indent="  ")
    yield from wrapped(f"newly right {_named(each.newly_right)}; newly wrong {_named(each.newly_wrong)}", indent="  ")
    yield from wrapped(wording.costs(each), indent="  ")


def _named(ids: Sequence[str]) -> str:
    return f"{numbers.whole(len(ids))}" + (f" ({numbers.listed(ids, most=4)})" if ids else "")


def _telling(changes: Sequence[Change]) -> Iterator[str]:
    for change in changes:
        for each in change.slices:
            if wording.differs(each.p_value):
                yield from wrapped(f"{change.name}, {wording.slice_result(each)}", indent="  ")
