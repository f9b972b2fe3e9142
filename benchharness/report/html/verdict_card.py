"""The first screen: what to do, in words, with the four numbers it rests on and what would change it."""

from collections.abc import Iterator

from benchharness import numbers
from benchharness.records.comparison import Questions, candidate_label
from benchharness.records.page import Page
from benchharness.records.policy_words import TargetIs
from benchharness.records.verdict import Best, Verdict
from benchharness.report.html.elements import Markup, element, prose
from benchharness.report.html.wording import DOORS, SAID, TONES
from benchharness.report.verdict.decision import FLAGS

__all__ = ["render"]


def render(page: Page) -> Markup:
    """Return the card."""
    verdict, tiles = page.verdict, list(_tiles(page))
    return element(
        "section",
        element("p", element("span", "Verdict: "), element("code", verdict.verdict.value), class_="word"),
        element("h2", SAID[verdict.verdict], id="verdict-title"),
        element("p", prose(verdict.headline), class_="headline"),
        element("ul", [element("li", FLAGS.get(each, each)) for each in verdict.flags], class_="flags") if verdict.flags else None,
        element("dl", tiles, class_=f"tiles of{len(tiles)}"),
        _changes(verdict),
        element("p", DOORS[verdict.door], " ", verdict.default_action, " ", _review(verdict), class_="door"),
        id="verdict",
        class_=f"card {TONES.get(verdict.verdict, 'wait')}",
        aria_labelledby="verdict-title",
    )


def _tiles(page: Page) -> Iterator[Markup]:
    verdict, questions = page.verdict, page.comparison.questions
    yield _tile(
        "Asked for",
        numbers.percent(questions.accuracy_target),
        f"{_of(questions)}; {numbers.percent(questions.bar_share, digits=0)} of it, {numbers.percent(_bar(page))}, is enough for a prompt",
    )
    yield from _best("Best prompt", verdict.best_prompt)
    yield from _best("Best fine-tune", verdict.best_fine_tuned)
    yield from _best("Best classical model", verdict.best_classical)
    if verdict.difference is not None:
        ends = verdict.difference.interval
        told = "on the same examples" + ("" if ends is None else f"; 95% interval {ends.low:+.1f} to {ends.high:+.1f}")
        if verdict.difference.lower is not None:
            sure = numbers.percent(verdict.confidence, digits=0)
            told += f"; at least {verdict.difference.lower + 0.0:+.1f}, one-sided at {sure}"
        yield _tile("Fine-tune over prompt", f"{verdict.difference.points + 0.0:+.1f} points", told)
    for costs in page.costs:
        if costs.crossover is not None:
            title = f"{costs.name.capitalize()} gets cheaper"
            yield _tile(title, *_crossing(costs.crossover.low, costs.crossover.high, costs.requests_per_month))


def _of(questions: Questions) -> str:
    return "the target, a mean score" if questions.target_is is TargetIs.MEAN else "the target"


def _bar(page: Page) -> float:
    return page.comparison.questions.bar_share * page.comparison.questions.accuracy_target


def _best(title: str, best: Best | None) -> Iterator[Markup]:
    if best is not None:
        told = f"{candidate_label(best.candidate, best.prompt)}: {numbers.count_of(best.matched, best.n)}"
        ends = "" if best.interval is None else f", 95% interval {numbers.interval(best.interval)}"
        yield _tile(title, numbers.percent(best.rate), told + ends)


def _crossing(low: float | None, high: float | None, requests: float) -> tuple[str, str]:
    """Return from which volume on, in round numbers, and how sure that is; the exact ones stand under Cost."""
    told = f"requests a month; you have {_round(requests)}"
    if low is None:
        return "never", "at no volume, whatever the open numbers turn out to be"
    if high is None:
        return f"above {_round(low * requests)}", f"{told}. At the dearest corner, never"
    if low == high:
        return f"above {_round(low * requests)}", told
    return f"{_round(low * requests)} to {_round(high * requests)}", f"requests a month, somewhere in between; you have {_round(requests)}"


def _round(value: float) -> str:
    """Return two digits that matter: `4.1M`, `54M`, `20M`, `1,200`."""
    return numbers.brief(float(f"{value:.1e}"))


def _tile(title: str, value: str, told: str) -> Markup:
    return element("div", element("dt", title), element("dd", element("b", value), element("span", told)))


def _changes(verdict: Verdict) -> Markup:
    changes = verdict.flips_if or ("No single change that was looked for would turn it.",)
    return element(
        "div", element("h3", "What would change this"), element("ul", [element("li", prose(each)) for each in changes]), class_="changes"
    )


def _review(verdict: Verdict) -> str:
    return f"Review by {verdict.review_by}." if verdict.review_by else ""
