"""How hard a run may push, how long it may take and what it may cost."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Gt

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How hard a run may push."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    max_concurrent: Annotated[int, Ge(1)] = 32
    """The most questions in flight at once for one key and endpoint; a run starts with 8 and finds out how many are welcome."""
    timeout_s: Annotated[float, Gt(0)] = 60.0
    """The longest one try may take, in seconds."""
    attempts: Annotated[int, Ge(1)] = 4
    """Tries for one question when the failure is of a kind that passes."""
    requests_per_minute: Annotated[float, Gt(0)] | None = None
    """The most requests in any 60 seconds to one key and endpoint, where the provider doesn't tell its limit."""
    tokens_per_minute: Annotated[float, Gt(0)] | None = None
    """The same for tokens."""
    confirm_above_usd: Annotated[float, Ge(0)] = 1.0
    """Ask on a terminal before spending more than this."""
    budget_usd: Annotated[float, Gt(0)] | None = None
    """The most one run may cost, in US dollars; `--budget` overrides it."""
    run_timeout_s: Annotated[float, Gt(0)] | None = None
    """The longest one run may ask, in seconds; what isn't asked by then is not measured."""
