"""Total cost by volume: bands, where you are, and where the fine-tune gets cheaper, in words."""

import pytest
from chart_reading import SVG, assert_sound, corners, read, words_of
from hypothesis import given, settings
from hypothesis import strategies as st

from benchharness.records.comparison import Interval
from benchharness.records.costs import OWN_NAMES, CostComparison, Crossover, PathCost
from benchharness.report.charts import crossover
from benchharness.report.cost import crossing

MULTIPLES = (0.1, 1.0, 10.0)


def path(fixed: tuple[float, float], each: tuple[float, float], multiples: tuple[float, ...] = MULTIPLES) -> dict[float, PathCost]:
    return {at: PathCost(total_usd=Interval(low=fixed[0] + each[0] * at, high=fixed[1] + each[1] * at)) for at in multiples}


def costs(found: Crossover | None, *, requests: float = 240_000, multiples: tuple[float, ...] = MULTIPLES) -> CostComparison:
    return CostComparison(
        months=36,
        prompt=path((0, 0), (9_000, 27_000), multiples),
        own=path((90_000, 180_000), (1_500, 4_000), multiples),
        requests_per_month=requests,
        crossover=found,
    )


def crossed(low: float | None, high: float | None) -> Crossover:
    return Crossover(low=low, high=high, months=36)


amounts = st.one_of(st.just(0.0), st.floats(0.001, 1e9))
multiples_of = st.lists(st.sampled_from([0.0, 0.01, 0.1, 0.5, 3.0, 10.0, 1000.0]), max_size=5, unique=True)
ends = st.one_of(st.none(), st.just(0.0), st.floats(1e-6, 1e6))


@st.composite
def any_costs(draw: st.DrawFn) -> CostComparison:
    at = tuple(sorted({1.0, *draw(multiples_of)}))

    def one() -> dict[float, PathCost]:
        fixed, each = sorted((draw(amounts), draw(amounts))), sorted((draw(amounts), draw(amounts)))
        return path((fixed[0], fixed[1]), (each[0], each[1]), at)

    first, last = draw(ends), draw(ends)
    low, high = (first, last) if first is None or last is None else (min(first, last), max(first, last))
    found = None if draw(st.booleans()) else crossed(low, None if low is None else high)
    requests = draw(st.sampled_from([0.0, 1.0, 240_000.0, 1e12]))
    whose = draw(st.sampled_from(sorted(OWN_NAMES)))
    return CostComparison(path=whose, months=1, prompt=one(), own=one(), requests_per_month=requests, crossover=found)


@settings(max_examples=150, deadline=None)
@given(found=any_costs())
def test_no_word_lies_on_another_or_leaves_the_view(found: CostComparison) -> None:
    svg = crossover.render(found)
    assert_sound(svg)
    assert svg == crossover.render(found)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (crossed(2.0, 8.0), "shaded: the fine-tune gets cheaper somewhere from 480k to 1.92M"),
        (crossed(2.0, 2.0), "the fine-tune is cheaper from 480k on"),
        (crossed(2.0, None), "shaded: the fine-tune may be cheaper from 480k, never surely"),
        (crossed(None, None), "the fine-tune gets cheaper at no volume"),
        (crossed(0.0, 2.0), "the fine-tune is cheaper from 480k on, before that perhaps (shaded)"),
        (crossed(0.0, 0.0), "← the fine-tune is cheaper at every volume shown"),
        (crossed(1e6, 2e6), "the fine-tune gets cheaper beyond this chart, from 240B →"),
    ],
)
def test_the_crossover_is_told_in_words(found: Crossover, told: str) -> None:
    root = read(crossover.render(costs(found)))
    assert [each.text for each in words_of(root, "zone-word")] == [told]


def test_a_crossover_nobody_computed_has_no_words() -> None:
    assert not words_of(read(crossover.render(costs(None))), "zone-word")


def test_the_zone_lies_between_both_ends_and_right_of_the_stated_volume() -> None:
    root = read(crossover.render(costs(crossed(2.0, 8.0))))
    (zone,) = (each for each in root.iter(f"{SVG}rect") if each.attrib["class"] == "zone")
    (here,) = (each for each in root.iter(f"{SVG}line") if each.attrib["class"] == "here")
    assert corners(here)[0][0] < corners(zone)[0][0] < corners(zone)[1][0]


def test_the_stated_volume_is_named_as_it_was_stated() -> None:
    root = read(crossover.render(costs(None)))
    assert [each.text for each in words_of(root, "here-word")] == ["you are here: 240,000 a month"]


def test_each_path_has_a_band_a_name_and_its_cost_at_the_stated_volume() -> None:
    root = read(crossover.render(costs(None)))
    assert {each.attrib["class"] for each in root.iter(f"{SVG}polygon")} >= {"band api", "band fine-tuned"}
    assert [each.text for each in words_of(root, "name")] == ["prompting", "fine-tune"]
    assert [each.text for each in words_of(root, "value")] == ["here $9k–27k", "here $91.5k–184k"]


def test_between_two_volumes_the_line_is_straight_in_dollars_and_so_bent_here() -> None:
    root = read(crossover.render(costs(None)))
    edge = corners(next(each for each in root.iter(f"{SVG}polyline") if each.attrib["class"] == "edge fine-tuned"))
    (first_x, first_y), (last_x, last_y) = edge[0], edge[-1]
    middle_x, middle_y = edge[len(edge) // 2]
    straight = first_y + (last_y - first_y) * (middle_x - first_x) / (last_x - first_x)
    assert middle_y > straight + 1, "a fixed cost with a little each rises late"


def test_one_volume_alone_is_drawn_as_ranges() -> None:
    root = assert_sound(crossover.render(costs(crossed(2.0, 8.0), multiples=(1.0,))))
    widths = [each.attrib["stroke-width"] for each in root.iter(f"{SVG}line") if each.attrib["class"].startswith("edge")]
    assert widths == ["6", "6"]


def test_without_a_stated_volume_the_axis_counts_multiples() -> None:
    root = read(crossover.render(costs(crossed(2.0, 8.0), requests=0.0)))
    assert "times the stated volume →" in [each.text for each in words_of(root)]
    assert words_of(root, "zone-word")[0].text.endswith("from 2× to 8×")


def test_the_description_is_the_sentence_of_the_command() -> None:
    found = crossed(2.0, 8.0)
    told = read(crossover.render(costs(found))).findtext(f"{SVG}desc") or ""
    assert told.endswith(crossing(costs(found)))
    assert told.startswith("Prompting costs $9,000 to $27,000 at the stated volume.")
