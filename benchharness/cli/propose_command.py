"""`bench propose`: begin a proposal to fine-tune or self-host from a run, with the evidence it rests on."""

from datetime import UTC, datetime
from pathlib import Path

import click

from benchharness import numbers
from benchharness.cli.printing import say
from benchharness.records.proposal import Kind

__all__ = ["command"]


@click.command()
@click.argument("proposal_id", metavar="ID")
@click.option("--from", "run", required=True, type=click.Path(path_type=Path), help="A finished run's directory.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("suites/proposals"), show_default=True, help="The folder of proposals."
)
@click.option("--suite", type=click.Path(path_type=Path), help="The suite, where the run's record doesn't lead to it.")
@click.option("--kind", type=click.Choice([each.value for each in Kind]), help="What is asked for; told from the best fine-tune otherwise.")
@click.option("--training-data", type=click.Path(path_type=Path), help="What it's trained on; the suite's training pool otherwise.")
@click.option("--force", is_flag=True, help="Renew the evidence of a proposal that is there; what people wrote stays.")
def command(
    *, proposal_id: str, run: Path, out: Path, suite: Path | None, kind: str | None, training_data: Path | None, force: bool
) -> None:
    """Write ID.yaml for a person to finish, and beside it what of RUN is committed: scores and digests, no text."""
    from benchharness.pipeline.init import write_schemas
    from benchharness.pipeline.propose import ProposeOptions, propose

    made = propose(
        ProposeOptions(
            id=proposal_id,
            run=run,
            out=out,
            suite=suite,
            kind=None if kind is None else Kind(kind),
            training_data=training_data,
            force=force,
            today=datetime.now(UTC).date().isoformat(),
        )
    )
    say(f"{'kept' if made.renewed else 'written':8} {made.proposal}{'  (its evidence.digest is new)' if made.renewed else ''}")
    say(f"written  {made.bundle}/  ({numbers.whole(round(made.size / 1024))} KB: scores and digests, no text)")
    for path in write_schemas(out.parent, ("proposal",)):
        say(f"written  {path}")
    say(f"The evidence says: {made.verdict}.")
    if made.decided:
        say("Its decision was made on the evidence before: decide again, and name this one in `decision.evidence`.")
    if not made.renewed:
        say(f"next     finish the lines with TODO in {made.proposal}")
    say(f"{'next' if made.renewed else '':8} bench gate {made.proposal}")
