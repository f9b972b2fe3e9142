"""The charts, each beside the table that says the same."""

from benchharness.records.page import Page
from benchharness.report.html.elements import Markup

__all__ = ["render"]


def render(page: Page) -> Markup | None:  # noqa: ARG001 - until the charts are here
    """Return the section of charts."""
    return None
