"""The page of `bench compare`: what is held against what, by how much it differs, who flipped, by target, cost; no script at all."""

from collections.abc import Iterator, Sequence

from benchharness import numbers
from benchharness.records.run_comparison import Change, RunComparison, SliceChange
from benchharness.report.charts import differences
from benchharness.report.compare import wording
from benchharness.report.html.document import asset, document, hashed
from benchharness.report.html.elements import Child, Markup, element, joined, prose, section, table, trusted
from benchharness.report.untrusted import shortened

__all__ = ["render"]

POLICY = "default-src 'none'; style-src {style}; base-uri 'none'; form-action 'none'"
# Nobody reads more of a name, and a page of ids is no list.
MOST_LETTERS = 160
MOST_IDS = 40
MOST_OPEN = 2
HEADINGS = ("candidate", "n", "rate", "against", "difference", "95% CI", "p", "finding")
SLICE_HEADINGS = ("target", "n", "difference", "95% CI", "p", "finding")
COST_HEADINGS = ("candidate", "$/1k", "against", "p95", "against")
NOTES = (
    "Every pair is compared on the examples both were measured on. A difference is rate minus rate; its 95% interval is of the pair alone.",
    "p is two-sided and corrected by Holm over all pairs, so an interval may leave zero out where no difference is shown.",
)
SLICES_NOTE = "p is corrected by Holm over all slices of all pairs; an interval is of its slice alone."
COSTS_NOTE = "Dollars per 1,000 answers and the 95th percentile of latency, each of its whole run."


def render(comparison: RunComparison) -> str:
    """Return the comparison as one file that needs nothing beside it."""
    style = asset("page.css")
    parts = [(name, title, made) for name, title, made in _parts(comparison) if made is not None]
    suite = _short(comparison.suite)
    body = joined(
        _head(comparison, [(name, title) for name, title, _ in parts]),
        element("main", [section(title, made, name=name) for name, title, made in parts], id="content"),
        element("footer", element("p", "Made by bench compare from the rows of these runs; nobody was asked.", class_="aside")),
    )
    return document(
        title=f"{suite}: {_short(wording.runs(comparison))}",
        generator="benchharness",
        policy=POLICY.format(style=hashed(style)),
        style=f"<style>{style}</style>",
        body=body,
    )


def _parts(comparison: RunComparison) -> Iterator[tuple[str, str, Markup | None]]:
    """Yield every part with its name and title; None where there is nothing to say."""
    changes = comparison.changes
    yield "compared", "What is compared", _compared(comparison)
    yield "warnings", "Know this", _list(prose(each) for each in comparison.warnings)
    if changes:
        yield "differences", "Differences", _differences(changes)
        yield "flips", "Who flipped", joined(_flips(each) for each in changes)
        yield "targets", "By target and slice", _targets(comparison)
        yield "cost", "Cost and latency", _costs(changes)


def _head(comparison: RunComparison, parts: Sequence[tuple[str, str]]) -> Markup:
    facts = f"{numbers.quantity(comparison.examples, 'example')} · "
    return element(
        "header",
        element("a", "To what is compared", href="#compared", class_="skip"),
        element("h1", element("bdi", _short(comparison.suite))),
        element("p", facts, _runs(comparison), class_="aside"),
        element("nav", [element("a", title, href=f"#{name}") for name, title in parts], aria_label="Parts of this page"),
    )


def _runs(comparison: RunComparison) -> Markup:
    """Return `new against old`, each name in its own direction."""
    named = [_named(each) for each in reversed(comparison.runs)]
    return joined(named[0], [joined(" against ", each) for each in named[1:]])


def _compared(comparison: RunComparison) -> Markup:
    held = {each.against for each in comparison.changes}
    against = joined(", every candidate against ", _named(*held)) if len(comparison.runs) == 1 and len(held) == 1 else None
    return joined(
        element("p", _runs(comparison), against, ": ", element("b", f"{numbers.quantity(comparison.examples, 'example')} compared.")),
        _list(wording.left_out(comparison)),
        None if comparison.changes else element("p", wording.NOTHING),
    )


def _differences(changes: Sequence[Change]) -> Markup:
    title = "Differences with their intervals, around zero"
    box = element("div", trusted(differences.render(changes)), class_="wide", tabindex=0, role="region", aria_label=f"{title}, chart")
    rows = [
        (
            joined(_named(each.name), element("span", "against ", _named(each.against), class_="sub")),
            numbers.whole(each.n),
            numbers.percent(each.rate),
            numbers.percent(each.rate_against),
            numbers.points(each.difference),
            numbers.points_interval(each.interval),
            numbers.p_value(each.p_value),
            _mark(wording.finding(each.p_value), each.difference, each.p_value),
        )
        for each in changes
    ]
    return joined(
        element("figure", box),
        table("Every pair, in the order of the suite", HEADINGS, rows, class_="numbers pairs"),
        [element("p", each, class_="aside") for each in NOTES],
    )


def _flips(each: Change) -> Markup:
    return joined(
        element("h3", _named(each.name), " against ", _named(each.against)),
        element("p", wording.result(each)),
        element("ul", element("li", _ids("newly right", each.newly_right)), element("li", _ids("newly wrong", each.newly_wrong))),
    )


def _ids(title: str, ids: Sequence[str]) -> Markup:
    """Return how many flipped, and the first of them by id."""
    told: list[Child] = [joined(", " if at else None, element("code", _named(each))) for at, each in enumerate(ids[:MOST_IDS])]
    if len(ids) > MOST_IDS:
        told.append(f" and {numbers.whole(len(ids) - MOST_IDS)} more")
    return joined(element("b", f"{title} {numbers.whole(len(ids))}"), ": " if told else None, told)


def _targets(comparison: RunComparison) -> Markup | None:
    sliced = [each for each in comparison.changes if each.slices]
    if not sliced:
        return None
    telling = [(change, each) for change in sliced for each in change.slices if wording.differs(each.p_value)]
    found: list[Child] = [joined(_named(change.name), ", ", _slice(each)) for change, each in telling]
    few = wording.too_few(comparison)
    return joined(
        _list([*(found or [wording.NO_SLICE]), *([few] if few else [])]),
        element("p", SLICES_NOTE, class_="aside"),
        [_by_target(each, opened=len(sliced) <= MOST_OPEN) for each in sliced],
    )


def _slice(each: SliceChange) -> Markup:
    """Return the slice's sentence, its name in its own direction."""
    return joined(_named(each.name), wording.slice_result(each).removeprefix(each.name))


def _by_target(change: Change, *, opened: bool) -> Markup:
    rows = [
        (
            _named(each.name),
            numbers.whole(each.n),
            "–" if each.difference is None else numbers.points(each.difference),
            "–" if each.interval is None else numbers.points_interval(each.interval),
            "–" if each.p_value is None else numbers.p_value(each.p_value),
            _mark(wording.slice_finding(each), each.difference, each.p_value),
        )
        for each in change.slices
    ]
    title = joined(_named(change.name), " against ", _named(change.against))
    caption = f"{_short(change.name)} against {_short(change.against)}, by target and slice"
    whole = table(caption, SLICE_HEADINGS, rows, class_="numbers pairs")
    return element("details", element("summary", title), whole, open=opened)


def _costs(changes: Sequence[Change]) -> Markup:
    rows = [
        (
            joined(_named(each.name), element("span", "against ", _named(each.against), class_="sub")),
            *(numbers.usd(side) for side in each.usd_per_1k),
            *(numbers.seconds(side) for side in each.p95_s),
        )
        for each in changes
    ]
    return joined(table("What an answer costs, and how long it takes", COST_HEADINGS, rows, class_="numbers pairs"), _aside(COSTS_NOTE))


def _mark(said: str, difference: float | None, p_value: float | None) -> Markup:
    """Return what was found; its colour says on which side of zero, as the sign of the difference does."""
    kind = "not-applicable" if difference is None or not wording.differs(p_value) else "met" if difference > 0 else "not-met"
    return element("span", said, class_=f"found {kind}")


def _list(items: Iterator[Child] | Sequence[Child]) -> Markup | None:
    made = [element("li", each) for each in items]
    return element("ul", made) if made else None


def _aside(text: str) -> Markup:
    return element("p", text, class_="aside")


def _named(text: str) -> Markup:
    """Return a name that somebody gave, in its own direction and cut where nobody reads on."""
    return element("bdi", _short(text))


def _short(text: str) -> str:
    return shortened(text, MOST_LETTERS)
