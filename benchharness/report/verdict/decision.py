"""`decision.md`: the decision record in the form of MADR 4, with front matter a machine can read."""

from collections.abc import Sequence

from benchharness import numbers
from benchharness.records.decision_record import DecisionRecord, Option
from benchharness.records.matrix import Matrix, MatrixRow
from benchharness.report.verdict.markdown import safe

__all__ = ["flag_lines", "matrix_lines", "render"]


def render(record: DecisionRecord) -> str:
    """Return the record as Markdown; whatever came from a suite or a model is escaped."""
    lines = [
        "---",
        *_front_matter(record),
        "---",
        "",
        f"# {safe(record.suite)}: {safe(record.verdict)}",
        "",
        "## Context and problem statement",
        "",
        safe(record.context),
        "",
        "## Decision drivers",
        "",
        *_bullets(record.drivers),
        "",
        "## Considered options",
        "",
        *(_option(each) for each in record.options),
        *(f"- {safe(each)} (not measured)" for each in record.skipped),
        "",
        "## Decision outcome",
        "",
        f"**{safe(record.verdict)}**, a {record.door} door. {safe(record.headline)}",
        "",
        *(["### Know this", "", *_bullets([*flag_lines(record), *record.warnings]), ""] if record.warnings or record.flags else []),
        "### Consequences",
        "",
        *_bullets(record.consequences),
        "",
        "### Confirmation",
        "",
        "It is decided again when:",
        "",
        *_bullets([each.sentence for each in record.triggers]),
        "",
        "### What would change it",
        "",
        *_bullets(record.flips_if or ("No single change that was looked for.",)),
        "",
        *matrix_lines(record.matrix),
        "## More information",
        "",
        *_bullets([f"The architect's checklist: {record.checklist}"] if record.checklist else []),
        *_bullets([f"{name}: {value}" for name, value in record.evidence.items()]),
        f"- Proofs at {numbers.percent(record.confidence, digits=0)} confidence; `bench decide SUITE --results RUN` recomputes it.",
    ]
    return "\n".join(lines) + "\n"


FLAGS = {
    "exploratory": "Exploratory: the policy was chosen with answers at hand, so its proofs promise less than they say.",
    "wrong-tool": "Wrong tool: no language model is needed for this task.",
    "escalate": "Escalate: it goes before senior people, whatever the verdict.",
}


def flag_lines(record: DecisionRecord) -> list[str]:
    """Return what each flag of a decision means."""
    return [FLAGS.get(flag, flag) for flag in record.flags]


def matrix_lines(matrix: Matrix | None) -> list[str]:
    """Return the matrix as a Markdown table with its weighted totals; a score nobody knows is a question mark."""
    if matrix is None:
        return []
    rows = [
        (
            each.criterion,
            f"{each.weight:g}",
            _score(each.prompt),
            _score(each.fine_tuned),
            _from(each),
            each.why,
        )
        for each in matrix.rows
    ]
    prompt, tuned = (_span(matrix.totals[path]) for path in ("prompt", "fine_tuned"))
    rows.append(("weighted mean", "", prompt, tuned, "", "it informs; a clause of the verdict outweighs it"))
    return [
        "### Decision matrix",
        "",
        f"| criterion | weight | prompting | {safe(matrix.own)} | from | why |",
        "|---|--:|--:|--:|---|---|",
        *(f"| {' | '.join(safe(cell) for cell in row)} |" for row in rows),
        "",
    ]


def _from(row: MatrixRow) -> str:
    if row.measured:
        return "measured"
    if row.prompt is None and row.fine_tuned is None:
        return "unknown"
    return "partly known" if row.fine_tuned is None else "stated"


def _score(score: int | None) -> str:
    return "?" if score is None else str(score)


def _span(ends: tuple[float, float]) -> str:
    low, high = (f"{each:.1f}" for each in ends)
    return low if low == high else f"{low} to {high}"


def _front_matter(record: DecisionRecord) -> list[str]:
    values = {
        "status": record.status,
        "date": record.date,
        "decision-makers": record.owner,
        "verdict": record.verdict,
        "grounds": ", ".join(record.grounds),
        "flags": ", ".join(record.flags),
        "run": record.run,
        "valid_until": record.review_by or "",
    }
    # JSON strings are YAML strings: nothing a suite says can end the front matter.
    return [f"{name}: {_quoted(value)}" for name, value in values.items()]


def _quoted(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=True)


def _option(option: Option) -> str:
    rate = f"{numbers.count_of(option.matched, option.n)}, {numbers.percent(option.rate)} ({numbers.interval(option.interval)})"
    return f"- {safe(option.name)} ({option.path}): {rate}; {numbers.usd(option.usd_per_1k)} per 1,000 answers"


def _bullets(items: Sequence[str]) -> list[str]:
    return [f"- {safe(each)}" for each in items]
