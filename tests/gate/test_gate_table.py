"""Evidence against decision, cell by cell: what the gate says of real files, and how it says it."""

import re
from collections.abc import Callable
from itertools import product
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from gate_worlds import ID, World, world

from benchharness.digests import file_hash
from benchharness.gate.decision_table import standing_of
from benchharness.records.gate import EXIT_CODES, GateReport, Outcome, Standing, worst
from benchharness.records.proposal import Kind
from benchharness.records.verdict import VerdictWord
from benchharness.report.gate import annotations, junit, markdown
from benchharness.suite.proposal_reading import read_proposal

STANDINGS = ("justified", "not-justified", "inconclusive")
DECISIONS = ("none", "approved", "rejected", "deferred")
# By standing and decision, without any waiver.
CODES = {
    "justified": {"none": 13, "approved": 0, "rejected": 0, "deferred": 0},
    "not-justified": {"none": 10, "approved": 10, "rejected": 0, "deferred": 0},
    "inconclusive": {"none": 11, "approved": 11, "rejected": 0, "deferred": 0},
}
WAIVERS = {
    "none": [],
    "live": [("verdict", 60)],
    "expired": [("verdict", -1)],
    "for another check": [("sunset", 60)],
    "too long": [("verdict", 181)],
}
FIRST_LINES = {
    Outcome.PASSED: r"### bench gate: FT-0001 (is \*\*resolved\*\* ✓|\*\*passed\*\* ✓|is \*\*passed\*\* ✓)",
    Outcome.WAIVED: r"### bench gate: FT-0001 is \*\*waived\*\* ◇",
    Outcome.NOT_JUSTIFIED: r"### bench gate: FT-0001 is \*\*not justified\*\* ✗",
    Outcome.UNDECIDED: r"### bench gate: FT-0001 is \*\*undecided\*\* \?",
    Outcome.STALE: r"### bench gate: FT-0001 is \*\*stale\*\* ↻",
    Outcome.WAITING: r"### bench gate: FT-0001 is \*\*waiting for a decision\*\* …",
    Outcome.MISMATCH: r"### bench gate: FT-0001 .*\*\*evidence does not match\*\* ≠",
    Outcome.INVALID: r"### bench gate: FT-0001 .*\*\*the gate could not run\*\* !",
}


def comment(report: GateReport) -> str:
    return markdown.comment(report, valid_at="2026-11-21T09:14:05Z")


def junit_counts(report: GateReport) -> int:
    root = ET.fromstring(junit.render(report))  # noqa: S314 - our own document
    return int(root.get("failures", "0")) + int(root.get("errors", "0"))


def held(report: GateReport, code: int, outcome: Outcome | None = None) -> None:
    """Hold a report's code, and that its comment, JUnit and annotations say the same."""
    assert report.exit_code == code, report.proposals[0].headline
    assert EXIT_CODES[report.outcome] == code
    (proposal,) = report.proposals
    assert outcome in (None, proposal.outcome)
    assert re.fullmatch(FIRST_LINES[report.outcome], comment(report).splitlines()[0])
    loud = [line for line in annotations.render(report).splitlines() if line.startswith(("::error", "::warning"))]
    if code:
        assert junit_counts(report) >= 1
        assert loud
    else:
        assert junit_counts(report) == 0
        assert not loud


def expected(standing: str, decision: str, waiver: str) -> int:
    if decision == "approved" and waiver == "expired":
        return 12
    if decision == "approved" and waiver == "live":
        return 0
    return CODES[standing][decision]


@pytest.mark.parametrize(("standing", "decision", "waiver"), [*product(STANDINGS, DECISIONS, WAIVERS)])
def test_every_cell_of_the_table(standing: str, decision: str, waiver: str, tmp_path: Path) -> None:
    here = world(standing, tmp_path, reports=False)
    if decision != "none":
        here.decide(decision)
    if WAIVERS[waiver]:
        here.waive(*WAIVERS[waiver])
    report = here.gate()
    held(report, expected(standing, decision, waiver))
    assert report.proposals[0].standing == standing
    is_waived = standing != "justified" and (decision, waiver) == ("approved", "live")
    assert (report.outcome is Outcome.WAIVED) == is_waived


@pytest.mark.parametrize(("standing", "decision"), [*product(STANDINGS, DECISIONS[1:])])
def test_a_decision_past_its_last_day_is_stale_whatever_it_was(standing: str, decision: str, tmp_path: Path) -> None:
    here = world(standing, tmp_path, reports=False)
    here.decide(decision, until=5)
    assert here.gate(after=5).exit_code == CODES[standing][decision]
    report = here.gate(after=6)
    held(report, 12, Outcome.STALE)
    assert here.days(5) in report.proposals[0].headline
    assert "bench propose" in report.proposals[0].to_merge


class TestWaivers:
    def test_one_for_each_reason_is_as_good_as_one_for_the_verdict(self, tmp_path: Path) -> None:
        here = world("inconclusive", tmp_path, reports=False)
        reasons = here.judged().reasons
        assert len(reasons) > 1
        here.decide("approved")
        before = here.proposal.read_text()
        here.waive(*[(each, 30) for each in reasons])
        held(here.gate(), 0, Outcome.WAIVED)
        here.proposal.write_text(before)
        here.waive(*[(each, 30) for each in reasons[1:]])
        report = here.gate()
        held(report, 11)
        # What is still missing is named, and not what's covered already.
        assert f"`{reasons[0]}`" in report.proposals[0].to_merge
        assert f"`{reasons[1]}`" not in report.proposals[0].to_merge

    def test_the_longest_one_is_the_policys(self, tmp_path: Path) -> None:
        here = world("not-justified", tmp_path, reports=False)
        here.decide("approved")
        here.waive(("verdict", 60))
        here.policy.write_text("longest_waiver_days: 60\n")
        held(here.gate(), 0, Outcome.WAIVED)
        here.policy.write_text("longest_waiver_days: 59\n")
        report = here.gate()
        held(report, 10)
        assert any("runs 60 days; the policy allows 59" in each.sentence for each in report.proposals[0].checks)

    def test_it_says_who_answers_for_it_and_is_never_counted_as_passed(self, tmp_path: Path) -> None:
        here = world("not-justified", tmp_path, reports=False)
        here.decide("approved")
        here.waive(("ninety-percent", 60))
        report = here.gate()
        statuses = {each.name: each.status.value for each in report.proposals[0].checks}
        assert statuses["ninety-percent"] == statuses["waiver of ninety-percent"] == "waived"
        assert "@cto" not in comment(report).replace("`@cto`", "")
        assert "a contract" in comment(report)

    def test_no_waiver_speaks_for_leaked_evidence(self, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        leaked = here.golden.read_text().splitlines()[:20]
        (here.root / "goldensets/train.jsonl").write_text("".join(line + "\n" for line in leaked))
        here.edit(here.proposal, "../../goldensets/pool.jsonl", "../../goldensets/train.jsonl")
        here.edit(here.proposal, "  examples: 40\n", "")
        old = read_proposal(here.proposal).record.training_data
        assert old is not None
        here.edit(here.proposal, old.digest, file_hash(here.root / "goldensets/train.jsonl"))
        here.decide("approved")
        here.waive(("verdict", 30))
        report = here.gate()
        held(report, 10, Outcome.NOT_JUSTIFIED)
        assert "leakage" in report.proposals[0].reasons
        assert "g0" in report.proposals[0].headline


class TestKinds:
    def test_a_trial_waits_where_prompting_was_really_tried_and_falls_short(self, tmp_path: Path) -> None:
        here = world("trial", tmp_path, reports=False)
        held(here.gate(), 13, Outcome.WAITING)
        assert here.judged().verdict == "try-fine-tune"

    def test_what_justifies_a_trial_ships_nothing(self, tmp_path: Path) -> None:
        here = world("trial", tmp_path, reports=False)
        here.edit(here.proposal, "kind: trial", "kind: lora")
        assert here.gate().exit_code == 2
        here.edit(here.proposal, "kind: lora", "candidate: mini\n  kind: lora")
        held(here.gate(), 11, Outcome.UNDECIDED)

    def test_a_justified_fine_tune_justifies_a_trial(self, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.edit(here.proposal, "kind: hosted-fine-tune", "kind: trial")
        held(here.gate(), 13, Outcome.WAITING)

    @pytest.mark.parametrize("kind", ["lora", "full", "distill"])
    def test_kinds_of_fine_tunes_are_judged_alike(self, kind: str, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.edit(here.proposal, "kind: hosted-fine-tune", f"kind: {kind}")
        held(here.gate(), 13, Outcome.WAITING)

    def test_hosting_waits_where_no_api_may_be_asked(self, tmp_path: Path) -> None:
        here = world("self-host", tmp_path, reports=False)
        held(here.gate(), 13, Outcome.WAITING)
        assert here.judged().verdict == "self-host"

    @pytest.mark.parametrize(("kind", "made"), [("justified", "self-host"), ("self-host", "lora")])
    def test_a_fine_tune_and_hosting_dont_stand_for_each_other(self, kind: str, made: str, tmp_path: Path) -> None:
        here = world(kind, tmp_path, reports=False)
        text = here.proposal.read_text()
        here.proposal.write_text(re.sub(r"kind: [a-z-]+", f"kind: {made}", text, count=1))
        held(here.gate(), 11, Outcome.UNDECIDED)

    @pytest.mark.parametrize("kind", Kind)
    @pytest.mark.parametrize("word", VerdictWord)
    def test_no_word_but_its_own_justifies_a_kind(self, kind: Kind, word: VerdictWord) -> None:
        wanted = {
            Kind.TRIAL: {VerdictWord.TRY_FINE_TUNE, VerdictWord.FINE_TUNE},
            Kind.SELF_HOST: {VerdictWord.SELF_HOST},
        }.get(kind, {VerdictWord.FINE_TUNE})
        assert (standing_of(kind, word) is Standing.JUSTIFIED) == (word in wanted)
        refusing = {
            VerdictWord.SHIP_PROMPT,
            VerdictWord.IMPROVE_PROMPT,
            VerdictWord.SHIP_CLASSICAL,
            VerdictWord.NEITHER,
            VerdictWord.INVALID,
        }
        assert (standing_of(kind, word) is Standing.NOT_JUSTIFIED) == (word in refusing)


class TestSeveral:
    def test_the_order_of_the_worst(self) -> None:
        order = [14, 2, 10, 11, 12, 13]
        by_code = {code: outcome for outcome, code in EXIT_CODES.items()}
        for at, code in enumerate(order):
            for other in order[at:]:
                both = (by_code[other], by_code[code], Outcome.PASSED, Outcome.WAIVED)
                assert EXIT_CODES[worst(both)] == EXIT_CODES[worst(both[::-1])] == code
        assert worst(()) is Outcome.NOTHING_TO_CHECK

    def test_the_worst_of_real_proposals_is_the_pull_requests(self, tmp_path: Path) -> None:
        here = world("not-justified", tmp_path, reports=False)
        copy(here, "FT-0002", lambda text: text.replace("id: FT-0001", "id: FT-0002") + decision(here))
        copy(here, "FT-0003", lambda text: text.replace("id: FT-0001", "id: nothing"))
        report = here.gate()
        assert {each.id: each.exit_code for each in report.proposals} == {"FT-0001": 10, "FT-0002": 14, "FT-0003": 2}
        assert report.exit_code == 14
        assert "FT-0002" in report.headline
        (here.proposal.parent / "FT-0002.yaml").unlink()
        assert here.gate().exit_code == 2
        (here.proposal.parent / "FT-0003.yaml").unlink()
        assert here.gate().exit_code == 10


def copy(here: World, name: str, change: Callable[[str], str]) -> None:
    (here.proposal.parent / f"{name}.yaml").write_text(change(here.proposal.read_text()))


def decision(here: World) -> str:
    day = here.days(0)
    return f"decision: {{outcome: rejected, by: [a], date: {day}, reason: no, valid_until: {here.days(9)}}}\n"


def test_a_merged_rejection_is_green_and_stays_so_for_others(tmp_path: Path) -> None:
    here = world("not-justified", tmp_path, reports=False)
    here.begin()
    here.decide("rejected", applies_to=["training/**"])
    here.commit()
    held(here.gate(base="main"), 0, Outcome.PASSED)
    here.merge()
    (here.root / "README.md").write_text("another matter")
    here.commit()
    report = here.gate(base="main", after=400)
    assert report.exit_code == 0
    assert report.outcome is Outcome.NOTHING_TO_CHECK
    assert ID not in comment(report)
