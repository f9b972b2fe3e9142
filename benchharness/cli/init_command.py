"""`bench init`: write a small working suite with its golden set, and with --github the workflows of the gate."""

import re

import click

from benchharness.cli.printing import say
from benchharness.errors import UsageError

__all__ = ["command"]

# What only people with rights on the repository can do.
GITHUB_NEXT = """\
next     commit these files and merge them: bench-comment, bench-run and
         bench-recheck work from the default branch
         make the check `bench-gate` required, in the rules of that branch
         create the environment `bench-spend` with reviewers, who approve each
         spending, and put the API keys there, not into the repository's secrets"""


@click.command()
@click.argument("name", required=False)
@click.option("--github", is_flag=True, help="Write the gate's workflows to .github/workflows/ and its policy to suites/gate.yaml.")
@click.option("--force", is_flag=True, help="Write over files that are there; never over suites/gate.yaml.")
def command(*, name: str | None, github: bool, force: bool) -> None:
    """Write suites/NAME.yaml, its golden set and its training pool below the current folder; it runs as it is.

    With --github, from the repository's root, write what checks proposals in pull requests; NAME may be left out.
    """
    from benchharness.pipeline.init import write_starter

    if name is None and not github:
        raise UsageError("nothing to write", hint="bench init NAME writes a suite, bench init --github the gate's workflows")
    if name is not None and not re.fullmatch(r"[A-Za-z0-9][\w-]*", name):
        raise UsageError(f"{name!r} can't name a suite", hint="letters, digits, - and _, e.g. ticket-routing")
    if name == "gate":
        raise UsageError("a suite can't be called gate", hint="suites/gate.yaml is the gate's policy")
    for path in write_starter(name, force=force, github=github):
        say(f"written  {path}")
    if github:
        say(GITHUB_NEXT)
    if name is not None:
        say(f"next     bench check suites/{name}.yaml")
        say(f"         bench run suites/{name}.yaml")
