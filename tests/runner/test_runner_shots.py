"""Shots come from the pool, by seed or by likeness, and a golden example never becomes one."""

import itertools
import math
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchharness.records.example import Example
from benchharness.records.request import Role
from benchharness.records.suite import Parameters, Pick, Prompt, Shots
from benchharness.runner.filling import fill
from benchharness.runner.shots import make_picker, spread
from benchharness.suite.templates import compile_template

WORDS = st.sampled_from(["card", "lost", "pin", "rate", "top", "up", "age", "limit", "?", "my"])
TEXTS = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)


def example(name: str, text: str, target: str = "x") -> Example:
    return Example(id=name, input=text, target=target)


def pool_of(texts: list[str]) -> list[Example]:
    return [example(f"p{at}", text, f"label {at % 3}") for at, text in enumerate(texts)]


# The first example imports scikit-learn, which takes seconds.
@settings(deadline=None)
@given(texts=st.lists(TEXTS, min_size=5, max_size=15), question=TEXTS, pick=st.sampled_from(Pick), seed=st.integers(0, 5))
def test_a_question_is_never_its_own_shot(texts: list[str], question: str, pick: Pick, seed: int) -> None:
    pool = pool_of([*texts, question.upper(), f" {question}  "])
    shots = make_picker(Shots(k=3, pick=pick), pool, seed=seed)(example("golden", question))
    folded = " ".join(question.casefold().split())
    assert folded not in {" ".join(each.text.casefold().split()) for each in shots}


def test_a_golden_example_is_no_shot_under_any_strategy() -> None:
    pool = pool_of([f"solved {at}" for at in range(30)])
    golden = [example(f"g{at}", f"question {at}") for at in range(20)]
    held_out = {each.id for each in golden}
    for shots in (None, Shots(k=6), Shots(k=6, pick=Pick.NEAREST)):
        picker = make_picker(shots, pool, seed=7)
        for each in golden:
            assert not held_out & {shot.id for shot in picker(each)}


def test_fixed_shots_are_the_same_for_every_question_and_spread_over_the_targets() -> None:
    picker = make_picker(Shots(k=6), pool_of([f"text {at}" for at in range(30)]), seed=7)
    one, two = picker(example("a", "first")), picker(example("b", "second"))
    assert one == two
    assert Counter(each.target for each in one) == {"label 0": 2, "label 1": 2, "label 2": 2}
    assert make_picker(Shots(k=6), pool_of([f"text {at}" for at in range(30)]), seed=8)(example("a", "first")) != one


def test_retrieved_shots_are_the_nearest_with_the_nearest_last() -> None:
    pool = pool_of(["my card is lost", "what is the exchange rate", "I lost my card abroad", "age limit"])
    shots = make_picker(Shots(k=2, pick=Pick.NEAREST), pool, seed=7)(example("g", "lost card, my card"))
    assert {each.text for each in shots} == {"my card is lost", "I lost my card abroad"}
    assert shots[-1].text == "my card is lost"


def test_a_pool_smaller_than_the_shots_is_refused() -> None:
    with pytest.raises(ValueError, match="wants 5 shots"):
        make_picker(Shots(k=5), pool_of(["a"]), seed=7)


def test_a_filled_prompt_holds_system_shots_and_question_and_never_the_target() -> None:
    prompt = Prompt(system="Label it.", user="Text: {{ input }} ({{ metadata.source }})")
    question = Example(id="g", input="my {{ 7 * 7 }} text", target="SECRET", metadata={"source": "mail"})
    shot = Example(id="p", input="solved", target="spam", metadata={"source": "web"})

    def render(text: str, variables: object) -> str:
        return compile_template(text).render(variables)  # type: ignore[arg-type]

    request = fill(prompt, question, shots=(shot,), render=render, parameters=Parameters())
    assert [(each.role, each.content) for each in request.messages] == [
        (Role.SYSTEM, "Label it."),
        (Role.USER, "Text: solved (web)"),
        (Role.ASSISTANT, "spam"),
        (Role.USER, "Text: my {{ 7 * 7 }} text (mail)"),
    ]
    assert "SECRET" not in str(request)


@settings(deadline=None, max_examples=40)
@given(texts=st.lists(TEXTS, min_size=4, max_size=12), copies=st.integers(0, 5), pick=st.sampled_from(Pick), seed=st.integers(0, 5))
def test_a_question_that_stands_in_the_pool_many_times_still_gets_its_k_shots(texts: list[str], copies: int, pick: Pick, seed: int) -> None:
    question = "a question of its own"
    pool = pool_of([*texts, *[question.title()] * copies])
    shots = make_picker(Shots(k=4, pick=pick), pool, seed=seed)(example("golden", question))
    assert len(shots) == 4
    assert len({each.id for each in shots}) == 4
    assert question not in {each.text.casefold() for each in shots}


@settings(deadline=None, max_examples=40)
@given(texts=st.lists(TEXTS, min_size=6, max_size=15), question=TEXTS, k=st.integers(1, 4))
def test_no_text_of_the_pool_is_nearer_than_a_retrieved_one(texts: list[str], question: str, k: int) -> None:
    def counts(text: str) -> Counter[str]:
        words = text.split()
        return Counter([*words, *(" ".join(pair) for pair in itertools.pairwise(words))])

    # The same measure written a second time, word by word: smoothed idf, 1 + log(tf), cosine (scikit-learn's documented formulas).
    seen = Counter(word for text in texts for word in counts(text))

    def vector(text: str) -> dict[str, float]:
        found = {
            word: (1 + math.log(count)) * (math.log((1 + len(texts)) / (1 + seen[word])) + 1)
            for word, count in counts(text).items()
            if word in seen
        }
        length = math.sqrt(sum(value**2 for value in found.values())) or 1.0
        return {word: value / length for word, value in found.items()}

    asked = vector(question)

    def likeness(text: str) -> float:
        return sum(value * asked.get(word, 0.0) for word, value in vector(text).items())

    pool = pool_of(texts)
    shots = make_picker(Shots(k=k, pick=Pick.NEAREST), pool, seed=7)(example("golden", question))
    allowed = sorted((likeness(each.text) for each in pool if each.text != question), reverse=True)[:k]
    assert [likeness(each.text) for each in reversed(shots)] == pytest.approx(allowed)


@given(targets=st.lists(st.sampled_from("abcd"), min_size=1, max_size=30), k=st.integers(1, 35), seed=st.integers(0, 9))
def test_spread_gives_every_target_its_share_and_ends_with_the_pool(targets: list[str], k: int, seed: int) -> None:
    pool = [example(f"p{at}", f"text {at}", target) for at, target in enumerate(targets)]
    chosen = spread(pool, k, seed=seed)
    assert len(chosen) == len({each.id for each in chosen}) == min(k, len(pool))
    got, has = Counter(each.target for each in chosen), Counter(targets)
    for one, other in itertools.permutations(has, 2):
        assert got[one] >= min(got[other] - 1, has[one])
