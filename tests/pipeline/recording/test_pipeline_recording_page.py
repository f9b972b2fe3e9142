"""A page of a large run shows what the candidates disagree about first, and says that it doesn't show all."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchharness.pipeline.recording import page
from benchharness.pipeline.recording.page import choose, first_answers, rows_of
from benchharness.records.answer import AnswerStatus
from benchharness.records.row import Row
from benchharness.results.glance import glance_at
from benchharness.results.writing import write_parquet
from benchharness.runner.journal import Journal

PLACES = {("a", "p"): 0, ("b", "p"): 1, ("c", ""): 2}
ROWS = st.lists(
    st.builds(
        lambda key, at, repeat, marked, status, text: Row(
            candidate=key[0],
            prompt=key[1],
            example_id=f"e{at}",
            repeat=repeat,
            score=marked[0],
            matched=marked[1],
            status=status,
            output=text,
            error="why" if status is AnswerStatus.ERROR else None,
            target="yes",
        ),
        st.sampled_from([*PLACES, ("a stranger", "p"), ("a", "")]),
        st.integers(0, 12),
        st.integers(0, 1),
        st.sampled_from([(None, None), (0.5, None), (1.0, True), (0.0, False), (None, False)]),
        st.sampled_from([AnswerStatus.ANSWERED, AnswerStatus.ERROR]),
        st.sampled_from([None, "", "yes", "ünïcode 👍", "x" * 30]),
    ),
    max_size=40,
    unique_by=lambda row: (row.candidate, row.prompt, row.example_id, row.repeat),
)


def results(folder: Path, rows: list[Row]) -> Path:
    with Journal(folder / "rows.jsonl") as journal:
        for row in rows:
            journal.write(row)
    place = {(row.candidate, row.prompt, row.example_id, row.repeat): at for at, row in enumerate(rows)}
    write_parquet(
        folder / "rows.jsonl",
        folder / "results.parquet",
        lambda row: (0, place[row["candidate"], row["prompt"], row["example_id"], row["repeat"]], 0),
    )
    return folder / "results.parquet"


def ranked(rows: list[Row], pair: tuple[int, int], seed: int) -> list[str]:
    """Return the ids as a page ranks them, written again for rows in memory."""
    worths: dict[str, list[Any]] = {}
    for row in rows:
        if row.repeat == 0 and (row.candidate, row.prompt) in PLACES:
            own = row.score if row.matched is None else float(row.matched)
            worths.setdefault(row.example_id, [None] * 3)[PLACES[row.candidate, row.prompt]] = own

    def key(name: str) -> tuple[int, str]:
        found = worths[name]
        different = {each for each in found if each is not None}
        level = 2 if len(different) < 2 else 0 if found[pair[0]] != found[pair[1]] else 1
        return level, hashlib.sha256(f"{seed}|{name}".encode()).hexdigest()

    return sorted(worths, key=key)


@settings(deadline=None, max_examples=60)
@given(ROWS, st.sampled_from([(0, 1), (1, 2), (0, 0)]), st.integers(0, 5), st.integers(1, 15), st.integers(0, 150))
def test_the_examples_are_the_first_by_disagreement_that_fit(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Row], pair: tuple[int, int], seed: int, most: int, room: int
) -> None:
    glance = glance_at(results(tmp_path_factory.mktemp("page"), rows), PLACES, most_characters=20)
    own = [(at, row) for at, row in enumerate(rows) if row.repeat == 0 and (row.candidate, row.prompt) in PLACES]
    texts = {f"e{at}": "q" * at for at in range(0, 13, 2)}
    expected: list[tuple[str, int, str | None]] = []
    left = room
    for rank, name in enumerate(ranked(rows, pair, seed)[:most]):
        said = [text for _, row in own if row.example_id == name for text in (row.output, row.error) if text]
        left -= len(texts.get(name, "")) + len("yes") + sum(min(20, len(text)) for text in said)
        if left < 0 and expected:
            break
        expected.append((name, rank, texts.get(name)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "MOST_EXAMPLES", most)
        patch.setattr(page, "MOST_RAW", room)
        chosen = choose(glance, len(PLACES), pair, seed=seed, text_of=texts.get)
    assert [(each.id, each.rank, each.input) for each in chosen.values()] == expected
    kept = {name for name, _, _ in expected}
    assert glance.rows[rows_of(glance, chosen)].tolist() == [at for at, row in own if row.example_id in kept]
    answered = [(at, PLACES[row.candidate, row.prompt]) for at, row in own if row.status is not AnswerStatus.ERROR]
    assert first_answers(glance) == sorted({place: (at, place) for at, place in reversed(answered)}.values())
    assert glance.repeated == any(row.repeat for row in rows)
