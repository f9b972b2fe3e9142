"""What of a run's record can be made again from its suite, its rows and the data, is; a record from a pull request proves nothing."""

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from benchharness.pipeline.gating.bundle import shown_target
from benchharness.pipeline.loading.effort import effort_of
from benchharness.providers.pricing import cost_usd
from benchharness.records.answer import Usage
from benchharness.records.bundle import BundleRow
from benchharness.records.example import ExampleSet
from benchharness.records.run import CandidateTotals, RunRecord
from benchharness.records.suite import Suite
from benchharness.results.totals import LEAST_FOR_P95, NORMAL_95
from benchharness.suite.resolving import resolve_prompts

__all__ = ["WORD", "facts_again", "facts_that_differ", "wrong_costs", "wrong_totals"]

WORD = (
    "when it ran, how often this golden set was looked at, when the run could stop, who was skipped, what it says of its metric "
    "and of its judge, which models its recorded answers are of, and the prices of its list"
)
"""What nothing here can check: it's the run's own word."""
CLOSE_USD = 1e-9


# Another machine's arithmetic may differ in the last digits, and no verdict hangs on them.
CLOSE = 1e-6
# A bundle keeps seconds to four digits.
CLOSE_S = 1e-4


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
    facts = record.facts
    prompts = resolve_prompts(own)
    asked = {each.candidate for each in rows}
    # Whom the run wasn't to ask at all doesn't stand in its record.
    named = asked | {each.candidate for each in facts.effort}
    entries = [entry for entry in own.candidates if entry.name in named]
    # Which model's answers a file held is told by the file alone, and that doesn't stand in a bundle.
    told = {each.candidate: each.model for each in facts.effort}
    efforts = (effort_of(entry, prompts, measured=entry.name in asked, told=told.get(entry.name, "")) for entry in entries)
    facts = replace(facts, effort=tuple(efforts))
    plan = own.decision.fine_tune
    if plan is not None and plan.labelled_examples is not None:
        facts = replace(facts, labelled_examples=plan.labelled_examples)
    elif pool is not None:
        facts = replace(facts, labelled_examples=len(pool))
    stopping = facts.stopping
    if golden is not None and stopping is not None and stopping.targets and int(record.golden_set["asked"]) == len(golden):
        facts = replace(facts, stopping=replace(stopping, targets=_targets(golden, own)))
    return replace(record, facts=facts)


def facts_that_differ(recorded: RunRecord, again: RunRecord) -> list[str]:
    """Return which facts of a record aren't what its suite, its rows and the data make of them."""
    wrong = []
    both = recorded.facts, again.facts
    # Older runs told no requests, and took a fine-tune's name for its base; what is believed is made again in any case.
    measured = [{each.candidate: replace(each, requests=(), base_model="") for each in facts.effort if each.measured} for facts in both]
    if measured[0] != measured[1]:
        wrong.append("effort")
    if recorded.facts.labelled_examples != again.facts.labelled_examples:
        wrong.append("labelled_examples")
    targets = [None if facts.stopping is None else facts.stopping.targets for facts in both]
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


def wrong_totals(total: CandidateTotals, rows: Sequence[BundleRow]) -> tuple[str, ...]:
    """Return which numbers of a candidate's totals its rows don't give."""
    answered = [each for each in rows if each.status != "error"]
    timed = [each.latency_s for each in answered if each.latency_s is not None]
    costs = [1000 * each.cost_usd for each in answered if each.cost_usd is not None]
    known = bool(answered) and len(costs) == len(answered)
    low, high = _interval(costs) if known else (None, None)
    interval = total.usd_per_1k_interval
    pairs: list[tuple[str, float | None, float | None, float]] = [
        ("rows", total.rows, len(rows), 0),
        ("missing", total.missing, sum(each.score is None for each in rows), 0),
        ("timed", total.timed, len(timed), 0),
        ("p50_s", total.p50_s, float(np.quantile(timed, 0.5)) if timed else None, CLOSE_S),
        ("p95_s", total.p95_s, float(np.quantile(timed, 0.95)) if len(timed) >= LEAST_FOR_P95 else None, CLOSE_S),
        ("usd_per_1k", total.usd_per_1k, math.fsum(costs) / len(costs) if known else None, 0),
        ("usd_per_1k_interval", None if interval is None else interval.low, low, 0),
        ("usd_per_1k_interval", None if interval is None else interval.high, high, 0),
        ("input_tokens", total.input_tokens, _total([each.input_tokens for each in answered]), 0),
        ("output_tokens", total.output_tokens, _total([each.output_tokens for each in answered]), 0),
    ]
    return tuple(dict.fromkeys(name for name, says, is_, slack in pairs if not _same(says, is_, slack)))


def _same(says: float | None, is_: float | None, slack: float) -> bool:
    if says is None or is_ is None:
        return says is is_
    return math.isclose(says, is_, rel_tol=CLOSE, abs_tol=max(slack, CLOSE * CLOSE))


def _interval(costs: Sequence[float]) -> tuple[float | None, float | None]:
    if len(costs) == 1:
        return None, None
    mean, reach = math.fsum(costs) / len(costs), NORMAL_95 * float(np.std(costs, ddof=1)) / len(costs) ** 0.5
    return max(0.0, mean - reach), mean + reach


def _total(counts: Sequence[int | None]) -> int | None:
    known = [each for each in counts if each is not None]
    return sum(known) if counts and len(known) == len(counts) else None
