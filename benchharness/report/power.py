"""The answer of `bench power` on a terminal, at most 80 columns."""

from benchharness import numbers
from benchharness.records.power import BarPower, GapPower, Need, PowerReport
from benchharness.report.verdict.terminal import wrapped

__all__ = ["render"]


AT_WORST = "Counted at worst, as though every score were 0 or 1: scores that vary less take fewer examples."


def render(report: PowerReport) -> str:
    """Return what these examples can settle, and what the open rules need."""
    n = report.examples
    sure = f"proofs at {numbers.percent(report.confidence, digits=0)}, power {numbers.percent(report.power, digits=0)}"
    lines = [
        f"{report.suite} · {numbers.quantity(n, 'example')} · {sure}",
        "",
        "One candidate against a bar",
        *(line for each in report.bars for line in wrapped(_bar(each, report), indent="  ")),
        *(wrapped(AT_WORST, indent="  ") if report.mean else []),
        "",
        "A fine-tune against a prompt, on the same examples",
        *(line for each in report.gaps for line in wrapped(_gap(each, report), indent="  ")),
    ]
    if report.has_results:
        lines += ["", "Open rules", *(line for each in report.needs for line in wrapped(_need(each), indent="  "))]
        if not report.needs:
            lines += ["  None that more examples would settle."]
    else:
        lines += ["", *wrapped("With --results RUN the disagreement is measured and the open rules are named.", indent="")]
    return "\n".join(lines)


def _bar(each: BarPower, report: PowerReport) -> str:
    counted = "mean" if report.mean else "count"
    proves = f"no {counted} proves it" if each.proves_from is None else f"proven from {_count_told(each.proves_from, report)}"
    refutes = f"no {counted} refutes it" if each.refutes_to is None else f"refuted up to {_count_told(each.refutes_to, report)}"
    needs = (
        "no affordable number of examples proves it"
        if each.examples_needed is None
        else f"{numbers.quantity(each.examples_needed, 'example')} prove it"
    )
    at = f"At a true {'mean' if report.mean else 'rate'} of {numbers.percent(each.if_at)}"
    return f"{each.name} ({numbers.share(each.bar)}): {proves}, {refutes}. {at}, {needs}."


def _count_told(count: int, report: PowerReport) -> str:
    return f"a mean of {numbers.percent(count / report.examples)}" if report.mean else numbers.count_of(count, report.examples)


def _gap(each: GapPower, report: PowerReport) -> str:
    known = "measured" if each.observed else "assumed"
    gap = "no lead can be shown" if each.smallest_gap is None else f"the smallest lead that shows is {numbers.points(each.smallest_gap)}"
    gain = (
        ""
        if each.examples_for_gain is None
        else f"; for a lead of {numbers.points(report.margin)}, {numbers.quantity(each.examples_for_gain, 'example')}"
    )
    how = f"disagree on {numbers.percent(each.disagree, digits=0)}"
    if report.mean:
        how = f"differ on an example by {100 * each.disagree:.1f} points, standard deviation"
    return f"They {how} ({known}): {gap}{gain}."


def _need(each: Need) -> str:
    if each.examples is None:
        return f"{each.rule}: on the line; no affordable number of examples settles it. Treat it as a tie and take what can be undone."
    money = "cost of the answers unknown" if each.usd is None else f"about {numbers.usd(each.usd)} for the answers, labelling apart"
    return f"{each.rule}: about {numbers.quantity(each.examples, 'fresh example')}; those looked at don't count again; {money}."
