"""What a model takes of what it's asked: a refused parameter is left out, a refused form asked for in a looser way."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from benchharness.providers.faults import is_refusal
from benchharness.providers.schema_modes import MODES, in_mode, refuses_mode
from benchharness.records.answer import Failure

__all__ = ["Taken"]

# What a model may refuse to be asked; anything else it refuses is the request's fault.
REFUSABLE = ("temperature", "seed", "top_p", "stop")
# OpenAI's reasoning models, and servers that follow them, refuse the older of these.
OLD_NAME, NEW_NAME = "max_tokens", "max_completion_tokens"
# How providers word it: `temperature` "is not supported", "may only be set to 1", "is deprecated for this model".
REFUSING = ("unsupported", "not support", "n't support", "may only", "only temperature", "only the default", "deprecated", "not permitted")
# Refused before it was sent, or with HTTP's words for a wrong question.
REFUSED_STATUSES = (None, 400, 422)


@dataclass(frozen=True, slots=True)
class Taken:
    """What one model was found to take."""

    refused: frozenset[str] = frozenset()
    """Parameters it refuses."""
    mode: str = MODES[0]
    """The strictest way of asking for a form that it wasn't found to refuse."""
    new_name: bool = False
    """Whether it wants the most tokens by their newer name, `max_completion_tokens`."""

    def of(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return a body as the model takes it; the very same where it takes all."""
        if "response_format" in body and self.mode != MODES[0]:
            body = in_mode(body, self.mode)
        if self.new_name and OLD_NAME in body:
            body = {NEW_NAME if name == OLD_NAME else name: value for name, value in body.items()}
        return {name: value for name, value in body.items() if name not in self.refused} if self.refused else body

    def looser(self, status: int | None, failure: Failure, told: str, sent: Mapping[str, Any]) -> "Taken | None":
        """Return how to ask after a refusal that names a parameter or the form; None when it was no such refusal."""
        if status not in REFUSED_STATUSES or failure is not Failure.BAD_REQUEST or is_refusal(status or 0, told):
            return None
        words = told.lower()
        if OLD_NAME in sent and NEW_NAME in words:
            return replace(self, new_name=True)
        name = next((name for name in REFUSABLE if name in sent and re.search(rf"\b{name}\b", words)), None)
        if name is not None and any(each in words for each in REFUSING):
            return replace(self, refused=self.refused | {name})
        if ("response_format" in sent or "tools" in sent) and refuses_mode(words, self.mode):
            return self.next_mode()
        return None

    def next_mode(self) -> "Taken":
        """Return the same with the form asked for in the next looser way."""
        return replace(self, mode=MODES[MODES.index(self.mode) + 1])

    def learnt(self, other: "Taken", *, schema: bool) -> "Taken":
        """Return what is known after a question was answered that was asked as `other` says; `schema` tells that it wanted a form."""
        if other == self:
            return self
        mode = max(self.mode, other.mode, key=MODES.index) if schema else self.mode
        return Taken(refused=self.refused | other.refused, mode=mode, new_name=self.new_name or other.new_name)
