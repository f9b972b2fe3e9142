"""Look at old decisions again: their day, their golden set and policy, prices, models, volume; ask nobody."""

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TypeVar

from benchharness import numbers
from benchharness.errors import BenchError, MistakesError, UsageError
from benchharness.pipeline.loading.files import files_of
from benchharness.pipeline.loading.policy import load_suite, policy_hash
from benchharness.pipeline.loading.run_folder import decisions_below, read_decision
from benchharness.pipeline.loading.suite import with_data
from benchharness.providers.price_list import listed_models, listed_price
from benchharness.records.decision_record import DecisionRecord, Trigger, TriggerKind
from benchharness.records.json_form import from_json
from benchharness.records.review import Review, ReviewState
from benchharness.records.suite import Price, Volume
from benchharness.suite.reading import SuiteFile
from benchharness.verdict.thresholds import THRESHOLDS

__all__ = ["review"]

# A day that comes within this time is told before it's there.
SOON = timedelta(days=14)
# Moving off a model that's shut down takes a quarter: its day is told that long before.
SOON_SHUT = timedelta(days=90)
LONGEST_SHOWN = 40

T = TypeVar("T")


class _BrokenError(Exception):
    """Happens when a person's hand left something in a decision record that nobody can read."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What one trigger said."""

    standing: ReviewState
    """`current` when it didn't fire."""
    told: str = ""
    """Why it fired."""
    unchecked: str = ""
    """Why nobody could look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Now:
    """What a decision is held against."""

    today: date
    """The day."""
    suite: Callable[[Path], SuiteFile]
    """Reads a suite, once however many triggers ask for it."""


QUIET = _Found(ReviewState.CURRENT)


def review(folder: Path, today: date) -> tuple[Review, ...]:
    """Return the latest decision of every suite below a folder, looked at again as of `today`, the most pressing first.

    A decision that can't be read, or has a trigger that can't, is due, with the reason: a later run of its suite settles it.
    Raises UsageError when there is no such folder, or it's a file.
    """
    if not folder.exists():
        raise UsageError("there is no such folder", hint="`bench run` writes decisions below `reports/`", file=folder)
    if not folder.is_dir():
        raise UsageError("a file, expected a folder with decisions below it", hint=f"`bench review {folder.parent}`", file=folder)
    latest: dict[str, tuple[Path, DecisionRecord]] = {}
    broken: dict[Path, Review] = {}
    for path in decisions_below(folder):
        try:
            record = read_decision(path)
        except BenchError as error:
            broken[path.parent.parent] = _unreadable(path, error)
            continue
        broken.pop(path.parent.parent, None)
        latest[record.suite] = path, record
    now = _Now(today=today, suite=cache(load_suite))
    found = [*broken.values(), *(_reviewed(path, record, now) for path, record in latest.values())]
    pressing = {ReviewState.DUE: 0, ReviewState.DUE_SOON: 1, ReviewState.CURRENT: 2}
    return tuple(sorted(found, key=lambda each: (pressing[each.standing], each.suite)))


def _unreadable(path: Path, error: BenchError) -> Review:
    """Return a decision of which only the place is known."""
    told = f"{error}. {error.hint[:1].upper()}{error.hint[1:]}." if error.hint else f"{error}."
    return Review(
        suite=path.parent.parent.resolve().name,
        suite_file="",
        run=path.parent.name,
        date="",
        age_days=None,
        verdict="unreadable",
        owner="",
        standing=ReviewState.DUE,
        fired=(told,),
        not_checked=(),
        review_by=None,
    )


def _reviewed(path: Path, record: DecisionRecord, now: _Now) -> Review:
    found = [_looked_at(each, now, f"{path}: triggers[{at}]") for at, each in enumerate(record.triggers)]
    age = None
    try:
        age = (now.today - _read("date", record.date, _date)).days
    except _BrokenError as error:
        found.append(_Found(ReviewState.DUE, f"{path}: {error}"))
    standings = {each.standing for each in found}
    worst = next((each for each in (ReviewState.DUE, ReviewState.DUE_SOON) if each in standings), ReviewState.CURRENT)
    return Review(
        suite=record.suite,
        suite_file=record.suite_file,
        run=record.run,
        date=record.date,
        age_days=age,
        verdict=record.verdict,
        owner=record.owner,
        standing=worst,
        # Several triggers look at one suite: that it broke is told once.
        fired=tuple(dict.fromkeys(each.told for each in found if each.told)),
        not_checked=tuple(each.unchecked for each in found if each.unchecked),
        review_by=record.review_by,
    )


def _looked_at(trigger: Trigger, now: _Now, place: str) -> _Found:
    """Return what a trigger says; one that can't be read calls the decision up, since nobody knows what it would have said."""
    try:
        _read("subject", trigger.subject, _text)
        return CHECKS[trigger.kind](trigger, now)
    except _BrokenError as error:
        return _Found(ReviewState.DUE, f"{place}.{error}")


def _read(key: str, value: object, read: Callable[[object], T]) -> T:
    """Return what a key of the record says; _BrokenError with the key and what stands there, when `read` can't."""
    try:
        return read(value)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        text = repr(value)
        shown = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."
        raise _BrokenError(f"{key}: expected {EXPECTED[read]}, got {shown}") from error


def _date(value: object) -> date:
    return date.fromisoformat(_text(value))


def _number(value: object) -> float:
    found = float(_text(value))
    if not math.isfinite(found):
        raise ValueError("no number")
    return found


def _limit(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, float | int | None):
        raise TypeError("no number")
    return value


def _price_then(value: object) -> Price:
    found = from_json(Price, json.loads(_text(value)))
    if not all(0 <= each < math.inf for each in (found.input_usd_per_million, found.output_usd_per_million)):
        raise ValueError("no price")
    return found


def _names(value: object) -> list[str]:
    given = json.loads(_text(value))
    if not isinstance(given, list):
        raise TypeError("no list")
    return [_text(each) for each in given]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


EXPECTED: dict[Callable[[object], object], str] = {
    _text: "a text",
    _date: "a day in quotes, such as '2027-01-31'",
    _number: "a number in quotes",
    _limit: "a number",
    _price_then: "a price as JSON text",
    _names: "a list of names as JSON text",
}


def _day(trigger: Trigger, now: _Now) -> _Found:
    today, day = now.today, _read("was", trigger.was, _date)
    notice = SOON if trigger.kind is TriggerKind.REVIEW_DATE else SOON_SHUT
    what = {TriggerKind.REVIEW_DATE: "Its day,", TriggerKind.BASE_MODEL: f"The shutdown of {trigger.subject or 'the base model'} on"}.get(
        trigger.kind, "The tuning service's last day,"
    )
    if today >= day:
        return _Found(ReviewState.DUE, f"{what} {trigger.was} is here or past.")
    if today >= day - notice:
        return _Found(ReviewState.DUE_SOON, f"{what} {trigger.was} is {numbers.quantity((day - today).days, 'day')} away.")
    return QUIET


def _golden_set(trigger: Trigger, now: _Now) -> _Found:
    return _looked(trigger, now, lambda file: _changed(with_data(file).golden.fingerprint, trigger.was, "The golden set changed."))


def _policy(trigger: Trigger, now: _Now) -> _Found:
    def look(file: SuiteFile) -> _Found:
        return _changed(policy_hash(file.suite, files_of(file.suite, file.path.parent)), trigger.was, "The policy changed.")

    return _looked(trigger, now, look)


def _looked(trigger: Trigger, now: _Now, look: Callable[[SuiteFile], _Found]) -> _Found:
    """Return what a look at the trigger's suite says, or why nobody can look."""
    path = Path(trigger.subject)
    if not path.is_file():
        return _Found(ReviewState.CURRENT, unchecked=f"{trigger.kind.value}: {trigger.subject} isn't here.")
    try:
        return look(now.suite(path))
    except BenchError as error:
        # A suite that doesn't hold any more is a change as well, and the one most worth telling.
        reason = error.mistakes[0] if isinstance(error, MistakesError) else error
        return _Found(ReviewState.DUE, f"{trigger.subject} can't be read any more: {reason}")


def _changed(now: str, was: str, told: str) -> _Found:
    return QUIET if now == was else _Found(ReviewState.DUE, told)


def _volume(trigger: Trigger, now: _Now) -> _Found:
    was = _read("was", trigger.was, _number)
    return _looked(trigger, now, lambda file: _passed(file.suite.decision.volume, was))


def _passed(volume: Volume | None, was: float) -> _Found:
    now = 0 if volume is None else volume.requests_per_month
    if now <= was:
        return QUIET
    return _Found(ReviewState.DUE, f"The volume is {now:,} requests a month; a fine-tune may get cheaper above {was:,.0f}.")


def _price(trigger: Trigger, _: _Now) -> _Found:
    was, stated = _read("was", trigger.was, _price_then), _read("limit", trigger.limit, _limit)
    now = listed_price(trigger.subject)
    if now is None:
        return _Found(ReviewState.CURRENT, unchecked=f"price: no list with {trigger.subject} is installed (extra `apis`).")
    # Records from before limits were kept say none.
    limit = THRESHOLDS["price_moved"].value if stated is None else stated
    moved = next(_moves(was, now, limit), None)
    return QUIET if moved is None else _Found(ReviewState.DUE, f"{trigger.subject}: {moved}.")


def _moves(was: Price, now: Price, limit: float) -> Iterator[str]:
    for what, before, after in (
        ("input", was.input_usd_per_million, now.input_usd_per_million),
        ("output", was.output_usd_per_million, now.output_usd_per_million),
    ):
        if before and abs(after / before - 1) > limit:
            yield f"{what} costs {numbers.usd(after)} a million tokens, {numbers.usd(before)} at the decision"


def _new_model(trigger: Trigger, _: _Now) -> _Found:
    was = _read("was", trigger.was, _names)
    now = listed_models(trigger.subject)
    if not now:
        return _Found(ReviewState.CURRENT, unchecked=f"new-model: no list of {trigger.subject} is installed (extra `apis`).")
    new = sorted(set(now) - set(was))
    if not new:
        return QUIET
    return _Found(ReviewState.DUE, f"{trigger.subject} lists {numbers.quantity(len(new), 'new model')}: {numbers.listed(new, most=3)}.")


CHECKS: dict[TriggerKind, Callable[[Trigger, _Now], _Found]] = {
    TriggerKind.REVIEW_DATE: _day,
    TriggerKind.BASE_MODEL: _day,
    TriggerKind.TUNING_SERVICE: _day,
    TriggerKind.GOLDEN_SET: _golden_set,
    TriggerKind.POLICY: _policy,
    TriggerKind.VOLUME: _volume,
    TriggerKind.PRICE: _price,
    TriggerKind.NEW_MODEL: _new_model,
}
