"""The story of a run: read, ask, score, decide, report."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchharness.digests import text_hash
from benchharness.errors import BudgetReachedError, InterruptedRunError, SetupError, UsageError
from benchharness.goldenset.fingerprint import content_digest
from benchharness.pipeline.asking.ask import Limit, Listener, ask
from benchharness.pipeline.asking.composites import Composite
from benchharness.pipeline.asking.jobs import Cast, make_cast, make_jobs
from benchharness.pipeline.asking.limits import limit_of, stopped_at_limit
from benchharness.pipeline.asking.probe import ProbeStoppedError, probe_all
from benchharness.pipeline.asking.replay import Answers, open_answers
from benchharness.pipeline.asking.stopping import make_monitor
from benchharness.pipeline.deciding.verdict import Decided
from benchharness.pipeline.judging.second_pass import (
    Judged,
    expected_jobs,
    judge_run,
    judges_cast,
    stops_at,
    told_in_two,
    told_of_judging,
)
from benchharness.pipeline.loading.options import Options
from benchharness.pipeline.loading.run_folder import RunFolder, new_folder, runs_of, write_record
from benchharness.pipeline.loading.scorers import judged_scorers
from benchharness.pipeline.loading.suite import Loaded, chosen_entries, load
from benchharness.pipeline.recording.finish import write_verdict
from benchharness.pipeline.recording.looks import begun_first
from benchharness.pipeline.recording.page import texts_in
from benchharness.pipeline.recording.record import finished_record, first_record
from benchharness.providers.environment import read_environment
from benchharness.records.asking_facts import AskingFacts
from benchharness.records.comparison import Stopping
from benchharness.records.example import Example
from benchharness.records.latency_probe import LatencyProbe
from benchharness.records.provider_traits import traits_of
from benchharness.records.run import RunRecord
from benchharness.results.writing import write_asked, write_parquet
from benchharness.runner.engine import engine_of
from benchharness.runner.job import Job
from benchharness.runner.journal import Journal
from benchharness.runner.planning import JobPlan, plan

__all__ = ["Cast", "Earlier", "JobPlan", "Loaded", "Options", "Plan", "Result", "estimate", "find_earlier", "run"]

# What a shell reports for a program that a signal ended.
FIRST_SIGNAL_CODE = 128


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
    asking: AskingFacts | None = None
    """What asking took, and what held it up."""
    cut_short: BudgetReachedError | None = None
    """What to raise when a budget or a time limit left questions unasked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run would ask and cost."""

    loaded: Loaded
    """The suite with its data."""
    jobs: tuple[JobPlan, ...]
    """By candidate and prompt."""
    cast: Cast
    """Who would be asked, and who can't be."""
    limit: Limit
    """What it may take."""
    unpriced: tuple[str, ...] = ()
    """Hosted candidates that would be asked although their price isn't known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What an earlier run was told to do."""

    folder: RunFolder
    """Its directory."""
    only: tuple[str, ...]
    """Candidates it asked; all when empty."""
    limit: int | None
    """The most golden examples it asked."""
    stop: Stopping
    """When it could stop early."""


def estimate(options: Options) -> Plan:
    """Return what a run would ask and cost; nothing is sent."""
    loaded = load(options.suite)
    options, _ = _continued(options, loaded)
    with open_answers(options.replay) as answers:
        examples, cast = _prepare(options, loaded, answers)
        judges = _judges(options, loaded, answers)
        limit = limit_of(loaded.suite, cast, options.budgets, judges)
        jobs = make_jobs(loaded, cast, examples)
        plans = plan(jobs, answers.store, probe=options.latency_probe)
        plans += plan(expected_jobs(loaded, judges, jobs, answers.store), answers.store)
        unpriced = _unpriced(cast, plans)
        cast = replace(cast, skipped=(*cast.skipped, *judges.skipped), addresses=(*cast.addresses, *judges.addresses))
    return Plan(loaded=loaded, jobs=plans, cast=cast, limit=limit, unpriced=unpriced)


def _unpriced(cast: Cast, plans: Sequence[JobPlan]) -> tuple[str, ...]:
    asked = {each.candidate for each in plans if each.calls}
    hosted = [(entry.name, provider) for entry, provider in cast.providers if traits_of(entry).hosted]
    return tuple(name for name, provider in hosted if name in asked and provider.price() is None)


def run(options: Options, listener: Listener | None = None, *, composites: Sequence[Composite] = ()) -> Result:
    """Ask every candidate every example, score, decide and write the run directory.

    `composites` are candidates made of the others' answers, beside those of the suite.
    """
    hears = listener or Listener()
    engine = engine_of(options.engine)
    started = datetime.now(UTC)
    loaded = load(options.suite)
    options, folder = _continued(options, loaded)
    stop, unstopped = stops_at(loaded.suite, options.stop)
    options, hears = replace(options, stop=stop), told_in_two(hears, loaded.suite)
    with open_answers(options.replay) as answers:
        examples, cast = _prepare(options, loaded, answers, composites)
        judges = _judges(options, loaded, answers)
        limit = limit_of(loaded.suite, cast, options.budgets, judges)
        jobs = make_jobs(loaded, cast, examples)
        cast = replace(cast, addresses=(*cast.addresses, *judges.addresses))
        hears.starts(loaded, jobs, replace(cast, skipped=(*cast.skipped, *judges.skipped)))
        record = first_record(loaded, cast, options, started, asked=len(examples))
        record = replace(record, facts=record.facts.with_warnings([unstopped] if unstopped else []))
        folder = folder or new_folder(options.out, loaded.suite.name, started, record.suite_hash + record.policy_hash)
        monitor = make_monitor(loaded.suite, jobs, options.stop)
        with Journal(folder.journal) as journal:
            # The policy is on disk before the first result exists.
            write_record(folder, replace(record, complete=False))
            probes = _probe(options, loaded, answers, examples, limit, folder=folder)
            asked = ask(
                answers.jobs(jobs),
                cast,
                answers.store,
                journal,
                hears=hears,
                monitor=monitor,
                limit=limit,
                engine=engine,
            )
            if asked.signal is not None:
                raise _interrupted(asked.signal, answers=len(answers.store), folder=folder)
        write_parquet(folder.journal, folder.results, _order(loaded, jobs, composites))
        judged = _judge(loaded, judges, folder, examples, answers, limit=_rest(limit, started), hears=hears)
        if judged is not None and judged.asked.signal is not None:
            raise _interrupted(judged.asked.signal, answers=len(answers.store), folder=folder)
        _check_replay(answers, folder)
    folder.journal.unlink()
    write_asked(((each.id, content_digest(each)) for each in examples), folder.asked)
    record = finished_record(record, folder, loaded, cast, examples, asked=asked, monitor=monitor, probes=probes)
    record = record if judged is None else told_of_judging(record, judged)
    decided = write_verdict(record, folder, loaded.suite, texts_in(loaded.places), brief=options.brief)
    cut_short = stopped_at_limit(asked.facts, folder=folder.shown)
    failure = asked.first_failure
    if judged is not None:
        cut_short = cut_short or stopped_at_limit(judged.asked.facts, folder=folder.shown)
        failure = failure or judged.first_failure
    return Result(folder=folder, record=record, decided=decided, first_failure=failure, asking=asked.facts, cut_short=cut_short)


def _continued(options: Options, loaded: Loaded) -> tuple[Options, RunFolder | None]:
    """Return what to do, and the directory of a run that goes on: what an earlier run was told holds for its continuation."""
    if not options.resume and not options.retry_errors:
        return options, None
    earlier = find_earlier(loaded.suite.name, text_hash(loaded.file.text), options.out, unfinished=options.resume)
    _refuse_other_questions(options, earlier)
    told = replace(options, only=earlier.only, limit=earlier.limit, stop=earlier.stop)
    return told, earlier.folder if options.resume else None


def _refuse_other_questions(options: Options, earlier: Earlier) -> None:
    """Raise UsageError where the line asks otherwise than the earlier run did: it would be overheard."""
    otherwise = {
        "only": bool(options.only) and options.only != earlier.only,
        "limit": options.limit not in (None, earlier.limit),
        "stop": options.stop not in (Stopping.CURTAIL, earlier.stop),
    }
    option = "--resume" if options.resume else "--retry-errors"
    for name in (each for each, differs in otherwise.items() if differs):
        raise UsageError(
            f"{option} goes on as the earlier run was told, so --{name} can't be another with it",
            hint=f"leave --{name} out, or run without {option}: the store answers what it knows",
        )


def _probe(
    options: Options, loaded: Loaded, answers: Answers, examples: Sequence[Example], limit: Limit, *, folder: RunFolder
) -> tuple[LatencyProbe, ...]:
    """Return every candidate's latency, taken one question at a time by providers of their own; nobody's in a replay."""
    if not options.latency_probe or options.replay is not None:
        return ()
    _, cast = _prepare(options, loaded, answers)
    try:
        return probe_all(make_jobs(loaded, cast, examples), cast, options.latency_probe, limit)
    except ProbeStoppedError as stopped:
        raise _interrupted(stopped.number, answers=len(answers.store), folder=folder) from None


def _check_replay(answers: Answers, folder: RunFolder) -> None:
    """Raise SetupError when a replay lacked answers; what it began is no run and goes."""
    try:
        answers.check()
    except SetupError:
        for each in (folder.journal, folder.run, folder.results, folder.judgements):
            each.unlink(missing_ok=True)
        folder.path.rmdir()
        raise


def _prepare(options: Options, loaded: Loaded, answers: Answers, composites: Sequence[Composite] = ()) -> tuple[Sequence[Example], Cast]:
    environment = read_environment(Path.cwd(), options.suite.parent)
    entries = chosen_entries(loaded.suite, options.only)
    cast = make_cast(loaded, entries, environment.values, require_all=options.require_all, replayed=answers.replayed, composites=composites)
    if not cast.providers:
        reasons = "; ".join(f"{each.candidate}: {each.reason}" for each in cast.skipped)
        raise UsageError(f"nobody can be asked: {reasons}", hint=cast.skipped[0].hint, file=options.suite)
    examples = loaded.asked(options.limit)
    return begun_first(examples) if options.stop is Stopping.ANYTIME else examples, cast


def _judges(options: Options, loaded: Loaded, answers: Answers) -> Cast:
    """Return who judges; nobody where no scorer asks a model."""
    if not loaded.suite.judges:
        return Cast(providers=(), skipped=())
    environment = read_environment(Path.cwd(), options.suite.parent)
    return judges_cast(loaded, environment.values, require_all=options.require_all, replayed=answers.replayed)


def _judge(
    loaded: Loaded, cast: Cast, folder: RunFolder, examples: Sequence[Example], answers: Answers, *, limit: Limit, hears: Listener
) -> Judged | None:
    if not judged_scorers(loaded.suite):
        return None
    return judge_run(loaded, cast, folder, {each.id: each for each in examples}, answers, limit=limit, hears=hears)


def _rest(limit: Limit, started: datetime) -> Limit:
    """Return a run's limits with the time that's left."""
    if limit.run_timeout_s is None:
        return limit
    return replace(limit, run_timeout_s=max(0.0, limit.run_timeout_s - (datetime.now(UTC) - started).total_seconds()))


def _interrupted(number: int, *, answers: int, folder: RunFolder) -> InterruptedRunError:
    error = InterruptedRunError(
        f"stopped; all {answers:,} answers so far are in the store, nothing is lost",
        hint="the same command goes on where it stopped",
        file=folder.shown,
    )
    error.exit_code = FIRST_SIGNAL_CODE + number
    return error


def _order(loaded: Loaded, jobs: Sequence[Job], composites: Sequence[Composite]) -> Callable[[Mapping[str, Any]], tuple[int, int, int]]:
    """Return the place of a row: by suite, then golden set, so that the same answers give the same file."""
    names = [*((job.candidate, job.prompt) for job in jobs), *((each.name, "") for each in composites)]
    whose = {name: at for at, name in enumerate(names)}
    which = loaded.places
    return lambda row: (whose[row["candidate"], row["prompt"]], which[row["example_id"]], row["repeat"])


def find_earlier(name: str, suite_hash: str, out: Path, *, unfinished: bool) -> Earlier:
    """Return the newest run of a suite that's unfinished, to resume it, or finished, to retry its errors.

    Raises UsageError when there is none, and when the suite has changed since: its answers would be mixed with other questions'.
    """
    kind, option = ("unfinished", "--resume") if unfinished else ("finished", "--retry-errors")
    found = [(folder, record) for folder, record in runs_of(name, out) if record.complete is not unfinished]
    if not found:
        raise UsageError(f"{option}: {out} has no {kind} run of {name}", hint=f"run it without {option}: the store answers what it knows")
    folder, record = max(found, key=lambda each: (each[1].started_at, each[0].path.name))
    if record.suite_hash != suite_hash:
        raise UsageError(
            f"{option}: the suite has changed since the {kind} run", file=folder.shown, hint=f"run it without {option}: it's another run"
        )
    chosen = record.facts.options
    return Earlier(folder=folder, only=chosen.only, limit=chosen.limit, stop=Stopping(chosen.stop))
