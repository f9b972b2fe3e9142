"""The event loop that questions are asked from: uvloop's where it's installed, a fifth of the bookkeeping of Python's own."""

import asyncio
from collections.abc import Coroutine
from importlib import import_module, util
from typing import Any, TypeVar

__all__ = ["run_in_loop"]

T = TypeVar("T")


def run_in_loop(coroutine: Coroutine[Any, Any, T]) -> T:
    """Return what a coroutine returns, run to its end in a loop of its own."""
    factory = import_module("uvloop").new_event_loop if util.find_spec("uvloop") is not None else None
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(coroutine)
