"""One question as a provider gets it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from benchharness.records.suite import Parameters

__all__ = ["Message", "Request", "Role"]


class Role(StrEnum):
    """Who speaks in a chat message."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One chat message."""

    role: Role
    """Who speaks."""
    content: str
    """What is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question to one provider; the target is not in it."""

    example_id: str
    """Which example it asks; no part of what is sent."""
    input: str
    """The example's bare text, for models that take no prompt."""
    messages: tuple[Message, ...]
    """The filled prompt, in order."""
    parameters: Parameters
    """What is asked of the model."""
    response_schema: Mapping[str, Any] | None = None
    """The JSON Schema the answer must fit, when the prompt has one."""
    repeat: int = 0
    """0-based repeat; each repeat is a question of its own."""
