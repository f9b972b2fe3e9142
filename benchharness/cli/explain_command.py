"""`bench explain`: what a rule means, its numbers, their source, and how to change them."""

import click

from benchharness.cli.printing import say

__all__ = ["command"]


@click.command()
@click.argument("rule", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(*, rule: str | None, as_json: bool) -> None:
    """Tell what RULE means, its numbers, their source, and how to change it; without RULE list them all."""
    from benchharness.pipeline.explain import explanations
    from benchharness.records.json_form import one_line
    from benchharness.report import explain

    found = explanations(rule)
    if as_json:
        say(one_line({"rules": found}))
    elif rule:
        say(explain.render(found[0]))
    else:
        say(explain.listing(found))
