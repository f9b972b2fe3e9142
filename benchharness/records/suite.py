"""What one suite file says: the task, its data, prompts, candidates, scorers and decision policy.

The reader in `suite/` checks a YAML file against these classes, and `bench schema` writes their JSON Schema, so a
field's docstring here is what an editor shows.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Gt, Le, MinLen

from benchharness.records.circumstances import Build, DataMoat, Frontier, Judge, Latency, Moat, Privacy, Spend, Sunset, Team, Weeks
from benchharness.records.cost_plan import CostPlan
from benchharness.records.limits import Limits
from benchharness.records.matrix import MatrixPlan
from benchharness.records.policy_words import NinetyPercentOf, PromptingMustBe, TargetIs
from benchharness.records.reasoning import Reasoning
from benchharness.records.rehearsal import Rehearsal

__all__ = [
    "CandidateEntry",
    "CandidatePath",
    "DataSource",
    "Decision",
    "Extract",
    "FineTunePlan",
    "Limits",
    "Parameters",
    "Pick",
    "Price",
    "Prompt",
    "Rehearsal",
    "ScorerEntry",
    "Shots",
    "Strategy",
    "Suite",
    "Volume",
]

STRICT = {"extra": "forbid"}

Share = Annotated[float, Ge(0), Le(1)]
PositiveShare = Annotated[float, Gt(0), Le(1)]
Usd = Annotated[float, Ge(0)]


class CandidatePath(StrEnum):
    """Which of the ways to do the task a candidate stands for."""

    API = "api"
    FINE_TUNED = "fine-tuned"
    SELF_HOSTED = "self-hosted"
    CLASSICAL = "classical"


class Strategy(StrEnum):
    """How a prompt gets its answer."""

    ZERO_SHOT = "zero-shot"
    FEW_SHOT = "few-shot"
    RETRIEVAL = "retrieval"
    CHAIN_OF_THOUGHT = "chain-of-thought"
    STRUCTURED = "structured"


class Pick(StrEnum):
    """How shots are picked from the training pool."""

    FIXED = "fixed"
    NEAREST = "nearest"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSource:
    """Where examples come from: a local file, or a data set on the hub."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    path: str | None = None
    """A .jsonl, .json, .csv, .tsv or .parquet file, relative to the suite file; `~` and `${VAR}` aren't filled in."""
    hub: str | None = None
    """A data set's name on the hub, e.g. `mteb/banking77`; needs the extra `hub`."""
    config: str | None = None
    """The hub data set's configuration, when it has several."""
    split: str | None = None
    """The hub data set's split, e.g. `test`; required with `hub`."""
    revision: str | None = None
    """The hub data set's commit, so that the golden set can't change unseen; required with `hub`."""
    columns: dict[str, str] = field(default_factory=dict)
    """Our column name to the file's, e.g. `{input: cv_text, target: verdict}`."""
    only: dict[str, Annotated[tuple[str, ...], MinLen(1)]] = field(default_factory=dict)
    """Keep rows whose column has one of these values, e.g. `{target: [card_arrival, pin_blocked]}`."""
    sample: Annotated[int, Ge(1)] | None = None
    """Keep this many rows, picked by the suite's seed."""
    per_target: Annotated[int, Ge(1)] | None = None
    """Keep the first so many rows of each target."""
    exclude_golden: bool = False
    """Of a training pool: leave out rows whose text stands in the golden set, instead of refusing to run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shots:
    """Which solved examples of the training pool stand in a prompt."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    k: Annotated[int, Ge(1)]
    """How many."""
    pick: Pick = Pick.FIXED
    """`fixed`: the same for every question, by seed, spread over the targets. `nearest`: the most alike, by TF-IDF."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """How the answer is found in what the model wrote; give at most one of `after`, `regex` and `json_key`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    after: str | None = None
    """The answer is what follows the last occurrence of this marker, up to the end of its line; case and Markdown around it matter not."""
    regex: str | None = None
    """The answer is the last match's first group (or the whole match)."""
    json_key: str | None = None
    """The answer is this key of the last JSON object in the output that has it, dotted for nested ones."""
    reasoning: Reasoning | None = None
    """`apart` (unless said): what's thought in the output is no part of the answer. `keep`: it is, for answers that hold such marks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A named template with a strategy."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    extends: str | None = None
    """Another prompt whose fields this one starts from."""
    system: str | None = None
    """The system message, a Jinja2 template over the example's fields."""
    user: str | None = None
    """The user message, a Jinja2 template over the example's fields, e.g. `{{ input }}`."""
    strategy: Strategy | None = None
    """Said when it can't be seen from the rest: a `chain-of-thought` prompt is one whose words ask for steps."""
    shots: Annotated[int, Ge(1)] | Shots | None = None
    """Solved examples from the training pool: a number (fixed), or `{k: 8, pick: nearest}`."""
    response_schema: dict[str, Any] | None = None
    """A JSON Schema the answer must fit; sent as `response_format` where the provider supports it."""
    extract: Extract | None = None
    """How the answer is found in the output, when it isn't the whole output."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What is asked of the model besides the messages."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    temperature: Annotated[float, Ge(0), Le(2)] | None = 0.0
    """Sampling temperature; `null` sends none, for models that accept only their own."""
    max_tokens: Annotated[int, Ge(1)] = 256
    """The most output tokens; always sent, because budgets and rate limits reserve it."""
    seed: int | None = None
    """Sent where it's supported; a provider that ignores it is named in the report."""
    top_p: Annotated[float, Gt(0), Le(1)] | None = None
    """Nucleus sampling."""
    stop: tuple[str, ...] = ()
    """Sequences at which the model stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """US dollars per million tokens."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    input_usd_per_million: Usd
    """Fresh input tokens."""
    output_usd_per_million: Usd
    """Output tokens, hidden reasoning included."""
    cached_usd_per_million: Usd | None = None
    """Input tokens read from the provider's prompt cache; the input price when unset."""
    cache_write_usd_per_million: Usd | None = None
    """Input tokens written into the provider's prompt cache; the input price when unset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateEntry:
    """One model or endpoint, asked with one or more prompts."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    name: Annotated[str, MinLen(1)]
    """A short name, used in every table."""
    model: str | None = None
    """`embedded/...`, `sklearn/...`, `recorded/<file>`, `rehearsal/...`, litellm's `provider/model`, or the endpoint's name for it."""
    path: CandidatePath | None = None
    """`api` unless said or plain: an adapter means `fine-tuned`, a `sklearn/` model `classical`."""
    prompts: tuple[str, ...] = ()
    """Names of prompts; each makes a candidate of its own. A classical model takes none."""
    endpoint: str | None = None
    """An OpenAI-compatible base URL, e.g. `http://localhost:8000/v1`."""
    api_key_env: str | None = None
    """The environment variable that holds the key; the key itself never stands in a file."""
    adapter: str | None = None
    """A LoRA adapter (GGUF) for an embedded model, relative to the suite file."""
    base_model: str | None = None
    """The model a fine-tune started from, when `model` isn't it; the verdict wants it measured as well."""
    stands_for: Annotated[str, MinLen(1)] | None = None
    """Only with a `recorded/...` model: the model whose answers the file holds, e.g. `openai/gpt-6-luna`; else its rows' `model`."""
    trained_on: DataSource | None = None
    """What a fine-tune was trained on, when it isn't the training pool; golden examples in it void its result."""
    parameters: Parameters = field(default_factory=Parameters)
    """Temperature, max_tokens and the like."""
    price: Price | None = None
    """Overrides the price list, and prices what isn't on it."""
    max_concurrent: Annotated[int, Ge(1)] | None = None
    """The most questions in flight at once; the suite's limit when unset."""
    requests_per_minute: Annotated[float, Gt(0)] | None = None
    """The limit of its key, when the provider doesn't tell it; the suite's when unset."""
    tokens_per_minute: Annotated[float, Gt(0)] | None = None
    """The same for tokens: the words sent, and all of max_tokens until the answer tells how many came."""
    budget_usd: Annotated[float, Gt(0)] | None = None
    """The most it may cost in one run, in US dollars."""
    timeout_s: Annotated[float, Gt(0)] | None = None
    """The longest one try may take, in seconds; the suite's limit when unset."""
    rehearsal: Rehearsal | None = None
    """Only with a `rehearsal/...` model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorerEntry:
    """One scorer with its options; the options are the scorer's own and stand beside `type`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    type: str
    """The scorer's name, e.g. `exact`, `label`, `number`, `json`, `rouge`; `docs/scorers.md` has them all."""
    name: str | None = None
    """What the score is called in reports; the type when unset."""
    primary: bool = False
    """Whether this score decides; exactly one does."""
    options: dict[str, Any] = field(default_factory=dict)
    """Everything else that stood in the entry, checked against the scorer's own options."""

    @property
    def label(self) -> str:
        """Return the name reports use."""
        return self.name or self.type


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """How much the product would ask."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    requests_per_month: Annotated[int, Ge(1), Le(10**12)]
    """Requests a month today."""
    project: tuple[Annotated[float, Gt(0)], ...] = (1, 3, 10, 100)
    """Multiples of today's volume to project to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FineTunePlan:
    """What the fine-tune would take, as the team states it."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    labelled_examples: Annotated[int, Ge(0)] | None = None
    """Labelled examples at hand; the training pool's size when unset."""
    training_cost_usd: Usd | None = None
    """One training, in US dollars."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The policy: what counts as good enough, fixed before the run."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    accuracy_target: PositiveShare
    """What must be reached, from 0 to 1: the share of answers that match, or their mean score."""
    target_is: TargetIs = TargetIs.SHARE
    """Of what: `share`, the answers that match; or `mean`, the mean primary score, for ROUGE, F1, partial credit or a judge's grades."""
    target_reason: str = ""
    """Where the target comes from: a contract, a human rate, a cost of errors."""
    ninety_percent_rule: PositiveShare = 0.90
    """Prompting is enough at this share of the target."""
    ninety_percent_of: NinetyPercentOf = NinetyPercentOf.TARGET
    """Of what: `target`, or `fine-tuned` for the best fine-tune's own rate on the same examples."""
    prompting_must_be: PromptingMustBe = PromptingMustBe.REFUTED
    """What a one-way door asks of prompting: `refuted`, every prompt and classical model proven to fall short; or `not-proven`."""
    dev_share: Annotated[float, Ge(0), Le(0.8)] = 0.0
    """The share of the golden set that only chooses the best prompt and fine-tune; the sealed rest judges. 0: all of it judges."""
    gap_rule: str | None = None
    """`44 of 50`: prompting is enough when at least this many of so many match."""
    confidence: Annotated[float, Gt(0.5), Le(0.999)] = 0.95
    """How sure a proof must be; 0.95 means an error of at most 5% on each side."""
    thresholds: dict[str, float] = field(default_factory=dict)
    """Other numbers of the policy by name; `bench explain` lists them with their sources."""
    protected_slices: dict[str, Annotated[tuple[str, ...], MinLen(1)]] = field(default_factory=dict)
    """Slices a fine-tune may not make worse, by key of the examples' metadata, e.g. `{language: [de, fr]}`."""
    volume: Volume | None = None
    """How much the product would ask."""
    fine_tune: FineTunePlan | None = None
    """What the fine-tune would take."""
    costs: CostPlan | None = None
    """What each path takes beside its answers, for the total cost of ownership."""
    matrix: MatrixPlan | None = None
    """Weights and scores of the decision matrix; it informs."""
    allow_cost_migration: bool = False
    """Whether a fine-tune that is no better may be justified by its cost alone."""
    latency: Latency | None = None
    """How fast an answer must be."""
    privacy: Privacy | None = None
    """Where the data may go."""
    moat: Moat | None = None
    """Whether the model is what customers come for."""
    data: DataMoat | None = None
    """Whether the data is an advantage that lasts."""
    team: Team | None = None
    """Who would keep a model of your own alive."""
    build: Build | None = None
    """What a model of your own would take."""
    spend: Spend | None = None
    """What the API bill says."""
    deadline_weeks: Weeks | None = None
    """Weeks until it must answer customers."""
    frontier: Frontier | None = None
    """What new releases of the large models do in your domain: `moving` (each is better at it) or `plateau`."""
    sunset: Sunset | None = None
    """Until when the base model and the service that tunes it can be had."""
    judge: Judge | None = None
    """Say so when a model marks the answers that decide, and how it was held against people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """One suite file."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    name: Annotated[str, MinLen(1)]
    """A short name; the run's folder is named after it."""
    description: str = ""
    """One sentence a reader of the report understands."""
    golden_set: DataSource | None = None
    """The held-out examples; everything but `bench decide` needs it."""
    training_pool: DataSource | None = None
    """Labelled examples that shots, retrieval, classical models and fine-tunes may use."""
    prompts: dict[str, Prompt] = field(default_factory=dict)
    """Templates by name."""
    candidates: Annotated[tuple[CandidateEntry, ...], MinLen(1)]
    """Who is asked."""
    slices: tuple[Annotated[str, MinLen(1)], ...] = ()
    """Keys of the examples' metadata by which comparisons are split, e.g. `[language, seniority]`."""
    judges: tuple[CandidateEntry, ...] = ()
    """Models that scorers of type `rubric`, `reference` and `pairwise` ask; written like candidates, without prompts."""
    scorers: tuple[ScorerEntry, ...] = ()
    """How answers are scored; `exact` when none is given."""
    match_at: PositiveShare = 1.0
    """An answer matches when its primary score reaches this."""
    decision: Decision
    """The policy."""
    seed: int = 7
    """Every random step starts from this."""
    repeat: Annotated[int, Ge(1)] = 1
    """How often each question is asked."""
    limits: Limits = field(default_factory=Limits)
    """How hard a run may push."""
