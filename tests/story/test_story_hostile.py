"""What a hostile user tries: a verdict on marks that say nothing, and options that would be overheard."""

import json
from importlib import util
from pathlib import Path
from typing import Any

import pytest
from story.commanding import bench

SUITE = """\
name: cheap
golden_set: {path: golden.jsonl}
training_pool: {path: pool.jsonl}
prompts:
  plain: {user: "{{ input }}"}
  few: {extends: plain, shots: 4}
  near: {extends: plain, shots: {k: 4, pick: nearest}}
candidates:
  - {name: one, model: rehearsal/x, prompts: [plain, few, near], rehearsal: {accuracy: 0.9},
     price: {input_usd_per_million: 100, output_usd_per_million: 100}}
  - {name: two, model: rehearsal/y, prompts: [plain, few, near], rehearsal: {accuracy: 0.9},
     price: {input_usd_per_million: 100, output_usd_per_million: 100}}
  - {name: base, path: self-hosted, model: rehearsal/base, prompts: [plain], rehearsal: {accuracy: 0.1},
     price: {input_usd_per_million: 100, output_usd_per_million: 100}}
  - {name: tuned, path: fine-tuned, base_model: rehearsal/base, model: rehearsal/tuned, prompts: [plain], rehearsal: {accuracy: 0.1},
     price: {input_usd_per_million: 1, output_usd_per_million: 1}}
scorers:
  - {type: cost, primary: true, most_usd: 0.0001}
decision:
  accuracy_target: 0.9
  volume: {requests_per_month: 50_000_000}
  fine_tune: {training_cost_usd: 100}
  costs: {engineer_usd_per_year: 100000, prompt: {engineers: 0}, fine_tuned: {engineers: 0, hosting: {usd_per_month: 10}}}
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    golden = [{"id": f"q{at}", "input": f"question {at} of {at * 7919 % 1000}", "target": "abcd"[at % 4]} for at in range(100)]
    pool = [{"input": f"pool {at} of {at * 104729 % 10007}", "target": "abcd"[at * 7 % 4]} for at in range(1000)]
    for name, lines in (("golden", golden), ("pool", pool)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(each) + "\n" for each in lines))
    (folder / "suite.yaml").write_text(SUITE)
    return folder


def verdict(folder: Path, suite: str) -> Any:
    done = bench(folder, "run", suite, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_score_that_says_nothing_of_right_or_wrong_opens_no_one_way_door(world: Path) -> None:
    found = verdict(world, "suite.yaml")
    assert found["verdict"] == "more-evidence"
    assert "says nothing of right or wrong" in found["headline"]
    assert "The rates say nothing of right or wrong: the scorer that decides is `cost`." in found["warnings"]
    run = next((world / "reports/cheap").iterdir())
    assert all("say nothing of right or wrong" in (run / name).read_text() for name in ("verdict.json", "report.md", "report.html"))
    # Nor does a suite that lets cost alone justify it.
    (world / "allows.yaml").write_text(
        SUITE.replace("name: cheap", "name: allows").replace("decision:\n", "decision:\n  allow_cost_migration: true\n")
    )
    assert verdict(world, "allows.yaml")["verdict"] == "more-evidence"


@pytest.mark.parametrize("given", [("--limit", "5"), ("--only", "one"), ("--stop", "none")])
def test_a_run_that_goes_on_overhears_no_option(world: Path, given: tuple[str, str]) -> None:
    done = bench(world, "run", "suite.yaml", "--retry-errors", *given)
    assert done.returncode == 2
    assert f"--retry-errors goes on as the earlier run was told, so {given[0]} can't be another with it" in done.stderr


@pytest.mark.skipif(util.find_spec("litellm") is None, reason="needs the extra `apis`")
def test_a_price_that_is_not_known_is_not_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTED_VLLM_API_BASE", "http://127.0.0.1:9/v1")
    (tmp_path / "golden.jsonl").write_text('{"input": "one", "target": "1"}\n', encoding="utf-8")
    (tmp_path / "suite.yaml").write_text(
        "name: dear\ngolden_set: {path: golden.jsonl}\nprompts: {plain: {user: '{{ input }}'}}\n"
        "candidates: [{name: ours, model: hosted_vllm/our-model, prompts: [plain]}]\ndecision: {accuracy_target: 0.9}\n",
        encoding="utf-8",
    )
    done = bench(tmp_path, "run", "suite.yaml")
    assert done.returncode == 2
    assert "what nobody knows for ours, whose price isn't listed" in done.stderr
    assert not (tmp_path / "reports").exists()
