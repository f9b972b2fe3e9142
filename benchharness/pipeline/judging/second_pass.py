"""The second pass of a run whose scorers ask models: judges are asked like candidates, and their grades are the scores."""

import json
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from benchharness import numbers
from benchharness.errors import SetupError
from benchharness.interfaces import Provider
from benchharness.pipeline.asking.ask import Asked, Limit, Listener, ask
from benchharness.pipeline.asking.jobs import Cast, make_cast
from benchharness.pipeline.asking.replay import Answers
from benchharness.pipeline.asking.stopping import make_monitor
from benchharness.pipeline.judging.calibration import judge_facts
from benchharness.pipeline.judging.judgements import given_by, judgements_of
from benchharness.pipeline.judging.questions import Docket, Given, docket_of, grades_of
from benchharness.pipeline.loading.run_folder import RunFolder
from benchharness.pipeline.loading.scorers import judged_scorers, judges_of, primary_judged
from benchharness.pipeline.loading.suite import Loaded
from benchharness.pipeline.marking.recipe import recipe_of
from benchharness.pipeline.marking.table import marked_table
from benchharness.providers.context import Replayed
from benchharness.records.answer import Answer, AnswerStatus
from benchharness.records.comparison import Stopping
from benchharness.records.example import Example
from benchharness.records.judge import Judgement, JudgeQuestion
from benchharness.records.policy_words import TargetIs
from benchharness.records.request import Message, Request, Role
from benchharness.records.row import Row
from benchharness.records.run import RunRecord
from benchharness.records.run_facts import JudgeFacts, JudgingFacts
from benchharness.records.score import Grades, Mark, Parsed, Score, Unscored
from benchharness.records.suite import CandidateEntry, Extract, ScorerEntry, Suite
from benchharness.results.judgements import write_judgements
from benchharness.results.marked_table import read_run_table
from benchharness.results.reading import read_rows
from benchharness.results.writing import write_table
from benchharness.runner.budget import Ledger
from benchharness.runner.job import Job, Progress
from benchharness.runner.journal import Journal
from benchharness.runner.pace import CHARACTERS_PER_TOKEN
from benchharness.runner.store import ResponseStore, Stored, request_key
from benchharness.scorers import make_rubric
from benchharness.scorers.extracting import extract
from benchharness.scorers.grading import read_grade
from benchharness.scorers.rubrics import Rubric, prompted

__all__ = [
    "Judged",
    "expected_jobs",
    "judge_jobs",
    "judge_run",
    "judges_cast",
    "stops_at",
    "stored_grades",
    "told_of_judging",
    "with_grades",
]

NO_GRADE = "its reply holds no grade of the scale asked for"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How the judging of a run ended."""

    asked: Asked
    """How the asking ended."""
    judging: Mapping[str, JudgingFacts]
    """Questions, grades and dollars by scorer, for the run's record; empty when it was ended by a signal."""
    judge: JudgeFacts | None
    """What people say of the one that decides; None where none does."""
    first_failure: str = ""
    """The first reason an answer has no grade."""


class Finds(Protocol):
    """What knows stored answers."""

    def find(self, keys: Sequence[str]) -> Mapping[str, Stored]:
        """Return those it has, by key."""
        ...


def judges_cast(loaded: Loaded, environment: Mapping[str, str], *, require_all: bool, replayed: Replayed | None = None) -> Cast:
    """Return who judges, and who can't; SetupError when the scorer that decides would have no judge, before anything is paid for."""
    suite = loaded.suite
    cast = make_cast(loaded, suite.judges, environment, require_all=require_all, replayed=replayed)
    primary = primary_judged(suite)
    for each in cast.skipped if primary is not None else ():
        if primary is not None and each.candidate in judges_of(primary):
            told = f"the judge {each.candidate} can't be asked: {each.reason}, and its scorer {primary.label!r} decides"
            raise SetupError(told, hint=each.hint)
    return cast


def stops_at(suite: Suite, chosen: Stopping) -> tuple[Stopping, str]:
    """Return when a run may stop early, and why not as chosen: where a judge decides nothing is scored before all is asked.

    The default, `curtail`, gives way where the target is of mean scores; `group` and `anytime` are refused there.
    """
    primary = primary_judged(suite)
    if primary is None and chosen is Stopping.CURTAIL and suite.decision.target_is is TargetIs.MEAN:
        return (
            Stopping.NONE,
            "Every example was asked (--stop none): the target is of mean scores, and only counted matches can stop a run.",
        )
    if primary is None or chosen is Stopping.NONE:
        return chosen, ""
    told = f"Every example was asked (--stop none): the score {primary.label!r} is a judge's, so there was nothing to look at on the way."
    return Stopping.NONE, told


def told_in_two(hears: Listener, suite: Suite) -> Listener:
    """Return a listener that doesn't hear of an answer as not measured because its judge hasn't been asked yet."""
    if primary_judged(suite) is None:
        return hears

    def progress(each: Progress) -> None:
        each.missing = each.failures.total()
        hears.progress(each)

    return replace(hears, progress=progress)


def judge_jobs(suite: Suite, cast: Cast, docket: Docket, *, repeat: int = 1, only: Sequence[ScorerEntry] | None = None) -> tuple[Job, ...]:
    """Return the jobs that ask the docket's questions, the longest first: one per scorer and judge."""
    providers = {entry.name: (entry, provider) for entry, provider in cast.providers}
    found = []
    for scorer in judged_scorers(suite) if only is None else only:
        mine = {name: each for name, each in docket.questions.items() if each.scorer == scorer.label}
        rubric = make_rubric(scorer)
        found += [
            _job(suite, scorer, *providers[name], questions=mine, rubric=rubric, repeat=repeat)
            for name in judges_of(scorer)
            if mine and name in providers
        ]
    return tuple(sorted(found, key=lambda job: -len(job.examples)))


def _job(
    suite: Suite,
    scorer: ScorerEntry,
    entry: CandidateEntry,
    provider: Provider,
    *,
    questions: Mapping[str, JudgeQuestion],
    rubric: Rubric,
    repeat: int,
) -> Job:
    def build(example: Example, repeat: int) -> Request:
        return judge_request(rubric, questions[example.id], entry, name=example.id, repeat=repeat)

    def mark(example: Example, answer: Answer) -> Mark:
        return _mark(rubric, questions[example.id], answer)

    return Job(
        candidate=entry.name,
        prompt=scorer.label,
        path="api",
        model=entry.model or "",
        provider=provider,
        examples=[Example(id=name, input="", target=None) for name in questions],
        build=build,
        mark=mark,
        repeat=repeat,
        max_concurrent=entry.max_concurrent or suite.limits.max_concurrent,
        attempts=suite.limits.attempts,
        timeout_s=entry.timeout_s or suite.limits.timeout_s,
        requests_per_minute=entry.requests_per_minute or suite.limits.requests_per_minute or math.inf,
        tokens_per_minute=entry.tokens_per_minute or suite.limits.tokens_per_minute or math.inf,
    )


def judge_request(rubric: Rubric, question: JudgeQuestion, entry: CandidateEntry, *, name: str, repeat: int = 0) -> Request:
    """Return what a judge is asked: the same question, rubric and model are the same request, and so the same stored answer."""
    words = prompted(rubric, question)
    return Request(
        example_id=name,
        input=words.user,
        messages=(Message(role=Role.SYSTEM, content=words.system), Message(role=Role.USER, content=words.user)),
        parameters=entry.parameters,
        response_schema=words.schema,
        repeat=repeat,
    )


def _mark(rubric: Rubric, question: JudgeQuestion, answer: Answer) -> Mark:
    """Return the mark of a judge's reply: its grade as the score, or why it has none."""
    found = grade_of(rubric, question, answer)
    if found is not None:
        said = json.dumps({"grades": found.parsed, "parts": found.parts, "reasons": found.why}, ensure_ascii=False)
        return Mark(status=AnswerStatus.ANSWERED, score=found.value, parsed=said)
    why = NO_GRADE if answer.status is AnswerStatus.ANSWERED else f"its reply was {answer.status.value}"
    return Mark(status=AnswerStatus.UNPARSABLE if answer.status is AnswerStatus.ANSWERED else answer.status, why=why)


def grade_of(rubric: Rubric, question: JudgeQuestion, answer: Answer) -> Score | None:
    """Return the grade of a judge's reply; None of one that was cut off, since what it quoted may stand where its verdict isn't yet."""
    return read_grade(rubric, question, answer.output) if answer.status is AnswerStatus.ANSWERED else None


def judge_run(
    loaded: Loaded, cast: Cast, folder: RunFolder, examples: Mapping[str, Example], answers: Answers, *, limit: Limit, hears: Listener
) -> Judged:
    """Ask the judges about a run's rows, keep what they said, and write their grades into the rows.

    What can't be judged leaves its rows unscored, with the reason.
    """
    suite = loaded.suite
    recipe = recipe_of(loaded)
    docket = docket_of(read_rows(folder.results), judged_scorers(suite), examples, recipe.extracts)
    jobs = judge_jobs(suite, cast, docket)
    asked = Asked()
    with Journal(folder.judging) as journal:
        if jobs:
            monitor = make_monitor(suite, jobs, Stopping.NONE)
            asked = ask(answers.jobs(jobs), cast, answers.store, journal, hears=hears, monitor=monitor, limit=_rest_of(limit))
    if asked.signal is None:
        judgements = list(judgements_of(folder.judging, docket, {each.label: make_rubric(each) for each in judged_scorers(suite)}))
        write_judgements(judgements, folder.judgements)
        grades = grades_of(docket, _absent(suite, cast, docket, given_by(folder.judging)))
        with_grades(folder, examples, grades, loaded)
        folder.judging.unlink()
        facts = {each.label: _facts_of(each, judgements, docket, grades) for each in judged_scorers(suite)}
        judge = judge_facts(loaded, cast, folder.results)
        lost = next((each.reason for each in grades.values() if isinstance(each, Unscored)), "")
        return Judged(asked=asked, judging=facts, judge=judge, first_failure=asked.first_failure or lost)
    return Judged(asked=asked, judging={}, judge=None)


def with_grades(folder: RunFolder, examples: Mapping[str, Example], grades: Grades, loaded: Loaded) -> None:
    """Write the grades into a run's rows."""
    table = marked_table(read_run_table(folder.results), examples, replace(recipe_of(loaded), grades=grades))
    write_table(table, folder.results)


def stored_grades(suite: Suite, cast: Cast, docket: Docket, store: ResponseStore | None) -> Grades:
    """Return the grades the store knows; nobody is asked, and what it doesn't know is unscored."""
    given: dict[str, list[Given]] = defaultdict(list)
    for job in judge_jobs(suite, cast, docket):
        for example in job.examples:
            key = request_key(job.provider.wire(job.build(example, 0)), 0)
            found = store.find([key]) if store is not None else {}
            if key not in found:
                why = "the store has no reply of its; `bench run` asks it"
                given[example.id].append(Given(judge=job.candidate, score=None, error=why))
                continue
            answer = found[key].answer
            question = docket.questions[example.id]
            scorer = next(each for each in judged_scorers(suite) if each.label == job.prompt)
            score = grade_of(make_rubric(scorer), question, answer)
            given[example.id].append(Given(judge=job.candidate, score=score, error="" if score is not None else NO_GRADE))
    return grades_of(docket, _absent(suite, cast, docket, given))


def _absent(suite: Suite, cast: Cast, docket: Docket, given: Mapping[str, list[Given]]) -> Mapping[str, list[Given]]:
    """Return what was given, with a word for each judge who couldn't be asked."""
    gone = {each.candidate: each.reason for each in cast.skipped}
    panels = {each.label: [name for name in judges_of(each) if name in gone] for each in judged_scorers(suite)}
    return {
        name: [*given.get(name, ()), *(Given(judge=judge, score=None, error=gone[judge]) for judge in panels[question.scorer])]
        for name, question in docket.questions.items()
    }


def _rest_of(limit: Limit) -> Limit:
    """Return what's left of a run's limits; a ledger belongs to the loop it was used in."""
    ledger = Ledger(limit.ledger.limit_usd, limit.ledger.by_candidate)
    ledger.spent.update(limit.ledger.spent)
    return replace(limit, ledger=ledger)


def _facts_of(entry: ScorerEntry, judgements: Sequence[Judgement], docket: Docket, grades: Grades) -> JudgingFacts:
    mine = [each for each in judgements if each.scorer == entry.label]
    costs = [each.cost_usd for each in mine]
    scored = [value for key, value in grades.items() if key[0] == entry.label]
    known = [each for each in costs if each is not None]
    return JudgingFacts(
        judges=tuple(judges_of(entry)),
        answers=len(scored),
        unscored=sum(isinstance(each, Unscored) for each in scored),
        replies=len(mine),
        cut=sum(bool(each.cut) for each in mine),
        usd=sum(known) if len(known) == len(costs) else None,
        questions=sum(each.scorer == entry.label for each in docket.questions.values()),
    )


def told_of_judging(record: RunRecord, judged: Judged) -> RunRecord:
    """Return a run's record with what its judging took."""
    return replace(record, facts=record.facts.with_judging(judged.judging, judged.judge).with_warnings(_lines(judged.judging)))


def _lines(facts: Mapping[str, JudgingFacts]) -> Iterator[str]:
    """Yield what a reader must know of the judging, a sentence a scorer."""
    for scorer, each in facts.items():
        dollars = "at an unknown price" if each.usd is None else numbers.usd(each.usd)
        told = f"{numbers.listed(each.judges)} judged {numbers.quantity(each.answers, 'answer')} for {scorer!r}"
        lost = f", {numbers.whole(each.unscored)} without a grade" if each.unscored else ""
        cut = f", {numbers.whole(each.cut)} cut for length" if each.cut else ""
        yield f"{told}{lost}{cut}: {dollars}, not counted among the candidates' own costs."


def expected_jobs(loaded: Loaded, cast: Cast, jobs: Sequence[Job], store: Finds, *, guess: bool = True) -> tuple[Job, ...]:
    """Return the judges' jobs for what the candidates' jobs answered; none without judges.

    With `guess` also for what they would at most answer where the store doesn't know it.
    """
    judged = judged_scorers(loaded.suite)
    if not judged:
        return ()
    examples = {each.id: each for job in jobs for each in job.examples}
    # The answers are found in the outputs already.
    docket = docket_of(_rows(jobs, store, recipe_of(loaded).extracts, guess=guess), judged, examples, {})
    return judge_jobs(loaded.suite, cast, docket)


def _rows(jobs: Sequence[Job], store: Finds, extracts: Mapping[str, Extract | None], *, guess: bool) -> Iterator[Row]:
    for job in jobs:
        for example in job.examples:
            for repeat in range(job.repeat):
                request = job.build(example, repeat)
                key = request_key(job.provider.wire(request), repeat)
                stored = store.find([key]).get(key)
                if stored is None and not guess:
                    continue
                # Nobody knows it yet: as long as it may be, and unlike every other's.
                longest = round(request.parameters.max_tokens * CHARACTERS_PER_TOKEN)
                output: str | None = f"{job.candidate} {job.prompt} {repeat} ".ljust(longest, "x")
                status = AnswerStatus.ANSWERED
                if stored is not None:
                    found = extract(stored.answer.output, extracts.get(job.prompt))
                    output = found.text if isinstance(found, Parsed) else None
                    status = job.mark(example, stored.answer).status
                yield Row(candidate=job.candidate, prompt=job.prompt, example_id=example.id, repeat=repeat, output=output, status=status)
