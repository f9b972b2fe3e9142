"""What the price list says of the models of a run: kept with the run, so that a later look can tell what moved."""

from collections.abc import Iterable
from typing import Any

from benchharness.providers import provider_of
from benchharness.providers.price_list import listed_end, listed_models
from benchharness.records.json_form import to_json
from benchharness.records.suite import CandidateEntry, Price

__all__ = ["market_facts"]


def market_facts(entries: Iterable[tuple[CandidateEntry, Price | None]]) -> dict[str, Any]:
    """Return prices as used and days of shutdown as listed, and the models listed for each hosted provider."""
    asked = [(entry, price) for entry, price in entries if provider_of(entry) == "hosted"]
    hosted = [(entry.model or "", price) for entry, price in asked]
    providers = sorted({model.split("/", 1)[0] for model, _ in hosted})
    return {
        "prices": {model: to_json(price) for model, price in hosted if price is not None},
        "ends": {entry.name: end for entry, _ in asked if (end := _end(entry)) is not None},
        "listed_models": {provider: list(found) for provider in providers if (found := listed_models(provider))},
    }


def _end(entry: CandidateEntry) -> str | None:
    """Return the day a candidate's model, or the one it was tuned from, is shut down: whichever comes first."""
    prefix = (entry.model or "").split("/", 1)[0]
    models = [entry.model, entry.base_model, f"{prefix}/{entry.base_model}" if entry.base_model else None]
    return min((end for each in models if each and (end := listed_end(each)) is not None), default=None)
