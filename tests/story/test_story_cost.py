"""`bench cost`: what both paths cost in all, and what keeps them from being compared."""

import json
from pathlib import Path

import pytest
from story.commanding import bench

SUITE = """\
name: s1
candidates: [{name: mini, path: api}, {name: tuned, path: fine-tuned}]
decision:
  accuracy_target: 0.95
  volume: {requests_per_month: 1_520_833}
  fine_tune: {training_cost_usd: 50_000, labelled_examples: 20_000}
  costs:
    price_change: 0
    engineer_usd_per_year: 250_000
    prompt: {usd_per_1k: 5}
    fine_tuned: {engineers: 3, hosting: {usd_per_month: 2000}}
"""


def test_the_sources_example_is_told_to_the_dollar(tmp_path: Path) -> None:
    (tmp_path / "suite.yaml").write_text(SUITE)
    screen = bench(tmp_path, "cost", "suite.yaml").stdout
    for words in ("$273,750", "$2,372,000", "$9,500,000", "engineers $2,250,000", "17,337,878 requests a month"):
        assert words in screen
    assert all(len(line) <= 80 for line in screen.splitlines())
    told = json.loads(bench(tmp_path, "cost", "suite.yaml", "--json").stdout)
    assert told["costs"]["crossover"]["low"] == pytest.approx(11.400, abs=0.001)
    assert told["payback_months"] is None


def test_the_arithmetic_is_shown_on_request(tmp_path: Path) -> None:
    (tmp_path / "suite.yaml").write_text(SUITE)
    screen = bench(tmp_path, "cost", "suite.yaml", "--explain").stdout
    assert "1,520,833 requests × 36 months × $0.005 = $273,750." in screen
    assert "engineers: 36 months × $62,500 = $2,250,000." in screen
    assert "fine_tuned.engineers: $4,215 ($62,500 now; USD a month)" in screen


def test_what_is_lacking_is_told_by_key_and_nothing_is_guessed(tmp_path: Path) -> None:
    (tmp_path / "suite.yaml").write_text(SUITE.replace("engineers: 3, ", "").replace("training_cost_usd: 50_000, ", ""))
    told = json.loads(bench(tmp_path, "cost", "suite.yaml", "--json").stdout)
    assert told["costs"] is None
    assert [each.split("`")[1] for each in told["lacks"]] == ["decision.fine_tune.training_cost_usd", "decision.costs.fine_tuned.engineers"]


@pytest.mark.parametrize(("requests", "proof"), [(1_520_833, "undecided"), (152_083_300, "proven")])
def test_a_fine_tune_pays_at_one_volume_and_not_at_another(tmp_path: Path, requests: int, proof: str) -> None:
    (tmp_path / "suite.yaml").write_text(
        SUITE.replace("1_520_833", str(requests)).replace("name: mini, path: api", "name: mini, path: api, prompts: [p]")
        + "prompts: {p: {user: hello}}\n"
    )
    rows = [{"candidate": "mini", "prompt": "p", "example_id": f"e{at}", "matched": at < 280} for at in range(400)]
    rows += [{"candidate": "tuned", "example_id": f"e{at}", "matched": at < 392} for at in range(400)]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    told = json.loads(bench(tmp_path, "decide", "suite.yaml", "--results", "rows.jsonl", "--json").stdout)
    paying = next(each for each in told["findings"] if each["rule"] == "cost-pays")
    assert paying["proof"] == proof
    # Nobody tried three strategies on two models here, so even a gap that pays sends back to the prompt.
    assert told["verdict"] == "improve-prompt"
