"""A key that a server says again is blotted, whatever it did to it, and ordinary text is left alone."""

import base64
import html
import json
import random
import re
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchharness.providers.blotting import Secrets

KEY = "sk-proj-kJ8x/Qz+41wVtR7pLm29Yb5sNd63HcFa"
TOGETHER = re.compile(r"[^a-z0-9]")


def full_width(text: str) -> str:
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text)


FORMS: dict[str, Callable[[str], str]] = {
    "as it is": lambda key: key,
    "upper case": str.upper,
    "lower case": str.lower,
    "swapped case": str.swapcase,
    "reversed": lambda key: key[::-1],
    "its first half": lambda key: key[: len(key) // 2],
    "its last half": lambda key: key[len(key) // 2 :],
    "its middle": lambda key: key[10:26],
    "wrapped": lambda key: "\n".join(textwrap.wrap(key, 8)),
    "wrapped by CRLF and indented": lambda key: "\r\n    ".join(key[at : at + 6] for at in range(0, len(key), 6)),
    "blanks between": " ".join,
    "hyphens between": "-".join,
    "zero width between": "\u200b".join,
    "a JSON list": lambda key: json.dumps(list(key)),
    "in a URL": lambda key: quote(key, safe=""),
    "percent-encoded whole": lambda key: "".join(f"%{ord(each):02X}" for each in key),
    "percent-encoded twice": lambda key: quote(quote(key, safe=""), safe=""),
    "entities by number": lambda key: "".join(f"&#{ord(each)};" for each in key),
    "entities by hex": lambda key: "".join(f"&#x{ord(each):04x};" for each in key),
    "entities by name": lambda key: html.escape(key).replace("/", "&sol;").replace("+", "&plus;"),
    "\\u escapes": lambda key: "".join(f"\\u{ord(each):04x}" for each in key),
    "\\x escapes": lambda key: "".join(f"\\x{ord(each):02x}" for each in key),
    "\\u escapes in JSON in JSON": lambda key: json.dumps(json.dumps("".join(f"\\u{ord(each):04x}" for each in key))),
    "JSON": lambda key: json.dumps(key).replace("/", "\\/"),
    "wrapped in JSON": lambda key: json.dumps("\n".join(textwrap.wrap(key, 8))),
    "hex": lambda key: key.encode().hex(),
    "HEX": lambda key: key.encode().hex().upper(),
    "hex with colons": lambda key: key.encode().hex(":"),
    "hex words": lambda key: ", ".join(f"0x{ord(each):02x}" for each in key),
    "base64": lambda key: base64.b64encode(key.encode()).decode(),
    "base64 of more": lambda key: base64.b64encode(f"Bearer {key}".encode()).decode(),
    "base64 of still more": lambda key: base64.b64encode(f"user:x{key} and on".encode()).decode(),
    "base64url": lambda key: base64.urlsafe_b64encode(key.encode()).decode().rstrip("="),
    "base64, wrapped": lambda key: base64.encodebytes(f"{'header ' * 9}{key}".encode()).decode(),
    "base64 of its upper case": lambda key: base64.b64encode(key.upper().encode()).decode(),
    "base64, reversed": lambda key: base64.b64encode(key.encode()).decode()[::-1],
    "base32": lambda key: base64.b32encode(key.encode()).decode(),
    "base32 of more": lambda key: base64.b32encode(f"abc{key}".encode()).decode().lower(),
    "full width": full_width,
}


def left_of(shown: str, form: str, before: str, after: str) -> int:
    """Return how many letters of a form still stand between what was around it."""
    middle = shown.removeprefix(before).removesuffix(after)
    return len(TOGETHER.sub("", middle.lower())) if form not in shown else len(form)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("way", ["hide", "blot"])
def test_a_key_is_blotted_in_every_form_that_can_be_undone(form: str, way: str) -> None:
    said = FORMS[form](KEY)
    before, after = "The server says: ", " :and nothing else"
    shown = getattr(Secrets([KEY]), way)(f"{before}{said}{after}")
    assert "***" in shown
    assert shown.startswith("The server says:")
    assert shown.endswith(":and nothing else")
    allowed = 26 if form in ("base64 of still more", "base64 of more", "base32 of more") else 6
    if form != "base64, wrapped":
        assert left_of(shown, said, before, after) <= allowed, shown


@given(st.data())
def test_any_twelve_letters_and_digits_of_a_key_are_blotted_in_any_case(data: st.DataObject) -> None:
    letters = "".join(each for each in KEY if each.isalnum())
    start = data.draw(st.integers(0, len(letters) - 12))
    piece = letters[start : start + data.draw(st.integers(12, len(letters) - start))]
    piece = data.draw(st.sampled_from([piece, piece.upper(), piece.lower(), piece[::-1]]))
    around = data.draw(st.text("\u00e9 .,%&\\", max_size=40))
    assert piece not in Secrets([KEY]).hide(f"{around}{piece}{around}")


def test_prose_code_and_base64_of_a_megabyte_stay_as_they_are() -> None:
    root = Path(__file__).parents[2]
    found = sorted([*root.glob("docs/**/*.md"), *root.glob("*.md"), *root.glob("benchharness/**/*.py")])
    prose = "\n".join(each.read_text(encoding="utf-8") for each in found)
    dice = random.Random(7)
    data = dice.randbytes(700_000)
    texts = [prose, base64.b64encode(data).decode(), data.hex(), base64.b32encode(data).decode(), quote(data), "1234567890" * 100_000]
    secrets = Secrets([KEY, "AKIAQ7ZM3XR9LK2WV8TY", "hf_" + "Tn5Rb8Vd2Xs6Ka9Qw3" * 2])
    assert all(len(each) > 500_000 for each in texts)
    assert [secrets.hide(each) == each for each in texts] == [True] * len(texts)


@pytest.mark.parametrize("unit", ["%", "\\", "&#x0", "&#0", "%25", "\\u", "0x", "sk-proj-", "\uff53", "&amp;", KEY[:11]])
def test_time_grows_with_the_text_and_no_faster(unit: str) -> None:
    secrets = Secrets([KEY])

    def took(length: int) -> float:
        text = unit * (length // len(unit))
        began = time.process_time()
        secrets.hide(text)
        return time.process_time() - began

    took(10_000)
    assert took(400_000) < 40 * max(took(40_000), 0.01)


def test_a_thousand_letters_without_a_key_cost_microseconds() -> None:
    secrets, text = Secrets([KEY]), "a usual answer of usual words. " * 33
    began = time.process_time()
    for _ in range(1000):
        secrets.hide(text)
    assert time.process_time() - began < 0.25


def test_a_short_key_is_no_secret_of_an_answer_and_is_blotted_whole_from_a_message() -> None:
    secrets = Secrets(["ollama", "fifteen-signs-x"])
    assert secrets.hide("ollama, fifteen-signs-x") == "ollama, fifteen-signs-x"
    assert secrets.blot("ollama, fifteen-signs-x, FIFTEEN-SIGNS-X") == "***, ***, FIFTEEN-SIGNS-X"


def test_a_key_of_signs_alone_is_blotted_as_it_is() -> None:
    key = "!$%&/()=?+*#-_.:;,<>"
    assert Secrets([key]).hide(f"it is {key} indeed") == "it is *** indeed"
