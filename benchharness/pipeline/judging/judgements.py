"""What judges said, as the journal of their replies keeps it: as grades, and as the judgements a run keeps."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchharness.digests import output_hash
from benchharness.pipeline.judging.questions import Docket, Given
from benchharness.records.judge import Judgement
from benchharness.records.score import Score
from benchharness.scorers.rubrics import Rubric, prompted

__all__ = ["given_by", "journalled", "judgements_of"]


def journalled(journal: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the whole lines of a journal of replies."""
    with journal.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield json.loads(line)


def given_by(journal: Path, *, repeat: int = 0) -> dict[str, list[Given]]:
    """Return what each judge made of each question, by the question's name."""
    found: dict[str, list[Given]] = defaultdict(list)
    for row in journalled(journal):
        if row["repeat"] == repeat:
            found[row["example_id"]].append(Given(judge=row["candidate"], score=_score(row), error=row["error"] or "no grade"))
    return found


def _score(row: Mapping[str, Any]) -> Score | None:
    if row["score"] is None:
        return None
    said = json.loads(row["parsed"])
    return Score(value=row["score"], parsed=said["grades"], parts=said["parts"], why=said["reasons"])


def judgements_of(journal: Path, docket: Docket, rubrics: Mapping[str, Rubric]) -> Iterator[Judgement]:
    """Yield what was said, in the order of the questions."""
    place = {name: at for at, name in enumerate(docket.questions)}
    rows = sorted(journalled(journal), key=lambda row: (row["prompt"], row["candidate"], place[row["example_id"]], row["repeat"]))
    for row in rows:
        question = docket.questions[row["example_id"]]
        said = json.loads(row["parsed"]) if row["parsed"] else {}
        yield Judgement(
            scorer=row["prompt"],
            judge=row["candidate"],
            example_id=question.example_id,
            answer=output_hash(question.answer),
            order="swapped" if question.swapped else "given",
            repeat=row["repeat"],
            grade=row["score"],
            grades=json.dumps(said["grades"], ensure_ascii=False) if said else None,
            reasons=said.get("reasons"),
            status=row["status"],
            error=row["error"],
            cut=prompted(rubrics[row["prompt"]], question).cut,
            reply=row["output"],
            **{name: row[name] for name in ("model", "served_model", "input_tokens", "output_tokens", "cost_usd", "cached", "started_at")},
        )
