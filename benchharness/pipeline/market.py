"""What the price list says of the models of a run: kept with the run, so that a later look can tell what moved."""

from collections.abc import Iterable
from typing import Any

from benchharness.providers import provider_of
from benchharness.providers.price_list import listed_models, listed_price
from benchharness.records.json_form import to_json
from benchharness.records.suite import CandidateEntry, Price

__all__ = ["listed_now", "market_facts", "models_now"]


def market_facts(entries: Iterable[tuple[CandidateEntry, Price | None]]) -> dict[str, Any]:
    """Return the prices that were used, by model, and the models listed for each hosted provider."""
    hosted = [(entry.model or "", price) for entry, price in entries if provider_of(entry) == "hosted"]
    providers = sorted({model.split("/", 1)[0] for model, _ in hosted})
    return {
        "prices": {model: to_json(price) for model, price in hosted if price is not None},
        "listed_models": {provider: list(found) for provider in providers if (found := listed_models(provider))},
    }


def listed_now(model: str) -> Price | None:
    """Return today's listed price of a model; None when it isn't listed or no list is installed."""
    return listed_price(model)


def models_now(provider: str) -> tuple[str, ...]:
    """Return the models listed today for a provider; empty when no list is installed."""
    return listed_models(provider)
