"""The errors a caller can meet, drawn as one tree; each says what, where and what to do.

BenchError
├── UsageError                 wrong option or argument                        exit 2
├── MistakesError              every mistake of a suite or data file at once   exit 2
├── SetupError                 something needed is not installed or not there  exit 2
├── EvidenceError              evidence isn't what it claims to be             exit 14
├── CouldNotMeasureError       too many answers are missing                    exit 20
├── BudgetReachedError         stopped at the budget; what is paid is kept     exit 21
└── InterruptedRunError        stopped by a signal; the run can go on          exit 130 or 143

What a model does wrong (refuses, breaks off, answers nonsense) is no exception: it's a record (`NoAnswer`, `Unscored`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = [
    "MOST_MISTAKES",
    "BenchError",
    "BudgetReachedError",
    "CouldNotMeasureError",
    "EvidenceError",
    "InterruptedRunError",
    "Mistake",
    "MistakesError",
    "SetupError",
    "UsageError",
]

# Of many mistakes alike a reader needs the first few; a file of a million rows may have a million.
MOST_MISTAKES = 20


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Mistake:
    """One thing wrong in a file: where it stands, what it is and what to do about it."""

    file: str
    """The file as the user named it."""
    line: int | None = None
    """1-based line, when the file has lines."""
    column: int | None = None
    """1-based column, when known."""
    key: str = ""
    """The dotted key, e.g. `candidates[2].prompts[0]`; empty when the file as a whole is wrong."""
    message: str
    """What is wrong and what was expected."""
    hint: str = ""
    """What to do next, e.g. the nearest valid name."""

    @property
    def place(self) -> str:
        """Return `file:line:column` as far as they are known."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)

    def __str__(self) -> str:
        key = f"{self.key}: " if self.key else ""
        return f"{self.place}: {key}{self.message}"


class BenchError(Exception):
    """Tell the user what went wrong, where, and what to do next."""

    exit_code = 2

    def __init__(self, message: str, *, hint: str = "", file: str | Path | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.file = None if file is None else str(file)

    def __str__(self) -> str:
        return f"{self.file}: {self.message}" if self.file else self.message


class UsageError(BenchError):
    """Happens when an option or argument of a command makes no sense."""


class MistakesError(BenchError):
    """Happens when a suite or data file is wrong; carries every mistake found, in file order."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        count = len(self.mistakes)
        super().__init__(f"{count} mistake{'' if count == 1 else 's'}", file=self.mistakes[0].file if mistakes else None)


class SetupError(BenchError):
    """Happens when an extra, a file or an endpoint that the command needs is not there."""


class EvidenceError(BenchError):
    """Happens when an evidence bundle isn't what its manifest, or the proposal, says; `name` is the file at fault."""

    exit_code = 14

    def __init__(self, message: str, *, name: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.name = name


class CouldNotMeasureError(BenchError):
    """Happens when too many answers are missing to say anything; the run is kept."""

    exit_code = 20


class BudgetReachedError(BenchError):
    """Happens when the next call could pass the budget; every paid answer is kept."""

    exit_code = 21


class InterruptedRunError(BenchError):
    """Happens when a signal stops a run; every answer so far is kept."""

    exit_code = 130
