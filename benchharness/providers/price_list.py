"""The price list that litellm ships, read as the JSON it is: litellm itself is never imported for a price."""

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import metadata, util
from pathlib import Path
from typing import Any

from benchharness.records.suite import Price

__all__ = ["listed_end", "listed_models", "listed_price", "price_list_version"]

PRICES = "model_prices_and_context_window_backup.json"


@cache
def _prices() -> Mapping[str, Any]:
    # The list lies beside the code as JSON: reading it takes 30 ms, importing litellm seconds.
    path = _price_file()
    return {} if path is None else json.loads(path.read_text(encoding="utf-8"))


def _price_file() -> Path | None:
    spec = util.find_spec("litellm")
    path = Path(next(iter(spec.submodule_search_locations or ["."]))) / PRICES if spec else None
    return path if path is not None and path.is_file() else None


def price_list_version() -> str | None:
    """Return the version of litellm whose price list is used, or None without it."""
    return None if _price_file() is None else metadata.version("litellm")


@cache
def listed_price(model: str) -> Price | None:
    """Return the listed price of a model as requested, e.g. `openai/gpt-4o-mini`; None when it isn't listed, or listed at $0.

    The list has 222 chat models at no price, those of Ollama among them: nobody's bill says so.
    """
    listed = _listed(model)
    fresh, output = _per_million(listed, "input_cost_per_token"), _per_million(listed, "output_cost_per_token")
    if not fresh or not output:
        return None
    return Price(
        input_usd_per_million=fresh,
        output_usd_per_million=output,
        cached_usd_per_million=_per_million(listed, "cache_read_input_token_cost"),
        cache_write_usd_per_million=_per_million(listed, "cache_creation_input_token_cost"),
    )


def _per_million(listed: Mapping[str, Any], name: str) -> float | None:
    value = listed.get(name)
    return value * 1e6 if isinstance(value, int | float) else None


def listed_end(model: str) -> str | None:
    """Return the day a model is shut down, ISO 8601, as the list knows it; None when it names none."""
    found = str(_listed(model).get("deprecation_date") or "")
    try:
        return date.fromisoformat(found).isoformat()
    except ValueError:
        return None


def _listed(model: str) -> Mapping[str, Any]:
    """Return the list's entry of a model as requested; empty when there is none."""
    prefix, _, bare = model.partition("/")
    if prefix == "bedrock":
        # How it's asked is no part of what it costs.
        bare = bare.removeprefix("converse/").removeprefix("invoke/")
    # `ft:base:organisation::id` is listed as `ft:base`.
    tuned = ":".join(bare.split(":")[:2]) if bare.startswith("ft:") else bare
    listed = _prices().get(model) or _prices().get(bare) or _prices().get(tuned)
    if not isinstance(listed, Mapping) or not str(listed.get("litellm_provider", "")).startswith(prefix.removesuffix("_chat")):
        # Another provider's model of the same name has another price, and another end.
        return {}
    return listed


def listed_models(provider: str) -> tuple[str, ...]:
    """Return the chat models listed for a provider, sorted; empty without a list."""
    return tuple(
        sorted(
            name
            for name, each in _prices().items()
            if isinstance(each, Mapping) and each.get("litellm_provider") == provider and each.get("mode") in (None, "chat", "responses")
        )
    )
