"""What charts are made of: safe elements, scales with round ticks, and places for words."""

import math
from xml.etree import ElementTree as ET

import pytest
from chart_reading import HOSTILE
from hypothesis import given, settings
from hypothesis import strategies as st

from benchharness import numbers
from benchharness.report.charts.axes import Linear, Log, linear_ticks, log_ticks, share_scale
from benchharness.report.charts.labelling import Wanted, crosses, label_points
from benchharness.report.charts.markup import element, markup
from benchharness.report.charts.placing import Box, clipped, clipped_pair, lines_of, spread, text_width


@given(st.text() | st.sampled_from(HOSTILE))
def test_any_text_comes_back_from_the_markup_as_it_is_shown(text: str) -> None:
    found = ET.fromstring(markup(element("text", {"class": text}, text)))  # noqa: S314 - our own text
    shown = "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)
    assert (found.text or "") == shown
    assert found.attrib["class"] == shown
    assert not list(found)


@pytest.mark.parametrize("name", ["onclick", "onload", "style", "a b", "x>", ""])
def test_no_attribute_can_run_or_style_anything(name: str) -> None:
    with pytest.raises(ValueError, match="attribute"):
        element("text", {name: "1"})


@pytest.mark.parametrize("name", ["script", "style", "iframe", "foreignObject", "a b", "x>", ""])
def test_no_element_can_run_anything(name: str) -> None:
    with pytest.raises(ValueError, match="element"):
        element(name)


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", " javascript:alert(1)", "JaVaScRiPt:x", "//elsewhere", "http://x"]
)
def test_no_link_can_run_anything(link: str) -> None:
    with pytest.raises(ValueError, match="link"):
        element("a", {"href": link})


@pytest.mark.parametrize("link", ["#cost", "report.md", "https://example.org/x", "../run.json"])
def test_plain_links_are_links(link: str) -> None:
    assert f'href="{link}"' in markup(element("a", {"href": link}, "there"))


def test_an_element_without_content_has_an_end_all_the_same() -> None:
    assert markup(element("div")) == "<div></div>"
    assert markup(element("line", {"x1": 0.0, "x2": 1.255, "y1": -0.001})) == '<line x1="0" x2="1.25" y1="0"/>'


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.5, 20, (0.5, 1, 2, 5, 10, 20)),
        (0.001, 1000, (0.001, 0.01, 0.1, 1, 10, 100, 1000)),
        (1, 1e6, (1, 10, 100, 1e3, 1e4, 1e5, 1e6)),
        (3, 8, (5,)),
        (1e-6, 1e6, (1e-6, 1e-4, 1e-2, 1, 1e2, 1e4, 1e6)),
    ],
)
def test_ticks_of_a_logarithmic_axis_are_round(low: float, high: float, ticks: tuple[float, ...]) -> None:
    assert log_ticks(low, high) == pytest.approx(ticks)


@given(st.floats(-9, 9), st.floats(1, 9))
def test_a_logarithmic_axis_over_a_power_of_ten_has_two_to_seven_ticks_inside(power: float, decades: float) -> None:
    low, high = 10**power, 10 ** (power + decades)
    ticks = log_ticks(low, high)
    assert 1 <= len(ticks) <= 7
    assert all(low * (1 - 1e-6) <= each <= high * (1 + 1e-6) for each in ticks)
    assert list(ticks) == sorted(set(ticks))
    assert all(f"{each:e}"[0] in "125" for each in ticks)


@given(st.floats(0, 1), st.floats(0, 1))
def test_ticks_of_shares_are_written_as_what_they_are(one: float, other: float) -> None:
    scale, ticks = share_scale([one, other], 0, 100)
    assert scale.low <= min(one, other) + 1e-9
    assert max(one, other) <= scale.high + 1e-9
    assert 2 <= len(ticks) <= 7
    for each in ticks:
        assert float(numbers.percent(each, digits=0).removesuffix("%")) == pytest.approx(100 * each)


def test_ticks_of_an_axis_of_no_width_are_its_one_value() -> None:
    assert linear_ticks(1, 1) == (1,)


def test_a_value_beyond_a_scale_stands_at_its_end() -> None:
    assert [Linear(0, 1, 10, 20).at(each) for each in (-1, 0.5, 2)] == [10, 15, 20]
    assert [Log(1, 100, 10, 20).at(each) for each in (0, 10, 1000)] == [10, 15, 20]


@given(st.lists(st.tuples(st.floats(-50, 150), st.floats(1, 30)), min_size=1, max_size=8))
def test_spread_pieces_do_not_overlap_and_stay_inside(pieces: list[tuple[float, float]]) -> None:
    wanted, sizes = [each for each, _ in pieces], [size for _, size in pieces]
    found = spread(wanted, sizes, low=0, high=300)
    order = sorted(range(len(found)), key=lambda at: found[at])
    edge = 0.0
    for at in order:
        assert found[at] - sizes[at] / 2 >= edge - 1e-6
        edge = found[at] + sizes[at] / 2
    assert edge <= 300 + 1e-6


def test_pieces_with_room_stay_where_they_want_to_be() -> None:
    assert spread([10, 90], [10, 10], low=0, high=100) == (10, 90)


@given(st.text(), st.floats(20, 200))
def test_clipped_text_fits_and_shows_the_cut(text: str, width: float) -> None:
    found = clipped(text, width, size=12)
    assert text_width(found, 12) <= width
    assert found.isprintable()
    assert found.endswith("…") or found == clipped(text, math.inf, size=12)


@given(st.text(min_size=1), st.text(), st.floats(120, 300))
def test_a_clipped_pair_fits(first: str, second: str, width: float) -> None:
    assert text_width(clipped_pair(first, second, width, size=12), 12) <= width + 1e-6


def test_a_clipped_pair_keeps_something_of_both() -> None:
    found = clipped_pair("a-provider/a-model-with-a-long-name", "zero-shot", 180, size=12)
    assert found.startswith("a-prov")
    assert found.endswith(" · zero-shot")


def test_lists_break_between_their_pieces() -> None:
    assert lines_of(["aaaa", "bbbb", "cccc"], text_width("aaaa, bbbb,,", 12), size=12) == ["aaaa, bbbb,", "cccc"]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(50, 350), st.floats(50, 250), st.booleans()), max_size=25))
def test_names_lie_on_no_other_name_and_on_no_point(points: list[tuple[float, float, bool]]) -> None:
    area = Box(0, 0, 400, 300)
    wanted = [Wanted(x, y, f"candidate {at}", 12, bold) for at, (x, y, bold) in enumerate(points)]
    placed = [each for each in label_points(wanted, area) if each is not None]
    for at, each in enumerate(placed):
        assert area.holds(each.box)
        assert not any(each.box.meets(other.box) for other in placed[:at])
        assert not any(each.box.left < x < each.box.right and each.box.top < y < each.box.bottom for x, y, _ in points)


def test_a_lonely_name_stands_to_the_right_of_its_point() -> None:
    (found,) = label_points([Wanted(100, 100, "alone", 12, bold=False)], Box(0, 0, 400, 300))
    assert found is not None
    assert (found.anchor, found.leader) == ("start", None)


@pytest.mark.parametrize(
    ("segment", "met"),
    [((0, 5, 20, 5), True), ((0, 0, 20, 0), False), ((5, -5, 5, 20), True), ((-5, 8, 8, -5), True), ((-5, 2, 2, -5), False)],
)
def test_a_line_is_known_to_cross_a_box(segment: tuple[float, float, float, float], met: bool) -> None:
    assert crosses(segment, Box(0, 0, 10, 10)) is met


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0, "0"),
        (0.05, "0.05"),
        (1, "1"),
        (999, "999"),
        (1000, "1k"),
        (240_000, "240k"),
        (999_999, "1M"),
        (8_640_000, "8.64M"),
        (2e12, "2T"),
    ],
)
def test_axes_show_numbers_in_three_digits(value: float, told: str) -> None:
    assert numbers.brief(value) == told
    assert numbers.brief_usd(value) == f"${told}"
