"""Look after the response store: what it holds, what a key stands for, what may go, and what goes to other machines."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchharness.digests import file_hash
from benchharness.errors import UsageError
from benchharness.pipeline.asking.jobs import make_cast, make_jobs
from benchharness.pipeline.asking.replay import merge_into, seen_in, why
from benchharness.pipeline.judging.second_pass import expected_jobs
from benchharness.pipeline.loading.policy import suite_of
from benchharness.pipeline.loading.run_folder import RunFolder, open_run, runs_below
from benchharness.pipeline.loading.suite import load
from benchharness.providers.environment import read_environment
from benchharness.records.answer import AnswerStatus
from benchharness.records.cache import KeptAnswer, Merged, Pruned, StoreStats
from benchharness.results.judgements import failures_in, replies_in
from benchharness.results.reading import read_rows
from benchharness.runner.naming import NamedRequest, name_request
from benchharness.runner.portable import write_export
from benchharness.runner.store import Origin, ResponseStore, Stored
from benchharness.runner.store_care import Kept, StoreCare, request_of

__all__ = ["Exported", "Unwanted", "explain_keys", "explain_run", "export", "merge", "prune", "stats"]

# A shorter beginning of a key is easily a mistyped word.
SHORTEST_KEY = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwanted:
    """Which answers may go: those for which all that's given holds."""

    older_than_days: int | None = None
    """Asked for at least so many days ago."""
    model: str | None = None
    """Of this model, as the suite names it."""
    unused_below: Path | None = None
    """Used by no run below this folder of reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an export holds."""

    file: str
    """The file."""
    sha256: str
    """`sha256:...` of its bytes."""
    answers: int
    """Answers in it."""
    failed: int = 0
    """Questions of the run that got no answer in it, and are told so in the file."""
    missing: int = 0
    """Other questions of the suite or run that the store has no answer to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """One question of a suite, named without a key."""

    candidate: str
    prompt: str
    example_id: str
    repeat: int
    provider: str
    model: str
    named: NamedRequest


def stats(store: Path) -> StoreStats:
    """Return what a store holds."""
    with StoreCare(store) as care:
        return care.stats()


def explain_keys(store: Path, beginnings: Sequence[str]) -> tuple[KeptAnswer, ...]:
    """Return what keys, or what they begin with, stand for; UsageError for one that no answer or several have."""
    found = []
    with StoreCare(store) as care:
        for each in beginnings:
            keys = care.beginning(each.lower()) if len(each) >= SHORTEST_KEY else ()
            if len(keys) != 1:
                told = f"{len(keys)} answers' keys begin" if keys else "no answer's key begins"
                raise UsageError(f"{told} with {each!r}", hint=f"give at least {SHORTEST_KEY} characters of one key", file=store)
            found += [_known(kept) for kept in care.get(keys)]
    return tuple(found)


def explain_run(store: Path, run: Path, example_ids: Sequence[str]) -> tuple[KeptAnswer, ...]:
    """Return what every candidate of a run was asked of some examples, and what the store has for it."""
    with StoreCare(store) as care:
        questions = [each for each in _of_run(run, care) if each.example_id in set(example_ids)]
        for name in example_ids:
            if all(each.example_id != name for each in questions):
                raise UsageError(f"no example {name!r} was asked", file=run, hint="`bench show RUN` lists a run's examples")
        there = {kept.key: kept for kept in care.get(each.named.key for each in questions)}
        return tuple(_explained(each, there.get(each.named.key), care) for each in questions)


def prune(store: Path, unwanted: Unwanted, *, remove: bool) -> Pruned:
    """Take unwanted answers out of a store and shrink its file, or only tell what that would be."""
    used = None if unwanted.unused_below is None else _used_below(unwanted.unused_below)
    cutoff = None if unwanted.older_than_days is None else datetime.now(UTC) - timedelta(days=unwanted.older_than_days)
    with StoreCare(store) as care:
        before = care.size()
        chosen: list[str] = []
        whole = 0
        usd = 0.0
        for kept in care.all():
            whole += 1
            if _is_unwanted(kept, unwanted.model, cutoff, used):
                chosen.append(kept.key)
                usd += kept.stored.answer.cost_usd or 0.0
        shrunk = care.remove(chosen) if remove and chosen else True
        note = "" if shrunk else "another process uses the store, so the file keeps its size for now; the answers are gone"
        return Pruned(
            answers=len(chosen),
            of=whole,
            usd=usd,
            removed=remove,
            bytes_before=before,
            bytes_after=care.size() if remove else before,
            note=note,
        )


def export(store: Path, file: Path, *, suite: Path | None = None, run: Path | None = None) -> Exported:
    """Write answers into a file that `bench run --replay` and `bench cache merge` read: all, or those of a suite or a run."""
    failures: dict[str, str] = {}
    with StoreCare(store) as care:
        if suite is None and run is None:
            count = write_export(file, care.all)
            return Exported(file=str(file), sha256=file_hash(file), answers=count)
        if run is None:
            questions = {each.named.key: each for each in _of_suite(suite or Path(), care)}
        else:
            questions = {each.named.key: each for each in _of_run(run, care)}
            failures = _failures_of(run, questions.values())
        wanted = questions.keys() - failures.keys()
        count = write_export(file, lambda: (_with_origin(kept, questions[kept.key]) for kept in care.get(wanted)), failures)
    if not count:
        file.unlink()
        raise UsageError("the store has no answer to any of these questions", file=store, hint="run the suite first")
    return Exported(
        file=str(file), sha256=file_hash(file), answers=count, failed=len(failures), missing=len(questions) - count - len(failures)
    )


def merge(store: Path, files: Sequence[Path]) -> tuple[Merged, ...]:
    """Add the answers of exports or other stores to a store, which is made when it isn't there; the first answer to a request stays."""
    with ResponseStore(store) as into:
        return tuple(merge_into(into, each) for each in files)


def _is_unwanted(kept: Kept, model: str | None, cutoff: datetime | None, used: set[tuple[str, str]] | None) -> bool:
    if model is not None and (kept.origin is None or kept.origin.model != model):
        return False
    if cutoff is not None and _moment(kept.stored.asked_at) > cutoff:
        return False
    return used is None or (kept.stored.asked_at, kept.stored.answer.output) not in used


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _used_below(reports: Path) -> set[tuple[str, str]]:
    """Return when what was said in any run, finished or to be resumed: a row has the moment and the text of its stored answer."""
    runs = runs_below(reports)
    if not runs:
        raise UsageError(
            "no run lies below it, so every answer would be unused", file=reports, hint="name the folder of runs with --reports"
        )
    paths = [path for run in runs for path in (run.results, run.journal, run.judging) if path.exists()]
    said = {(row.started_at or "", row.output or "") for path in paths for row in read_rows(path)}
    return said.union(*(replies_in(run.judgements) for run in runs if run.judgements.exists()))


def _of_run(run: Path, care: StoreCare) -> Iterator[_Question]:
    """Yield the questions of a run, made again from its suite; UsageError when the suite is another now."""
    folder, record = open_run(run)
    suite = Path(record.suite_file)
    if not suite.is_file() or suite.read_text(encoding="utf-8") != record.suite_text:
        raise UsageError(
            f"the run's suite {record.suite_file} is gone or was changed since, so its questions can't be made again",
            file=folder.path,
            hint="restore the suite and call this from where the run was made; or export all answers",
        )
    rows = {(row.candidate, row.prompt, row.example_id, row.repeat) for row in read_rows(folder.results)}
    judges = {each.name for each in suite_of(record).judges}
    for each in _of_suite(suite, care):
        if (each.candidate, each.prompt, each.example_id, each.repeat) in rows or each.candidate in judges:
            yield each


def _failures_of(run: Path, questions: Iterable[_Question]) -> dict[str, str]:
    """Return the questions that got no answer in a run, by key, with the reason."""
    folder = RunFolder(run)
    failed = {
        (row.candidate, row.prompt, row.example_id, row.repeat): row.error or ""
        for row in read_rows(folder.results)
        if row.status is AnswerStatus.ERROR
    }
    failed |= failures_in(folder.judgements) if folder.judgements.exists() else {}
    places = ((each.named.key, (each.candidate, each.prompt, each.example_id, each.repeat)) for each in questions)
    return {key: failed[place] for key, place in places if place in failed}


def _of_suite(path: Path, care: StoreCare) -> Iterator[_Question]:
    """Yield every question of a suite whose candidate can be asked, or has answers in the store: no key is needed to name it."""
    loaded = load(path)
    environment = read_environment(Path.cwd(), path.parent)
    seen = seen_in(care, unsure=True)
    cast, judges = (
        make_cast(loaded, entries, environment.values, require_all=False, replayed=seen)
        for entries in (loaded.suite.candidates, loaded.suite.judges)
    )
    jobs = make_jobs(loaded, cast, loaded.asked(None))
    for job in (*jobs, *expected_jobs(loaded, judges, jobs, _Finds(care), guess=False)):
        for example in job.examples:
            for repeat in range(job.repeat):
                request = job.build(example, repeat)
                yield _Question(
                    candidate=job.candidate,
                    prompt=job.prompt,
                    example_id=example.id,
                    repeat=repeat,
                    provider=job.provider.name,
                    model=job.model,
                    named=name_request(job.provider.wire(request), repeat),
                )


@dataclass(frozen=True, slots=True)
class _Finds:
    """The store, as whoever looks up answers knows it."""

    care: StoreCare

    def find(self, keys: Sequence[str]) -> dict[str, Stored]:
        """Return the stored answers, by key."""
        return {kept.key: kept.stored for kept in self.care.get(keys)}


def _with_origin(kept: Kept, question: _Question) -> Kept:
    """Return an answer with its origin, which older stores didn't keep."""
    if kept.origin is not None and kept.origin.request is not None:
        return kept
    return replace(kept, origin=Origin(provider=question.provider, model=question.model, request=question.named.text))


def _known(kept: Kept) -> KeptAnswer:
    origin = kept.origin
    return KeptAnswer(
        key=kept.key,
        provider=None if origin is None else origin.provider,
        model=None if origin is None else origin.model,
        asked_at=kept.stored.asked_at,
        attempts=kept.stored.attempts,
        request=None if origin is None or origin.request is None else request_of(origin.request),
        answer=kept.stored.answer,
    )


def _explained(question: _Question, kept: Kept | None, care: StoreCare) -> KeptAnswer:
    told: dict[str, Any] = {"candidate": question.candidate, "prompt": question.prompt, "example_id": question.example_id}
    if kept is not None:
        return replace(_known(_with_origin(kept, question)), **told)
    return KeptAnswer(
        key=question.named.key,
        provider=question.provider,
        model=question.model,
        asked_at=None,
        attempts=None,
        request=request_of(question.named.text),
        answer=None,
        differs=(why(care, question.named.text, question.model),),
        **told,
    )
