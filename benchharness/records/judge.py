"""What a judge is asked, what it said, how it was held against people, and what that does to a comparison."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from benchharness.records.comparison import Comparison, Interval

__all__ = [
    "AGAINST_TARGET",
    "Calibration",
    "JudgeQuestion",
    "JudgedPair",
    "Judgement",
    "Judging",
    "LabelledMark",
    "RunMark",
    "Scale",
    "Share",
    "question_name",
]

# What a pairwise judge holds an answer against, unless the suite names a candidate.
AGAINST_TARGET = "target"

Scale = tuple[float, float]
# What a run's record writes of a mark, by its place; whatever is no text counts as true or false.
MARK = (str, str, str, object, object, object, str)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeQuestion:
    """One answer that a judge is asked about."""

    scorer: str
    """The scorer's name in reports."""
    example_id: str
    """Which example it answers."""
    task: str
    """The example's input, as text."""
    answer: str
    """The answer, as it was found in the output."""
    target: str | None = None
    """The reference, for a judge that's shown it."""
    other: str | None = None
    """The answer it's held against, by a pairwise judge."""
    swapped: bool = False
    """Whether the other answer is shown first."""


def question_name(scorer: str, example_id: str, answer_hash: str, *, swapped: bool = False) -> str:
    """Return the name of a question, made of the example, the answer's hash and the scorer."""
    return f"{example_id} {answer_hash} {scorer}{' swapped' if swapped else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What one judge said of one answer, once: a row of `judgements.parquet`."""

    scorer: str
    """The scorer's name."""
    judge: str
    """The judge's name."""
    example_id: str
    """Which example."""
    answer: str
    """The first 16 digits of the answer's SHA-256, as bundles have it."""
    order: str
    """`given`, or `swapped` when a pairwise judge saw the other answer first."""
    repeat: int
    """0-based."""
    grade: float | None
    """From 0 to 1; None when there is none. Of a pair: 1 the answer won, 0.5 a tie, 0 it lost."""
    grades: str | None = None
    """What the judge gave, as JSON text."""
    reasons: str | None = None
    """Its reasons, cut to 2,000 characters; a model's words."""
    status: str = "answered"
    """How its reply ended."""
    error: str | None = None
    """Why there is no grade."""
    cut: int = 0
    """Characters of the answer that the judge wasn't shown."""
    model: str | None = None
    """The model as requested."""
    served_model: str | None = None
    """The model the provider says it used."""
    input_tokens: int | None = None
    """All input tokens."""
    output_tokens: int | None = None
    """All output tokens."""
    cost_usd: float | None = None
    """US dollars; None when the price is unknown."""
    cached: bool = False
    """Whether the reply came from the response store."""
    reply: str | None = None
    """The whole reply as it came; None without one."""
    started_at: str | None = None
    """UTC, ISO 8601, when it was first asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledMark:
    """One answer that people and the judge marked; no text of it."""

    candidate: str
    """Whose; empty for an answer of nobody's."""
    prompt: str
    """With which prompt."""
    example_id: str
    """Which example."""
    answer: str
    """The first 16 digits of the answer's SHA-256."""
    human: bool
    """Whether people pass it."""
    judged: bool | None
    """Whether the judge does; None when it gave no grade."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMark(LabelledMark):
    """A labelled mark as the record of a run keeps it, where it stands as a list of seven."""

    here: bool
    """Whether this run has that very answer."""

    def as_json(self) -> list[str | bool | None]:
        """Return candidate, prompt, example, people's mark, the judge's, whether it's of this run, the answer's hash."""
        return [self.candidate, self.prompt, self.example_id, self.human, self.judged, self.here, self.answer]

    @classmethod
    def of_mark(cls, mark: LabelledMark, *, here: bool) -> "RunMark":
        """Return a calibration's mark as a run keeps it."""
        return cls(**{each.name: getattr(mark, each.name) for each in fields(LabelledMark)}, here=here)

    @staticmethod
    def is_one(data: Any) -> bool:
        """Tell whether a JSON value is such a list."""
        return isinstance(data, list) and len(data) == len(MARK) and all(isinstance(*each) for each in zip(data, MARK, strict=True))

    @classmethod
    def of_json(cls, data: Any) -> "RunMark":
        """Return the mark of such a list; TypeError for what is none."""
        if not cls.is_one(data):
            raise TypeError(f"{str(data)[:60]!r} is no mark")
        return cls(
            candidate=data[0],
            prompt=data[1],
            example_id=data[2],
            human=bool(data[3]),
            judged=None if data[4] is None else bool(data[4]),
            here=bool(data[5]),
            answer=data[6],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share with its count and interval."""

    k: int
    """How many."""
    n: int
    """Of so many."""
    interval: Interval | None
    """Wilson's, two-sided."""

    @property
    def rate(self) -> float | None:
        """Return k / n; None of nothing."""
        return self.k / self.n if self.n else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How a judge was held against people: `<suite>.judge.json`, bound to the judge's identity."""

    suite: str
    """The suite's name."""
    scorer: str
    """The scorer's name."""
    judges: tuple[str, ...]
    """The judges by name."""
    identity: str
    """`sha256:...` over type, rubric, scale and what each judge is sent beside the answers: model, endpoint, parameters."""
    labels_digest: str
    """`sha256:...` of the labels' file."""
    confidence: float
    """Of every interval here."""
    labels: int
    """Answers that both marked."""
    ungraded: int
    """Labelled answers the judge gave no grade."""
    agreement: Share
    """Both marks the same."""
    prevalence: float | None
    """Largest share of one mark over both: near 1 kappa says little."""
    kappa: float | None
    """Cohen's kappa; None when undefined."""
    kappa_interval: Interval | None
    """Its interval."""
    true_passes: Share
    """Of answers that people pass, those the judge passes."""
    false_passes: Share
    """Of answers that people fail, those the judge passes."""
    people: Mapping[str, Any] | None = None
    """With several labellers: how many, their mean pairwise agreement and Krippendorff's alpha: what a judge could reach."""
    drift: Share | None = None
    """Answers asked again that got another mark; None when nothing was."""
    order_flips: Share | None = None
    """Pairs with another winner once the order is turned round; None without pairs."""
    first_wins: Share | None = None
    """Of decided replies, those for the answer shown first: a half without a position bias."""
    length_bias: float | None = None
    """How much more the judge overrates the longer half of the answers than the shorter, as a share."""
    length_bias_interval: Interval | None = None
    """Its interval."""
    labels_needed: int | None = None
    """Labels in all that would settle whether it agrees well enough, if what was seen is so; None when no number would."""
    needed_for: str = ""
    """What those labels would settle, in words."""
    marks: tuple[LabelledMark, ...] = ()
    """Every labelled answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPair:
    """The best fine-tune against the best prompt, corrected by labels."""

    first: str
    """`candidate/prompt` of the fine-tune."""
    second: str
    """Of the prompt."""
    labels: int
    """Examples people labelled for both."""
    uncorrected: float
    """The judge's difference, as a share."""
    corrected: float
    """The corrected one."""
    interval: Interval
    """Its two-sided interval."""
    trust: float
    """Lambda, how much weight the judge got: 0 none, 1 full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """That a judge decides, and what's known of it; part of the evidence."""

    scorer: str
    """The primary scorer's name."""
    judges: tuple[str, ...]
    """Who judges."""
    labels: int = 0
    """Labelled answers it was held against; 0 when it wasn't, or with another rubric or model."""
    kappa: float | None = None
    """Cohen's kappa on them."""
    kappa_low: float | None = None
    """The lower end of its interval."""
    why_not: str = ""
    """Why there is no calibration, in words; empty when there is one."""
    uncovered: str = ""
    """What the labels don't cover of what a one-way door would read, in words; empty when they do."""
    pair: JudgedPair | None = None
    """The corrected difference; None when nothing can be corrected."""
    corrected: Comparison | None = None
    """The comparison with corrected numbers; None when nothing can be corrected."""
    truths: Mapping[str, Mapping[int, bool]] = field(default_factory=dict)
    """What people say of this run's answers, by `candidate/prompt` and example code."""
