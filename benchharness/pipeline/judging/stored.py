"""Score judged answers again without asking anybody: the judges' replies that the store has, and no other."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchharness.pipeline.asking.jobs import Cast, make_cast, store_path
from benchharness.pipeline.asking.replay import seen_in
from benchharness.pipeline.judging.calibration import judge_facts
from benchharness.pipeline.judging.questions import docket_of
from benchharness.pipeline.judging.second_pass import stored_grades
from benchharness.pipeline.loading.scorers import judged_scorers
from benchharness.pipeline.loading.suite import Loaded
from benchharness.pipeline.marking.recipe import recipe_of
from benchharness.providers.environment import read_environment
from benchharness.records.example import Example
from benchharness.records.run_facts import JudgeFacts
from benchharness.records.score import Grades
from benchharness.results.reading import read_rows
from benchharness.runner.store import ResponseStore
from benchharness.runner.store_care import StoreCare

__all__ = ["grades_again", "judge_facts_again"]


def grades_again(loaded: Loaded, results: Path, examples: Mapping[str, Example]) -> Grades:
    """Return the grades of a run's answers under a suite's rubrics; what the store can't tell is unscored, with the reason."""
    judged = judged_scorers(loaded.suite)
    if not judged:
        return {}
    docket = docket_of(read_rows(results), judged, examples, recipe_of(loaded).extracts)
    with _stored(loaded) as (cast, store):
        return stored_grades(loaded.suite, cast, docket, store)


def judge_facts_again(loaded: Loaded, results: Path) -> JudgeFacts | None:
    """Return what a run's record keeps of the judge that decides under this suite: an edited rubric is another judge."""
    if not judged_scorers(loaded.suite):
        return None
    with _stored(loaded) as (cast, _):
        return judge_facts(loaded, cast, results)


@contextmanager
def _stored(loaded: Loaded) -> Iterator[tuple[Cast, ResponseStore | None]]:
    """Yield the judges and this folder's store; no key is needed for what was asked already."""
    environment = read_environment(Path.cwd(), loaded.file.path.parent)
    path = store_path(Path.cwd())
    with ExitStack() as stack:
        store = stack.enter_context(ResponseStore(path)) if path.exists() else None
        replayed = None if store is None else seen_in(stack.enter_context(StoreCare(path)))
        yield make_cast(loaded, loaded.suite.judges, environment.values, require_all=False, replayed=replayed), store
