"""Answer one request: who can, each imported when a suite asks for it."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from benchharness.interfaces import Provider
from benchharness.providers.context import ProviderContext
from benchharness.records.provider_traits import PROVIDERS, provider_of
from benchharness.records.run import Skipped
from benchharness.records.suite import CandidateEntry

__all__ = ["Factory", "make_provider", "models_of"]

Factory = Callable[[CandidateEntry, ProviderContext], Provider | Skipped]


def make_provider(entry: CandidateEntry, context: ProviderContext) -> Provider | Skipped:
    """Return what answers for a candidate, or why nobody can; raises SetupError when the suite names a file that is wrong."""
    factory: Factory = _module(provider_of(entry)).make
    return factory(entry, context)


def models_of(provider: str) -> Sequence[str]:
    """Return the models that a provider of the table knows by name; empty when it takes any."""
    return tuple(getattr(_module(provider), "MODELS", ()))


def _module(provider: str) -> Any:
    return import_module(f"benchharness.providers.{PROVIDERS[provider].module}")
