from typing import Any

import pytest

from benchharness.suite.yaml_reading import plain, read_yaml

SCALARS = [
    ("true", True),
    ("False", False),
    ("null", None),
    ("~", None),
    ("", None),
    ("0", 0),
    ("-7", -7),
    ("+7", 7),
    ("0x1F", 31),
    ("0o17", 15),
    ("1_500_000", 1_500_000),
    ("12_000.5", 12_000.5),
    ("1e3", 1000.0),
    ("-.5", -0.5),
    ("5.", 5.0),
    ("0.90", 0.9),
    # What YAML 1.1 would turn into something else.
    ("yes", "yes"),
    ("no", "no"),
    ("on", "on"),
    ("off", "off"),
    ("y", "y"),
    ("012", "012"),
    ("007.5", "007.5"),
    ("12:30:45", "12:30:45"),
    ("2026-11-21", "2026-11-21"),
    ("0b101", "0b101"),
    ("=", "="),
    # Digits that are grouped oddly are no number.
    ("1_5", "1_5"),
    ("_1", "_1"),
    ("1_000_", "1_000_"),
    ("1234_567", "1234_567"),
    # Nor are other scripts' digits, numbers beyond a float or beyond all reason.
    ("٣", "٣"),
    ("1e999", "1e999"),
    ("1" * 5000, "1" * 5000),
    ("44 of 50", "44 of 50"),
    ("nan", "nan"),
]


@pytest.mark.parametrize(("text", "value"), SCALARS, ids=lambda each: str(each)[:20])
def test_an_unquoted_word_means_what_the_core_schema_says(text: str, value: Any) -> None:
    assert plain(text) == value
    assert type(plain(text)) is type(value)


def test_a_quoted_word_is_always_a_text() -> None:
    assert read_yaml("a: \"5\"\nb: 'true'\nc: |\n  5\n", name="x").value == {"a": "5", "b": "true", "c": "5\n"}


def test_every_value_and_every_key_has_its_place() -> None:
    document = read_yaml("a:\n  - {b: 1}\n  - b: [x, y]\n", name="x")
    assert document.places["a[1].b[1]"] == (3, 12)
    assert document.places["a[0].b"] == (2, 9)
    assert document.keys["a[0].b"] == (2, 6)
    assert document.keys["a"] == (1, 1)


def test_an_alias_repeats_what_it_names_with_its_places() -> None:
    document = read_yaml("a: &x {b: [1, 2]}\nc: *x\n", name="x")
    assert document.value == {"a": {"b": [1, 2]}, "c": {"b": [1, 2]}}
    assert document.places["c.b[1]"] == document.places["a.b[1]"]


def test_a_character_written_in_two_halves_is_one_character() -> None:
    assert read_yaml('a: "\\ud83d\\ude00"\n', name="x").value == {"a": "\N{GRINNING FACE}"}


def test_several_slips_of_a_file_are_all_said() -> None:
    document = read_yaml("a: 1\na: 2\nb: .nan\nc: !t 1\n[d]: 1\n", name="x")
    assert [(each.line, each.message.split(" ")[0]) for each in document.mistakes] == [(2, "the"), (3, ".nan"), (4, "the"), (5, "a")]


def test_a_tag_makes_no_object() -> None:
    document = read_yaml("a: !!python/object/apply:os.system [echo]\n", name="x")
    assert [each.message for each in document.mistakes] == ["the tag tag:yaml.org,2002:python/object/apply:os.system means nothing here"]
