"""What one proposal file says: who asks to fine-tune or self-host, why, on which evidence, and what people decided.

A person writes it, `bench propose` begins it, and `bench gate` holds it against its evidence. The reader in `suite/` checks a
YAML file against these classes, and `bench schema proposal` writes their JSON Schema, so a field's docstring here is what an
editor shows.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Gt, Le, MinLen

from benchharness.records.suite import PositiveShare, Share, Usd

__all__ = [
    "Constraints",
    "DecisionOutcome",
    "EvidenceLink",
    "Intervention",
    "Kind",
    "PeopleDecision",
    "Problem",
    "Proposal",
    "ProposalCosts",
    "Recheck",
    "Traffic",
    "TrainingData",
    "Tried",
    "Waiver",
]

STRICT = {"extra": "forbid"}

Text = Annotated[str, MinLen(1)]


class Kind(StrEnum):
    """What the proposal asks for."""

    TRIAL = "trial"
    LORA = "lora"
    QLORA = "qlora"
    FULL = "full"
    DPO = "dpo"
    DISTILL = "distill"
    HOSTED_FINE_TUNE = "hosted-fine-tune"
    SELF_HOST = "self-host"


class DecisionOutcome(StrEnum):
    """What people decided."""

    APPROVED = "approved"
    REJECTED = "rejected"
    DEFERRED = "deferred"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong today, and what would be good enough; the numbers must be the suite's own."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    suite: Text
    """The suite that measures it, relative to this file."""
    statement: str = ""
    """What goes wrong for whom, in a sentence or two."""
    metric: Text
    """The name of the suite's primary scorer."""
    target: PositiveShare
    """The suite's `decision.accuracy_target`, as it was when the evidence was made."""
    target_reason: str = ""
    """Where the target comes from."""
    smallest_useful_gain: Share
    """The smallest gain over the best prompt that anybody would notice, from 0 to 1; the suite's threshold of that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention:
    """What is asked for."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    kind: Kind
    """`trial` trains once and ships nothing; `lora`, `qlora`, `full`, `dpo`, `distill` and `hosted-fine-tune` ship; or `self-host`."""
    base_model: str = ""
    """The model it starts from."""
    candidate: str = ""
    """The suite's candidate that stands for it; empty while none was trained."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingData:
    """What the model would learn from."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    path: str = ""
    """The file, relative to this one; empty when it may not be committed."""
    digest: str = ""
    """`sha256:<64 hex digits>` of the file."""
    examples: Annotated[int, Ge(0)] | None = None
    """Labelled examples in it."""
    license: str = ""
    """Under which licence it may be used."""
    contains_personal_data: bool | None = None
    """Whether people can be recognised in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalCosts:
    """What it would cost, as the proposal's author states it; the suite's numbers decide."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    training_usd: Usd | None = None
    """One training, in US dollars; the suite's `decision.fine_tune.training_cost_usd`."""
    hosting_usd_per_month: Usd | None = None
    """Machines, in US dollars a month."""
    engineering_hours: Annotated[float, Ge(0)] | None = None
    """Hours to build it."""
    upkeep_hours_per_month: Annotated[float, Ge(0)] | None = None
    """Hours a month to keep it alive."""
    retrain_every_months: Annotated[float, Gt(0)] | None = None
    """How often it is trained again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """How much the product asks."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    requests_per_month: Annotated[int, Ge(1), Le(10**12)]
    """The suite's `decision.volume.requests_per_month`."""
    growth_per_month: float | None = None
    """Expected growth a month; 0.03 is 3%."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraints:
    """What the answer must keep to."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    data_may_leave: bool | None = None
    """The suite's `decision.privacy.data_may_leave`."""
    latency_p95_s: Annotated[float, Gt(0)] | None = None
    """The suite's `decision.latency.p95_s`, in seconds."""
    offline: bool | None = None
    """The suite's `decision.privacy.offline`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One cheaper thing that was tried, so that it can be checked."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    strategy: Text
    """A prompt strategy: `zero-shot`, `few-shot`, `retrieval`, `chain-of-thought`, `structured`; or `classical`."""
    run: str = ""
    """The run that shows it; the evidence's own when left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLink:
    """Where the numbers lie."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    bundle: Text
    """The evidence bundle's folder, relative to this file."""
    digest: Text
    """`sha256:<64 hex digits>` of its manifest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """One failing check that somebody answers for, until a day."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    check: Text
    """The check or rule, e.g. `ninety-percent`; `verdict` for the verdict as a whole."""
    reason: Text
    """Why it's right to go on all the same."""
    approved_by: Text
    """Who answers for it."""
    expires: Text
    """The last day it holds, ISO 8601: `2027-03-01`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck:
    """When to look again."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    every_days: Annotated[int, Ge(1), Le(3660)] = 90
    """Days after the decision at which it's due for another look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleDecision:
    """What people decided; added by the reviewer."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    outcome: DecisionOutcome
    """`approved`, `rejected` or `deferred`."""
    by: Annotated[tuple[Text, ...], MinLen(1)]
    """Who decided."""
    date: Text
    """The day, ISO 8601."""
    reason: Text
    """Why, in a sentence."""
    valid_until: Text
    """The last day it holds, ISO 8601; after it the decision stops applying."""
    evidence: str = ""
    """The digest of the evidence it was made on, the proposal's `evidence.digest`; an approval must name it."""
    record: str = ""
    """The decision record (MADR), relative to this file."""
    applies_to: tuple[Text, ...] = ()
    """Paths from the repository's root that need this decision alive, e.g. `training/resume/**`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One proposal file."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    id: Text
    """A short name, the file's own: `FT-0007` in `FT-0007.yaml`."""
    title: Text
    """What is asked for, in a line."""
    owner: Text
    """Who answers for it."""
    created: Text
    """The day it was written, ISO 8601."""
    problem: Problem
    """What is wrong today."""
    intervention: Intervention
    """What is asked for."""
    training_data: TrainingData | None = None
    """What the model would learn from."""
    costs: ProposalCosts | None = None
    """What it would cost."""
    traffic: Traffic | None = None
    """How much the product asks."""
    constraints: Constraints | None = None
    """What the answer must keep to."""
    tried: tuple[Tried, ...] = ()
    """The cheaper things that were tried."""
    expected: str = ""
    """What is expected, written before the run."""
    stop_if: tuple[Text, ...] = ()
    """What would end it, written before the run."""
    evidence: EvidenceLink
    """Where the numbers lie."""
    waivers: tuple[Waiver, ...] = ()
    """Failing checks somebody answers for."""
    recheck: Recheck | None = None
    """When to look again."""
    decision: PeopleDecision | None = None
    """What people decided."""
