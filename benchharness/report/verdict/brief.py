"""`brief.md`: the decision for a board, in the seven sections of a decision brief (S3)."""

from collections.abc import Iterator, Sequence

from benchharness.records.decision_record import DecisionRecord
from benchharness.records.verdict import Finding, Status, Verdict, VerdictWord
from benchharness.report.verdict.decision import flag_lines, matrix_lines
from benchharness.report.verdict.markdown import safe
from benchharness.report.verdict.terminal import finding_mark

__all__ = ["QUESTIONS", "render"]

# S3's five questions, with the rules that answer them.
QUESTIONS = (
    ("Is the model the moat, or the plumbing?", ("moat",)),
    ("What is spent on inference, today and at ten times the volume?", ("annual-spend", "self-host-floor", "cost-pays")),
    ("Does a fine-tune beat prompting and retrieval on the same task?", ("fine-tune-beats-prompt", "gap-is-large", "retrieval-tried")),
    ("Which limits on latency and privacy can't be moved?", ("latency", "privacy")),
    ("Who maintains it in 18 months?", ("team",)),
)
FRAMEWORKS = (
    ("Core and context (Moore)", ("moat", "litmus")),
    ("The crossover of inference cost", ("cost-pays", "token-volume")),
    ("Wrap to learn", ("ninety-percent", "gap")),
)
MOST_STEPS = 5
CRITERIA = ("three-bars", "moat", "cost-pays", "fine-tune-beats-prompt", "ninety-percent", "data-sufficiency")


def render(record: DecisionRecord, verdict: Verdict) -> str:
    """Return the brief as Markdown; what nobody stated or measured says so."""
    findings = {each.rule: each for each in verdict.findings}
    sections = (
        ("The decision", list(_decision(record))),
        ("Key questions", [f"**{question}** {_answers(rules, findings)}" for question, rules in QUESTIONS]),
        ("Frameworks", [f"**{name}.** {_answers(rules, findings)}" for name, rules in FRAMEWORKS]),
        ("Criteria", [_criterion(findings[rule]) for rule in CRITERIA if rule in findings]),
        ("Sources", [f"{safe(name)}: {safe(value)}" for name, value in record.evidence.items()]),
        ("Next steps", [safe(each) for each in _steps(verdict)] or ["None: act on the decision."]),
        ("When to escalate", _escalate(findings)),
    )
    lines = [f"# {safe(record.suite)}: a decision brief", "", f"{record.date} · {safe(record.owner) or 'no owner named'}"]
    for title, items in sections:
        lines += ["", f"## {title}", "", *(f"- {each}" for each in items)]
        if title == "Criteria":
            lines += ["", *matrix_lines(record.matrix)[:-1]]
    return "\n".join(lines) + "\n"


def _decision(record: DecisionRecord) -> Iterator[str]:
    yield f"**{safe(record.verdict)}**, a {record.door} door. {safe(record.headline)}"
    yield from (safe(each) for each in (*flag_lines(record), *record.warnings))
    yield f"Decide again by {record.review_by or 'the next change of golden set or policy'}."
    yield from (safe(each) for each in record.consequences)


def _answers(rules: Sequence[str], findings: dict[str, Finding]) -> str:
    told = [findings[rule].sentence for rule in rules if rule in findings and findings[rule].status is not Status.NOT_APPLICABLE]
    return safe(" ".join(told)) or "Nobody said."


def _criterion(finding: Finding) -> str:
    return f"{finding.rule}: {finding_mark(finding)}. {safe(finding.sentence)}"


def _steps(verdict: Verdict) -> list[str]:
    """Return what to do first: ship what the verdict ships, then mend the clauses it hangs on."""
    ships = {VerdictWord.SHIP_PROMPT: verdict.best_prompt, VerdictWord.SHIP_CLASSICAL: verdict.best_classical}.get(verdict.verdict)
    first = [] if ships is None else [f"Ship {ships.candidate}{f' with {ships.prompt}' if ships.prompt else ''}."]
    if first:
        return first
    return [f"{each.rule}: {each.remedy}" for each in verdict.findings if each.decides and each.remedy and each.status is Status.NOT_MET][
        :MOST_STEPS
    ]


def _escalate(findings: dict[str, Finding]) -> list[str]:
    found = findings.get("escalation")
    if found is None:
        return ["Not looked at."]
    return [f"{finding_mark(found)}. {safe(found.sentence)}" + (f" {safe(found.remedy)}" if found.remedy else "")]
