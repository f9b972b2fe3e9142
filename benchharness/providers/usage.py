"""Read a reply's token counts: the normalised ones and the provider's own."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from benchharness.records.answer import Usage

__all__ = ["bounded", "read_usage"]

# More tokens than this is no count; it would not fit into a results file either.
LARGEST_COUNT = 2**53
# Where providers write their counts: OpenAI, Anthropic, Bedrock and Cohere; Gemini; Cohere's first version.
PLACES = ("usage", "usageMetadata", "meta")
# Ollama's counts stand among the reply's own fields.
LOOSE = ("prompt_eval_count", "eval_count")
USUAL = frozenset({"prompt_tokens", "completion_tokens", "total_tokens", "cached_tokens", "reasoning_tokens"})
MOST_KEYS = 40
DEEPEST = 3
LONGEST_WORD = 60


def read_usage(usage: Any, raw: Mapping[str, Any] | None = None, *, said: bool = False) -> tuple[Usage, Mapping[str, Any]]:
    """Return the token counts of a reply and those of the provider as it sent them; what isn't a count is None.

    A library that gets no counts makes some up: where the `raw` reply is at hand and has none, there are none. Nor has a
    question 0 tokens, or an answer that `said` something.
    """
    own = usage if raw is None else _own(raw)
    if not isinstance(usage, Mapping) or not isinstance(own, Mapping):
        return Usage(), {}
    details = usage.get("prompt_tokens_details")
    written = _count(details, "cache_write_tokens")
    if written is None:
        written = _count(usage, "cache_creation_input_tokens")
    output = _charged(usage, own)
    # Ollama leaves the prompt's count out when it had it cached, and litellm estimates one.
    estimated = LOOSE[1] in own and LOOSE[0] not in own
    return (
        Usage(
            input_tokens=None if estimated else _count(usage, "prompt_tokens") or None,
            cached_tokens=_cached(usage, details),
            cache_write_tokens=written,
            output_tokens=output or (None if said else output),
            reasoning_tokens=_count(usage.get("completion_tokens_details"), "reasoning_tokens"),
        ),
        own,
    )


def _cached(usage: Mapping[str, Any], details: Any) -> int | None:
    """Return the prompt's tokens read from a cache: as OpenAI writes them, else as DeepSeek or Moonshot does."""
    found = (_count(details, "cached_tokens"), _count(usage, "prompt_cache_hit_tokens"), _count(usage, "cached_tokens"))
    return next((each for each in found if each is not None), None)


def _charged(usage: Mapping[str, Any], own: Mapping[str, Any]) -> int | None:
    """Return all tokens that are charged as output.

    OpenAI counts reasoning among the completion's tokens, xAI beside them: there the total is more by just so many.
    """
    output, asked = _count(usage, "completion_tokens"), _count(usage, "prompt_tokens")
    total, thought = _count(own, "total_tokens"), _count(usage.get("completion_tokens_details"), "reasoning_tokens")
    if output is None or asked is None or total is None or not thought:
        return output
    return output + thought if total == asked + output + thought else output


def bounded(counts: Mapping[str, Any], storable: Callable[[str], str], depth: int = 0) -> dict[str, Any]:
    """Return the part of a provider's counts that fits: numbers, truths and short words, a few levels deep."""
    kept: dict[str, Any] = {}
    for name, value in counts.items():
        if type(value) is int and name in USUAL and -LARGEST_COUNT < value < LARGEST_COUNT:
            # Nearly every reply has these and no more.
            kept[name] = value
            continue
        if len(kept) == MOST_KEYS:
            break
        if isinstance(value, Mapping):
            if depth < DEEPEST:
                kept[storable(str(name)[:LONGEST_WORD])] = bounded(value, storable, depth + 1)
        elif _fits(value):
            kept[storable(str(name)[:LONGEST_WORD])] = storable(value) if isinstance(value, str) else value
    return kept


def _fits(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST_WORD
    if isinstance(value, int):
        return abs(value) < LARGEST_COUNT
    return isinstance(value, float) and math.isfinite(value)


def _own(raw: Mapping[str, Any]) -> Mapping[str, Any] | None:
    for place in PLACES:
        found = raw.get(place)
        if isinstance(found, Mapping) and found:
            return found
    return {name: raw[name] for name in LOOSE if name in raw} or None


def _count(usage: Any, name: str) -> int | None:
    if usage is None:
        return None
    value = usage.get(name) if isinstance(usage, Mapping) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < LARGEST_COUNT else None
