"""Golden examples that stand in what was trained on, and how candidates did on them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Leakage", "LeakedPart"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakedPart:
    """How one candidate did on the leaked examples, and on the clean ones."""

    candidate: str
    """`candidate/prompt`."""
    leaked_matched: int
    """Leaked examples that matched."""
    leaked: int
    """Leaked examples measured."""
    clean_matched: int
    """Clean examples that matched."""
    clean: int
    """Clean examples measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leakage:
    """Golden examples that stand in the training pool as well."""

    checked: bool
    """Whether a pool was there to look at."""
    golden: int = 0
    """Golden examples looked at."""
    leaked: tuple[str, ...] = ()
    """Their ids."""
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The same ids by how they were found, each under the strongest: `exact`, `normalised`, `near`, `group`."""
    source: str = ""
    """The file they stand in."""
    unread: tuple[str, ...] = ()
    """What the suite names and nobody could look at; where there is something, nothing is known to be clean."""
    parts: tuple[LeakedPart, ...] = ()
    """How the candidates did on either part, when some leaked."""

    @property
    def share(self) -> float:
        """Return leaked over golden, from 0 to 1."""
        return len(self.leaked) / self.golden if self.golden else 0.0
