"""A run that stops early says what the full run would have said; one that looks often pays for its looks."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchharness.comparison.compare import compare
from benchharness.errors import UsageError
from benchharness.pipeline.asking.stopping import Monitor, blocks, make_monitor
from benchharness.pipeline.deciding.evidence import questions_of
from benchharness.records.comparison import Stopping
from benchharness.records.evidence import Evidence
from benchharness.records.example import Example
from benchharness.records.outcomes import Outcomes
from benchharness.records.row import Row
from benchharness.records.suite import CandidateEntry, Decision, Suite
from benchharness.records.verdict import Verdict
from benchharness.runner.job import Job
from benchharness.verdict.decide import decide
from benchharness.verdict.thresholds import filled_in


def suite_of(**decision: Any) -> Suite:
    return Suite(name="stopping", candidates=(CandidateEntry(name="mini"),), decision=Decision(**{"accuracy_target": 0.95, **decision}))


def jobs_of(paths: Sequence[str], n: int, *, cluster: str | None = None, repeat: int = 1) -> list[Job]:
    nobody = cast("Any", None)
    examples = [Example(id=f"e{at}", input=f"q{at}", target=None, cluster=cluster) for at in range(n)]
    return [
        Job(
            candidate=f"c{at}",
            prompt="p",
            path=path,
            model="m",
            provider=nobody,
            examples=examples,
            build=nobody,
            mark=nobody,
            repeat=repeat,
        )
        for at, path in enumerate(paths)
    ]


def asked_in_blocks(monitor: Monitor, jobs: Sequence[Job], marks: Sequence[Sequence[int]]) -> list[int]:
    """Answer block after block as the pipeline does, and return how many examples each candidate was asked."""
    asked, begin = [0] * len(jobs), 0
    for end in monitor.ends:
        live = [at for at in range(len(jobs)) if at not in monitor.stopped]
        for at in live:
            for example in range(begin, end):
                mark = marks[at][example]
                monitor.hears(Row(candidate=f"c{at}", prompt="p", example_id=f"e{example}", matched=None if mark < 0 else bool(mark)))
            asked[at] = end
        if not live:
            break
        monitor.look(end)
        begin = end
    stopped = dict(monitor.stopped)
    for at in monitor.reopened():
        for example in range(stopped[at], len(marks[at])):
            mark = marks[at][example]
            monitor.hears(Row(candidate=f"c{at}", prompt="p", example_id=f"e{example}", matched=None if mark < 0 else bool(mark)))
        asked[at] = len(marks[at])
    return asked


def verdict_of(suite: Suite, paths: Sequence[str], marks: Sequence[Sequence[int]], asked: Sequence[int]) -> Verdict:
    outcomes = [
        Outcomes(
            candidate=f"c{at}", prompt="p", path=path, codes=np.arange(count), matched=np.array(mine[:count], dtype=np.int8), expected=count
        )
        for at, (path, mine, count) in enumerate(zip(paths, marks, asked, strict=True))
    ]
    evidence = Evidence(
        suite=suite.name,
        decision=suite.decision,
        thresholds=filled_in(suite.decision),
        comparison=compare(outcomes, questions_of(suite), None, plan=False),
    )
    return decide(evidence, policy_hash="sha256:0")


@settings(max_examples=120, deadline=None)
@given(
    rates=st.lists(st.floats(0.05, 1.0), min_size=1, max_size=4),
    others=st.lists(st.tuples(st.sampled_from(["fine-tuned", "self-hosted", "classical"]), st.floats(0.3, 1.0)), max_size=4),
    n=st.sampled_from([20, 60, 100]),
    target=st.sampled_from([0.5, 0.9, 1.0]),
    gone=st.sampled_from([0.0, 0.0, 0.05]),
    seed=st.integers(0, 1000),
)
def test_a_curtailed_run_decides_what_the_full_run_decides(
    rates: list[float], others: list[tuple[str, float]], n: int, target: float, gone: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    paths = ["api"] * len(rates) + [path for path, _ in others]
    marks = [[int(value) for value in rng.random(n) < rate] for rate in [*rates, *(rate for _, rate in others)]]
    for mine in marks:
        for at in np.flatnonzero(rng.random(n) < gone):
            mine[int(at)] = -1
    suite = suite_of(accuracy_target=target, gap_rule="44 of 50")
    monitor = make_monitor(suite, jobs_of(paths, n), Stopping.CURTAIL)
    asked = asked_in_blocks(monitor, jobs_of(paths, n), marks)
    full, curtailed = verdict_of(suite, paths, marks, [n] * len(paths)), verdict_of(suite, paths, marks, asked)
    assert curtailed.verdict is full.verdict
    assert full.best_prompt is not None
    assert curtailed.best_prompt is not None
    assert (curtailed.best_prompt.candidate, curtailed.best_prompt.prompt) == (full.best_prompt.candidate, full.best_prompt.prompt)
    reads = [{each.rule: (each.status, each.proof) for each in one.findings} for one in (full, curtailed)]
    decided = ("ninety-percent", "gap", "classical-suffices", "prompting-refuted")
    for rule in (*decided, "fine-tune-beats-prompt", "fine-tune-reaches-target", "gap-is-large"):
        assert reads[0][rule] == reads[1][rule], rule


def test_a_hopeless_prompt_is_not_asked_to_the_end() -> None:
    marks = [[1] * 100, [0] * 100]
    monitor = make_monitor(suite_of(accuracy_target=0.5), jobs_of(["api", "api"], 100), Stopping.CURTAIL)
    # Half of the way the second can't catch up; 55 of 100 prove 0.45 to be reached even when two were tried.
    assert asked_in_blocks(monitor, jobs_of(["api", "api"], 100), marks) == [60, 50]
    record = monitor.record()
    assert record is not None
    assert record.asked == {"c0/p": 60, "c1/p": 50}


def test_without_stopping_all_are_asked_in_one_go() -> None:
    monitor = make_monitor(suite_of(), jobs_of(["api", "api"], 100), Stopping.NONE)
    assert asked_in_blocks(monitor, jobs_of(["api", "api"], 100), [[1] * 100, [0] * 100]) == [100, 100]
    assert monitor.record() is None


def test_an_anytime_run_stops_when_its_wider_proof_is_reached() -> None:
    monitor = make_monitor(suite_of(accuracy_target=0.5), jobs_of(["api"], 400), Stopping.ANYTIME)
    asked = asked_in_blocks(monitor, jobs_of(["api"], 400), [[1] * 400])
    assert asked[0] < 200
    assert monitor.looks > 0


def test_a_group_design_spends_little_of_its_error_at_the_first_look() -> None:
    monitor = make_monitor(suite_of(), jobs_of(["api"], 100), Stopping.GROUP)
    assert monitor.ends == [20, 40, 60, 80, 100]
    monitor.look(20)
    first = monitor.questions_now().confidence
    monitor.look(40)
    assert first > 0.9999
    assert 0.99 < monitor.questions_now().confidence < first


def test_anytime_is_refused_where_its_bets_do_not_hold() -> None:
    with pytest.raises(UsageError, match="independent"):
        make_monitor(suite_of(), jobs_of(["api"], 50, cluster="one document"), Stopping.ANYTIME)
    with pytest.raises(UsageError, match="independent"):
        make_monitor(suite_of(), jobs_of(["api"], 50, repeat=3), Stopping.ANYTIME)


@given(n=st.integers(1, 5000), rule=st.sampled_from(list(Stopping)))
def test_blocks_end_with_the_last_example_and_never_shrink(n: int, rule: Stopping) -> None:
    ends = blocks(rule, n)
    assert ends[-1] == n
    assert ends == sorted(set(ends))
