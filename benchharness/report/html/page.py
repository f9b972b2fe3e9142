"""Put the page together: one file whose only script and style are known by their hash, or four for hosts that allow neither inline."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from benchharness import numbers
from benchharness.records.page import Page
from benchharness.report.html import candidates, charting, examples, findings, provenance, verdict_card
from benchharness.report.html.document import asset, document, hashed
from benchharness.report.html.elements import Markup, element, joined, section
from benchharness.report.html.packing import MOST_BYTES, Packed, pack

__all__ = ["render", "render_split"]

POLICY = "default-src 'none'; script-src {script}; style-src {style}; base-uri 'none'; form-action 'none'"
PARTS = (
    ("verdict", "Verdict"),
    ("findings", "Findings"),
    ("candidates", "Candidates"),
    ("charts", "Charts"),
    ("examples", "Examples"),
    ("provenance", "Provenance"),
)


@dataclass(frozen=True, slots=True)
class _Assets:
    """How the page gets its style, script and data, and the policy that allows these and nothing else."""

    policy: str
    style: str
    script: str
    data: str


def render(page: Page, *, most_bytes: int = MOST_BYTES) -> str:
    """Return `report.html` as one file that needs nothing beside it."""
    packed = pack(page, most_bytes=most_bytes)
    style, script = asset("page.css"), asset("page.js")
    assets = _Assets(
        policy=POLICY.format(script=hashed(script), style=hashed(style)),
        style=f"<style>{style}</style>",
        script=f"<script>{script}</script>",
        data=f'<script type="application/octet-stream" id="data">{packed.data}</script>',
    )
    return _document(page, packed, assets)


def render_split(page: Page, *, stem: str = "report", most_bytes: int = MOST_BYTES) -> Mapping[str, str]:
    """Return the files of a page without inline style, script or data, by name: for hosts whose policy forbids them."""
    packed = pack(page, most_bytes=most_bytes)
    style, script, data = f"{stem}.css", f"{stem}.js", f"{stem}.data.js"
    assets = _Assets(
        policy=POLICY.format(script="'self'", style="'self'"),
        style=f'<link rel="stylesheet" href="{quote(style)}">',
        script=f'<script src="{quote(data)}"></script><script src="{quote(script)}"></script>',
        data="",
    )
    return {
        f"{stem}.html": _document(page, packed, assets),
        style: asset("page.css"),
        script: asset("page.js"),
        data: f'"use strict";\nwindow.benchExamples = "{packed.data}";\n',
    }


def _document(page: Page, packed: Packed, assets: _Assets) -> str:
    parts = joined(_head(page), element("main", _body(page, packed), id="content"), _foot(page))
    return document(
        title=f"{page.record.suite}: {page.verdict.verdict.value}",
        generator=f"benchharness {page.record.versions.get('benchharness', '')}".strip(),
        policy=assets.policy,
        style=assets.style,
        body=f"{parts}{assets.data}{assets.script}",
    )


def _head(page: Page) -> Markup:
    facts = [
        numbers.quantity(page.asked, "example"),
        numbers.quantity(len(page.comparison.candidates), "candidate"),
        page.record.started_at[:10],
    ]
    links = [element("a", title, href=f"#{name}") for name, title in PARTS]
    return element(
        "header",
        element("a", "To the verdict", href="#verdict", class_="skip"),
        element("h1", page.record.suite),
        element("p", " · ".join(each for each in facts if each), class_="aside"),
        element("nav", links, aria_label="Parts of this report"),
    )


def _body(page: Page, packed: Packed) -> Markup:
    side_by_side = candidates.render(page)
    return joined(
        verdict_card.render(page),
        findings.render(page.verdict),
        side_by_side,
        candidates.labels(page),
        candidates.rivals(page),
        candidates.slices(page.comparison),
        charting.render(page),
        section("Cost", candidates.costs(page.costs, page.costs_lack), name="cost"),
        examples.render(page, packed),
        provenance.prompts(page),
        findings.warned(page.verdict),
        findings.untested(page.verdict),
        provenance.render(page),
    )


def _foot(page: Page) -> Markup:
    told = "Made by bench run; the verdict can be made again from this run's directory with bench decide."
    return element("footer", element("p", told, class_="aside"), element("p", page.verdict.policy_hash, class_="aside digest"))
