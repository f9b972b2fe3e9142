"""Answer one request: the table of who can, each imported when a suite asks for it."""

from collections.abc import Callable
from importlib import import_module

from benchharness.interfaces import Provider
from benchharness.providers.context import ProviderContext
from benchharness.records.run import Skipped
from benchharness.records.suite import CandidateEntry

__all__ = ["PROVIDERS", "Factory", "make_provider", "provider_of"]

Factory = Callable[[CandidateEntry, ProviderContext], Provider | Skipped]

# Model prefix -> where its factory stands. Anything else with an `endpoint` is OpenAI-compatible, without one it's litellm's.
PROVIDERS = {
    "embedded": "benchharness.providers.embedded:make",
    "sklearn": "benchharness.providers.classical:make",
    "recorded": "benchharness.providers.recorded:make",
    "rehearsal": "benchharness.providers.rehearsal:make",
    "endpoint": "benchharness.providers.own_endpoint:make",
    "hosted": "benchharness.providers.hosted_api:make",
}


def provider_of(entry: CandidateEntry) -> str:
    """Return the table's name for the provider that serves a candidate."""
    prefix = (entry.model or "").split("/", 1)[0]
    if entry.endpoint is not None:
        return "endpoint"
    return prefix if prefix in PROVIDERS and "/" in (entry.model or "") else "hosted"


def make_provider(entry: CandidateEntry, context: ProviderContext) -> Provider | Skipped:
    """Return what answers for a candidate, or why nobody can; raises SetupError when the suite names a file that is wrong."""
    module, name = PROVIDERS[provider_of(entry)].split(":")
    factory: Factory = getattr(import_module(module), name)
    return factory(entry, context)
