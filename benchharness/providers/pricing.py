"""Turn tokens into dollars; unknown stays unknown."""

from benchharness.records.answer import Usage
from benchharness.records.suite import Price

__all__ = ["cost_usd"]


def cost_usd(usage: Usage, price: Price | None) -> float | None:
    """Return US dollars of one answer, or None when the price or a token count is unknown or makes no sense."""
    if price is None or usage.input_tokens is None or usage.output_tokens is None:
        return None
    cached = usage.cached_tokens or 0
    if cached > usage.input_tokens:
        # Counts that contradict each other have no cost; a negative one would hide others.
        return None
    cached_price = price.input_usd_per_million if price.cached_usd_per_million is None else price.cached_usd_per_million
    fresh = usage.input_tokens - cached
    return (fresh * price.input_usd_per_million + cached * cached_price + usage.output_tokens * price.output_usd_per_million) / 1e6
