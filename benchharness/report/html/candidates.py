"""The candidates side by side, by label and by slice: the same cells as on a terminal."""

from collections.abc import Iterator, Sequence

from benchharness import numbers
from benchharness.records.comparison import RULED_OUT, CandidateResult, Comparison, SliceResult, candidate_label
from benchharness.records.costs import CostComparison
from benchharness.records.page import Page, PageText
from benchharness.records.run import LabelSummary
from benchharness.report.cost import crossing
from benchharness.report.html.elements import Markup, element, joined, prose, section, table
from benchharness.report.html.wording import PATHS
from benchharness.report.verdict.latency import latency_lines
from benchharness.report.verdict.rivals import RIVAL_HEADINGS, rival_first, rival_note, rival_rows
from benchharness.report.verdict.table import SideBySide, side_by_side, table_headings

__all__ = ["costs", "labels", "render", "rivals", "slices"]

NOTE = "n/m: not measured; never counted as wrong or as right. Latency is taken from answers asked in this run only."
BARRED = "Ruled out by `decision.privacy`: shown, and stands for nothing."
PAIRED = "the difference on the same examples, with its 95% interval."
BEST = (
    ("best_prompt", "best prompt"),
    ("best_fine_tuned", "best fine-tune"),
    ("best_self_hosted", "best self-hosted"),
    ("best_classical", "best classical"),
)
PLACE_OF_INTERVAL = 3


def render(page: Page) -> Markup:
    """Return the table of candidates, best rate first."""
    comparison = page.comparison
    lines = side_by_side(comparison, page.record.totals)
    paired = [_difference(comparison, each.result) for each in lines]
    heads, rows = list(table_headings(comparison)), [[_name(comparison, each), *each.cells] for each in lines]
    notes = [NOTE]
    if any(paired):
        heads.insert(PLACE_OF_INTERVAL + 1, "vs best prompt")
        for row, each in zip(rows, paired, strict=True):
            row.insert(PLACE_OF_INTERVAL + 1, each or "–")
        notes.append(f"vs best prompt: {PAIRED}")
    if any(each.result.path == RULED_OUT for each in lines):
        notes.append(BARRED)
    notes += latency_lines(page.record.totals)
    return section(
        "Candidates side by side",
        table("Every candidate, best rate first", heads, rows, class_="numbers"),
        [element("p", prose(each), class_="aside") for each in notes],
        name="candidates",
    )


def labels(page: Page) -> Markup | None:
    """Return F1 by label, a line for each; without labels' names where no text may stand in the page."""
    found = page.record.labels
    if not found:
        return None
    names = list(found[0].f1) if page.text is PageText.WHOLE else []
    who = [candidate_label(each.candidate, each.prompt) for each in found]
    columns = [("macro-F1", [numbers.ratio(each.macro_f1) for each in found])]
    columns += [(name, [_f1(each, name) for each in found]) for name in names]
    heads, rows = (
        ["candidate", *(name for name, _ in columns)],
        [[name, *cells] for name, *cells in zip(who, *(x for _, x in columns), strict=True)],
    )
    if len(names) > len(who):
        heads, rows = ["label", *who], [[name, *cells] for name, cells in columns]
    whole = table("F1 (precision / recall) by label", heads, rows, class_="numbers")
    return element("details", element("summary", "By label: F1, precision and recall"), whole, id="labels")


def rivals(page: Page) -> Markup | None:
    """Return the best fine-tune, else the best self-hosted model, against everything it is held against, the hardest to beat first."""
    rows = rival_rows(page.comparison)
    if not rows:
        return None
    whole = table(f"{rival_first(page.comparison)} against each", RIVAL_HEADINGS, rows, class_="numbers")
    return joined(whole, element("p", rival_note(page.verdict.confidence), class_="aside"))


def slices(comparison: Comparison) -> Markup | None:
    """Return the best fine-tune within each protected slice, against the one beside whom it does worst there."""
    worst: dict[str, SliceResult] = {}
    for each in comparison.slices:
        if each.name not in worst or _lower(each) < _lower(worst[each.name]):
            worst[each.name] = each
    rows = [
        (
            each.name,
            numbers.whole(each.pair.n),
            each.pair.second,
            numbers.points(each.pair.difference),
            numbers.points_interval(each.pair.interval),
            numbers.points(each.pair.lower),
        )
        for each in worst.values()
    ]
    heads = ("slice", "examples", "worst beside", "fine-tune minus it", "95% CI, points", "at least, one-sided")
    return table("Protected slices", heads, rows, class_="numbers") if rows else None


def _lower(each: SliceResult) -> float:
    """Return the bound that decides; below all others where nothing was measured."""
    return -2.0 if each.pair.lower is None else each.pair.lower


def costs(found: Sequence[CostComparison], lacks: Sequence[str]) -> Markup:
    """Return the total cost of prompting and of each path of one's own by volume, or what must be filled in to compute it."""
    told = [element("li", prose(each)) for each in lacks]
    missing = joined(element("p", "The suite has to say:"), element("ul", told)) if told else None
    if not found:
        return joined(element("p", "What either path costs in all was not computed."), missing)
    rest = joined(element("p", "What every path costs was not computed."), missing) if told else None
    return joined(*(_path_costs(each) for each in found), rest)


def _path_costs(found: CostComparison) -> Markup:
    rows = [
        (numbers.times(multiple), numbers.usd_range(cost.total_usd), numbers.usd_range(found.own[multiple].total_usd))
        for multiple, cost in sorted(found.prompt.items())
    ]
    lead = f"{numbers.whole(round(found.requests_per_month))} requests a month at 1×, over {found.months} months."
    return joined(
        element("p", crossing(found)),
        element("p", lead, class_="aside"),
        table(f"Total cost of prompting and of the {found.name} by volume", ("volume", "prompting", found.name), rows, class_="numbers"),
        element(
            "details",
            element("summary", "What was taken for granted"),
            element("ul", [element("li", prose(each)) for each in found.assumptions]),
        ),
    )


def _name(comparison: Comparison, line: SideBySide) -> Markup:
    marks = [PATHS.get(line.result.path, line.result.path)]
    marks += [title for attribute, title in BEST if getattr(comparison, attribute) == line.result.key]
    own = list(_endings(line.result))
    return joined(line.name, element("span", " · ".join([*marks, *own]), class_="sub"))


def _endings(result: CandidateResult) -> Iterator[str]:
    for status, count in sorted(result.statuses.items()):
        if count and status not in ("answered", "error"):
            yield f"{numbers.whole(count)} {status}"
    if result.planned is not None and result.expected < result.planned:
        yield f"stopped after {numbers.whole(result.expected)} of {numbers.whole(result.planned)}"


def _difference(comparison: Comparison, result: CandidateResult) -> str:
    pair = comparison.pair(result.key, comparison.best_prompt)
    return (
        "" if pair is None or pair.difference is None else f"{numbers.points(pair.difference)} ({numbers.points_interval(pair.interval)})"
    )


def _f1(summary: LabelSummary, label: str) -> str:
    precision, recall = summary.precision.get(label), summary.recall.get(label)
    return f"{numbers.ratio(summary.f1.get(label))} ({numbers.ratio(precision)} / {numbers.ratio(recall)})"
