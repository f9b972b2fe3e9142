"""Turn tokens into dollars; unknown stays unknown."""

from benchharness.records.answer import Usage
from benchharness.records.suite import Price

__all__ = ["cost_usd"]


def cost_usd(usage: Usage, price: Price | None) -> float | None:
    """Return US dollars of one answer, or None when the price or a token count is unknown or makes no sense."""
    if price is None or usage.input_tokens is None or usage.output_tokens is None:
        return None
    cached, written = usage.cached_tokens or 0, usage.cache_write_tokens or 0
    fresh = usage.input_tokens - cached - written
    if fresh < 0:
        # Counts that contradict each other have no cost; a negative one would hide others.
        return None
    whole = price.input_usd_per_million
    cached_price = whole if price.cached_usd_per_million is None else price.cached_usd_per_million
    write_price = whole if price.cache_write_usd_per_million is None else price.cache_write_usd_per_million
    return (fresh * whole + cached * cached_price + written * write_price + usage.output_tokens * price.output_usd_per_million) / 1e6
