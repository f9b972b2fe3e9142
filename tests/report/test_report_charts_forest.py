"""The forest plot: order, thresholds, what wasn't measured, and names that could be anything."""

from dataclasses import replace

import pytest
from chart_reading import HOSTILE, SVG, assert_sound, candidate, comparison, comparisons, corners, read, words_of
from hypothesis import given, settings

from benchharness.records.comparison import Comparison, Interval, Proof
from benchharness.report.charts import forest

HAIKU = candidate("haiku", 0.9, interval=Interval(low=0.85, high=0.93))
TUNED = candidate("lora", 0.91, path="fine-tuned", prompt="", interval=Interval(low=0.86, high=0.95))
GONE = candidate("gone", None)
OUT = candidate("vendor", 0.8, path="ruled-out")


@settings(max_examples=80, deadline=None)
@given(found=comparisons())
def test_no_word_lies_on_another_or_leaves_the_view(found: Comparison) -> None:
    assert_sound(forest.render(found))


@settings(max_examples=20, deadline=None)
@given(found=comparisons())
def test_the_same_comparison_gives_the_same_bytes(found: Comparison) -> None:
    assert forest.render(found) == forest.render(found)


@settings(max_examples=40, deadline=None)
@given(found=comparisons())
def test_rates_fall_from_row_to_row_and_the_unmeasured_come_last(found: Comparison) -> None:
    rates = [each.rate for each in forest.in_order(found)]
    known = [rate for rate in rates if rate is not None]
    assert known == sorted(known, reverse=True)
    assert rates == [*known, *([None] * (len(rates) - len(known)))]


def test_names_stand_in_the_order_of_their_rates() -> None:
    root = read(forest.render(comparison(GONE, OUT, HAIKU, TUNED)))
    names = sorted(words_of(root, "name"), key=lambda each: each.y)
    assert [each.text for each in names] == ["lora", "haiku · few-shot", "vendor · few-shot", "gone · few-shot"]


def test_a_candidate_of_equal_rate_keeps_its_place_in_the_suite() -> None:
    one, other = candidate("b", 0.5), candidate("a", 0.5)
    assert [each.candidate for each in forest.in_order(comparison(one, other))] == ["b", "a"]


def test_an_unmeasured_candidate_is_said_to_be_and_has_no_mark() -> None:
    root = read(forest.render(comparison(GONE)))
    assert [each.text for each in words_of(root) if "not measured" in each.text] == ["not measured"]
    marks = [each for each in root.iter() if "mark" in each.attrib.get("class", "").split()]
    assert len(marks) == 1, "only the legend's"
    assert "Not measured: gone · few-shot." in (root.findtext(f"{SVG}desc") or "")


def test_a_ruled_out_candidate_is_drawn_as_a_faint_ring() -> None:
    root = read(forest.render(comparison(OUT)))
    assert "mark ruled-out hollow" in [each.attrib.get("class") for each in root.iter(f"{SVG}circle")]
    assert [each.kind for each in words_of(root, "name")] == ["name faint"]


@pytest.mark.parametrize("share", [0.5, 0.9, 0.99, 1.0])
def test_target_and_bar_are_named_apart_however_close_they_are(share: float) -> None:
    root = assert_sound(forest.render(comparison(HAIKU, share=share)))
    (bar,), (target,) = words_of(root, "bar-word"), words_of(root, "target-word")
    assert bar.text.startswith(f"{100 * share:.0f}% rule ")
    assert target.text == "target 95.0%"
    assert bar.box.right < target.box.left


def test_the_mark_stands_between_the_ends_of_its_interval() -> None:
    root = read(forest.render(comparison(HAIKU)))
    spans = [corners(each) for each in root.iter(f"{SVG}line") if each.attrib["class"] == "interval api"]
    (low, _), (high, _) = spans[0]
    circle = next(root.iter(f"{SVG}circle"))
    assert low < float(circle.attrib["cx"]) < high


def test_paths_differ_by_shape_and_not_by_colour_alone() -> None:
    found = comparison(*(candidate(path, 0.9, path=path) for path in ("api", "fine-tuned", "self-hosted", "classical")))
    root = read(forest.render(found))
    shapes = {}
    for each in root.iter():
        kind = each.attrib.get("class", "").split()
        if "mark" in kind:
            shapes[kind[1]] = (each.tag, len(corners(each)))
    assert len(set(shapes.values())) == 4


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_inert_and_still_shown(name: str) -> None:
    svg = forest.render(comparison(candidate(name, 0.5)))
    root = assert_sound(svg)
    shown = words_of(root, "name")
    assert shown
    assert shown[0].text.strip("…")
    assert all(char.isprintable() for char in svg)
    assert svg.count("<script") == svg.count("<img") == 0


def test_the_prompt_of_a_long_name_is_never_lost() -> None:
    long = candidate("a-provider-with-a-name/a-model-with-a-long-name-too", 0.5, prompt="zero-shot")
    texts = [each.text for each in words_of(read(forest.render(comparison(long))))]
    assert "zero-shot" in texts


def test_the_description_says_the_proofs_in_words() -> None:
    proven = replace(HAIKU, bar=replace(HAIKU.bar, proof=Proof.PROVEN))
    told = read(forest.render(comparison(proven, OUT))).findtext(f"{SVG}desc") or ""
    assert told.startswith("Best: haiku · few-shot, 90.0% (180 of 200), interval 85.0% to 93.0%.")
    assert "Proven to reach the 90% rule (85.5%): haiku · few-shot." in told
    assert "Ruled out: vendor · few-shot." in told


def test_a_comparison_without_candidates_is_an_empty_plot() -> None:
    assert_sound(forest.render(comparison()))
