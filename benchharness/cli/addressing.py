"""Name every address that isn't a provider's own before anybody is asked, and take the hosts a user allows."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from benchharness.cli.printing import warn

if TYPE_CHECKING:
    from benchharness.records.address import Address

__all__ = ["allow_keys_to", "tell_addresses"]

VARIABLE = "BENCH_SEND_KEYS_TO"


def _allow(_ctx: click.Context, _param: click.Parameter, hosts: tuple[str, ...]) -> None:
    # In the process's environment, where every command looks: a `.env` beside the suite can't allow itself.
    if hosts:
        os.environ[VARIABLE] = ",".join([*hosts, os.environ.get(VARIABLE, "")])


allow_keys_to = click.option(
    "--send-keys-to",
    multiple=True,
    metavar="HOST",
    expose_value=False,
    callback=_allow,
    help=f"Let this host have a key that's from another place than its address; repeatable.  [env: {VARIABLE}]",
)


def tell_addresses(addresses: "Sequence[Address]") -> None:
    """Print on stderr where questions and keys will go."""
    for each in addresses:
        warn(f"address: {each}")
