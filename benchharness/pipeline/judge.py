"""The story of `bench judge`: labelled answers are judged, held against the labels, and the calibration is kept beside the suite."""

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchharness import numbers
from benchharness.comparison.held_against import confusion, length_bias, settled_by, share
from benchharness.comparison.kappa import Agreement, cohen_kappa
from benchharness.comparison.labellers import labellers_of
from benchharness.comparison.prediction_powered import FEWEST_LABELS
from benchharness.digests import file_hash, output_hash
from benchharness.errors import InterruptedRunError, SetupError, UsageError
from benchharness.pipeline.asking.ask import Asked, Limit, Listener, ask
from benchharness.pipeline.asking.jobs import Cast
from benchharness.pipeline.asking.limits import limit_of, stopped_at_limit
from benchharness.pipeline.asking.replay import open_answers
from benchharness.pipeline.asking.stopping import make_monitor
from benchharness.pipeline.deciding.verdict import decide_table
from benchharness.pipeline.judging.calibration import calibration_file, identity_of
from benchharness.pipeline.judging.judgements import given_by, judgements_of
from benchharness.pipeline.judging.labels import Answered, Labelled, Labels, read_labels
from benchharness.pipeline.judging.questions import docket_of, grades_of, target_text
from benchharness.pipeline.judging.second_pass import judge_jobs, judges_cast
from benchharness.pipeline.loading.run_folder import RunFolder, newest_run, read_record
from benchharness.pipeline.loading.scorers import judged_scorers, judges_of, primary_judged
from benchharness.pipeline.loading.suite import Loaded, load
from benchharness.pipeline.marking.recipe import recipe_of
from benchharness.providers.environment import read_environment
from benchharness.records.answer import AnswerStatus
from benchharness.records.comparison import RULED_OUT, Interval, Stopping, candidate_key
from benchharness.records.json_form import dumps
from benchharness.records.judge import Calibration, Judgement, LabelledMark, Share
from benchharness.records.row import Row
from benchharness.records.score import Grades, Parsed, Score
from benchharness.records.suite import ScorerEntry
from benchharness.results.reading import read_rows
from benchharness.runner.job import Job
from benchharness.runner.journal import Journal
from benchharness.runner.planning import plan
from benchharness.scorers import make_rubric
from benchharness.scorers.extracting import extract
from benchharness.verdict.thresholds import filled_in

__all__ = ["Calibrated", "CalibrationOptions", "answered_in", "calibrate", "draw_answers", "labels_asked", "scorer_named"]

SCORES = (AnswerStatus.ANSWERED,)
TIE_GRADE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationOptions:
    """What a user chose on the command line."""

    suite: Path
    """The suite file."""
    labels: Path
    """The file of people's marks."""
    run: Path | None = None
    """The run whose answers were labelled; the suite's newest one when unset."""
    out: Path = Path("reports")
    """Where runs lie."""
    scorer: str | None = None
    """The scorer whose judge is held against them; the primary one when unset."""
    repeats: int = 2
    """How often the judge is asked about each answer."""
    budgets: Mapping[str, float] = field(default_factory=dict)
    """US dollars that may be spent, by judge; an empty name stands for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """A judge held against people."""

    calibration: Calibration
    """What was found."""
    path: Path
    """Where it's kept."""
    labels: Labels
    """What people said."""
    decides: bool
    """Whether it agrees well enough to decide, by the suite's thresholds."""
    asks: tuple[float, float, float]
    """The fewest labels, the least kappa and what its interval must lie above."""
    usd: float | None
    """What judging cost; None when a price is unknown."""


def scorer_named(loaded: Loaded, name: str | None) -> ScorerEntry:
    """Return the judged scorer of a name, or the one that decides; UsageError when there is none."""
    judged = judged_scorers(loaded.suite)
    known = ", ".join(each.label for each in judged) or "none: `rubric`, `reference` and `pairwise` ask one"
    if name is None:
        found = primary_judged(loaded.suite) or (judged[0] if len(judged) == 1 else None)
    else:
        found = next((each for each in judged if each.label == name), None)
    if found is None:
        told = "no scorer that decides asks a judge" if name is None else f"no scorer that asks a judge is called {name!r}"
        raise UsageError(told, hint=f"--scorer NAME; the suite's scorers with a judge: {known}", file=loaded.file.path)
    return found


def answered_in(folder: RunFolder | None, loaded: Loaded) -> Answered:
    """Return the answers of a run that could be judged: each candidate's first to each example."""
    examples = frozenset(each.id for each in loaded.golden.examples)
    if folder is None:
        return Answered(examples=examples)
    extracts = recipe_of(loaded).extracts
    texts, asked = {}, set()
    for row in read_rows(folder.results):
        if row.repeat:
            continue
        place = (row.candidate, row.prompt, row.example_id)
        asked.add(place)
        found = None if row.output is None or row.status not in SCORES else extract(row.output, extracts.get(row.prompt))
        if isinstance(found, Parsed):
            texts[place] = found.text
    return Answered(texts=texts, asked=frozenset(asked), examples=examples)


def calibrate(options: CalibrationOptions, hears: Listener | None = None, confirm: Any = None) -> Calibrated:
    """Judge the labelled answers, hold the grades against the labels, and keep what was found beside the suite.

    `confirm` is told the plans before anything is sent, and may raise. The judge's replies go through this folder's store.
    """
    loaded = load(options.suite)
    suite = loaded.suite
    entry = scorer_named(loaded, options.scorer)
    rubric = make_rubric(entry)
    answered = answered_in(newest_run(suite.name, options.out, options.run), loaded)
    labels = read_labels(options.labels, rubric, suite.match_at, answered)
    environment = read_environment(Path.cwd(), options.suite.parent)
    cast = judges_cast(loaded, environment.values, require_all=False)
    gone = [each for each in cast.skipped if each.candidate in judges_of(entry)]
    if gone:
        raise SetupError(f"the judge {gone[0].candidate} can't be asked: {gone[0].reason}", hint=gone[0].hint)
    limit = limit_of(suite, Cast(providers=(), skipped=()), options.budgets, cast)
    examples = {each.id: each for each in loaded.golden.examples}
    docket = docket_of(_rows(labels.answers, answered, entry), [entry], examples, {})
    jobs = judge_jobs(suite, cast, docket, repeat=options.repeats, only=[entry])
    with open_answers(None) as answers, tempfile.TemporaryDirectory() as folder:
        if confirm is not None:
            confirm(loaded, plan(jobs, answers.store))
        path = Path(folder) / "replies.jsonl"
        asked = _ask(jobs, cast, answers.store, path, loaded=loaded, hears=hears or Listener(), limit=limit)
        cut_short = stopped_at_limit(asked.facts, folder=str(options.suite))
        if cut_short is not None:
            raise cut_short
        judgements = list(judgements_of(path, docket, {entry.label: rubric}))
        grades = [grades_of(docket, given_by(path, repeat=each)) for each in range(options.repeats)]
    found = _calibration(loaded, entry, cast, answers=labels.answers, grades=grades, judgements=judgements, labels=options.labels)
    path = calibration_file(options.suite)
    path.write_text(dumps(found), encoding="utf-8")
    asks = tuple(filled_in(suite.decision)[name] for name in ("judge_labels", "judge_kappa", "judge_kappa_low"))
    agrees = found.kappa is not None and found.kappa_interval is not None and found.kappa >= asks[1] and found.kappa_interval.low > asks[2]
    costs = [each.cost_usd for each in judgements]
    known = [each for each in costs if each is not None]
    return Calibrated(
        calibration=found,
        path=path,
        labels=labels,
        decides=agrees and found.labels >= asks[0],
        asks=(asks[0], asks[1], asks[2]),
        usd=sum(known) if len(known) == len(costs) else None,
    )


def _ask(jobs: Sequence[Job], cast: Cast, store: Any, path: Path, *, loaded: Loaded, hears: Listener, limit: Limit) -> Asked:
    with Journal(path) as journal:
        if not jobs:
            return Asked()
        hears.starts(loaded, jobs, cast)
        monitor = make_monitor(loaded.suite, jobs, Stopping.NONE)
        asked = ask(jobs, cast, store, journal, hears=hears, monitor=monitor, limit=limit)
    if asked.signal is not None:
        raise InterruptedRunError("stopped; every reply so far is in the store", hint="the same command goes on where it stopped")
    return asked


def _rows(labelled: Sequence[Labelled], answered: Answered, entry: ScorerEntry) -> Iterator[Row]:
    """Yield the labelled answers as rows, behind those they may be held against."""
    against = str(entry.options.get("against", ""))
    for (candidate, prompt, example_id), text in answered.texts.items():
        if against and against in (candidate, f"{candidate}/{prompt}"):
            yield Row(candidate=candidate, prompt=prompt, example_id=example_id, output=text)
    for each in labelled:
        yield Row(candidate=each.candidate, prompt=each.prompt, example_id=each.example_id, output=each.text, repeat=1 if against else 0)


def _passes(grades: Grades, entry: ScorerEntry, each: Labelled, match_at: float) -> bool | None:
    found = grades.get((entry.label, each.example_id, each.text))
    return found.value >= match_at if isinstance(found, Score) else None


def _calibration(
    loaded: Loaded,
    entry: ScorerEntry,
    cast: Cast,
    *,
    answers: Sequence[Labelled],
    grades: Sequence[Grades],
    judgements: Sequence[Judgement],
    labels: Path,
) -> Calibration:
    suite = loaded.suite
    kept = [each for each in answers if each.human is not None]
    marks = [
        LabelledMark(
            candidate=each.candidate,
            prompt=each.prompt,
            example_id=each.example_id,
            answer=output_hash(each.text),
            human=bool(each.human),
            judged=_passes(grades[0], entry, each, suite.match_at),
        )
        for each in kept
    ]
    # One answer to one example counts once: more copies of it make nobody surer.
    once = {(mark.example_id, mark.answer): (mark, len(each.text)) for mark, each in zip(reversed(marks), reversed(kept), strict=True)}
    both = [(mark, size) for mark, size in once.values() if mark.judged is not None]
    human, judged = (np.array([getattr(mark, name) for mark, _ in both], dtype=bool) for name in ("human", "judged"))
    agreement = cohen_kappa(confusion(human, judged))
    bars = filled_in(suite.decision)
    needed, why = settled_by(agreement, least=bars["judge_kappa"], low=bars["judge_kappa_low"], fewest=int(bars["judge_labels"]))
    long = length_bias(human, judged, [size for _, size in both])
    people = labellers_of([each.marks for each in answers])
    return Calibration(
        suite=suite.name,
        scorer=entry.label,
        judges=judges_of(entry),
        identity=identity_of(suite, entry, cast),
        labels_digest=file_hash(labels),
        confidence=agreement.confidence,
        labels=len(both),
        ungraded=len(once) - len(both),
        agreement=share(int((human == judged).sum()), len(both)),
        prevalence=agreement.prevalence,
        kappa=agreement.kappa,
        kappa_interval=_interval(agreement),
        true_passes=share(int((human & judged).sum()), int(human.sum())),
        false_passes=share(int((~human & judged).sum()), int((~human).sum())),
        people=None if people is None else {name: getattr(people, name) for name in ("labellers", "answers", "agreement", "alpha")},
        drift=_drift(grades, entry, kept, suite.match_at),
        **_positions(judgements) if make_rubric(entry).pairs else {},
        length_bias=None if long is None else long[0],
        length_bias_interval=None if long is None else long[1],
        labels_needed=needed,
        needed_for=why,
        marks=tuple(marks),
    )


def _interval(agreement: Agreement) -> Interval | None:
    if agreement.low is None or agreement.high is None:
        return None
    return Interval(low=agreement.low, high=agreement.high, confidence=agreement.confidence, method="Fleiss-Cohen-Everitt")


def _drift(grades: Sequence[Grades], entry: ScorerEntry, kept: Sequence[Labelled], match_at: float) -> Share | None:
    """Return how many answers that were asked again got another mark."""
    if len(grades) < 2:  # noqa: PLR2004 - asked again
        return None
    marks = [[_passes(each, entry, answer, match_at) for each in grades] for answer in kept]
    known = [[each for each in mine if each is not None] for mine in marks]
    several = [mine for mine in known if len(mine) > 1]
    return share(sum(len(set(mine)) > 1 for mine in several), len(several))


def _positions(judgements: Sequence[Judgement]) -> dict[str, Share]:
    """Return how often another answer won once the order was turned round, and how often the one shown first won."""
    orders: dict[tuple[str, str, str], dict[str, float]] = defaultdict(dict)
    first = decided = 0
    for each in judgements:
        if each.repeat == 0 and each.grade is not None:
            orders[each.judge, each.example_id, each.answer][each.order] = each.grade
            decided += each.grade != TIE_GRADE
            first += each.grade == (1.0 if each.order == "given" else 0.0)
    whole = [each for each in orders.values() if len(each) == 2]  # noqa: PLR2004 - both orders
    return {"order_flips": share(sum(each["given"] != each["swapped"] for each in whole), len(whole)), "first_wins": share(first, decided)}


def draw_answers(suite: Path, *, run: Path | None, out: Path, count: int) -> list[dict[str, Any]]:
    """Return lines for a labels file, their label still null: so many examples at random, by the suite's seed.

    Of each the answers of every candidate that was measured and may be asked: a model of one's own is held against all of them,
    each difference is corrected by examples that are labelled on both sides, and whoever has no label can't be proven against.
    Raises UsageError without a run, and where no example was answered by all of them.
    """
    loaded = load(suite)
    scorer_named(loaded, None)
    folder = newest_run(loaded.suite.name, out, run)
    if folder is None:
        raise UsageError(f"{out} has no run of {loaded.suite.name} to draw answers from", hint="`bench run SUITE` first, or --run RUN")
    comparison = decide_table(folder.results, read_record(folder.run)).comparison
    wanted = {each.key for each in comparison.candidates if each.n and each.path != RULED_OUT}
    texts = answered_in(folder, loaded).texts
    by_example: dict[str, dict[str, tuple[str, str, str]]] = {}
    for (candidate, prompt, example_id), text in texts.items():
        key = candidate_key(candidate, prompt)
        if key in wanted:
            by_example.setdefault(example_id, {})[key] = (candidate, prompt, text)
    whole = sorted(name for name, each in by_example.items() if len(each) >= len(wanted))
    if not whole:
        answered = {key for each in by_example.values() for key in each}
        silent = f"; {numbers.listed(sorted(wanted - answered))} has none" if wanted - answered else ""
        raise UsageError(f"no example has an answer of every candidate that could be judged{silent}", hint="ask again what is missing")
    random = np.random.default_rng(loaded.suite.seed)
    chosen = [whole[at] for at in random.permutation(len(whole))[:count]]
    examples = {each.id: each for each in loaded.golden.examples}
    lines = []
    for name in chosen:
        for candidate, prompt, text in by_example[name].values():
            shown = {"input": examples[name].text, "target": target_text(examples[name].target), "output": text, "label": None}
            lines.append({"example_id": name, "candidate": candidate, "prompt": prompt, **shown})
    return [lines[at] for at in random.permutation(len(lines))]


def labels_asked(lines: Sequence[Mapping[str, Any]], count: int) -> str:
    """Return how many labels drawn lines ask for, of whom, and whether that is enough of each; `count` examples were wished for."""
    names = list(dict.fromkeys(candidate_key(str(each["candidate"]), str(each["prompt"])) for each in lines))
    examples = len({str(each["example_id"]) for each in lines})
    few = "" if examples >= count else f" Only {numbers.whole(examples)} examples have an answer of every one."
    enough = f"Of each candidate {FEWEST_LABELS} are needed before a one-way door may rest on it"
    told = enough if examples >= FEWEST_LABELS else f"{enough}, so {FEWEST_LABELS - examples} examples more"
    return (
        f"{numbers.quantity(len(lines), 'answer')} to mark: the same {numbers.quantity(examples, 'example')} of "
        f"{numbers.quantity(len(names), 'candidate')} ({numbers.listed(sorted(names), most=len(names))}).{few} {told}; "
        "whoever has fewer can't be proven better or worse than anybody."
    )
