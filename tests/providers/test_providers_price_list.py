"""Prices and ends of models, read from the list that litellm ships without importing litellm."""

import pytest

from benchharness.providers.price_list import listed_end, listed_models, listed_price, price_list_version

pytestmark = pytest.mark.skipif(price_list_version() is None, reason="the price list comes with the extra `apis`")


def test_a_fine_tune_is_listed_by_its_base_with_its_price_and_its_end() -> None:
    model = "openai/ft:gpt-4o-mini-2024-07-18:acme::abc"
    assert listed_end(model) == "2027-01-14"
    price, base = listed_price(model), listed_price("openai/gpt-4o-mini-2024-07-18")
    assert price is not None
    assert base is not None
    assert price.input_usd_per_million > base.input_usd_per_million


@pytest.mark.parametrize("model", ["openai/nobody-1", "mistral/gpt-4o-2024-08-06", "sample_spec", ""])
def test_what_is_not_listed_has_no_end_and_no_price(model: str) -> None:
    assert listed_end(model) is None
    assert listed_price(model) is None


def test_a_known_provider_lists_its_models() -> None:
    models = listed_models("openai")
    assert "gpt-4o" in models
    assert list(models) == sorted(models)
