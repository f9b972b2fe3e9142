"""Gather what the HTML report shows: a run's verdict, its rows by example, and the inputs where the golden set still has them."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from benchharness import numbers
from benchharness.errors import BenchError, SetupError
from benchharness.goldenset.fingerprint import content_digest
from benchharness.goldenset.reading import read_examples
from benchharness.interop.rows_reading import read_columns
from benchharness.interop.rows_writing import read_asked
from benchharness.pipeline.concluding import Decided
from benchharness.pipeline.deciding import decide_table
from benchharness.pipeline.folder import RunFolder, no_run, read_record
from benchharness.pipeline.policy import suite_of
from benchharness.records.comparison import Comparison, candidate_key
from benchharness.records.example import Example
from benchharness.records.json_form import canonical
from benchharness.records.page import Page, PageAnswer, PageExample, PageText
from benchharness.records.run import RunRecord
from benchharness.records.suite import Prompt
from benchharness.report.html import page as html
from benchharness.suite.resolving import resolve_prompts

__all__ = ["page_of", "read_page", "texts_of", "write_page"]

SHOWN = (
    "candidate", "prompt", "example_id", "repeat", "output", "parsed", "target", "status", "score", "matched", "error",
)  # fmt: skip


def read_page(run: Path, *, text: PageText = PageText.WHOLE, sample: int | None = None) -> tuple[RunFolder, Page]:
    """Return a run's directory and its page, decided again from its rows; the inputs only where the golden set has them unchanged."""
    folder = RunFolder(run)
    if not (folder.run.is_file() and folder.results.is_file()):
        raise no_run(run)
    record = read_record(folder.run)
    decided = decide_table(folder.results, record)
    inputs, note = ({}, "") if text is PageText.NONE else _inputs(folder, record)
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


def page_of(results: Path, record: RunRecord, decided: Decided, inputs: Mapping[str, str]) -> Page:
    """Return the page of a run; `inputs` are texts by example id, shown where they are there."""
    comparison = decided.comparison
    places = {(each.candidate, each.prompt): at for at, each in enumerate(comparison.candidates)}
    pair = _pair(comparison)
    answers, targets, sent, repeats = _answers(results, places)
    order = _ranks(answers, pair, record.seed)
    slices = _slices(record)
    examples = tuple(
        PageExample(
            id=name, rank=order[name], answers=tuple(found), input=inputs.get(name), target=targets[name], slices=slices.get(name, ())
        )
        for name, found in answers.items()
    )
    return Page(
        verdict=decided.verdict,
        comparison=comparison,
        record=record,
        costs=decided.evidence.costs,
        costs_lack=decided.evidence.costs_lack,
        examples=examples,
        asked=len(examples),
        pair=pair,
        prompts={name: _template(prompt) for name, prompt in resolve_prompts(suite_of(record)).items()},
        sent=sent,
        notes=("Every example was asked more than once; the first answer is shown.",) if repeats else (),
    )


def _answers(
    results: Path, places: Mapping[tuple[str, str], int]
) -> tuple[dict[str, list[PageAnswer | None]], dict[str, str | None], dict[str, str], bool]:
    """Return answers and target by example, the parameters sent by candidate, and whether there were repeats."""
    columns = read_columns(results, SHOWN)
    answers: dict[str, list[PageAnswer | None]] = {}
    targets: dict[str, str | None] = {}
    first: dict[str, int] = {}
    rows = zip(*(columns[each] for each in SHOWN), strict=True)
    for at, (candidate, prompt, name, repeat, output, parsed, target, status, score, matched, error) in enumerate(rows):
        place = places.get((candidate, prompt))
        if repeat or place is None:
            continue
        found = answers.get(name)
        if found is None:
            found = answers[name] = [None] * len(places)
            targets[name] = target
        found[place] = PageAnswer(status=status, matched=matched, score=score, output=output, parsed=parsed, error=error)
        if status != "error":
            first.setdefault(candidate_key(candidate, prompt), at)
    # Maps are slow to read, and a candidate is sent the same parameters every time.
    sent = read_columns(results, ("effective_params",), only=list(first.values()))["effective_params"]
    told = {key: _parameters(dict(params)) for key, params in zip(first, sent, strict=True) if params}
    return answers, targets, told, any(columns["repeat"])


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


def _ranks(answers: Mapping[str, Sequence[PageAnswer | None]], pair: tuple[int, int], seed: int) -> dict[str, int]:
    """Return every example's place: where the pair differs first, then where anybody does, then by the seed."""

    def key(name: str) -> tuple[int, str]:
        worths = [None if each is None else each.worth for each in answers[name]]
        measured = {each for each in worths if each is not None}
        level = 2 if len(measured) < 2 else 0 if worths[pair[0]] != worths[pair[1]] else 1  # noqa: PLR2004 - two that differ
        return level, hashlib.sha256(f"{seed}|{name}".encode("utf-8", "replace")).hexdigest()

    return {name: at for at, name in enumerate(sorted(answers, key=key))}


def _sampled(page: Page, sample: int | None) -> Page:
    if sample is None or sample >= len(page.examples):
        return page
    kept = tuple(each for each in page.examples if each.rank < sample)
    note = (
        f"A sample: {numbers.whole(len(kept))} of {numbers.quantity(page.asked, 'example')}, those the candidates disagree about first; "
        "every number above is of all of them."
    )
    return replace(page, examples=kept, notes=(*page.notes, note))


def _slices(record: RunRecord) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, members in {**(record.facts.get("groups") or {}), **(record.facts.get("slices") or {})}.items():
        for each in members:
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


def _inputs(folder: RunFolder, record: RunRecord) -> tuple[dict[str, str], str]:
    """Return the golden set's texts whose content is what was asked, and what to know when they aren't to be had."""
    source = suite_of(record).golden_set
    path = Path(record.suite_file)
    unknown = "A run's directory doesn't hold the inputs, so they aren't shown: "
    if source is None or source.hub is not None or not folder.asked.is_file():
        return {}, f"{unknown}this run's golden set is no local file."
    try:
        golden = read_examples(source, folder=path.parent, seed=record.seed, role="golden set")
    except BenchError:
        return {}, f"{unknown}the golden set wasn't found. Run `bench report` where `{path}` lies."
    asked = read_asked(folder.asked)
    found = texts_of(each for each in golden.examples if asked.get(each.id) == content_digest(each))
    missing = len(asked) - len(found)
    return found, "" if not missing else f"{unknown}{numbers.quantity(missing, 'example')} of the golden set changed since."


def texts_of(examples: Iterable[Example]) -> dict[str, str]:
    """Return inputs as text, by id."""
    return {each.id: each.input if isinstance(each.input, str) else canonical(each.input) for each in examples}
