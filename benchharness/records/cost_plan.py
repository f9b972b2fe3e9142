"""What a team states about money, so that the total cost of each path can be compared; all in US dollars."""

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Gt, Le

__all__ = ["Amount", "CostPlan", "Hosting", "PathPlan"]

STRICT: dict[str, Any] = {"extra": "forbid"}
Positive = Annotated[float, Ge(0)]
# One number, or `[low, high]` where nobody knows it exactly.
Amount = Positive | tuple[Positive, Positive]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosting:
    """Machines that serve a model of one's own."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    usd_per_month: Amount | None = None
    """One machine for a month, rented or written off, power included; this or `usd_per_hour`."""
    usd_per_hour: Amount | None = None
    """One machine for an hour; it runs 730 hours a month, used or not."""
    requests_per_month: Amount | None = None
    """What one machine serves in a month at the load it really gets; this or `requests_per_second`."""
    requests_per_second: Amount | None = None
    """What one machine serves at full load, as measured. With neither: the machines are those for the stated volume."""
    utilisation: Annotated[float, Gt(0), Le(1)] = 0.5
    """The share of full load that a machine really gets, nights and peaks included; only with `requests_per_second`."""
    machines: Annotated[int, Ge(1)] = 1
    """The fewest machines that must run, whatever the volume."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathPlan:
    """What one path takes beside its answers."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    usd_per_1k: Amount | None = None
    """What 1,000 requests cost; unset: as measured in the run."""
    engineers: Amount | None = None
    """Full-time engineers it keeps busy, on-call included, e.g. 0.5; 0 must be said."""
    once_usd: Amount = 0.0
    """What is paid once beside training: labelling, building, a security review."""
    retrain_every_months: Annotated[float, Gt(0)] | None = None
    """How often the training is paid again; unset: never."""
    monthly_usd: Amount = 0.0
    """What is paid every month beside answers, machines and engineers: evaluation, licences, monitoring."""
    hosting: Hosting | None = None
    """Machines, where the path runs on its own; unset: requests are paid one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostPlan:
    """Total cost of ownership, as far as a run can't measure it."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    months: Annotated[int, Ge(1), Le(120)] = 36
    """Over how long the paths are compared."""
    engineer_usd_per_year: Amount = (250_000.0, 400_000.0)
    """One engineer with everything, a year."""
    price_change: Annotated[float, Ge(0), Le(0.9)] = 0.5
    """By how much prices of requests may rise or fall; a yes must hold at both ends."""
    prompt: PathPlan = field(default_factory=PathPlan)
    """Prompting an API."""
    fine_tuned: PathPlan = field(default_factory=PathPlan)
    """The fine-tune; its training cost stands under `decision.fine_tune`."""
    self_hosted: PathPlan = field(default_factory=PathPlan)
    """A model of one's own without a fine-tune."""
