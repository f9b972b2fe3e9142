"""What a run may spend and how long it may take, from the command line and the suite."""

from collections.abc import Mapping, Sequence

from benchharness import numbers
from benchharness.errors import BudgetReachedError, UsageError
from benchharness.pipeline.asking.ask import Limit
from benchharness.pipeline.asking.jobs import Cast
from benchharness.records.asking_facts import AskingFacts
from benchharness.records.provider_traits import traits_of
from benchharness.records.suite import Suite
from benchharness.runner.budget import Ledger

__all__ = ["limit_of", "parse_budgets", "stopped_at_limit"]


def parse_budgets(given: Sequence[str]) -> dict[str, float]:
    """Return the budgets of `--budget 5` and `--budget NAME=2` by candidate, that of the run under an empty name; UsageError."""
    found: dict[str, float] = {}
    for each in given:
        name, _, amount = each.rpartition("=")
        try:
            usd = float(amount.removeprefix("$"))
        except ValueError:
            usd = -1.0
        if not 0 < usd < float("inf"):
            raise UsageError(f"--budget {each}: expected US dollars", hint="e.g. --budget 5, or --budget NAME=2 for one candidate")
        if name in found:
            raise UsageError(f"--budget {each}: {name or 'the run'} has a budget already", hint="give each once")
        found[name] = usd
    return found


def limit_of(suite: Suite, cast: Cast, budgets: Mapping[str, float], judges: Cast | None = None) -> Limit:
    """Return the limits of a run, its judges' included; UsageError when a budget can't be kept for want of somebody's price."""
    entries = (*suite.candidates, *suite.judges)
    names = [entry.name for entry in entries]
    for name in budgets:
        if name and name not in names:
            raise UsageError(f"--budget {name}=...: no candidate is called {name!r}", hint=f"the suite has {', '.join(names)}")
    own = {entry.name: entry.budget_usd for entry in entries if entry.budget_usd is not None}
    own |= {name: usd for name, usd in budgets.items() if name}
    whole = budgets.get("", suite.limits.budget_usd)
    for entry, provider in (*cast.providers, *(() if judges is None else judges.providers)):
        limited = whole is not None or entry.name in own
        if limited and provider.price() is None and not traits_of(entry).here:
            raise UsageError(
                f"{entry.name}: its price isn't known, so a budget can't be kept",
                hint="give it `price: {input_usd_per_million: ..., output_usd_per_million: ...}`, 0 where it costs nothing",
            )
    return Limit(ledger=Ledger(whole, own), seed=suite.seed, run_timeout_s=suite.limits.run_timeout_s)


def stopped_at_limit(facts: AskingFacts | None, *, folder: str) -> BudgetReachedError | None:
    """Return what to raise for a run that a budget or its time limit cut short; None for a whole one."""
    unasked = 0 if facts is None else facts.unasked
    if facts is None or not unasked:
        return None
    spent = "" if facts.spent_usd is None else f"; {numbers.usd(facts.spent_usd)} spent"
    why = facts.halted.removeprefix("not asked: ") or "a candidate's budget is spent"
    return BudgetReachedError(
        f"stopped: {why}{spent}; {numbers.quantity(unasked, 'question')} not asked",
        file=folder,
        hint="what was answered is kept and decided on; the same command with a larger limit asks only the rest",
    )
