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
    """The model asked."""
    provider: str
    """Who serves it."""
    base_model: str
    """The model without its adapter; the same for a fine-tune and its base."""
    strategies: tuple[str, ...] = ()
    """Prompt strategies asked, each once."""
    prompts: tuple[str, ...] = ()
    """Prompts asked."""
    pool_prompts: tuple[str, ...] = ()
    """Of these, the ones whose shots come from the training pool."""
    measured: bool = True
    """Whether it has rows."""
