"""The charts: who reaches the bar, what quality costs, and where the costs of the paths cross; a table beside them says the same."""

from benchharness.records.page import Page
from benchharness.report.charts import crossover, forest, pareto
from benchharness.report.html.elements import Markup, element, section, trusted

__all__ = ["render"]


def render(page: Page) -> Markup | None:
    """Return the section of charts; those without numbers are left out."""
    drawn = []
    if page.comparison.candidates:
        drawn.append(_figure("Quality: every candidate against the target", forest.render(page.comparison)))
    if any(each.usd_per_1k is not None for each in page.record.totals):
        drawn.append(_figure("Quality by price: what a better answer costs", pareto.render(page.comparison, page.record.totals)))
    drawn += [_figure(f"Cost by volume: where prompting and the {each.name} cross", crossover.render(each)) for each in page.costs]
    return section("Charts", drawn, name="charts") if drawn else None


def _figure(title: str, drawn: str) -> Markup:
    box = element("div", trusted(drawn), class_="wide", tabindex=0, role="region", aria_label=f"{title}, chart")
    return element("figure", element("h3", title), box)
