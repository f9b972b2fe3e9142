"""Show a run while it goes on: a live table on a terminal, heartbeat lines elsewhere; always on stderr."""

import sys
import time
from collections import Counter, deque
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from benchharness import numbers
from benchharness.cli.printing import say, shown
from benchharness.pipeline.asking.ask import Job, Progress
from benchharness.records.asking_facts import AskingFacts
from benchharness.records.comparison import candidate_label
from benchharness.report import run

__all__ = ["Screen"]

BAR_WIDTH = 24
MOST_KINDS = 3
SECONDS_BETWEEN_HEARTBEATS = 15.0
REDRAWS_PER_S = 5
# The rate shown is that of so many seconds.
SECONDS_OF_RATE, LEAST_SECONDS_OF_RATE = 15.0, 1.0


class Screen:
    """Hears of every row and shows how far the run is."""

    def __init__(self) -> None:
        self._progress: dict[tuple[str, str], Progress] = {}
        self._live: Any = None
        self._began = time.monotonic()
        self._last = 0.0
        self._lately: deque[tuple[float, int]] = deque()

    def start(self, suite: str, jobs: Sequence[Job]) -> None:
        """Show that a run begins."""
        self._began = self._last = time.monotonic()
        total = sum(job.total for job in jobs)
        for job in jobs:
            self._progress[job.candidate, job.prompt] = Progress(candidate=job.candidate, prompt=job.prompt, total=job.total)
        if not sys.stderr.isatty():
            say(f"{_clock()} run {suite}: {numbers.quantity(len(jobs), 'candidate')}, {numbers.quantity(total, 'question')}", err=True)
            return
        from rich.console import Console
        from rich.live import Live

        self._live = Live(console=Console(stderr=True), get_renderable=self._picture, refresh_per_second=REDRAWS_PER_S, transient=True)
        self._live.start()

    def update(self, progress: Progress) -> None:
        """Take note of a row."""
        self._progress[progress.candidate, progress.prompt] = progress
        now = time.monotonic()
        if self._live is None and now - self._last >= SECONDS_BETWEEN_HEARTBEATS:
            self._last = now
            say(f"{_clock()} {self._line()}", err=True)

    def stopping(self) -> None:
        """Say that a signal was heard."""
        say("stopping: questions in flight are finished and saved; once more to stop at once", err=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._live is not None:
            self._live.stop()
        if self._progress:
            say(f"{_clock()} {'stopped' if kind else 'done'} {self._line()}", err=True)

    def closing(self, facts: AskingFacts | None) -> None:
        """Say what asking took, and what was slow and why."""
        if told := run.render(facts):
            say(told, err=True)

    def _line(self) -> str:
        parts = list(self._progress.values())
        done = sum(each.done for each in parts)
        total = sum(each.total for each in parts)
        share = f" {100 * done // total} %" if total else ""
        spent = sum(each.cost_usd for each in parts)
        throttled = sum({each.lane: each.throttled for each in parts}.values())
        told = [
            f"{numbers.whole(done)}/{numbers.whole(total)}{share}",
            f"stored {numbers.whole(sum(each.stored for each in parts))}",
            f"not measured {numbers.whole(sum(each.missing for each in parts))}{_kinds(parts)}",
            *([f"retried {sum(each.retried for each in parts)}"] if any(each.retried for each in parts) else []),
            *([f"throttled {numbers.whole(throttled)}"] if throttled else []),
            *([f"spent {numbers.usd(spent)}"] if spent else []),
            numbers.duration(time.monotonic() - self._began),
            *self._pace(done, total),
        ]
        return " · ".join(told)

    def _pace(self, done: int, total: int) -> list[str]:
        """Return the rate of the last seconds, and how long the rest takes at it; nothing before it's known or once all is done."""
        now = time.monotonic()
        self._lately.append((now, done))
        while len(self._lately) > 1 and now - self._lately[0][0] > SECONDS_OF_RATE:
            self._lately.popleft()
        then, before = self._lately[0]
        if done >= total or done == before or now - then < LEAST_SECONDS_OF_RATE:
            return []
        rate = (done - before) / (now - then)
        return [f"{rate:,.1f} a second", f"about {numbers.duration((total - done) / rate)} left"]

    def _picture(self) -> Any:
        from rich.text import Text

        lines = [_bar(each) for each in self._progress.values()]
        told = [*lines, self._line(), "^C once finishes what is in flight and saves; twice stops now"]
        return Text(shown("\n".join(told), err=True))


def _bar(progress: Progress) -> str:
    name = candidate_label(progress.candidate, progress.prompt)
    filled = BAR_WIDTH * progress.done // progress.total if progress.total else BAR_WIDTH
    count = f"{numbers.whole(progress.done)}/{numbers.whole(progress.total)}"
    tail = f"  {progress.in_flight} of {progress.window} in flight" if progress.in_flight and progress.done < progress.total else ""
    return f"{name:<30.30} {'━' * filled}{'╌' * (BAR_WIDTH - filled)} {count:>11}{tail}"


def _kinds(parts: Sequence[Progress]) -> str:
    """Return the failures by kind, most frequent first."""
    found = sum((each.failures for each in parts), Counter[str]())
    return f" ({', '.join(f'{kind} {numbers.whole(count)}' for kind, count in found.most_common(MOST_KINDS))})" if found else ""


def _clock() -> str:
    return time.strftime("%H:%M:%S")
