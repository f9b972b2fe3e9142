"""The frame of every page: its head with the policy that allows what is named by hash and nothing else, and its assets."""

import base64
import hashlib
from importlib import resources

from benchharness.report.html.elements import Markup, element, joined

__all__ = ["asset", "document", "hashed"]


def document(*, title: str, generator: str, policy: str, style: str, body: str) -> str:
    """Return a whole page; `policy`, `style` and `body` are markup that this package made."""
    head = joined(
        element("meta", charset="utf-8"),
        # The only names that aren't ours to build: the policy's attribute is no text of anybody.
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="generator", content=generator),
        element("title", title),
    )
    return f'<!doctype html>\n<html lang="en"><head>{head}{style}</head>\n<body>{body}</body></html>\n'


def asset(name: str) -> str:
    """Return a file that lies beside the pages' code."""
    return resources.files("benchharness.report.html").joinpath(name).read_text(encoding="utf-8")


def hashed(text: str) -> str:
    """Return how a policy names an inline style or script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
