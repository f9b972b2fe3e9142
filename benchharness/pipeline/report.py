"""`bench report`: a run's page again, whole, redacted or as a sample."""

from dataclasses import replace
from pathlib import Path

from benchharness import numbers
from benchharness.errors import BenchError
from benchharness.goldenset.finding import Places
from benchharness.goldenset.fingerprint import content_digest
from benchharness.goldenset.reading import read_examples
from benchharness.pipeline.deciding.verdict import decide_table
from benchharness.pipeline.loading.policy import suite_of
from benchharness.pipeline.loading.run_folder import RunFolder, open_run
from benchharness.pipeline.recording.page import TextOf, page_of, text_of
from benchharness.records.page import Page, PageText
from benchharness.records.run import RunRecord
from benchharness.results.writing import read_asked

__all__ = ["read_page"]


def read_page(run: Path, *, text: PageText = PageText.WHOLE, sample: int | None = None) -> tuple[RunFolder, Page]:
    """Return a run's directory and its page, decided again from its rows; the inputs only where the golden set has them unchanged."""
    folder, record = open_run(run)
    decided = decide_table(folder.results, record)
    inputs, note = (_no_text, "") if text is PageText.NONE else _inputs(folder, record)
    # What metadata says of an example goes with its text; only slices the suite's own policy names may stay.
    shown = record if text is PageText.WHOLE else replace(record, facts=replace(record.facts, groups={}))
    page = page_of(folder.results, shown, decided, inputs)
    return folder, _sampled(replace(page, text=text, notes=(*page.notes, *([note] if note else []))), sample)


def _sampled(page: Page, sample: int | None) -> Page:
    if sample is None or sample >= page.asked:
        return page
    note = (
        f"A sample: {numbers.whole(sample)} of {numbers.quantity(page.asked, 'example')}, those the candidates disagree about first; "
        "every number above is of all of them."
    )
    kept = tuple(each for each in page.examples if each.rank < sample)
    return replace(page, examples=kept, wanted=sample, notes=(*page.notes, note))


def _no_text(_name: str) -> None:
    """Tell nothing."""


def _inputs(folder: RunFolder, record: RunRecord) -> tuple[TextOf, str]:
    """Return what tells the golden set's texts whose content is what was asked, and what to know when they aren't to be had."""
    source = suite_of(record).golden_set
    path = Path(record.suite_file)
    unknown = "A run's directory doesn't hold the inputs, so they aren't shown: "
    if source is None or source.hub is not None or not folder.asked.is_file():
        return _no_text, f"{unknown}this run's golden set is no local file."
    try:
        golden = read_examples(source, folder=path.parent, seed=record.seed, role="golden set")
    except BenchError:
        return _no_text, f"{unknown}the golden set wasn't found. Run `bench report` where `{path}` lies."
    asked = read_asked(folder.asked)
    missing = len(asked) - sum(asked.get(each.id) == content_digest(each) for each in golden.examples)
    places = Places(golden.examples)

    def unchanged(name: str) -> str | None:
        found = places.find(name)
        return text_of(found[1]) if found is not None and asked.get(name) == content_digest(found[1]) else None

    return unchanged, "" if not missing else f"{unknown}{numbers.quantity(missing, 'example')} of the golden set changed since."
