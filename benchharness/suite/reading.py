"""Read a suite file, or say everything that's wrong with it at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from benchharness.errors import Mistake, MistakesError
from benchharness.records.scorer_traits import declared_by
from benchharness.records.suite import Suite
from benchharness.suite.checking import Bounded, check
from benchharness.suite.judge_checking import check_judges
from benchharness.suite.peers import PEER_SCORERS
from benchharness.suite.record_reading import read_mapping, read_text
from benchharness.suite.salvaging import salvaged
from benchharness.suite.validating import validated
from benchharness.suite.wording import Places, mistakes_of

__all__ = ["SuiteFile", "parse_suite", "read_suite"]

NO_THRESHOLDS: Mapping[str, Bounded] = MappingProxyType({})
SCORER_KEYS = ("type", "name", "primary")
OWN_FUNCTION = "python"


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteFile:
    """A suite as it was read."""

    suite: Suite
    """What it says."""
    text: str
    """The file's whole text."""
    path: Path
    """Where it lies."""
    places: Places
    """Where each key stands."""

    def mistake(self, key: str, message: str, hint: str = "") -> Mistake:
        """Return a mistake at a dotted key of this file."""
        return self.places.mistake(key, message, hint)


def read_suite(path: Path, *, scorer_options: Mapping[str, type], thresholds: Mapping[str, Bounded] = NO_THRESHOLDS) -> SuiteFile:
    """Return the suite of a file; MistakesError with every mistake, SetupError when it can't be read.

    `scorer_options` are the scorers' option classes by name, `thresholds` the numbers a policy may override, by name.
    """
    text = read_text(path, noun="suite", hint="`bench init NAME` writes a suite to start from")
    return parse_suite(text, path=path, scorer_options=scorer_options, thresholds=thresholds)


def parse_suite(
    text: str, *, path: Path, scorer_options: Mapping[str, type], thresholds: Mapping[str, Bounded] = NO_THRESHOLDS
) -> SuiteFile:
    """Return the suite a text describes; `path` is for messages and for relative paths."""
    document, places = read_mapping(text, path=path, holding=" with name, candidates and decision")
    value, options, mistakes = _options(document, places, scorer_options)
    suite = _validated(Suite, value, places, mistakes, "")
    # What is wrong with one part must not hide what is wrong between the others.
    part = suite if suite is not None else salvaged(value)
    if part is not None:
        told = {each.key for each in mistakes if each.key}
        found = check(part, places, thresholds=thresholds)
        if suite is not None:
            found += check_judges(suite, options, _judged(suite, scorer_options), places)
        mistakes += [each for each in found if not _follows(each, told)]
    if suite is None or mistakes:
        raise MistakesError(sorted(dict.fromkeys(mistakes), key=lambda each: (each.line or 0, each.column or 0, each.message)))
    scorers = tuple(replace(each, options=options.get(at, {})) for at, each in enumerate(suite.scorers))
    return SuiteFile(suite=_one_primary(replace(suite, scorers=scorers)), text=text, path=path, places=places)


def _judged(suite: Suite, known: Mapping[str, type]) -> list[int]:
    """Return the places of the scorers that ask judges."""
    return [at for at, each in enumerate(suite.scorers) if each.type in known and declared_by(known[each.type]).asks_judges]


def _options(
    document: dict[str, Any], places: Places, known: Mapping[str, type]
) -> tuple[dict[str, Any], dict[int, dict[str, Any]], list[Mistake]]:
    """Return the document without scorers' own options, those options checked, and what's wrong with them."""
    entries = document.get("scorers")
    if not isinstance(entries, list):
        return document, {}, []
    checked: dict[int, dict[str, Any]] = {}
    mistakes: list[Mistake] = []
    plain = []
    for at, entry in enumerate(entries):
        if not isinstance(entry, dict):
            plain.append(entry)
            continue
        # `python: file.py:function` says its type itself.
        kind = entry.get("type", OWN_FUNCTION if OWN_FUNCTION in entry else None)
        plain.append({**({} if kind is None else {"type": kind}), **{key: value for key, value in entry.items() if key in SCORER_KEYS}})
        own = {key: value for key, value in entry.items() if key not in SCORER_KEYS}
        if not isinstance(kind, str):
            continue
        if kind not in known:
            mistakes.append(_unknown_scorer(f"scorers[{at}].type", kind, places, known))
            continue
        options = _validated(known[kind], own, places, mistakes, f"scorers[{at}]", also=SCORER_KEYS)
        if options is not None:
            checked[at] = {key: getattr(options, key) for key in own}
    return {**document, "scorers": plain}, checked, mistakes


def _unknown_scorer(key: str, kind: str, places: Places, known: Mapping[str, type]) -> Mistake:
    if kind not in PEER_SCORERS:
        return places.unknown(key, "scorer", kind, known)
    return places.mistake(key, f"unknown scorer {kind!r}", f"here it's {PEER_SCORERS[kind]}")


def _validated(kind: type, value: Any, places: Places, mistakes: list[Mistake], at: str, *, also: Collection[str] = ()) -> Any:
    """Return the record `value` describes, or None with what's wrong added to `mistakes`."""
    from pydantic import ValidationError

    try:
        return validated(kind, value)
    except ValidationError as error:
        mistakes += mistakes_of(error.errors(include_url=False), value, places, kind=kind, at=at, also=also)
        return None


def _follows(mistake: Mistake, told: Collection[str]) -> bool:
    """Tell whether a mistake may only be the shadow of one that's told already: at its key, below it or around it."""
    if "prompts" in told and mistake.message.startswith("unknown prompt"):
        return True
    return any(_within(mistake.key, key) or (_within(key, mistake.key) and mistake.key != "scorers") for key in told)


def _within(key: str, other: str) -> bool:
    """Tell whether a dotted key is another or stands below it."""
    return key == other or key.startswith((f"{other}.", f"{other}["))


def _one_primary(suite: Suite) -> Suite:
    """Make the only scorer the primary one."""
    if len(suite.scorers) != 1:
        return suite
    return replace(suite, scorers=(replace(suite.scorers[0], primary=True),))
