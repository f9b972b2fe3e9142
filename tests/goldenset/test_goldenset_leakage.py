"""A golden example that also stands in the training data is found, and told by how it was found."""

import json
import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchharness.errors import UsageError
from benchharness.goldenset.leakage import Leak, find_leaks, leakage_of
from benchharness.goldenset.near_duplicates import bands_for, jaccard, near_duplicates, shingles
from benchharness.records.example import Example, ExampleSet

DATA = Path(__file__).parents[3] / "shared" / "data"
RENT = "Hello, I paid the rent of 740 euros on the third of March but my landlord says that nothing has arrived yet"
CARD = "Could somebody tell me why my card was declined twice at the supermarket although there is enough money on it"
LONG = " ".join(f"clause{at % 230} of paragraph{at // 7}" for at in range(700))
WORDS = st.lists(st.sampled_from(["pay", "card", "fee", "top", "up", "my", "the", "is", "new", "lost"]), min_size=1, max_size=14).map(
    " ".join
)
TEXTS = st.one_of(WORDS, WORDS.map(str.upper), WORDS.map(lambda text: f"{text}?"), st.text(st.characters(), max_size=12))


def examples(*texts: str, name: str = "t", clusters: list[str | None] | None = None) -> ExampleSet:
    """Return texts as a set, with ids t0, t1, ..."""
    kept = clusters or [None] * len(texts)
    rows = tuple(Example(id=f"{name}{at}", input=text, target=None, cluster=kept[at]) for at, text in enumerate(texts))
    return ExampleSet(source=f"{name}.jsonl", examples=rows, fingerprint="sha256:0")


def only_leak(golden: str, *training: str) -> Leak | None:
    """Return the leak of one golden text, None when there is none."""
    found = find_leaks(examples(golden, name="g"), examples(*training), seed=1)
    assert len(found) <= 1
    return found[0] if found else None


def likeness_by_counting(first: str, second: str) -> float:
    """Return the Jaccard of words and neighbouring words, written again for texts of plain words."""
    sets = []
    for text in (first, second):
        words = ["", *text.split(), ""]
        sets.append({(word,) for word in words[1:-1]} | {(words[at], words[at + 1]) for at in range(len(words) - 1)})
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


def load(path: Path) -> ExampleSet:
    if not path.exists():
        pytest.skip(f"the shared data set {path.parent.name} isn't there")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").strip().split("\n")]
    return ExampleSet(
        source=path.name,
        examples=tuple(Example(id=row["id"], input=row["input"], target=row["reference"]) for row in rows),
        fingerprint="sha256:0",
    )


class TestKinds:
    def test_the_strongest_kind_wins_whatever_the_order_of_the_rows(self) -> None:
        golden = examples(RENT, name="g", clusters=["flat"])
        weaker = [f"{RENT} please", RENT.upper(), RENT]
        for count, kind, training_id in ((3, "exact", "t2"), (2, "normalised", "t1"), (1, "near", "t0")):
            for texts in (weaker[:count], ["nothing of the kind", *weaker[:count]][::-1]):
                leaks = find_leaks(golden, examples(*texts, clusters=["flat"] * len(texts)), seed=1)
                assert [each.kind for each in leaks] == [kind]
                assert texts[int(leaks[0].training_id[1:])] == weaker[int(training_id[1:])]

    def test_one_cluster_in_both_sets_is_a_leak_of_the_group(self) -> None:
        golden = examples("who signs it", "what does it cost", name="g", clusters=["contract 7", "contract 8"])
        training = examples("something else", "and another thing", "when does it end", clusters=["contract 1", "contract 7", "contract 7"])
        assert find_leaks(golden, training, seed=1) == (Leak(golden_id="g0", training_id="t1", kind="group", likeness=None),)

    def test_no_cluster_never_matches_no_cluster(self) -> None:
        assert find_leaks(examples("who signs it", name="g"), examples("what does it cost"), seed=1) == ()

    def test_what_is_the_same_text_has_a_likeness_of_one(self) -> None:
        leaks = find_leaks(examples("Pay my card", "top up!", name="g"), examples("pay MY card", "top up!"), seed=1)
        assert [(each.kind, each.likeness) for each in leaks] == [("normalised", 1.0), ("exact", 1.0)]

    def test_signs_without_a_word_are_the_same_only_byte_for_byte(self) -> None:
        assert only_leak("\N{THUMBS UP SIGN}", "\N{THUMBS DOWN SIGN}", "?!", "") is None
        assert only_leak("\N{THUMBS UP SIGN}", "\N{THUMBS UP SIGN}") == Leak(golden_id="g0", training_id="t0", kind="exact", likeness=1.0)

    def test_the_target_plays_no_part(self) -> None:
        golden = ExampleSet(source="g", examples=(Example(id="g", input=RENT, target="a"),), fingerprint="sha256:0")
        training = ExampleSet(source="t", examples=(Example(id="t", input=RENT, target="b"),), fingerprint="sha256:0")
        assert [each.kind for each in find_leaks(golden, training, seed=1)] == ["exact"]

    def test_variables_of_a_template_are_compared_as_their_text(self) -> None:
        golden = ExampleSet(
            source="g", examples=(Example(id="g", input={"title": "Rent", "body": RENT}, target=None),), fingerprint="sha256:0"
        )
        assert [each.kind for each in find_leaks(golden, examples(f"rent {RENT}"), seed=1)] == ["normalised"]

    def test_nothing_leaks_from_nothing(self) -> None:
        assert find_leaks(examples(name="g"), examples(RENT), seed=1) == ()
        assert find_leaks(examples(RENT, name="g"), examples(), seed=1) == ()


class TestNear:
    @pytest.mark.parametrize(
        ("golden", "training"),
        [
            pytest.param(RENT, RENT.replace("740", "745"), id="a changed number"),
            pytest.param(RENT, RENT.replace("my landlord says", "landlord my says"), id="two words swapped"),
            pytest.param(RENT, RENT.replace("landlord", "lanldord"), id="a slip of the pen"),
            pytest.param(RENT, RENT.removesuffix(" yet"), id="the end cut off"),
            pytest.param(RENT, RENT.removeprefix("Hello, I "), id="the beginning cut off"),
            pytest.param(CARD, f"Hi, {CARD} please", id="politeness added"),
            pytest.param(CARD, " ".join([*CARD.split()[13:], *CARD.split()[:13]]), id="halves swapped"),
            pytest.param("why is my new card still not here", "why is my new card still not here yet", id="a word more in a short text"),
            pytest.param(LONG, LONG.replace("clause7 ", "clause8 "), id="a long document edited"),
            pytest.param(LONG, LONG[: len(LONG) * 9 // 10], id="a long document cut off"),
            pytest.param(
                "请问我的银行卡为什么昨天在超市被拒绝了两次", "请问我的银行卡为什么今天在超市被拒绝了两次", id="no blanks between words"
            ),
        ],
    )
    def test_a_text_written_twice_with_a_small_change_is_found(self, golden: str, training: str) -> None:
        for first, second in ((golden, training), (training, golden)):
            leak = only_leak(first, "something else altogether", second)
            assert leak is not None
            assert (leak.kind, leak.training_id) == ("near", "t1")
            assert leak.likeness == jaccard(shingles(golden), shingles(training))

    @pytest.mark.parametrize(
        ("golden", "training"),
        [
            pytest.param("Set an alarm for 7 am", "Set an alarm for 8 am", id="the slot of a template"),
            pytest.param("rate the current novel a 2", "rate the current novel a 3", id="a slot at the end"),
            pytest.param("play music from 1996", "play music from 1999", id="a slot of one digit"),
            pytest.param("how much does it cost to top up by card", "how much does it cost to top up by transfer", id="another question"),
            pytest.param("send money from Anna to Ben", "send money from Ben to Anna", id="the same words"),
            pytest.param(
                "You paid 45.20 at Tesco on 3 March with the card ending in 1234",
                "You paid 8.95 at Boots on 17 March with the card ending in 9876",
                id="bank messages of one template",
            ),
            pytest.param(RENT, CARD, id="unrelated"),
            pytest.param("fee", "fees", id="one word"),
            pytest.param(LONG, RENT, id="long and short"),
        ],
    )
    def test_another_text_is_never_found(self, golden: str, training: str) -> None:
        assert only_leak(golden, training) is None
        assert only_leak(training, golden) is None

    def test_the_nearest_is_named_and_of_equally_near_ones_the_first_by_id(self) -> None:
        further, nearer = RENT.replace("740", "745").replace("third", "fourth"), RENT.replace("740", "745")
        leak = only_leak(RENT, further, nearer, RENT.replace("740", "746"), further)
        assert leak == Leak(golden_id="g0", training_id="t1", kind="near", likeness=jaccard(shingles(RENT), shingles(nearer)))

    def test_a_text_with_very_many_near_ones_is_found_and_so_is_its_neighbour(self) -> None:
        golden = [RENT, CARD, *(RENT.replace("740", f"{number}") for number in range(300, 420))]
        training = [*(RENT.replace("740", f"{number}") for number in range(100)), CARD.replace("twice", "thrice")]
        leaks = find_leaks(examples(*golden, name="g"), examples(*training), seed=1)
        assert [each.golden_id for each in leaks] == [f"g{at}" for at in range(len(golden))]
        assert {each.kind for each in leaks} == {"near"}

    def test_a_pair_just_below_the_threshold_is_never_found_whatever_the_seed(self) -> None:
        changed = " ".join([*CARD.split()[:11], "changed"])
        cut = " ".join(CARD.split()[:12])
        assert jaccard(shingles(cut), shingles(changed)) == likeness_by_counting(cut, changed) == 22 / 28
        for seed in range(10):
            assert near_duplicates([cut], [changed], likeness=0.79, seed=seed) == {}
            assert near_duplicates([cut], [changed], likeness=22 / 28, seed=seed)

    @given(
        st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=9).map(" ".join), min_size=1, max_size=8),
        st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=9).map(" ".join), max_size=8),
    )
    def test_a_small_set_is_compared_pair_by_pair_and_misses_nothing(self, golden: list[str], training: list[str]) -> None:
        found = near_duplicates(golden, training, likeness=0.6, seed=1)
        likes = [[jaccard(shingles(each), shingles(other)) for other in training] for each in golden]
        expected = {place: max(row) for place, row in enumerate(likes) if row and max(row) >= 0.6}
        assert {place: twin.likeness for place, twin in found.items()} == expected
        assert all(likes[place].index(max(likes[place])) == twin.other for place, twin in found.items())

    def test_half_a_pair_of_surrogates_is_a_text_like_another(self) -> None:
        leaks = find_leaks(examples(f"{RENT} \ud83d x\ud83d", name="g"), examples(f"{RENT} \ud83d x\ud83d y"), seed=1)
        assert [each.kind for each in leaks] == ["near"]

    @pytest.mark.parametrize("likeness", [0.5, 0.7, 0.8, 0.9])
    def test_at_the_threshold_itself_at_least_99_of_100_pairs_are_found(self, likeness: float) -> None:
        # n words and k more at the end: 2n + 1 shingles against 2n + 2k + 1, of which 2n are shared.
        plain, more = {0.5: (2, 1), 0.7: (14, 5), 0.8: (4, 0), 0.9: (9, 0)}[likeness]
        if more:
            golden = [" ".join(f"w{pair}x{at}" for at in range(plain)) for pair in range(1500)]
            training = [f"{text} {' '.join(f'm{at}' for at in range(more))}" for text in golden]
        else:  # a word more in the middle: 2n of 2n + 4
            golden = [" ".join(f"w{pair}x{at}" for at in range(2 * plain)) for pair in range(1500)]
            training = [text.replace(f"x{plain} ", f"x{plain} more ", 1) for text in golden]
        exactly = likeness_by_counting(golden[0], training[0])
        found = near_duplicates(golden, training, likeness=exactly, seed=5)
        assert exactly == pytest.approx(likeness, abs=0.06)
        assert len(found) >= 1485
        assert all(twin.other == place for place, twin in found.items())

    @given(st.floats(0.5, 1))
    def test_bands_propose_a_pair_at_the_threshold_with_a_chance_above_99_in_100(self, likeness: float) -> None:
        bands, rows = bands_for(likeness)
        assert 2 <= bands <= bands * rows <= 256
        assert 1 - (1 - likeness**rows) ** bands >= 0.9995

    @pytest.mark.parametrize("likeness", [-1, 0, 0.49, 1.01, float("nan")])
    def test_a_likeness_that_makes_no_sense_is_refused(self, likeness: float) -> None:
        with pytest.raises(UsageError, match=r"expected a number from 0\.5 to 1"):
            find_leaks(examples(name="g"), examples(), likeness=likeness, seed=1)

    def test_at_a_likeness_of_one_only_the_same_shingles_are_near(self) -> None:
        leaks = find_leaks(
            examples("no no no no no", RENT, name="g"), examples("no no no", RENT.replace("740", "745")), likeness=1.0, seed=1
        )
        assert leaks == (Leak(golden_id="g0", training_id="t0", kind="near", likeness=1.0),)


class TestPromises:
    @given(st.lists(TEXTS, max_size=8), st.lists(TEXTS, max_size=8), st.randoms(use_true_random=False))
    @settings(max_examples=60, deadline=None)
    def test_the_order_of_the_rows_changes_no_leak(self, golden: list[str], training: list[str], shuffler: random.Random) -> None:
        first, second = examples(*golden, name="g"), examples(*training)
        leaks = find_leaks(first, second, seed=3)
        rows, others = list(first.examples), list(second.examples)
        shuffler.shuffle(rows)
        shuffler.shuffle(others)
        mixed = [ExampleSet(source="m", examples=tuple(each), fingerprint="sha256:0") for each in (rows, others)]
        again = find_leaks(mixed[0], mixed[1], seed=3)
        assert [each.golden_id for each in again] == [row.id for row in rows if row.id in {each.golden_id for each in leaks}]
        assert set(again) == set(leaks)

    @given(st.lists(TEXTS, min_size=1, max_size=8), st.lists(TEXTS, max_size=8), st.data())
    @settings(max_examples=60, deadline=None)
    def test_a_text_that_stands_there_byte_for_byte_is_never_missed(
        self, golden: list[str], training: list[str], data: st.DataObject
    ) -> None:
        at = data.draw(st.integers(0, len(golden) - 1))
        leaks = find_leaks(examples(*golden, name="g"), examples(*training, golden[at]), seed=3)
        assert ("exact", f"g{at}") in {(each.kind, each.golden_id) for each in leaks}

    @given(st.lists(WORDS, max_size=10), st.lists(WORDS, max_size=10), st.sampled_from([0.5, 0.6, 0.8, 0.95]))
    @settings(max_examples=60, deadline=None)
    def test_a_near_one_is_never_below_the_threshold_and_tells_its_true_likeness(
        self, golden: list[str], training: list[str], likeness: float
    ) -> None:
        for leak in find_leaks(examples(*golden, name="g"), examples(*training), likeness=likeness, seed=3):
            true = likeness_by_counting(golden[int(leak.golden_id[1:])], training[int(leak.training_id[1:])])
            assert leak.likeness == true
            assert true >= likeness

    @given(TEXTS, TEXTS)
    @settings(max_examples=60, deadline=None)
    def test_a_leak_is_the_same_seen_from_either_side(self, first: str, second: str) -> None:
        one, other = only_leak(first, second), only_leak(second, first)
        assert (one and (one.kind, one.likeness)) == (other and (other.kind, other.likeness))

    def test_the_same_seed_gives_the_same_leaks_however_large_it_is(self) -> None:
        golden, training = examples(RENT, CARD, name="g"), examples(f"{CARD} now", RENT.replace("740", "741"))
        first = find_leaks(golden, training, seed=2**40)
        assert [each.kind for each in first] == ["near", "near"]
        assert find_leaks(golden, training, seed=2**40) == first


class TestRecord:
    def test_the_record_names_every_leak_under_its_kind_and_where_it_stands(self) -> None:
        golden = examples(RENT, "not in there", CARD.upper(), f"{CARD} now", "who signs", name="g", clusters=[None, None, None, None, "c"])
        leakage = leakage_of(golden, examples(RENT, CARD, "other", clusters=[None, None, "c"]), seed=1)
        assert leakage.leaked == ("g0", "g2", "g3", "g4")
        assert leakage.kinds == {"exact": ("g0",), "normalised": ("g2",), "near": ("g3",), "group": ("g4",)}
        assert (leakage.checked, leakage.golden, leakage.source, leakage.share) == (True, 5, "t.jsonl", 0.8)

    def test_a_kind_that_was_not_found_is_not_named(self) -> None:
        leakage = leakage_of(examples(RENT, name="g"), examples(CARD), likeness=0.7, seed=1)
        assert (leakage.checked, leakage.golden, leakage.leaked, leakage.kinds) == (True, 1, (), {})


class TestRealData:
    # The near ones were counted once by comparing every pair; the texts written twice are what the sets' own pages say.
    @pytest.mark.parametrize(
        ("golden", "training", "same", "near"),
        [
            ("banking77/test.jsonl", "banking77/train.jsonl", 25, 66),
            ("snips_nlu/test.jsonl", "snips_nlu/train_full.jsonl", 18, 6),
            ("sms_spam/test.jsonl", "sms_spam/train.jsonl", 0, 28),
            ("gsm8k/test.jsonl", "gsm8k/train.jsonl", 0, 0),
        ],
    )
    def test_known_overlaps_are_found_and_no_templated_set_is_one_big_leak(self, golden: str, training: str, same: int, near: int) -> None:
        leaks = find_leaks(load(DATA / golden), load(DATA / training), seed=1)
        kinds = Counter(each.kind for each in leaks)
        assert kinds["exact"] + kinds["normalised"] == same
        assert near - 1 <= kinds["near"] <= near
