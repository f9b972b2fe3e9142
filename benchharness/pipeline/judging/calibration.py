"""Bind a calibration to the judge it was made with, and to the answers people labelled."""

import json
from pathlib import Path
from typing import Any

from benchharness.digests import output_hash, value_hash
from benchharness.errors import SetupError
from benchharness.pipeline.asking.jobs import Cast
from benchharness.pipeline.deciding.judge import NEVER
from benchharness.pipeline.loading.scorers import judges_of, primary_judged
from benchharness.pipeline.loading.suite import Loaded
from benchharness.pipeline.marking.recipe import recipe_of
from benchharness.records.json_form import from_json
from benchharness.records.judge import Calibration, RunMark
from benchharness.records.request import Message, Request, Role
from benchharness.records.run_facts import JudgeFacts
from benchharness.records.score import Parsed
from benchharness.records.suite import ScorerEntry, Suite
from benchharness.results.reading import read_rows
from benchharness.scorers.extracting import extract

__all__ = ["calibration_file", "identity_of", "judge_facts", "read_calibration"]

# Raised when the words a judge is asked with change, so that an older calibration no longer holds.
WORDS_VERSION = 1


def calibration_file(suite: Path) -> Path:
    """Return where a suite's judge calibration lies: beside it."""
    return suite.with_name(f"{suite.stem}.judge.json")


def read_calibration(path: Path) -> Calibration | None:
    """Return a calibration; None where there is none, SetupError for a file that is none."""
    if not path.is_file():
        return None
    try:
        return from_json(Calibration, json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise SetupError(
            f"is no calibration of a judge: {error}", file=path, hint="`bench judge SUITE --labels FILE` writes one"
        ) from error


def identity_of(suite: Suite, entry: ScorerEntry, cast: Cast) -> str:
    """Return `sha256:...` over all that decides a judge's grades beside the answers.

    Rubric, scale, what passes, and what each judge is sent: endpoint, model, parameters; never a key. Judges that can't be
    asked have no identity, and nothing is calibrated without them.
    """
    providers = {each.name: (each, provider) for each, provider in cast.providers}
    wires: list[Any] = []
    for name in judges_of(entry):
        if name not in providers:
            return ""
        judge, provider = providers[name]
        words = (Message(role=Role.USER, content=""),)
        wires.append(provider.wire(Request(example_id="", input="", messages=words, parameters=judge.parameters)))
    options = {name: value for name, value in entry.options.items() if name != "judge"}
    whole = {"version": WORDS_VERSION, "type": entry.type, "options": options, "match_at": suite.match_at, "judges": wires}
    return value_hash(whole)


def judge_facts(loaded: Loaded, cast: Cast, results: Path) -> JudgeFacts | None:
    """Return what a run's record keeps of the judge that decides: its calibration's marks, and which are of this run's answers.

    None where no judge decides. It holds ids and marks, and no text.
    """
    entry = primary_judged(loaded.suite)
    if entry is None:
        return None
    path = calibration_file(loaded.file.path)
    found = read_calibration(path)
    identity = identity_of(loaded.suite, entry, cast)
    if found is None:
        return JudgeFacts(scorer=entry.label, identity=identity, why_not=NEVER)
    if found.identity != identity or found.scorer != entry.label:
        why = f"{path.name} holds another rubric, scale or model against people"
        return JudgeFacts(scorer=entry.label, identity=identity, why_not=why)
    answers = _answers(results, loaded)
    marks = tuple(
        RunMark.of_mark(each, here=answers.get((each.candidate, each.prompt, each.example_id)) == each.answer) for each in found.marks
    )
    return JudgeFacts(scorer=entry.label, identity=identity, marks=marks, labels_digest=found.labels_digest)


def _answers(results: Path, loaded: Loaded) -> dict[tuple[str, str, str], str]:
    """Return the hash of each candidate's first answer to each example, as it was found in the output."""
    extracts = recipe_of(loaded).extracts
    found = {}
    for row in read_rows(results):
        text = None if row.output is None or row.repeat else extract(row.output, extracts.get(row.prompt))
        if isinstance(text, Parsed):
            found[row.candidate, row.prompt, row.example_id] = output_hash(text.text)
    return found
