"""What a suite means once `extends`, shorthands and defaults are filled in."""

import re
from dataclasses import fields, replace
from typing import Any

from benchharness.records.provider_traits import traits_here
from benchharness.records.suite import CandidateEntry, CandidatePath, Pick, Prompt, Shots, Strategy, Suite

__all__ = ["candidate_path", "parse_gap_rule", "resolve_prompts"]

GAP_RULE = re.compile(r"\s*([0-9]{1,9})\s+of\s+([0-9]{1,9})\s*")


def resolve_prompts(suite: Suite) -> dict[str, Prompt]:
    """Return every prompt with what it extends filled in, its shots as Shots and its strategy named."""
    return {name: _finished(_extended(suite, name)) for name in suite.prompts}


def candidate_path(entry: CandidateEntry) -> CandidatePath:
    """Return an entry's path: as said, else `classical` for scikit-learn, `fine-tuned` with an adapter, `api`."""
    if entry.path is not None:
        return entry.path
    if traits_here(entry.model).classical:
        return CandidatePath.CLASSICAL
    return CandidatePath.FINE_TUNED if entry.adapter is not None else CandidatePath.API


def parse_gap_rule(text: str) -> tuple[int, int]:
    """Return (k, n) of `k of n`; ValueError with what's wrong."""
    match = GAP_RULE.fullmatch(text)
    if match is None:
        raise ValueError(f"expected `k of n`, such as 44 of 50, got {text!r}")
    k, n = int(match[1]), int(match[2])
    if not 0 < k <= n:
        raise ValueError(f"{k} of {n} can't be: the first must be at least 1 and at most the second")
    return k, n


def _extended(suite: Suite, name: str) -> Prompt:
    """Follow `extends` to its end, the nearest word winning; the reader has refused cycles and unknown names."""
    chain = [suite.prompts[name]]
    while chain[-1].extends is not None:
        chain.append(suite.prompts[chain[-1].extends])
    found: dict[str, Any] = {}
    for prompt in reversed(chain):
        own = {each.name: getattr(prompt, each.name) for each in fields(Prompt)}
        found.update({key: value for key, value in own.items() if value is not None})
    return Prompt(**found)


def _finished(prompt: Prompt) -> Prompt:
    shots = Shots(k=prompt.shots) if isinstance(prompt.shots, int) else prompt.shots
    return replace(prompt, shots=shots, strategy=prompt.strategy or _strategy(prompt, shots))


def _strategy(prompt: Prompt, shots: Shots | None) -> Strategy:
    if prompt.response_schema is not None:
        return Strategy.STRUCTURED
    if shots is None:
        return Strategy.ZERO_SHOT
    return Strategy.RETRIEVAL if shots.pick is Pick.NEAREST else Strategy.FEW_SHOT
