"""A user whose scores are graded promises a mean: target, gaps and sentences are of the mean score, and no match is counted."""

import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from loopback_server import LoopbackServer, Reply, completion
from story.commanding import bench

SUITE = """\
name: summaries
golden_set: {path: golden.jsonl}
training_pool: {path: pool.jsonl}
prompts:
  zero-shot: {user: "{{ input }}"}
  few-shot: {user: "{{ input }}", shots: 2}
  retrieval: {user: "{{ input }}", shots: {k: 2, pick: nearest}}
candidates:
  - {name: mini, endpoint: "URL", model: mini, prompts: [zero-shot, few-shot, retrieval]}
  - {name: large, endpoint: "URL", model: large, prompts: [zero-shot]}
  - {name: ours, path: fine-tuned, endpoint: "URL", model: ours, base_model: mini, prompts: [zero-shot]}
scorers: [{type: f1}]
decision:
  accuracy_target: 0.75
  target_is: mean
  allow_cost_migration: false
  volume: {requests_per_month: 5_000_000}
  fine_tune: {training_cost_usd: 1_000, labelled_examples: 20_000}
  costs:
    engineer_usd_per_year: 100_000
    prompt: {usd_per_1k: 20}
    fine_tuned: {usd_per_1k: 0.1, engineers: 0.1, hosting: {usd_per_month: 500}}
"""
WORDS = ("the", "report", "says", "that", "sales", "rose", "by", "nine", "percent", "in", "the", "north", "while", "costs", "fell", "here")


# How much of the reference each model keeps, by how its prompt is made: F1 is about this share.
KEEPS = {"mini": {1: 0.4, 5: 0.5}, "large": {1: 0.5, 5: 0.5}, "ours": {1: 0.85, 5: 0.85}}


def reply(_count: int, body: dict[str, Any]) -> Reply:
    """Return the reference with some of its words, others in place of the rest; shots make five messages of one."""
    asked = body["messages"]
    keep = KEEPS[body["model"]][len(asked)]
    rng = np.random.default_rng(zlib.crc32(f"{body['model']} {asked[-1]['content']} {len(asked)}".encode()))
    return Reply(body=completion(" ".join(each if rng.random() < keep else f"w{rng.integers(1000)}" for each in WORDS)))


@pytest.fixture
def summaries(tmp_path: Path) -> Iterator[Path]:
    golden = [{"id": f"e{at}", "input": f"report {at}", "target": " ".join(WORDS) + f" {at}"} for at in range(120)]
    (tmp_path / "golden.jsonl").write_text("".join(json.dumps(each) + "\n" for each in golden))
    pool = [
        {"id": f"p{at}", "input": f"memo {at} on {name}", "target": f"all quiet, {name}"} for at, name in enumerate(("me", "you", "us"))
    ]
    (tmp_path / "pool.jsonl").write_text("".join(json.dumps(each) + "\n" for each in pool))
    server = LoopbackServer(reply)
    (tmp_path / "suite.yaml").write_text(SUITE.replace("URL", server.url))
    with server:
        yield tmp_path


def run_folder(here: Path) -> Path:
    return max((here / "reports" / "summaries").iterdir())


def test_f1_scores_decide_a_fine_tune_from_the_run_to_the_report(summaries: Path) -> None:
    done = bench(summaries, "run", "suite.yaml")
    assert done.returncode == 0, done.stderr
    folder = run_folder(summaries)
    verdict = json.loads((folder / "verdict.json").read_text())
    findings = {each["rule"]: each for each in verdict["findings"]}
    assert findings["fine-tune-reaches-target"]["proof"] == "proven"
    assert "on average over 120 examples" in findings["fine-tune-reaches-target"]["sentence"]
    assert findings["gap-is-large"]["proof"] == "proven"
    assert findings["prompting-refuted"]["proof"] == "proven"
    assert 0.7 < verdict["best_fine_tuned"]["rate"] < 0.95
    assert verdict["best_fine_tuned"]["matched"] is None
    assert verdict["best_prompt"]["rate"] < 0.6
    # Not one answer equals its reference, so by matches nobody gets anything right.
    assert "matches" not in " ".join(each["sentence"] for each in verdict["findings"] if each["rule"] != "leakage")
    assert verdict["verdict"] == "fine-tune"
    page, report = (folder / "report.html").read_text(), (folder / "report.md").read_text()
    assert "| candidate | examples | mean |" in report
    assert "a mean score" in page
    assert "Every example was asked (--stop none): the target is of mean scores" in done.stdout.replace("\n    ", " ")
    by_matches = (summaries / "suite.yaml").read_text().replace("  target_is: mean\n", "")
    (summaries / "shares.yaml").write_text(by_matches)
    shares = json.loads(bench(summaries, "decide", "shares.yaml", "--results", str(folder), "--json").stdout)
    assert shares["verdict"] != "fine-tune"
    assert "exploratory" in shares["flags"], "what is promised is a bar"


def test_compare_power_cost_and_explain_speak_of_means(summaries: Path) -> None:
    bench(summaries, "run", "suite.yaml")
    folder = str(run_folder(summaries))
    compared = json.loads(bench(summaries, "compare", folder, "--format", "json").stdout)
    ours = next(each for each in compared["changes"] if each["name"].startswith("ours"))
    assert ours["mean"] is True
    assert ours["difference"] == pytest.approx(ours["rate"] - ours["rate_against"])
    assert ours["difference"] > 0.2
    power = bench(summaries, "power", "suite.yaml", "--results", folder).stdout
    assert "They differ on an example by" in power
    assert "as though every score were 0 or 1" in " ".join(power.split())
    assert "Per matched answer" not in bench(summaries, "cost", "suite.yaml", "--results", folder).stdout
    assert "decision.target_is" in bench(summaries, "explain", "gap-is-large").stdout


@pytest.mark.parametrize("rule", ["group", "anytime"])
def test_what_counts_matches_is_refused_with_the_line_that_works(summaries: Path, rule: str) -> None:
    stopped = bench(summaries, "run", "suite.yaml", "--stop", rule)
    assert stopped.returncode == 2
    assert "take --stop none" in stopped.stderr
    text = (summaries / "suite.yaml").read_text()
    (summaries / "suite.yaml").write_text(text.replace("target_is: mean", "target_is: mean\n  gap_rule: 44 of 50"))
    checked = bench(summaries, "check", "suite.yaml")
    assert checked.returncode == 2
    assert "decision.gap_rule: counts matches" in checked.stderr
    assert "write `target_is: share`" in checked.stderr


def rows_file(here: Path, rows: list[dict[str, object]]) -> Path:
    path = here / "rows.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in rows))
    return path


def decided(here: Path, rows: list[dict[str, object]], *more: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(
        bench(here, "decide", "rows.yaml", "--results", str(rows_file(here, rows)), "--json", *more).stdout
    )
    return found


ROWS_SUITE = """\
name: rows
candidates: [{name: prompted, path: api}, {name: tuned, path: fine-tuned}]
decision: {accuracy_target: 0.6, target_is: mean}
"""


def test_rows_without_a_score_are_refused_and_a_refusal_scores_nothing(tmp_path: Path) -> None:
    (tmp_path / "rows.yaml").write_text(ROWS_SUITE)
    marks: list[dict[str, object]] = [{"candidate": "prompted", "example_id": f"e{at}", "matched": True} for at in range(40)]
    done = bench(tmp_path, "decide", "rows.yaml", "--results", str(rows_file(tmp_path, marks)))
    assert done.returncode == 2
    assert "reads scores, and no row has one" in done.stderr
    half: list[dict[str, object]] = [
        {"candidate": "prompted", "example_id": f"e{at}", **({"score": 0.8} if at % 2 else {"status": "refused"})} for at in range(40)
    ]
    best = decided(tmp_path, half)["best_prompt"]
    assert isinstance(best, dict)
    assert (best["rate"], best["n"]) == (pytest.approx(0.4), 40)


def test_a_missing_score_is_read_as_nothing_and_as_everything(tmp_path: Path) -> None:
    (tmp_path / "rows.yaml").write_text(ROWS_SUITE)
    rows: list[dict[str, object]] = [
        {"candidate": "prompted", "example_id": f"e{at}", **({"score": 0.57} if at > 14 else {"status": "error"})} for at in range(60)
    ]
    found = decided(tmp_path, rows)
    assert found["verdict"] == "more-evidence"
    assert "hangs on answers that are missing" in str(found["headline"])
    assert decided(tmp_path, rows[15:])["verdict"] == "ship-prompt"


def test_the_gate_makes_the_same_verdict_of_means_offline(summaries: Path) -> None:
    bench(summaries, "run", "suite.yaml")
    folder = run_folder(summaries)
    done = bench(summaries, "propose", "FT-0001", "--from", str(folder))
    assert done.returncode == 0, done.stderr
    gate = bench(summaries, "gate", "--format", "json")
    assert gate.returncode in (0, 10, 11, 13), gate.stderr
    told = json.loads(gate.stdout)
    lines = [each for proposal in told["proposals"] for each in proposal["lines"]]
    ours = next(each for each in lines if each["name"].startswith("ours"))
    assert ours["matched"] is None
    assert 0.7 < ours["rate"] < 0.95
