"""The answer of `bench cost` on a terminal, at most 80 columns."""

from collections.abc import Iterator, Sequence

from benchharness import numbers
from benchharness.records.costs import OWN_NAMES, Cascade, CostComparison, CostReport, OwnPath, PathCost, PathReport
from benchharness.report.verdict.terminal import wrapped

__all__ = ["crossing", "render"]

MOST_FLIPS = 5


def render(report: CostReport, *, explain: bool = False) -> str:
    """Return every path's total cost by volume, what it's made of, where the lines cross, and what was taken for granted.

    With `explain` every part shows how it was computed.
    """
    paths: list[tuple[OwnPath, PathReport]] = [("fine_tuned", report)] if report.planned else []
    paths += [] if report.hosting is None else [("self_hosted", report.hosting)]
    known = [each.costs for _, each in paths if each.costs is not None]
    if not known:
        lines = [f"{report.suite}: costs can't be compared yet. The suite has to say"]
        lines += [line for path, each in paths for line in _lacks(path, each, named=len(paths) > 1)]
        return "\n".join([*lines, *_cascade(report.cascade)])
    lines = [f"{report.suite} · {known[0].requests_per_month:,.0f} requests a month · {known[0].months} months, all costs in"]
    for path, each in paths:
        lines += _path(each, each.costs, explain=explain) if each.costs is not None else _unknown(path, each)
    lines += [
        *_matches(report),
        *_cascade(report.cascade),
        "",
        "Taken for granted",
        *(line for each in _granted(known, report) for line in wrapped(each, indent="  ")),
    ]
    return "\n".join(lines)


def _path(report: PathReport, costs: CostComparison, *, explain: bool) -> list[str]:
    """Return prompting against one path of one's own."""
    return [
        "",
        *_table(costs),
        "",
        *_parts("Prompting", costs.prompt[1.0]),
        *_parts(costs.name.capitalize(), costs.own[1.0]),
        "",
        *wrapped(crossing(costs), indent=""),
        *wrapped(_payback(report), indent=""),
        *(_arithmetic(report) if explain else []),
        *_flips(report),
    ]


def _unknown(path: OwnPath, report: PathReport) -> list[str]:
    told = f"What the {OWN_NAMES[path]} costs can't be compared yet. The suite has to say"
    return ["", *wrapped(told, indent=""), *_lacks(path, report, named=False)]


def _lacks(path: OwnPath, report: PathReport, *, named: bool) -> list[str]:
    """Return the keys to fill in, under the name of the path where there are two."""
    head = ["", f"for the {OWN_NAMES[path]}"] if named else [""]
    return [*head, *(line for each in report.lacks for line in wrapped(f"- {each}", indent="  "))]


def _granted(known: Sequence[CostComparison], report: CostReport) -> list[str]:
    """Return what was taken for granted of any path, each once."""
    return list(dict.fromkeys([*(each for costs in known for each in costs.assumptions), _prices(report)]))


def _cascade(cascade: Cascade | None) -> list[str]:
    if cascade is None:
        return []
    told = (
        f"Cascade: {numbers.listed(cascade.small)} first, {cascade.large} where they disagree "
        f"({numbers.percent(cascade.share_large)} of requests): {numbers.percent(cascade.rate)} right (cross-fitted) at "
        f"{numbers.usd(cascade.usd_per_1k)} per 1,000; {cascade.large} alone: {numbers.percent(cascade.large_rate)} at "
        f"{numbers.usd(cascade.large_usd_per_1k)}."
    )
    return ["", *wrapped(told, indent="")]


def _arithmetic(report: PathReport) -> list[str]:
    """Return how each part of both paths was computed, at the stated volume."""
    lines = ["", "How it was computed, at 1×"]
    for step in report.arithmetic:
        lines += wrapped(step, indent="  ")
    return lines


def _flips(report: PathReport) -> list[str]:
    """Return where each input would make both paths cost the same, the nearest first."""
    found = [each for each in report.break_evens if each.at is not None and each.factor is not None]
    if not found:
        return ["", "No single input makes both paths cost the same."] if report.break_evens else []
    lines = ["", "Both cost the same at"]
    for each in found[:MOST_FLIPS]:
        told = f"{each.name}: {numbers.usd(each.at)} ({numbers.usd(each.now)} now; {each.unit}), {numbers.times(each.factor or 0.0)}"
        lines += wrapped(told, indent="  ")
    return lines


def _matches(report: CostReport) -> list[str]:
    if not report.usd_per_match:
        return []
    told = ", ".join(f"{name} {numbers.usd(each)}" for name, each in sorted(report.usd_per_match.items(), key=lambda each: each[1]))
    return ["", *wrapped(f"Per matched answer: {told}.", indent="")]


def _table(costs: CostComparison) -> Iterator[str]:
    """Yield the totals by volume; each path of one's own has a table, since three ranges of dollars don't fit 80 columns."""
    yield f"{'volume':>7}  {'prompting':>27}  {costs.name:>27}  cheaper"
    for multiple in sorted(costs.prompt):
        shown = (f"{numbers.usd_range(each.total_usd):>27}" for each in (costs.prompt[multiple], costs.own[multiple]))
        yield f"{numbers.times(multiple):>7}  {'  '.join(shown)}  {_cheaper(costs, multiple)}"


def _cheaper(costs: CostComparison, multiple: float) -> str:
    saving = costs.saving[multiple]
    if saving.low > 0:
        return "fine-tune" if costs.path == "fine_tuned" else "self-hosted"
    if saving.low == saving.high == 0:
        return "equal"
    return "prompting" if saving.high <= 0 else "open"


def _parts(name: str, cost: PathCost) -> list[str]:
    told = "; ".join(f"{part} {numbers.usd_range(each)}" for part, each in cost.parts.items()) or "nothing"
    return wrapped(f"{name} at 1×: {told}.", indent="")


def _prices(report: CostReport) -> str:
    if report.price_list is None:
        return "No price list is installed (extra `apis`): prices are the suite's own."
    return f"Prices not given by the suite are those of litellm {report.price_list}'s list."


def crossing(costs: CostComparison) -> str:
    """Return from how many requests a month on one's own path is cheaper, in one sentence."""
    crossover, requests = costs.crossover, costs.requests_per_month
    if crossover is None or crossover.low is None:
        return f"The {costs.name} gets cheaper at no volume."
    low = f"{crossover.low * requests:,.0f}"
    if crossover.high is None:
        return (
            f"The {costs.name} may get cheaper above {low} requests a month; at the dearest corner it never does. You have {requests:,.0f}."
        )
    high = f"{crossover.high * requests:,.0f}"
    between = low if low == high else f"{low} to {high}"
    return f"The {costs.name} is cheaper above {between} requests a month; you have {requests:,.0f}."


def _payback(report: PathReport) -> str:
    found = report.payback_months
    if found is None:
        return "At the stated volume what it takes once is not surely paid back."
    low, high = f"{found.low:.1f}", f"{found.high:.1f}"
    return f"What it takes once is paid back after {low if low == high else f'{low} to {high}'} months."
