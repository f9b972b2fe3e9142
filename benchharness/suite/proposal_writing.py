"""Write the proposal a person finishes: what the run knows is filled in, what only people know is left open and says so."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap

from benchharness.records.suite import Decision

__all__ = ["Beginning", "proposal_text"]

WIDTH = 110


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What a run and its suite know of a proposal."""

    id: str
    """Its name."""
    created: str
    """The day, ISO 8601."""
    valid_until: str
    """A day by which to look again."""
    suite: str
    """The suite, relative to the proposal."""
    decision: Decision
    """The suite's policy."""
    metric: str
    """The primary scorer's name."""
    smallest_useful_gain: float
    """The policy's threshold of that name."""
    kind: str
    """What is asked for."""
    base_model: str
    """The model it starts from; empty for none."""
    candidate: str
    """The suite's candidate that stands for it; empty for none."""
    training_data: str
    """What it's trained on, relative to the proposal; empty for none."""
    training_digest: str
    """`sha256:...` of it."""
    training_examples: int | None
    """Examples in it."""
    tried: tuple[str, ...]
    """What was tried."""
    bundle: str
    """The evidence's folder, relative to the proposal."""
    digest: str
    """Of its manifest."""
    verdict: str
    """What the evidence says, in a sentence."""


def proposal_text(beginning: Beginning) -> str:
    """Return a proposal's YAML; it can be read as it is, and the gate says what's still open."""
    return "\n".join(_lines(beginning)) + "\n"


def _lines(beginning: Beginning) -> Iterator[str]:
    decision = beginning.decision
    yield "# yaml-language-server: $schema=../proposal.schema.json"
    yield "# Begun by `bench propose`. Lines with TODO are yours; numbers are the suite's, and the gate refuses others."
    for line in wrap(f"The evidence says: {_comment(beginning.verdict)}", WIDTH):
        yield f"# {line}"
    yield f"id: {beginning.id}"
    yield 'title: "TODO: what is asked for, in a line"'
    yield 'owner: "TODO: who answers for it"'
    yield f"created: {beginning.created}"
    yield "problem:"
    yield f"  suite: {_quoted(beginning.suite)}"
    yield '  statement: "TODO: what goes wrong today, and for whom"'
    yield f"  metric: {_quoted(beginning.metric)}"
    yield f"  target: {json.dumps(decision.accuracy_target)}"
    yield f"  target_reason: {_quoted(decision.target_reason or 'TODO: where the target comes from')}"
    yield f"  smallest_useful_gain: {json.dumps(beginning.smallest_useful_gain)}    # less than this nobody would notice"
    yield "intervention:"
    yield f"  kind: {beginning.kind}    # trial, lora, qlora, full, dpo, distill, hosted-fine-tune or self-host"
    if beginning.base_model:
        yield f"  base_model: {_quoted(beginning.base_model)}"
    if beginning.candidate:
        yield f"  candidate: {_quoted(beginning.candidate)}    # the suite's candidate that stands for it"
    yield from _training(beginning)
    yield from _case(decision)
    if beginning.tried:
        yield "tried:"
        yield from (f"  - {{strategy: {each}}}" for each in beginning.tried)
    yield 'expected: "TODO: what you expect, written before the run"'
    yield "stop_if:"
    yield '  - "TODO: what would end it"'
    yield f"evidence: {{bundle: {_quoted(beginning.bundle)}, digest: {_quoted(beginning.digest)}}}"
    yield "recheck: {every_days: 90}"
    yield "# A reviewer adds the decision, as the last commit of the pull request:"
    yield "# decision:"
    yield "#   outcome: rejected        # approved, rejected or deferred"
    yield '#   by: ["@lead"]'
    yield f"#   date: {beginning.created}"
    yield "#   reason: Why, in a sentence."
    yield f"#   valid_until: {beginning.valid_until}"
    yield "#   evidence: sha256:...     # the evidence's digest, from above"
    yield "#   applies_to: []           # paths that need this decision alive, e.g. training/resume/**"


def _training(beginning: Beginning) -> Iterator[str]:
    if not beginning.training_data:
        return
    yield "training_data:"
    yield f"  path: {_quoted(beginning.training_data)}"
    yield f"  digest: {_quoted(beginning.training_digest)}"
    if beginning.training_examples is not None:
        yield f"  examples: {beginning.training_examples}"
    yield '  license: "TODO"'
    yield "  # contains_personal_data: false"


def _case(decision: Decision) -> Iterator[str]:
    plan, volume, privacy, latency = decision.fine_tune, decision.volume, decision.privacy, decision.latency
    if plan is not None and plan.training_cost_usd is not None:
        yield f"costs: {{training_usd: {json.dumps(plan.training_cost_usd)}}}"
    if volume is not None:
        yield f"traffic: {{requests_per_month: {volume.requests_per_month}}}"
    stated = {
        "data_may_leave": None if privacy is None else privacy.data_may_leave,
        "offline": None if privacy is None else privacy.offline,
        "latency_p95_s": None if latency is None else latency.p95_s,
    }
    known = [f"{name}: {json.dumps(value)}" for name, value in stated.items() if value is not None]
    if known:
        yield f"constraints: {{{', '.join(known)}}}"


def _quoted(text: str) -> str:
    """Return a text as a double-quoted scalar: JSON's escapes are YAML's, and what YAML folds or refuses is escaped as well."""
    return "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in json.dumps(text, ensure_ascii=False)).replace(
        "##[", "#\\u0023["
    )


def _comment(text: str) -> str:
    return "".join(each if each.isprintable() else " " for each in text).replace("##[", "# #[")
