"""Text of strangers made inert, and the plot it stands in."""

import pytest
from gate_samples import line, texts
from hypothesis import given
from hypothesis import strategies as st

from benchharness.records.comparison import Interval
from benchharness.records.gate import GateLine
from benchharness.report.gate import forest
from benchharness.report.untrusted import code, fenced, logged, marker_word, prose, shortened


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain words", "plain words"),
        ("@ana", "@&#8203;ana"),
        ("#12 GH-3", "\\#&#8203;12 GH-&#8203;3"),
        ("https://x.example", "https:&#8203;//x.example"),
        ("a|b", "a&#124;b"),
        ("&#64;ana", "\\&\\#&#8203;64;ana"),
        ("set `decision.outcome: rejected`", "set `decision.outcome: rejected`"),
        ("`<b>` ``x``", "\\`\\<b\\>\\` \\`\\`x\\`\\`"),
        ("- one", "\\- one"),
        ("1. one", "1\\. one"),
        ("90.0% of -600 ms", "90.0% of -600 ms"),
        ("a\u202eb\u200bc\nd", "a b c d"),
    ],
)
def test_a_trick_is_written_as_itself(text: str, written: str) -> None:
    assert prose(text) == written


@given(texts, st.integers(20, 300))
def test_no_text_outgrows_its_room_even_escaped(text: str, most: int) -> None:
    assert len(prose(text * 9, most=most)) <= most
    assert len(fenced(text * 9, most=most)) <= most


def test_a_cut_is_shown() -> None:
    assert prose("x" * 50, most=20) == "x" * 18 + "…"
    assert shortened("x" * 50, 20) == "x" * 19 + "…"


def test_an_id_of_nothing_is_still_seen() -> None:
    assert code("\u200b") == "`(empty)`"


def test_a_log_line_is_no_command() -> None:
    assert logged(":::error::x ###[y]") == ": : :error: :x # # #[y]"


def test_a_marker_word_holds_only_what_a_sha_or_a_time_holds() -> None:
    assert marker_word("2026-11-21T09:14:05Z --> <x") == "2026-11-21T09:14:05Z-x"


rates = st.floats(0, 1)


@st.composite
def candidates(draw: st.DrawFn) -> GateLine:
    low, rate, high = sorted(draw(st.tuples(rates, rates, rates)))
    known = draw(st.booleans())
    return GateLine(
        name=draw(texts), path=draw(st.sampled_from(["api", "fine-tuned", "other"])), role="", matched=None, n=9, missing=0,
        rate=rate if known else None, interval=Interval(low=low, high=high) if draw(st.booleans()) else None, usd_per_1k=None, p95_s=None,
    )  # fmt: skip


@given(st.lists(candidates(), max_size=6), st.none() | rates, st.none() | rates)
def test_a_plot_is_at_most_77_columns_and_cannot_end_its_fence(lines: list[GateLine], target: float | None, bar: float | None) -> None:
    for each in forest.render(lines, target=target, bar=bar):
        assert len(each) <= 77
        assert "`" not in each
        assert each.isprintable()


def test_a_point_lies_within_its_interval_and_the_marks_under_their_numbers() -> None:
    drawn = forest.render([line("a", "", 100, low=0.4, high=0.6, p95_s=1.0)], target=0.9, bar=0.81)
    assert drawn == [
        "a                      ├─────●─────┤            ┊    ┊  50.0%  40.0–60.0",
        "                                                └ bar 81.0%",
        "                                                     └ target 90.0%",
        "                       40%                         90%",
        "● api",
    ]
