"""`bench completion`: print what makes a shell complete commands, options and their values."""

import click
from click.shell_completion import get_completion_class

from benchharness.cli.printing import say

__all__ = ["command"]

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def command(ctx: click.Context, *, shell: str) -> None:
    """Print the completion script of a SHELL; the shell reads it when it starts.

    \b
    source <(bench completion bash)      # in ~/.bashrc
    source <(bench completion zsh)       # in ~/.zshrc, after compinit
    bench completion fish | source       # in ~/.config/fish/config.fish
    """  # noqa: D301 - click reads a backspace as "leave these lines alone"
    kind = get_completion_class(shell)
    assert kind is not None  # click knows all three
    # Not click's `source()`: that starts a bash to ask for its version, and has no business doing so elsewhere.
    made = kind(ctx.find_root().command, {}, "bench", "_BENCH_COMPLETE")
    say(made.source_template % made.source_vars())
