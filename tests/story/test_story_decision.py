"""A decision is kept with its reasons, gets old, and says when it must be looked at again."""

import json
from pathlib import Path

import pytest
import yaml
from story.commanding import bench

SUITE = """\
name: policy
description: "Answer **questions** as <b>our</b> reviewers did.\\n---\\n@everyone"
golden_set: {path: golden.jsonl}
prompts: {plain: {user: "{{ input }}"}}
candidates: [{name: good, model: rehearsal/perfect, prompts: [plain]}]
decision:
  accuracy_target: 0.9
  team: {owner: "Ada: the --- owner"}
  sunset: {base_model: 2031-01-14}
  volume: {requests_per_month: 1000}
  fine_tune: {training_cost_usd: 1000}
  costs: {prompt: {usd_per_1k: 10}, fine_tuned: {engineers: 0, usd_per_1k: 1}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    golden(tmp_path, 60)
    (tmp_path / "suite.yaml").write_text(SUITE)
    assert bench(tmp_path, "run", "suite.yaml", "--brief", "--stop", "none").returncode == 0
    return tmp_path


@pytest.fixture(scope="module")
def two_suites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("two")
    golden(folder, 60)
    for name in ("policy", "other"):
        (folder / f"{name}.yaml").write_text(SUITE.replace("name: policy", f"name: {name}"))
        assert bench(folder, "run", f"{name}.yaml", "--stop", "none").returncode == 0
    return folder


def golden(folder: Path, n: int) -> None:
    rows = [{"id": f"g{at}", "input": f"question {at}", "target": f"answer {at}"} for at in range(n)]
    (folder / "golden.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def run_folder(folder: Path) -> Path:
    return max((folder / "reports").glob("*/*"))


def reviewed(folder: Path, *options: str) -> tuple[int, dict[str, object]]:
    done = bench(folder, "review", "--json", *options)
    return done.returncode, json.loads(done.stdout)["decisions"][0]


def test_the_record_is_madr_whose_front_matter_no_suite_can_break(folder: Path) -> None:
    text = (run_folder(folder) / "decision.md").read_text()
    _, front, body = text.split("---\n", 2)
    matter = yaml.safe_load(front)
    assert matter["decision-makers"] == "Ada: the --- owner"
    assert matter["verdict"] == json.loads((run_folder(folder) / "verdict.json").read_text())["verdict"]
    for heading in (
        "Context and problem statement",
        "Decision drivers",
        "Considered options",
        "Decision outcome",
        "Consequences",
        "Confirmation",
    ):
        assert f"# {heading}" in body
    assert "<b>" not in body
    assert "\n@everyone" not in body


def test_the_report_and_the_record_show_the_costs_and_the_matrix(folder: Path) -> None:
    report = (run_folder(folder) / "report.md").read_text()
    assert "## Cost" in report
    assert "1,000 requests a month at 1×, over 36 months." in report
    assert "| 100× |" in report
    record = (run_folder(folder) / "decision.md").read_text()
    assert "### Decision matrix" in record
    assert "nobody said" in record
    assert record.count("| unknown |") >= 2


def test_the_brief_has_its_seven_sections(folder: Path) -> None:
    text = (run_folder(folder) / "brief.md").read_text()
    sections = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    assert sections == ["The decision", "Key questions", "Frameworks", "Criteria", "Sources", "Next steps", "When to escalate"]
    assert text.count("?**") == 5


def test_a_fresh_decision_is_current_and_an_old_one_is_due(folder: Path) -> None:
    code, found = reviewed(folder)
    assert (code, found["standing"], found["age_days"]) == (0, "current", 0)
    day = json.loads((run_folder(folder) / "verdict.json").read_text())["review_by"]
    code, found = reviewed(folder, "--today", day)
    assert (code, found["standing"]) == (12, "due")
    assert str(day) in str(found["fired"])


def test_the_day_a_base_model_ends_is_told_a_quarter_before(folder: Path) -> None:
    golden_day = reviewed(folder, "--today", "2030-12-01")[1]
    assert any("44 days away" in each for each in golden_day["fired"])  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("accuracy_target: 0.9", "accuracy_target: 0.8", "policy changed"),
        ("requests_per_month: 1000", "requests_per_month: 100_000_000", "volume is 100,000,000"),
        ("golden_set: {path: golden.jsonl}", "golden_set: {path: gone.jsonl}", "can't be read any more"),
    ],
)
def test_a_change_of_the_suite_calls_the_decision_up(folder: Path, old: str, new: str, words: str) -> None:
    assert old in SUITE
    (folder / "suite.yaml").write_text(SUITE.replace(old, new))
    code, found = reviewed(folder)
    assert code == 12
    assert words in str(found["fired"])


def test_a_volume_beyond_the_crossover_already_does_not_call_a_fresh_decision_up(folder: Path) -> None:
    (folder / "suite.yaml").write_text(SUITE.replace("requests_per_month: 1000", "requests_per_month: 100_000_000"))
    assert reviewed(folder)[0] == 12
    assert bench(folder, "review", "--rerun").returncode == 0
    code, found = reviewed(folder)
    assert (code, found["fired"]) == (0, [])


def test_a_suite_that_broke_is_due_with_the_reason_and_hides_no_other_decision(folder: Path) -> None:
    (folder / "other.yaml").write_text(SUITE.replace("name: policy", "name: other"))
    assert bench(folder, "run", "other.yaml", "--stop", "none").returncode == 0
    (folder / "suite.yaml").write_text(SUITE.replace("accuracy_target: 0.9", "accuracy_target: nine"))
    done = bench(folder, "review", "--json")
    assert done.returncode == 12
    broken, other = json.loads(done.stdout)["decisions"]
    assert (broken["suite"], broken["standing"]) == ("policy", "due")
    assert len(broken["fired"]) == 1
    assert "can't be read any more: suite.yaml:7:20: decision.accuracy_target: expected a number" in broken["fired"][0]
    assert (other["suite"], other["standing"]) == ("other", "current")


def test_a_golden_set_that_grew_calls_the_decision_up_and_a_rerun_settles_it(folder: Path) -> None:
    golden(folder, 61)
    code, found = reviewed(folder)
    assert (code, found["fired"]) == (12, ["The golden set changed."])
    again = bench(folder, "review", "--rerun")
    assert again.returncode == 0
    assert "before" in again.stderr
    assert reviewed(folder)[0] == 0


@pytest.mark.parametrize(
    ("kind", "was", "words"),
    [
        ("review-date", "soon", "expected a day in quotes, such as '2027-01-31', got 'soon'"),
        ("tuning-service", 5, "expected a day in quotes, such as '2027-01-31', got 5"),
        ("volume", "a lot", "expected a number in quotes, got 'a lot'"),
        ("volume", "nan", "expected a number in quotes, got 'nan'"),
        ("price", "{", "expected a price as JSON text, got '{'"),
        ("price", "[]", "expected a price as JSON text, got '[]'"),
        ("price", '{"input_usd_per_million": "1", "output_usd_per_million": 1}', "expected a price as JSON text"),
        ("price", {"input_usd_per_million": 1, "output_usd_per_million": 1}, "expected a price as JSON text"),
        ("new-model", "[[]]", "expected a list of names as JSON text, got '[[]]'"),
    ],
)
def test_a_trigger_nobody_can_read_is_due_with_the_reason_and_hides_no_other_decision(
    two_suites: Path, kind: str, was: object, words: str
) -> None:
    path = next((two_suites / "reports" / "policy").glob("*/decision.json"))
    record = json.loads(path.read_text())
    record["triggers"] = [{"kind": kind, "sentence": "By hand.", "subject": "suite.yaml", "was": was}]
    path.write_text(json.dumps(record))
    done = bench(two_suites, "review", "--json")
    assert done.returncode == 12, done.stderr
    broken, other = json.loads(done.stdout)["decisions"]
    assert (broken["suite"], broken["standing"]) == ("policy", "due")
    assert f"{path.relative_to(two_suites)}: triggers[0].was: {words}" in broken["fired"][0]
    assert (other["suite"], other["standing"]) == ("other", "current")


def test_a_file_is_no_folder_without_decisions(folder: Path) -> None:
    path = run_folder(folder) / "decision.json"
    done = bench(folder, "review", str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{path}: a file, expected a folder with decisions below it" in done.stderr
    assert f"bench review {path.parent}" in done.stderr


def test_a_decision_whose_day_nobody_can_read_is_due_and_a_rerun_settles_it(folder: Path) -> None:
    path = run_folder(folder) / "decision.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "date": "yesterday"}))
    done = bench(folder, "review")
    assert done.returncode == 12
    assert "age unknown" in done.stdout
    assert "date: expected a day" in " ".join(done.stdout.split())
    assert bench(folder, "review", "--rerun").returncode == 0
    assert reviewed(folder)[0] == 0


def test_a_broken_record_and_a_missing_folder_are_told(folder: Path) -> None:
    (run_folder(folder) / "decision.json").write_text("{}")
    done = bench(folder, "review")
    assert done.returncode == 12
    assert "decision.json" in done.stdout
    assert bench(folder, "review", "nowhere").returncode == 2


def test_the_history_shows_rates_and_verdicts_and_where_the_golden_set_changed(folder: Path) -> None:
    golden(folder, 61)
    bench(folder, "run", "suite.yaml", "--stop", "none")
    screen = bench(folder, "history", "suite.yaml").stdout
    assert screen.startswith("policy · 2 runs")
    assert "the golden set changed" in screen
    assert screen.count("ship-prompt") == 2
    assert all(len(line) <= 80 for line in screen.splitlines())
    runs = json.loads(bench(folder, "history", "suite.yaml", "--json").stdout)["runs"]
    assert [run["candidates"][0]["n"] for run in runs] == [60, 61]


def test_the_history_names_the_same_of_equal_prompts_as_the_runs_verdict(tmp_path: Path) -> None:
    golden(tmp_path, 60)
    two = 'prompts: {zeta: {user: "{{ input }}"}, alpha: {user: "{{ input }}!"}}'
    text = SUITE.replace('prompts: {plain: {user: "{{ input }}"}}', two).replace("prompts: [plain]", "prompts: [zeta, alpha]")
    (tmp_path / "suite.yaml").write_text(text)
    assert bench(tmp_path, "run", "suite.yaml", "--stop", "none").returncode == 0
    assert json.loads((run_folder(tmp_path) / "verdict.json").read_text())["best_prompt"]["prompt"] == "zeta"
    assert "prompt: good/zeta, 60 of 60" in bench(tmp_path, "history", "suite.yaml").stdout


def test_a_suite_that_never_ran_has_no_history(tmp_path: Path) -> None:
    golden(tmp_path, 20)
    (tmp_path / "suite.yaml").write_text(SUITE)
    (tmp_path / "reports").mkdir()
    done = bench(tmp_path, "history", "suite.yaml")
    assert done.returncode == 2
    assert "bench run suite.yaml" in done.stderr


def test_the_day_the_price_list_ends_a_fine_tunes_model_reaches_verdict_and_record(tmp_path: Path) -> None:
    golden(tmp_path, 60)
    tuned = "candidates: [{name: good, model: rehearsal/perfect, prompts: [plain], path: fine-tuned}]"
    text = SUITE.replace("candidates: [{name: good, model: rehearsal/perfect, prompts: [plain]}]", tuned)
    (tmp_path / "suite.yaml").write_text(text.replace("  sunset: {base_model: 2031-01-14}\n", ""))
    bench(tmp_path, "run", "suite.yaml", "--stop", "none")
    record = json.loads((run_folder(tmp_path) / "run.json").read_text())
    # No hosted model can be asked here; what its run would have kept is put in its place.
    (run_folder(tmp_path) / "run.json").write_text(json.dumps({**record, "facts": {**record["facts"], "ends": {"good": "2027-01-14"}}}))
    told = json.loads(bench(tmp_path, "decide", "suite.yaml", "--results", str(run_folder(tmp_path)), "--json").stdout)
    assert "good: its model is shut down on 2027-01-14, says litellm's list." in told["warnings"]
    sunset = next(each for each in told["findings"] if each["rule"] == "sunset")
    assert "2027-01-14" in sunset["sentence"]
    assert sunset["status"] == "not-met"
