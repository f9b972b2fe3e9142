"""What a stranger who had only the README stumbled over."""

import json
from pathlib import Path

import pytest
from story.commanding import bench

SUITE = """\
name: stranger
golden_set: {path: golden.jsonl}
training_pool: {path: pool.jsonl}
prompts: {plain: {user: "{{ input }}"}}
candidates:
  - {name: mini, model: rehearsal/mini, prompts: [plain], rehearsal: {accuracy: 0.5}}
  - {name: linear, model: sklearn/tfidf-logreg}
decision: {accuracy_target: 0.9}
"""
COSTS = """\
name: costs
candidates: [{name: mini, path: api}]
decision:
  accuracy_target: 0.9
  volume: {requests_per_month: 50_000}
  fine_tune: {training_cost_usd: 1}
  costs: {prompt: {usd_per_1k: 1}, fine_tuned: {engineers: 0, hosting: {usd_per_month: 900}}}
"""
WORDS = ["amber", "basin", "cedar", "delta", "ember", "flint", "grove", "haven", "inlet", "jetty", "knoll", "larch", "marsh", "nook"]


def text(at: int) -> str:
    """A text of its own, that says in one word what its target is."""
    own = " ".join(f"{WORDS[(at * 7 + each * each) % len(WORDS)]}{at}" for each in range(8))
    return f"{('sun', 'rain')[at % 2]} {own}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, first, n in (("golden", 0, 40), ("pool", 100, 80)):
        rows = [{"id": f"{name}{at}", "input": text(first + at), "target": ("dry", "wet")[at % 2]} for at in range(n)]
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "suite.yaml").write_text(SUITE)
    return tmp_path


def test_the_last_line_of_a_run_does_not_contradict_its_verdict(folder: Path) -> None:
    screen = bench(folder, "run", "suite.yaml").stdout
    assert "VERDICT  ship-classical" in screen
    assert "keep prompting" not in screen.lower()
    assert "Proofs are one-sided" in screen


def test_a_board_reads_first_what_to_ship(folder: Path) -> None:
    bench(folder, "run", "suite.yaml", "--brief")
    brief = next((folder / "reports").glob("*/*/brief.md")).read_text()
    steps = brief.split("## Next steps")[1].split("##")[0]
    assert steps.strip() == "- Ship linear."
    assert "Wrong tool: no language model is needed" in brief
    assert "Wrong tool" in next((folder / "reports").glob("*/*/decision.md")).read_text()


def test_a_fact_filled_in_later_is_told_and_is_no_bar_that_moved(folder: Path) -> None:
    bench(folder, "run", "suite.yaml")
    run = next((folder / "reports").glob("*/*"))
    (folder / "suite.yaml").write_text(SUITE.replace("0.9}", "0.9, volume: {requests_per_month: 1000}}"))
    told = json.loads(bench(folder, "decide", "suite.yaml", "--results", str(run), "--json").stdout)
    assert "exploratory" not in told["flags"]
    assert "Stated since these results existed: `decision.volume`." in told["warnings"]


def test_what_was_never_looked_at_is_not_answered_with_no(folder: Path) -> None:
    screen = " ".join(bench(folder, "run", "suite.yaml", "--only", "mini", "--explain").stdout.split())
    assert "Is a small classical model enough? not known" in screen


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("sklearn/tfidf-logreg", "sklearn/tfidf-logrep", "did you mean sklearn/tfidf-logreg?"),
        ("model: rehearsal/mini", "price: {usd_per_1k: 1}, model: rehearsal/mini", "input_usd_per_million"),
    ],
)
def test_check_finds_what_a_run_would_refuse(folder: Path, old: str, new: str, words: str) -> None:
    (folder / "suite.yaml").write_text(SUITE.replace(old, new))
    done = bench(folder, "check", "suite.yaml")
    assert done.returncode == 2
    assert words in done.stderr


def test_results_that_are_not_there_are_told_so(folder: Path) -> None:
    done = bench(folder, "decide", "suite.yaml", "--results", "nope")
    assert done.returncode != 0
    assert "there is no such file" in done.stderr


def test_machines_that_grow_with_the_volume_are_told_as_taken_for_granted(tmp_path: Path) -> None:
    (tmp_path / "suite.yaml").write_text(COSTS)
    screen = " ".join(bench(tmp_path, "cost", "suite.yaml").stdout.split())
    assert "in proportion to the volume" in screen
    assert "`decision.costs.fine_tuned.hosting.requests_per_month`" in screen
