"""Comparisons to draw, and a chart read back as its words and shapes; shared by the tests of every chart."""

import math
from dataclasses import dataclass
from itertools import combinations
from xml.etree import ElementTree as ET

from hypothesis import strategies as st

from benchharness.records.comparison import BarTest, CandidateResult, Comparison, Interval, Proof, Questions
from benchharness.records.run import CandidateTotals
from benchharness.report.charts.placing import Box, text_box

SVG = "{http://www.w3.org/2000/svg}"
PATHS = ("api", "fine-tuned", "self-hosted", "classical", "ruled-out")
HOSTILE = (
    "<script>alert(1)</script>",
    "</text></svg><img src=x onerror=alert(1)>",
    "\u202egpj.exe\u202c",
    "n" * 200,
    "\x00\x1b[31mred\x07\n\n\t",
    "a\"b'c&amp;]]>",
    "模型" * 30,
    "نموذج عربي",
    "W" * 60,
    "\ud800",
)


@dataclass(frozen=True)
class Words:
    """One text of a chart with the room it takes."""

    text: str
    kind: str
    x: float
    y: float
    box: Box


def undecided(bar: float) -> BarTest:
    return BarTest(bar=bar, met=None, proof=Proof.UNDECIDED, p_reaches=None, p_below=None)


def candidate(
    name: str, rate: float | None, *, prompt: str = "few-shot", path: str = "api", n: int = 200, interval: Interval | None = None
) -> CandidateResult:
    return CandidateResult(
        candidate=name,
        prompt=prompt,
        path=path,
        matched=None if rate is None else round(rate * n),
        n=0 if rate is None else n,
        expected=n,
        missing=n if rate is None else 0,
        rate=rate,
        interval=interval,
        lower=0.0,
        upper=1.0,
        bar=undecided(0.855),
        target=undecided(0.95),
    )


def comparison(*candidates: CandidateResult, target: float = 0.95, share: float = 0.9) -> Comparison:
    return Comparison(
        questions=Questions(accuracy_target=target, bar_share=share),
        candidates=candidates,
        best_prompt=candidates[0].key if candidates else None,
        best_fine_tuned=None,
        best_self_hosted=None,
        best_classical=None,
    )


def totals(result: CandidateResult, usd: float | None, interval: Interval | None = None) -> CandidateTotals:
    return CandidateTotals(
        candidate=result.candidate,
        prompt=result.prompt,
        rows=200,
        missing=0,
        p50_s=None,
        p95_s=None,
        timed=0,
        usd_per_1k=usd,
        usd_per_1k_interval=interval,
    )


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    rates = st.one_of(st.none(), st.sampled_from([0.0, 0.5, 0.88, 1.0]), st.floats(0, 1))
    names = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30), st.sampled_from(["haiku", "gpt-5-mini", "llama-3.1-8b-instruct"]))
    found = []
    for at in range(draw(st.sampled_from([1, 2, 5, 12, 40]))):
        rate = draw(rates)
        wide = draw(st.one_of(st.none(), st.floats(0, 0.4)))
        ends = None if rate is None or wide is None else Interval(low=max(0.0, rate - wide), high=min(1.0, rate + wide))
        prompt, path = draw(st.sampled_from(["", "few-shot", "w" * 40])), draw(st.sampled_from(PATHS))
        n = draw(st.sampled_from([1, 50, 1_000_000]))
        found.append(candidate(f"{draw(names)}{at}", rate, prompt=prompt, path=path, n=n, interval=ends))
    return comparison(*found, target=draw(st.floats(0.01, 1)), share=draw(st.floats(0.5, 1)))


@st.composite
def priced(draw: st.DrawFn) -> tuple[Comparison, list[CandidateTotals]]:
    found = draw(comparisons())
    prices = st.one_of(st.none(), st.sampled_from([0.0, 1.0, 1.25]), st.integers(-30, 30).map(lambda power: 10 ** (power / 10)))
    told = []
    for each in found.candidates:
        usd = draw(prices)
        low, high = draw(st.sampled_from([(0.0, 1.0), (0.9, 1.1), (0.0, 50.0)]))
        told.append(totals(each, usd, None if usd is None else Interval(low=low * usd, high=high * usd)))
    return found, told


def read(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own text; whether it parses is the question


def view(root: ET.Element) -> Box:
    left, top, width, height = (float(each) for each in root.attrib["viewBox"].split())
    return Box(left, top, left + width, top + height)


def words_of(root: ET.Element, kind: str = "") -> list[Words]:
    found = []
    for each in root.iter(f"{SVG}text"):
        x, y, text = float(each.attrib["x"]), float(each.attrib["y"]), each.text or ""
        size, bold = float(each.attrib["font-size"]), each.attrib.get("font-weight") == "bold"
        box = text_box(x, y, text, size=size, anchor=each.attrib.get("text-anchor", "start"), bold=bold)
        found.append(Words(text, each.attrib["class"], x, y, box))
    return [each for each in found if kind in each.kind.split()] if kind else found


def corners(each: ET.Element) -> list[tuple[float, float]]:
    found = each.attrib
    match each.tag.removeprefix(SVG):
        case "line":
            return [(float(found[x]), float(found[y])) for x, y in (("x1", "y1"), ("x2", "y2"))]
        case "rect":
            x, y, width, height = (float(found[key]) for key in ("x", "y", "width", "height"))
            return [(x, y), (x + width, y + height)]
        case "circle":
            x, y, far = (float(found[key]) for key in ("cx", "cy", "r"))
            return [(x - far, y - far), (x + far, y + far)]
        case "polygon" | "polyline":
            return [(float(x), float(y)) for x, y in (pair.split(",") for pair in found["points"].split())]
        case _:
            return []


def assert_sound(svg: str) -> ET.Element:
    """Assert what holds for every chart: it parses, runs nothing, reaches nothing, and nothing lies on a text or leaves the view."""
    root = read(svg)
    tags = {each.tag.removeprefix(SVG) for each in root.iter()}
    assert tags <= {"svg", "title", "desc", "rect", "line", "circle", "polygon", "polyline", "text"}
    keys = {key for each in root.iter() for key in each.attrib}
    assert not {key for key in keys if key.startswith("on") or key in ("style", "href", "src")}
    assert root.attrib["role"] == "img"
    assert root.attrib["width"] == "100%"
    assert all(root.findtext(f"{SVG}{name}") for name in ("title", "desc"))
    sheet = view(root)
    shown = words_of(root)
    for each in shown:
        assert sheet.holds(each.box), f"{each.text!r} leaves the view: {each.box}"
    for one, other in combinations(shown, 2):
        assert not one.box.meets(other.box), f"{one.text!r} lies on {other.text!r}"
    for each_shape in root.iter():
        for x, y in corners(each_shape):
            assert math.isfinite(x)
            assert sheet.left <= x <= sheet.right
            assert sheet.top <= y <= sheet.bottom
    return root
