"""Costs that were really billed, recomputed from their tokens."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchharness.providers.price_list import listed_price, price_list_version
from benchharness.providers.pricing import cost_usd
from benchharness.records.answer import Usage
from benchharness.records.suite import Price

ROUTERARENA = Path(__file__).parents[3] / "shared/data/routerarena"
MODELS = {"claude-3-haiku-20240307": "anthropic/claude-3-haiku-20240307", "gemini-2.0-flash-001": "gemini/gemini-2.0-flash-001"}

pytestmark = pytest.mark.skipif(not ROUTERARENA.is_dir(), reason="../shared/data isn't there")


def rows(model: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (ROUTERARENA / f"outputs/{model}.jsonl").read_text().splitlines()]


def recomputed(usage: dict[str, int], price: Price) -> float | None:
    return cost_usd(Usage(input_tokens=usage["input_tokens"], output_tokens=usage["output_tokens"]), price)


@pytest.mark.parametrize("model", MODELS)
def test_every_recorded_cost_follows_from_its_tokens_and_the_price_used_then(model: str) -> None:
    told = json.loads((ROUTERARENA / "model_cost.json").read_text())[model]
    price = Price(
        input_usd_per_million=told["input_token_price_per_million"], output_usd_per_million=told["output_token_price_per_million"]
    )
    checked = 0
    for each in rows(model):
        if each.get("usage") and each["cost_usd"] is not None:
            assert recomputed(each["usage"], price) == pytest.approx(each["cost_usd"], rel=1e-9)
            checked += 1
    assert checked > 800


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.skipif(price_list_version() is None, reason="the price list comes with the extra `apis`")
def test_the_shipped_price_list_gives_the_same_bill_where_it_has_the_model(model: str) -> None:
    price = listed_price(MODELS[model])
    if price is None:
        pytest.skip(f"{model} isn't listed any more in litellm {price_list_version()}")
    total = sum(recomputed(each["usage"], price) or 0.0 for each in rows(model) if each.get("usage"))
    assert total == pytest.approx(sum(float(each["cost_usd"]) for each in rows(model) if each["cost_usd"] is not None), rel=0.01)
