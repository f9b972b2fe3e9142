"""A fine-tune that is better on the whole may not make a slice worse that the team protects."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from story.commanding import bench
from verdict.case_making import costs

from benchharness.comparison.compare import compare
from benchharness.comparison.paired_exact import exact_bound
from benchharness.records.comparison import Proof, Questions
from benchharness.records.effort import Effort
from benchharness.records.evidence import Evidence
from benchharness.records.leakage import Leakage
from benchharness.records.outcomes import Outcomes
from benchharness.records.suite import Decision
from benchharness.records.verdict import Finding, Status, Verdict, VerdictWord
from benchharness.verdict.decide import decide
from benchharness.verdict.thresholds import filled_in

N = 1000
STRATEGIES = ("zero-shot", "few-shot", "retrieval")
# The fine-tune saves at every corner.
SAVING = costs({1.0: ((100_000, 110_000), (10_000, 20_000))}, saving={1.0: costs({1.0: ((80_000, 100_000), (0, 0))}).prompt[1.0].total_usd})


def outcome(name: str, path: str, matched: np.ndarray) -> Outcomes:
    marks, codes = matched.astype(np.int8), np.arange(len(matched))
    return Outcomes(candidate=name, prompt="p" if path == "api" else "", path=path, codes=codes, matched=marks, expected=len(marks))


def evidence(slice_size: int, *, prompt_right: int, tuned_right: int, protect: bool = True) -> Evidence:
    """Outside the slice the prompt is right on 60%, the fine-tune on 97%; within it as many as told."""
    prompt, tuned = np.zeros(N), np.zeros(N)
    rest = N - slice_size
    prompt[slice_size : slice_size + int(0.6 * rest)] = 1
    tuned[slice_size : slice_size + int(0.97 * rest)] = 1
    prompt[:prompt_right], tuned[:tuned_right] = 1, 1
    decision = Decision(accuracy_target=0.95, protected_slices={"language": ("de",)} if protect else {})
    efforts = [
        Effort(candidate=f"m{at}", path="api", model=f"m{at}", provider=f"p{at}", base_model=f"m{at}", strategies=STRATEGIES)
        for at in range(2)
    ]
    efforts.append(Effort(candidate="tuned", path="fine-tuned", model="m0-tuned", provider="p0", base_model="m0"))
    found = compare(
        [outcome("m0", "api", prompt), outcome("tuned", "fine-tuned", tuned)],
        Questions(accuracy_target=0.95, margin=0.03),
        {f"t{at}": 1 for at in range(N)},
        slices={"language=de": np.arange(slice_size)} if protect else {},
    )
    return Evidence(
        suite="slices",
        decision=decision,
        thresholds=filled_in(decision),
        comparison=found,
        effort=tuple(efforts),
        leakage=Leakage(checked=True, golden=N),
        labelled_examples=5000,
        costs=SAVING,
    )


def verdict(given_evidence: Evidence) -> Verdict:
    return decide(given_evidence, policy_hash="sha256:0")


def finding(found: Verdict) -> Finding:
    return next(each for each in found.findings if each.rule == "protected-slices")


def test_without_a_protected_slice_the_fine_tune_is_justified_and_the_rule_says_nothing() -> None:
    found = verdict(evidence(100, prompt_right=60, tuned_right=20, protect=False))
    assert found.verdict is VerdictWord.FINE_TUNE
    assert finding(found).status is Status.NOT_APPLICABLE


def test_a_fine_tune_that_makes_a_protected_slice_worse_is_refused_and_the_slice_is_named() -> None:
    found = verdict(evidence(100, prompt_right=60, tuned_right=20))
    assert found.verdict is VerdictWord.IMPROVE_PROMPT
    assert finding(found).proof is Proof.REFUTED
    assert "makes a protected slice worse" in found.headline
    assert "language=de -40.0 points" in found.headline


def test_a_fine_tune_that_is_better_there_as_well_is_justified() -> None:
    found = verdict(evidence(100, prompt_right=60, tuned_right=95))
    assert found.verdict is VerdictWord.FINE_TUNE
    assert finding(found).proof is Proof.PROVEN


def test_a_slice_too_small_to_judge_withholds_the_yes_and_says_what_would_settle_it() -> None:
    found = verdict(evidence(12, prompt_right=7, tuned_right=8))
    assert found.verdict is VerdictWord.MORE_EVIDENCE
    assert "protected slices is open" in found.headline
    assert "Too few to judge below 30: language=de" in finding(found).sentence
    assert finding(found).remedy == "Add golden examples of language=de, to 30 at least."


def test_a_slice_on_which_little_differs_is_open_until_the_margin_is_excluded() -> None:
    found = verdict(evidence(60, prompt_right=40, tuned_right=39))
    assert finding(found).proof is Proof.UNDECIDED
    assert found.verdict is VerdictWord.MORE_EVIDENCE


@example((147, 3, 0))
@given(st.integers(30, 200).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size), st.integers(0, size))))
def test_the_proof_is_the_exact_bound_within_the_slice(case: tuple[int, int, int]) -> None:
    size, prompt_right, tuned_right = case
    given_evidence = evidence(size, prompt_right=prompt_right, tuned_right=tuned_right)
    pair = given_evidence.comparison.slices[0].pair
    ahead, behind = max(0, tuned_right - prompt_right), max(0, prompt_right - tuned_right)
    assert (pair.n, pair.only_first, pair.only_second) == (size, ahead, behind)
    assert pair.lower == pytest.approx(exact_bound(ahead, behind, size, 0.95, lower=True), abs=1e-3)
    proof = finding(verdict(given_evidence)).proof
    worse = pair.upper is not None and pair.upper < 0
    # Worse, and by less than the margin, may both be proven of many examples: then worse counts.
    assert (proof is Proof.PROVEN) == (pair.lower is not None and pair.lower > -0.05 and not worse)
    assert (proof is Proof.REFUTED) == worse


def test_of_many_slices_the_worst_counts_and_chance_alone_refutes_seldom() -> None:
    """Twenty slices in which both are equally good: some slice is called worse in at most about 5% of draws."""
    draws, refuted = 200, 0
    generator = np.random.default_rng(20261121)
    slices = {f"group={at}": np.arange(at * 50, at * 50 + 50) for at in range(20)}
    for _ in range(draws):
        both = [outcome("m0", "api", generator.random(N) < 0.7), outcome("tuned", "fine-tuned", generator.random(N) < 0.7)]
        found = compare(both, Questions(accuracy_target=0.95), slices=slices, plan=False)
        refuted += any(each.pair.upper is not None and each.pair.upper < 0 for each in found.slices)
    assert refuted <= 0.05 * draws + 3 * (0.05 * 0.95 * draws) ** 0.5


def test_answers_that_are_missing_on_the_slice_withhold_the_proof() -> None:
    base = evidence(100, prompt_right=60, tuned_right=63)
    holes = np.ones(N)
    holes[:100] = [1] * 60 + [-1] * 40
    both = [outcome("m0", "api", np.where(np.arange(N) < 100, 1, 0)), outcome("tuned", "fine-tuned", holes)]
    found = compare(both, base.comparison.questions, slices={"language=de": np.arange(100)})
    told = finding(verdict(replace(base, comparison=found)))
    assert told.proof is Proof.UNDECIDED


SUITE = """\
name: slices
golden_set: {path: golden.jsonl}
prompts: {plain: {user: "{{ input }}"}}
candidates:
  - {name: prompted, model: rehearsal/prompted, prompts: [plain], rehearsal: {accuracy: 0.6}}
  - {name: tuned, path: fine-tuned, model: rehearsal/tuned, prompts: [plain], rehearsal: {accuracy: 0.9}}
decision:
  accuracy_target: 0.9
  protected_slices: {language: [de]}
"""


def write(folder: Path, suite: str = SUITE) -> None:
    rows = [f'{{"id": "g{at}", "input": "q{at}", "target": "a{at}", "language": "{"de" if at % 3 else "en"}"}}' for at in range(60)]
    (folder / "golden.jsonl").write_text("\n".join(rows) + "\n")
    (folder / "suite.yaml").write_text(suite)


def test_a_run_tells_the_protected_slice_and_deciding_again_tells_the_same(tmp_path: Path) -> None:
    write(tmp_path)
    done = bench(tmp_path, "run", "suite.yaml", "--stop", "none")
    assert done.returncode == 0, done.stderr
    run = next((tmp_path / "reports").glob("*/*"))
    report = (run / "report.md").read_text()
    assert "protected-slices" in report
    assert "language=de" in report
    assert "40 examples" in report
    again = bench(tmp_path, "decide", "suite.yaml", "--results", str(run), "--json")
    assert '"protected-slices"' in again.stdout
    assert "language=de" in again.stdout


@pytest.mark.parametrize(
    ("slices", "told"),
    [
        ("{langauge: [de]}", "no golden example has 'langauge' in its metadata"),
        ("{language: [fr]}", "no golden example has language = 'fr'"),
        ("{language: []}", "must not be empty"),
    ],
)
def test_a_slice_nobody_is_in_is_a_mistake_with_its_line(tmp_path: Path, slices: str, told: str) -> None:
    write(tmp_path, SUITE.replace("{language: [de]}", slices))
    done = bench(tmp_path, "check", "suite.yaml")
    assert done.returncode == 2
    assert told in done.stderr
    assert "suite.yaml:9" in done.stderr
