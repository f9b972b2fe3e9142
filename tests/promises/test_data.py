"""What the resume data promises in its data card."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "goldensets" / "resume"
LABELS = {"no-result", "duty-only", "vague", "buzzwords", "overlong", "strong"}
Rows = list[dict[str, object]]


def read(name: str) -> Rows:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def golden() -> Rows:
    return read("golden.jsonl")


@pytest.fixture(scope="module")
def pool() -> Rows:
    return read("pool.jsonl")


def shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[at : at + 3]) for at in range(len(words) - 2)} or {tuple(words)}


def test_there_are_150_golden_bullets_and_at_least_600_in_the_pool(golden: Rows, pool: Rows) -> None:
    assert len(golden) == 150
    assert len(pool) >= 600


def test_labels_are_the_guides_and_balanced(golden: Rows, pool: Rows) -> None:
    for rows in (golden, pool):
        counts = Counter(row["target"] for row in rows)
        assert set(counts) == LABELS
        assert max(counts.values()) <= 3 * min(counts.values())


def test_occupations_and_seniorities_are_many(golden: Rows) -> None:
    metadata = [json.loads(json.dumps(row["metadata"])) for row in golden]
    assert len({each["occupation"] for each in metadata}) >= 30
    assert {each["seniority"] for each in metadata} == {"entry", "mid", "senior", "lead", "executive"}


def test_no_bullet_is_nearly_another_one(golden: Rows, pool: Rows) -> None:
    known = [(str(row["id"]), shingles(str(row["input"]))) for row in (*golden, *pool)]
    holders: dict[tuple[str, ...], list[int]] = {}
    for at, (_, own) in enumerate(known):
        for each in own:
            holders.setdefault(each, []).append(at)
    pairs = {(one, two) for group in holders.values() for one in group for two in group if one < two}
    alike = [
        (known[one][0], known[two][0])
        for one, two in pairs
        if len(known[one][1] & known[two][1]) >= 0.4 * len(known[one][1] | known[two][1])
    ]
    assert not alike


def test_no_single_word_gives_a_label_away(golden: Rows, pool: Rows) -> None:
    rows = [*golden, *pool]
    found: dict[str, Counter[object]] = {}
    for row in rows:
        for word in set(re.findall(r"\w+", str(row["input"]).lower())):
            found.setdefault(word, Counter())[row["target"]] += 1
    telling = [word for word, counts in found.items() if sum(counts.values()) >= 30 and max(counts.values()) > 0.9 * sum(counts.values())]
    assert not telling


def test_the_linear_model_does_not_solve_it(golden: Rows, pool: Rows) -> None:
    from benchharness.providers.classical import train
    from benchharness.records.example import Example

    examples = [Example(id=str(row["id"]), input=str(row["input"]), target=row["target"]) for row in pool]
    model = train("tfidf-logreg", examples, 7)
    right = sum(model.predict([str(row["input"]) for row in golden]) == [row["target"] for row in golden])
    assert 0.5 * len(golden) < right < 0.9 * len(golden)


def test_the_fine_tune_is_small_and_real() -> None:
    adapter = FOLDER / "adapter.gguf"
    assert adapter.stat().st_size <= 3_000_000
    assert adapter.read_bytes()[:4] == b"GGUF"


def test_a_second_blind_labelling_agrees_as_the_data_card_says(golden: Rows) -> None:
    from benchharness.results.by_label import label_report

    second = {str(row["id"]): str(row["target"]) for row in read("second_labels.jsonl")}
    report = label_report((str(row["target"]), second[str(row["id"])]) for row in golden if row["id"] in second)
    assert report.n == 60
    assert report.accuracy == 1.0
    assert report.kappa == 1.0
