"""Answer from the rows of an earlier run."""

from collections.abc import Iterable, Mapping
from typing import Any

from benchharness.errors import SetupError
from benchharness.providers.context import ProviderContext
from benchharness.records.answer import Answer, AnswerStatus, Failure, NoAnswer
from benchharness.records.json_form import to_json
from benchharness.records.rate_limits import RateLimits
from benchharness.records.request import Request
from benchharness.records.row import Row, kept_answer
from benchharness.records.suite import CandidateEntry, Price

__all__ = ["RecordedProvider", "make"]


def make(entry: CandidateEntry, context: ProviderContext) -> "RecordedProvider":
    """Return what answers from a results file; raises SetupError or MistakesError when the file can't be read or used."""
    path = context.folder / (entry.model or "").split("/", 1)[1]
    return RecordedProvider(entry, context.recorded_rows(path), source=str(path))


class RecordedProvider:
    """Knows what one candidate of an earlier run said to each example."""

    name = "recorded"
    lane = "recorded"
    max_concurrent: int | None = None

    def __init__(self, entry: CandidateEntry, rows: Iterable[Row], *, source: str) -> None:
        self._entry = entry
        self._source = source
        own = [row for row in rows if row.candidate == entry.name and _was_answered(row)]
        if len({row.prompt for row in own}) > 1:
            own = [row for row in own if entry.prompts == (row.prompt,)]
            if not own:
                raise SetupError(
                    f"{entry.name} was recorded with several prompts",
                    file=source,
                    hint="name the one meant, alone, in the candidate's `prompts`",
                )
        named = {row.model for row in own if row.model}
        self.model_told = named.pop() if len(named) == 1 else ""
        self._rows: dict[tuple[str, int], Row] = {(row.example_id, row.repeat): row for row in own}

    def price(self) -> Price | None:
        """Return the price the suite gives it."""
        return self._entry.price

    def wire(self, request: Request) -> Mapping[str, Any]:
        """Return which recorded answer it is, the answer included, so that another file is another answer."""
        row = self._rows.get((request.example_id, request.repeat))
        return {"recorded": self._entry.name, "example": request.example_id, "answer": None if row is None else to_json(_answer(row))}

    async def answer(self, request: Request) -> Answer | NoAnswer:
        """Return the recorded answer, or say that there is none."""
        row = self._rows.get((request.example_id, request.repeat))
        if row is None:
            return NoAnswer(failure=Failure.NOT_RECORDED, message=f"{self._source} has no answer of {self._entry.name} to this example")
        return _answer(row)

    def limits(self) -> RateLimits | None:
        """Return None; a file has none."""
        return None

    async def close(self) -> None:
        """Do nothing; the file is read already."""


def _was_answered(row: Row) -> bool:
    """Tell whether a row is an answer: an empty one is, unless the row says that there was none."""
    return row.output is not None and not (row.status is AnswerStatus.ERROR and not row.output)


def _answer(row: Row) -> Answer:
    # What couldn't be parsed was an answer before it was looked at.
    status = AnswerStatus.ANSWERED if row.status in (AnswerStatus.UNPARSABLE, AnswerStatus.ERROR) else row.status
    if status is AnswerStatus.ANSWERED and not (row.output or "").strip():
        status = AnswerStatus.EMPTY
    return kept_answer(row, status)
