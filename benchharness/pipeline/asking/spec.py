"""What a job is made from, so that another process or machine can make the same job: nothing alive and no key is in it."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from benchharness.errors import SetupError
from benchharness.interfaces import Provider
from benchharness.pipeline.loading.suite import Loaded
from benchharness.pipeline.marking.recipe import Recipe
from benchharness.providers import make_provider
from benchharness.providers.context import ProviderContext
from benchharness.records.answer import Answer
from benchharness.records.example import Example
from benchharness.records.provider_traits import traits_of
from benchharness.records.request import Request
from benchharness.records.run import Skipped
from benchharness.records.score import Mark
from benchharness.records.suite import CandidateEntry, Limits, Prompt, Shots
from benchharness.results.reading import read_rows
from benchharness.runner.filling import fill
from benchharness.runner.job import Job
from benchharness.runner.shots import make_picker
from benchharness.scorers.marking import Marker
from benchharness.suite.resolving import candidate_path
from benchharness.suite.templates import compile_template

__all__ = ["JobSpec", "job_of", "render", "specs_of"]

_cached_template = cache(compile_template)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSpec:
    """One candidate with one prompt, as the suite has them; it can be pickled."""

    entry: CandidateEntry
    """The candidate; a key stands in the environment and never here."""
    prompt: str
    """Its prompt's name; empty for none."""
    words: Prompt | None
    """That prompt, with `extends` filled in."""
    recipe: Recipe
    """How an answer is marked, and the suite file's folder."""
    pool: tuple[Example, ...]
    """The training pool where the prompt or the model draws from it, else nothing."""
    limits: Limits
    """The suite's."""
    seed: int
    """The suite's."""
    repeat: int
    """How often each example is asked."""

    def build(self, examples: Sequence[Example], environment: Mapping[str, str]) -> Job:
        """Return the job over some examples with a provider of its own; SetupError where nobody can be asked.

        Whoever calls this closes the provider. Files the suite names (adapters, recorded answers, scorers) must lie here too.
        """
        targets = {each.id: each.target for each in examples}
        context = ProviderContext(
            folder=self.recipe.folder,
            seed=self.seed,
            timeout_s=self.limits.timeout_s,
            environment=environment,
            pool=self.pool,
            targets=targets.get,
            recorded_rows=read_rows,
        )
        provider = make_provider(self.entry, context)
        if isinstance(provider, Skipped):
            raise SetupError(f"{self.entry.name} can't be asked here: {provider.reason}", hint=provider.hint)
        return job_of(self, provider, examples, self.recipe.marker())


def specs_of(loaded: Loaded, entry: CandidateEntry, recipe: Recipe) -> Iterator[JobSpec]:
    """Yield what a candidate's jobs are made from, one for each prompt."""
    pool = () if loaded.pool is None else tuple(loaded.pool.examples)
    learns = traits_of(entry).classical
    for name in entry.prompts or ("",):
        words = loaded.prompts.get(name)
        draws = learns or (words is not None and words.shots is not None)
        yield JobSpec(
            entry=entry,
            prompt=name,
            words=words,
            recipe=replace(recipe, extracts={name: recipe.extracts.get(name)}),
            pool=pool if draws else (),
            limits=loaded.suite.limits,
            seed=loaded.suite.seed,
            repeat=loaded.suite.repeat,
        )


def job_of(spec: JobSpec, provider: Provider, examples: Sequence[Example], mark: Marker) -> Job:
    """Return the job of a spec that a provider answers; `mark` is its recipe's, which jobs may share."""
    entry, words, limits = spec.entry, spec.words, spec.limits
    shots = words.shots if words is not None and isinstance(words.shots, Shots) else None
    pick = make_picker(shots, spec.pool, seed=spec.seed)
    extract = None if words is None else words.extract

    def build(example: Example, repeat: int) -> Request:
        return fill(words, example, shots=pick(example), render=render, parameters=entry.parameters, repeat=repeat)

    def score(example: Example, answer: Answer) -> Mark:
        return mark(example, extract, answer)

    return Job(
        candidate=entry.name,
        prompt=spec.prompt,
        path=candidate_path(entry).value,
        model=entry.model or "",
        provider=provider,
        examples=examples,
        build=build,
        mark=score,
        repeat=spec.repeat,
        max_concurrent=entry.max_concurrent or limits.max_concurrent,
        attempts=limits.attempts,
        timeout_s=entry.timeout_s or limits.timeout_s,
        requests_per_minute=entry.requests_per_minute or limits.requests_per_minute or math.inf,
        tokens_per_minute=entry.tokens_per_minute or limits.tokens_per_minute or math.inf,
        spec=spec,
    )


def render(text: str, variables: Mapping[str, Any]) -> str:
    """Return a template text filled in; each text is compiled once."""
    return _cached_template(text).render(variables)
