"""Models that need no model: learned from the pool, recorded, or pretended."""

import asyncio
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchharness.errors import SetupError
from benchharness.interfaces import Provider
from benchharness.providers import make_provider
from benchharness.providers.context import ProviderContext
from benchharness.records.answer import Answer, AnswerStatus, Failure, NoAnswer
from benchharness.records.example import Example
from benchharness.records.request import Message, Request, Role
from benchharness.records.row import Row
from benchharness.records.run import Skipped
from benchharness.records.suite import CandidateEntry, Parameters, Price, Rehearsal

WORDS = {
    "fruit": ["apple", "pear", "plum", "fig", "cherry"],
    "tree": ["oak", "elm", "birch", "pine", "ash"],
    "sea": ["wave", "tide", "reef", "salt", "surf"],
}


def pool_of(count: int, *, seed: int = 1) -> tuple[Example, ...]:
    rng = random.Random(seed)
    found = []
    for at in range(count):
        target = rng.choice(sorted(WORDS))
        found.append(Example(id=f"p{at}", input=" ".join([*rng.choices(WORDS[target], k=3), "the", "a"]), target=target))
    return tuple(found)


def make(model: str, *, pool: Iterable[Example] = (), rows: Iterable[Row] = (), targets: Any = None, seed: int = 7, **entry: Any) -> Any:
    context = ProviderContext(
        folder=Path("folder"),
        seed=seed,
        timeout_s=5,
        environment={},
        pool=tuple(pool),
        targets=targets or (lambda _id: "yes"),
        recorded_rows=lambda _path: rows,
    )
    return make_provider(CandidateEntry(name=entry.pop("name", "c"), model=model, **entry), context)


def request(text: str = "q", *, example: str = "e", repeat: int = 0) -> Request:
    messages = (Message(role=Role.USER, content=text),)
    return Request(example_id=example, input=text, messages=messages, parameters=Parameters(), repeat=repeat)


def ask(provider: Provider, *requests: Request) -> list[Any]:
    async def go() -> list[Answer | NoAnswer]:
        found = [await provider.answer(each) for each in requests]
        await provider.close()
        return found

    return asyncio.run(go())


@pytest.mark.parametrize(("model", "least"), [("tfidf-logreg", 0.9), ("tfidf-nearest", 0.85), ("majority", 0.2)])
def test_every_linear_model_trains_and_answers_with_a_label_of_the_pool(model: str, least: float) -> None:
    asked = pool_of(60, seed=2)
    found = ask(make(f"sklearn/{model}", pool=pool_of(120)), *[request(each.text) for each in asked])
    assert {each.output for each in found} <= set(WORDS)
    assert sum(each.output == want.target for each, want in zip(found, asked, strict=True)) / 60 >= least
    assert all(each.status is AnswerStatus.ANSWERED and each.latency_s > 0 and each.cost_usd is None for each in found)
    if model == "majority":
        assert len({each.output for each in found}) == 1


@pytest.mark.parametrize("model", ["tfidf-logreg", "tfidf-nearest", "majority"])
def test_the_same_pool_in_another_order_is_the_same_model(model: str) -> None:
    pool = [
        *pool_of(40),
        *[Example(id=f"x{at}", input="same words", target=target) for at, target in enumerate(["tree", "fruit", "sea"] * 2)],
    ]
    shuffled = random.Random(3).sample(pool, len(pool))
    asked = [request(text) for text in ("same words", "apple oak", "wave apple", "nothing known", "")]
    one, two = make(f"sklearn/{model}", pool=pool), make(f"sklearn/{model}", pool=shuffled)
    assert one.wire(asked[0]) == two.wire(asked[0])
    assert [each.output for each in ask(one, *asked)] == [each.output for each in ask(two, *asked)]


def test_another_pool_another_seed_or_another_text_is_another_wire() -> None:
    base = make("sklearn/tfidf-logreg", pool=pool_of(20)).wire(request())
    for other in (
        make("sklearn/tfidf-logreg", pool=pool_of(21)).wire(request()),
        make("sklearn/tfidf-logreg", pool=pool_of(20), seed=8).wire(request()),
        make("sklearn/tfidf-nearest", pool=pool_of(20)).wire(request()),
        make("sklearn/tfidf-logreg", pool=pool_of(20)).wire(request("other")),
    ):
        assert other != base


def test_examples_without_a_text_for_a_target_are_not_learned() -> None:
    assert isinstance(make("sklearn/majority", pool=[Example(id="p", input="x", target=None)]), Skipped)


def test_a_pool_of_blank_texts_is_no_answer_and_no_crash() -> None:
    pool = [Example(id="a", input=" ", target="x"), Example(id="b", input="\n", target="y")]
    (found,) = ask(make("sklearn/tfidf-logreg", pool=pool), request())
    assert isinstance(found, NoAnswer)
    assert found.failure is Failure.BAD_REQUEST


def row(**options: Any) -> Row:
    return Row(candidate="c", **options)


def test_a_recorded_answer_is_the_recorded_one_with_its_tokens_and_status() -> None:
    kept = row(
        example_id="e", output="old", status=AnswerStatus.TRUNCATED, input_tokens=5, output_tokens=2, served_model="m", latency_s=3.0
    )
    (found,) = ask(make("recorded/old.jsonl", rows=[kept]), request())
    assert (found.output, found.status, found.usage.input_tokens, found.served_model) == ("old", AnswerStatus.TRUNCATED, 5, "m")
    assert found.latency_s is None, "how fast it was then says nothing about now"


def test_what_was_unparsable_or_failed_then_is_scored_anew_or_missing() -> None:
    rows = [row(example_id="a", output="odd", status=AnswerStatus.UNPARSABLE), row(example_id="b", status=AnswerStatus.ERROR, error="x")]
    odd, failed = ask(make("recorded/old.jsonl", rows=rows), request(example="a"), request(example="b"))
    assert odd.status is AnswerStatus.ANSWERED
    assert failed.failure is Failure.NOT_RECORDED
    assert not failed.failure.ends_provider


def test_repeats_are_recorded_one_by_one() -> None:
    rows = [row(example_id="e", repeat=at, output=str(at)) for at in range(3)]
    found = ask(make("recorded/old.jsonl", rows=rows), *[request(repeat=at) for at in range(4)])
    assert [each.output for each in found[:3]] == ["0", "1", "2"]
    assert isinstance(found[3], NoAnswer)


def test_rows_of_several_prompts_are_never_mixed() -> None:
    rows = [row(example_id="e", prompt="a", output="of a"), row(example_id="e", prompt="b", output="of b")]
    with pytest.raises(SetupError, match="several prompts"):
        make("recorded/old.jsonl", rows=rows)
    with pytest.raises(SetupError, match="several prompts"):
        make("recorded/old.jsonl", rows=rows, prompts=("a", "b"))
    (found,) = ask(make("recorded/old.jsonl", rows=rows, prompts=("a",)), request())
    assert found.output == "of a"


def test_a_recorded_answer_that_changes_in_any_part_is_another_wire() -> None:
    def wire(**options: Any) -> Any:
        return make("recorded/old.jsonl", rows=[row(example_id="e", output="old", **options)]).wire(request())

    assert wire() == wire()
    assert len({str(wire(**each)) for each in ({}, {"input_tokens": 3}, {"status": AnswerStatus.REFUSED}, {"cost_usd": 0.1})}) == 4


@given(low=st.floats(0, 1), high=st.floats(0, 1), seed=st.integers(0, 99))
def test_a_better_pretend_model_keeps_every_answer_that_was_right(low: float, high: float, seed: int) -> None:
    low, high = sorted((low, high))
    asked = [request(example=f"e{at}") for at in range(40)]
    worse, better = (
        {
            at
            for at, each in enumerate(ask(make("rehearsal/x", seed=seed, rehearsal=Rehearsal(accuracy=share)), *asked))
            if each.output == "yes"
        }
        for share in (low, high)
    )
    assert worse <= better


def test_the_pretend_models_accuracy_is_exact_in_expectation() -> None:
    # 20 seeds of 500 questions: the mean of 10,000 draws at 0.7 has a standard error of 0.0046; 4 of them are allowed.
    asked = [request(example=f"e{at}") for at in range(500)]
    right = sum(
        each.output == "yes"
        for seed in range(20)
        for each in ask(make("rehearsal/x", seed=seed, rehearsal=Rehearsal(accuracy=0.7)), *asked)
    )
    assert abs(right / 10_000 - 0.7) < 0.0184
    assert all(each.output == "yes" for each in ask(make("rehearsal/perfect"), *asked))
    assert not any(each.output == "yes" for each in ask(make("rehearsal/x", rehearsal=Rehearsal(accuracy=0.0)), *asked))


def test_two_pretend_models_are_wrong_on_different_questions() -> None:
    asked = [request(example=f"e{at}") for at in range(200)]
    one, two = (
        [each.output for each in ask(make("rehearsal/x", name=name, rehearsal=Rehearsal(accuracy=0.5)), *asked)] for name in ("one", "two")
    )
    assert 60 < sum(first == second for first, second in zip(one, two, strict=True)) < 140


def test_the_pretend_model_answers_any_kind_of_target_and_is_paid() -> None:
    price = Price(input_usd_per_million=1.0, output_usd_per_million=2.0)
    for target, said in (("yes", "yes"), ({"b": 1, "a": [2]}, '{"a":[2],"b":1}'), (7, "7"), (None, "null")):
        (found,) = ask(make("rehearsal/perfect", targets=lambda _id, target=target: target, price=price), request("four characters each"))
        assert found.output == said
        assert found.cost_usd == pytest.approx((found.usage.input_tokens + 2 * found.usage.output_tokens) / 1e6)


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        (Rehearsal(refuse=1.0), AnswerStatus.REFUSED),
        (Rehearsal(truncate=1.0), AnswerStatus.TRUNCATED),
        (Rehearsal(fail=1.0), None),
    ],
)
def test_the_pretend_models_faults_are_those_of_real_ones(settings: Rehearsal, kind: AnswerStatus | None) -> None:
    (found,) = ask(make("rehearsal/x", rehearsal=settings), request())
    if kind is None:
        assert isinstance(found, NoAnswer)
        assert not found.failure.passes
    else:
        assert found.status is kind


def test_the_first_tries_of_every_question_fail_each_on_its_own() -> None:
    provider = make("rehearsal/x", rehearsal=Rehearsal(fail_first=2, retry_after_s=0.5))
    found = ask(provider, *[request(example=name) for name in ("a", "a", "b", "a", "b", "b")])
    assert [isinstance(each, Answer) for each in found] == [False, False, False, True, False, True]
    assert {each.retry_after_s for each in found if isinstance(each, NoAnswer)} == {0.5}
