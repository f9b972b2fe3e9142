"""Score stored outputs again and hold them against the bundle: an edited score is found where its output is still there."""

from collections.abc import Iterator
from pathlib import Path

from benchharness import numbers
from benchharness.digests import file_hash, output_hash
from benchharness.errors import SetupError
from benchharness.goldenset.finding import Places
from benchharness.pipeline.gating.case import Case
from benchharness.pipeline.gating.scope import Scope
from benchharness.pipeline.loading.run_folder import RunFolder
from benchharness.pipeline.loading.scorers import judges_of
from benchharness.pipeline.marking.recipe import RowMarker, recipe_for
from benchharness.records.answer import AnswerStatus
from benchharness.records.bundle import BundleRow
from benchharness.records.example import Example
from benchharness.records.gate import Check, CheckStatus, Outcome
from benchharness.records.row import Row
from benchharness.records.suite import ScorerEntry
from benchharness.scorers import runs_strange_code, scorer_traits_of
from benchharness.suite.resolving import resolve_prompts

__all__ = ["rescored"]

NAME = "scores"
CLOSE = 1e-9


def rescored(case: Case, scope: Scope) -> Iterator[Check]:
    """Yield one check: the scores are what the suite's scorers make of the stored outputs, or there are none to look at."""
    run = _run_of(case, scope)
    if run is None:
        told = "The outputs aren't here, so the scores weren't made again; they are the ones the manifest names."
        yield Check(name=NAME, status=CheckStatus.NOT_CHECKED, sentence=told, remedy="Keep the run's directory, or let --reports name it.")
        return
    if any(each.startswith(f"{scope.shown(run.path)}/") for each in scope.changed or ()):
        told = "The outputs came with this pull request as well, so scoring them again would prove nothing."
        yield Check(name=NAME, status=CheckStatus.NOT_CHECKED, sentence=told, remedy="Leave the run's directory out of the pull request.")
        return

    if file_hash(run.results) != case.bundle.record.results_hash:
        told = f"{scope.shown(run.results)} isn't the file the run wrote."
        yield Check(name=NAME, status=CheckStatus.FAILED, sentence=told, outcome=Outcome.MISMATCH)
        return
    if case.data.golden is None or case.data.golden.fingerprint != case.bundle.record.golden_set["fingerprint"]:
        told = "The outputs are here, and the golden set they answer isn't: the scores weren't made again."
        yield Check(name=NAME, status=CheckStatus.NOT_CHECKED, sentence=told)
        return
    # No other scorer's scores are in a bundle.
    recipe = recipe_for(case.own, resolve_prompts(case.own), labels=case.data.labels, folder=case.suite_path.parent).deciding()
    why_not, remedy = _not_here(recipe.scorers[0])
    if why_not:
        yield Check(name=NAME, status=CheckStatus.NOT_CHECKED, sentence=why_not, remedy=remedy)
        return
    try:
        mark = recipe.row_marker()
    except SetupError as error:
        yield Check(name=NAME, status=CheckStatus.NOT_CHECKED, sentence=f"The scores weren't made again: {error}.", remedy=error.hint)
        return
    differs, looked = _differing(case, run, mark)
    if differs:
        told = f"{len(differs)} of {numbers.quantity(looked, 'score')} aren't what the stored outputs get: {numbers.listed(differs)}."
        yield Check(
            name=NAME, status=CheckStatus.FAILED, sentence=told, remedy="Make the bundle from the run again.", outcome=Outcome.MISMATCH
        )
    else:
        yield Check(name=NAME, status=CheckStatus.PASSED, sentence=f"{numbers.quantity(looked, 'stored output')} scored again: the same.")


def _not_here(primary: ScorerEntry) -> tuple[str, str]:
    """Return why a gate makes no scores of this kind again, and what a person can do; empty when it does."""
    if runs_strange_code(primary):
        told = f"The scores are those of `{primary.label}`, code of this repository or of another package: a gate runs none of it."
        return told, "Let a person run `bench score` on the run's directory."
    if scorer_traits_of(primary).asks_judges:
        told = f"The scores are those of {numbers.listed(judges_of(primary))}, which judges: a gate asks nobody."
        return told, "Let a person run `bench score` on the run's directory, where its replies are stored."
    return "", ""


def _run_of(case: Case, scope: Scope) -> RunFolder | None:
    """Return the run's directory when it lies here; its name comes from a bundle, so it may only be a name."""
    name = case.bundle.manifest.run
    if not name or Path(name).name != name or name.startswith("."):
        return None
    reports = scope.options.reports or scope.root / "reports"
    found = [RunFolder(path / name) for path in sorted(reports.glob("*")) if (path / name / "results.parquet").is_file()]
    return found[0] if found else None


def _differing(case: Case, run: RunFolder, mark: RowMarker) -> tuple[list[str], int]:
    from benchharness.results.reading import read_rows

    golden = Places(() if case.data.golden is None else case.data.golden.examples)
    bundled = {(each.candidate, each.prompt, each.example_id, each.repeat): each for each in case.bundle.rows}
    differs, looked = [], 0
    for row in read_rows(run.results):
        key = (row.candidate, row.prompt, row.example_id, row.repeat)
        mine = bundled.pop(key, None)
        looked += 1
        _, example = golden.find(row.example_id) or (0, None)
        if mine is None or not _agrees(row, mine) or (example and not _scored(mark, example, row, mine)):
            differs.append(f"{row.candidate}/{row.prompt} {row.example_id}" if row.prompt else f"{row.candidate} {row.example_id}")
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
