"""`bench gate`: in a pull request, does the decision agree with the evidence?"""

import os
from datetime import UTC, date, datetime
from pathlib import Path

import click

from benchharness.cli.printing import say, say_bytes, write_file
from benchharness.errors import UsageError
from benchharness.records.gate import EXIT_CODES, GateReport, Outcome, worst

__all__ = ["command"]

FAILING = tuple(outcome.value for outcome, code in EXIT_CODES.items() if code)


@click.command()
@click.argument("proposals", nargs=-1, type=click.Path(path_type=Path), metavar="[PROPOSAL]...")
@click.option("--base", envvar="BENCH_BASE", help="The commit it goes into: policy is read from it.  [env: BENCH_BASE]")
@click.option("--policy", type=click.Path(path_type=Path), help="The gate's policy.  [default: suites/gate.yaml]")
@click.option("--all", "every", is_flag=True, help="Judge every proposal, and call those due that want another look.")
@click.option("--reports", type=click.Path(path_type=Path), help="Where runs lie, to score stored outputs again.  [default: reports]")
@click.option("--format", "kind", type=click.Choice(["text", "json", "markdown", "github"]), default="text", help="What to print.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--comment", type=click.Path(path_type=Path), help="Write the pull request's comment to this file; empty for none.")
@click.option("--summary", type=click.Path(path_type=Path), help="Append the job summary to this file.")
@click.option("--junit", type=click.Path(path_type=Path), help="Write a JUnit report to this file.")
@click.option("--sarif", type=click.Path(path_type=Path), help="Write a SARIF report to this file.")
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
    junit: Path | None,
    sarif: Path | None,
    fail_on: str | None,
    exit_zero: bool,
    today: datetime | None,
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
    day: date = today.date() if today is not None else datetime.now(UTC).date()
    report = gate(GateOptions(proposals=proposals, base=base or None, policy=policy, every=every, today=day, reports=reports))
    _print(report, "json" if as_json else kind)
    _write(report, comment=comment, summary=summary, junit=junit, sarif=sarif)
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


def _print(report: GateReport, kind: str) -> None:
    from benchharness.records.json_form import one_line
    from benchharness.report.gate import annotations, markdown, text

    if kind == "json":
        say(one_line(report))
    elif kind == "markdown":
        say(markdown.summary(report).rstrip("\n"))
    elif kind == "github":
        # The one place where a line is meant as a command.
        say_bytes(annotations.render(report).rstrip("\n") + "\n")
        say(text.render(report))
    else:
        say(text.render(report))


def _write(report: GateReport, *, comment: Path | None, summary: Path | None, junit: Path | None, sarif: Path | None) -> None:
    from benchharness.report.gate import junit as junit_report
    from benchharness.report.gate import markdown
    from benchharness.report.gate import sarif as sarif_report

    if comment is not None:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        write_file(comment, markdown.comment(report, valid_at=now), option="--comment")
    if summary is not None:
        write_file(summary, markdown.summary(report), option="--summary", append=True)
    if junit is not None:
        write_file(junit, junit_report.render(report), option="--junit")
    if sarif is not None:
        write_file(sarif, sarif_report.render(report), option="--sarif")
