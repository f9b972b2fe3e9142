"""Read a proposal or the gate's policy, or say everything that's wrong with it at once."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from benchharness.errors import Mistake, MistakesError
from benchharness.records.gate_policy import GatePolicy
from benchharness.records.proposal import DecisionOutcome, Proposal
from benchharness.suite.record_reading import RecordFile, parse_record, read_text

__all__ = ["ID", "ProposalFile", "parse_gate_policy", "parse_proposal", "read_proposal"]

ProposalFile = RecordFile[Proposal]

# Safe in a file name, a comment, a table and a shell.
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def read_proposal(path: Path, *, shown: Path | None = None) -> ProposalFile:
    """Return the proposal of a file; MistakesError with every mistake, SetupError when it can't be read."""
    return parse_proposal(read_text(path, noun="proposal", hint="`bench propose ID --from RUN` writes one"), path=shown or path)


def parse_proposal(text: str, *, path: Path) -> ProposalFile:
    """Return the proposal a text describes; `path` is its file, whose name is its id."""
    file = parse_record(Proposal, text, path=path)
    mistakes = [*_name(file), *_dates(file), *_digests(file), *_twice(file), *_decision(file)]
    if mistakes:
        raise MistakesError(sorted(mistakes, key=lambda each: (each.line or 0, each.column or 0)))
    return file


def parse_gate_policy(text: str, *, path: Path) -> RecordFile[GatePolicy]:
    """Return the gate's policy a text describes; MistakesError with every mistake."""
    return parse_record(GatePolicy, text, path=path)


def _name(file: ProposalFile) -> Iterator[Mistake]:
    given = file.record.id
    if not ID.fullmatch(given):
        yield file.places.mistake("id", f"{given[:64]!r} can't name a proposal", "letters, digits, dots, - and _, e.g. FT-0007")
    elif given != file.path.stem:
        yield file.places.mistake("id", f"is {given}, and the file is called {file.path.name}", f"call the file {given}.yaml")


def _dates(file: ProposalFile) -> Iterator[Mistake]:
    proposal = file.record
    found = [("created", proposal.created)]
    found += [(f"waivers[{at}].expires", each.expires) for at, each in enumerate(proposal.waivers)]
    decision = proposal.decision
    if decision is not None:
        found += [("decision.date", decision.date), ("decision.valid_until", decision.valid_until)]
    bad = {key for key, text in found if not _is_day(text)}
    for key, text in found:
        if key in bad:
            yield file.places.mistake(key, f"{text[:40]!r} is no day", "ISO 8601, e.g. 2026-11-21")
    if decision is not None and not bad and decision.valid_until < decision.date:
        yield file.places.mistake("decision.valid_until", f"ends {decision.valid_until}, before it was decided ({decision.date})")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _digests(file: ProposalFile) -> Iterator[Mistake]:
    proposal = file.record
    found = [("evidence.digest", proposal.evidence.digest)]
    if proposal.training_data is not None and proposal.training_data.digest:
        found.append(("training_data.digest", proposal.training_data.digest))
    for key, text in found:
        if not DIGEST.fullmatch(text):
            yield file.places.mistake(
                key, f"{text[:80]!r} is no digest", "sha256:<64 hex digits>; the prefix keeps YAML from reading a number"
            )


def _decision(file: ProposalFile) -> Iterator[Mistake]:
    """Yield what is wrong with a decision: an approval names its evidence and no more than it covers, and nothing is left to do."""
    decision = file.record.decision
    if decision is None:
        return
    digest = file.record.evidence.digest
    approved = decision.outcome is DecisionOutcome.APPROVED
    if decision.evidence and decision.evidence != digest:
        told = f"was made on {decision.evidence[:19]}..., and the proposal's evidence is {digest[:19]}..."
        yield file.places.mistake("decision.evidence", told, "decide on this evidence, and name it")
    elif approved and not decision.evidence:
        yield file.places.mistake("decision", "an approval must name the evidence it was made on", f"add `evidence: {digest}`")
    for at, pattern in enumerate(decision.applies_to):
        first = pattern.removeprefix("./").strip("/").split("/")[0]
        if "*" in first or first in ("", "."):
            told = f"{pattern!r} covers whatever the repository holds"
            yield file.places.mistake(f"decision.applies_to[{at}]", told, "name the folder it's about, e.g. training/resume/**")
    for key, text in _texts(file) if approved else ():
        if text.startswith("TODO"):
            yield file.places.mistake(key, "is still to be done, and the proposal is approved", "finish it, or leave the decision out")


def _texts(file: ProposalFile) -> Iterator[tuple[str, str]]:
    proposal = file.record
    yield from (("title", proposal.title), ("owner", proposal.owner), ("expected", proposal.expected))
    yield from (("problem.statement", proposal.problem.statement), ("problem.target_reason", proposal.problem.target_reason))
    yield from ((f"stop_if[{at}]", each) for at, each in enumerate(proposal.stop_if))
    if proposal.training_data is not None:
        yield "training_data.license", proposal.training_data.license
    if proposal.decision is not None:
        yield "decision.reason", proposal.decision.reason
        yield from ((f"decision.by[{at}]", each) for at, each in enumerate(proposal.decision.by))


def _twice(file: ProposalFile) -> Iterator[Mistake]:
    seen: set[str] = set()
    for at, each in enumerate(file.record.waivers):
        if each.check in seen:
            yield file.places.mistake(f"waivers[{at}].check", f"{each.check!r} is waived twice", "leave one of them out")
        seen.add(each.check)
