"""The examples: a list that reads without JavaScript, and the place in which the page's script draws all of them."""

from collections.abc import Sequence

from benchharness import numbers
from benchharness.records.comparison import candidate_label
from benchharness.records.page import Page, PageAnswer, PageExample, PageText
from benchharness.report.html.elements import Markup, element, joined, prose, section, table
from benchharness.report.html.packing import Packed
from benchharness.report.html.tokens import blocks
from benchharness.report.untrusted import shortened

__all__ = ["MOST_STATIC", "render"]

MOST_STATIC = 25
MOST_CELL = 100
MARKS = {True: "✓ match", False: "✗ miss", None: "n/m"}
FILTERS = (
    ("differ", "They disagree"),
    ("left", "Only the left is right"),
    ("right", "Only the right is right"),
    ("neither", "Both wrong"),
    ("both", "Both right"),
    ("missing", "Not measured"),
    ("all", "All examples"),
)


def render(page: Page, packed: Packed) -> Markup:
    """Return the section; the controls are hidden until the script has something to control."""
    notes = [element("p", prose(each), class_="aside") for each in (*page.notes, *packed.notes, *_mode(page))]
    return section("Examples", notes, _static(page, packed.examples), _controls(page, packed), name="examples")


def _mode(page: Page) -> Sequence[str]:
    if page.text is PageText.NONE:
        return ("Scores only: no input, answer or target stands in this page.",)
    if page.text is PageText.REDACTED:
        return ("Redacted: every letter and digit is a block. Lengths, marks and the counts of tokens are those of the real texts.",)
    return ()


def _static(page: Page, examples: Sequence[PageExample]) -> Markup:
    """Return the first examples the pair disagrees about; else the first ones."""
    left, right = page.pair
    differing = [
        each for each in examples if _worth(each, left) != _worth(each, right) and None not in (_worth(each, left), _worth(each, right))
    ]
    chosen = (differing or list(examples))[:MOST_STATIC]
    names = [candidate_label(each.candidate, each.prompt) for each in page.comparison.candidates]
    if not chosen:
        return element("p", "This run has no examples.")
    what = "they disagree about" if differing else "of the run"
    title = f"The first {numbers.whole(len(chosen))} of {numbers.quantity(len(differing or examples), 'example')} {what}"
    sides = [left] if left == right else [left, right]
    rows = [[each.id, _cut(page, each.target), *(_said(page, each.answers[side]) for side in sides)] for each in chosen]
    found = table(title, ["example", "target", *(names[side] for side in sides)], rows, class_="said")
    return element("div", found, id="first-examples")


def _worth(example: PageExample, side: int) -> float | None:
    answer = example.answers[side] if side < len(example.answers) else None
    return None if answer is None else answer.worth


def _said(page: Page, answer: PageAnswer | None) -> Markup:
    if answer is None:
        return joined("not asked")
    mark = f"score {numbers.ratio(answer.score)}" if answer.matched is None and answer.score is not None else MARKS[answer.matched]
    status = "" if answer.status == "answered" else f" ({answer.status})"
    return joined(element("b", mark + status), " ", _cut(page, answer.output))


def _cut(page: Page, text: str | None) -> str:
    if text is None or page.text is PageText.NONE:
        return "–"
    short = shortened(" ".join(text[: 10 * MOST_CELL].split()), MOST_CELL)
    return blocks(short) if page.text is PageText.REDACTED else short


def _controls(page: Page, packed: Packed) -> Markup:
    names = [candidate_label(each.candidate, each.prompt) for each in page.comparison.candidates]
    left, right = page.pair
    statuses = sorted({answer.status for each in packed.examples for answer in each.answers if answer})
    slices = sorted({name for each in packed.examples for name in each.slices})
    choices = [
        _choice("left", "Left", [(str(at), name) for at, name in enumerate(names)], str(left)),
        _choice("right", "Right", [(str(at), name) for at, name in enumerate(names)], str(right)),
        _choice("filter", "Show", FILTERS, "differ"),
        _choice("status", "Status", [("", "any"), *((each, each) for each in statuses)], ""),
        _choice("slice", "Slice", [("", "any"), *((each, each) for each in slices)], "") if slices else None,
        element("p", element("label", "Search", for_="search"), element("input", type="search", id="search", autocomplete="off")),
        element("p", element("label", element("input", type="checkbox", id="raw"), " Raw text"), class_="check")
        if page.text is PageText.WHOLE
        else None,
    ]
    return element(
        "div",
        element("form", choices, class_="controls", id="controls", aria_label="Choose examples"),
        element("p", id="count", role="status"),
        element("div", id="rows"),
        element("button", "Show more", type="button", id="more"),
        id="browser",
        hidden=True,
    )


def _choice(name: str, title: str, options: Sequence[tuple[str, str]], chosen: str) -> Markup:
    listed = [element("option", text, value=value, selected=value == chosen) for value, text in options]
    return element("p", element("label", title, for_=name), element("select", listed, id=name))
