"""`bench compare`: a run's candidates side by side, or runs against each other on the unchanged examples."""

from pathlib import Path

import click

from benchharness.cli.printing import say, say_bytes, write_file
from benchharness.errors import UsageError
from benchharness.report.compare import FORMATS

__all__ = ["command"]


@click.command()
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--against", metavar="CANDIDATE/PROMPT", help="Hold one run's candidates against this one.  [default: its best prompt]")
@click.option("--format", "kind", type=click.Choice(list(FORMATS)), help="How it's written.  [default: text]")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write it to this file instead.")
def command(*, runs: tuple[Path, ...], against: str | None, kind: str | None, as_json: bool, out: Path | None) -> None:
    """Compare candidates of one run, or RUNS against the first of them; on the same examples, with who flipped, by target and by slice.

    Several runs are compared on the examples that didn't change between them. Nobody is asked.
    """
    from benchharness.pipeline.compare import compare_runs

    if as_json and kind not in (None, "json"):
        raise UsageError(f"--json and --format {kind} ask for two different outputs", hint="choose one of them")
    kind = "json" if as_json else kind or "text"
    text = FORMATS.render(kind, compare_runs(runs, against=against)).rstrip("\n") + "\n"
    if out is not None:
        write_file(out, text, option="--out")
        say(f"comparison  {out}")
    elif kind == "html":
        # A page says that it's UTF-8, and its policy knows its style by hash: not a sign may be another.
        say_bytes(text)
    else:
        say(text.rstrip("\n"))
