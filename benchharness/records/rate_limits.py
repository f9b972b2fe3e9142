"""What a provider's reply tells of its limits."""

from dataclasses import dataclass

__all__ = ["RateLimits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimits:
    """Limits as the headers of one reply say them; None where they don't."""

    requests: float | None = None
    """Requests allowed in a minute."""
    requests_left: float | None = None
    """Requests left at this moment."""
    tokens: float | None = None
    """Tokens allowed in a minute."""
    tokens_left: float | None = None
    """Tokens left at this moment."""
