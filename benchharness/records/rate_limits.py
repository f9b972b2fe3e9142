"""What a provider's reply told of its rate limits."""

from dataclasses import dataclass

__all__ = ["RateLimits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimits:
    """Limits as one reply told them; None for what it didn't tell."""

    limit_requests: float | None = None
    """Requests a window allows; the window's length isn't told, most count minutes."""
    remaining_requests: float | None = None
    """Requests left in it."""
    reset_requests_s: float | None = None
    """Seconds until the requests are whole again, not until the next one is free."""
    limit_tokens: float | None = None
    """Tokens a window allows; where input and output count apart, the tighter of both."""
    remaining_tokens: float | None = None
    """Tokens left in it."""
    reset_tokens_s: float | None = None
    """Seconds until the tokens are whole again."""
    retry_after_s: float | None = None
    """Seconds the provider asks to wait before the next question."""
