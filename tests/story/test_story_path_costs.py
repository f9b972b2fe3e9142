"""Every path is judged by its own costs: at the verdict, in `bench cost`, the record, the reports and the gate."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from gate_worlds import rows_text
from story.commanding import bench, decided, finding

CHEAP, DEAR = "{engineers: 0, usd_per_1k: 0.1}", "{engineers: 8, hosting: {usd_per_month: 50_000}}"
SUITE = """\
name: hosting
training_pool: {{path: pool.jsonl}}
prompts: {{a: {{user: x}}, b: {{user: y, shots: {{k: 4, pick: nearest}}}}, c: {{user: z, shots: 4}}}}
candidates:
  - {{name: mini, model: openai/mini, prompts: [a, b, c]}}
  - {{name: midi, model: openai/midi, prompts: [a]}}
  - {{name: own, path: self-hosted, model: our/own, prompts: [a]}}
{tuned}decision:
  accuracy_target: 0.9
  moat: {{model_is_the_reason: "yes", sentence: It reads what nobody else can.}}
  team: {{owner: Ada, ml_engineers: 2, on_call: true, upgrades: true, monitoring: true, net_new: false}}
  volume: {{requests_per_month: 1_000_000, project: [1, 10]}}
  costs: {{prompt: {{usd_per_1k: 5}}, fine_tuned: {fine_tuned}, self_hosted: {self_hosted}}}
"""
TUNED = "  - {name: tuned, path: fine-tuned, model: our/tuned, base_model: openai/mini, prompts: [a]}\n"
PLAN = "  fine_tune: {labelled_examples: 5000, training_cost_usd: 10_000}\n"


def written(folder: Path, *, fine_tuned: str, self_hosted: str, tuned: bool = False, plan: bool = True, **rates: float) -> None:
    text = SUITE.format(fine_tuned=fine_tuned, self_hosted=self_hosted, tuned=TUNED if tuned else "")
    (folder / "suite.yaml").write_text(text + (PLAN if plan else ""))
    shares = {"mini": 0.5, "midi": 0.5, "own": 0.98, **({"tuned": 0.97} if tuned else {}), **rates}
    rows = [
        {"candidate": name, "prompt": prompt, "example_id": f"e{at}", "matched": at < share * 400}
        for name, share in shares.items()
        for prompt in (("a", "b", "c") if name == "mini" else ("a",))
        for at in range(400)
    ]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.mark.parametrize("tuned", [False, True])
@pytest.mark.parametrize(
    ("fine_tuned", "self_hosted", "proof"),
    [(CHEAP, DEAR, "refuted"), (DEAR, CHEAP, "proven"), (CHEAP, "{}", None), (CHEAP, CHEAP, "proven")],
)
def test_a_hosted_model_clears_the_economics_by_its_own_costs_alone(
    tmp_path: Path, fine_tuned: str, self_hosted: str, proof: str | None, *, tuned: bool
) -> None:
    written(tmp_path, fine_tuned=fine_tuned, self_hosted=self_hosted, tuned=tuned)
    told = decided(tmp_path)
    assert finding(told, "three-bars")["proof"] == proof, finding(told, "three-bars")["sentence"]
    if not tuned:
        assert (told["verdict"] == "self-host") is (proof == "proven")
    if proof is None:
        assert "`decision.costs.self_hosted`" in finding(told, "three-bars")["sentence"]


def test_bench_cost_shows_both_paths_each_with_its_own_crossing(tmp_path: Path) -> None:
    written(tmp_path, fine_tuned=CHEAP, self_hosted=DEAR, tuned=True)
    screen = bench(tmp_path, "cost", "suite.yaml").stdout
    assert "The self-hosted model gets cheaper at no volume." in " ".join(screen.split())
    assert "The fine-tune is cheaper above" in " ".join(screen.split())
    assert all(len(line) <= 80 for line in screen.splitlines())
    told = json.loads(bench(tmp_path, "cost", "suite.yaml", "--json").stdout)
    assert (told["costs"]["path"], told["hosting"]["costs"]["path"]) == ("fine_tuned", "self_hosted")
    # 36 months of machines and of 8 engineers: 1,800,000 + 8 x 3 x (250,000 to 400,000).
    assert told["hosting"]["costs"]["own"]["1.0"]["total_usd"]["low"] == pytest.approx(7_800_000)
    assert told["hosting"]["payback_months"] is None
    assert any(each["name"] == "self_hosted.machines" for each in told["hosting"]["break_evens"])


def test_costs_of_hosting_alone_are_enough_and_no_training_is_asked_for(tmp_path: Path) -> None:
    written(tmp_path, fine_tuned="{}", self_hosted=CHEAP, plan=False)
    screen = " ".join(bench(tmp_path, "cost", "suite.yaml", "--explain").stdout.split())
    assert "The self-hosted model is cheaper above" in screen
    assert "Self-hosted model, answers" in screen
    assert "training" not in screen
    assert "fine-tune" not in screen
    assert decided(tmp_path)["verdict"] == "self-host"


def test_what_hosting_lacks_is_told_by_its_own_keys(tmp_path: Path) -> None:
    written(tmp_path, fine_tuned=CHEAP, self_hosted="{}")
    told = json.loads(bench(tmp_path, "cost", "suite.yaml", "--json").stdout)
    assert told["costs"] is not None
    keys = [each.split("`")[1] for each in told["hosting"]["lacks"]]
    assert keys == ["decision.costs.self_hosted.usd_per_1k", "decision.costs.self_hosted.engineers"]


@pytest.mark.parametrize(("dollars", "known"), [(0.0001, True), (0.0, False)])
def test_answers_of_the_hosted_model_price_it_where_nothing_is_stated(tmp_path: Path, dollars: float, *, known: bool) -> None:
    written(tmp_path, fine_tuned="{}", self_hosted="{engineers: 0}", plan=False)
    rows = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text().splitlines()]
    priced = [{**row, "cost_usd": dollars} if row["candidate"] == "own" else row for row in rows]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in priced))
    told = json.loads(bench(tmp_path, "cost", "suite.yaml", "--results", "rows.jsonl", "--json").stdout)
    assert (told["hosting"]["costs"] is not None) is known
    assert told["best_self_hosted"] == "own/a"
    assert finding(decided(tmp_path), "three-bars")["proof"] == ("proven" if known else None)


RUN = """\
name: hosted
golden_set: {{path: golden.jsonl}}
prompts: {{zero: {{user: "{{{{ input }}}}"}}}}
candidates:
  - {{name: mini, model: rehearsal/base, prompts: [zero], rehearsal: {{accuracy: 0.4, wrong: "unsure"}}}}
  - {{name: own, path: self-hosted, model: rehearsal/own, prompts: [zero], rehearsal: {{accuracy: 0.99}}}}
scorers: [{{type: label, primary: true, labels: ["yes", "no", "maybe"]}}]
decision:
  accuracy_target: 0.9
  {more}
  volume: {{requests_per_month: 1_000_000, project: {project}}}
  fine_tune: {{labelled_examples: 5000, training_cost_usd: 100}}
  costs:
    prompt: {{usd_per_1k: 10}}
    fine_tuned: {{engineers: 0, usd_per_1k: 1}}
    self_hosted: {{engineers: 8, hosting: {{usd_per_month: 500_000, requests_per_month: 1_000_000_000}}}}
"""


def proposed(folder: Path, more: str, project: str = "[1, 1000]") -> dict[str, Any]:
    """Run, propose to self-host, and return what the gate says."""
    (folder / "golden.jsonl").write_text(rows_text(range(120), "g"))
    (folder / "suite.yaml").write_text(RUN.format(more=more, project=project))
    assert bench(folder, "run", "suite.yaml", "--stop", "none").returncode == 0
    done = bench(folder, "propose", "H-1", "--from", str(max((folder / "reports").glob("*/*"))), "--kind", "self-host")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(bench(folder, "gate", "--json", "--today", datetime.now(UTC).date().isoformat()).stdout)
    return found


def test_a_forced_proposal_shows_what_hosting_costs_and_not_what_a_fine_tune_would(tmp_path: Path) -> None:
    told = proposed(tmp_path, "privacy: {offline: true}")["proposals"][0]
    assert told["verdict"] == "self-host"
    assert told["costs_of"] == "self-hosted model"
    # 500,000 a month, and 8 engineers at 250,000 to 400,000 a year.
    assert told["costs_usd_per_month"][1]["low"] == pytest.approx(500_000 + 8 * 250_000 / 12)
    run = max((tmp_path / "reports").glob("*/*"))
    decision = (run / "decision.md").read_text()
    assert "| criterion | weight | prompting | self-hosted model |" in decision
    assert "for the self-hosted model over 36 months" in decision
    assert "where the self-hosted model may get cheaper" in decision
    report = (run / "report.md").read_text()
    assert "| volume | prompting | self-hosted model |" in report
    assert "| volume | prompting | fine-tune |" in report
    page = (run / "report.html").read_text()
    assert "Self-hosted model gets cheaper" in page


def test_a_proposal_to_host_for_its_bars_fails_at_its_own_economics(tmp_path: Path) -> None:
    more = 'moat: {model_is_the_reason: "yes", sentence: It reads what nobody else can.}'
    told = proposed(tmp_path, more, "[1]")["proposals"][0]
    assert told["outcome"] == "not-justified"
    assert "three-bars" in told["reasons"]
