"""The checks: what every rule found, those the verdict hangs on first."""

from collections.abc import Sequence

from benchharness import numbers
from benchharness.records.verdict import Finding, Status, Verdict
from benchharness.report.html.elements import Markup, element, joined, prose, section, table
from benchharness.report.html.wording import glyph, mark_class, mark_word
from benchharness.report.verdict.terminal import LOOKED, SIDES

__all__ = ["render", "untested", "warned"]

HEADINGS = ("rule", "finding", "evidence and what to do")


def render(verdict: Verdict) -> Markup:
    """Return the findings as tables; what wasn't tested, or doesn't apply, folded away."""
    looked = [each for each in verdict.findings if each.status in LOOKED]
    rest = [each for each in verdict.findings if each.status not in LOOKED]
    return section(
        "Findings",
        element("p", SIDES.format(numbers.percent(verdict.confidence, digits=0)), class_="aside"),
        _table("The verdict hangs on these", [each for each in looked if each.decides]),
        _table("It also helps to know", [each for each in looked if not each.decides]),
        _folded(rest),
        name="findings",
    )


def untested(verdict: Verdict) -> Markup | None:
    """Return who wasn't asked; the rules nobody could look at stand among the findings."""
    told = {f"{each.rule}: {each.sentence}" for each in verdict.findings}
    items = [each for each in verdict.not_tested if each not in told]
    rules = [each.rule for each in verdict.findings if each.status is Status.NOT_TESTED]
    if rules:
        items.append(f"{numbers.quantity(len(rules), 'rule')}: {', '.join(rules)}. What each needs stands under Findings.")
    return section("Not tested", element("ul", [element("li", prose(each)) for each in items]), name="not-tested") if items else None


def warned(verdict: Verdict) -> Markup | None:
    """Return what a reader must know to trust the numbers."""
    items = [element("li", prose(each)) for each in verdict.warnings]
    return section("Know this", element("ul", items), name="warnings") if items else None


def _folded(findings: Sequence[Finding]) -> Markup | None:
    if not findings:
        return None
    title = f"{numbers.quantity(len(findings), 'rule')} not tested or not applicable, and what each needs"
    return element("details", element("summary", title), _table("Not tested or not applicable", findings))


def _table(caption: str, findings: Sequence[Finding]) -> Markup | None:
    if not findings:
        return None
    return table(caption, HEADINGS, [_row(each) for each in findings], class_="checks")


def _row(finding: Finding) -> tuple[str | Markup, ...]:
    mark = element("span", element("span", glyph(finding), aria_hidden="true"), " ", mark_word(finding), class_=mark_class(finding))
    proof = None if finding.proof is None else element("span", finding.proof.value, class_=f"proof {finding.proof.value}")
    remedy = element("p", element("b", "What to do: "), prose(finding.remedy), class_="remedy") if finding.remedy else None
    return finding.rule, joined(mark, " ", proof), joined(element("p", prose(finding.sentence)), remedy)
