"""Read a suite with its data, and refuse anything that's wrong before a single question is asked."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchharness.errors import Mistake, MistakesError, UsageError
from benchharness.goldenset.facts import DataFacts, check_overlap, facts, labels_of, overlaps, without
from benchharness.goldenset.finding import Places
from benchharness.goldenset.reading import asking_order, read_examples
from benchharness.goldenset.slicing import unknown_keys, unknown_slices
from benchharness.pipeline.loading.fitting import fit_of
from benchharness.pipeline.loading.policy import load_suite
from benchharness.providers import models_of
from benchharness.providers.keys import HOSTED
from benchharness.records.example import Example, ExampleSet
from benchharness.records.provider_traits import provider_here, traits_of
from benchharness.records.suite import CandidateEntry, Pick, Prompt, Suite
from benchharness.scorers import scorer_traits_of
from benchharness.scorers.fitting import Misfit, misfits, targets_of
from benchharness.scorers.marking import make_marker
from benchharness.suite.reading import SuiteFile
from benchharness.suite.resolving import resolve_prompts
from benchharness.suite.templates import Fields, check_templates

__all__ = ["Loaded", "chosen_entries", "load", "with_data"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A suite with its data, checked."""

    file: SuiteFile
    """The suite as it was read."""
    prompts: dict[str, Prompt]
    """Prompts with `extends` applied."""
    golden: ExampleSet
    """The golden set, whole."""
    places: Places
    """Where each of its examples stands in it."""
    pool: ExampleSet | None
    """The training pool."""
    golden_facts: DataFacts
    """What the golden set says about itself."""
    left_out: tuple[str, ...]
    """Golden examples whose text stood in the pool and was left out of it there."""
    warnings: tuple[str, ...]
    """What a reader must know of the data."""

    @property
    def suite(self) -> Suite:
        """Return the suite."""
        return self.file.suite

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the targets of golden set and pool, when they are a closed list."""
        return labels_of(*[self.golden] if self.pool is None else [self.golden, self.pool])

    def asked(self, limit: int | None) -> Sequence[Example]:
        """Return the golden examples in asking order: one shuffle by the suite's seed, the first `limit` of it."""
        return asking_order(self.golden, self.suite.seed)[:limit]


def load(path: Path) -> Loaded:
    """Return a suite with its data; MistakesError names all that's wrong with the suite, the templates or the data.

    SetupError when a scorer needs what isn't there: it's missed now, and not after the first paid answer.
    """
    file = load_suite(path)
    make_marker(file.suite.scorers, match_at=file.suite.match_at, folder=file.path.parent)
    return with_data(file)


def with_data(file: SuiteFile) -> Loaded:
    """Return a suite that's already read with its data; MistakesError names all that's wrong with the templates or the data."""
    suite, folder = file.suite, file.path.parent
    if suite.golden_set is None:
        raise MistakesError([file.mistake("golden_set", "required to run: which examples are asked?", "golden_set: {path: ...}")])
    _asked_of_someone(file)
    golden = read_examples(suite.golden_set, folder=folder, seed=suite.seed, role="golden set")
    pool: ExampleSet | None = None
    left_out: tuple[str, ...] = ()
    if suite.training_pool is not None:
        pool = read_examples(suite.training_pool, folder=folder, seed=suite.seed, role="training pool")
        left_out = overlaps(golden, pool)
        if suite.training_pool.exclude_golden:
            pool = without(pool, golden)
        elif left_out:
            raise MistakesError(check_overlap(golden, left_out))
        # Models learn from the whole of it, and shots are looked up all the time.
        pool = replace(pool, examples=tuple(pool.examples))
    prompts = resolve_prompts(suite)
    fit, fits = fit_of(file, prompts, golden), _misfits(suite, golden, pool)
    mistakes = [*check_templates(file, _fields(golden, pool)), *_too_many_shots(file, prompts, pool), *_unknown_slices(file, golden)]
    mistakes += [*fit.mistakes, *(_refused(each, file, golden) for each in fits if each.refused)]
    if mistakes:
        raise MistakesError(sorted(mistakes))
    known = facts(golden)
    return Loaded(
        file=file,
        prompts=prompts,
        golden=golden,
        places=Places(golden.examples),
        pool=pool,
        golden_facts=known,
        left_out=left_out,
        warnings=(
            *_warnings(known, left_out),
            *fit.warnings,
            *(each.message for each in fits if not each.refused),
            *_strange_providers(suite),
            *_partial_judges(suite),
        ),
    )


def _misfits(suite: Suite, golden: ExampleSet, pool: ExampleSet | None) -> list[Misfit]:
    """Return what of the data doesn't fit the scorers; other scorers than these take any target."""
    if not any(scorer_traits_of(entry).never_empty for entry in suite.scorers):
        return []
    labels = labels_of(*[golden] if pool is None else [golden, pool])
    return misfits(suite.scorers, targets_of(golden.examples), None if pool is None else targets_of(pool.examples), labels)


def _refused(misfit: Misfit, file: SuiteFile, golden: ExampleSet) -> Mistake:
    if misfit.key:
        return file.mistake(misfit.key, misfit.message, misfit.hint)
    return Mistake(file=golden.source, message=misfit.message, hint=misfit.hint)


def chosen_entries(suite: Suite, only: Sequence[str]) -> tuple[CandidateEntry, ...]:
    """Return the candidates named by `only`, all of them when it's empty; UsageError for a name nobody has."""
    names = [entry.name for entry in suite.candidates]
    for name in only:
        if name not in names:
            raise UsageError(f"no candidate is called {name!r}", hint=f"the suite has {', '.join(names)}")
    return tuple(entry for entry in suite.candidates if not only or entry.name in only)


def _asked_of_someone(file: SuiteFile) -> None:
    """Refuse candidates that can't be asked: a suite for `bench decide` alone leaves out model and prompts."""
    mistakes = []
    for at, entry in enumerate(file.suite.candidates):
        if entry.model is None and entry.endpoint is None:
            mistakes.append(file.mistake(f"candidates[{at}]", "required key 'model' is missing", "e.g. model: embedded/smollm2-135m"))
        elif not entry.prompts and traits_of(entry).needs_prompts:
            known = ", ".join(file.suite.prompts) or "none yet"
            mistakes.append(file.mistake(f"candidates[{at}]", "required key 'prompts' is missing", f"the suite's prompts: {known}"))
        mistakes += [] if entry.model is None else _unknown_model(file, f"candidates[{at}].model", entry.model)
    for at, entry in enumerate(file.suite.judges):
        mistakes += [] if entry.model is None else _unknown_model(file, f"judges[{at}].model", entry.model)
    if mistakes:
        raise MistakesError(mistakes)


def _unknown_model(file: SuiteFile, key: str, model: str) -> list[Mistake]:
    """Return the mistake of a model that this machine would have to serve and doesn't know."""
    prefix, _, name = model.partition("/")
    known = models_of(here) if (here := provider_here(model)) else ()
    if not known or not name or name in known:
        return []
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {prefix}/{near[0]}?" if near else f"there are {', '.join(f'{prefix}/{each}' for each in known)}"
    return [file.mistake(key, f"no model is called {model!r}", hint)]


def _strange_providers(suite: Suite) -> list[str]:
    """Return what to know of hosted models whose provider isn't in our table."""
    hosted = [
        each.model.split("/", 1)[0]
        for each in (*suite.candidates, *suite.judges)
        if each.model and "/" in each.model and traits_of(each).hosted
    ]
    strange = sorted(set(hosted) - set(HOSTED))
    return (
        [f"No provider is known as {', '.join(strange)}: litellm must know it, and its key is passed only with `api_key_env`."]
        if strange
        else []
    )


def _partial_judges(suite: Suite) -> list[str]:
    """Return who judges answers of the very model it is."""
    return [
        f"The judge {judge.name} is the model of {entry.name}: models tend to prefer their own answers."
        for judge in suite.judges
        for entry in suite.candidates
        if judge.model is not None and (judge.model, judge.endpoint) == (entry.model, entry.endpoint)
    ]


def _fields(golden: ExampleSet, pool: ExampleSet | None) -> Fields:
    """Return what every example has, so that a template may use it."""
    common: set[str] | None = None
    metadata: set[str] | None = None
    plain = False
    for examples in (golden, *([] if pool is None else [pool])):
        for each in examples.examples:
            own: set[Any] = set(each.input) if isinstance(each.input, Mapping) else set()
            plain = plain or not isinstance(each.input, Mapping)
            common = own if common is None else common & own
            metadata = set(each.metadata) if metadata is None else metadata & each.metadata.keys()
    return Fields(names=frozenset({"input", "metadata", *(common or ())}), metadata=frozenset(metadata or ()), plain=plain)


def _too_many_shots(file: SuiteFile, prompts: dict[str, Prompt], pool: ExampleSet | None) -> list[Mistake]:
    size = 0 if pool is None else len(pool)
    return [
        file.mistake(f"prompts.{name}.shots", f"asks for {prompt.shots.k} shots, the training pool has {size} examples", "ask for fewer")
        for name, prompt in prompts.items()
        if prompt.shots is not None and not isinstance(prompt.shots, int) and prompt.shots.pick in Pick and prompt.shots.k > size
    ]


def _unknown_slices(file: SuiteFile, golden: ExampleSet) -> list[Mistake]:
    found = unknown_slices(golden, file.suite.decision.protected_slices)
    keys = [file.mistake(f"slices[{at}]", message, hint) for at, message, hint in unknown_keys(golden, file.suite.slices)]
    return keys + [file.mistake(f"decision.protected_slices.{key}", message, hint) for key, message, hint in found]


def _warnings(known: DataFacts, left_out: tuple[str, ...]) -> list[str]:
    found = []
    if known.duplicates:
        count = sum(len(group) - 1 for group in known.duplicates)
        found.append(f"{count} golden examples repeat another's text ({known.duplicates[0][0]} and {known.duplicates[0][1]}, ...).")
    if known.conflicts:
        found.append(f"{len(known.conflicts)} golden texts stand there with different targets ({', '.join(known.conflicts[0])}).")
    if known.without_target:
        found.append(f"{len(known.without_target)} golden examples have no target and can't be scored.")
    if left_out:
        found.append(f"{len(left_out)} golden examples stood in the training pool; they were left out of it there.")
    return found
