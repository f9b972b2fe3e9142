"""What a run knows of itself beside its rows: fixed before its first question, found at its end, or told when it was scored again."""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, replace
from functools import cache
from typing import Any, get_type_hints

from benchharness.records.asking_facts import AskingFacts
from benchharness.records.effort import Effort
from benchharness.records.json_form import from_json, read_fields, to_json
from benchharness.records.judge import RunMark
from benchharness.records.latency_probe import LatencyProbe
from benchharness.records.leakage import Leakage
from benchharness.records.suite import Price

__all__ = [
    "BEGUN",
    "InFile",
    "JudgeFacts",
    "JudgingFacts",
    "Looks",
    "MetricFacts",
    "OptionFacts",
    "RescoredFacts",
    "RunFacts",
    "StoppingFacts",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionFacts:
    """What a user chose that a run must choose again to go on."""

    only: tuple[str, ...] = ()
    """Candidates asked; all when empty."""
    limit: int | None = None
    """The most golden examples asked; None for all."""
    stop: str = "curtail"
    """When it may stop before every example was asked: `none`, `curtail`, `group`, `anytime`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppingFacts:
    """How a run that could stop early did."""

    rule: str
    """`curtail`, `group` or `anytime`."""
    planned: int
    """Examples everybody would have been asked."""
    looks: int = 0
    """Looks taken on the way."""
    confidence: float | None = None
    """What a proof needed at the last look; the policy's own when unset."""
    asked: Mapping[str, int] | None = None
    """Examples asked, by `candidate/prompt`."""
    targets: Mapping[str, int] | None = None
    """How often each target occurs among those planned; empty when they are no closed list, None when that isn't known any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """How often these examples were looked at in this folder, under whatever suite's name, the present look included."""

    count: int
    """Looks at any of them with other answers, candidates, examples or bars."""
    policy_changed: bool = False
    """Whether more than 5% of them were looked at under another policy before this one."""
    elsewhere: tuple[str, ...] = ()
    """Suites of other names that had done so, by name."""
    fresh: int | None = None
    """Examples nobody had looked at otherwise; None when all of them are fresh."""
    seen: tuple[str, ...] = ()
    """Ids of the others; empty when none is fresh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricFacts:
    """What was measured of the scorers beside the score that decides; it names no target."""

    primary: str = "the primary score"
    """The deciding scorer's name."""
    baselines: Mapping[str, float | None] = field(default_factory=dict)
    """Match rates, from 0 to 1, of answers without looking: `majority`, `empty`; None when nothing could be scored."""
    scores: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """The share right, from 0 to 1, by `candidate/prompt` and every other scorer that says right or wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgingFacts:
    """What judging took for one scorer."""

    judges: tuple[str, ...]
    """Who judged."""
    answers: int
    """Answers judged."""
    unscored: int
    """Of these, without a grade."""
    replies: int
    """Replies of judges."""
    cut: int
    """Of these, to an answer that was cut for length."""
    usd: float | None
    """US dollars; None when a price is unknown."""
    questions: int
    """Questions asked of each judge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeFacts:
    """What people say of the judge that decides; ids and marks, and no text."""

    scorer: str = ""
    """The deciding scorer's name."""
    identity: str = ""
    """`sha256:...` of the judge, as its calibration names it; empty when it can't be asked."""
    why_not: str = ""
    """Why no calibration holds for it, in words; empty when one does."""
    marks: tuple[RunMark, ...] = ()
    """Answers that people and the judge marked."""
    labels_digest: str | None = None
    """`sha256:...` of the labels' file; left out of the file when no calibration holds."""

    def as_json(self) -> dict[str, Any]:
        """Return it as an object."""
        names = (each.name for each in fields(self) if each.name != "labels_digest" or self.labels_digest is not None)
        return {name: to_json(getattr(self, name)) for name in names}

    @classmethod
    def of_json(cls, data: Any) -> "JudgeFacts":
        """Return what an object says; what is no mark among its marks is no label."""
        return cls(**read_fields(cls, {**data, "marks": [each for each in data.get("marks", ()) if RunMark.is_one(each)]}))


@dataclass(frozen=True, slots=True, kw_only=True)
class RescoredFacts:
    """Which run's outputs were scored again."""

    run: str
    """The old run's directory name."""
    policy_hash: str
    """`sha256:...` of its policy."""
    results_hash: str
    """`sha256:...` of its rows."""
    at: str
    """UTC, ISO 8601."""
    changed: bool
    """Whether policy, golden set or a mark is another than before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InFile:
    """How facts stand in a file: a fact that nobody changed is written as it was read, a newer version's as well."""

    order: tuple[str, ...] = ()
    """The names that stand there, though their value says nothing, in this order."""
    raw: Mapping[str, Any] = field(default_factory=dict)
    """JSON by name, as it was read."""
    read: Mapping[str, Any] = field(default_factory=dict)
    """What that was made into, by name."""


# What stands in the file before the first question is asked, though it says nothing.
BEGUN = InFile(
    order=(
        *("addresses", "effort", "leakage", "labelled_examples", "files", "slices", "groups", "targets"),
        *("prices", "ends", "listed_models", "options", "warnings"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """The facts of a run. In a file those that aren't known yet, or never were, are left out."""

    effort: tuple[Effort, ...]
    """What was tried, by candidate entry."""
    leakage: Leakage
    """Golden examples that stand in what was trained on."""
    addresses: tuple[str, ...] = ()
    """Where questions went that didn't go to a provider's own address, each a sentence."""
    labelled_examples: int | None = None
    """Labelled examples for a fine-tune: stated, or the pool's size."""
    files: Mapping[str, str] = field(default_factory=dict)
    """`sha256:...` of local files that answer or score, by the name the suite gives them."""
    slices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Example ids of each protected slice, by `key=value`."""
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Example ids of each slice that's told and not protected, by `key=value`."""
    targets: Mapping[str, int] = field(default_factory=dict)
    """How often each target occurs in the golden set, the most frequent first; empty when they are free text."""
    prices: Mapping[str, Price] = field(default_factory=dict)
    """Prices as used, by hosted model."""
    ends: Mapping[str, str] = field(default_factory=dict)
    """Days on which a hosted model is shut down, as listed, by candidate."""
    listed_models: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Models listed, by hosted provider asked."""
    options: OptionFacts = field(default_factory=OptionFacts)
    """What a run that goes on chooses again."""
    warnings: tuple[str, ...] = ()
    """From the data and the run, each a sentence."""
    stopping: StoppingFacts | None = None
    """How it could stop early; None for a run that couldn't."""
    looks: Looks | None = None
    """How often its examples were looked at."""
    metric: MetricFacts | None = None
    """What was measured of its metric; None for a run that didn't look."""
    asking: AskingFacts | None = None
    """What asking took."""
    latency_probe: tuple[LatencyProbe, ...] = ()
    """What a latency probe found, by candidate and prompt."""
    judging: Mapping[str, JudgingFacts] = field(default_factory=dict)
    """What judging took, by scorer."""
    judge: JudgeFacts | None = None
    """What people say of the judge that decides; None where none does."""
    rescored: RescoredFacts | None = None
    """Which run's outputs these are, when they were scored again."""
    file: InFile = field(default_factory=InFile, compare=False, repr=False)
    """How they stand in a file."""

    def ended(
        self,
        *,
        stopping: StoppingFacts | None,
        looks: Looks,
        metric: MetricFacts,
        asking: AskingFacts | None,
        latency_probe: tuple[LatencyProbe, ...],
    ) -> "RunFacts":
        """Return them with what is found once every row is written."""
        file = self._telling("stopping", "looks", "metric", "asking", "latency_probe")
        return replace(self, stopping=stopping, looks=looks, metric=metric, asking=asking, latency_probe=latency_probe, file=file)

    def scored_again(
        self,
        rescored: RescoredFacts,
        *,
        files: Mapping[str, str],
        slices: Mapping[str, tuple[str, ...]],
        groups: Mapping[str, tuple[str, ...]],
        targets: Mapping[str, int],
    ) -> "RunFacts":
        """Return them with what the suite and the data say that the same outputs are scored under now."""
        file = self._telling("files", "slices", "groups", "targets", "rescored")
        return replace(self, rescored=rescored, files=files, slices=slices, groups=groups, targets=targets, file=file)

    def with_metric(self, metric: MetricFacts) -> "RunFacts":
        """Return them with what was measured of the metric."""
        return replace(self, metric=metric, file=self._telling("metric"))

    def with_judging(self, judging: Mapping[str, JudgingFacts], judge: JudgeFacts | None) -> "RunFacts":
        """Return them with what judging took; no word of a judge that decides where none does."""
        told = replace(self, judging=judging, file=self._telling("judging"))
        return told if judge is None else told.with_judge(judge)

    def with_judge(self, judge: JudgeFacts | None) -> "RunFacts":
        """Return them with what people say of the judge that decides, or with the word that none does."""
        return replace(self, judge=judge, file=self._telling("judge"))

    def with_warnings(self, told: Iterable[str]) -> "RunFacts":
        """Return them with more for their reader to know."""
        return replace(self, warnings=(*self.warnings, *told))

    def without_groups(self) -> "RunFacts":
        """Return them without the slices that no verdict reads: their names are metadata, and may say who somebody is."""
        left = tuple(name for name in self.file.order if name != "groups")
        return replace(self, groups={}, file=replace(self.file, order=left))

    def _telling(self, *names: str) -> InFile:
        """Return how they stand in a file once these are told as well: where they stood, or behind all others."""
        return replace(self.file, order=tuple(dict.fromkeys((*self.file.order, *names))))

    def as_json(self) -> dict[str, Any]:
        """Return them as an object: in their file's order, then what came to be known since."""
        held = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "file"}
        new = (each.name for each in fields(self) if each.name in held and held[each.name] != _default(each))
        return {name: self._fact(name, held) for name in dict.fromkeys((*self.file.order, *new))}

    def _fact(self, name: str, held: Mapping[str, Any]) -> Any:
        raw, read = self.file.raw, self.file.read
        unchanged = name in raw and (name not in held or held[name] is read[name])
        return raw[name] if unchanged else to_json(held[name])

    @classmethod
    def of_json(cls, data: Any) -> "RunFacts":
        """Return the facts an object tells; ValueError names one that can't be read. Names of a newer version are kept."""
        if not isinstance(data, Mapping):
            raise TypeError("its facts are no object")
        hints, read = _hints(), {}
        for each in fields(cls):
            if each.name in data and each.name != "file":
                try:
                    # Null says of a list or a map that nothing is known.
                    blank = data[each.name] is None and _default(each) is not MISSING
                    read[each.name] = _default(each) if blank else from_json(hints[each.name], data[each.name])
                except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
                    raise ValueError(f"its fact {each.name!r} can't be read: {type(error).__name__}: {error}") from error
        lacks = [name for name in ("effort", "leakage") if name not in read]
        if lacks:
            raise KeyError(f"{cls.__name__}.{lacks[0]}")
        return cls(**read, file=InFile(order=tuple(data), raw=dict(data), read=read))


@cache
def _hints() -> dict[str, Any]:
    return get_type_hints(RunFacts)


def _default(each: Field[Any]) -> Any:
    """Return what a field holds when nothing is said; MISSING where something must be."""
    return each.default if each.default_factory is MISSING else each.default_factory()
