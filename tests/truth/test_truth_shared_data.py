"""The verdict on published answers of real systems; skipped with a reason where ../shared/data isn't there."""

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from benchharness.errors import MistakesError
from benchharness.pipeline.decide import decide_file
from benchharness.pipeline.deciding.verdict import Decided
from benchharness.pipeline.loading.policy import load_suite
from benchharness.providers.classical import train
from benchharness.records.comparison import Proof
from benchharness.records.example import Example
from benchharness.records.verdict import Finding, Status

DATA = Path(__file__).parents[3] / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data isn't there")

Rows = Iterable[Mapping[str, object]]


def outputs(folder: str, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / folder / "outputs" / f"{name}.jsonl").read_text().splitlines()]


def decided(folder: Path, paths: Mapping[str, str], rows: Rows, *, target: float, ending: str = "jsonl") -> Decided:
    entries = ", ".join(f"{{name: {name}, path: {path}}}" for name, path in paths.items())
    (folder / "suite.yaml").write_text(f"name: published\ncandidates: [{entries}]\ndecision: {{accuracy_target: {target}}}\n")
    results = folder / f"rows.{ending}"
    if ending == "jsonl":
        results.write_text("".join(json.dumps(row) + "\n" for row in rows))
    else:
        table = pd.DataFrame(rows)
        table.to_csv(results, index=False) if ending == "csv" else table.to_parquet(results)
    return decide_file(load_suite(folder / "suite.yaml").suite, results)


def marked(candidate: str, answers: Rows) -> Rows:
    return ({"candidate": candidate, "example_id": each["id"], "matched": each["correct"]} for each in answers)


def finding(found: Decided, rule: str) -> Finding:
    return next(each for each in found.verdict.findings if each.rule == rule)


@pytest.mark.parametrize(
    ("prompted", "points"), [("gpt-4-1106-preview__8shot", 29), ("mixtral-8x7b-instruct__8shot", 8)], ids=["gpt-4", "mixtral"]
)
def test_on_gsm8k_a_prompt_beats_the_fine_tune_with_its_verifier(tmp_path: Path, prompted: str, points: int) -> None:
    rows = [*marked("prompted", outputs("gsm8k", prompted)), *marked("tuned", outputs("gsm8k", "gpt3-175b_verification"))]
    found = decided(tmp_path, {"prompted": "api", "tuned": "fine-tuned"}, rows, target=0.6)
    assert found.verdict.difference is not None
    assert round(found.verdict.difference.points) == -points
    assert found.verdict.difference.interval is not None
    assert found.verdict.difference.interval.high < 0
    assert finding(found, "fine-tune-beats-prompt").proof is Proof.REFUTED
    assert found.verdict.verdict.value == "ship-prompt"


def test_on_gsm8k_the_scorer_alone_moves_gpt_4_by_three_points() -> None:
    answers = outputs("gsm8k", "gpt-4-1106-preview__8shot")
    targets = {json.loads(line)["id"]: json.loads(line) for line in (DATA / "gsm8k/test.jsonl").read_text().splitlines()}
    strict = sum(each["correct"] for each in answers) / len(answers)
    last = sum(_number(each["lastnum"]) == _number(str(targets[each["id"]]["reference"]).split("####")[-1]) for each in answers)
    assert strict == pytest.approx(0.857, abs=0.001)
    assert last / len(answers) == pytest.approx(0.889, abs=0.001)


def _number(text: str | None) -> float | None:
    try:
        return float(str(text).replace(",", "").replace("$", "").strip().rstrip("."))
    except ValueError:
        return None


def test_on_mmlu_pro_an_answer_nobody_can_read_is_a_miss_with_a_status_of_its_own(tmp_path: Path) -> None:
    names = {"gemini-1.5-pro-002": "api", "command-r-v01": "api", "mistral-7b-instruct-v0.2": "self-hosted"}
    rows = [
        {
            "candidate": name,
            "example_id": each["id"],
            "matched": each["correct"],
            "status": "answered" if each["pred"] else "unparsable",
        }
        for name in names
        for each in outputs("mmlu_pro_outputs", name)
    ]
    found = decided(tmp_path, names, rows, target=0.8)
    by_name = {each.candidate: each for each in found.comparison.candidates}
    assert {name: each.n for name, each in by_name.items()} == dict.fromkeys(names, 504)
    assert by_name["command-r-v01"].statuses["unparsable"] == 52
    assert by_name["mistral-7b-instruct-v0.2"].statuses["unparsable"] == 86
    assert by_name["gemini-1.5-pro-002"].matched == 369
    told = next(each for each in found.verdict.warnings if "held no answer that could be found" in each)
    assert "command-r-v01 52 of 504" in told
    assert "mistral-7b-instruct-v0.2 86 of 504" in told
    pair = found.comparison.pair("mistral-7b-instruct-v0.2", "gemini-1.5-pro-002")
    assert pair is not None
    assert pair.upper is not None
    assert pair.upper < 0


def test_on_banking77_a_linear_model_beats_a_prompted_seven_billion_one(tmp_path: Path) -> None:
    linear = outputs("banking77", "local__tfidf-linearsvc")
    prompted = {each["id"]: each for each in outputs("banking77", "qwen2.5-7b-instruct__zero_shot")}
    assert len(linear) - len(prompted) == 7
    rows = [
        *marked("linear", linear),
        *(
            # Seven answers aren't in the published file: not measured, and not wrong.
            {"candidate": "qwen", "example_id": each["id"], "matched": prompted[each["id"]]["correct"]}
            if each["id"] in prompted
            else {"candidate": "qwen", "example_id": each["id"], "status": "error"}
            for each in linear
        ),
    ]
    found = decided(tmp_path, {"qwen": "api", "linear": "classical"}, rows, target=0.95)
    assert found.verdict.verdict.value == "ship-classical"
    assert "wrong-tool" in found.verdict.flags
    assert found.verdict.coverage.missing == {"qwen": 7}
    assert finding(found, "coverage").status is Status.MET
    assert found.verdict.best_prompt is not None
    assert found.verdict.best_prompt.rate == pytest.approx(0.628, abs=0.001)
    assert found.verdict.best_classical is not None
    assert found.verdict.best_classical.rate == pytest.approx(0.913, abs=0.001)


@pytest.mark.parametrize(
    ("per_label", "least"), [(20, 0.78), pytest.param(None, 0.91, marks=pytest.mark.slow)], ids=["20 a label", "the whole train file"]
)
def test_on_banking77_labels_that_are_none_count_and_the_linear_model_trained_here_wins(
    tmp_path: Path, per_label: int | None, least: float
) -> None:
    test = [json.loads(line) for line in (DATA / "banking77/test.jsonl").read_text().splitlines()]
    pool = [json.loads(line) for line in (DATA / "banking77/train.jsonl").read_text().splitlines()]
    seen: Counter[str] = Counter()
    for each in pool:
        seen[each["reference"]] += 1
        each["place"] = seen[each["reference"]]
    examples = [
        Example(id=each["id"], input=each["input"], target=each["reference"])
        for each in pool
        if per_label is None or each["place"] <= per_label
    ]
    said = train("tfidf-logreg", examples, 7).predict([each["input"] for each in test])
    # An example published twice is taken as it was published first; one that isn't there was not measured.
    prompted: dict[str, dict[str, Any]] = {}
    for each in outputs("banking77", "qwen2.5-7b-instruct__zero_shot"):
        prompted.setdefault(each["id"], each)
    assert sum(each["parsed"] is None for each in outputs("banking77", "qwen2.5-7b-instruct__zero_shot")) == 153
    rows: list[dict[str, object]] = [
        {"candidate": "linear", "example_id": each["id"], "matched": label == each["reference"], "target": each["reference"]}
        for each, label in zip(test, said, strict=True)
    ]
    for each in test:
        answer = prompted.get(each["id"])
        status = "error" if answer is None else "answered" if answer["parsed"] else "unparsable"
        matched = None if answer is None else answer["correct"]
        rows.append({"candidate": "qwen", "example_id": each["id"], "matched": matched, "status": status, "target": each["reference"]})
    found = decided(tmp_path, {"qwen": "api", "linear": "classical"}, rows, target=0.85, ending="parquet")
    qwen, linear = (next(each for each in found.comparison.candidates if each.candidate == name) for name in ("qwen", "linear"))
    assert (qwen.expected, qwen.missing, qwen.n) == (3_080, 7, 3_073)
    unread = sum(each["parsed"] is None for each in prompted.values())
    assert qwen.statuses == {"answered": 3_073 - unread, "unparsable": unread, "error": 7}
    assert qwen.matched == sum(each["correct"] for each in prompted.values())
    assert linear.rate is not None
    assert linear.rate > least
    pair = found.comparison.pair("linear", "qwen")
    assert pair is not None
    assert pair.lower is not None
    assert pair.lower > 0.1
    assert found.verdict.verdict.value == "ship-classical"


def test_on_frugalgpts_headlines_prompting_reaches_ninety_percent_of_a_model_trained_on_5000(tmp_path: Path) -> None:
    linear = outputs("frugalgpt_cost_accuracy", "local__tfidf-linearsvc")
    with (DATA / "frugalgpt_cost_accuracy/summary_HEADLINES_e8_full_2024.csv").open() as file:
        published = {row["Method"]: row for row in csv.DictReader(file) if row["Provider"] != "FrugalGPT"}
    alone = decided(tmp_path, {"linear": "classical"}, marked("linear", linear), target=0.9, ending="csv").verdict.best_classical
    assert alone is not None
    assert (alone.matched, alone.n) == (4_471, 5_000)
    assert alone.rate is not None
    shares = {name: float(row["Test_acc"]) for name, row in published.items()}
    names = {"gpt-4-turbo": "api", "gpt-4o-mini": "api", "claude-3-5-sonnet-20240620": "api"}
    # Only rates were published, so which examples matched is made up, and nothing is asked that pairs them.
    rows = [
        {"candidate": name, "example_id": each["id"], "matched": at < round(shares[name] * len(linear))}
        for name in names
        for at, each in enumerate(linear)
    ]
    found = decided(tmp_path, names, rows, target=alone.rate, ending="csv")
    assert found.verdict.best_prompt is not None
    assert (found.verdict.best_prompt.candidate, found.verdict.best_prompt.matched) == ("gpt-4-turbo", 4_279)
    assert finding(found, "ninety-percent").proof is Proof.PROVEN
    assert found.verdict.verdict.value == "ship-prompt"
    # A hundredth of the price, and still proven.
    cheap = found.comparison.result("gpt-4o-mini")
    assert cheap is not None
    assert cheap.bar.proof is Proof.PROVEN
    assert float(published["gpt-4-turbo"]["Test_cost"]) > 100 * float(published["gpt-4o-mini"]["Test_cost"])


def test_answers_published_twice_are_named_before_anything_is_decided(tmp_path: Path) -> None:
    published = outputs("banking77", "qwen2.5-7b-instruct__zero_shot")
    with pytest.raises(MistakesError) as caught:
        decided(tmp_path, {"qwen": "api"}, marked("qwen", published), target=0.95)
    twice = [each for each, count in Counter(row["id"] for row in published).items() if count > 1]
    assert len(caught.value.mistakes) == len(twice) == 3
    assert all(any(each in str(mistake) for each in twice) for mistake in caught.value.mistakes)


def test_over_lora_lands_31_tasks_the_best_api_reaches_the_fine_tune_in_8_and_ninety_percent_of_it_in_18() -> None:
    best: dict[str, dict[str, float]] = defaultdict(dict)
    with (DATA / "lora_land/lora_land_31_tasks.csv").open() as file:
        for row in csv.DictReader(file):
            known = best[row["task"]]
            known[row["kind"]] = max(known.get(row["kind"], 0.0), float(row["score"]))
    share = {task: each["api_prompted"] / each["finetuned_lora"] for task, each in best.items()}
    counted = Counter("matched" if each >= 1 else "ninety" if each >= 0.9 else "below" for each in share.values())
    assert (counted["matched"], counted["ninety"], counted["below"]) == (8, 10, 13)


@pytest.mark.parametrize("task", ["dbpedia", "glue_qnli", "winogrande", "arc_combined", "gsm8k"])
def test_where_a_lora_land_metric_is_a_proportion_its_rate_has_an_interval(tmp_path: Path, task: str) -> None:
    with (DATA / "lora_land/lora_land_31_tasks.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["task"] == task]
    n = int(rows[0]["n_test"])
    assert {row["metric"] for row in rows} == {"accuracy"}
    api = max(float(row["score"]) for row in rows if row["kind"] == "api_prompted")
    tuned = max(float(row["score"]) for row in rows if row["kind"] == "finetuned_lora")
    k = round(api * n)
    made = ({"candidate": "api", "example_id": f"{at}", "matched": at < k} for at in range(n))
    found = decided(tmp_path, {"api": "api"}, made, target=tuned)
    best = found.verdict.best_prompt
    assert best is not None
    assert best.interval is not None
    assert best.interval.low < api < best.interval.high
    assert (finding(found, "ninety-percent").status is Status.MET) is (k / n >= 0.9 * tuned)
