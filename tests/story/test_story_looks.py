"""What a user does over time with one golden set: grow it, move a bar, change prompts, add candidates, ask again."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from story.commanding import bench

PROMPT = "- {name: api, model: rehearsal/a, prompts: [near], rehearsal: {accuracy: 0.5}}"
SECOND = "- {name: other, model: rehearsal/b, prompts: [plain], rehearsal: {accuracy: 0.5}}"
TUNED = "- {name: tuned, path: fine-tuned, model: rehearsal/t, base_model: rehearsal/a, prompts: [near], rehearsal: {accuracy: 0.97}}"
# Costs pay, labels suffice, prompting was tried: only quality stands between a suite and `fine-tune`.
SUITE = """\
name: NAME
golden_set: {path: golden.jsonl}
training_pool: {path: pool.jsonl}
prompts: {plain: {user: "{{ input }}"}, near: {extends: plain, shots: {k: 2, pick: nearest}}}
candidates:
  CANDIDATES
decision:
  accuracy_target: TARGET
  thresholds: {least_strategies: 1, least_models: 1}
  volume: {requests_per_month: 10_000_000}
  fine_tune: {training_cost_usd: 1, labelled_examples: 20_000}
  costs:
    engineer_usd_per_year: 1
    price_change: 0
    prompt: {usd_per_1k: 50}
    fine_tuned: {engineers: 0, usd_per_1k: 0.1, hosting: {usd_per_month: 1}}
"""


def questions(first: int, last: int) -> list[dict[str, Any]]:
    return [{"id": f"g{at}", "input": f"Question number {at} of many", "target": f"answer {at}"} for at in range(first, last)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, questions(0, 150))
    pool = [{"input": f"Something else to learn from, {at * 7}", "target": f"lesson {at}"} for at in range(20)]
    (tmp_path / "pool.jsonl").write_text("".join(json.dumps(row) + "\n" for row in pool))
    return tmp_path


def write(folder: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    (folder / "golden.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def run(
    folder: Path, *options: str, name: str = "looks", target: float = 0.95, candidates: Sequence[str] = (PROMPT, TUNED)
) -> dict[str, Any]:
    text = SUITE.replace("NAME", name).replace("TARGET", str(target)).replace("CANDIDATES", "\n  ".join(candidates))
    (folder / "suite.yaml").write_text(text)
    done = bench(folder, "run", "suite.yaml", "--json", *options)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def exploratory(told: Mapping[str, Any]) -> bool:
    return "exploratory" in told["flags"]


def clean(told: Mapping[str, Any]) -> bool:
    """Tell whether it says `fine-tune`, and says that it may."""
    return told["verdict"] == "fine-tune" and not exploratory(told)


def test_the_first_look_is_clean_and_so_is_the_same_again(folder: Path) -> None:
    assert clean(run(folder))
    assert clean(run(folder))
    assert clean(run(folder, "--stop", "none", "--out", "elsewhere"))
    assert clean(run(folder, "--retry-errors"))
    shutil.rmtree(folder / "reports")
    assert clean(run(folder, name="renamed"))


def test_a_prompt_that_falls_short_then_a_fine_tune_beside_it_is_how_it_is_meant_to_go(folder: Path) -> None:
    assert run(folder, candidates=[PROMPT])["verdict"] != "fine-tune"
    assert clean(run(folder, candidates=[PROMPT, SECOND])) is False
    assert clean(run(folder, candidates=[PROMPT, SECOND, TUNED]))
    third = SECOND.replace("other", "third").replace("rehearsal/b", "rehearsal/c")
    assert clean(run(folder, candidates=[PROMPT, SECOND, third, TUNED]))


@pytest.mark.parametrize(
    ("name", "edited"),
    [
        ("looks", lambda rows: rows),
        ("renamed", lambda rows: [{**row, "id": f"new{row['id']}"} for row in rows][::-1]),
        ("renamed", lambda rows: [{**row, "input": f"  {row['input'].upper().replace(' ', '   ')} "} for row in rows[:-10]]),
        ("looks", lambda rows: [{**row, "input": row["input"].replace(" ", "\u00a0").replace("Q", "\uff31") + "\u200b?"} for row in rows]),
    ],
    ids=["the same", "other ids", "case and blanks, and fewer", "look-alike signs"],
)
def test_a_lower_target_and_one_more_example_clear_nothing(folder: Path, name: str, edited: Any) -> None:
    first = run(folder, target=0.999, candidates=[PROMPT, TUNED.replace("0.97", "0.9")])
    assert first["verdict"] != "fine-tune"
    write(folder, [*edited(questions(0, 150)), *questions(900, 901)])
    shutil.rmtree(folder / "reports")
    told = run(folder, "--out", "elsewhere", target=0.8, name=name, candidates=[PROMPT, TUNED.replace("0.97", "0.9")])
    assert exploratory(told)
    assert any("another policy" in each for each in told["warnings"])
    limited = run(folder, "--limit", "100", target=0.8, name=name, candidates=[PROMPT, TUNED.replace("0.97", "0.9")])
    assert exploratory(limited)


def test_a_grown_set_is_judged_on_what_is_fresh_and_the_remedy_says_so(folder: Path) -> None:
    run(folder, candidates=[PROMPT, TUNED])
    write(folder, questions(0, 160))
    told = run(folder)
    assert told["verdict"] == "fine-tune"
    assert exploratory(told)
    why = told["warnings"][0]
    for words in ("look 2", "10 fresh examples alone", "99.75%", "`--stop anytime`", "golden set of their own"):
        assert words in why
    write(folder, questions(0, 600))
    enough = run(folder)
    assert clean(enough)
    assert "440 fresh examples alone" in enough["warnings"][0]


def test_a_set_that_was_begun_with_anytime_may_grow(folder: Path) -> None:
    weak = [PROMPT, TUNED.replace("0.97", "0.93")]
    assert run(folder, "--stop", "anytime", candidates=weak)["verdict"] in ("more-evidence", "fine-tune")
    write(folder, questions(0, 600))
    assert clean(run(folder, "--stop", "anytime", candidates=weak))
    # Begun otherwise it can't be turned into one.
    assert exploratory(run(folder, candidates=weak)) is False
    write(folder, questions(0, 620))
    assert exploratory(run(folder, candidates=weak))


def test_other_answers_a_prompt_left_out_or_another_fine_tune_need_fresh_examples(folder: Path) -> None:
    run(folder, candidates=[PROMPT, SECOND, TUNED])
    left_out = run(folder, candidates=[PROMPT, TUNED])
    assert exploratory(left_out)
    assert any("look 2 at this golden set" in each for each in left_out["warnings"])
    again = TUNED.replace("0.97", "0.99").replace("rehearsal/t", "rehearsal/t2")
    assert exploratory(run(folder, candidates=[PROMPT, SECOND, again]))
    both = [PROMPT, SECOND, TUNED, again.replace("name: tuned", "name: tuned2")]
    assert exploratory(run(folder, candidates=both)), "the best of two tries"


def test_prompts_may_be_worked_on_under_one_policy_and_what_can_be_undone_stays_clean(folder: Path) -> None:
    good = [PROMPT.replace("0.5", "0.6")]
    run(folder, candidates=good)
    better = [PROMPT.replace("0.5", "0.97")]
    told = run(folder, candidates=better)
    assert told["verdict"] == "ship-prompt"
    assert not exploratory(told)
    assert any("look 2 at this golden set" in each for each in told["warnings"])


def test_a_handful_tried_out_first_costs_a_handful(folder: Path) -> None:
    run(folder, "--limit", "10", target=0.99)
    told = run(folder)
    assert clean(told)
    assert "140 fresh examples alone" in told["warnings"][0]


def rows_into(folder: Path, into: str) -> None:
    """Copy a run's rows away from its record."""
    shutil.copy(max((folder / "reports").glob("*/*/results.parquet")), folder / into)


def test_the_same_rows_decided_apart_from_their_record_are_no_fresh_ones(folder: Path) -> None:
    weak = [PROMPT, TUNED.replace("0.97", "0.9")]
    run(folder, "--stop", "none", target=0.999, candidates=weak)
    rows_into(folder, "rows.parquet")
    (folder / "suite.yaml").write_text((folder / "suite.yaml").read_text().replace("0.999", "0.8"))
    told = json.loads(bench(folder, "decide", "suite.yaml", "--results", "rows.parquet", "--json").stdout)
    assert exploratory(told)
    assert any("another policy" in each for each in told["warnings"])
    newest = max((folder / "reports").glob("*/*"))
    scored = json.loads(bench(folder, "score", str(newest), "--suite", "suite.yaml", "--json").stdout)
    assert exploratory(scored["verdict"] if isinstance(scored.get("verdict"), dict) else scored)


def test_rows_from_anywhere_are_looked_at_as_well(folder: Path) -> None:
    def decide(n: int, target: float) -> dict[str, Any]:
        rows = [
            {"candidate": name, "prompt": "near" if name == "api" else "plain", "example_id": f"g{at}", "matched": at % 10 < right}
            for name, right in (("api", 5), ("tuned", 9))
            for at in range(n)
        ]
        (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        text = SUITE.replace("NAME", "anywhere").replace("TARGET", str(target)).replace("CANDIDATES", f"{PROMPT}\n  {TUNED}")
        (folder / "suite.yaml").write_text(text.replace("golden_set: {path: golden.jsonl}\n", ""))
        done = bench(folder, "decide", "suite.yaml", "--results", "rows.jsonl", "--json")
        assert done.returncode == 0, done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    assert clean(decide(150, 0.9))
    assert clean(decide(150, 0.9))
    assert exploratory(decide(160, 0.9))
    assert exploratory(decide(151, 0.85))


def test_a_run_decided_again_or_bundled_says_of_looks_what_it_said(folder: Path) -> None:
    run(folder)
    write(folder, questions(0, 160))
    told = run(folder)
    newest = max((folder / "reports").glob("*/*"))
    again = json.loads(bench(folder, "decide", "suite.yaml", "--results", str(newest), "--json").stdout)
    assert again["flags"] == told["flags"]
    assert again["warnings"][0] == told["warnings"][0]
    kept = json.loads((newest / "run.json").read_text())["facts"]["looks"]
    assert (kept["count"], kept["fresh"], len(kept["seen"])) == (2, 10, 150)
