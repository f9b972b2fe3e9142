"""Scoring a table at once gives what scoring row by row gives, and a million rows don't take a coffee."""

import random
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from benchharness.pipeline.marking.recipe import Recipe
from benchharness.pipeline.marking.table import WORTH_A_POOL, marked_table
from benchharness.records.answer import Answer, AnswerStatus
from benchharness.records.example import Example
from benchharness.records.suite import Extract, ScorerEntry
from benchharness.results.writing import arrow_schema

LABELS = tuple(f"label_{at}" for at in range(77))


def table(rows: int, outputs: list[str | None], examples: list[str], **columns: list[Any]) -> Any:
    schema = arrow_schema()
    known: dict[str, list[Any]] = {
        "candidate": ["a"] * rows, "prompt": [""] * rows, "example_id": examples, "repeat": [0] * rows, "output": outputs,
        "status": ["answered"] * rows, "cached": [False] * rows, "scores": [[("old", 0.5)]] * rows, **columns,
    }  # fmt: skip
    return pa.table({each.name: pa.array(known.get(each.name, [None] * rows), each.type) for each in schema}, schema=schema)


def recipe(*entries: ScorerEntry, **more: Any) -> Recipe:
    return Recipe(scorers=entries, match_at=1.0, labels=LABELS, folder=Path(), **more)


def test_the_table_says_what_row_by_row_says() -> None:
    rng = random.Random(3)
    golden = {f"e{at}": Example(id=f"e{at}", input="q", target=rng.choice([*LABELS, None])) for at in range(60)}
    n = 600
    ids = [rng.choice(list(golden)) for _ in range(n)]
    outputs = [
        rng.choice(["", "nothing", "Answer: label_1", "label 2 or label 3", *(f"it is {each}" for each in LABELS[:5])]) for _ in range(n)
    ]
    statuses = [rng.choice(["answered", "answered", "refused", "truncated", "unparsable", "error"]) for _ in range(n)]
    latency = [rng.choice([None, 0.1, 3.0]) for _ in range(n)]
    cached, prompts = [rng.random() < 0.3 for _ in range(n)], [rng.choice(["plain", "said"]) for _ in range(n)]
    stored: list[str | None] = [None if status == "error" else text for text, status in zip(outputs, statuses, strict=True)]
    given = table(n, stored, ids, status=statuses, latency_s=latency, cached=cached, prompt=prompts)
    how = recipe(
        ScorerEntry(type="label", primary=True),
        ScorerEntry(type="latency", options={"most_s": 1.0}),
        extracts={"plain": None, "said": Extract(after="Answer:")},
    )
    mark, found = how.marker(), marked_table(given, golden, how).to_pylist()
    assert len(found) == n
    for at, row in enumerate(found):
        if statuses[at] == "error":
            assert (row["status"], row["score"], row["scores"]) == ("error", None, [])
            continue
        status = AnswerStatus.ANSWERED if statuses[at] == "unparsable" else AnswerStatus(statuses[at])
        answer = Answer(output=outputs[at], status=status, latency_s=None if cached[at] else latency[at])
        wanted = mark(golden[ids[at]], how.extracts[prompts[at]], answer)
        assert (row["status"], row["score"], row["matched"], row["parsed"], row["error"]) == (
            wanted.status.value, wanted.score, wanted.matched, wanted.parsed, wanted.why,
        )  # fmt: skip
        assert dict(row["scores"]) == wanted.scores


def test_a_table_without_an_answer_stays_as_it_is() -> None:
    given = table(2, [None, None], ["e", "e"], status=["error", "error"])
    found = marked_table(given, {"e": Example(id="e", input="q", target="x")}, recipe(ScorerEntry(type="exact", primary=True)))
    assert found["status"].to_pylist() == ["error", "error"]


@pytest.mark.slow
def test_a_million_labels_take_seconds() -> None:
    rng = random.Random(1)
    golden = {f"e{at}": Example(id=f"e{at}", input="q", target=rng.choice(LABELS)) for at in range(100_000)}
    ids = list(golden) * 10
    said = [f"Category: {rng.choice(LABELS)}." if rng.random() < 0.3 else str(golden[each].target) for each in ids]
    given = table(len(ids), [*said], ids)
    started = time.monotonic()
    found = marked_table(given, golden, recipe(ScorerEntry(type="label", primary=True)))
    took = time.monotonic() - started
    assert 0.69 < sum(found["matched"].to_pylist()) / len(ids) < 0.72
    assert took < 15, f"{took:.1f} s"


@pytest.mark.slow
def test_a_hundred_thousand_rouge_scores_use_every_core_and_are_the_same_as_on_one() -> None:
    pytest.importorskip("rouge_score")
    rng = random.Random(1)
    words = [f"word{at}" for at in range(500)]
    texts = [" ".join(rng.choices(words, k=40)) for _ in range(100_000)]
    golden = {f"e{at}": Example(id=f"e{at}", input="q", target=text) for at, text in enumerate(texts)}
    said = [" ".join(text.split()[: rng.randint(1, 40)]) for text in texts]
    how = recipe(ScorerEntry(type="rouge", primary=True))
    started = time.monotonic()
    scores = marked_table(table(len(said), [*said], list(golden)), golden, how)["score"].to_pylist()
    took = time.monotonic() - started
    mark, few = how.marker(), list(golden)[: WORTH_A_POOL // 4]
    assert scores[: len(few)] == [mark(golden[each], None, Answer(output=said[at])).score for at, each in enumerate(few)]
    assert took < 300, f"{took:.1f} s"
