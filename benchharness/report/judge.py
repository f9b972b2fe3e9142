"""How a judge agrees with people, as a table of lines."""

from collections.abc import Iterator

from benchharness import numbers
from benchharness.records.judge import Calibration, Share

__all__ = ["render"]


def render(found: Calibration, *, asks: tuple[float, float, float], decides: bool, usd: float | None) -> str:
    """Return the calibration as text; `asks` are the fewest labels, the least kappa and what its interval must lie above."""
    head = f"{found.scorer} · judged by {numbers.listed(found.judges)} · {numbers.quantity(found.labels, 'labelled answer')}"
    width = 34
    lines = [f"{name:<{width}}{told}" for name, told in _lines(found, asks)]
    spent = "at an unknown price" if usd is None else numbers.usd(usd)
    return "\n".join([head, "", *lines, "", _word(found, asks, decides=decides), f"Judging cost {spent}."])


def _lines(found: Calibration, asks: tuple[float, float, float]) -> Iterator[tuple[str, str]]:
    yield "agreement", _share(found.agreement)
    yield "most frequent mark", numbers.percent(found.prevalence)
    ends = found.kappa_interval
    reach = "" if ends is None else f"  (95% {numbers.ratio(ends.low)} to {numbers.ratio(ends.high)})"
    yield "Cohen's kappa", f"{numbers.ratio(found.kappa)}{reach}; asked for {numbers.ratio(asks[1])}, above {numbers.ratio(asks[2])}"
    yield "passes what people pass", _share(found.true_passes)
    yield "passes what people fail", _share(found.false_passes)
    if found.people is not None:
        each = found.people
        told = f"{numbers.percent(each['agreement'])} agreement, alpha {numbers.ratio(each['alpha'])}, on {each['answers']} answers"
        yield f"{each['labellers']} people among themselves", told
    if found.drift is not None:
        yield "another mark when asked again", _share(found.drift)
    if found.order_flips is not None:
        yield "another winner in the other order", _share(found.order_flips)
    if found.first_wins is not None:
        yield "the first one wins", _share(found.first_wins)
    if found.length_bias is not None:
        yield (
            "overrates longer answers by",
            f"{numbers.points(found.length_bias)}  (95% {numbers.points_interval(found.length_bias_interval)})",
        )
    if found.ungraded:
        yield "without a grade", numbers.whole(found.ungraded)


def _share(each: Share) -> str:
    return (
        f"{numbers.count_of(each.k, each.n)}  {numbers.percent(each.rate)}  (95% {numbers.interval(each.interval)})" if each.n else "none"
    )


def _word(found: Calibration, asks: tuple[float, float, float], *, decides: bool) -> str:
    if decides:
        return "It agrees with people well enough to decide; its difference is corrected by these labels in the next `bench run`."
    more = ""
    if found.labels_needed is not None:
        more = f" About {numbers.whole(found.labels_needed)} labels in all would settle {found.needed_for}."
    elif found.needed_for:
        more = f" That's settled: {found.needed_for}."
    few = f" {numbers.whole(found.labels)} labels gate nothing; {asks[0]:g} are the fewest." if found.labels < asks[0] else ""
    return f"It informs, and opens no one-way door.{few}{more}"
