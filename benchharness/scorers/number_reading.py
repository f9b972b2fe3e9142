"""Read the numbers of a text as a person does: fractions, powers, groups of digits in many customs; what can't be told is said."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from benchharness.scorers.folding import tidy

__all__ = ["Decimal", "FoundNumber", "custom_of", "is_scale", "last_in", "numbers_of_text"]


class Decimal(StrEnum):
    """Which sign a fraction of one stands behind, where a text alone can't tell."""

    POINT = "point"
    COMMA = "comma"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FoundNumber:
    """One number of a text."""

    text: str
    """As it's written, made tidy."""
    value: float | None
    """What it's worth; None when it can't be told."""
    why: str = ""
    """What else it could be, when it can't be told."""
    unit: str = ""
    """The word or sign behind it."""


# Superscripts and vulgar fractions must be told from digits before Unicode's forms are made one: 10\u2078 isn't 108, 1\u00bd isn't 11/2.
_RAISED = re.compile("[\u207a\u207b]?[\u2070\u00b9\u00b2\u00b3\u2074-\u2079]+")
_RAISED_DIGITS = str.maketrans("\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207a\u207b", "0123456789+-")
_VULGAR = re.compile("(\\d?)([\u00bc-\u00be\u2150-\u215e])")
_THIN = "\u2009"
_TEX = (
    (re.compile(r"\{,\}|,\\!"), ","),
    (re.compile(r"(?<=\d)(?:\\[,;:! ]|~)(?=\d{3}(?!\d))"), _THIN),
    (re.compile(r"\\[dt]?frac\s*\{\s*(-?\d+)\s*\}\s*\{\s*(\d+)\s*\}|\\[dt]?frac\s*(\d)\s*(\d)"), None),
    (re.compile(r"\\(?:times|cdot)\b"), "\u00d7"),
    (re.compile(r"\\(?:left|right|displaystyle|mathbf|mathrm|text|textbf)(?![a-z])"), ""),
    (re.compile(r"\\[,;:! ]"), " "),
    (re.compile(r"\\([$%#&])"), r"\1"),
)
_BOXED = re.compile(r"\\boxed\s*\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}")
_SPACES = str.maketrans(
    {"\u00a0": _THIN, "\u202f": _THIN, "\u2007": _THIN, "\u2008": _THIN, "\u200a": _THIN, "\u2005": _THIN, "\u2006": _THIN}
)
_ARABIC = str.maketrans({"\u066b": ",", "\u066c": "\u2019"})
_CURRENCY = r"(?:[A-Z]{0,3}[$\u20ac\u00a3\u00a5\u20b9\u20bd\u20a9\u20ba\u20aa]|(?:USD|EUR|GBP|CHF|INR|JPY|Rs\.?|R\$)(?=[ \u2009]?\d))"
_DIGITS = rf"\d+(?:(?:[.,'\u2019_]|[ {_THIN}](?=\d{{3}}(?!\d)))\d+)*|\.\d+"
_NUMBER = re.compile(
    rf"(?P<sign>(?<![\w)\]}}%.'])[-+\u2013\u2014\u00b1])?(?P<money>{_CURRENCY}[ {_THIN}]?)?(?P<inner>(?(money)[-\u2013+])?)"
    rf"(?<![\w.])(?P<digits>{_DIGITS})(?P<power>[eE][-+]?\d+(?![\w.]))?"
)
_MINUS_APART = re.compile(r"(?:^|[=:(]|\bis\b)\s*[-\u2013]\s+$")
_FRACTION = re.compile(r"[/\u2044](\d+)(?![\d.,]*\d)")
_MIXED = re.compile(rf"(?:[ {_THIN}]|-|[ ]and[ ])(\d{{1,3}})[/\u2044](\d{{1,4}})(?![\w/\u2044]|[.,]\d)")
_TEN = re.compile(r"\s*(?:[x*\u00d7\u00b7\u22c5])\s*10\s*(?:\^|\*\*)\s*[({]?\s*([-+\u2013]?\d+)\s*[)}]?(?![\d.,]*\d)")
_RAISE = re.compile(r"\s*(?:\^|\*\*)\s*(?:\{\s*([-+\u2013]?\d+)\s*\}|\(\s*([-+\u2013]?\d+)\s*\)|([-+\u2013]?\d+))")
_UNIT = re.compile(
    rf"[ {_THIN}-]?([^\W\d_]+(?:[/*&\u00b7]?[^\W\d_]+|\^[({{]?-?\d+[)}}]?|\u00b2|\u00b3)*|[%\u2030\u00b0\u20ac$\u00a3\u00a5\u20b9][A-Z]?)"
)
_GOES_ON = re.compile(
    r"(?P<time>:\d)|(?P<range>\s?[\u2013\u2014](?=\s?[$\u20ac\u00a3]?\d)|-(?=[$\u20ac\u00a3]?\d))|(?P<date>[/.]\d+[/.]\d+)"
    r"|(?P<minus>-(?=\s*$))|(?P<more>[.,]\d)|(?P<plusminus>\s?\u00b1\s?\d)|(?P<name>[A-Za-z_]\w*\d)"
)
_WHYS = {
    "time": "a time or a ratio", "range": "a range, a date or a difference", "date": "a date or a version", "minus": "less than nothing",
    "more": "a list, a date or a version", "plusminus": "a number and how far it may be off", "name": "a name",
}  # fmt: skip
_SCALES = frozenset(
    (
        "hundred", "thousand", "million", "billion", "trillion", "millions", "billions", "k", "mn", "bn", "m", "b", "mio", "mrd",
        "lakh", "lakhs", "crore", "crores", "dozen", "tsd", "millones", "millon", "millón", "millionen", "milliarde",
        "milliarden", "millions", "milliard", "milliards", "milhões", "milhão", "тыс", "млн", "млрд", "тысяч", "миллионов",
    )
)  # fmt: skip
_SCALE_SIGNS = "\u767e\u5343\u4e07\u842c\u5104\u4ebf"
# Kilogram, kilometre and kilowatt in Chinese, and percent: they begin like thousand and hundred.
_NO_SCALES = ("\u5343\u514b", "\u5343\u7c73", "\u5343\u74e6", "\u767e\u5206")
_POINTED = re.compile(r"(?:^|[^-=/\w\"'>])[<>\u2264\u2265]=?$")
_POINT = re.compile(r"(\d+)\.(\d+)")
_WHOLE_RANGE = re.compile(r"\W*[\d.,]+\s*(?:to|or|bis|oder|\u00e0|ou|a|o|\u0434\u043e|~|-)\s*[\d.,]+\W*[^\W\d]*\W*", re.IGNORECASE)
_BEYOND = re.compile(r"(?:\s?[-/.:,\u2013\u2014\u00b1]\s?[$\u20ac\u00a3]?\d[\d.,]*)+")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:(?P<sign>.)\d{3})(?:(?P=sign)\d{3})*")
_INDIAN = re.compile(r"[1-9]\d?(?:,\d{2})+,\d{3}")
MOST_NUMBERS = 20_000
_PLAIN_BEFORE = (" ",)
# A number with all that tells what it is fits here; what's before the last so many letters holds no answer.
LONGEST_NUMBER, LONGEST_TAIL = 80, 200_000
_LAST_DIGIT = re.compile(r"\d")
# A blank that no number has within.
_BETWEEN = re.compile(r"(?<=[^\W\d_]{2})[,.;:]?\s+(?=[^\W\d_]{2})")


def last_in(text: str, decimal: Decimal = Decimal.UNKNOWN) -> FoundNumber | None:
    """Return the last number of a text; what stands long before its last digit isn't looked at."""
    text = _tidied(text)
    digit = _LAST_DIGIT.search(text[-LONGEST_TAIL:][::-1])
    if digit is None:
        return None
    last = len(text) - digit.start()
    start = max(text.rfind("\n", 0, last) + 1, last - LONGEST_TAIL)
    if last - start > LONGEST_NUMBER:
        start = max((match.end() for match in _BETWEEN.finditer(text, start, last - LONGEST_NUMBER)), default=start)
    found = numbers_of_text(text[start:], decimal, tidied=True)
    # What's last may be part of a name or too large, and the number before it counts.
    found = found or (numbers_of_text(text[-LONGEST_TAIL:], decimal, tidied=True) if start else [])
    return found[-1] if found else None


def numbers_of_text(text: str, decimal: Decimal = Decimal.UNKNOWN, *, tidied: bool = False) -> list[FoundNumber]:
    """Return every number of a text in order, of a text with a box those of the last box; infinite ones are left out.

    `decimal` is the custom where digits alone don't tell: 1,234 is 1234 by `point` or when unknown, 1.234 by `comma`.
    `tidied` says that the text was made so already.
    """
    text = text if tidied else _tidied(text)
    if _WHOLE_RANGE.fullmatch(text) and not re.fullmatch(r"\W*[\d.,]+\W*[^\W\d]*\W*", text):
        return [FoundNumber(text.strip(), None, "a range")]
    found: list[FoundNumber] = []
    at = 0
    while len(found) < MOST_NUMBERS and (match := _NUMBER.search(text, at)) is not None:
        each, at = _read(text, match, decimal)
        if each is not None and (each.value is None or math.isfinite(each.value)):
            found.append(each)
    return found


def custom_of(texts: Iterable[str]) -> Decimal:
    """Return the custom that a column of texts shows: a comma or a point that no grouping of digits could have; else unknown."""
    seen = set()
    for text in texts:
        for match in re.finditer(r"(?<![\w.,])\d[\d.,'\u2019 ]*\d(?![\w/])", _tidied(text)):
            seen.add(_shown(match.group()))
    return (
        Decimal.COMMA
        if Decimal.COMMA in seen and Decimal.POINT not in seen
        else Decimal.POINT
        if Decimal.POINT in seen
        else Decimal.UNKNOWN
    )


def _shown(digits: str) -> Decimal:
    """Return which custom one number shows by itself."""
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return Decimal.UNKNOWN
    sign, other = digits[last], "," if digits[last] == "." else "."
    whole, part = digits[:last], digits[last + 1 :]
    clear = sign not in whole and (len(part) != 3 or other in whole or whole in ("0", "") or len(whole) > 3)  # noqa: PLR2004 - thousands
    if clear:
        return Decimal.COMMA if sign == "," else Decimal.POINT
    # Groups of three say which sign isn't the decimal one, when there are two of them.
    return (Decimal.POINT if sign == "," else Decimal.COMMA) if digits.count(sign) > 1 and other not in digits else Decimal.UNKNOWN


def _tidied(text: str) -> str:
    if "\\" in text or "{" in text:
        boxed = _BOXED.findall(text) if "\\boxed" in text else []
        text = boxed[-1] if boxed else text
        for pattern, put in _TEX:
            text = pattern.sub(put if put is not None else _fraction, text)
    if text.isascii():
        return text
    text = _VULGAR.sub(lambda each: f"{each[1]}{' ' if each[1] else ''}{_plain(each[2])}", text)
    text = _RAISED.sub(lambda each: f"^({each.group().translate(_RAISED_DIGITS)})", text)
    text = text.translate(_SPACES).translate(_ARABIC)
    # What isn't touched by Unicode's forms here: dashes tell ranges, thin blanks tell groups.
    return "".join(
        each if each in f"\u2013\u2014{_THIN}\u2019" else tidy(each) for each in re.split(f"([\u2013\u2014{_THIN}\u2019])", text)
    )


def _fraction(match: re.Match[str]) -> str:
    above, below = (match[1], match[2]) if match[1] else (match[3], match[4])
    return f"{' ' if match.string[: match.start()][-1:].isdigit() else ''}{above}/{below} "


def _plain(vulgar: str) -> str:
    return tidy(vulgar).replace("\u2044", "/")


def _read(text: str, match: re.Match[str], decimal: Decimal) -> tuple[FoundNumber | None, int]:
    """Return the number at a match and the place behind it."""
    start, end = match.start("digits"), match.end()
    before = text[max(0, match.start() - 24) : match.start()]
    if re.search(r"[^\W\d_]-$", text[max(0, start - 2) : start]):
        # `GPT-4`, `COVID-19`: part of a name.
        return None, end
    value, why = _worth(match["digits"], decimal)
    if value is not None and match["power"]:
        value = _scaled(value, int(match["power"][1:]))
    bare = not match["sign"] and not match["money"] and (end == len(text) or (text[end] in ".\n" and not text[end + 1 : end + 2].isalnum()))
    if value is not None and bare and before[-1:] in _PLAIN_BEFORE and before[-2:-1].isalpha():
        return FoundNumber(text[match.start() : end], value), end
    if value is not None:
        value, end, why = _tail(text, end, value, match)
    signs = (match["sign"] or "") + (match["inner"] or "")
    if "\u00b1" in signs:
        value, why = None, "both signs"
    minus = any(each in signs for each in "-\u2013\u2014") or (not signs and _MINUS_APART.search(before) is not None)
    unit = _UNIT.match(text, end)
    if value is not None:
        value, why = _told_apart(text, match, before, end, value)
    shown = text[match.start() : end].strip()
    value = -value if value is not None and minus else value
    end = max(end, _beyond(text, end, value))
    return FoundNumber(
        shown if value is not None else text[match.start() : max(end, match.end())].strip(), value, why, unit[1] if unit else ""
    ), end


def _beyond(text: str, end: int, value: float | None) -> int:
    """Return the place behind a unit and its power, and behind what goes on from a number that can't be told."""
    if value is None:
        rest = _BEYOND.match(text, end)
        return rest.end() if rest else end
    unit = _UNIT.match(text, end)
    return unit.end() if unit and "^" in unit[1] else end


def _worth(digits: str, decimal: Decimal) -> tuple[float | None, str]:  # noqa: PLR0911 - one line for each custom
    """Return what a run of digits with signs between them is worth, or why that can't be told."""
    bare = digits.replace("_", "")
    if bare.isdigit():
        return float(bare), ""
    bare = re.sub(rf"(?<=\d)[ {_THIN}'\u2019](?=\d{{3}}(?!\d))", "", bare)
    if re.search(r"[^\d.,]", bare):
        return None, "digits in groups of no custom"
    points, commas = bare.count("."), bare.count(",")
    if not points and not commas:
        return float(bare), ""
    if points and commas:
        last = "." if bare.rfind(".") > bare.rfind(",") else ","
        whole, part = bare.rsplit(last, 1)
        return (float(f"{re.sub('[.,]', '', whole)}.{part}"), "") if _grouped(whole, last) else (None, "a list or a version")
    sign = "." if points else ","
    if points + commas > 1:
        if _THOUSANDS.fullmatch(bare) or (commas and _INDIAN.fullmatch(bare)):
            return float(bare.replace(sign, "")), ""
        return None, "a list, a date or a version"
    as_group = _THOUSANDS.fullmatch(bare) is not None and re.fullmatch(r"\d+[.,]\d+", digits.replace("_", "")) is not None
    if as_group and sign == ("," if decimal is not Decimal.COMMA else "."):
        return float(bare.replace(sign, "")), ""
    return float(bare.replace(",", ".")), ""


def _grouped(whole: str, decimal: str) -> bool:
    """Tell whether what stands before the decimal sign is in groups by the other sign."""
    return decimal not in whole and (
        _THOUSANDS.fullmatch(whole) is not None or _INDIAN.fullmatch(whole) is not None or re.fullmatch(r"0[.,]?", whole) is not None
    )


def _tail(text: str, end: int, value: float, match: re.Match[str]) -> tuple[float | None, int, str]:
    """Return the value with a fraction, a power or a mixed number's part, where they end, and why it can't be told."""
    whole = match["digits"].isdigit() and not match["power"]
    following = text[end : end + 1]
    if (
        following in "/\u2044"
        and following
        and not re.match(r"[/\u2044]\d+[/\u2044]", text[end : end + 12])
        and (part := _FRACTION.match(text, end))
    ):
        below = int(part[1][:18])
        return (value / below, part.end(), "") if below else (None, part.end(), "a part of nothing")
    if whole and (mixed := _MIXED.match(text, end)) and 0 < int(mixed[1]) < int(mixed[2]):
        return value + int(mixed[1]) / int(mixed[2]), mixed.end(), ""
    if ten := _TEN.match(text, end):
        return _scaled(value, int(ten[1].replace("\u2013", "-")[:6])), ten.end(), ""
    if raised := _RAISE.match(text, end):
        power = int((raised[1] or raised[2] or raised[3]).replace("\u2013", "-")[:6])
        return _raised(value, power), raised.end(), ""
    return value, end, ""


def _scaled(value: float, power: int) -> float:
    try:
        return float(f"{value!r}e{power}") if "e" not in repr(value) else value * 10.0**power
    except OverflowError:
        return math.inf


def _raised(value: float, power: int) -> float:
    try:
        return float(value**power)
    except (OverflowError, ZeroDivisionError):
        return math.inf


def _told_apart(text: str, match: re.Match[str], before: str, end: int, value: float) -> tuple[float | None, str]:
    """Return the value unless what stands around makes another thing of it, and what."""
    more = _GOES_ON.match(text, end)
    if more is not None and more.lastgroup is not None and not (more.lastgroup == "range" and match["power"]):
        return None, _WHYS[more.lastgroup]
    if _POINTED.search(before) and not before.endswith(("->", "=>")):
        return None, "a bound"
    if before.endswith(("(", "[")) and "," in match["digits"] and text[end : end + 1] in ")]" and not _THOUSANDS.fullmatch(match["digits"]):
        return None, "a pair"
    if text.startswith("(") and text.rstrip(" .").endswith(")") and re.fullmatch(rf"\({_CURRENCY}?[ ]?[\d.,]+\)\.?", text.strip()):
        return None, "below zero, as accountants write it, or in brackets"
    return value, ""


def is_scale(unit: str) -> bool:
    """Tell whether what stands behind a number is a word for thousands or millions; a lower-case m is a metre, k and M and B aren't."""
    if unit in ("m", "b"):
        return False
    return unit.lower() in _SCALES or (unit[:1] in _SCALE_SIGNS and unit[:1] != "" and not unit.startswith(_NO_SCALES))
