"""How well two labellers agree beyond chance: Cohen's kappa, never without the plain agreement beside it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchharness.comparison.distributions import ndtri

__all__ = ["Agreement", "cohen_kappa"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Agreement of two labellers."""

    n: int
    """Items both labelled."""
    agreement: float | None
    """Share of equal labels; None of nothing."""
    prevalence: float | None
    """Largest share of one label over both labellers: near 1 kappa says little (Feinstein & Cicchetti 1990)."""
    kappa: float | None
    """Cohen's kappa; None when undefined, as with one label only."""
    error: float | None
    """Its standard error."""
    low: float | None
    """Lower end of the two-sided interval."""
    high: float | None
    """Upper end."""
    confidence: float
    """Two-sided confidence."""


def cohen_kappa(table: Sequence[Sequence[int]], confidence: float = 0.95) -> Agreement:
    """Return the agreement of a square table of counts, rows the first labeller and columns the second.

    Kappa from Cohen (1960), its large-sample standard error from Fleiss, Cohen & Everitt (1969, eq. 13).
    The labels are those of the table: an unused one changes nothing. Raises ValueError when the table isn't square.
    """
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:  # noqa: PLR2004 - rows and columns
        raise ValueError(f"the table has the shape {counts.shape}; one row and one column per label are needed")
    n = int(counts.sum())
    if n == 0:
        return Agreement(n=0, agreement=None, prevalence=None, kappa=None, error=None, low=None, high=None, confidence=confidence)
    shares = counts / n
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    observed, chance = float(np.trace(shares)), float(rows @ columns)
    prevalence = float((rows + columns).max() / 2)
    # Floating point leaves a crumb below 1 where both labellers know one label only.
    if chance > 1 - 1e-12:
        return Agreement(n=n, agreement=observed, prevalence=prevalence, kappa=None, error=None, low=None, high=None, confidence=confidence)
    kappa = (observed - chance) / (1 - chance)
    same = float(np.sum(np.diag(shares) * (1 - (rows + columns) * (1 - kappa)) ** 2))
    crossed = shares * (columns[:, None] + rows[None, :]) ** 2
    other = (1 - kappa) ** 2 * float(crossed.sum() - np.trace(crossed))
    variance = (same + other - (kappa - chance * (1 - kappa)) ** 2) / (n * (1 - chance) ** 2)
    error = math.sqrt(max(0.0, variance))
    reach = float(ndtri((1 + confidence) / 2)) * error
    return Agreement(
        n=n,
        agreement=observed,
        prevalence=prevalence,
        kappa=kappa,
        error=error,
        low=max(-1.0, kappa - reach),
        high=min(1.0, kappa + reach),
        confidence=confidence,
    )
