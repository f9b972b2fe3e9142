"""The `bench` command: its subcommands by name, and the one place where errors become words and exit codes."""

import io
import os
import sys
from importlib import import_module

import click
from click.shell_completion import CompletionItem

from benchharness.cli.printing import say, warn
from benchharness.errors import BenchError, MistakesError

__all__ = ["COMMANDS", "main"]

# Each is imported when it's called, so that `bench --help` stays quick.
COMMANDS = {
    "run": ("run_command", "Ask every candidate, score, decide and report."),
    "check": ("check_command", "Validate a suite and its data; ask nobody."),
    "score": ("score_command", "Score a run's stored outputs again under an edited suite; ask nobody."),
    "judge": ("judge_command", "Hold a suite's judge against people: agreement, kappa, biases, what it may decide."),
    "compare": ("compare_command", "Compare candidates of a run, or runs, on the same examples; ask nobody."),
    "report": ("report_command", "Write a run's report.html again: for somebody else, without text, as files."),
    "show": ("show_command", "Show what every candidate said to one example."),
    "decide": ("decide_command", "Turn results from anywhere into a verdict; ask nobody."),
    "cost": ("cost_command", "Compare the total cost of both paths, machines, training and engineers included."),
    "power": ("power_command", "Say what a golden set can settle, and what the open rules would take."),
    "explain": ("explain_command", "Tell what a rule means, its numbers, their source, and how to change it."),
    "review": ("review_command", "List decisions, their age, and which are due; ask nobody."),
    "history": ("history_command", "Show rate, cost and verdict of a suite over its runs."),
    "cache": ("cache_command", "Look into the stored answers, prune, export and merge them; ask nobody."),
    "propose": ("propose_command", "Begin a proposal to fine-tune or self-host, with its evidence."),
    "gate": ("gate_command", "Judge proposals in a pull request: does the decision agree with the evidence?"),
    "init": ("init_command", "Write a small working suite with its golden set."),
    "doctor": ("doctor_command", "Say what is installed, which keys and endpoints answer, and what to do."),
    "completion": ("completion_command", "Print what makes bash, zsh or fish complete bench's commands and options."),
    "schema": ("schema_command", "Print the JSON Schema of a suite, proposal or gate policy."),
}


class _Lazy(click.Group):
    """A group that imports a subcommand when it's called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"benchharness.cli.{COMMANDS[cmd_name][0]}").command
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        # click would import every command to ask for its help.
        named = [CompletionItem(name, help=told) for name, (_, told) in COMMANDS.items() if name.startswith(incomplete)]
        return [*named, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_text) for name, (_, help_text) in COMMANDS.items()])


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(None, "--version", package_name="benchharness", prog_name="bench")
@click.option("--debug", is_flag=True, envvar="BENCH_DEBUG", help="Show tracebacks of our own bugs.  [env: BENCH_DEBUG]")
def bench(*, debug: bool) -> None:
    """Did we try the cheap thing? Run one golden set against every candidate and say whether fine-tuning is justified."""
    os.environ["BENCH_DEBUG"] = "1" if debug else ""


def main() -> None:
    """Run the command and exit: 0 done, 2 wrong usage, suite or data, 20 could not measure, 130 interrupted, 1 a bug of ours."""
    # Arrow's own allocator keeps what it once had; the system's takes 12 MB less for a run.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    # No matrix here is worth a pool of threads, whose start takes a third of a second of processor time.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        # A terminal that can't write a sign gets a question mark, not a traceback.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        code = bench.main(standalone_mode=False)
    except click.exceptions.Abort:
        warn("stopped.")
        code = 130
    except click.ClickException as error:
        told = io.StringIO()
        error.show(file=told)
        say(told.getvalue().rstrip("\n"), err=True)
        code = error.exit_code
    except MistakesError as error:
        _tell_mistakes(error)
        code = error.exit_code
    except BenchError as error:
        warn(f"error: {error}", hint=error.hint)
        code = error.exit_code
    except BrokenPipeError:
        # Whoever read us has gone; nothing is left to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:  # the last stop: a bug of ours
        if os.environ.get("BENCH_DEBUG"):
            raise
        warn(f"error: a bug in benchharness: {type(error).__name__}: {error}", hint="run `bench --debug ...` and report what it shows")
        code = 1
    sys.exit(code if isinstance(code, int) else 0)


def _tell_mistakes(error: MistakesError) -> None:
    for mistake in error.mistakes:
        warn(f"error: {mistake}", hint=mistake.hint)
    if len(error.mistakes) > 1:
        say("", err=True)
        warn(f"{len(error.mistakes)} mistakes.")
