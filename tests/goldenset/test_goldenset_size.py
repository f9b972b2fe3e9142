"""A golden set of any size: what's read from disk is what would stand in memory, and memory doesn't grow with it."""

import datetime as dt
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchharness.errors import MistakesError, SetupError
from benchharness.goldenset import finding, near_duplicates, spool
from benchharness.goldenset.facts import DataFacts, facts, labels_of, normalised, overlaps, without
from benchharness.goldenset.finding import Places, repeated
from benchharness.goldenset.fingerprint import fingerprint
from benchharness.goldenset.leakage import find_leaks
from benchharness.goldenset.reading import asking_order, read_examples
from benchharness.goldenset.slicing import groups_of, slices_of, unknown_keys, unknown_slices
from benchharness.goldenset.spool import Spool, SpooledExamples
from benchharness.records.example import Example, ExampleSet
from benchharness.records.suite import DataSource

TEXTS = st.sampled_from(["", "a", "A!", "b", "pay my card now", "Pay my card, now", "pay my new card now", "👍", "ünï"])
ROWS = st.fixed_dictionaries(
    {"input": TEXTS | st.dictionaries(st.sampled_from(["q", "c"]), TEXTS) | st.integers(0, 1)},
    optional={
        "id": st.sampled_from([f"e{at}" for at in range(30)]) | st.integers(0, 9) | st.booleans() | st.none(),
        "target": st.sampled_from(["yes", "no", 1, None, ["x", "y"], {"k": 1.5}]),
        "metadata": st.dictionaries(st.sampled_from(["lang", "kind"]), st.sampled_from(["en", "de", 3])),
        "tags": st.sampled_from(["", "one, two", ["three"]]),
        "cluster": st.sampled_from(["c1", "c2", 7, None]),
    },
)
SOURCES = st.sampled_from(
    [{}, {"sample": 3}, {"per_target": 2}, {"only": {"lang": ("en",)}}, {"only": {"target": ("yes", "1")}, "sample": 2}]
)


def told(examples: ExampleSet, pool: ExampleSet, seed: int) -> list[Any]:
    """Return everything anybody asks of a set."""
    shots = without(pool, examples)
    keys = ("lang", "kind", "none")
    return [
        list(examples.examples),
        [examples.examples[at] for at in range(-len(examples), len(examples))],
        list(examples.examples[1:4]) + list(examples.examples[::-2]),
        examples.fingerprint,
        examples.columns,
        facts(examples),
        labels_of(examples, pool),
        list(asking_order(examples, seed)),
        list(asking_order(examples, seed)[:2][1:]),
        overlaps(examples, pool),
        (list(shots.examples), shots.fingerprint),
        slices_of(examples, {"lang": ("en", "3"), "kind": ("de",)}),
        groups_of(examples, keys),
        (unknown_keys(examples, keys), unknown_slices(examples, {"lang": ("en", "fr"), "none": ("x",)})),
        find_leaks(examples, pool, likeness=0.6, seed=seed),
        [Places(examples.examples).find(each) for each in ("e1", "7", "x", *(each.id for each in examples.examples))],
    ]


@settings(deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=25), st.lists(TEXTS, min_size=1, max_size=6, unique=True), SOURCES, st.integers(0, 99))
def test_a_set_on_disk_says_the_same_as_one_in_memory(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]], pool: list[str], options: dict[str, Any], seed: int
) -> None:
    path = tmp_path_factory.mktemp("size") / "golden.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")
    training = tuple(Example(id=f"t{at}", input=text, target="yes", cluster="c1") for at, text in enumerate(pool))
    found: list[Any] = []
    for most in (10_000, 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(spool, "MOST_HELD", most)
            try:
                examples = read_examples(DataSource(path=path.name, **options), folder=path.parent, seed=seed, role="golden set")
                assert isinstance(examples.examples, tuple if most else SpooledExamples)
                found.append(told(examples, ExampleSet(source="pool", examples=training, fingerprint=""), seed))
            except MistakesError as error:
                found.append(error.mistakes)
    assert found[0] == found[1]


@pytest.mark.parametrize("most", [10_000, 0])
class TestAsBefore:
    """What was said of a set when all of it stood in memory, written again in the plainest way."""

    def examples(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, most: int) -> ExampleSet:
        monkeypatch.setattr(spool, "MOST_HELD", most)
        draw = random.Random(3)
        rows = [
            {
                "id": f"e{at}",
                "input": draw.choice(["Pay!", "pay", f"text {at}", f"text {at // 2}"]),
                "target": draw.choice(["a", "b", None]),
            }
            for at in range(300)
        ]
        (tmp_path / "a.jsonl").write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")
        return read_examples(DataSource(path="a.jsonl"), folder=tmp_path, seed=1, role="golden set")

    def test_the_asking_order_is_one_shuffle_of_the_list(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, most: int) -> None:
        examples = self.examples(monkeypatch, tmp_path, most)
        for seed in (0, 7, 2**40):
            order = list(examples.examples)
            random.Random(seed).shuffle(order)
            assert list(asking_order(examples, seed)) == order
            assert list(asking_order(examples, seed)[:120][60:]) == order[60:120]

    def test_the_asking_order_of_a_seed_never_changes(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, most: int) -> None:
        ids = [each.id for each in asking_order(self.examples(monkeypatch, tmp_path, most), 7)]
        assert ids[:6] == ORDER_OF_SEED_7

    def test_the_facts(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, most: int) -> None:
        examples = self.examples(monkeypatch, tmp_path, most)
        groups: dict[str, list[Example]] = defaultdict(list)
        for each in examples.examples:
            groups[normalised(each.text)].append(each)
        same = [group for group in groups.values() if len(group) > 1]
        assert len(same) > 10
        assert facts(examples) == DataFacts(
            examples=300,
            targets=dict(Counter(each.target for each in examples.examples if each.target).most_common()),
            duplicates=tuple(tuple(each.id for each in group) for group in same),
            conflicts=tuple(tuple(each.id for each in group) for group in same if len({each.target for each in group}) > 1),
            without_target=tuple(each.id for each in examples.examples if each.target is None),
        )

    def test_each_bad_row_is_named_in_its_place_and_of_many_the_first(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, most: int
    ) -> None:
        monkeypatch.setattr(spool, "MOST_HELD", most)
        rows = [{"id": f"e{at % 90}", "input": "" if at in (7, 95) else f"q{at}"} for at in range(130)]
        (tmp_path / "a.jsonl").write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")
        with pytest.raises(MistakesError) as caught:
            read_examples(DataSource(path="a.jsonl"), folder=tmp_path, seed=1, role="golden set")
        # Row 98 has the id of row 8; row 97's earlier twin was no example.
        lines = [8, 91, 92, 93, 94, 95, 96, 97, *range(99, 111)]
        assert [each.line for each in caught.value.mistakes[:-1]] == lines
        assert caught.value.mistakes[1].message == "the same id as line 1 (e0)"
        assert caught.value.mistakes[-1].message == "and 20 more like these"


ORDER_OF_SEED_7 = ["e41", "e258", "e27", "e4", "e196", "e289"]


@given(st.lists(st.binary(min_size=1, max_size=40)), st.randoms())
def test_the_fingerprint_knows_no_order(texts: list[bytes], draw: random.Random) -> None:
    examples = [Example(id=f"e{at}", input=text.hex(), target=None) for at, text in enumerate(texts)]
    shuffled = draw.sample(examples, len(examples))
    assert fingerprint(examples) == fingerprint(shuffled)


def test_the_fingerprint_is_the_hash_of_sorted_hashes_even_when_they_end_in_zeros() -> None:
    from benchharness.goldenset.fingerprint import _sorted

    draw = random.Random(1)
    digests = [bytes(draw.choice((0, 0, 1, 127, 128, 255)) for _ in range(32)) for _ in range(500)]
    digests += [each[:8] + bytes(24) for each in digests] + [bytes(32)]
    assert _sorted(bytearray(b"".join(digests))) == b"".join(sorted(digests))
    assert _sorted(bytearray()) == b""


class TestKeeping:
    def test_every_value_comes_back_as_it_was(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        stamp = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
        frame = pd.DataFrame({"input": ["a", "b"], "when": [stamp, stamp], "price": [Decimal("1.10"), Decimal(2)], "raw": [b"x", b"y"]})
        frame.to_parquet(tmp_path / "a.parquet")
        sets = []
        for most in (10, 0):
            monkeypatch.setattr(spool, "MOST_HELD", most)
            sets.append(read_examples(DataSource(path="a.parquet"), folder=tmp_path, seed=1, role="golden set"))
        assert list(sets[0].examples) == list(sets[1].examples)
        assert sets[1].examples[1].metadata["price"] == Decimal(2)

    def test_what_cannot_be_written_stays_in_memory(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(spool, "MOST_HELD", 1)
        records = [1, lambda: None, "two", lambda: 3, None]
        kept = Spool()
        for each in records:
            kept.append(each)
        assert [kept.at(place) for place in (4, 0, 3, 1, 2)] == [records[place] for place in (4, 0, 3, 1, 2)]
        assert list(kept.between(1, 4)) == records[1:4]

    def test_records_larger_than_a_block_and_more_than_one_of_them_come_back(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(spool, "MOST_HELD", 1)
        monkeypatch.setattr(spool, "BLOCK_BYTES", 64)
        records = ["x" * length for length in (1, 500, 2, 3, 70, 0, 64, 4)]
        kept = Spool()
        for at, each in enumerate(records):
            kept.append(each)
            assert kept.at(at) == each
        assert list(kept.between(0, len(records))) == records

    def test_a_full_disk_is_told_in_a_line(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(spool, "MOST_HELD", 1)
        (tmp_path / "a.jsonl").write_text('{"input": "a"}\n{"input": "b"}\n', encoding="utf-8")

        class Full:
            def __init__(self, **_: Any) -> None:
                self.name = ""

            def seek(self, *_: int) -> None:
                pass

            def close(self) -> None:
                pass

            def write(self, _: Any) -> int:
                raise OSError(28, "No space left on device")

        def none(**_: Any) -> Any:
            raise OSError(28, "No space left on device")

        for file in (Full, none):
            monkeypatch.setattr(tempfile, "TemporaryFile", file)
            with pytest.raises(SetupError, match="can't be kept in a temporary file: No space left"):
                read_examples(DataSource(path="a.jsonl"), folder=tmp_path, seed=1, role="golden set")


class TestFinding:
    def test_ids_that_share_a_hash_are_told_apart(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(spool, "MOST_HELD", 0)
        monkeypatch.setattr(finding, "hash", len, raising=False)
        kept = Spool()
        for at in range(12):
            kept.append(SpooledExamples.kept(Example(id=f"e{at}", input="q", target=at)))
        places = Places(SpooledExamples(kept))
        assert [places[f"e{at}"] for at in range(12)] == list(range(12))
        assert places.target("e11") == 11
        assert places.find("e99") is None
        with pytest.raises(KeyError):
            places["f"]

    @given(st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(0, 4)))
    def test_hashes_that_stand_twice(self, hashes: list[int]) -> None:
        counts = Counter(hashes)
        assert repeated(hashes) == [at for at, each in enumerate(hashes) if counts[each] > 1]


def test_near_duplicates_are_the_same_whatever_is_indexed_and_in_how_many_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(5)
    base = [" ".join(draw.choices([f"w{at}" for at in range(40)], k=14)) for _ in range(12)]
    texts = [f"{draw.choice(base)} {draw.choice(['', 'now', 'please', 'w3'])}" for _ in range(60)] + [""]
    others = [f"{draw.choice(['', 'well'])} {draw.choice(base)}" for _ in range(45)] + ["", "alone"]
    monkeypatch.setattr(near_duplicates, "EVERY_PAIR", 0)
    monkeypatch.setattr(near_duplicates, "MOST_TWINS", 3)
    found = []
    for most in (len(texts), len(others), 7, 1):
        # 61: the others in an index; 47 too; fewer than the others: the texts, part by part.
        monkeypatch.setattr(near_duplicates, "MOST_INDEXED", most)
        found.append(near_duplicates.near_duplicates(texts, others, likeness=0.7, seed=2))
    found.append(near_duplicates._in_texts(texts, others, 0.7, 2))
    assert len(found[0]) > 40
    assert all(each == found[0] and list(each) == list(found[0]) for each in found)


# The peak of a program counts from what started it, so pytest starts something small that starts the program.
MEASURED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, file=sys.stderr)
"""
LOADED = """
import sys
from pathlib import Path
from benchharness.pipeline.loading.suite import load
loaded = load(Path(sys.argv[1]))
assert sum(len(each.text) for each in loaded.asked(None)) > 900 * len(loaded.golden)
assert loaded.places.target(f"e{len(loaded.golden) - 1}") == "no"
"""


def peak(folder: Path, *arguments: str) -> int:
    """Run Python with arguments in a folder and return how many MB it took at most."""
    command = [sys.executable, "-c", MEASURED, sys.executable, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return int(done.stderr.splitlines()[-1])


def test_memory_hardly_grows_with_the_set(tmp_path: Path) -> None:
    peaks = [peak(tmp_path, "-c", LOADED, str(write_suite(tmp_path, count, "x" * 900))) for count in (6_000, 26_000)]
    # 20,000 examples more are 25 MB of text alone, and twice that while they're read; their places and hashes are 2 MB.
    assert peaks[1] - peaks[0] < 15, peaks


def write_suite(folder: Path, count: int, text: str) -> Path:
    """Write a suite whose pretend model is asked `count` examples, and return its file."""
    with (folder / f"{count}.jsonl").open("w", encoding="utf-8") as file:
        for at in range(count):
            file.write(json.dumps({"id": f"e{at}", "input": f"question {at} {text}", "target": ("yes", "no")[at % 2]}) + "\n")
    path = folder / f"{count}.yaml"
    path.write_text(
        f"name: large\ngolden_set: {{path: {count}.jsonl}}\nprompts: {{plain: {{user: '{{{{ input }}}}'}}}}\n"
        "candidates: [{name: pretend, path: api, model: rehearsal/any, prompts: [plain], rehearsal: {accuracy: 0.8}}]\n"
        "scorers: [{type: exact, primary: true}]\ndecision: {accuracy_target: 0.9}\n",
        encoding="utf-8",
    )
    return path


RUN = """
import sys
sys.argv = ["bench", "run", sys.argv[1]]
from benchharness.cli.main import main
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
heavy = {"pandas", "scipy", "pyarrow.compute", "pyarrow.dataset"} & set(sys.modules)
assert not heavy, f"a run imported {heavy}"
"""


def test_a_run_takes_little_memory_and_no_pandas(tmp_path: Path) -> None:
    # 135 MB here; pandas alone would add 45, and Arrow's own ways of making and reading arrays import it.
    suite = write_suite(tmp_path, 2_000, "x" * 200)
    # A rate right at the bar asks how many examples would settle it, and that takes scipy.
    suite.write_text(suite.read_text().replace("accuracy: 0.8}", "accuracy: 0.95}"), encoding="utf-8")
    assert peak(tmp_path, "-c", RUN, str(suite)) < 175
    assert len(list(tmp_path.glob("reports/*/*/report.html"))) == 1


@pytest.mark.slow
def test_a_million_examples_take_less_than_a_gigabyte(tmp_path: Path) -> None:
    suite = write_suite(tmp_path, 1_000_000, "")
    assert peak(tmp_path, "-m", "benchharness", "run", str(suite)) < 1_000
    assert len(list(tmp_path.glob("reports/*/*/results.parquet"))) == 1
