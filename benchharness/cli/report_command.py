"""`bench report`: a run's HTML report again, for another reader or another host."""

from pathlib import Path

import click

from benchharness.cli.printing import say
from benchharness.errors import UsageError
from benchharness.records.page import PageText

__all__ = ["command"]


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="The page.  [default: RUN/report.html]")
@click.option("--no-text", is_flag=True, help="Ids and marks only: no input, answer, target, label or prompt.")
@click.option("--redact", is_flag=True, help="Every letter and digit of examples a block; lengths, marks and token counts stay.")
@click.option("--sample", type=click.IntRange(min=1), metavar="N", help="At most N examples, those the candidates disagree about first.")
@click.option("--split-assets", is_flag=True, help="Style, script and data as files beside the page, for hosts that allow none inline.")
@click.option("--open", "opened", is_flag=True, help="Open the page afterwards.")
def command(*, run: Path, out: Path | None, no_text: bool, redact: bool, sample: int | None, split_assets: bool, opened: bool) -> None:
    """Write the HTML report of RUN again, from its rows; ask nobody.

    Inputs are shown where the golden set still lies where the suite says, unchanged: a run's directory doesn't hold them.
    """
    from benchharness.pipeline.recording.page import write_page
    from benchharness.pipeline.report import read_page

    if no_text and redact:
        raise UsageError("--no-text and --redact ask for two different pages", hint="choose one of them")
    text = PageText.NONE if no_text else PageText.REDACTED if redact else PageText.WHOLE
    folder, page = read_page(run, text=text, sample=sample)
    written = write_page(page, out or folder.page, split=split_assets)
    for path in written:
        say(f"report  {path}")
    if opened:
        click.launch(str(written[0]))
