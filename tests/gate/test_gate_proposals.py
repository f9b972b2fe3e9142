"""Proposals that try to stand for each other: ids twice, links, waivers, clocks, patterns that take long."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from gate_worlds import ID, World, git, world
from story.commanding import bench

from benchharness.records.gate import CheckStatus, GateReport, Outcome


def guarded(kind: str, folder: Path) -> World:
    """Return a world with a guard on `training/**` whose base has a proposal that people approved."""
    here = world(kind, folder, reports=False)
    here.policy.write_text('guards: [{paths: ["training/**"]}]\nproposals: [proposals, others]\n')
    return here


def trained(here: World, name: str = "training/data.jsonl") -> None:
    (here.root / name).parent.mkdir(parents=True, exist_ok=True)
    (here.root / name).write_text("x\n")
    here.commit("train")


def outcomes(report: GateReport) -> dict[str, Outcome]:
    return {each.place.file: each.outcome for each in report.proposals}


class TestAnIdTwice:
    @pytest.mark.parametrize("other", ["proposals/FT-0001.yml", "others/FT-0001.yaml", "proposals/ft-0001.yaml"])
    def test_is_refused_wherever_the_other_one_lies(self, other: str, tmp_path: Path) -> None:
        here = guarded("justified", tmp_path)
        path = here.root / "suites" / other
        path.parent.mkdir(exist_ok=True)
        if path.exists():
            pytest.skip("this machine's own files have no case")
        path.write_text(here.proposal.read_text().replace("id: FT-0001", f"id: {path.stem}"))
        report = here.gate()
        assert report.exit_code in (2, 14)
        assert set(outcomes(report).values()) == {Outcome.INVALID}
        assert "twice" in report.proposals[0].headline

    def test_opens_no_guard_by_the_others_evidence(self, tmp_path: Path) -> None:
        # One that is judged and fine, one that isn't touched and covers the path, on evidence that says no.
        here = guarded("justified", tmp_path / "good")
        bad = guarded("not-justified", tmp_path / "bad")
        bad.decide("approved", applies_to=["training/**"])
        bad.begin()
        bad.merge()
        good = bad.proposal.with_suffix(".yml")
        good.write_text(here.proposal.read_text())
        trained(bad)
        report = bad.gate(base="main")
        assert report.exit_code != 0
        assert [each.status for each in report.guards if each.name == "guard"] == [CheckStatus.FAILED]


class TestALink:
    def test_that_leads_nowhere_in_a_proposals_place_is_told(self, tmp_path: Path) -> None:
        here = guarded("not-justified", tmp_path)
        here.decide("rejected")
        here.begin()
        here.merge()
        here.proposal.unlink()
        here.proposal.symlink_to("nowhere.yaml")
        here.commit()
        report = here.gate(base="main")
        assert (report.exit_code, "a link" in report.proposals[0].headline) == (2, True)

    @pytest.mark.parametrize(
        ("old", "new"), [('"../suite.yaml"', '"over/../../suite.yaml"'), (f'"evidence/{ID}"', f'"over/../evidence/{ID}"')]
    )
    def test_that_is_stepped_over_is_a_link_all_the_same(self, old: str, new: str, tmp_path: Path) -> None:
        # `over/..` is the folder `over` leads to and its parent, and not the folder it stands in.
        here = world("justified", tmp_path, reports=False)
        archive = here.root / "archive/proposals"
        (archive / "inner").mkdir(parents=True)
        (here.root / "archive/suite.yaml").write_text(here.suite.read_text().replace("accuracy_target: 0.9", "accuracy_target: 0.5"))
        (archive / "evidence").symlink_to(here.bundle.parent)
        (here.proposal.parent / "over").symlink_to("../../archive/proposals/inner")
        here.edit(here.proposal, old, new)
        assert here.judged().outcome in (Outcome.INVALID, Outcome.MISMATCH)


class TestAWaiver:
    def test_that_is_new_in_the_pull_request_is_told_beside_the_verdict(self, tmp_path: Path) -> None:
        here = world("not-justified", tmp_path, reports=False)
        here.begin()
        here.decide("approved")
        here.merge()
        here.waive(("verdict", 30))
        here.commit()
        report = here.judged(base="main")
        assert report.outcome is Outcome.WAIVED
        assert "the waiver of verdict" in " ".join(report.caveats)
        assert "@cto" in " ".join(report.caveats)

    def test_of_another_proposal_covers_nothing_here(self, tmp_path: Path) -> None:
        here = guarded("not-justified", tmp_path)
        here.decide("approved")
        other = here.root / "suites/others/FT-0002.yaml"
        other.parent.mkdir()
        other.write_text(here.proposal.read_text().replace("id: FT-0001", "id: FT-0002"))
        with other.open("a") as file:
            file.write(f"waivers: [{{check: verdict, reason: r, approved_by: '@cto', expires: {here.days(9)}}}]\n")
        assert outcomes(here.gate())[f"suites/proposals/{ID}.yaml"] is Outcome.NOT_JUSTIFIED


class TestAClock:
    @pytest.mark.parametrize("started", ["{day}", "{day} by hand", "{day}T25:00:00+00:00", "2026-W47-6", "{day}T10:00:00", ""])
    def test_that_tells_no_moment_is_none(self, started: str, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        text = started.format(day=here.days(0))
        here.forge_record(lambda record: record.update(started_at=text), verdict=False)
        here.forge_manifest(started_at=text)
        assert here.judged().outcome is Outcome.MISMATCH

    def test_far_from_greenwich_tells_the_same_day(self, tmp_path: Path) -> None:
        # 00:30 in Auckland is the day before in UTC: a decision of that day isn't older than its evidence.
        here = world("justified", tmp_path, reports=False)
        text = f"{here.days(1)}T00:30:00+13:00"
        here.forge_record(lambda record: record.update(started_at=text))
        here.forge_manifest(started_at=text)
        here.decide("approved")
        assert here.judged().outcome is Outcome.PASSED

    def test_set_otherwise_by_hand_is_told(self, tmp_path: Path) -> None:
        here = world("not-justified", tmp_path, reports=False)
        past = bench(here.root, "gate", "--today", here.days(-200))
        assert "as of " + here.days(-200) in past.stdout
        now = bench(here.root, "gate", "--today", datetime.now(UTC).date().isoformat())
        assert "as of" not in now.stdout

    def test_a_decision_of_tomorrow_is_refused(self, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.decide("approved", made=1)
        assert here.judged().outcome is Outcome.INVALID


class TestPatternsThatTakeLong:
    @pytest.mark.parametrize(
        "pattern", ["training/" + "*a" * 2_000 + "b", "training/" + "**/" * 2_000 + "x", "training/" + "?*" * 2_000 + "!"]
    )
    def test_in_the_policy_and_in_a_decision_end_in_time(self, pattern: str, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.policy.write_text(f'guards: [{{paths: ["{pattern}", "training/**"]}}]\n')
        here.decide("approved", applies_to=[pattern])
        here.begin()
        here.merge()
        for at in range(30):
            (here.root / "training").mkdir(exist_ok=True)
            (here.root / f"training/{'a' * 200}{at}").write_text("x")
        here.commit()
        began = time.process_time()
        assert here.gate(base="main").exit_code == 10
        assert time.process_time() - began < 20

    def test_of_a_scorer_in_a_bundles_own_suite_are_never_run(self, tmp_path: Path) -> None:
        here = world("justified", tmp_path)
        here.begin()
        here.commit()

        def slow(record: dict[str, object]) -> None:
            text = str(record["suite_text"])
            record["suite_text"] = text.replace("{type: label,", '{type: regex, pattern: "(x+x+)+y", name: slow}, {type: label,')

        here.forge_record(slow, verdict=False)
        began = time.process_time()
        assert here.judged(base="main").outcome is Outcome.MISMATCH
        assert time.process_time() - began < 20

    def test_many_patterns_on_many_files_end_in_time(self, tmp_path: Path) -> None:
        here = world("justified", tmp_path, reports=False)
        here.policy.write_text('guards: [{paths: ["training/**"]}]\n')
        here.decide("approved", applies_to=[f"training/{at}/*x*/data" for at in range(5_000)])
        here.begin()
        here.merge()
        (here.root / "training").mkdir()
        for at in range(300):
            (here.root / f"training/{at}").write_text("x")
        here.commit()
        began = time.process_time()
        assert here.gate(base="main").exit_code in (2, 10)
        assert time.process_time() - began < 20


def test_days_are_counted_in_utc() -> None:
    assert (
        datetime.fromisoformat("2026-11-21T00:30:00+13:00").astimezone(UTC).date()
        == (datetime(2026, 11, 21, tzinfo=UTC) - timedelta(days=1)).date()
    )


def test_git_is_what_the_tests_think_it_is(tmp_path: Path) -> None:
    here = world("justified", tmp_path, reports=False)
    here.begin()
    assert git(here.root, "symbolic-ref", "HEAD") == "refs/heads/pull-request"
