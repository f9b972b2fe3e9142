"""What judges said, as it's kept: from the journal of their replies to `judgements.parquet`, and back into grades."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from benchharness.digests import output_hash
from benchharness.pipeline.judging.questions import Docket, Given, question_name
from benchharness.records.judge import Judgement
from benchharness.records.score import Score
from benchharness.scorers.rubrics import Rubric, prompted

__all__ = ["failures_in", "given_by", "journalled", "judgements_of", "reasons_in", "replies_in", "write_judgements"]


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


def write_judgements(judgements: Iterable[Judgement], path: Path) -> None:
    """Write judgements as Parquet."""
    import pyarrow as pa
    from pyarrow import parquet

    kinds = {"repeat": pa.int64(), "cut": pa.int64(), "input_tokens": pa.int64(), "output_tokens": pa.int64(), "cached": pa.bool_()}
    kinds |= {"grade": pa.float64(), "cost_usd": pa.float64()}
    schema = pa.schema([(each.name, kinds.get(each.name, pa.string())) for each in fields(Judgement)])
    rows = [{name: getattr(each, name) for name in schema.names} for each in judgements]
    parquet.write_table(pa.Table.from_pylist(rows, schema=schema), path, compression="zstd")


def replies_in(path: Path) -> Iterator[tuple[str, str]]:
    """Yield when each reply of a judgements file was asked for, and its text."""
    from pyarrow import parquet

    table = parquet.read_table(path, columns=["started_at", "reply"])
    yield from zip(*([each or "" for each in table[name].to_pylist()] for name in ("started_at", "reply")), strict=True)


def failures_in(path: Path) -> dict[tuple[str, str, str, int], str]:
    """Return the questions that a judge gave no reply to, with the reason, by judge, scorer, question and repeat."""
    from pyarrow import parquet

    columns = ["judge", "scorer", "example_id", "answer", "order", "repeat", "status", "error"]
    rows = parquet.read_table(path, columns=columns).to_pylist()
    return {
        (
            row["judge"],
            row["scorer"],
            question_name(row["scorer"], row["example_id"], row["answer"], swapped=row["order"] == "swapped"),
            row["repeat"],
        ): row["error"] or ""
        for row in rows
        if row["status"] == "error"
    }


def reasons_in(path: Path) -> dict[tuple[str, str], str]:
    """Return what judges said of each answer, by example and the answer's hash: a model's words."""
    from pyarrow import parquet

    columns = ["example_id", "answer", "judge", "order", "reasons", "error"]
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in parquet.read_table(path, columns=columns).to_pylist():
        turned = ", the other way round" if row["order"] == "swapped" else ""
        found[row["example_id"], row["answer"]].append(f"{row['judge']}{turned}: {row['reasons'] or row['error'] or 'no reasons'}")
    return {key: "; ".join(said) for key, said in found.items()}
