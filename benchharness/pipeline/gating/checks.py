"""Is the evidence what it claims to be: policy, suite, golden set, training data, totals, the verdict written beside it."""

import json
import math
from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import Any

from benchharness import __version__, numbers
from benchharness.digests import text_hash
from benchharness.gate.claiming import Claim, claims, tried
from benchharness.gate.repository import SHORT
from benchharness.goldenset.fingerprint import content_digest
from benchharness.goldenset.reading import asking_order
from benchharness.goldenset.slicing import slices_of
from benchharness.pipeline.deciding.evidence import expected_of
from benchharness.pipeline.gating.bundle import shown_target
from benchharness.pipeline.gating.case import Case, bars_that_differ
from benchharness.pipeline.gating.facts import facts_that_differ, wrong_costs, wrong_totals
from benchharness.pipeline.gating.scope import Scope
from benchharness.pipeline.loading.policy import policy_hash
from benchharness.records.bundle import BundleRow
from benchharness.records.comparison import candidate_key
from benchharness.records.example import Example, ExampleSet
from benchharness.records.gate import Check, CheckStatus, Outcome
from benchharness.records.json_form import to_json
from benchharness.verdict.thresholds import filled_in

__all__ = ["evidence_checks"]

# What of a suite decides what was asked and how it was marked; the rest may change without making the answers others.
MATERIAL = ("golden_set", "training_pool", "prompts", "candidates", "scorers", "match_at", "seed", "repeat")
# Another machine's arithmetic may differ in the last digits, and no verdict hangs on them.
CLOSE = 1e-6
RERUN = "Run the suite again, then: bench propose {id} --from RUN --force."


def evidence_checks(case: Case, scope: Scope) -> Iterator[Claim]:
    """Yield every check of the evidence, each with the key of the proposal it's about."""
    yield from _belongs(case)
    yield from _record(case)
    yield from _policy(case, scope)
    yield from _suite(case)
    yield from _golden(case)
    yield from _asked(case)
    yield from _training(case)
    yield from _facts(case)
    yield from _totals(case)
    yield from _verdict(case)
    gain = filled_in(case.policy.decision)["smallest_useful_gain"]
    metric = next(each.label for each in case.policy.scorers if each.primary) if case.policy.scorers else "exact"
    yield from claims(case.proposal, case.asked.decision, metric=metric, smallest_useful_gain=gain)
    yield from tried(case.proposal, case.decided.evidence.effort, case.bundle.manifest.run)


def _failed(key: str, name: str, sentence: str, remedy: str = "", outcome: Outcome = Outcome.MISMATCH) -> Claim:
    return Claim(key=key, check=Check(name=name, status=CheckStatus.FAILED, sentence=sentence, remedy=remedy, outcome=outcome))


def _passed(key: str, name: str, sentence: str, status: CheckStatus = CheckStatus.PASSED) -> Claim:
    return Claim(key=key, check=Check(name=name, status=status, sentence=sentence))


def _belongs(case: Case) -> Iterator[Claim]:
    manifest, record, proposal = case.bundle.manifest, case.bundle.record, case.proposal
    key = "evidence.bundle"
    if manifest.proposal != proposal.id:
        told = f"The evidence was made for {manifest.proposal}, not for {proposal.id}."
        yield _failed(key, "evidence", told, f"Make its own: bench propose {proposal.id} --from RUN.")
    says = {
        "suite": record.suite,
        "policy_hash": record.policy_hash,
        "golden_set": record.golden_set.get("fingerprint"),
        "started_at": record.started_at,
    }
    differs = [name for name, value in says.items() if getattr(manifest, name) != value]
    if differs:
        yield _failed(key, "evidence", f"Its manifest and its run.json differ in {numbers.listed(differs)}.", RERUN.format(id=proposal.id))
    if text_hash(record.suite_text) != record.suite_hash or case.own.name != record.suite:
        yield _failed(key, "evidence", "The suite's text in its run.json isn't the one its hash was made of.", RERUN.format(id=proposal.id))
    elif policy_hash(case.own, record.facts.files) != record.policy_hash:
        told = "The suite's text in its run.json isn't the one its policy hash was made of."
        yield from _remade(case, key, "evidence", told, "Other defaults hash otherwise.")
    if not record.complete or not case.bundle.rows:
        yield _failed(key, "evidence", "The run wasn't finished.", RERUN.format(id=proposal.id))
    names = {(each.candidate, each.path) for each in case.bundle.rows}
    strange = sorted(f"{name} ({path})" for name, path in names if name not in {entry.name for entry in case.own.candidates})
    if strange:
        yield _failed(key, "evidence", f"Its rows are of {numbers.listed(strange)}, which the run's suite doesn't have.")
    yield _passed(key, "evidence", f"Every file of the bundle is the one its manifest names; the run is {manifest.run}.")


def _record(case: Case) -> Iterator[Claim]:
    """Hold the bundle's record against the run's own, where that lies in the base commit or here."""
    if case.contradicted:
        told = f"Its run.json differs from {case.own_record} in {numbers.listed(case.contradicted, most=8)}; that one is believed."
        yield _failed("evidence.bundle", "record", told, "Make the bundle from the run again.")
    elif case.own_record:
        yield _passed("evidence.bundle", "record", f"Its run.json says what {case.own_record} says.")


def _policy(case: Case, scope: Scope) -> Iterator[Claim]:
    key = "problem.suite"
    differs = bars_that_differ(case.own, case.policy)
    where = f"the policy of {scope.base[:SHORT]}" if case.base is not None else "the suite's policy as it lies here"
    if differs:
        told = f"The run was made under another policy than {where}: {numbers.listed(differs)}."
        remedy = "Merge what the base has and run again; to change the policy itself, use a pull request of its own first."
        yield _failed(key, "policy", told, remedy)
    else:
        yield _passed(key, "policy", f"The run was made under {where}.")
    if scope.base and case.base is None:
        told = f"{case.suite_shown} is new in this pull request, so its bars were never looked at before: they need an owner's eye."
        yield _passed(key, "policy", told, CheckStatus.TOLD)
    if case.base is not None:
        # Where the base went on by itself, the pull request changed nothing.
        changed = bars_that_differ(case.head, case.base) if case.suite_shown in (scope.changed or ()) else []
        if changed:
            told = f"This pull request changes the policy ({numbers.listed(changed)}); it's judged by that of {scope.base[:SHORT]}."
            yield _passed(key, "policy", told, CheckStatus.TOLD)
        stated = _stated(case)
        if stated:
            told = f"This pull request states facts of the case anew: {numbers.listed(stated)}. The verdict reads them as they stand here."
            yield _passed(key, "facts", told, CheckStatus.TOLD)


def _stated(case: Case) -> list[str]:
    """Return the facts of the case that a pull request changes: they are no bars, and money may hang on them."""
    base, head = to_json(case.policy.decision), to_json(case.asked.decision)
    return [f"decision.{name}" for name in base if base[name] != head[name]]


def _suite(case: Case) -> Iterator[Claim]:
    differs = [name for name in MATERIAL if to_json(getattr(case.own, name)) != to_json(getattr(case.head, name))]
    if differs:
        told = f"{case.suite_shown} isn't what was run: {numbers.listed(differs, most=8)} changed since."
        yield _failed("problem.suite", "suite", told, RERUN.format(id=case.proposal.id))
    else:
        yield _passed("problem.suite", "suite", f"{case.suite_shown} asks what was asked: the same candidates, prompts, data and scorers.")


def _golden(case: Case) -> Iterator[Claim]:
    data, record = case.data, case.bundle.record
    rerun = RERUN.format(id=case.proposal.id)
    for each in data.gone:
        told = f"{each} is taken away in this pull request, so nobody can look at it."
        yield _failed("problem.suite", "golden-set", told, "Leave the data where it was.")
    if data.golden is None:
        yield _passed("problem.suite", "golden-set", f"The golden set isn't compared: {data.why_not}.", CheckStatus.NOT_CHECKED)
        return
    if data.golden.fingerprint != record.golden_set["fingerprint"]:
        yield _failed("problem.suite", "golden-set", _changed(case, data.golden), rerun)
        return
    if slices_of(data.golden, case.own.decision.protected_slices) != record.facts.slices:
        told = "The golden set's metadata puts other examples into the protected slices than the run did."
        yield _failed("problem.suite", "golden-set", told, rerun)
    now = {each.id: (content_digest(each), _shown(each, case), each.cluster or "") for each in data.golden.examples}
    then = {each.example_id: (each.digest, each.target, each.cluster) for each in case.bundle.examples}
    other = sorted(name for name, what in then.items() if not _same_example(what, now.get(name)))
    if other:
        told = f"The bundle's examples aren't the golden set's: {numbers.listed(other)}."
        yield _failed("evidence.bundle", "golden-set", told, rerun)
    else:
        told = f"The golden set is the one that was asked: {numbers.quantity(len(data.golden), 'example')}."
        yield _passed("problem.suite", "golden-set", told)


def _shown(example: Example, case: Case) -> str:
    if example.target is None:
        return ""
    return shown_target(example.target if isinstance(example.target, str) else json.dumps(example.target, ensure_ascii=False), case.own)


def _same_example(then: tuple[str, str, str], now: tuple[str, str, str] | None) -> bool:
    """Tell whether a bundle's example is the golden set's; one that never got a row knows its digest alone."""
    if now is None or then[0] != now[0]:
        return False
    return then[1:] in (now[1:], ("", ""))


def _changed(case: Case, golden: ExampleSet) -> str:
    now = {each.id: content_digest(each) for each in golden.examples}
    then = {each.example_id: each.digest for each in case.bundle.examples if each.digest}
    changed = sorted(name for name, digest in then.items() if now.get(name, digest) != digest)
    gone, new = sorted(set(then) - set(now)), sorted(set(now) - set(then))
    # With a limit not all of them were asked: what wasn't is no news.
    new = new if len(then) == int(case.bundle.record.golden_set.get("examples", 0)) else []
    parts = [f"{word}: {numbers.listed(ids)}" for word, ids in (("changed", changed), ("gone", gone), ("new", new)) if ids]
    return f"The golden set isn't the one that was asked{': ' if parts else ''}{'; '.join(parts)}."


def _asked(case: Case) -> Iterator[Claim]:
    """Check that each candidate has the rows a run asks in this order, so that none that speaks against it is left out."""
    golden, record = case.data.golden, case.bundle.record
    if golden is None or golden.fingerprint != record.golden_set["fingerprint"]:
        return
    order = [each.id for each in asking_order(golden, case.own.seed)]
    count = int(record.golden_set["asked"])
    expected = expected_of(record)
    found: dict[tuple[str, str], set[str]] = {}
    for row in case.bundle.rows:
        found.setdefault((row.candidate, row.prompt), set()).add(row.example_id)
    wrong = [
        candidate_key(*key)
        for key, ids in found.items()
        if ids != set(order[: expected if isinstance(expected, int) else expected.get(candidate_key(*key), 0)])
    ]
    if {each.example_id for each in case.bundle.examples} != set(order[:count]) or wrong:
        of = f" of {numbers.listed(wrong)}" if wrong else ""
        told = f"The rows{of} aren't of the examples a run asks: the first of one shuffle by the suite's seed."
        yield _failed("evidence.bundle", "asked", told, RERUN.format(id=case.proposal.id))


def _facts(case: Case) -> Iterator[Claim]:
    """Check what the record says of the run against suite, rows and data."""
    key, rerun = "evidence.bundle", RERUN.format(id=case.proposal.id)
    wrong = facts_that_differ(case.bundle.record, case.record)
    if wrong:
        told = f"Its run.json says otherwise than suite, rows and data: {numbers.listed(wrong)}. It's judged by what they say."
        yield from _remade(case, key, "facts", told)
    stopping = case.bundle.record.facts.stopping
    confidence = None if stopping is None else stopping.confidence
    if confidence is not None and confidence < case.own.decision.confidence - CLOSE:
        told = f"Its run.json asks for a confidence of {confidence:g}; the policy asks for {case.own.decision.confidence:g}."
        yield _failed(key, "facts", told, rerun)
    costly = wrong_costs(case.own, case.bundle.rows)
    if costly:
        told = f"What {numbers.listed(costly)} cost isn't the suite's price times their tokens."
        yield _failed(key, "facts", told, rerun)
    measured = case.bundle.record.facts.files
    other = sorted(name for name in {*measured, *case.data.files} if measured.get(name) != case.data.files.get(name))
    if other:
        told = f"{numbers.listed(other)} isn't the file that was measured."
        yield _failed("intervention.candidate", "files", told, f"Measure what is shipped. {rerun}")
    elif measured:
        told = f"{numbers.listed(sorted(measured))} is the file that was measured."
        yield _passed("intervention.candidate", "files", told)


def _training(case: Case) -> Iterator[Claim]:
    stated, data = case.proposal.training_data, case.data
    if data.elsewhere:
        told = f"What {numbers.listed(data.elsewhere)} learned from isn't in this repository, so it wasn't searched for golden examples."
        yield _passed("training_data", "training-data", told, CheckStatus.NOT_CHECKED)
    if stated is None or not stated.path:
        told = "The proposal names no training data, so only the suite's pool was searched for golden examples."
        yield _passed("training_data", "training-data", told, CheckStatus.NOT_CHECKED)
        return
    if data.training is None:
        told = f"{stated.path} isn't here, so it wasn't searched for golden examples."
        yield _passed("training_data.path", "training-data", told, CheckStatus.NOT_CHECKED)
        return
    if not stated.digest or stated.digest != data.training_digest:
        told = f"{stated.path} is {data.training_digest[:19]}..., the proposal names {stated.digest[:19] or 'no digest'}."
        yield _failed("training_data.digest", "training-data", told, "State the file's own digest, and measure what was trained on it.")
    elif stated.examples is not None and stated.examples != len(data.training):
        told = f"{stated.path} holds {numbers.quantity(len(data.training), 'example')}, the proposal says {numbers.whole(stated.examples)}."
        yield _failed("training_data.examples", "training-data", told, "State how many there are.")
    else:
        found = numbers.quantity(len(data.training), "example")
        yield _passed("training_data.path", "training-data", f"{stated.path} is the file the proposal names: {found}.")


def _totals(case: Case) -> Iterator[Claim]:
    """Check the totals a verdict reads of money and time against the rows they were made from."""
    rows: dict[tuple[str, str], list[BundleRow]] = {}
    for row in case.bundle.rows:
        rows.setdefault((row.candidate, row.prompt), []).append(row)
    for total in case.bundle.record.totals:
        wrong = wrong_totals(total, rows.get((total.candidate, total.prompt), []))
        if wrong:
            told = f"The totals of {total.key} in its run.json aren't those of its rows: {numbers.listed(wrong, most=8)}."
            yield _failed("evidence.bundle", "totals", told, RERUN.format(id=case.proposal.id))
    if {each.key for each in case.bundle.record.totals} != {each.key for each in case.measured.outcomes}:
        yield _failed(
            "evidence.bundle", "totals", "Its run.json tells totals of other candidates than its rows.", RERUN.format(id=case.proposal.id)
        )


def _verdict(case: Case) -> Iterator[Claim]:
    mine, theirs = to_json(case.again.verdict), case.bundle.verdict
    if case.bundle.manifest.made_by != __version__:
        # Rules, sentences and fields are another version's own; none of them is believed, and none is an edit.
        said = theirs.get("verdict") if isinstance(theirs, dict) else None
        told = f"verdict.json is {_maker(case)}'s and isn't compared{f' (it says {said})' if isinstance(said, str) else ''}"
        yield _passed("evidence.bundle", "verdict", f"{told}; made again: {mine['verdict']}.", CheckStatus.TOLD)
        return
    differs = [name for name, look in LOOKS.items() if not _same(look(mine), _looked(look, theirs))]
    if differs:
        told = f"verdict.json isn't the verdict of this evidence: it differs in {numbers.listed(differs)}; recomputed: {mine['verdict']}."
        yield _failed("evidence.bundle", "verdict", told, RERUN.format(id=case.proposal.id))
    else:
        yield _passed("evidence.bundle", "verdict", f"Recomputed from {numbers.quantity(len(case.bundle.rows), 'row')}: the same verdict.")


def _maker(case: Case) -> str:
    made = case.bundle.manifest.made_by
    return f"version {made[:40]}" if made else "an older version"


def _remade(case: Case, key: str, name: str, told: str, why: str = "") -> Iterator[Claim]:
    """Yield that something was made again and came out otherwise: an edit, unless another version made it."""
    ran = str(case.bundle.record.versions.get("benchharness", "unknown"))
    others = [each for each in (ran, case.bundle.manifest.made_by) if each != __version__]
    if others:
        told = " ".join(filter(None, [told, f"It was made by {f'version {others[0][:40]}' if others[0] else 'an older version'}.", why]))
        yield _passed(key, name, told, CheckStatus.TOLD)
    else:
        yield _failed(key, name, told, RERUN.format(id=case.proposal.id))


def _findings(verdict: Any) -> Any:
    return [[each[name] for name in ("rule", "status", "proof", "measured", "threshold")] for each in verdict["findings"]]


# Words may be set otherwise by another version; what was decided, and on what, may not.
LOOKS: dict[str, Callable[[Any], Any]] = {
    **{
        name: itemgetter(name)
        for name in ("verdict", "grounds", "flags", "door", "policy_hash", "confidence", "best_prompt", "best_fine_tuned", "best_classical")
    },
    "findings": _findings,
}


def _looked(look: Callable[[Any], Any], verdict: Any) -> Any:
    try:
        return look(verdict)
    except (KeyError, TypeError, IndexError):
        return None


def _same(mine: Any, theirs: Any) -> bool:
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return mine.keys() == theirs.keys() and all(_same(mine[key], theirs[key]) for key in mine)
    if isinstance(mine, list) and isinstance(theirs, list):
        return len(mine) == len(theirs) and all(_same(one, other) for one, other in zip(mine, theirs, strict=True))
    if isinstance(mine, float) and isinstance(theirs, int | float) and not isinstance(theirs, bool):
        return math.isclose(mine, theirs, rel_tol=CLOSE, abs_tol=CLOSE)
    return type(mine) is type(theirs) and mine == theirs
