"""`report.md`: the verdict, the candidates, the findings and the provenance, for a pull request or a wiki."""

from collections.abc import Sequence

from benchharness import numbers
from benchharness.records.comparison import Comparison, candidate_label
from benchharness.records.costs import CostComparison
from benchharness.records.run import LabelSummary, RunRecord
from benchharness.records.verdict import Finding
from benchharness.report.verdict import VerdictReport
from benchharness.report.verdict.latency import latency_lines
from benchharness.report.verdict.rivals import RIVAL_HEADINGS, rival_first, rival_note, rival_rows
from benchharness.report.verdict.table import side_by_side, table_headings
from benchharness.report.verdict.terminal import finding_mark

__all__ = ["render"]

SPECIAL = str.maketrans({char: f"\\{char}" for char in "\\`*_{}[]<>#|~@!$"})


def render(found: VerdictReport) -> str:
    """Return the report as Markdown; whatever came from a suite or a model is escaped."""
    verdict, comparison, record = found.verdict, found.comparison, found.record
    asked = max((each.expected for each in comparison.candidates), default=0) if record is None else int(record.golden_set["asked"])
    totals, labels = ((), ()) if record is None else (record.totals, record.labels)
    lines = [
        f"# {safe(verdict.suite)}: {verdict.verdict.value}",
        "",
        f"**{safe(verdict.headline)}**",
        "",
        f"{numbers.quantity(asked, 'example')} · {verdict.door.value} door · "
        f"proofs one-sided at {numbers.percent(verdict.confidence, digits=0)}, intervals two-sided at 95%"
        + (f" · review by {verdict.review_by}" if verdict.review_by else ""),
        "",
        "## Candidates side by side",
        "",
        *_table(table_headings(comparison), [(line.name, *line.cells) for line in side_by_side(comparison, totals)]),
        "",
        "n/m: not measured; never counted as wrong or as right. Latency is taken from answers asked in this run only.",
        "",
        *_rivals(comparison, verdict.confidence),
        *_list("Latency", latency_lines(totals)),
        *_labels(labels),
        "## Findings",
        "",
        *_table(("rule", "finding", "evidence", "what to do"), [_finding_cells(each) for each in verdict.findings]),
        *(line for each in found.costs for line in _costs(each)),
        *_list("What would change this", verdict.flips_if),
        *_list("Not tested", verdict.not_tested),
        *_list("Know this", verdict.warnings),
        *([] if record is None else ["", "## Provenance", "", *_table(("what", "value"), _provenance(record))]),
    ]
    return "\n".join(lines) + "\n"


def safe(text: str) -> str:
    """Return text in which nothing is markup, a mention or a second line."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split()).translate(SPECIAL)


def _finding_cells(finding: Finding) -> tuple[str, ...]:
    return (finding.rule, finding_mark(finding), finding.sentence, finding.remedy)


def _table(table_headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [
        "| " + " | ".join(safe(each) for each in table_headings) + " |",
        "|" + "---|" * len(table_headings),
        *("| " + " | ".join(safe(cell) for cell in row) + " |" for row in rows),
    ]


def _labels(found: Sequence[LabelSummary]) -> list[str]:
    """Return macro-F1 and, per label, precision / recall / F1 of every candidate."""
    if not found:
        return []
    labels = list(found[0].f1)
    rows = [
        (
            candidate_label(each.candidate, each.prompt),
            numbers.ratio(each.macro_f1),
            str(each.unparsable),
            *_cells(each, labels),
        )
        for each in found
    ]
    return ["## By label", "", "Precision / recall / F1.", "", *_table(("candidate", "macro-F1", "unparsable", *labels), rows), ""]


def _cells(summary: LabelSummary, labels: Sequence[str]) -> list[str]:
    return [" / ".join(numbers.ratio(part.get(label)) for part in (summary.precision, summary.recall, summary.f1)) for label in labels]


def _costs(costs: CostComparison) -> list[str]:
    """Return the total cost of prompting and of one path of one's own by volume."""
    rows = [
        (numbers.times(multiple), numbers.usd_range(cost.total_usd), numbers.usd_range(costs.own[multiple].total_usd))
        for multiple, cost in sorted(costs.prompt.items())
    ]
    told = f"{costs.requests_per_month:,.0f} requests a month at 1×, over {costs.months} months."
    lines = ["", f"## Cost of prompting and of the {costs.name}", "", told, "", *_table(("volume", "prompting", costs.name), rows)]
    return [*lines, "", *(f"- {safe(each)}" for each in costs.assumptions)]


def _rivals(comparison: Comparison, confidence: float) -> list[str]:
    rows = rival_rows(comparison)
    if not rows:
        return []
    title = f"## {safe(rival_first(comparison))} against each"
    return ["", title, "", *_table(RIVAL_HEADINGS, rows), "", safe(rival_note(confidence)), ""]


def _list(title: str, items: Sequence[str]) -> list[str]:
    return ["", f"## {title}", "", *(f"- {safe(each)}" for each in items)] if items else []


def _provenance(record: RunRecord) -> list[tuple[str, str]]:
    pool = record.training_pool
    return [
        ("suite", f"{record.suite_file}, {record.suite_hash}"),
        ("policy", record.policy_hash),
        ("golden set", f"{record.golden_set['source']}, {record.golden_set['fingerprint']}"),
        ("training pool", "none" if pool is None else f"{pool['source']}, {pool['fingerprint']}"),
        ("results", record.results_hash),
        ("addresses", "; ".join(record.facts.addresses) or "the providers' own"),
        ("seed", str(record.seed)),
        ("started", record.started_at),
        ("command", " ".join(record.command)),
        ("versions", ", ".join(f"{name} {version}" for name, version in record.versions.items())),
    ]
