"""What only the team can say of its case: limits, people, money and time; every key is optional, and none is guessed.

They stand under `decision:` of a suite. A key left out stays unanswered: the rule that needs it says so and names it.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Gt, Le

__all__ = [
    "Build",
    "DataMoat",
    "Frontier",
    "Judge",
    "Latency",
    "Moat",
    "ModelIsTheReason",
    "Privacy",
    "ResidencyApi",
    "Spend",
    "Sunset",
    "Team",
    "Weeks",
]

STRICT = {"extra": "forbid"}

# Bounds no honest answer meets; they keep sums finite.
Usd = Annotated[float, Ge(0), Le(1e12)]
Weeks = Annotated[float, Gt(0), Le(5200)]


class ResidencyApi(StrEnum):
    """What came of asking an API that's hosted where the data may be: in the region, or in a private cloud."""

    NOT_TRIED = "not-tried"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class ModelIsTheReason(StrEnum):
    """Whether customers choose the product because of its model."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Frontier(StrEnum):
    """What new releases of the large models do in this domain."""

    MOVING = "moving"
    PLATEAU = "plateau"


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How fast an answer must be."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    p95_s: Annotated[float, Gt(0), Le(86_400)]
    """19 of 20 answers must be there within this many seconds."""
    hard: bool = True
    """Whether a slower API is out of the question; `false` for a wish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """Where the data may go."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    data_may_leave: bool | None = None
    """Whether the data may be sent to a third party's API."""
    residency_api: ResidencyApi | None = None
    """When it may not: what came of an API hosted in your region or cloud: `not-tried`, `accepted` or `rejected`."""
    offline: bool | None = None
    """Whether it must answer without any network: on a device, or air-gapped."""
    regulated_by: tuple[str, ...] = ()
    """Rules and contracts that apply, by name, e.g. `[GDPR, HIPAA]`."""
    data_sent: str = ""
    """What flows to a third party when an API is used, in a sentence."""
    moves_regulated_data: bool | None = None
    """Whether training or hosting a model of your own would move regulated data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Who would keep a model of your own alive."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    owner: str = ""
    """Who maintains it in 18 months: a name or a role."""
    ml_engineers: Annotated[float, Ge(0), Le(10_000)] | None = None
    """People, in full-time shares, who can train and serve a model (CUDA, ONNX, containers); 0.5 is half of one."""
    on_call: bool | None = None
    """Whether somebody is called when it fails at night."""
    upgrades: bool | None = None
    """Whether there is a way to upgrade the model and what serves it."""
    monitoring: bool | None = None
    """Whether drift and failures are watched."""
    net_new: bool | None = None
    """Whether that team would have to be hired first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moat:
    """Whether the model is what customers come for."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    model_is_the_reason: ModelIsTheReason | None = None
    """Whether customers choose you because your model is better: `yes`, `no` or `unsure`."""
    sentence: str = ""
    """The proof in one sentence, as a customer would say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataMoat:
    """Whether the data is an advantage that lasts."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    proprietary: bool | None = None
    """Whether nobody else has it, large models included."""
    growing: bool | None = None
    """Whether using the product makes more of it."""
    expert_labels: bool | None = None
    """Whether experts labelled it."""
    perishable: bool | None = None
    """Whether it's soon out of date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spend:
    """What the API bill says."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    api_usd_per_month: Usd | None = None
    """What this feature's API calls cost a month: the last 90 days' bill by three."""
    tokens_per_month: Annotated[float, Ge(0), Le(1e18)] | None = None
    """Its tokens a month, input and output."""
    users: Annotated[int, Ge(0), Le(10**10)] | None = None
    """People who use it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """What a model of your own would take."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    from_scratch: bool | None = None
    """Whether it would be trained from scratch, without a base model."""
    weeks: Weeks | None = None
    """Weeks until it would answer customers; what the sources say when unset."""
    gpu_commitment_years: Annotated[float, Ge(0), Le(100)] | None = None
    """Years for which GPUs would have to be rented or bought; 0 for none."""
    rebase_planned: bool | None = None
    """Whether moving it to each newer base model is planned and paid for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sunset:
    """Until when the base model and the service that tunes it can be had, as their vendor announced."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    base_model: str | None = None
    """The day the base model (and with it its fine-tunes) is shut down, e.g. 2027-01-14."""
    tuning_service: str | None = None
    """The day the tuning service takes its last job, e.g. 2027-01-06."""
    none_announced: bool | None = None
    """`true` when you looked and no end is announced, or the weights are yours to keep."""
    payback_months: Annotated[float, Gt(0), Le(1200)] | None = None
    """Months until the fine-tune has paid for itself; the months of the cost comparison when unset."""

    def __post_init__(self) -> None:
        """Refuse a day that isn't one, and an end that's announced and isn't."""
        for name, day in (("base_model", self.base_model), ("tuning_service", self.tuning_service)):
            if day is not None and not _is_day(day):
                raise ValueError(f"expected {name} to be a day such as 2027-01-14, got the text {day[:40]!r}")
        if self.none_announced and (self.base_model or self.tuning_service):
            raise ValueError("none_announced can't be true beside a day that is announced")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Say so when a model marks the answers that decide, and how it was held against people."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    calibration_labels: Annotated[int, Ge(0), Le(10**9)] = 0
    """Answers that people marked as well."""
    kappa: Annotated[float, Ge(-1), Le(1)] | None = None
    """Cohen's kappa between the judge and the people on those answers."""


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
