"""Ask before money is spent; without a terminal only `--yes` will do."""

import sys
from collections.abc import Sequence

import click

from benchharness import numbers
from benchharness.cli.printing import shown
from benchharness.errors import UsageError

__all__ = ["ask_before_spending"]


def ask_before_spending(most_usd: float, above_usd: float, *, unpriced: Sequence[str] = ()) -> None:
    """Ask when more than the suite's `confirm_above_usd` may be spent, or an unknown sum on those whose price isn't known.

    Raises click's Abort for a no, UsageError where there is no terminal.
    """
    if most_usd <= above_usd and not unpriced:
        return
    # What isn't known is not free.
    beside = f", and what nobody knows for {numbers.listed(unpriced)}, whose price isn't listed" if unpriced else ""
    question = f"This may cost up to {numbers.usd(most_usd)}{beside} (the suite asks above {numbers.usd(above_usd)})"
    if not sys.stdin.isatty():
        raise UsageError(f"{question}, and there is no terminal to ask on", hint="add --yes, or raise limits.confirm_above_usd")
    click.confirm(f"{shown(question, err=True)}. Continue?", abort=True, err=True)
