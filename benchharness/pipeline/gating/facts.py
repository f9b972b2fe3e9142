"""What of a run's record can be made again from its suite, its rows and the data, is; a record from a pull request proves nothing."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from benchharness.pipeline.gating.bundle import shown_target
from benchharness.pipeline.loading.effort import effort_of
from benchharness.providers.pricing import cost_usd
from benchharness.records.answer import Usage
from benchharness.records.bundle import BundleRow
from benchharness.records.example import ExampleSet
from benchharness.records.json_form import to_json
from benchharness.records.run import RunRecord
from benchharness.records.suite import Suite
from benchharness.suite.resolving import resolve_prompts

__all__ = ["WORD", "facts_again", "facts_that_differ", "wrong_costs"]

WORD = (
    "how often this golden set was looked at, when the run could stop, who was skipped, what it says of its metric "
    "and of its judge, and the prices of its list"
)
"""What nothing here can check: it's the run's own word."""
CLOSE_USD = 1e-9


def facts_again(
    record: RunRecord,
    own: Suite,
    rows: Sequence[BundleRow],
    *,
    golden: ExampleSet | None,
    pool: ExampleSet | None,
) -> RunRecord:
    """Return the record with every fact made again that can be; what the data isn't here for stays as it was written.

    Leaks are no fact of the run: they are looked for again, in what is here today.
    """
    facts = dict(record.facts)
    prompts = resolve_prompts(own)
    asked = {each.candidate for each in rows}
    # Whom the run wasn't to ask at all doesn't stand in its record.
    named = asked | {each["candidate"] for each in facts["effort"]}
    entries = [entry for entry in own.candidates if entry.name in named]
    facts["effort"] = to_json(tuple(effort_of(entry, prompts, measured=entry.name in asked) for entry in entries))
    plan = own.decision.fine_tune
    if plan is not None and plan.labelled_examples is not None:
        facts["labelled_examples"] = plan.labelled_examples
    elif pool is not None:
        facts["labelled_examples"] = len(pool)
    stopping = facts.get("stopping") or {}
    if golden is not None and stopping.get("targets") and int(record.golden_set["asked"]) == len(golden):
        facts["stopping"] = {**stopping, "targets": _targets(golden, own)}
    return replace(record, facts=facts)


def facts_that_differ(recorded: RunRecord, again: RunRecord) -> list[str]:
    """Return which facts of a record aren't what its suite, its rows and the data make of them."""
    wrong = []
    measured = [{each["candidate"]: each for each in facts["effort"] if each.get("measured")} for facts in (recorded.facts, again.facts)]
    if measured[0] != measured[1]:
        wrong.append("effort")
    if recorded.facts.get("labelled_examples") != again.facts.get("labelled_examples"):
        wrong.append("labelled_examples")
    targets = [(facts.get("stopping") or {}).get("targets") for facts in (recorded.facts, again.facts)]
    if targets[0] != targets[1]:
        wrong.append("targets")
    return wrong


def wrong_costs(own: Suite, rows: Sequence[BundleRow]) -> list[str]:
    """Return candidates whose rows cost something else than the suite's own price makes of their tokens."""
    # What was read from a provider's cache isn't in a bundle, so a price of its own can't be checked.
    prices = {entry.name: entry.price for entry in own.candidates if entry.price and entry.price.cached_usd_per_million is None}
    wrong = []
    for row in rows:
        if row.candidate not in prices or row.cost_usd is None or row.candidate in wrong:
            continue
        expected = cost_usd(Usage(input_tokens=row.input_tokens, output_tokens=row.output_tokens), prices[row.candidate])
        if expected is None or abs(expected - row.cost_usd) > CLOSE_USD + 1e-6 * expected:
            wrong.append(row.candidate)
    return wrong


def _targets(golden: ExampleSet, own: Suite) -> dict[str, int]:
    counted = Counter(_text(each.target) for each in golden.examples if each.target is not None)
    return {shown_target(target, own): count for target, count in counted.items()}


def _text(target: Any) -> str:
    return target if isinstance(target, str) else json.dumps(target, ensure_ascii=False)
