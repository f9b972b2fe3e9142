"""Turn a loaded suite into jobs: one per candidate and prompt, each with its provider."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchharness.errors import SetupError
from benchharness.interfaces import Provider, StandIn
from benchharness.pipeline.asking.composites import Composite, check_parts
from benchharness.pipeline.asking.spec import job_of, specs_of
from benchharness.pipeline.loading.effort import effort_of
from benchharness.pipeline.loading.suite import Loaded
from benchharness.pipeline.marking.recipe import recipe_of
from benchharness.providers import make_provider
from benchharness.providers.addresses import addresses_of
from benchharness.providers.context import ProviderContext, Replayed, is_replayed
from benchharness.records.address import Address
from benchharness.records.comparison import candidate_key
from benchharness.records.effort import Effort
from benchharness.records.example import Example
from benchharness.records.provider_traits import traits_of
from benchharness.records.run import Skipped
from benchharness.records.suite import CandidateEntry
from benchharness.results.reading import read_answers
from benchharness.runner.job import Job

__all__ = ["Cast", "efforts", "make_cast", "make_jobs", "store_path"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who will be asked, and who can't be."""

    providers: tuple[tuple[CandidateEntry, Provider], ...]
    """Candidate entries with what answers for them."""
    skipped: tuple[Skipped, ...]
    """Entries nobody answers for."""
    composites: tuple[Composite, ...] = ()
    """Who is made of the others' answers, and asked nothing."""
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
    composites: Sequence[Composite] = (),
) -> Cast:
    """Return who can be asked, or with `replayed` whose answers can be looked up; with `require_all` a missing one is a SetupError."""
    suite = loaded.suite
    names = [entry.name for entry in suite.candidates]
    context = ProviderContext(
        folder=loaded.file.path.parent,
        seed=suite.seed,
        timeout_s=suite.limits.timeout_s,
        environment=environment,
        pool=() if loaded.pool is None else tuple(loaded.pool.examples),
        targets=loaded.places.target,
        recorded_rows=lambda path: read_answers(path, names, lambda name: loaded.places.find(name) is not None),
        replayed=replayed,
    )
    made = [(entry, make_provider(entry, context)) for entry in entries]
    skipped = tuple(each for _, each in made if isinstance(each, Skipped))
    if skipped and require_all:
        told = "; ".join(f"{each.candidate}: {each.reason}" for each in skipped)
        raise SetupError(f"not every candidate can be asked: {told}", hint=skipped[0].hint)
    asked = tuple((entry, each) for entry, each in made if not isinstance(each, Skipped))
    sent = [entry for entry, _ in asked if not traits_of(entry).here and not is_replayed(context, entry.model)]
    addresses = tuple(each for entry in sent for each in addresses_of(entry, environment))
    return Cast(providers=asked, skipped=skipped, composites=tuple(composites), addresses=addresses)


def make_jobs(loaded: Loaded, cast: Cast, examples: Sequence[Example]) -> tuple[Job, ...]:
    """Return the jobs in suite order; UsageError for a composite made of what none of them asks."""
    recipe = recipe_of(loaded)
    mark = recipe.marker()
    jobs = tuple(job_of(spec, provider, examples, mark) for entry, provider in cast.providers for spec in specs_of(loaded, entry, recipe))
    check_parts(cast.composites, [candidate_key(job.candidate, job.prompt) for job in jobs])
    return jobs


def efforts(loaded: Loaded, entries: Sequence[CandidateEntry], cast: Cast) -> tuple[Effort, ...]:
    """Return what was tried for each entry."""
    gone = {each.candidate for each in cast.skipped}
    told = {entry.name: each.model_told for entry, each in cast.providers if isinstance(each, StandIn)}
    return tuple(effort_of(entry, loaded.prompts, measured=entry.name not in gone, told=told.get(entry.name, "")) for entry in entries)


def store_path(folder: Path) -> Path:
    """Return where answers are kept below the current folder."""
    return folder / ".bench" / "responses.sqlite"
