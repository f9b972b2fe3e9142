"""When a run may stop asking: looks after blocks of the seeded shuffle, and what each rule makes of them."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from benchharness.comparison.compare import compare
from benchharness.comparison.curtailing import CountSoFar, stoppable, undecided
from benchharness.comparison.sequential import group_p_values
from benchharness.errors import UsageError
from benchharness.goldenset.facts import target_counts
from benchharness.goldenset.finding import Places
from benchharness.pipeline.deciding.evidence import questions_of
from benchharness.pipeline.loading.effort import path_of
from benchharness.records.comparison import Comparison, Questions, Stopping, candidate_key
from benchharness.records.evidence import Evidence
from benchharness.records.example import Example
from benchharness.records.outcomes import Outcomes, Whole
from benchharness.records.policy_words import TargetIs
from benchharness.records.row import Row
from benchharness.records.run_facts import StoppingFacts
from benchharness.records.suite import Suite
from benchharness.results.outcomes import LONGEST_TARGET_LIST, coded
from benchharness.runner.job import Job
from benchharness.verdict.decide import decisions, enough_evidence
from benchharness.verdict.thresholds import filled_in

__all__ = ["Monitor", "blocks", "make_monitor"]

GROUP_LOOKS = 5
# Blocks of a curtailed and of an anytime run, and the fewest examples in one: each ends with a wait for the slowest answer.
CURTAIL_BLOCKS, ANYTIME_BLOCKS, LEAST_IN_BLOCK = 10, 20, 10

EvidenceOf = Callable[[Comparison], Evidence]


def make_monitor(suite: Suite, jobs: Sequence[Job], rule: Stopping) -> "Monitor":
    """Return what watches a run; UsageError when the rule can't be used with the suite."""
    thresholds = filled_in(suite.decision)

    def evidence_of(comparison: Comparison) -> Evidence:
        plan = suite.decision.fine_tune
        labelled = None if plan is None else plan.labelled_examples
        return Evidence(suite=suite.name, decision=suite.decision, thresholds=thresholds, comparison=comparison, labelled_examples=labelled)

    # Who may not be asked stands for nothing, and must stop nobody.
    paths = {entry.name: path_of(entry, suite) for entry in suite.candidates}
    placed = [replace(job, path=paths.get(job.candidate, job.path)) for job in jobs]
    return Monitor(
        rule,
        placed,
        questions_of(suite),
        evidence_of,
        guess_margin=thresholds["trivial_margin"],
        slices=bool(suite.decision.protected_slices),
    )


def blocks(rule: Stopping, n: int) -> list[int]:
    """Return where each block of examples ends; the last one ends with the last example."""
    if rule is Stopping.NONE or n == 0:
        return [n]
    if rule is Stopping.GROUP:
        return sorted({max(1, round(n * look / GROUP_LOOKS)) for look in range(1, GROUP_LOOKS + 1)})
    size = max(LEAST_IN_BLOCK, -(-n // (ANYTIME_BLOCKS if rule is Stopping.ANYTIME else CURTAIL_BLOCKS)))
    return [*range(size, n, size), n]


@dataclass(slots=True)
class _Marks:
    """What one job's rows said so far."""

    measured: int = 0
    matched: int = 0
    codes: "array[int]" = field(default_factory=lambda: array("q"))
    values: "array[int]" = field(default_factory=lambda: array("b"))


class Monitor:
    """Hears of every row, looks after every block, and remembers what the record needs.

    A block is complete before the look, so that what's looked at is a prefix of the seeded shuffle whatever the order in which
    answers came back; latency goes with difficulty, and the quick answers alone would flatter.
    """

    def __init__(
        self,
        rule: Stopping,
        jobs: Sequence[Job],
        questions: Questions,
        evidence_of: EvidenceOf,
        *,
        guess_margin: float,
        slices: bool = False,
    ) -> None:
        self.rule = rule
        self.jobs = jobs
        examples = jobs[0].examples if jobs else ()
        self.planned = len(examples)
        self.ends = blocks(rule, self.planned)
        self.looks = 0
        self.stopped: dict[int, int] = {}
        self._questions = questions
        self._evidence_of = evidence_of
        self._guess_margin = guess_margin
        self._slices = slices
        self._codes = Places(examples)
        self._targets = target_counts(examples, most=LONGEST_TARGET_LIST)
        self._marks = {(job.candidate, job.prompt): _Marks() for job in jobs}
        self._clusters = _clusters(examples)
        self._independent = self._clusters is None and all(job.repeat == 1 for job in jobs)
        if rule is Stopping.ANYTIME and not self._independent:
            # The bets of an anytime test count every answer for one independent example.
            raise UsageError(
                "--stop anytime needs one answer per independent example", hint="with clusters or repeats take --stop curtail or group"
            )
        if rule is not Stopping.NONE and questions.target_is is TargetIs.MEAN:
            raise UsageError(f"--stop {rule.value} counts matches, and `decision.target_is` is `mean`", hint="take --stop none")
        if rule is Stopping.GROUP:
            group_p_values(GROUP_LOOKS, alpha=round(1 - questions.confidence, 12))

    def hears(self, row: Row) -> None:
        """Take note of a row."""
        if self.rule is Stopping.NONE:
            return
        marks = self._marks[row.candidate, row.prompt]
        marks.measured += row.matched is not None
        marks.matched += bool(row.matched)
        marks.codes.append(self._codes[row.example_id])
        marks.values.append(-1 if row.matched is None else int(row.matched))

    def look(self, done: int) -> frozenset[int]:
        """Return the places of the jobs that aren't asked on after `done` examples of each."""
        self.looks += 1
        live = [at for at in range(len(self.jobs)) if at not in self.stopped]
        if done < self.planned and self.rule is not Stopping.NONE:
            for at in self._stops(live, done):
                self.stopped[at] = done
        return frozenset(self.stopped)

    def reopened(self) -> frozenset[int]:
        """Return the places of the jobs that were put off and must be asked on after all; they count as asked from here on.

        A curtailed run leaves out what can't change the verdict, and whether it can is known once everybody else is through.
        """
        if self.rule is not Stopping.CURTAIL or not self.stopped:
            return frozenset()
        outcomes = list(self._outcomes(self.planned))
        everything = np.array([self._codes[each.id] for each in self.jobs[0].examples], dtype=np.int64)
        unasked = {at: everything[done:] for at, done in self.stopped.items()}
        found = set(self.stopped)
        # Clusters and repeats have no single worst case, and slices a decision each: there whoever was put off is asked.
        if self._independent and not self._slices:
            found = undecided(outcomes, unasked, self._questions, lambda each: decisions(self._evidence_of(each)))
        for at in found:
            del self.stopped[at]
        return frozenset(found)

    def _stops(self, live: Sequence[int], done: int) -> set[int]:
        if self.rule is Stopping.CURTAIL:
            found = stoppable(
                [self._tally(job) for job in self.jobs],
                self._questions,
                independent=self._independent,
                guess_rate=self._guess_rate(),
                guess_margin=self._guess_margin,
            )
            return found & set(live)
        comparison = compare(list(self._outcomes(done)), self.questions_now(), plan=False)
        return set(live) if enough_evidence(self._evidence_of(comparison)) else set()

    def questions_now(self) -> Questions:
        """Return the questions as they are asked at this look: a group design spends only part of its error at each."""
        asked = replace(self._questions, stopping=self.rule, planned=self.planned)
        if self.rule is not Stopping.GROUP:
            return asked
        nominal = group_p_values(len(self.ends), alpha=round(1 - asked.confidence, 12))[max(self.looks, 1) - 1]
        return replace(asked, confidence=1 - nominal)

    def record(self) -> StoppingFacts | None:
        """Return what `run.json` keeps of it; None for a run that could not stop."""
        if self.rule is Stopping.NONE:
            return None
        asked = {candidate_key(job.candidate, job.prompt): self.stopped.get(at, self.planned) for at, job in enumerate(self.jobs)}
        return StoppingFacts(
            rule=self.rule.value,
            planned=self.planned,
            looks=self.looks,
            confidence=self.questions_now().confidence,
            asked=asked,
            targets=self._targets,
        )

    def _tally(self, job: Job) -> CountSoFar:
        marks = self._marks[job.candidate, job.prompt]
        return CountSoFar(path=job.path, matched=marks.matched, measured=marks.measured, planned=job.total)

    def _outcomes(self, done: int) -> Iterator[Outcomes]:
        for at, job in enumerate(self.jobs):
            marks = self._marks[job.candidate, job.prompt]
            codes = np.array(marks.codes, dtype=np.int64)
            yield Outcomes(
                candidate=job.candidate,
                prompt=job.prompt,
                path=job.path,
                codes=codes,
                matched=np.array(marks.values, dtype=np.int8),
                clusters=None if self._clusters is None else self._clusters[codes],
                expected=min(done, self.stopped.get(at, done)),
            )

    def _guess_rate(self) -> float | None:
        return max(self._targets.values()) / sum(self._targets.values()) if self._targets else None


def _clusters(examples: Iterable[Example]) -> Whole | None:
    """Return the cluster of each example as a number, -1 for one that stands alone; None when all of them do."""
    found = coded(each.cluster for each in examples)
    return found.codes.astype(np.int64) if len(found.texts) < int((found.codes >= 0).sum()) else None
