"""What scorers and providers say of themselves holds for what they are."""

import subprocess
import sys
from importlib import import_module

import pytest

from benchharness.records.provider_traits import PROVIDERS, provider_of, traits_of
from benchharness.records.scorer_traits import declared_by
from benchharness.records.suite import CandidateEntry
from benchharness.scorers import SCORERS, scorer_options


@pytest.mark.parametrize("name", SCORERS)
def test_a_scorer_is_made_as_it_says(name: str) -> None:
    module, traits = import_module(SCORERS[name]), declared_by(scorer_options()[name])
    assert traits.asks_judges == hasattr(module, "make_judged") == hasattr(module, "rubric_of")
    assert not (traits.says_right and traits.beside_rightness)
    assert not traits.reads_time_or_cost or traits.beside_rightness, "a quick answer may be wrong"


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_provider_of_the_table_is_there(name: str) -> None:
    traits = PROVIDERS[name]
    assert callable(import_module(f"benchharness.providers.{traits.module}").make)
    assert not (traits.here and traits.hosted)


@pytest.mark.parametrize(
    ("model", "endpoint", "who"),
    [
        ("embedded/smollm2-135m", None, "embedded"),
        ("sklearn/majority", None, "sklearn"),
        ("openai/gpt", None, "hosted"),
        ("embedded", None, "hosted"),
        ("endpoint/x", None, "hosted"),
        ("hosted/x", None, "hosted"),
        (None, "http://localhost:1/v1", "endpoint"),
        ("m", "http://localhost:1/v1", "endpoint"),
    ],
)
def test_a_models_prefix_says_who_serves_it(model: str | None, endpoint: str | None, who: str) -> None:
    entry = CandidateEntry(name="c", model=model, endpoint=endpoint)
    assert provider_of(entry) == who
    assert traits_of(entry) is PROVIDERS[who]


def test_asking_what_they_are_imports_none_of_them() -> None:
    code = "import benchharness.records.provider_traits, benchharness.scorers, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not {each for each in loaded if each.startswith("benchharness.providers")}
    assert not loaded & set(SCORERS.values())
    assert not loaded & {"litellm", "pydantic", "numpy", "sklearn", "httpx"}
