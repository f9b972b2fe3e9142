"""What a user asks of the policy: what a rule means, what a golden set can settle, whether the bars were moved."""

import json
from pathlib import Path

import pytest
from story.commanding import bench

SUITE = """\
name: policy
golden_set: {path: golden.jsonl}
prompts: {plain: {user: "{{ input }}"}, polite: {user: "Please: {{ input }}"}}
candidates:
  - {name: good, model: rehearsal/perfect, prompts: [plain]}
  - {name: bad, model: rehearsal/bad, prompts: [polite], rehearsal: {accuracy: 0.1}}
decision: {accuracy_target: 0.9}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [{"id": f"g{at}", "input": f"question {at}", "target": f"answer {at}"} for at in range(100)]
    (tmp_path / "golden.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "suite.yaml").write_text(SUITE)
    return tmp_path


def test_a_rule_is_explained_with_its_numbers_their_source_and_how_to_change_them(tmp_path: Path) -> None:
    told = bench(tmp_path, "explain", "gap-is-large").stdout
    for words in ("smallest_useful_gain", "decision.thresholds.", "0.03", "Source: S0", "fine-tune"):
        assert words in told
    wrong = bench(tmp_path, "explain", "gapislarge")
    assert wrong.returncode == 2
    assert "gap-is-large" in wrong.stderr


def test_every_rule_can_be_explained(tmp_path: Path) -> None:
    told = json.loads(bench(tmp_path, "explain", "--json").stdout)["rules"]
    assert len(told) >= 15
    for each in told:
        assert each["question"]
        assert each["method"]
        assert each["source"]


def test_a_golden_set_says_what_it_can_settle_before_anybody_is_asked(folder: Path) -> None:
    told = json.loads(bench(folder, "power", "suite.yaml", "--json").stdout)
    assert told["examples"] == 100
    bar = next(each for each in told["bars"] if each["name"] == "90% bar")
    # P(X >= 88 | 100, 0.81) = 0.044, P(X >= 87 | 100, 0.81) = 0.077: scipy.stats.binom.sf(87, 100, 0.81).
    assert bar["proves_from"] == 88
    assert not (folder / "reports").exists()
    screen = bench(folder, "power", "suite.yaml", "--examples", "500").stdout
    assert "500 examples" in screen
    assert all(len(line) <= 80 for line in screen.splitlines())


def test_power_needs_examples_to_count(tmp_path: Path) -> None:
    (tmp_path / "suite.yaml").write_text("name: s\ncandidates: [{name: mini, path: api}]\ndecision: {accuracy_target: 0.9}\n")
    done = bench(tmp_path, "power", "suite.yaml")
    assert done.returncode == 2
    assert "--examples" in done.stderr


def test_a_run_stops_asking_whom_nothing_can_save_and_says_so(folder: Path) -> None:
    told = json.loads(bench(folder, "run", "suite.yaml", "--json").stdout)
    assert any("Stopped early (--stop curtail)" in each and "bad/polite" in each for each in told["warnings"])
    full = json.loads(bench(folder, "run", "suite.yaml", "--stop", "none", "--json").stdout)
    assert not any("Stopped early" in each for each in full["warnings"])
    assert told["verdict"] == full["verdict"] == "ship-prompt"
    by_name = [{each["candidate"]: each["n"] for each in one["candidates"]} for one in (told, full)]
    assert by_name[1] == {"good": 100, "bad": 100}
    assert by_name[0]["bad"] < 100


def test_a_run_explains_its_reasoning_question_by_question(folder: Path) -> None:
    told = bench(folder, "run", "suite.yaml", "--explain").stdout
    assert "Is prompting proven to be enough? yes -> ship-prompt" in told
    assert "Was nothing measured? no" in told


def test_a_policy_changed_after_results_is_told_and_the_first_one_stays_good(folder: Path) -> None:
    first = json.loads(bench(folder, "run", "suite.yaml", "--json").stdout)
    assert "exploratory" not in first["flags"]
    (folder / "suite.yaml").write_text(SUITE.replace("0.9}", "0.8}"))
    second = json.loads(bench(folder, "run", "suite.yaml", "--json").stdout)
    assert "exploratory" in second["flags"]
    assert any("another policy" in each for each in second["warnings"])
    (folder / "suite.yaml").write_text(SUITE)
    third = json.loads(bench(folder, "run", "suite.yaml", "--json").stdout)
    assert "exploratory" not in third["flags"]


def test_an_old_run_decided_under_a_new_policy_is_exploratory(folder: Path) -> None:
    bench(folder, "run", "suite.yaml")
    run = next((folder / "reports").glob("*/*"))
    same = json.loads(bench(folder, "decide", "suite.yaml", "--results", str(run), "--json").stdout)
    assert same["verdict"] == json.loads((run / "verdict.json").read_text())["verdict"]
    assert "exploratory" not in same["flags"]
    (folder / "suite.yaml").write_text(SUITE.replace("0.9}", "0.8}"))
    changed = json.loads(bench(folder, "decide", "suite.yaml", "--results", str(run), "--json").stdout)
    assert "exploratory" in changed["flags"]


def test_other_answers_to_the_same_golden_set_are_another_look(folder: Path) -> None:
    bench(folder, "run", "suite.yaml")
    (folder / "suite.yaml").write_text(SUITE.replace("accuracy: 0.1", "accuracy: 0.3"))
    told = json.loads(bench(folder, "run", "suite.yaml", "--stop", "none", "--json").stdout)
    assert any("look 2 at this golden set" in each for each in told["warnings"])


def test_an_anytime_run_prints_the_interval_that_holds_at_every_look(folder: Path) -> None:
    told = json.loads(bench(folder, "run", "suite.yaml", "--only", "good", "--stop", "anytime", "--json").stdout)
    assert "anytime" in told["candidates"][0]["interval"]["method"] or "e-process" in told["candidates"][0]["interval"]["method"]
    assert told["candidates"][0]["n"] <= 100
