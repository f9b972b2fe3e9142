"""Gather what the HTML report shows: a run's verdict, its rows by example, and the inputs where the golden set still has them."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from benchharness import numbers
from benchharness.errors import BenchError, SetupError
from benchharness.goldenset.finding import Places
from benchharness.goldenset.fingerprint import content_digest
from benchharness.goldenset.reading import read_examples
from benchharness.pipeline.decide import decide_table
from benchharness.pipeline.deciding.evidence import Decided
from benchharness.pipeline.loading.policy import suite_of
from benchharness.pipeline.loading.run_folder import RunFolder, no_run, read_record
from benchharness.pipeline.page_choosing import Chosen, TextOf, choose, first_answers, rows_of
from benchharness.records.comparison import Comparison, candidate_key
from benchharness.records.example import Example
from benchharness.records.json_form import canonical
from benchharness.records.page import Page, PageAnswer, PageExample, PageText
from benchharness.records.run import RunRecord
from benchharness.records.suite import Prompt
from benchharness.report.html import page as html
from benchharness.report.html.packing import MOST_CHARACTERS
from benchharness.results.glance import Glance, glance_at
from benchharness.results.reading import read_columns
from benchharness.results.writing import read_asked
from benchharness.suite.resolving import resolve_prompts

__all__ = ["TextOf", "page_of", "read_page", "text_of", "texts_in", "write_page"]

SHOWN = ("output", "parsed", "target", "status", "score", "matched", "error")


def read_page(run: Path, *, text: PageText = PageText.WHOLE, sample: int | None = None) -> tuple[RunFolder, Page]:
    """Return a run's directory and its page, decided again from its rows; the inputs only where the golden set has them unchanged."""
    folder = RunFolder(run)
    if not (folder.run.is_file() and folder.results.is_file()):
        raise no_run(run)
    record = read_record(folder.run)
    decided = decide_table(folder.results, record)
    inputs, note = (_no_text, "") if text is PageText.NONE else _inputs(folder, record)
    # What metadata says of an example goes with its text; only slices the suite's own policy names may stay.
    shown = record if text is PageText.WHOLE else replace(record, facts={**record.facts, "groups": {}})
    page = page_of(folder.results, shown, decided, inputs)
    return folder, _sampled(replace(page, text=text, notes=(*page.notes, *([note] if note else []))), sample)


def write_page(page: Page, out: Path, *, split: bool = False) -> tuple[Path, ...]:
    """Write the page to `out`, with `split` its style, script and data beside it; return the files, the page first."""
    files = html.render_split(page, stem=out.stem) if split else {out.name: html.render(page)}
    found = [out, *(out.with_name(name) for name in files if name != out.name)]
    try:
        for path in found:
            # Bytes: another system's line ends would be another style and script than the page's policy allows.
            path.write_bytes(files[path.name].encode("utf-8"))
    except OSError as error:
        raise SetupError(f"can't be written: {error.strerror or error}", file=path, hint="name another file with --out") from error
    return tuple(found)


def page_of(results: Path, record: RunRecord, decided: Decided, text_of: TextOf) -> Page:
    """Return the page of a run with as many examples as a page can hold; `text_of` tells an example's input by its id."""
    comparison = decided.comparison
    places = {(each.candidate, each.prompt): at for at, each in enumerate(comparison.candidates)}
    pair = _pair(comparison)
    glance = glance_at(results, places, most_characters=MOST_CHARACTERS)
    chosen = choose(glance, len(places), pair, seed=record.seed, text_of=text_of)
    return Page(
        verdict=decided.verdict,
        comparison=comparison,
        record=record,
        costs=decided.evidence.costs,
        costs_lack=decided.evidence.costs_lack,
        examples=_examples(results, glance, chosen, len(places), _slices(record, {each.id for each in chosen.values()})),
        asked=len(glance.ids),
        wanted=len(glance.ids),
        pair=pair,
        prompts={name: _template(prompt) for name, prompt in resolve_prompts(suite_of(record)).items()},
        sent=_sent(results, glance, [candidate_key(*each) for each in places]),
        notes=("Every example was asked more than once; the first answer is shown.",) if glance.repeated else (),
    )


def _examples(
    results: Path, glance: Glance, chosen: Mapping[int, Chosen], candidates: int, slices: Mapping[str, tuple[str, ...]]
) -> tuple[PageExample, ...]:
    """Return the chosen examples with every candidate's answer, in the order of the file."""
    at = rows_of(glance, chosen)
    columns = read_columns(results, SHOWN, only=glance.rows[at])
    answers: dict[int, list[PageAnswer | None]] = {}
    targets: dict[int, str | None] = {}
    rows = zip(glance.examples[at].tolist(), glance.places[at].tolist(), *(columns[each] for each in SHOWN), strict=True)
    for example, place, output, parsed, target, status, score, matched, error in rows:
        found = answers.setdefault(example, [None] * candidates)
        targets.setdefault(example, target)
        found[place] = PageAnswer(status=status, matched=matched, score=score, output=output, parsed=parsed, error=error)
    return tuple(
        PageExample(
            id=chosen[example].id,
            rank=chosen[example].rank,
            answers=tuple(found),
            input=chosen[example].input,
            target=targets[example],
            slices=slices.get(chosen[example].id, ()),
        )
        for example, found in sorted(answers.items())
    )


def _sent(results: Path, glance: Glance, keys: Sequence[str]) -> dict[str, str]:
    """Return the parameters really sent, by candidate: it's sent the same ones every time."""
    first = first_answers(glance)
    sent = read_columns(results, ("effective_params",), only=[row for row, _ in first])["effective_params"]
    return {keys[place]: _parameters(dict(params)) for (_, place), params in zip(first, sent, strict=True) if params}


def _parameters(sent: Mapping[str, str]) -> str:
    """Return what was really sent; a parameter without a value wasn't."""
    return ", ".join(f"{key} {value}" for key, value in sorted(sent.items()) if value not in ("null", "[]"))


def _pair(comparison: Comparison) -> tuple[int, int]:
    """Return the places of the two candidates a reader wants to see first: the best prompt, and the best of another kind."""
    keys = [each.key for each in comparison.candidates]
    left = comparison.best_prompt or (keys[0] if keys else None)
    others = (comparison.best_fine_tuned, comparison.best_self_hosted, comparison.best_classical)
    by_rate = sorted(comparison.candidates, key=lambda each: -(each.rate if each.rate is not None else -1.0))
    right = next((each for each in (*others, *(each.key for each in by_rate)) if each is not None and each != left), left)
    return (keys.index(left), keys.index(right)) if left in keys and right in keys else (0, min(1, max(0, len(keys) - 1)))


def _sampled(page: Page, sample: int | None) -> Page:
    if sample is None or sample >= page.asked:
        return page
    note = (
        f"A sample: {numbers.whole(sample)} of {numbers.quantity(page.asked, 'example')}, those the candidates disagree about first; "
        "every number above is of all of them."
    )
    kept = tuple(each for each in page.examples if each.rank < sample)
    return replace(page, examples=kept, wanted=sample, notes=(*page.notes, note))


def _slices(record: RunRecord, shown: Container[str]) -> dict[str, tuple[str, ...]]:
    """Return the slices of the examples that are shown."""
    found: dict[str, tuple[str, ...]] = {}
    for name, members in {**(record.facts.get("groups") or {}), **(record.facts.get("slices") or {})}.items():
        for each in members:
            if each in shown:
                found[each] = (*found.get(each, ()), name)
    return found


def _template(prompt: Prompt) -> str:
    """Return a prompt's words as the suite has them, with how its shots are picked."""
    parts = [f"[{role}]\n{text}" for role, text in (("system", prompt.system), ("user", prompt.user)) if text is not None]
    if prompt.shots is not None:
        number, pick = (prompt.shots, "fixed") if isinstance(prompt.shots, int) else (prompt.shots.k, prompt.shots.pick.value)
        parts.append(f"[shots]\n{number} from the training pool, {pick}")
    if prompt.response_schema is not None:
        parts.append(f"[response schema]\n{canonical(prompt.response_schema)}")
    return "\n\n".join(parts)


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


def texts_in(places: Places) -> TextOf:
    """Return what finds an example's input by its id."""

    def told(name: str) -> str | None:
        found = places.find(name)
        return None if found is None else text_of(found[1])

    return told


def text_of(example: Example) -> str:
    """Return an input as text."""
    return example.input if isinstance(example.input, str) else canonical(example.input)
