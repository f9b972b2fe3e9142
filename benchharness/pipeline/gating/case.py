"""One proposal with all that it's judged by: bundle, suites, data, and the verdict made again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from benchharness.digests import file_hash
from benchharness.errors import BenchError, EvidenceError, MistakesError, SetupError
from benchharness.gate.bundle import Bundle, read_bundle
from benchharness.goldenset.facts import labels_of, without
from benchharness.goldenset.reading import read_examples
from benchharness.pipeline.deciding.evidence import expected_of
from benchharness.pipeline.deciding.verdict import Decided
from benchharness.pipeline.gating.bundle import Measured, conclude_bundle, measured_of
from benchharness.pipeline.gating.facts import facts_again
from benchharness.pipeline.gating.scope import Scope
from benchharness.pipeline.gating.stored import StoredRun, believed, stored_run
from benchharness.pipeline.loading.files import files_of, scorer_files
from benchharness.pipeline.loading.leakage import find_leakage, learned_from
from benchharness.pipeline.loading.policy import BARS, policy_hash, read_suite_text, suite_of
from benchharness.records.example import ExampleSet
from benchharness.records.json_form import to_json
from benchharness.records.leakage import Leakage
from benchharness.records.proposal import Proposal
from benchharness.records.run import RunRecord
from benchharness.records.suite import DataSource, Suite
from benchharness.suite.proposal_reading import ProposalFile

__all__ = ["Case", "Data", "bars_that_differ", "case_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """The golden set and the training data as they lie here today."""

    golden: ExampleSet | None
    """None when it isn't here, or can't be read offline."""
    why_not: str = ""
    """Why the golden set wasn't read."""
    gone: tuple[str, ...] = ()
    """Files of the data that this pull request takes away."""
    elsewhere: tuple[str, ...] = ()
    """Candidates trained on data a gate doesn't fetch."""
    pool: ExampleSet | None = None
    """The suite's training pool; None when it isn't here."""
    files: Mapping[str, str] = field(default_factory=dict)
    """`sha256:...` of the candidates' own files, by path from the suite."""
    training: ExampleSet | None = None
    """The proposal's own training data; None when it isn't here."""
    training_digest: str = ""
    """`sha256:...` of its file."""
    labels: tuple[str, ...] = ()
    """Targets of golden set and pool, when they are a closed list: scorers are told them."""
    leakage: Leakage | None = None
    """What of the golden set stands in what may be learned from; None when nobody could look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything a proposal is judged by."""

    file: ProposalFile
    """The proposal."""
    suite_path: Path
    """Its suite's file."""
    suite_shown: str
    """The same from the root."""
    own: Suite
    """The suite as the run had it."""
    head: Suite
    """The suite as it lies here."""
    base: Suite | None
    """The suite as the base commit has it; None without a base, or when it's new."""
    asked: Suite
    """What is decided by: the bars of the base, the facts of the case as they lie here."""
    bundle: Bundle
    """The evidence, with the run's own record where that lies in the base or here."""
    stored: StoredRun | None
    """The run itself, by the digest of its rows; None when it lies nowhere, or came with this pull request."""
    contradicted: tuple[str, ...]
    """What the bundle's record says otherwise than the run's own."""
    own_record: str
    """Where the run's own record lies; empty when it doesn't."""
    bundle_folder: Path
    """Where it lies."""
    measured: Measured
    """Its outcomes."""
    record: RunRecord
    """The run's record with every fact made again that can be."""
    data: Data
    """Golden set and training data."""
    exam: tuple[str, ...]
    """What of the exam itself this pull request changes: golden set, seed, candidates taken away."""
    weakened: tuple[str, ...]
    """Candidates and prompts that the base has otherwise."""
    again: Decided
    """The run's own verdict, made again from the bundle."""
    decided: Decided
    """The verdict the proposal is judged by."""

    @property
    def proposal(self) -> Proposal:
        """Return what the file says."""
        return self.file.record

    @property
    def policy(self) -> Suite:
        """Return the suite whose bars count."""
        return self.base or self.head


def case_of(file: ProposalFile, path: Path, scope: Scope) -> Case:
    """Return a proposal's case.

    Raises EvidenceError when the evidence isn't what it claims to be or can't be decided from, MistakesError or SetupError
    when the suite can't be read.
    """
    suite_path = _within(scope, path, file, "problem.suite", file.record.problem.suite)
    shown = scope.shown(suite_path)
    head = _suite(suite_path, shown)
    base = scope.suite_at_base(shown)
    asked = head if base is None else _with_bars(head, base)
    folder = _within(scope, path, file, "evidence.bundle", file.record.evidence.bundle)
    bundle = read_bundle(folder, file.record.evidence.digest, shown=scope.shown(folder))
    data = _data(file, path, head, suite_path, scope)
    stored = stored_run(bundle, scope)
    try:
        bundle, contradicted, own_record = believed(bundle, stored, scope.shown(folder), scope)
        own = suite_of(bundle.record)
        _sized(bundle)
        record = facts_again(bundle.record, own, bundle.rows, golden=data.golden, pool=data.pool)
        measured = measured_of(bundle.examples, bundle.rows, record, own)
        again = conclude_bundle(record, measured)
        decided = _decided(record, measured, own=own, asked=asked, data=data, again=again)
    except (BenchError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # The bundle's own files were read from a pull request: whatever they break is theirs.
        told = f"{scope.shown(folder)} can't be decided from: {type(error).__name__}: {error}"
        raise EvidenceError(told, name="run.json") from error
    return Case(
        file=file, suite_path=suite_path, suite_shown=shown, own=own, head=head, base=base, asked=asked,
        bundle=bundle, stored=stored, contradicted=contradicted, own_record=own_record,
        bundle_folder=folder, measured=measured, record=record, data=data, again=again, decided=decided,
        exam=tuple(_exam(head, base, suite_path, scope)), weakened=tuple(_otherwise(head, base)),
    )  # fmt: skip


def _data(file: ProposalFile, path: Path, suite: Suite, suite_path: Path, scope: Scope) -> Data:
    """Return golden set and training data as they lie here, and what leaks between them."""
    golden, why_not = _golden(suite, suite_path, scope)
    whole = _pool(suite, suite_path, scope)
    training, digest = _training(file, path, scope, suite=suite, suite_path=suite_path, pool=whole)
    pool = without(whole, golden) if whole and golden and suite.training_pool and suite.training_pool.exclude_golden else whole
    tuned = [entry for entry in suite.candidates if entry.trained_on is not None]
    local = [entry for entry in tuned if entry.trained_on is not None and _here(entry.trained_on, suite_path, scope)]
    found = Data(
        golden=golden,
        why_not=why_not,
        gone=tuple(_gone(file, path, suite, suite_path, scope)),
        elsewhere=tuple(entry.name for entry in tuned if entry not in local),
        pool=pool,
        files=files_of(suite, suite_path.parent),
        training=training,
        training_digest=digest,
    )
    if golden is None:
        return found
    sources = [*learned_from(pool, local, folder=suite_path.parent, seed=suite.seed), *([] if training is None else [training])]
    leakage = find_leakage(golden, _once(sources), seed=suite.seed)
    labels = labels_of(*[golden] if pool is None else [golden, pool])
    return replace(found, labels=labels, leakage=leakage if leakage.checked else None)


def _here(source: DataSource, suite_path: Path, scope: Scope) -> bool:
    """Tell whether data is a file of this repository; a gate fetches nothing from elsewhere."""
    if source.path is None:
        return False
    whole = scope.inside(suite_path.parent / source.path)
    return whole is not None and whole.is_file()


def _gone(file: ProposalFile, path: Path, suite: Suite, suite_path: Path, scope: Scope) -> Iterator[str]:
    """Yield data files this pull request takes away: what isn't there can't be looked at."""
    named = [source.path for source in (suite.golden_set, suite.training_pool) if source is not None and source.path is not None]
    stated = file.record.training_data
    paths = [*(suite_path.parent / each for each in named), *([path.parent / stated.path] if stated is not None and stated.path else [])]
    for shown in dict.fromkeys(scope.shown(each) for each in paths if not each.is_file()):
        if scope.text_at_base(shown) is not None:
            yield shown


def _decided(record: RunRecord, measured: Measured, *, own: Suite, asked: Suite, data: Data, again: Decided) -> Decided:
    """Return the verdict under the bars that count, with today's look at leaks; the one at hand when nothing differs."""
    recorded, fresh = record.facts.leakage, data.leakage
    leaks = fresh if fresh is not None and (set(fresh.leaked), fresh.golden) != (set(recorded.leaked), recorded.golden) else None
    same = asked.decision == own.decision and policy_hash(asked) == policy_hash(own)
    return again if same and leaks is None else conclude_bundle(record, measured, suite=asked, leakage=leaks)


def _exam(head: Suite, base: Suite | None, suite_path: Path, scope: Scope) -> Iterator[str]:
    """Yield what of the exam differs from the base commit's: whoever writes the exam anew may not sit it in the same pull request."""
    if base is None:
        return
    for name in ("golden_set", "seed", "repeat"):
        if getattr(head, name) != getattr(base, name):
            yield f"`{name}`"
    for source in (head.golden_set, base.golden_set):
        named = scope.shown(suite_path.parent / source.path) if source is not None and source.path is not None else ""
        if named and named in (scope.changed or ()):
            yield named
            break
    # The suite's text stays the same when a scorer of one's own is rewritten.
    scored_by = dict.fromkeys(scope.shown(suite_path.parent / name) for suite in (head, base) for name in scorer_files(suite))
    yield from (f"the scorer {name}" for name in scored_by if name in (scope.changed or ()))
    there = {entry.name for entry in head.candidates}
    yield from (f"the candidate {entry.name}, taken away" for entry in base.candidates if entry.name not in there)


def _otherwise(head: Suite, base: Suite | None) -> Iterator[str]:
    if base is None:
        return
    candidates = {entry.name: entry for entry in head.candidates}
    yield from (f"the candidate {each.name}" for each in base.candidates if each.name in candidates and candidates[each.name] != each)
    yield from (f"the prompt {name}" for name, each in base.prompts.items() if head.prompts.get(name) != each)


def _sized(bundle: Bundle) -> None:
    """Refuse a record that speaks of more examples than the bundle has, before anything is made of their number."""
    expected = expected_of(bundle.record)
    asked = [expected] if isinstance(expected, int) else list(expected.values())
    planned = 0 if bundle.record.facts.stopping is None else bundle.record.facts.stopping.planned
    most = max([*asked, planned], default=0)
    if not 0 < most <= len(bundle.examples):
        raise ValueError(f"its record speaks of {most} examples, and it has {len(bundle.examples)}")


def _with_bars(head: Suite, base: Suite) -> Suite:
    """Return the suite as it lies here with the base's bars: a pull request states its case, and not what is good enough."""
    names = {each.name for each in fields(base.decision)} & {*BARS, "thresholds", "target_reason"}
    bars: Mapping[str, Any] = {name: getattr(base.decision, name) for name in names}
    return replace(head, decision=replace(head.decision, **bars), scorers=base.scorers, match_at=base.match_at, seed=base.seed)


def _within(scope: Scope, path: Path, file: ProposalFile, key: str, named: str) -> Path:
    whole = scope.inside(path.parent / named)
    if whole is None:
        raise MistakesError([file.places.mistake(key, f"{named!r} leads out of the repository", "keep it beside the proposal")])
    return whole


def _suite(path: Path, shown: str) -> Suite:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError("the proposal's suite can't be read", file=shown, hint="name it in `problem.suite`") from error
    return read_suite_text(text, Path(shown))


def _golden(suite: Suite, suite_path: Path, scope: Scope) -> tuple[ExampleSet | None, str]:
    source = suite.golden_set
    if source is None or source.path is None:
        return None, "the suite names no file" if source is None else f"it lies on the hub, pinned to revision {source.revision}"
    if scope.inside(suite_path.parent / source.path) is None:
        return None, "it lies outside the repository, or behind a link"
    try:
        return read_examples(source, folder=suite_path.parent, seed=suite.seed, role="golden set"), ""
    except SetupError as error:
        return None, str(error)


def _pool(suite: Suite, suite_path: Path, scope: Scope) -> ExampleSet | None:
    source = suite.training_pool
    if source is None or not _here(source, suite_path, scope):
        return None
    return read_examples(source, folder=suite_path.parent, seed=suite.seed, role="training pool")


def _training(
    file: ProposalFile, path: Path, scope: Scope, *, suite: Suite, suite_path: Path, pool: ExampleSet | None
) -> tuple[ExampleSet | None, str]:
    """Return the proposal's training data and its digest; MistakesError names what's wrong with it."""
    stated = file.record.training_data
    if stated is None or not stated.path:
        return None, ""
    whole = _within(scope, path, file, "training_data.path", stated.path)
    if not whole.is_file():
        return None, ""
    source = suite.training_pool
    plain = source is not None and source == DataSource(path=source.path)
    if plain and pool is not None and whole == (suite_path.parent / str(source and source.path)).resolve():
        return pool, file_hash(whole)
    try:
        found = read_examples(DataSource(path=stated.path), folder=path.parent, seed=0, role="training data")
    except SetupError as error:
        mistake = file.places.mistake("training_data.path", str(error), error.hint)
        raise MistakesError([mistake]) from error
    return found, file_hash(whole)


def _once(sources: list[ExampleSet]) -> list[ExampleSet]:
    """Return each set once: the training data is often the pool itself."""
    return list({each.fingerprint: each for each in reversed(sources)}.values())[::-1]


def bars_that_differ(mine: Suite, theirs: Suite) -> list[str]:
    """Return the bars, by key, in which two suites differ."""
    decision = [f"decision.{name}" for name in (*BARS, "thresholds") if getattr(mine.decision, name) != getattr(theirs.decision, name)]
    others = [name for name in ("scorers", "match_at") if to_json(getattr(mine, name)) != to_json(getattr(theirs, name))]
    return decision + others
