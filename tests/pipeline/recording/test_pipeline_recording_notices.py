"""What a run's answers tell that no rate shows."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from benchharness.pipeline.recording.notices import notices, uncached_usd_per_1k
from benchharness.records.answer import AnswerStatus
from benchharness.records.row import Row
from benchharness.records.run import CandidateTotals
from benchharness.records.suite import CandidateEntry, Price
from benchharness.results.tallies import tallies_of
from benchharness.results.writing import write_parquet
from benchharness.runner.journal import Journal

SENT = {"max_tokens": 64, "temperature": 0.0}
PRICE = Price(input_usd_per_million=10, output_usd_per_million=20, cached_usd_per_million=1)


def row(at: int, **values: Any) -> Row:
    plain: dict[str, Any] = {
        "candidate": "gpt",
        "prompt": "p",
        "output": "yes",
        "served_model": "gpt-4o-mini-2024-07-18",
        "input_tokens": 100,
        "output_tokens": 2,
        "effective_params": SENT,
    }
    return Row(example_id=str(at), **(plain | values))


def told(tmp_path: Path, rows: Sequence[Row], *, model: str = "openai/gpt-4o-mini", **totals: Any) -> list[str]:
    path = tmp_path / "results.parquet"
    with Journal(tmp_path / "rows.jsonl") as journal:
        for each in rows:
            journal.write(each)
    write_parquet(tmp_path / "rows.jsonl", path, lambda each: (0, int(each["example_id"]), 0))
    entry = CandidateEntry(name="gpt", model=model, prompts=("p",))
    known = {"rows": len(rows), "missing": 0, "p50_s": None, "p95_s": None, "timed": 0, "usd_per_1k": None} | totals
    return notices(tallies_of(path), [entry], [CandidateTotals(candidate="gpt", prompt="p", **known)])


def test_a_run_in_which_all_went_as_asked_says_nothing(tmp_path: Path) -> None:
    assert told(tmp_path, [row(at) for at in range(3)]) == []


def test_a_file_without_answers_says_nothing(tmp_path: Path) -> None:
    assert told(tmp_path, [row(0, status=AnswerStatus.ERROR, output=None, effective_params={}, served_model=None)]) == []


def test_what_was_refused_is_told_with_its_count(tmp_path: Path) -> None:
    without = {"max_tokens": 64, "not_sent": {"temperature": 0.0, "seed": 7}}
    (found,) = told(tmp_path, [row(0), row(1, effective_params=without), row(2, effective_params=without)])
    assert "temperature 0 (gpt 2 of 3 answers) and seed 7 (gpt 2 of 3 answers)" in found
    assert "repeats" in found


def test_a_schema_asked_in_a_looser_way_is_told(tmp_path: Path) -> None:
    looser = SENT | {"response_format": "tool", "not_sent": {"response_format": "json_schema"}}
    assert told(tmp_path, [row(0, output="{}", effective_params=looser)]) == [
        "The response schema wasn't taken as one; asked as a tool's arguments (gpt 1 of 1 answers) instead."
    ]


def test_what_was_taken_and_not_obeyed_is_told(tmp_path: Path) -> None:
    formed = SENT | {"response_format": "json_schema"}
    found = told(tmp_path, [row(0, output='{"a": 1}', effective_params=formed), row(1, output="Sure!", effective_params=formed)])
    assert found == ["`response_format` was sent and not obeyed: gpt 1 of 2 answers aren't JSON."]
    assert told(tmp_path, [row(0, output_tokens=65), row(1)]) == ["`max_tokens` was sent and not kept: gpt 1 of 2 answers are longer."]


def test_tokens_that_went_into_hidden_reasoning_are_counted(tmp_path: Path) -> None:
    (found,) = told(tmp_path, [row(0, output=" ", status=AnswerStatus.TRUNCATED), row(1, output="ha", status=AnswerStatus.TRUNCATED)])
    assert found.startswith("`max_tokens` went into hidden reasoning before a word was said: gpt 1 of 2 answers.")


def test_another_model_and_a_changing_one_are_told(tmp_path: Path) -> None:
    found = told(tmp_path, [row(0), row(1, served_model="llama-3.1-8b")])
    assert found == [
        "gpt: the served model changed within the run: gpt-4o-mini-2024-07-18 1 and llama-3.1-8b 1. It isn't one candidate.",
        "gpt: asked for openai/gpt-4o-mini, and llama-3.1-8b answered, as the provider says.",
    ]


@pytest.mark.parametrize(
    ("asked", "served", "strange"),
    [
        ("openai/gpt-4o-mini", "gpt-4o-mini-2024-07-18", False),
        ("openai/gpt-4o", "gpt-4o-mini", True),
        ("openai/gpt-4o-mini", "gpt-4o", True),
        ("anthropic/claude-sonnet-4-5", "claude-sonnet-4-5-20250929", False),
        ("bedrock/converse/us.anthropic.claude-3-haiku-20240307-v1:0", "claude-3-haiku-20240307", False),
        ("openrouter/openai/gpt-4o", "openai/gpt-4o-2024-08-06", False),
        ("mistral/mistral-small-latest", "mistral-small-2603", False),
        ("ollama_chat/llama3.1", "ollama_chat/llama3.1:8b", False),
        ("openai/ft:gpt-4o-mini-2024-07-18:acme::abc", "ft:gpt-4o-mini-2024-07-18:acme::abc", False),
        ("openai/ft:gpt-4o-mini-2024-07-18:acme::abc", "gpt-4o-mini-2024-07-18", True),
        ("azure/our-deployment", "gpt-4o-2024-08-06", True),
    ],
)
def test_a_date_or_a_place_makes_no_other_model(tmp_path: Path, asked: str, served: str, strange: bool) -> None:
    assert bool(told(tmp_path, [row(0, served_model=served)], model=asked)) is strange


def test_a_bill_that_caching_changed_is_told_with_nothing_cached(tmp_path: Path) -> None:
    rows = [row(0, cached_tokens=80), row(1)]
    found = told(tmp_path, rows, usd_per_1k=0.68, usd_per_1k_uncached=1.04)
    assert len(found) == 1
    assert found[0].startswith("Prompt caching changed the bill: gpt/p $0.68 per 1,000 answers, $1.04 with nothing cached.")
    tallies = tallies_of(tmp_path / "results.parquet")
    assert uncached_usd_per_1k(tallies, "gpt", "p", PRICE) == pytest.approx(1000 * (100 * 10 + 2 * 20) / 1e6)
    assert uncached_usd_per_1k(tallies, "gpt", "p", None) is None


def test_a_count_that_one_answer_lacks_is_no_cost(tmp_path: Path) -> None:
    told(tmp_path, [row(0, cached_tokens=80), row(1, input_tokens=None)])
    assert uncached_usd_per_1k(tallies_of(tmp_path / "results.parquet"), "gpt", "p", PRICE) is None


def test_groups_are_summed_over_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchharness.results.columns.ROWS_AT_ONCE", 2)
    told(tmp_path, [row(at) for at in range(5)])
    (found,) = tallies_of(tmp_path / "results.parquet")
    assert (found.answers, found.input_tokens, found.output_tokens) == (5, 500, 10)
