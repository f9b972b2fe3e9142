"""What was tried for a candidate."""

from dataclasses import dataclass

__all__ = ["Effort"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """What was tried for one candidate entry of the suite, whether or not it was measured."""

    candidate: str
    """The entry's name."""
    path: str
    """`api`, `fine-tuned`, `self-hosted` or `classical`."""
    model: str
    """The model asked; empty when nobody knows, as of recorded answers that don't say."""
    provider: str
    """Who serves it; empty when nobody knows."""
    base_model: str
    """The model without its adapter; the same for a fine-tune and its base. Empty when nobody knows."""
    strategies: tuple[str, ...] = ()
    """Prompt strategies asked, each once."""
    prompts: tuple[str, ...] = ()
    """Prompts asked."""
    requests: tuple[str, ...] = ()
    """A digest of what each of them sends to this model: two alike are one try under two names."""
    pool_prompts: tuple[str, ...] = ()
    """Of these, the ones whose shots come from the training pool."""
    measured: bool = True
    """Whether it has rows."""
