"""The evidence bundle: what of a run is committed beside a proposal, so that its verdict can be recomputed; scores, no text."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["BundleExample", "BundleRow", "Manifest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The contents of `manifest.json`."""

    proposal: str
    """The proposal it was made for."""
    run: str
    """The run's directory name."""
    suite: str
    """The suite's name."""
    suite_file: str
    """The suite file, from the repository's root where it's known."""
    started_at: str
    """When the run started: UTC, ISO 8601."""
    policy_hash: str
    """`sha256:...` of the run's policy."""
    golden_set: str
    """Fingerprint of the golden set."""
    files: Mapping[str, str]
    """`sha256:...` of every other file of the bundle, by name."""
    training_data: str = ""
    """`sha256:...` of the training data's file; empty when none was there."""
    made_by: str = ""
    """The version of this package that made it; empty from before a bundle said so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleExample:
    """One golden example, without its text."""

    example_id: str
    """Its id."""
    digest: str = ""
    """A short hash of input and target, to tell which ones changed."""
    target: str = ""
    """Its target, when the suite's labels name it; else a short hash of it; empty when it has none."""
    cluster: str = ""
    """The cluster it belongs to; empty for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleRow:
    """One answer, without its text."""

    candidate: str
    """Its name."""
    prompt: str = ""
    """Its prompt; empty for none."""
    path: str
    """`api`, `fine-tuned`, `self-hosted`, `classical`."""
    example_id: str
    """Which example."""
    repeat: int = 0
    """Which time it was asked."""
    status: str = "answered"
    """As in a run's rows."""
    matched: bool | None = None
    """Whether it matched; None when it wasn't measured."""
    score: float | None = None
    """The primary score from 0 to 1; None when it has none."""
    input_tokens: int | None = None
    """Input tokens."""
    output_tokens: int | None = None
    """Output tokens."""
    cost_usd: float | None = None
    """US dollars."""
    latency_s: float | None = None
    """Seconds; None for a stored answer."""
    output_hash: str = ""
    """A short hash of what was said, so that a stored output can be told from another."""
