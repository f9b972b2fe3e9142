"""The answer of `bench power` on a terminal, at most 80 columns."""

from benchharness import numbers
from benchharness.records.power import BarPower, GapPower, Need, PowerReport
from benchharness.report.verdict.terminal import wrapped

__all__ = ["render"]


def render(report: PowerReport) -> str:
    """Return what these examples can settle, and what the open rules need."""
    n = report.examples
    sure = f"proofs at {numbers.percent(report.confidence, digits=0)}, power {numbers.percent(report.power, digits=0)}"
    lines = [
        f"{report.suite} · {numbers.quantity(n, 'example')} · {sure}",
        "",
        "One candidate against a bar",
        *(line for each in report.bars for line in wrapped(_bar(each, n), indent="  ")),
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


def _bar(each: BarPower, n: int) -> str:
    proves = "no count proves it" if each.proves_from is None else f"proven from {numbers.count_of(each.proves_from, n)}"
    refutes = "no count refutes it" if each.refutes_to is None else f"refuted up to {numbers.count_of(each.refutes_to, n)}"
    needs = (
        "no affordable number of examples proves it"
        if each.examples_needed is None
        else f"{numbers.quantity(each.examples_needed, 'example')} prove it"
    )
    return f"{each.name} ({numbers.share(each.bar)}): {proves}, {refutes}. At a true rate of {numbers.percent(each.if_at)}, {needs}."


def _gap(each: GapPower, report: PowerReport) -> str:
    known = "measured" if each.observed else "assumed"
    gap = "no lead can be shown" if each.smallest_gap is None else f"the smallest lead that shows is {numbers.points(each.smallest_gap)}"
    gain = (
        ""
        if each.examples_for_gain is None
        else f"; for a lead of {numbers.points(report.margin)}, {numbers.quantity(each.examples_for_gain, 'example')}"
    )
    return f"They disagree on {numbers.percent(each.disagree, digits=0)} ({known}): {gap}{gain}."


def _need(each: Need) -> str:
    if each.examples is None:
        return f"{each.rule}: on the line; no affordable number of examples settles it. Treat it as a tie and take what can be undone."
    money = "cost of the answers unknown" if each.usd is None else f"about {numbers.usd(each.usd)} for the answers, labelling apart"
    return f"{each.rule}: about {numbers.quantity(each.examples, 'fresh example')}; those looked at don't count again; {money}."
