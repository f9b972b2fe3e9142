"""Nothing but what the page built is markup."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchharness.report.html.elements import element, joined, plain, prose


@given(st.text())
def test_text_never_becomes_markup(text: str) -> None:
    made = element("p", text, title=text)
    assert re.fullmatch(r'<p title="[^"<>]*">[^<>]*</p>', made, re.DOTALL)


@given(st.text())
def test_text_in_backticks_is_code_and_still_text(text: str) -> None:
    assert re.sub(r"</?code>", "", prose(text)).count("<") == 0
    assert prose("say `a < b` now") == "say <code>a &lt; b</code> now"


@pytest.mark.parametrize(
    ("odd", "shown"),
    [
        ("\x00", "\\x00"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\x7f", "\\x7f"),
        ("\x9b", "\\x9b"),
        ("\u202e", "\\u202e"),
        ("\u2066", "\\u2066"),
        ("\ud800", "\ufffd"),
        ("\n\t", "\n\t"),
        ("Привет ✓", "Привет ✓"),
    ],
)
def test_what_would_be_obeyed_is_shown(odd: str, shown: str) -> None:
    assert plain(odd) == shown
    plain(odd).encode()


@pytest.mark.parametrize("name", ["onclick", "style", "srcdoc", "on_load", "formaction"])
def test_an_attribute_that_runs_something_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no attribute"):
        element("p", **{name: "x"})


@pytest.mark.parametrize("tag", ["script", "style", "a b", "<p"])
def test_an_element_that_runs_something_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="no element"):
        element(tag)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "https://example.org", "//x", "data:text/html,x"])
def test_a_link_leads_into_the_page_only(link: str) -> None:
    with pytest.raises(ValueError, match="itself only"):
        element("a", "x", href=link)
    assert element("a", "x", href="#y") == '<a href="#y">x</a>'


def test_children_nest_and_none_is_nothing() -> None:
    made = element("ul", [element("li", each) for each in "ab"], None, hidden=True, open=False)
    assert made == "<ul hidden><li>a</li><li>b</li></ul>"
    assert joined("a", None, "<") == "a&lt;"
