"""Gather what the HTML report shows: a run's verdict, its rows by example, and the inputs where the golden set still has them."""

import hashlib
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchharness.errors import SetupError
from benchharness.goldenset.finding import Places
from benchharness.pipeline.deciding.verdict import Decided
from benchharness.pipeline.loading.policy import suite_of
from benchharness.records.comparison import Comparison, candidate_key
from benchharness.records.example import Example
from benchharness.records.json_form import canonical
from benchharness.records.page import Page, PageAnswer, PageExample
from benchharness.records.run import RunRecord
from benchharness.records.suite import Prompt
from benchharness.report.html import page as html
from benchharness.report.html.packing import MOST_CHARACTERS, MOST_RAW
from benchharness.results.glance import Glance, glance_at
from benchharness.results.reading import read_columns
from benchharness.suite.resolving import resolve_prompts

__all__ = ["MOST_EXAMPLES", "Chosen", "TextOf", "choose", "first_answers", "page_of", "rows_of", "text_of", "texts_in", "write_page"]

SHOWN = ("output", "parsed", "target", "status", "score", "matched", "error")


MOST_EXAMPLES = 50_000
DISAGREE, DIFFER, SAME = 0, 1, 2
TextOf = Callable[[str], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """An example a page shows."""

    id: str
    """The golden set's id."""
    rank: int
    """Its place in the order of choosing, from 0."""
    input: str | None
    """What was asked, where it's known."""


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
        costs=decided.evidence.compared,
        costs_lack=_lacking(decided),
        examples=_examples(results, glance, chosen, len(places), _slices(record, {each.id for each in chosen.values()})),
        asked=len(glance.ids),
        wanted=len(glance.ids),
        pair=pair,
        prompts={name: _template(prompt) for name, prompt in resolve_prompts(suite_of(record)).items()},
        sent=_sent(results, glance, [candidate_key(*each) for each in places]),
        notes=("Every example was asked more than once; the first answer is shown.",) if glance.repeated else (),
    )


def _lacking(decided: Decided) -> tuple[str, ...]:
    """Return the keys that keep the costs of somebody measured from being compared; the fine-tune's where nobody's can be."""
    evidence, comparison = decided.evidence, decided.comparison
    lacks = [*evidence.costs_lack] if comparison.best_fine_tuned is not None else []
    lacks += [*evidence.hosting_lack] if comparison.best_self_hosted is not None else []
    return tuple(dict.fromkeys(lacks)) or (() if evidence.compared else evidence.costs_lack)


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


def _slices(record: RunRecord, shown: Container[str]) -> dict[str, tuple[str, ...]]:
    """Return the slices of the examples that are shown."""
    found: dict[str, tuple[str, ...]] = {}
    for name, members in {**record.facts.groups, **record.facts.slices}.items():
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


def texts_in(places: Places) -> TextOf:
    """Return what finds an example's input by its id."""

    def told(name: str) -> str | None:
        found = places.find(name)
        return None if found is None else text_of(found[1])

    return told


def text_of(example: Example) -> str:
    """Return an input as text."""
    return example.input if isinstance(example.input, str) else canonical(example.input)


def choose(glance: Glance, candidates: int, pair: tuple[int, int], *, seed: int, text_of: TextOf) -> dict[int, Chosen]:
    """Return the examples by their number: where the pair differs first, then where anybody does, then by the seed.

    As many as `report.html` would try to hold: so much text, counted as it counts, and no more than 50,000 of them.
    """
    lengths = np.bincount(glance.examples, glance.lengths, len(glance.ids)).astype(np.int64)
    # An example has one target, and its first row tells it.
    first = np.unique(glance.examples, return_index=True)[1]
    lengths += glance.target_lengths[first].astype(np.int64)
    chosen: dict[int, Chosen] = {}
    room = MOST_RAW
    for rank, example in enumerate(_order(glance, candidates, pair, seed)[:MOST_EXAMPLES].tolist()):
        name = glance.ids[example].as_py()
        text = text_of(name)
        room -= int(lengths[example]) + (0 if text is None else min(len(text), MOST_CHARACTERS))
        if room < 0 and chosen:
            break
        chosen[example] = Chosen(id=name, rank=rank, input=text)
    return chosen


def _order(glance: Glance, candidates: int, pair: tuple[int, int], seed: int) -> Any:
    digests = bytearray()
    for name in glance.ids:
        digests += hashlib.sha256(f"{seed}|{name}".encode("utf-8", "replace")).digest()
    words = np.array(digests, dtype=np.uint8).view(">u8").reshape(-1, 4)
    return np.lexsort((*words.T[::-1], _levels(glance, candidates, pair)))


def _levels(glance: Glance, candidates: int, pair: tuple[int, int]) -> Any:
    """Return by example whether the pair disagrees, somebody does, or nobody."""
    worths = np.full((len(glance.ids), max(candidates, 1)), np.nan)
    worths[glance.examples, glance.places] = glance.worth
    left, right = worths[:, pair[0]], worths[:, pair[1]]
    disagree = ~((left == right) | (np.isnan(left) & np.isnan(right)))
    lowest = np.where(np.isnan(worths), np.inf, worths).min(axis=1)
    highest = np.where(np.isnan(worths), -np.inf, worths).max(axis=1)
    return np.where(highest <= lowest, SAME, np.where(disagree, DISAGREE, DIFFER))


def rows_of(glance: Glance, chosen: Mapping[int, Chosen]) -> Any:
    """Return where in the glance the rows of the chosen examples stand, ascending."""
    wanted = np.zeros(len(glance.ids), dtype=bool)
    wanted[list(chosen)] = True
    return np.flatnonzero(wanted[glance.examples])


def first_answers(glance: Glance) -> list[tuple[int, int]]:
    """Return (row, candidate's place) of each candidate's first answer, in the order of the file."""
    answered = np.flatnonzero(~glance.errors.astype(bool))
    places, at = np.unique(glance.places[answered], return_index=True)
    return sorted((int(glance.rows[answered[one]]), int(place)) for place, one in zip(places, at, strict=True))
