"""The job that every contestant does: tickets, the queue each belongs in, and what the server says, nine of ten right."""

import json
from pathlib import Path

__all__ = ["MARK", "SYSTEM", "answer", "question", "right_of", "write_golden_set"]

SYSTEM = "Answer with the name of the queue that this ticket belongs in, and nothing else."
# The server reads the number behind it; so the answer depends on the prompt, and a mix-up shows in the score.
MARK = "Ticket "
QUEUES, WRONG = 97, 3


def question(number: int) -> str:
    """Return the text of one ticket."""
    return (
        f"{MARK}{number}: the parcel of order {number * 31 % 100_003} was due on Monday. The driver's note says that nobody was in, "
        "but I was at home all day, and the shop at the corner has nothing for me either. Please tell me where it is."
    )


def target(number: int) -> str:
    """Return the right queue."""
    return f"queue-{number * 7919 % QUEUES}"


def answer(number: int) -> str:
    """Return what the server says: the right queue, but for one ticket of ten."""
    return "queue-none" if number % 10 == WRONG else target(number)


def right_of(count: int) -> int:
    """Return how many of the first `count` tickets are answered right."""
    return sum(number % 10 != WRONG for number in range(count))


def write_golden_set(path: Path, count: int) -> None:
    """Write the first `count` tickets as JSON Lines with id, input and target."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            file.write(json.dumps({"id": f"t{number}", "input": question(number), "target": target(number)}) + "\n")
