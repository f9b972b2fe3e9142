"""A store is looked into, pruned, exported and merged; whatever is wrong with a file is one message."""

import gzip
import hashlib
import json
import random
import shutil
import sqlite3
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchharness.errors import BenchError, SetupError, UsageError
from benchharness.pipeline.asking.replay import merge_into, read_kept
from benchharness.records.answer import Answer, Usage
from benchharness.runner.differing import differences, nearest
from benchharness.runner.naming import name_request
from benchharness.runner.portable import write_export
from benchharness.runner.store import Origin, ResponseStore, Stored
from benchharness.runner.store_care import StoreCare


def wire(text: str, **more: object) -> dict[str, object]:
    return {"litellm": "openai/x", "body": {"messages": [{"role": "user", "content": text}], "model": "openai/x", **more}}


def fill(path: Path, texts: Sequence[str], *, model: str = "openai/x", usd: float | None = 0.5, at_once: int = 3) -> list[str]:
    """Keep one answer per text and return the keys."""
    named = [name_request(wire(text), 0) for text in texts]
    with ResponseStore(path) as store:
        answers = [
            (
                name.key,
                Stored(
                    answer=Answer(output=f"re {text}", usage=Usage(input_tokens=1), cost_usd=usd),
                    asked_at=f"2026-11-0{at % 9 + 1}T00:00:00+00:00",
                    attempts=1,
                ),
                Origin(provider="openai", model=model, request=name.text),
            )
            for at, (name, text) in enumerate(zip(named, texts, strict=True))
        ]
        for start in range(0, len(answers), at_once):
            store.keep_all(answers[start : start + at_once])
    return [name.key for name in named]


def export(source: Path, target: Path) -> bytes:
    with StoreCare(source) as care:
        write_export(target, care.all)
    return target.read_bytes()


def test_stats_tell_answers_age_and_dollars_by_model_and_what_is_unknown(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    fill(path, ["a", "b", "c"])
    fill(path, ["d"], model="openai/y", usd=None)
    with ResponseStore(path) as store:
        store.keep("old", Stored(answer=Answer(output="x", cost_usd=0.25), asked_at="2026-10-01", attempts=1))
    with StoreCare(path) as care:
        found = care.stats()
    assert (found.answers, found.with_request, found.usd) == (5, 4, 1.75)
    told = {each.model: (each.provider, each.answers, each.usd, each.unpriced, each.oldest[:10]) for each in found.by_model}
    assert told == {
        "openai/x": ("openai", 3, 1.5, 0, "2026-11-01"),
        "openai/y": ("openai", 1, 0.0, 1, "2026-11-01"),
        None: (None, 1, 0.25, 0, "2026-10-01"),
    }


def test_what_is_removed_is_gone_from_the_file_with_its_request_and_the_rest_stays(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    noise = random.Random(7)
    texts = [f"{name}-{noise.randbytes(5000).hex()}" for name in ("one", "two", "three", "four")]
    keys = fill(path, texts)
    # Another process asked the same at the same moment: its answer isn't kept, and its request must not outlive the first.
    fill(path, texts, at_once=4)
    with StoreCare(path) as care:
        before = care.size()
        assert care.remove([keys[0], keys[3]])
        left = list(care.all())
        assert care.size() < before
    assert {each.key for each in left} == {keys[1], keys[2]}
    assert all(each.origin is not None and each.origin.request is not None for each in left)
    with sqlite3.connect(path) as database:
        kept = "".join(zlib.decompress(blob).decode() for (blob,) in database.execute("SELECT texts FROM requests"))
    database.close()
    assert "two-" in kept
    assert "one-" not in kept
    assert "four-" not in kept


def test_an_export_is_the_same_bytes_wherever_the_answers_came_from_and_comes_back_whole(tmp_path: Path) -> None:
    fill(tmp_path / "a.sqlite", ["x", "y", "\u2028 \U0001f600"])
    fill(tmp_path / "b.sqlite", ["x", "y", "\u2028 \U0001f600"], at_once=1)
    first = export(tmp_path / "a.sqlite", tmp_path / "a.jsonl.gz")
    assert first == export(tmp_path / "b.sqlite", tmp_path / "b.jsonl.gz")
    with ResponseStore(tmp_path / "c.sqlite") as into:
        told = merge_into(into, tmp_path / "a.jsonl.gz")
        assert (told.answers, told.added, told.same, told.conflicts) == (3, 3, 0, ())
        again = merge_into(into, tmp_path / "a.jsonl.gz")
        assert (again.added, again.same) == (0, 3)
    assert export(tmp_path / "c.sqlite", tmp_path / "c.jsonl.gz") == first
    assert list(read_kept(tmp_path / "a.sqlite")) == list(read_kept(tmp_path / "a.jsonl.gz"))


def test_of_two_answers_to_one_request_the_first_stays_and_the_other_is_told(tmp_path: Path) -> None:
    keys = fill(tmp_path / "a.sqlite", ["x", "y"])
    fill(tmp_path / "b.sqlite", ["y", "z"], usd=0.75)
    with ResponseStore(tmp_path / "a.sqlite") as into:
        told = merge_into(into, tmp_path / "b.sqlite")
        assert (told.added, told.same, told.conflicts) == (1, 0, (keys[1],))
        assert into.find([keys[1]])[keys[1]].answer.cost_usd == 0.5


def unzipped(path: Path) -> list[bytes]:
    return gzip.decompress(path.read_bytes()).splitlines(keepends=True)


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda data: data[:-20], "can't be read"),
        (lambda data: data[:40] + b"\x00\x00" + data[42:], "read|checksum"),
        (lambda data: gzip.compress(b"".join(gzip.decompress(data).splitlines(keepends=True)[:-1])), "checksum"),
        (lambda data: gzip.compress(gzip.decompress(data).replace(b"re x", b"re z")), "checksum"),
        (lambda data: gzip.compress(gzip.decompress(data).replace(b'"format_version": 1', b'"format_version": 2')), "version 2"),
        (lambda _: gzip.compress(b'{"a": 1}\n'), "no export"),
        (lambda _: gzip.compress(b"not json\n"), "can't be read"),
        (lambda _: gzip.compress(b"[" * 100_000), "can't be read"),
        (lambda _: b"hello", "neither"),
        (lambda _: b"", "neither"),
    ],
)
def test_a_damaged_export_is_told_and_nothing_of_it_is_taken(tmp_path: Path, damage: object, told: str) -> None:
    assert callable(damage)
    fill(tmp_path / "a.sqlite", ["x", "y"])
    file = tmp_path / "a.jsonl.gz"
    file.write_bytes(damage(export(tmp_path / "a.sqlite", file)))
    with ResponseStore(tmp_path / "into.sqlite") as into:
        with pytest.raises(SetupError, match=told) as raised:
            merge_into(into, file)
        assert raised.value.file == str(file)
        assert len(into) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"key": "../../etc"},
        {"attempts": "1"},
        {"asked_at": "yesterday"},
        {"answer": {"output": 7}},
        {"answer": {"output": "x", "cost_usd": "1"}},
        {"answer": {"output": "x", "usage": {"input_tokens": 10**30}}},
        {"answer": {"output": "x", "usage": 3}},
        {"answer": []},
        {"provider": 1},
        {"request": "x"},
        {"answer": {"output": "x", "status": "sung"}},
    ],
)
def test_a_line_that_is_no_answer_is_told_with_its_number(tmp_path: Path, change: dict[str, object]) -> None:
    fill(tmp_path / "a.sqlite", ["x"])
    file = tmp_path / "a.jsonl.gz"
    export(tmp_path / "a.sqlite", file)
    line = json.dumps({**json.loads(unzipped(file)[1]), **change}).encode() + b"\n"
    header = {"format_version": 1, "kind": "benchharness-answers", "lines": 1, "sha256": hashlib.sha256(line).hexdigest()}
    file.write_bytes(gzip.compress(json.dumps(header).encode() + b"\n" + line))
    with pytest.raises(SetupError, match="line 2 is no answer"):
        list(read_kept(file))


def test_what_is_no_store_or_a_damaged_one_is_told(tmp_path: Path) -> None:
    cases = {name: tmp_path / name for name in ("missing", "text", "other", "damaged")}
    cases["text"].write_text("hello")
    with sqlite3.connect(cases["other"]) as other:
        other.execute("CREATE TABLE things (a)")
    other.close()
    fill(cases["damaged"], [str(at) for at in range(50)])
    shutil.copy(cases["damaged"], tmp_path / "whole")
    data = bytearray(cases["damaged"].read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    cases["damaged"].write_bytes(data)
    for name, path in cases.items():
        with pytest.raises(BenchError) as told, StoreCare(path) as care:
            list(care.all())
        assert told.value.file == str(path)
        assert told.value.exit_code == 2
        assert isinstance(told.value, UsageError) == (name == "missing")


def test_what_differs_from_the_nearest_request_is_told_in_words() -> None:
    long = "Name the intent of the message. " * 5
    stored = [name_request(wire(text, temperature=0.0), 0).text for text in ("one", "two", long)]
    asked = name_request(wire(long[:40] + "!" + long[41:], temperature=0.2, seed=7), 0).text
    found = nearest(asked, stored)
    assert found == stored[2]
    assert set(differences(asked, found)) == {"temperature: 0.0 -> 0.2", "seed is new: 7", "messages[0] differs at character 41"}
    other = name_request({**wire("two", temperature=0.0), "litellm": "openai/z"}, 1).text
    near = nearest(other, stored)
    assert near == stored[1]
    assert differences(other, near) == ("repeat: 0 -> 1", 'litellm: "openai/x" -> "openai/z"')
    assert "seed is gone: it was 7" in differences(stored[0], asked)
    assert nearest(asked, []) is None
