"""Who can answer, by the prefix of a candidate's model, and what each provider is: the one table of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from benchharness.records.suite import CandidateEntry

__all__ = ["PROVIDERS", "ProviderTraits", "provider_here", "provider_of", "traits_here", "traits_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderTraits:
    """What a provider is."""

    module: str
    """The module below `providers/` that makes it."""
    here: bool = False
    """Whether it answers on this machine or from a file: it takes no endpoint and no key, and costs what the suite says or nothing."""
    hosted: bool = False
    """Whether somebody else runs it: its models have list prices and last days."""
    stands_in: bool = False
    """Whether no model answers: it stands for whatever its path says."""
    needs_prompts: bool = True
    """Whether it can't be asked without a prompt."""
    classical: bool = False
    """Whether it's a small model that learns from the pool: its path is `classical`, it takes no prompt and can't judge."""
    adapters: bool = False
    """Whether it takes an adapter."""
    pretends: bool = False
    """Whether it takes `rehearsal`, what a pretend model does."""


PROVIDERS: Mapping[str, ProviderTraits] = MappingProxyType(
    {
        "embedded": ProviderTraits(module="embedded", here=True, adapters=True),
        "sklearn": ProviderTraits(module="classical", here=True, needs_prompts=False, classical=True),
        "recorded": ProviderTraits(module="recorded", here=True, stands_in=True, needs_prompts=False),
        "rehearsal": ProviderTraits(module="rehearsal", here=True, stands_in=True, pretends=True),
        # Any other model with an `endpoint` is OpenAI-compatible, without one it's litellm's.
        "endpoint": ProviderTraits(module="own_endpoint"),
        "hosted": ProviderTraits(module="hosted_api", hosted=True),
    }
)
# What a provider is that no prefix names.
NOBODY = ProviderTraits(module="")


def provider_here(model: str | None) -> str:
    """Return the table's name for the provider that a model's prefix names; empty for a model that is asked elsewhere."""
    prefix, slash, _ = (model or "").partition("/")
    return prefix if slash and PROVIDERS.get(prefix, NOBODY).here else ""


def traits_here(model: str | None) -> ProviderTraits:
    """Return what the provider is that a model's prefix names, whatever else its entry says; nothing for one that is asked elsewhere."""
    return PROVIDERS.get(provider_here(model), NOBODY)


def provider_of(entry: CandidateEntry) -> str:
    """Return the table's name for the provider that serves a candidate."""
    return "endpoint" if entry.endpoint is not None else provider_here(entry.model) or "hosted"


def traits_of(entry: CandidateEntry) -> ProviderTraits:
    """Return what the provider of a candidate is."""
    return PROVIDERS[provider_of(entry)]
