"""What a look at old decisions found."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Review", "ReviewState"]


class ReviewState(StrEnum):
    """How a decision stands today."""

    CURRENT = "current"
    DUE_SOON = "due-soon"
    DUE = "due"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One decision, looked at again."""

    suite: str
    """The suite's name."""
    suite_file: str
    """Its file, as given at the run."""
    run: str
    """The run directory's name."""
    date: str
    """The day of its evidence."""
    age_days: int | None
    """Days since then; None when that day can't be read."""
    verdict: str
    """What was decided."""
    owner: str
    """Who keeps it; empty when nobody is named."""
    standing: ReviewState
    """How it stands today."""
    fired: tuple[str, ...]
    """Why it's due, or soon will be."""
    not_checked: tuple[str, ...]
    """Triggers nobody could look at here, and why."""
    review_by: str | None
    """Its day."""
