"""Latency taken apart from the run: one question at a time."""

from dataclasses import dataclass

__all__ = ["LatencyProbe", "ProbedLatency"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyProbe:
    """What one candidate took, asked one question after another over a connection of its own."""

    candidate: str
    """Its name."""
    prompt: str
    """Its prompt; empty for none."""
    cold_s: float | None
    """The very first answer, connection and loading included, in seconds; None when there was none."""
    warm_s: tuple[float, ...] = ()
    """Seconds from sending to the last byte of each answer after it, in asking order."""
    first_token_s: tuple[float, ...] = ()
    """Seconds to the first words, of answers that were streamed; empty where streaming doesn't exist."""
    failed: int = 0
    """Questions that got no answer; they measure nothing."""
    adapter_s: float | None = None
    """What this program itself adds to each, median in seconds, measured against a loopback server; None where it can't be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbedLatency:
    """A probe in a few numbers; each end of an interval is None where so few answers can't bound it."""

    p50_low_s: float | None
    """Lower end of the median's 95% interval, in seconds."""
    p50_high_s: float | None
    """Upper end of the median's 95% interval, in seconds."""
    p95_low_s: float | None
    """Lower end of the 95th percentile's 95% interval, in seconds."""
    p95_high_s: float | None
    """Upper end of the 95th percentile's 95% interval, in seconds; None below 72 answers."""
    first_token_s: float | None
    """Median seconds to the first words; None where nothing was streamed."""
    cold_s: float | None
    """Seconds of the first answer of all, connection and loading included."""
    adapter_s: float | None
    """Seconds this program itself adds to each, measured against a loopback server; None where it can't be."""
