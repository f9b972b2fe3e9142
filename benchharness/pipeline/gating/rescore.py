"""Score stored outputs again and hold them against the bundle: an edited score is found where its output is still there."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from benchharness import numbers
from benchharness.digests import output_hash
from benchharness.errors import BenchError, SetupError
from benchharness.goldenset.finding import Places
from benchharness.pipeline.gating.case import Case
from benchharness.pipeline.gating.scope import Scope
from benchharness.pipeline.gating.stored import StoredRun, came_along, runs_of_the_exam
from benchharness.pipeline.loading.scorers import judges_of
from benchharness.pipeline.marking.recipe import RowMarker, recipe_for
from benchharness.records.answer import AnswerStatus
from benchharness.records.bundle import BundleRow
from benchharness.records.comparison import candidate_key
from benchharness.records.example import Example
from benchharness.records.gate import Check, CheckStatus, Outcome
from benchharness.records.json_form import to_json
from benchharness.records.row import Row
from benchharness.records.suite import ScorerEntry
from benchharness.scorers import runs_strange_code, scorer_traits_of
from benchharness.suite.resolving import resolve_prompts

__all__ = ["rescored"]

NAME = "scores"
CLOSE = 1e-9


def rescored(case: Case, scope: Scope) -> Iterator[Check]:
    """Yield one check: the scores are what the suite's scorers make of the stored outputs, or there are none to look at."""
    golden, asked = case.data.golden, case.bundle.record.golden_set["fingerprint"]
    if golden is None or golden.fingerprint != asked:
        yield _unchecked("The golden set that was asked isn't here: the scores weren't made again.")
        return
    if to_json(case.own.scorers) != to_json(case.policy.scorers):
        # A pattern of a stranger's may run for ever; this one is refused for being another already.
        yield _unchecked("The run's scorers aren't the policy's, so the scores weren't made again.")
        return
    # No other scorer's scores are in a bundle.
    recipe = recipe_for(case.own, resolve_prompts(case.own), labels=case.data.labels, folder=case.suite_path.parent).deciding()
    why_not, remedy = _not_here(recipe.scorers[0])
    if why_not:
        yield _unchecked(why_not, remedy)
        return
    try:
        mark = recipe.row_marker()
    except SetupError as error:
        yield _unchecked(f"The scores weren't made again: {error}.", error.hint)
        return
    yield _whole(case, case.stored, mark) if case.stored is not None else _parts(case, scope, mark)


def _unchecked(told: str, remedy: str = "") -> Check:
    return Check(name=NAME, status=CheckStatus.NOT_CHECKED, sentence=told, remedy=remedy)


def _whole(case: Case, run: StoredRun, mark: RowMarker) -> Check:
    """Return what the run's own outputs say: every row of it, and no other, is the bundle's."""
    differs, looked = _differing(case, run, mark)
    if differs:
        return _edited(differs, looked)
    told = f"{numbers.quantity(looked, 'stored output')} scored again: the same ({run.where})."
    return Check(name=NAME, status=CheckStatus.PASSED, sentence=told)


def _edited(differs: list[str], looked: int) -> Check:
    told = f"{len(differs)} of {numbers.quantity(looked, 'score')} aren't what the stored outputs get: {numbers.listed(differs)}."
    remedy = "Make the bundle from the run again."
    return Check(name=NAME, status=CheckStatus.FAILED, sentence=told, remedy=remedy, outcome=Outcome.MISMATCH)


def _parts(case: Case, scope: Scope, mark: RowMarker) -> Check:
    """Return what other runs of the same exam say, where the bundle's own lies nowhere: the same output gets the same score."""
    golden = Places(() if case.data.golden is None else case.data.golden.examples)
    bundled = {(each.candidate, each.prompt, each.example_id, each.output_hash): each for each in case.bundle.rows if each.output_hash}
    looked: dict[tuple[str, str, str, str], bool] = {}
    namesake = ""
    for run in runs_of_the_exam(case.bundle, scope):
        namesake = namesake or (run.folder if PurePosixPath(run.folder).name == case.bundle.manifest.run else "")
        # Without a base nothing here is anybody's but the user's, and a run that isn't the bundle's proves little.
        for row in _rows(run) if scope.base else ():
            key = (row.candidate, row.prompt, row.example_id, "" if row.output is None else output_hash(row.output))
            mine, (_, example) = bundled.get(key), golden.find(row.example_id) or (0, None)
            if mine is not None and example is not None and row.status.value == mine.status and key not in looked:
                looked[key] = _scored(mark, example, row, mine)
    differs = [f"{candidate_key(*key[:2])} {key[2]}" for key, same in looked.items() if not same]
    if differs:
        return _edited(differs, len(looked))
    if namesake:
        told = f"{namesake}/results.parquet isn't the file the run wrote."
        return Check(name=NAME, status=CheckStatus.FAILED, sentence=told, outcome=Outcome.MISMATCH)
    if came_along(case.bundle, scope):
        told = "The outputs came with this pull request as well, so scoring them again would prove nothing."
        return _unchecked(told, "Leave the run's directory out of the pull request, or merge it before.")
    told = "The outputs aren't here, so the scores weren't made again; they are the ones the manifest names."
    if looked:
        told = (
            f"The run's own outputs aren't here. {len(looked)} of its {numbers.quantity(len(case.bundle.rows), 'answer')} are those of "
            "other runs, scored again: the same."
        )
    return _unchecked(told, "Keep the run's directory in the repository, or let --reports name it.")


def _not_here(primary: ScorerEntry) -> tuple[str, str]:
    """Return why a gate makes no scores of this kind again, and what a person can do; empty when it does."""
    if runs_strange_code(primary):
        told = f"The scores are those of `{primary.label}`, code of this repository or of another package: a gate runs none of it."
        return told, "Let a person run `bench score` on the run's directory."
    if scorer_traits_of(primary).asks_judges:
        told = f"The scores are those of {numbers.listed(judges_of(primary))}, which judges: a gate asks nobody."
        return told, "Let a person run `bench score` on the run's directory, where its replies are stored."
    return "", ""


def _rows(run: StoredRun) -> Iterator[Row]:
    """Yield the rows of a stored run; none of a file nobody can read."""
    from benchharness.results.reading import read_rows

    with TemporaryDirectory() as folder:
        path = Path(folder) / "results.parquet"
        path.write_bytes(run.results)
        try:
            yield from read_rows(path)
        except BenchError:
            return


def _differing(case: Case, run: StoredRun, mark: RowMarker) -> tuple[list[str], int]:
    golden = Places(() if case.data.golden is None else case.data.golden.examples)
    bundled = {(each.candidate, each.prompt, each.example_id, each.repeat): each for each in case.bundle.rows}
    differs, looked = [], 0
    for row in _rows(run):
        key = (row.candidate, row.prompt, row.example_id, row.repeat)
        mine = bundled.pop(key, None)
        looked += 1
        _, example = golden.find(row.example_id) or (0, None)
        if mine is None or not _agrees(row, mine) or (example and not _scored(mark, example, row, mine)):
            differs.append(f"{candidate_key(row.candidate, row.prompt)} {row.example_id}")
    differs += [f"{each.candidate} {each.example_id}" for each in bundled.values()]
    return differs, looked


def _agrees(row: Row, mine: BundleRow) -> bool:
    """Tell whether a stored row says what the bundle says of it, its output included."""
    said = "" if row.output is None else output_hash(row.output)
    return (row.status.value, said) == (mine.status, mine.output_hash)


def _scored(mark: RowMarker, example: Example, row: Row, mine: BundleRow) -> bool:
    """Tell whether the scorers make of a stored output what the bundle says."""
    if row.status is AnswerStatus.ERROR or row.output is None:
        return True
    found = mark(example, row)
    close = found.score == mine.score or (found.score is not None and mine.score is not None and abs(found.score - mine.score) <= CLOSE)
    return (found.status.value, found.matched) == (mine.status, mine.matched) and close
