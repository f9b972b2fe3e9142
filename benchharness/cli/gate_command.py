"""`bench gate`: in a pull request, does the decision agree with the evidence?"""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from benchharness.cli.printing import say, say_bytes, write_file
from benchharness.errors import UsageError
from benchharness.records.gate import EXIT_CODES, GateReport, Outcome, worst
from benchharness.report.gate import FILES, FORMATS

__all__ = ["command"]

FAILING = tuple(outcome.value for outcome, code in EXIT_CODES.items() if code)


def _files(found: Callable[..., Any]) -> Callable[..., Any]:
    """Give the command an option for each file a build server reads."""
    for title in reversed(list(FILES)):
        told = f"Write a {title} report to this file."
        found = click.option(f"--{title.lower()}", title, type=click.Path(path_type=Path), help=told)(found)
    return found


@click.command()
@click.argument("proposals", nargs=-1, type=click.Path(path_type=Path), metavar="[PROPOSAL]...")
@click.option("--base", envvar="BENCH_BASE", help="The commit it goes into: policy is read from it.  [env: BENCH_BASE]")
@click.option("--policy", type=click.Path(path_type=Path), help="The gate's policy.  [default: suites/gate.yaml]")
@click.option("--all", "every", is_flag=True, help="Judge every proposal, and call those due that want another look.")
@click.option("--reports", type=click.Path(path_type=Path), help="Where runs lie, to score stored outputs again.  [default: reports]")
@click.option("--format", "kind", type=click.Choice(list(FORMATS)), default="text", help="What to print.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--comment", type=click.Path(path_type=Path), help="Write the pull request's comment to this file; empty for none.")
@click.option("--summary", type=click.Path(path_type=Path), help="Append the job summary to this file.")
@_files
@click.option("--fail-on", help="Outcomes that fail, with commas between.  [default: all but passed and waived]")
@click.option("--exit-zero", is_flag=True, help="Never fail.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="Judge as of this day, UTC.")
def command(  # noqa: PLR0913 - one parameter an option
    *,
    proposals: tuple[Path, ...],
    base: str | None,
    policy: Path | None,
    every: bool,
    reports: Path | None,
    kind: str,
    as_json: bool,
    comment: Path | None,
    summary: Path | None,
    fail_on: str | None,
    exit_zero: bool,
    today: datetime | None,
    **files: Path | None,
) -> None:
    """Judge the proposals a pull request touches: recompute each verdict from its evidence, hold the decision against it.

    Asks nobody and needs no key. With PROPOSAL those alone; without --base every one, by the policy as it lies here.

    Exits 0 passed, waived or nothing to check, 2 a broken proposal, 10 not justified, 11 undecided, 12 stale, 13 waiting for a
    person's decision, 14 evidence that doesn't match what it claims.
    """
    # The gate multiplies no matrices, and a pool of threads for it costs a tenth of its time; read when numpy is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from benchharness.pipeline.gate import GateOptions, gate

    failing = _failing(fail_on)
    now = datetime.now(UTC).date()
    day: date = today.date() if today is not None else now
    report = gate(GateOptions(proposals=proposals, base=base or None, policy=policy, every=every, today=day, reports=reports))
    if day != now:
        told = f"Judged as of {day}, by --today, and not as of {now}: a decision that has ended may be alive on that day."
        report = replace(report, notices=(*report.notices, told))
    shown = FORMATS.render("json" if as_json else kind, report).rstrip("\n")
    # The format for GitHub is the one place where a line is meant as a command.
    (say_bytes(f"{shown}\n") if kind == "github" and not as_json else say(shown))
    _write(report, comment=comment, summary=summary, files=files)
    outcomes = [*(each.outcome for each in report.proposals), *(each.outcome for each in report.guards if each.outcome)]
    code = EXIT_CODES[worst(tuple(each for each in outcomes if each in failing))]
    if code and not exit_zero:
        raise SystemExit(code)


def _failing(listed: str | None) -> frozenset[Outcome]:
    names = FAILING if listed is None else tuple(each.strip() for each in listed.split(",") if each.strip())
    for name in names:
        if name not in FAILING:
            raise UsageError(f"--fail-on knows no outcome {name!r}", hint=f"there are {', '.join(FAILING)}")
    return frozenset(Outcome(each) for each in names)


def _write(report: GateReport, *, comment: Path | None, summary: Path | None, files: Mapping[str, Path | None]) -> None:
    from benchharness.report.gate import markdown

    if comment is not None:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        write_file(comment, markdown.comment(report, valid_at=now), option="--comment")
    if summary is not None:
        write_file(summary, markdown.summary(report), option="--summary", append=True)
    for title in FILES:
        path = files[title]
        if path is not None:
            write_file(path, FILES.render(title, report), option=f"--{title.lower()}")
