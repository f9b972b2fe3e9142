"""What scorers that ask a model must agree on with the suite's judges and candidates."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from benchharness.errors import Mistake
from benchharness.records.judge import AGAINST_TARGET
from benchharness.records.suite import Suite
from benchharness.suite.wording import Places

__all__ = ["check_judges"]


def check_judges(suite: Suite, options: Mapping[int, Mapping[str, Any]], judged: Collection[int], places: Places) -> Iterator[Mistake]:
    """Yield a mistake for each judge or candidate that a scorer names and nobody is, and for each judge no scorer asks.

    `options` are those of the scorers whose options are sound, by place; `judged` are the places of scorers that ask judges.
    """
    names = [entry.name for entry in suite.judges]
    asked: set[str] = set()
    for at in judged:
        if at not in options:
            continue
        named = options[at].get("judge", ())
        for judge in (named,) if isinstance(named, str) else named:
            asked.add(judge)
            if judge not in names:
                yield places.unknown(f"scorers[{at}].judge", "judge", judge, names)
        if not isinstance(named, str) and len(set(named)) < len(named):
            yield places.mistake(f"scorers[{at}].judge", "a judge stands twice on the panel", "name each once")
        yield from _against(suite, at, str(options[at].get("against", AGAINST_TARGET)), places)
    for at, name in enumerate(names):
        if name not in asked and options.keys() >= set(judged):
            yield places.mistake(f"judges[{at}].name", f"no scorer asks the judge {name!r}", "name it in a scorer's `judge`")


def _against(suite: Suite, at: int, against: str, places: Places) -> Iterator[Mistake]:
    keys = [f"{entry.name}/{prompt}" for entry in suite.candidates for prompt in entry.prompts]
    alone = [entry.name for entry in suite.candidates if len(entry.prompts) <= 1]
    if against not in (AGAINST_TARGET, *keys, *alone):
        yield places.unknown(f"scorers[{at}].against", "candidate", against, [AGAINST_TARGET, *alone, *keys])
