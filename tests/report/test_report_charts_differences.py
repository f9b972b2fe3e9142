"""The differences around zero: every number right, nothing on top of anything, nothing that runs."""

from chart_reading import SVG, assert_sound, words_of
from hypothesis import given, settings
from hypothesis import strategies as st
from report.html.made_comparisons import change, hostile

from benchharness import numbers
from benchharness.report.charts.differences import render

NAMES = st.one_of(st.text(max_size=30), st.sampled_from(["W" * 300, "a/b", "<script>", "\u202eabc"]))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(NAMES, st.one_of(st.none(), st.sampled_from([0.0, 0.9, -0.9, 1e-9]), st.floats(-0.95, 0.95)), st.floats(0, 1)),
        max_size=40,
    )
)
def test_any_comparison_is_drawn_soundly(found: list[tuple[str, float | None, float]]) -> None:
    assert_sound(render([change(name, difference, p_value=p_value) for name, difference, p_value in found]))


def test_an_interval_stands_where_its_ticks_say() -> None:
    made = (change("a", -0.1, p_value=0.001), change("b", 0.05))
    root = assert_sound(render(made))
    ticks = {each.text: each.x for each in words_of(root, "tick")}
    zero = next(each for each in root.iter(f"{SVG}line") if each.attrib["class"] == "zero")
    assert float(zero.attrib["x1"]) == ticks["0"]
    scale = (ticks["0"] - ticks["-10"]) / 10
    marks = [each for each in root.iter(f"{SVG}circle") if float(each.attrib["cx"]) > 60]
    for each, drawn in zip(made, marks, strict=False):
        assert each.difference is not None
        assert abs(float(drawn.attrib["cx"]) - ticks["0"] - 100 * each.difference * scale) < 0.1
    assert ["hollow" in each.attrib["class"] for each in marks[:2]] == [False, True]
    bars = [
        each for each in root.iter(f"{SVG}line") if each.attrib["class"] == "interval paired" and each.attrib["y1"] == each.attrib["y2"]
    ]
    for each, bar in zip(made, bars, strict=True):
        assert each.interval is not None
        for end, value in (("x1", each.interval.low), ("x2", each.interval.high)):
            assert abs(float(bar.attrib[end]) - ticks["0"] - 100 * value * scale) < 0.1
    said = [each.text for each in words_of(root)]
    for each in made:
        assert numbers.points(each.difference) in said
        assert numbers.points_interval(each.interval) in said


def test_a_name_of_a_million_letters_is_cut_at_once() -> None:
    root = assert_sound(render(hostile().changes))
    assert any(each.text.endswith("…") for each in words_of(root, "name"))


def test_what_was_not_measured_says_so() -> None:
    root = assert_sound(render([change("a", None)]))
    assert "not measured" in [each.text for each in words_of(root)]
    assert "Not measured: a." in (root.findtext(f"{SVG}desc") or "")
