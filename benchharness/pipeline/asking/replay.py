"""Where a run's answers come from: the providers and this folder's store, or what was kept elsewhere and nobody else."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchharness import numbers
from benchharness.errors import SetupError
from benchharness.pipeline.asking.jobs import store_path
from benchharness.providers.context import Replayed
from benchharness.records.cache import Merged
from benchharness.records.comparison import candidate_label
from benchharness.runner.differing import differences, nearest
from benchharness.runner.job import Job
from benchharness.runner.portable import is_export, read_export, read_failures
from benchharness.runner.replaying import Missed, ReplayStore, unasked
from benchharness.runner.store import Origin, ResponseStore, Stored
from benchharness.runner.store_care import Kept, StoreCare, copy_of, is_store, request_of

__all__ = ["Answers", "merge_into", "open_answers", "read_kept", "seen_in", "why"]

AT_ONCE = 500
MISSES_TOLD = 3
DIFFERENCES_TOLD = 4
# The requests of one model among which the nearest is looked for, the newest.
MOST_COMPARED = 5000


@dataclass(slots=True, kw_only=True)
class Answers:
    """Where a run's answers come from."""

    store: ResponseStore
    """Where they are looked up and kept."""
    source: Path | None = None
    """The file that is replayed; None when providers are asked."""
    care: StoreCare | None = None
    """What is replayed, for looking into it."""
    failures: Mapping[str, str] = field(default_factory=dict)
    """Questions that got no answer in the run that is replayed, by key."""
    misses: list[Missed] = field(default_factory=list)
    """Questions a replay has no answer to."""

    @property
    def replayed(self) -> Replayed | None:
        """Return what providers may know of a replay."""
        return None if self.care is None else seen_in(self.care)

    def jobs(self, jobs: Sequence[Job]) -> Sequence[Job]:
        """Return the jobs as they are run: in a replay nobody is asked."""
        return jobs if self.source is None else unasked(jobs, self.failures, self.misses)

    def check(self) -> None:
        """Raise SetupError when a question had no answer in the file that is replayed."""
        if not self.misses or self.care is None:
            return
        lines = [f"  {_label(each)}: {why(self.care, each.named.text, each.model)}" for each in self.misses[:MISSES_TOLD]]
        left = len(self.misses) - len(lines)
        lines += [f"  and {numbers.whole(left)} more"] if left else []
        raise SetupError(
            "\n".join([f"{numbers.quantity(len(self.misses), 'question')} of this run {_have(self.misses)} no answer in it:", *lines]),
            hint="run the suite where it can be asked, `bench cache export FILE --suite SUITE`, and replay that file",
            file=self.source,
        )


@contextmanager
def open_answers(replay: Path | None) -> Iterator[Answers]:
    """Yield where answers come from: this folder's store, or the export or store named `replay`, which stays as it is."""
    if replay is None:
        with ResponseStore(store_path(Path.cwd())) as store:
            yield Answers(store=store)
        return
    with ExitStack() as stack:
        path = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "replayed.sqlite"
        store = stack.enter_context(ReplayStore(path))
        merge_into(store, replay)
        failures = read_failures(replay) if is_export(replay) else {}
        yield Answers(store=store, source=replay, care=stack.enter_context(StoreCare(path)), failures=failures)


def read_kept(path: Path) -> Iterator[Kept]:
    """Yield the answers of an export or of a store, by key; SetupError for a file that is neither, or isn't whole."""
    if is_export(path):
        yield from read_export(path)
    elif is_store(path):
        with copy_of(path) as care:
            yield from care.all()
    else:
        raise SetupError("is neither an export of answers nor a response store", file=path, hint="`bench cache export FILE` writes one")


def merge_into(store: ResponseStore, path: Path) -> Merged:
    """Add the answers of an export or a store; one that is here stays, also where the file has another."""
    counts = {"answers": 0, "added": 0, "same": 0}
    conflicts: list[str] = []
    chunk: list[tuple[str, Stored, Origin | None]] = []

    def add() -> None:
        there = store.find(key for key, _, _ in chunk)
        fresh = [each for each in chunk if each[0] not in there]
        other = [key for key, stored, _ in chunk if key in there and there[key] != stored]
        store.keep_all(fresh)
        counts["answers"] += len(chunk)
        counts["added"] += len(fresh)
        counts["same"] += len(chunk) - len(fresh) - len(other)
        conflicts.extend(other)
        chunk.clear()

    for kept in read_kept(path):
        chunk.append((kept.key, kept.stored, kept.origin))
        if len(chunk) == AT_ONCE:
            add()
    if chunk:
        add()
    return Merged(file=str(path), conflicts=tuple(conflicts), **counts)


def seen_in(care: StoreCare, *, unsure: bool = False) -> Replayed:
    """Return what tells a provider what was asked of its model in the requests that are kept.

    With `unsure` answers of which nobody wrote down whose they are may be of any model.
    """

    def seen(model: str, names: tuple[str, ...]) -> Sequence[Mapping[str, Any]]:
        if not names:
            return ({},) if care.knows(model, unsure=unsure) else ()
        found: dict[tuple[Any, ...], None] = {}
        for text in care.requests(model):
            wire = request_of(text)["wire"]
            values = tuple(wire.get(name) for name in names)
            if all(isinstance(each, str) for each in values):
                found[values] = None
        return [dict(zip(names, values, strict=True)) for values in found]

    return seen


def why(care: StoreCare, text: str, model: str) -> str:
    """Return how a request differs from the nearest one that is kept."""
    found = nearest(text, _first(care.requests(model)))
    if found is None:
        found = nearest(text, _first(care.requests()))
        if found is None:
            return "no request is stored to compare it with"
        return f"no answer of {model or 'this model'} is stored"
    told = differences(text, found)
    left = len(told) - DIFFERENCES_TOLD
    return "; ".join([*told[:DIFFERENCES_TOLD], *([f"and {numbers.whole(left)} more"] if left > 0 else [])])


def _first(texts: Iterator[str]) -> Iterator[str]:
    return (text for text, _ in zip(texts, range(MOST_COMPARED), strict=False))


def _label(missed: Missed) -> str:
    return f"{candidate_label(missed.candidate, missed.prompt)}, example {missed.example_id}"


def _have(misses: Sequence[Missed]) -> str:
    return "has" if len(misses) == 1 else "have"
