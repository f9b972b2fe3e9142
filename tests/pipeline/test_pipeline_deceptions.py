"""Rows and suites that would make a naive harness say yes: each was found by somebody who tried to make the verdict lie."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from benchharness.errors import MistakesError
from benchharness.pipeline.decide import decide_file
from benchharness.pipeline.deciding.verdict import Decided
from benchharness.pipeline.loading.policy import load_suite, policy_hash
from benchharness.records.comparison import Proof
from benchharness.records.verdict import Finding, Status
from benchharness.report.verdict import VerdictReport, terminal

Rows = Iterable[Mapping[str, object]]
PROMPTS = """\
training_pool: {path: pool.jsonl}
prompts:
  plain: {user: "{{ input }}"}
  few: {extends: plain, shots: 4}
  near: {extends: plain, shots: {k: 4, pick: nearest}}
"""
PAYING = (
    "volume: {requests_per_month: 10_000_000}, fine_tune: {training_cost_usd: 1, labelled_examples: 5000}, "
    "costs: {prompt: {usd_per_1k: 50}, fine_tuned: {engineers: 0, usd_per_1k: 1}}"
)

APIS = ", ".join(f"{{name: m{at}, model: p{at}/m, prompts: [plain, few, near]}}" for at in range(3))
TUNED = "{name: ft, path: fine-tuned, base_model: p0/m}"


def decided(folder: Path, candidates: str, decision: str, rows: Rows, *, extra: str = "") -> Decided:
    (folder / "suite.yaml").write_text(f"name: deceptions\n{extra}candidates: [{candidates}]\ndecision: {{{decision}}}\n")
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return decide_file(load_suite(folder / "suite.yaml").suite, folder / "rows.jsonl")


def rows(candidate: str, matched: int, n: int, *, prompt: str = "", **more: object) -> list[dict[str, object]]:
    return [{"candidate": candidate, "prompt": prompt, "example_id": f"e{at:04d}", "matched": at < matched, **more} for at in range(n)]


def lost(candidate: str, n: int, *, prompt: str = "") -> list[dict[str, object]]:
    return [{"candidate": candidate, "prompt": prompt, "example_id": f"e{at:04d}", "status": "error"} for at in range(n)]


def everything_prompted() -> list[dict[str, object]]:
    return [row for at in range(3) for prompt in ("plain", "few", "near") for row in rows(f"m{at}", 124, 400, prompt=prompt)]


def finding(found: Decided, rule: str) -> Finding:
    return next(each for each in found.verdict.findings if each.rule == rule)


@pytest.mark.parametrize("privacy", ["{offline: true}", "{data_may_leave: false}"])
def test_an_api_that_may_not_be_asked_is_never_shipped_however_well_it_does(tmp_path: Path, privacy: str) -> None:
    found = decided(
        tmp_path,
        "{name: gpt, model: openai/gpt}, {name: emb, model: embedded/small}",
        f"accuracy_target: 0.95, privacy: {privacy}",
        [*rows("gpt", 196, 200), *rows("emb", 20, 200)],
    )
    assert found.verdict.verdict.value != "ship-prompt"
    assert found.verdict.best_prompt is not None
    assert found.verdict.best_prompt.candidate == "emb"
    assert "Ruled out by `decision.privacy`, and shown only: gpt." in " ".join(
        terminal.render(VerdictReport(verdict=found.verdict, comparison=found.comparison)).split()
    )


def test_where_only_forbidden_apis_were_measured_nothing_is_decided(tmp_path: Path) -> None:
    found = decided(tmp_path, "{name: gpt, path: api}", "accuracy_target: 0.95, privacy: {data_may_leave: false}", rows("gpt", 196, 200))
    assert found.verdict.verdict.value == "more-evidence"
    assert "may be asked" in found.verdict.headline


def test_an_accepted_regional_api_may_be_asked(tmp_path: Path) -> None:
    privacy = "privacy: {data_may_leave: false, residency_api: accepted}"
    found = decided(tmp_path, "{name: gpt, path: api}", f"accuracy_target: 0.95, {privacy}", rows("gpt", 196, 200))
    assert found.verdict.verdict.value == "ship-prompt"


def test_a_fine_tune_behind_somebody_elses_api_is_no_model_of_ones_own(tmp_path: Path) -> None:
    found = decided(
        tmp_path,
        '{name: gpt, model: openai/gpt}, {name: ft, path: fine-tuned, model: "openai/ft:gpt:acme"}',
        "accuracy_target: 0.95, privacy: {data_may_leave: false, residency_api: rejected}",
        [*rows("gpt", 150, 200), *rows("ft", 198, 200)],
    )
    assert found.verdict.verdict.value == "more-evidence"


def test_a_fine_tune_on_a_private_network_is_one(tmp_path: Path) -> None:
    found = decided(
        tmp_path,
        '{name: gpt, model: openai/gpt}, {name: ft, path: fine-tuned, model: m, endpoint: "http://10.0.0.5:8000/v1"}',
        "accuracy_target: 0.95, privacy: {data_may_leave: false, residency_api: rejected}",
        [*rows("gpt", 150, 200), *rows("ft", 198, 200)],
    )
    assert (found.verdict.verdict.value, found.verdict.grounds) == ("self-host", ("privacy",))


def test_a_classical_model_runs_at_home_whatever_rules_apis_out(tmp_path: Path) -> None:
    found = decided(
        tmp_path,
        "{name: gpt, path: api}, {name: tf, path: classical}",
        "accuracy_target: 0.95, privacy: {data_may_leave: false, residency_api: rejected}",
        [*rows("gpt", 150, 200), *rows("tf", 198, 200)],
    )
    assert found.verdict.verdict.value == "ship-classical"


def test_prompts_that_have_rows_count_as_tried_and_those_without_do_not(tmp_path: Path) -> None:
    measured = [*rows("ft", 390, 400), *everything_prompted()]
    candidates, decision = f"{APIS}, {TUNED}", f"accuracy_target: 0.95, {PAYING}"
    found = decided(tmp_path, candidates, decision, measured, extra=PROMPTS)
    assert finding(found, "prompt-effort").status is Status.MET
    assert finding(found, "retrieval-tried").status is Status.MET
    assert found.verdict.verdict.value == "fine-tune"
    without = decided(tmp_path, candidates, decision, [row for row in measured if row["prompt"] in ("", "plain")], extra=PROMPTS)
    assert finding(without, "retrieval-tried").status is Status.NOT_MET
    assert without.verdict.verdict.value != "fine-tune"


@pytest.mark.parametrize("measured", [0, 1, 59])
def test_no_one_way_door_opens_because_an_api_failed(tmp_path: Path, measured: int) -> None:
    known = [*rows("ft", 390, 400), *everything_prompted()]
    broken = [*rows("dead", measured, 400)[:measured], *lost("dead", 400)[measured:]]
    found = decided(
        tmp_path, f"{APIS}, {{name: dead, path: api}}, {TUNED}", f"accuracy_target: 0.95, {PAYING}",
        [*known, *broken], extra=PROMPTS,
    )  # fmt: skip
    assert found.verdict.verdict.value == "more-evidence"
    assert finding(found, "coverage").status is Status.NOT_MET
    assert "dead" in found.verdict.headline


def test_a_classical_model_is_not_shipped_because_the_language_model_failed(tmp_path: Path) -> None:
    found = decided(
        tmp_path, "{name: gpt, path: api}, {name: tf, path: classical}", "accuracy_target: 0.9", [*lost("gpt", 200), *rows("tf", 190, 200)]
    )
    assert found.verdict.verdict.value == "more-evidence"
    assert "gpt 200" in finding(found, "coverage").remedy


@pytest.mark.parametrize(
    "row",
    [
        {"matched": True, "status": "unparsable"},
        {"score": 0.7, "status": "refused"},
        {"matched": False, "status": "error"},
        {"matched": True, "score": 0.0},
        {"matched": False, "score": 1.0},
    ],
)
def test_a_row_that_contradicts_itself_is_named(tmp_path: Path, row: dict[str, object]) -> None:
    with pytest.raises(MistakesError) as caught:
        decided(
            tmp_path, "{name: gpt, path: api}", "accuracy_target: 0.9",
            [*rows("gpt", 40, 50), {"candidate": "gpt", "prompt": "", "example_id": "x", **row}],
        )  # fmt: skip
    assert caught.value.mistakes[0].line == 51


def test_a_refusal_without_a_score_is_a_miss_and_not_missing(tmp_path: Path) -> None:
    refused = [{"candidate": "gpt", "prompt": "", "example_id": f"r{at}", "status": "refused"} for at in range(40)]
    found = decided(tmp_path, "{name: gpt, path: api}", "accuracy_target: 0.9", [*rows("gpt", 60, 60), *refused])
    assert found.verdict.best_prompt is not None
    assert (found.verdict.best_prompt.matched, found.verdict.best_prompt.n) == (60, 100)
    assert not found.verdict.coverage.missing


def test_a_path_that_changed_after_the_answers_is_named(tmp_path: Path) -> None:
    with pytest.raises(MistakesError) as caught:
        decided(tmp_path, "{name: ft, path: api}", "accuracy_target: 0.9", rows("ft", 40, 50, path="fine-tuned"))
    assert "ft is fine-tuned here and api in the suite" in caught.value.mistakes[0].message


def test_the_seed_is_policy_only_where_it_chooses_who_judges(tmp_path: Path) -> None:
    def policy(text: str) -> str:
        (tmp_path / "s.yaml").write_text(f"name: s\ncandidates: [{{name: m, path: api}}]\n{text}\n")
        return policy_hash(load_suite(tmp_path / "s.yaml").suite)

    assert policy("seed: 1\ndecision: {accuracy_target: 0.9}") == policy("seed: 2\ndecision: {accuracy_target: 0.9}")
    parted = "decision: {accuracy_target: 0.9, dev_share: 0.3}"
    assert policy(f"seed: 1\n{parted}") != policy(f"seed: 2\n{parted}")


@pytest.mark.parametrize(("n", "share"), [(5, 0.1), (3, 0.8), (2, 0.5)])
def test_a_split_of_few_examples_leaves_somebody_to_choose_and_somebody_to_judge(tmp_path: Path, n: int, share: float) -> None:
    found = decided(tmp_path, "{name: gpt, path: api}", f"accuracy_target: 0.9, dev_share: {share}", rows("gpt", n, n))
    assert found.verdict.best_prompt is not None
    assert 0 < found.verdict.best_prompt.n < n


def test_one_example_cannot_be_parted_and_says_nothing(tmp_path: Path) -> None:
    found = decided(tmp_path, "{name: gpt, path: api}", "accuracy_target: 0.9, dev_share: 0.5", rows("gpt", 1, 1))
    assert found.verdict.verdict.value == "more-evidence"


def test_a_cluster_told_once_holds_for_every_candidate(tmp_path: Path) -> None:
    told = [{**row, "cluster": f"c{at % 5}"} for at, row in enumerate(rows("ft", 50, 50))]
    found = decided(
        tmp_path, "{name: gpt, path: api}, {name: ft, path: fine-tuned}", "accuracy_target: 0.95", [*rows("gpt", 50, 50), *told]
    )
    intervals = [each.interval for each in found.comparison.candidates]
    assert intervals[0] == intervals[1]
    assert finding(found, "ninety-percent").proof is not Proof.PROVEN


def test_a_missing_target_does_not_switch_off_the_look_at_the_golden_set(tmp_path: Path) -> None:
    answers = [{**row, "target": "a" if at < 96 else None} for at, row in enumerate(rows("gpt", 96, 100))]
    found = decided(tmp_path, "{name: gpt, path: api}", "accuracy_target: 0.95", answers)
    assert finding(found, "metric-can-decide").status is Status.NOT_MET


def test_latency_and_cost_in_rows_from_anywhere_are_read(tmp_path: Path) -> None:
    found = decided(
        tmp_path,
        "{name: gpt, path: api}, {name: sh, path: self-hosted}",
        "accuracy_target: 0.95, latency: {p95_s: 0.5}",
        [*rows("gpt", 196, 200, latency_s=9.0, cost_usd=0.001), *rows("sh", 196, 200, latency_s=0.01)],
    )
    assert finding(found, "latency").proof is Proof.REFUTED
    assert found.verdict.verdict.value == "self-host"
    assert next(each for each in found.evidence.totals if each.candidate == "gpt").usd_per_1k == pytest.approx(1.0)


def test_a_latency_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(MistakesError) as caught:
        decided(tmp_path, "{name: gpt, path: api}", "accuracy_target: 0.9", rows("gpt", 40, 50, latency_s=-1.0))
    assert caught.value.mistakes[0].key == "latency_s"


def test_the_teams_own_rule_is_told_when_it_is_what_ships(tmp_path: Path) -> None:
    found = decided(tmp_path, "{name: gpt, path: api}", "accuracy_target: 0.95, gap_rule: 35 of 50", rows("gpt", 150, 200))
    assert found.verdict.verdict.value == "ship-prompt"
    assert "35 of 50" in found.verdict.headline
    assert "below" not in found.verdict.headline


def test_a_name_with_control_characters_cannot_move_the_cursor(tmp_path: Path) -> None:
    found = decided(tmp_path, "{name: gpt, path: api}", "accuracy_target: 0.95", rows("gpt", 40, 50, prompt="p\rFAKE\x07\x1b[2J"))
    screen = terminal.render(VerdictReport(verdict=found.verdict, comparison=found.comparison))
    assert all(char.isprintable() or char == "\n" for char in screen)
