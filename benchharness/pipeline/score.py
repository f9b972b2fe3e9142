"""Score a run's stored outputs again under an edited suite; nobody is asked, and the old run isn't touched."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchharness import numbers
from benchharness.digests import text_hash
from benchharness.errors import SetupError, UsageError
from benchharness.goldenset.fingerprint import content_digest
from benchharness.goldenset.slicing import groups_of, slices_of
from benchharness.pipeline.deciding.verdict import Decided
from benchharness.pipeline.judging.stored import grades_again, judge_facts_again
from benchharness.pipeline.loading.files import files_of
from benchharness.pipeline.loading.policy import policy_hash
from benchharness.pipeline.loading.run_folder import RunFolder, new_folder, open_run
from benchharness.pipeline.loading.suite import Loaded, load
from benchharness.pipeline.marking.metric import metric_facts
from benchharness.pipeline.marking.recipe import recipe_of
from benchharness.pipeline.marking.table import marked_table
from benchharness.pipeline.recording.finish import finished, write_verdict
from benchharness.pipeline.recording.first_lines import first_line_warnings
from benchharness.pipeline.recording.page import texts_in
from benchharness.records.example import Example
from benchharness.records.json_form import canonical
from benchharness.records.run import RunRecord
from benchharness.records.run_facts import RescoredFacts
from benchharness.records.score_again import Consistency
from benchharness.results.consistency import consistency_of
from benchharness.results.marked_table import differing, read_run_table
from benchharness.results.totals import marks_hash
from benchharness.results.writing import write_asked, write_table

__all__ = ["Rescored", "ScoreOptions", "score_again"]

MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreOptions:
    """What a user chose on the command line."""

    run: Path
    """The run's directory."""
    suite: Path | None = None
    """The suite to score under; the run's own file, as it lies here now, when unset."""
    out: Path | None = None
    """Where the new run's directory goes; beside the old one when unset."""
    command: tuple[str, ...] = ()
    """The command line, for the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescored:
    """A run scored again."""

    folder: RunFolder
    """The new directory."""
    record: RunRecord
    """What it is."""
    decided: Decided
    """What it says."""
    scored: int
    """Stored outputs that were scored."""
    changed: int
    """Rows whose status or match is another than before."""
    consistency: tuple[Consistency, ...] = field(default_factory=tuple)
    """How often repeats of a question gave the same answer; empty when nothing was asked twice."""


def score_again(options: ScoreOptions) -> Rescored:
    """Score a run's stored outputs under a suite, decide and write a new run directory.

    Raises UsageError for what is no finished run, MistakesError or SetupError for a suite that can't score it.
    """
    old, before = open_run(options.run, finished=True)
    loaded = load(_suite_path(options, before))
    table = read_run_table(old.results)
    by_id = {each.id: each for each in loaded.golden.examples}
    _refuse_strangers(table, by_id, options.run)
    started = datetime.now(UTC)
    marked = marked_table(table, by_id, replace(recipe_of(loaded), grades=grades_again(loaded, old.results, by_id)))
    asked = set(marked["example_id"].to_pylist())
    examples = [each for each in loaded.asked(None) if each.id in asked]
    policy = policy_hash(loaded.suite, files_of(loaded.suite, loaded.file.path.parent))
    folder = new_folder(options.out or options.run.resolve().parent.parent, loaded.suite.name, started, policy + before.results_hash)
    folder.path.mkdir(parents=True)
    write_table(marked, folder.results)
    write_asked(((each.id, content_digest(each)) for each in examples), folder.asked)
    record = _record(before, loaded, command=options.command, old=old, folder=folder, policy=policy)
    facts = record.facts.with_metric(metric_facts(folder.results, examples, recipe_of(loaded), loaded.suite.decision.target_is))
    judge = judge_facts_again(loaded, folder.results)
    # Without judges the old run's word goes, where there was one; a suite with some tells that none decides.
    facts = facts.with_judge(judge) if loaded.suite.judges else replace(facts, judge=judge)
    facts = facts.with_warnings(first_line_warnings(folder.results))
    record = finished(replace(record, facts=facts), folder, recipe_of(loaded))
    decided = write_verdict(record, folder, loaded.suite, texts_in(loaded.places))
    scored, changed = differing(table, marked)
    return Rescored(
        folder=folder, record=record, decided=decided, scored=scored, changed=changed, consistency=consistency_of(folder.results)
    )


def _suite_path(options: ScoreOptions, record: RunRecord) -> Path:
    path = options.suite or Path(record.suite_file)
    if options.suite is None and not path.is_file():
        raise SetupError("the run's suite isn't here", file=record.suite_file, hint="name it with --suite")
    return path


def _refuse_strangers(table: Any, known: Mapping[str, Example], run: Path) -> None:
    ids = table["example_id"].unique().to_pylist()
    strange = [str(each) for each in ids if each not in known]
    if strange:
        told = f"answers {numbers.quantity(len(strange), 'example')} that the suite's golden set hasn't: "
        raise UsageError(told + numbers.listed(strange, most=MOST_NAMED), hint="name the golden set the run asked", file=run)


def _record(before: RunRecord, loaded: Loaded, *, command: tuple[str, ...], old: RunFolder, folder: RunFolder, policy: str) -> RunRecord:
    """Return the old run's record with the new suite in it; who was asked, when and how stays as it was."""
    suite, golden = loaded.suite, loaded.golden
    prompts = {name: text_hash(canonical(prompt)) for name, prompt in loaded.prompts.items()}
    same = (policy, golden.fingerprint) == (before.policy_hash, before.golden_set["fingerprint"])
    changed = not same or marks_hash(folder.results) != marks_hash(old.results)
    rescored = RescoredFacts(
        run=old.path.resolve().name,
        policy_hash=before.policy_hash,
        results_hash=before.results_hash,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        changed=changed,
    )
    facts = before.facts.scored_again(
        rescored,
        files=files_of(suite, loaded.file.path.parent),
        slices=slices_of(golden, suite.decision.protected_slices),
        groups=groups_of(golden, suite.slices),
        targets=loaded.golden_facts.targets,
    )
    told = dict.fromkeys([*facts.warnings, *loaded.warnings, *_warnings(before, loaded, changed=changed)])
    facts = replace(facts, warnings=tuple(told))
    if facts.stopping is not None and golden.fingerprint != before.golden_set["fingerprint"]:
        # They are counts of the old targets; the rows' own count instead.
        facts = replace(facts, stopping=replace(facts.stopping, targets=None))
    return replace(
        before,
        suite=suite.name,
        suite_file=str(loaded.file.path),
        suite_text=loaded.file.text,
        suite_hash=text_hash(loaded.file.text),
        policy_hash=policy,
        golden_set={**before.golden_set, "source": golden.source, "fingerprint": golden.fingerprint, "examples": len(golden)},
        prompts=prompts,
        command=command,
        facts=facts,
    )


def _warnings(before: RunRecord, loaded: Loaded, *, changed: bool) -> Iterator[str]:
    if loaded.golden.fingerprint != before.golden_set["fingerprint"]:
        yield "Scored against another state of the golden set than the one that was asked: answers were given to the old questions."
    stopping = before.facts.stopping
    if changed and stopping is not None and any(each < stopping.planned for each in (stopping.asked or {}).values()):
        yield "The run stopped early where the rest couldn't change the verdict of its own policy; under this one it could have."
