"""The words of the page that no other report has: each verdict for somebody who never saw the rules, each mark with a glyph."""

from benchharness.records.verdict import Door, Finding, Status, VerdictWord
from benchharness.report.verdict.terminal import MARKS

__all__ = ["DOORS", "PATHS", "SAID", "TONES", "glyph", "mark_class", "mark_word"]

SAID = {
    VerdictWord.SHIP_PROMPT: "Ship the prompt. No fine-tune is needed.",
    VerdictWord.IMPROVE_PROMPT: "Don't fine-tune yet. Work on the prompt first.",
    VerdictWord.SHIP_CLASSICAL: "Ship the classical model. No language model is needed.",
    VerdictWord.TRY_FINE_TUNE: "Prompting falls short. Try a small fine-tune.",
    VerdictWord.FINE_TUNE: "Fine-tune. The evidence justifies it.",
    VerdictWord.SELF_HOST: "Host a model of your own. The evidence justifies it.",
    VerdictWord.HYBRID: "Use both: a path for each kind of question.",
    VerdictWord.NEITHER: "Neither is good enough yet.",
    VerdictWord.MORE_EVIDENCE: "Undecided. More evidence is needed.",
    VerdictWord.INVALID: "No verdict: this evidence can't be used.",
}
# How the card looks; the words say the same without it.
TONES = {
    VerdictWord.SHIP_PROMPT: "go",
    VerdictWord.SHIP_CLASSICAL: "go",
    VerdictWord.FINE_TUNE: "go",
    VerdictWord.SELF_HOST: "go",
    VerdictWord.HYBRID: "go",
    VerdictWord.INVALID: "stop",
    VerdictWord.NEITHER: "stop",
}
DOORS = {
    Door.ONE_WAY: "One-way door: hard to undo, so every claim it rests on must be proven.",
    Door.TWO_WAY: "Two-way door: easy to undo, so the point estimate is enough.",
}
PATHS = {"api": "prompt", "fine-tuned": "fine-tuned", "self-hosted": "self-hosted", "classical": "classical", "ruled-out": "ruled out"}
GLYPHS = {Status.MET: "✓", Status.NOT_MET: "✗", Status.NOT_TESTED: "?", Status.NOT_APPLICABLE: "–"}


def glyph(finding: Finding) -> str:
    """Return the sign of a finding; the word beside it says the same."""
    return GLYPHS[finding.status]


def mark_word(finding: Finding) -> str:
    """Return the finding's status in a word."""
    return MARKS[finding.status]


def mark_class(finding: Finding) -> str:
    """Return the class by which a finding is coloured."""
    return f"found {finding.status.value}"
