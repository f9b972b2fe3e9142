"""Turn a loaded suite into jobs: one per candidate and prompt, each with its provider."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from benchharness.errors import SetupError
from benchharness.interfaces import Provider
from benchharness.pipeline.loading.effort import effort_of
from benchharness.pipeline.loading.suite import Loaded
from benchharness.pipeline.marking.recipe import recipe_of
from benchharness.providers import make_provider, provider_of
from benchharness.providers.addresses import addresses_of
from benchharness.providers.context import ProviderContext, Replayed, is_replayed
from benchharness.records.address import Address
from benchharness.records.answer import Answer
from benchharness.records.evidence import Effort
from benchharness.records.example import Example
from benchharness.records.request import Request
from benchharness.records.run import Skipped
from benchharness.records.score import Mark
from benchharness.records.suite import CandidateEntry, Extract, Prompt, Shots
from benchharness.results.reading import read_rows
from benchharness.runner.filling import fill
from benchharness.runner.job import Job
from benchharness.runner.shots import Picker, make_picker
from benchharness.scorers.marking import Marker
from benchharness.suite.resolving import candidate_path
from benchharness.suite.templates import compile_template

__all__ = ["Cast", "efforts", "make_cast", "make_jobs", "store_path"]

_cached_template = cache(compile_template)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who will be asked, and who can't be."""

    providers: tuple[tuple[CandidateEntry, Provider], ...]
    """Candidate entries with what answers for them."""
    skipped: tuple[Skipped, ...]
    """Entries nobody answers for."""
    addresses: tuple[Address, ...] = ()
    """Where questions go that don't go to a provider's own address; none of a replay."""

    async def close(self) -> None:
        """Let every provider go."""
        for _, provider in self.providers:
            await provider.close()


def make_cast(
    loaded: Loaded,
    entries: Sequence[CandidateEntry],
    environment: Mapping[str, str],
    *,
    require_all: bool,
    replayed: Replayed | None = None,
) -> Cast:
    """Return who can be asked, or with `replayed` whose answers can be looked up; with `require_all` a missing one is a SetupError."""
    suite = loaded.suite
    context = ProviderContext(
        folder=loaded.file.path.parent,
        seed=suite.seed,
        timeout_s=suite.limits.timeout_s,
        environment=environment,
        pool=() if loaded.pool is None else tuple(loaded.pool.examples),
        targets=loaded.places.target,
        recorded_rows=read_rows,
        replayed=replayed,
    )
    made = [(entry, make_provider(entry, context)) for entry in entries]
    skipped = tuple(each for _, each in made if isinstance(each, Skipped))
    if skipped and require_all:
        told = "; ".join(f"{each.candidate}: {each.reason}" for each in skipped)
        raise SetupError(f"not every candidate can be asked: {told}", hint=skipped[0].hint)
    providers = tuple((entry, each) for entry, each in made if not isinstance(each, Skipped))
    sent = [entry for entry, _ in providers if provider_of(entry) in ("endpoint", "hosted") and not is_replayed(context, entry.model)]
    return Cast(providers=providers, skipped=skipped, addresses=tuple(each for entry in sent for each in addresses_of(entry, environment)))


def make_jobs(loaded: Loaded, cast: Cast, examples: Sequence[Example]) -> tuple[Job, ...]:
    """Return the jobs in suite order."""
    mark = recipe_of(loaded).marker()
    return tuple(job for entry, provider in cast.providers for job in _jobs_of(loaded, entry, provider, examples, mark))


def _jobs_of(loaded: Loaded, entry: CandidateEntry, provider: Provider, examples: Sequence[Example], mark: Marker) -> Iterator[Job]:
    suite = loaded.suite
    pool = () if loaded.pool is None else loaded.pool.examples
    for name in entry.prompts or ("",):
        prompt = loaded.prompts.get(name)
        shots = prompt.shots if prompt is not None and isinstance(prompt.shots, Shots) else None
        pick = make_picker(shots, pool, seed=suite.seed)
        extract = None if prompt is None else prompt.extract

        def build(example: Example, repeat: int, prompt: Prompt | None = prompt, pick: Picker = pick) -> Request:
            return fill(prompt, example, shots=pick(example), render=render, parameters=entry.parameters, repeat=repeat)

        def score(example: Example, answer: Answer, extract: Extract | None = extract) -> Mark:
            return mark(example, extract, answer)

        yield Job(
            candidate=entry.name,
            prompt=name,
            path=candidate_path(entry).value,
            model=entry.model or "",
            provider=provider,
            examples=examples,
            build=build,
            mark=score,
            repeat=suite.repeat,
            max_concurrent=entry.max_concurrent or suite.limits.max_concurrent,
            attempts=suite.limits.attempts,
            timeout_s=entry.timeout_s or suite.limits.timeout_s,
            requests_per_minute=entry.requests_per_minute or suite.limits.requests_per_minute or math.inf,
            tokens_per_minute=entry.tokens_per_minute or suite.limits.tokens_per_minute or math.inf,
        )


def render(text: str, variables: Mapping[str, Any]) -> str:
    """Return a template text filled in; each text is compiled once."""
    return _cached_template(text).render(variables)


def efforts(loaded: Loaded, entries: Sequence[CandidateEntry], skipped: Sequence[Skipped]) -> tuple[Effort, ...]:
    """Return what was tried for each entry."""
    gone = {each.candidate for each in skipped}
    return tuple(effort_of(entry, loaded.prompts, measured=entry.name not in gone) for entry in entries)


def store_path(folder: Path) -> Path:
    """Return where answers are kept below the current folder."""
    return folder / ".bench" / "responses.sqlite"
