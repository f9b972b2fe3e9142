"""Numbers are read as people write them, in many customs; what could be two things is no match and says so."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchharness.records.example import Example
from benchharness.records.score import Score, Unparsable, Unscored
from benchharness.scorers.number import Options, make
from benchharness.scorers.number_reading import Decimal, custom_of

# Answers, and the number a reader reads; None where there is none, or it can't be told.
CASES: dict[str, float | None] = {
    "\\boxed{9{,}500}": 9500,
    "The sum is 1\\,200.": 1200,
    "The balance is -$5.": -5,
    "1/4": 0.25,
    "3/4": 0.75,
    "2,5": 2.5,
    "1,5 kg": 1.5,
    "About 3 × 10^8 m/s.": 300000000.0,
    "The area is 42 cm^2.": 42,
    "1\xa0234": 1234,
    "1 234": 1234,
    "9\u202f234": 9234,
    "1'234": 1234,
    "1’234.50": 1234.5,
    "1,00,000": 100000,
    "12,34,567.50": 1234567.5,
    "42": 42,
    "-5": -5,
    "$-5": -5,
    "−5": -5,
    "–5": -5,
    "+5": 5,
    "±5": None,
    "1 3/4": 1.75,
    "1¾": 1.75,
    "½": 0.5,
    "2 1/2 cups": 2.5,
    "1-1/2": 1.5,
    "3e8": 300000000.0,
    "3E-4": 0.0003,
    "3 x 10^-3": 0.003,
    "3·10⁸": 300000000.0,
    "10⁻³": 0.001,
    "10^{-3}": 0.001,
    "2^10": 1024,
    "2**3": 8,
    "42 m²": 42,
    "9.8 m/s^2": 9.8,
    "9.8 m/s²": 9.8,
    "1.234,56": 1234.56,
    "1,234.56": 1234.56,
    "1.234.567": 1234567,
    "1,234,567": 1234567,
    "1 234 567,89": 1234567.89,
    "0,500": 0.5,
    "1,234": 1234,
    "1.234": 1.234,
    "1.5": 1.5,
    ".5": 0.5,
    "-.5": -0.5,
    "50%": 50,
    "50 %": 50,
    "$1,234.50": 1234.5,
    "€ 1.234,50": 1234.5,
    "1.234,50 €": 1234.5,
    "\\frac{3}{4}": 0.75,
    "-\\frac{3}{4}": -0.75,
    "2\\frac{1}{2}": 2.5,
    "$\\frac34$": 0.75,
    "\\boxed{\\frac{3}{4}} is 5": 0.75,
    "\\$42": 42,
    "42\\%": 42,
    "１２３": 123,
    "١٢٣": 123,
    "१२३": 123,
    "١٬٢٣٤٫٥": 1234.5,
    "3-5": None,
    "3–5": None,
    "3 to 5": None,
    "2024-01-05": None,
    "12/05/2024": None,
    "5.1.2024": None,
    "10:30": None,
    "3:2": None,
    "v2 model": None,
    "1.2.3": None,
    "GPT-4": None,
    "1st": 1,
    "21st": 21,
    "5th place": 5,
    "762 M&Ms": 762,
    "5 million": None,
    "$5M": None,
    "5k": None,
    "5 m": 5,
    "5万": None,
    "5千克": 5,
    "(3,4)": None,
    "($5)": None,
    "(5)": None,
    "it's cheap ($5)": 5,
    "<5": None,
    ">5": None,
    "x = -5": -5,
    "16 - 7 = 9": 9,
    "- 5": -5,
    "= - 5": -5,
    "5-": None,
    "10-3": None,
    "5 ± 1": None,
    "so the answer is 42.": 42,
    "#### 1,234.50": 1234.5,
    "It costs $5%": 5,
    "1e3": 1000,
    "The answer is **42**.": 42,
    "42.": 42,
    "1,2,3": None,
    "1_234": 1234,
    "€5": 5,
    "USD 5": 5,
    "5 USD": 5,
    "R$ 5,50": 5.5,
    "₹1,00,000": 100000,
    "CHF 1'234.50": 1234.5,
    "1,000,000": 1000000.0,
    "0.001": 0.001,
    "0,001": 0.001,
    "100.000": 100.0,
    "5°C": 5,
    "-40°F": -40,
    "about ~42": 42,
    "42kg": 42,
    "No number": None,
    "twelve": None,
    "1e400": None,
    "5/0": None,
    "1/2/3": None,
    "192.168.0.1": None,
    "3,14159": 3.14159,
    "12 345,67": 12345.67,
    "5 and 6": 6,
    "→ 5": 5,
    "=>5": 5,
    "Answer:-5": -5,
    "(-5)": -5,
    "[-5]": -5,
    "5 - 10": None,
    "7 x 3 = 21": 21,
    "8/10": 0.8,
    "x^2 = 9": 9,
    "H2O is 18": 18,
    "Total: 1 000 000 FCFA": 1000000.0,
    "1000 2000": 2000,
    "30 000": 30000,
    "$ 5": 5,
    "5 €": 5,
    "3.0": 3,
    "1,5·10^3": 1500,
    "1{,}5": 1.5,
    "5 hours": 5,
    "0": 0,
    "-0": 0,
    "00": 0,
    "(1,234)": None,
}
COMMA_COLUMN = ("1,5", "2,75")


def read(answer: str, targets: tuple[str, ...] = (), **options: Any) -> float | None:
    """Return the number an answer is read as, by asking whether it equals itself."""
    scorer = make(Options(**options), "number", targets)
    found = scorer.score(answer, Example(id="e", input="q", target=0))
    assert isinstance(found, Score | Unparsable)
    return float(found.parsed) if isinstance(found, Score) else None


@pytest.mark.parametrize(("answer", "value"), list(CASES.items()))
def test_a_number_is_what_a_reader_reads(answer: str, value: float | None) -> None:
    scorer = make(Options(), "number", ())
    found = scorer.score(answer, Example(id="e", input="q", target=value if value is not None else 0))
    assert isinstance(found, Unparsable) if value is None else (isinstance(found, Score) and found.value == 1)


@pytest.mark.parametrize(("answer", "value"), [("1,234", 1.234), ("1.234", 1234), ("1.5", 1.5), ("2,5", 2.5), ("1.234,5", 1234.5)])
def test_where_digits_do_not_tell_the_column_of_targets_does_or_the_suite(answer: str, value: float) -> None:
    assert read(answer, COMMA_COLUMN) == value
    assert read(answer, decimal=Decimal.COMMA) == value


@pytest.mark.parametrize(
    ("texts", "custom"),
    [
        (["1.234,5"], "comma"), (["3,14"], "comma"), (["1,234,567"], "point"), (["1.234.567"], "comma"), (["1,5", "1.5"], "point"),
        (["1.234"], "unknown"), (["1,234"], "unknown"), (["3", "x"], "unknown"), (["0,500"], "comma"), (["0.5"], "point"),
    ],
)  # fmt: skip
def test_a_column_shows_its_custom_by_what_no_grouping_could_be(texts: list[str], custom: str) -> None:
    assert custom_of(texts) == custom


def test_thousands_and_millions_are_told_unless_the_suite_says_what_they_are_worth() -> None:
    found = make(Options(), "number", ()).score("about 5 million", Example(id="e", input="q", target="5"))
    assert isinstance(found, Unparsable)
    assert "say what million is worth" in found.reason
    assert read("about 5 million", units={"million": 1e6}) == 5e6
    assert read("500 g", units={"kg": 1.0, "g": 0.001}) == 0.5


def test_what_cannot_be_told_says_what_else_it_could_be() -> None:
    for answer, why in {"3-5": "a range", "2024-01-05": "a date", "10:30": "a time", "1.2.3": "a version", "(3,4)": "a pair"}.items():
        found = make(Options(), "number", ()).score(answer, Example(id="e", input="q", target="5"))
        assert isinstance(found, Unparsable)
        assert why in found.reason


@pytest.mark.parametrize(
    ("target", "answer", "value"),
    [
        ("3/4", "0.75", 1),
        ("1 234", "1234", 1),
        (0.1, "10%", 0),
        (["7", "8"], "8", 1),
        ("no number", "5", None),
        ("", "5", None),
        (True, "1", None),
    ],
)
def test_targets_are_read_by_the_same_reader(target: Any, answer: str, value: float | None) -> None:
    found = make(Options(), "number", ()).score(answer, Example(id="e", input="q", target=target))
    assert isinstance(found, Unscored) if value is None else (isinstance(found, Score) and found.value == value)


def grouped(whole: int, sign: str) -> str:
    return f"{whole:,}".replace(",", sign)


def indian(whole: int) -> str:
    text = str(whole)
    if len(text) <= 3:
        return text
    head = text[:-3]
    pairs: list[str] = []
    while head:
        head, pair = head[:-2], head[-2:]
        pairs.insert(0, pair)
    return ",".join([*pairs, text[-3:]])


AROUND = st.sampled_from(["The total is {}.", "{}", "\\boxed{{{}}}", "= {} kg"])


@given(st.integers(0, 10**12), st.integers(0, 99), st.booleans(), AROUND)
def test_numbers_written_by_ten_customs_are_read_back(whole: int, cents: int, negative: bool, around: str) -> None:
    value = (whole + cents / 100) * (-1 if negative else 1)
    sign = "-" if negative else ""
    written = [
        f"{whole}.{cents:02}",
        f"{grouped(whole, ',')}.{cents:02}",
        f"{grouped(whole, '.')},{cents:02}",
        f"{grouped(whole, ' ')},{cents:02}",
        f"{grouped(whole, chr(0xA0))}.{cents:02}",
        f"{grouped(whole, chr(0x202F))},{cents:02}",
        f"{grouped(whole, chr(39))}.{cents:02}",
        f"{indian(whole)}.{cents:02}",
        f"{grouped(whole, '{,}')}.{cents:02}",
        f"{grouped(whole, '_')}.{cents:02}",
    ]
    for text in written:
        scorer = make(Options(absolute=1e-6, relative=1e-9), "number", ())
        found = scorer.score(around.format(sign + text), Example(id="e", input="q", target=value))
        assert isinstance(found, Score), (text, found)
        assert found.value == 1, (text, found)


@given(st.floats(1e-6, 1e12), st.integers(-12, 12))
def test_powers_of_ten_are_read_back(mantissa: float, power: int) -> None:
    for text in (f"{mantissa!r} \u00d7 10^{power}", f"{mantissa!r} x 10^{{{power}}}", f"{mantissa!r}\\times 10^{{{power}}}"):
        if "e" in repr(mantissa):
            return
        found = make(Options(relative=1e-9), "number", ()).score(text, Example(id="e", input="q", target=mantissa * 10.0**power))
        assert isinstance(found, Score)
        assert found.value == 1


@given(st.text(max_size=200))
def test_any_text_is_read_and_what_is_found_is_finite(answer: str) -> None:
    for which in ("first", "last", "only"):
        found = make(Options(which=which), "number", ()).score(answer, Example(id="e", input="q", target=1))  # type: ignore[arg-type]
        assert isinstance(found, Unparsable) or (isinstance(found, Score) and math.isfinite(float(found.parsed)))
