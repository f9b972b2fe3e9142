"""The end of a run's story: from its rows and its record to the verdict and every file that tells of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from benchharness.digests import file_hash
from benchharness.pipeline.deciding.verdict import Decided, decide_table
from benchharness.pipeline.loading.run_folder import RunFolder, write_record
from benchharness.pipeline.marking.recipe import Recipe
from benchharness.pipeline.recording.decision import decision_record
from benchharness.pipeline.recording.page import TextOf, page_of, write_page
from benchharness.records.json_form import dumps
from benchharness.records.run import CandidateTotals, RunRecord
from benchharness.records.suite import Suite
from benchharness.report.verdict import FORMATS, VerdictReport, decision
from benchharness.report.verdict import brief as board
from benchharness.results.arrow import give_back
from benchharness.results.totals import candidate_totals, label_summaries
from benchharness.scorers import make_scorer, scorer_traits_of
from benchharness.scorers.label import LabelScorer

__all__ = ["finished", "write_verdict"]


def finished(record: RunRecord, folder: RunFolder, recipe: Recipe, *, totals: Sequence[CandidateTotals] | None = None) -> RunRecord:
    """Return the record of a run whose results are written: with their hash, totals and labels.

    `recipe` is what the rows were marked by; `totals` are the candidates' time and money; those of the results alone when unset.
    """
    by_label = next((each for each in recipe.scorers if each.primary and scorer_traits_of(each).by_label), None)
    scorer = None if by_label is None else make_scorer(by_label, labels=recipe.labels, folder=recipe.folder)
    return replace(
        record,
        results_hash=file_hash(folder.results),
        totals=candidate_totals(folder.results) if totals is None else tuple(totals),
        labels=label_summaries(folder.results, scorer.pair) if isinstance(scorer, LabelScorer) else (),
        finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
        complete=True,
    )


def write_verdict(record: RunRecord, folder: RunFolder, suite: Suite, texts: TextOf, *, brief: bool = False) -> Decided:
    """Write the verdict, the reports, the decision record and, last, run.json; `texts` finds an example's input by its id."""
    decided = decide_table(folder.results, record)
    folder.verdict.write_text(dumps(decided.verdict), encoding="utf-8")
    report = VerdictReport(verdict=decided.verdict, comparison=decided.comparison, record=record, costs=decided.evidence.compared)
    folder.report.write_text(FORMATS.render("markdown", report), encoding="utf-8")
    # The page takes more than all before it.
    give_back()
    write_page(page_of(folder.results, record, decided, texts), folder.page)
    kept = decision_record(decided, record, suite, run=folder.path.name)
    folder.decision.write_text(dumps(kept), encoding="utf-8")
    folder.decision_text.write_text(decision.render(kept), encoding="utf-8")
    if brief:
        folder.brief.write_text(board.render(kept, decided.verdict), encoding="utf-8")
    # Last, as it says that all the others are there: a run killed before goes on with --resume.
    write_record(folder, record)
    return decided
