"""Begin a proposal from a run: the file a person finishes, and the evidence bundle it rests on."""

import codecs
import json
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from benchharness.digests import file_hash
from benchharness.errors import UsageError
from benchharness.gate.bundle import FILES, MANIFEST
from benchharness.goldenset.facts import without
from benchharness.goldenset.reading import read_examples
from benchharness.pipeline.deciding.verdict import EXPLORATORY, Decided, decide_table
from benchharness.pipeline.gating.bundle import make_bundle
from benchharness.pipeline.loading.files import files_of
from benchharness.pipeline.loading.leakage import find_leakage, learned_from
from benchharness.pipeline.loading.policy import load_suite, policy_hash
from benchharness.pipeline.loading.run_folder import open_run
from benchharness.records.example import ExampleSet
from benchharness.records.leakage import Leakage
from benchharness.records.proposal import Kind, Proposal
from benchharness.records.run import RunRecord
from benchharness.records.suite import DataSource, Suite
from benchharness.records.verdict import Verdict
from benchharness.suite.proposal_reading import ID, read_proposal
from benchharness.suite.proposal_writing import Beginning, proposal_text
from benchharness.suite.record_reading import parse_record, read_text
from benchharness.suite.resolving import candidate_path

__all__ = ["ProposeOptions", "Proposed", "propose"]

# What a decision is suggested to hold.
DAYS = 90
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
# What YAML's reader counts as one, kept so that the file can be put together again.
LINE_BREAK = re.compile("(\r\n|[\r\n\x85\u2028\u2029])")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeOptions:
    """What a user chose on the command line."""

    id: str
    """The proposal's name."""
    run: Path
    """A finished run's directory."""
    out: Path = Path("suites/proposals")
    """The folder it's written to."""
    suite: Path | None = None
    """The suite, where the run's record doesn't lead to it."""
    kind: Kind | None = None
    """What is asked for; told from the best fine-tune when unset."""
    training_data: Path | None = None
    """What it would be trained on; the suite's training pool when unset."""
    force: bool = False
    """Whether evidence that's there already is renewed; what people wrote stays as it is."""
    today: str
    """The day, ISO 8601."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What was written."""

    proposal: Path
    """The file."""
    bundle: Path
    """The evidence's folder."""
    size: int
    """Bytes of the bundle."""
    renewed: bool
    """Whether the file was there, and only its evidence was renewed."""
    decided: bool
    """Whether it holds a decision, which was made on the evidence before."""
    verdict: str
    """What the evidence says."""


def propose(options: ProposeOptions) -> Proposed:
    """Write a proposal and its evidence; UsageError when it's there already, or the run or its suite can't be found."""
    if not ID.fullmatch(options.id):
        raise UsageError(f"{options.id!r} can't name a proposal", hint="letters, digits, dots, - and _, e.g. FT-0007")
    run, record = open_run(options.run, finished=True)
    path = options.out / f"{options.id}.yaml"
    there = path.exists()
    if there and not options.force:
        raise UsageError("is there already", hint="another ID, or --force to renew its evidence and nothing else", file=path)
    before = parse_record(Proposal, read_text(path, noun="proposal"), path=path).record.decision if there else None
    suite_path = _suite_path(options, record)
    suite = load_suite(suite_path).suite
    if policy_hash(suite, files_of(suite, suite_path.parent)) != record.policy_hash:
        hint = "run the suite again: the gate refuses evidence that was made under another policy"
        raise UsageError("its policy isn't the one the run was made under", hint=hint, file=suite_path)
    training = _training(options, suite, suite_path)
    bundle = options.out / "evidence" / options.id
    digest = make_bundle(
        run,
        record,
        bundle,
        proposal=options.id,
        suite_file=_from(options.out, suite_path),
        leakage=_leakage(suite, suite_path, training),
        training_data="" if training is None else file_hash(training),
    )
    _keep_bytes(bundle.parent)
    decided = decide_table(run.results, record)
    if there:
        _renew(path, digest)
    else:
        begun = _beginning(options, decided, suite=suite, suite_path=suite_path, training=training, digest=digest)
        path.write_text(proposal_text(begun), encoding="utf-8")
        read_proposal(path)
    size = sum((bundle / name).stat().st_size for name in (MANIFEST, *FILES))
    return Proposed(proposal=path, bundle=bundle, size=size, renewed=there, decided=before is not None, verdict=_said(decided.verdict))


def _said(verdict: Verdict) -> str:
    chosen = ", exploratory: chosen with answers at hand" if EXPLORATORY in verdict.flags else ""
    return verdict.verdict.value + chosen


def _from(folder: Path, path: Path) -> str:
    """Return a path as a file in `folder` would name it."""
    start, end = folder.resolve().parts, path.resolve().parts
    shared = next((at for at, (one, other) in enumerate(zip(start, end, strict=False)) if one != other), min(len(start), len(end)))
    return "/".join([*[".."] * (len(start) - shared), *end[shared:]])


def _keep_bytes(folder: Path) -> None:
    """Keep git from changing line ends where digests are of bytes."""
    path = folder / ".gitattributes"
    if not path.exists():
        path.write_text("* -text\n", encoding="utf-8")


def _suite_path(options: ProposeOptions, record: RunRecord) -> Path:
    path = options.suite or Path(record.suite_file)
    if not path.is_file():
        raise UsageError("there is no such suite", hint="name it with --suite", file=path)
    return path


def _training(options: ProposeOptions, suite: Suite, suite_path: Path) -> Path | None:
    if options.training_data is not None:
        if not options.training_data.is_file():
            raise UsageError("there is no such training data", file=options.training_data)
        return options.training_data
    pool = suite.training_pool
    own = suite_path.parent / pool.path if pool is not None and pool.path is not None else None
    return own if own is not None and own.is_file() and options.kind is not Kind.SELF_HOST else None


def _leakage(suite: Suite, suite_path: Path, training: Path | None) -> Leakage | None:
    """Return what of the golden set stands in what may be learned from, the proposal's own data included."""
    source = suite.golden_set
    if source is None or source.path is None:
        return None
    golden = read_examples(source, folder=suite_path.parent, seed=suite.seed, role="golden set")
    pool = suite.training_pool
    own = None
    if pool is not None and pool.path is not None:
        own = read_examples(pool, folder=suite_path.parent, seed=suite.seed, role="training pool")
        own = without(own, golden) if pool.exclude_golden else own
    sources: list[ExampleSet] = list(learned_from(own, suite.candidates, folder=suite_path.parent, seed=suite.seed))
    if training is not None:
        sources.append(read_examples(DataSource(path=training.name), folder=training.parent, seed=0, role="training data"))
    found = find_leakage(golden, {each.fingerprint: each for each in reversed(sources)}.values(), seed=suite.seed)
    return found if found.checked else None


def _beginning(
    options: ProposeOptions, decided: Decided, *, suite: Suite, suite_path: Path, training: Path | None, digest: str
) -> Beginning:
    """Return what the run knows of the proposal."""
    best = decided.comparison.result(decided.comparison.best_fine_tuned or decided.comparison.best_self_hosted)
    entry = next((each for each in suite.candidates if best is not None and each.name == best.candidate), None)
    path = None if entry is None else candidate_path(entry).value
    kind = options.kind or (
        Kind.TRIAL if entry is None else Kind.SELF_HOST if path == "self-hosted" else Kind.LORA if entry.adapter else Kind.HOSTED_FINE_TUNE
    )
    primary = next((each.label for each in suite.scorers if each.primary), "exact")
    tried = dict.fromkeys(
        each for effort in decided.evidence.effort if effort.measured and effort.path == "api" for each in effort.strategies
    )
    classical = any(effort.measured and effort.path == "classical" for effort in decided.evidence.effort)
    count = None
    if training is not None:
        count = len(read_examples(DataSource(path=training.name), folder=training.parent, seed=0, role="training data"))
    return Beginning(
        id=options.id,
        created=options.today,
        valid_until=(date.fromisoformat(options.today) + timedelta(days=DAYS)).isoformat(),
        suite=_from(options.out, suite_path),
        decision=suite.decision,
        metric=primary,
        smallest_useful_gain=decided.evidence.thresholds["smallest_useful_gain"],
        kind=kind.value,
        base_model="" if entry is None else entry.base_model or entry.model or "",
        candidate="" if entry is None else entry.name,
        training_data="" if training is None else _from(options.out, training),
        training_digest="" if training is None else file_hash(training),
        training_examples=count,
        tried=(*tried, *(["classical"] if classical else [])),
        bundle=f"evidence/{options.id}",
        digest=digest,
        verdict=decided.verdict.headline,
    )


def _renew(path: Path, digest: str) -> None:
    """Put a new digest into a proposal; nothing else of what people wrote is touched."""
    # What a decision says of the evidence before is for people to renew, so only the file's own form is asked here.
    file = parse_record(Proposal, read_text(path, noun="proposal"), path=path)
    line, column = file.places.values["evidence.digest"]
    parts = LINE_BREAK.split(file.text)
    at = 2 * (line - 1)
    before, found = parts[at][: column - 1], parts[at][column - 1 :]
    if not DIGEST.search(found):
        raise UsageError("its evidence.digest can't be renewed", hint=f"write digest: {json.dumps(digest)}", file=path)
    parts[at] = before + DIGEST.sub(digest, found, count=1)
    mark = codecs.BOM_UTF8 if path.read_bytes().startswith(codecs.BOM_UTF8) else b""
    path.write_bytes(mark + "".join(parts).encode())
