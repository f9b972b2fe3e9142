import pytest

from benchharness import numbers
from benchharness.records.comparison import Interval


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "unknown"), (0, "0.0%"), (0.88, "88.0%"), (1, "100.0%"), (0.9999, "99.9%"), (0.0001, "0.1%"), (0.8554, "85.5%")],
)
def test_a_share_is_never_rounded_to_all_or_nothing(value: float | None, text: str) -> None:
    assert numbers.percent(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "unknown"), (0, "$0"), (0.0003, "$0.0003"), (1.754, "$1.75"), (91250, "$91,250"), (0.05, "$0.05")],
)
def test_unknown_dollars_are_not_zero_dollars(value: float | None, text: str) -> None:
    assert numbers.usd(value) == text


@pytest.mark.parametrize(("value", "text"), [(0.01, "+1.0 points"), (-0.026, "-2.6 points"), (0, "+0.0 points"), (-0.0001, "+0.0 points")])
def test_a_difference_has_a_sign(value: float, text: str) -> None:
    assert numbers.points(value) == text


@pytest.mark.parametrize(("value", "text"), [(None, "unknown"), (0.0012, "1.2 ms"), (0.133, "133 ms"), (0.9, "900 ms"), (1.74, "1.7 s")])
def test_a_duration_has_its_unit(value: float | None, text: str) -> None:
    assert numbers.seconds(value) == text


def test_two_durations_share_a_unit() -> None:
    assert numbers.seconds_pair(0.133, 0.275) == "133/275 ms"
    assert numbers.seconds_pair(0.9, 1.65) == "0.9/1.6 s"
    assert numbers.seconds_pair(0.0011, None) == "1.1/– ms"


@pytest.mark.parametrize(("value", "text"), [(0.00001, "p < 0.0001"), (0.0312, "p = 0.0312"), (0.4, "p = 0.40"), (1, "p = 1.00")])
def test_a_p_value_is_never_zero(value: float, text: str) -> None:
    assert numbers.p_value(value) == text


def test_words_for_counts() -> None:
    assert numbers.quantity(1, "match", "matches") == "1 match"
    assert numbers.quantity(1218, "match", "matches") == "1,218 matches"
    assert numbers.count_of(44, 50) == "44 of 50"
    assert numbers.listed(["a", "b", "c"]) == "a, b and c"
    assert numbers.listed([str(at) for at in range(9)]) == "0, 1, 2, 3, 4 and 4 more"
    assert numbers.interval(Interval(low=0.7620, high=0.9438)) == "76.2% to 94.4%"
    assert numbers.points_interval(Interval(low=-0.026, high=0.046)) == "-2.6 to +4.6"
