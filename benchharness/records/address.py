"""Where questions and keys go when it isn't a provider's own address, and who said so."""

from dataclasses import dataclass

__all__ = ["Address"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One address that a candidate or a judge is asked at, or a proxy it's asked through."""

    candidate: str
    """Who is asked there."""
    url: str
    """The address, without user, password and query."""
    named_by: str
    """What names it, and where: `OPENAI_BASE_URL in .env`, `the suite`."""
    keys: tuple[str, ...] = ()
    """What is sent along, and where it's from: `OPENAI_API_KEY from the shell`; never a key itself. Empty: no key is sent."""
    proxy: bool = False
    """Whether it's a proxy on the way, and not where the question ends."""

    def __str__(self) -> str:
        if self.proxy:
            return f"{self.candidate} is asked through the proxy {self.url} ({self.named_by})"
        key = f"with {', '.join(self.keys)}" if self.keys else "without a key"
        return f"{self.candidate} is asked at {self.url} ({self.named_by}), {key}"
