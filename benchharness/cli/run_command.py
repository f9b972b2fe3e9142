"""`bench run`: ask every candidate, score, decide and report."""

import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchharness import numbers
from benchharness.cli.addressing import allow_keys_to, tell_addresses
from benchharness.cli.printing import say, say_line, warn
from benchharness.cli.spending import ask_before_spending
from benchharness.errors import CouldNotMeasureError, UsageError
from benchharness.records.comparison import Stopping, candidate_label
from benchharness.records.json_form import one_line

if TYPE_CHECKING:
    from benchharness.pipeline.asking.ask import Job
    from benchharness.pipeline.run import Cast, JobPlan, Loaded, Options, Plan, Result

__all__ = ["command"]


@click.command()
@click.argument("suite", type=click.Path(path_type=Path))
@click.option("--only", multiple=True, metavar="NAME", help="Ask only this candidate; repeatable.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Ask only N golden examples, the first of the seeded shuffle.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("reports"),
    show_default=True,
    help="Folder for run directories.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout, all else on stderr.")
@click.option("--require-all", is_flag=True, help="Fail when a candidate can't be asked, instead of skipping it.")
@click.option("--dry-run", is_flag=True, help="Show calls, tokens and dollars per candidate; send nothing.")
@click.option("--yes", is_flag=True, help="Spend without asking.")
@click.option(
    "--stop",
    type=click.Choice([each.value for each in Stopping]),
    default=Stopping.CURTAIL.value,
    show_default=True,
    help="When to stop asking early: none; curtail (where the rest can't change the verdict); group (five looks); anytime.",
)
@click.option(
    "--replay",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Take every answer from an export of `bench cache export`, or a store; ask nobody, need no key.",
)
@click.option(
    "--budget",
    "budgets",
    multiple=True,
    metavar="USD|NAME=USD",
    help="Spend at most this, for the run or for one candidate; what's left is not asked (exit 21).",
)
@click.option(
    "--latency-probe",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="First time N questions of each candidate one by one; 100 bound a p95.",
)
@click.option("--resume", is_flag=True, help="Go on with the suite's newest unfinished run, in its own directory.")
@click.option("--retry-errors", is_flag=True, help="Make the newest finished run again, asking only what ended as an error.")
@allow_keys_to
@click.option("--explain", is_flag=True, help="Show the reasoning, question by question.")
@click.option("--brief", is_flag=True, help="Write a brief for a board beside the report.")
def command(  # noqa: PLR0913 - the command's options
    *,
    suite: Path,
    only: tuple[str, ...],
    limit: int | None,
    out: Path,
    as_json: bool,
    require_all: bool,
    dry_run: bool,
    yes: bool,
    stop: str,
    replay: Path | None,
    budgets: tuple[str, ...],
    latency_probe: int,
    resume: bool,
    retry_errors: bool,
    explain: bool,
    brief: bool,
) -> None:
    """Ask every candidate of SUITE, score, decide and report.

    Answers are kept in .bench/responses.sqlite, so the same command again asks only what's missing. Exits 0 whatever the
    verdict, 2 when the suite or data is wrong, 20 when too much could not be measured, 130 when interrupted (resumable).
    """
    from benchharness.cli.progress import Screen
    from benchharness.pipeline.asking.ask import Listener
    from benchharness.pipeline.asking.limits import parse_budgets
    from benchharness.pipeline.run import Options, estimate, run

    if resume and retry_errors:
        raise UsageError("--resume and --retry-errors exclude each other", hint="an unfinished run goes on, a finished one is retried")
    options = Options(
        suite=suite,
        only=only,
        limit=limit,
        out=out,
        require_all=require_all,
        stop=Stopping(stop),
        replay=replay,
        budgets=parse_budgets(budgets),
        latency_probe=latency_probe,
        resume=resume,
        retry_errors=retry_errors,
        brief=brief,
        command=("bench", *sys.argv[1:]),
    )
    if dry_run:
        _show_estimate(estimate(options), as_json=as_json)
        return
    with Screen() as screen:

        def starts(loaded: "Loaded", jobs: "Sequence[Job]", cast: "Cast") -> None:
            for each in cast.skipped:
                warn(f"skipped {each.candidate}: {each.reason}", hint=each.hint)
            tell_addresses(cast.addresses)
            _confirm(options, loaded, yes=yes)
            screen.start(loaded.suite.name, jobs)

        result = run(options, Listener(starts=starts, progress=screen.update, stopping=screen.stopping))
    screen.closing(result.asking)
    _show(result, as_json=as_json, explain=explain)
    if result.cut_short is not None:
        raise result.cut_short
    _raise_if_unmeasured(result)


def _confirm(options: "Options", loaded: "Loaded", *, yes: bool) -> None:
    """Ask before spending more than the suite's `confirm_above_usd`; without a terminal only `--yes` will do."""
    from benchharness.pipeline.run import estimate
    from benchharness.records.provider_traits import traits_of

    if yes or options.replay is not None or all(traits_of(entry).here for entry in (*loaded.suite.candidates, *loaded.suite.judges)):
        return
    planned = estimate(options)
    most = min(sum(each.usd_high or 0.0 for each in planned.jobs), planned.limit.ledger.limit_usd or math.inf)
    ask_before_spending(most, loaded.suite.limits.confirm_above_usd, unpriced=planned.unpriced)


def _show(result: "Result", *, as_json: bool, explain: bool) -> None:
    from benchharness.pipeline.decide import explained
    from benchharness.report.verdict import FORMATS, VerdictReport, reasoning

    decided, record = result.decided, result.record
    report = VerdictReport(verdict=decided.verdict, comparison=decided.comparison, record=record, run=result.folder.shown)
    say(FORMATS.render("json" if as_json else "text", report))
    if as_json:
        return
    if explain:
        say(reasoning.render(explained(decided)))
    say(f"\nreport  {result.folder.shown}/{result.folder.page.name}")


def _raise_if_unmeasured(result: "Result") -> None:
    coverage = result.decided.verdict.coverage
    if coverage.expected and not coverage.measured:
        raise CouldNotMeasureError(
            f"not one answer could be measured: {result.first_failure}",
            file=result.folder.shown,
            hint="mend that and run the same command again: it asks only what's missing",
        )


def _show_estimate(planned: "Plan", *, as_json: bool) -> None:
    plans, loaded = planned.jobs, planned.loaded
    for each in planned.cast.skipped:
        warn(f"skipped {each.candidate}: {each.reason}", hint=each.hint)
    if as_json:
        say(one_line({"suite": loaded.suite.name, "sent": 0, "addresses": planned.cast.addresses, "candidates": plans}))
        return
    calls, stored = sum(each.calls for each in plans), sum(each.stored for each in plans)
    kept = f"{numbers.whole(stored)} stored, {numbers.whole(calls)} to send"
    say(f"{loaded.suite.name} · {numbers.quantity(calls + stored, 'call')}: {kept}\n")
    say(f"{'candidate':<32}{'calls':>7}{'tokens in':>11}{'tokens out':>13}{'cost':>17}")
    for job in plans:
        name = candidate_label(job.candidate, job.prompt)
        out = f"{numbers.whole(job.output_tokens_low)}–{numbers.whole(job.output_tokens_high)}"
        say_line(f"{name:<32.32}{numbers.whole(job.calls):>7}{numbers.whole(job.input_tokens):>11}{out:>13}{_dollars([job]):>17}")
    say(f"{'total':<32}{numbers.whole(calls):>7}{'':>24}{_dollars(plans):>17}")
    if planned.cast.addresses:
        say("\n" + "\n".join(f"address  {each}" for each in planned.cast.addresses))
    say("\nNothing was sent.")


def _dollars(plans: "Sequence[JobPlan]") -> str:
    """Return the range of known prices, and whether some are unknown."""
    known = [each for each in plans if each.usd_low is not None]
    if not known:
        return numbers.UNKNOWN
    low, high = sum(each.usd_low or 0.0 for each in known), sum(each.usd_high or 0.0 for each in known)
    return f"{numbers.usd(low)}–{numbers.usd(high)}{'' if len(known) == len(plans) else ' + ?'}"
