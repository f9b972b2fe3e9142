"""What the statistics found: every number a rule may read, with its interval."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from benchharness.records.policy_words import TargetIs

__all__ = [
    "COMPARATORS",
    "RULED_OUT",
    "BarTest",
    "CandidateResult",
    "Comparison",
    "CountTest",
    "Interval",
    "PairedResult",
    "Proof",
    "Questions",
    "Reading",
    "Selection",
    "SliceResult",
    "Stopping",
    "Triviality",
    "candidate_key",
    "candidate_label",
]

# The path of a candidate that may not be asked: it is shown, and stands for nothing.
RULED_OUT = "ruled-out"
# What the best model of a path must be proven better than, or no worse: not the best-looking of them but each one. Whoever may
# not be asked is none of them.
COMPARATORS: Mapping[str, tuple[str, ...]] = {
    "fine-tuned": ("api", "self-hosted", "classical"),
    "self-hosted": ("api", "classical"),
    "classical": ("api", "fine-tuned", "self-hosted"),
}


class Proof(StrEnum):
    """What the evidence shows at the suite's confidence."""

    PROVEN = "proven"
    REFUTED = "refuted"
    UNDECIDED = "undecided"


class Stopping(StrEnum):
    """When a run may stop asking before every example was asked."""

    NONE = "none"
    """Never."""
    CURTAIL = "curtail"
    """Where the rest can't change the verdict: every decision is the one the full run would make."""
    GROUP = "group"
    """At looks fixed in advance, with O'Brien-Fleming-type bounds."""
    ANYTIME = "anytime"
    """At any look, with tests and intervals that hold at every one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A range that holds the true value with the stated confidence."""

    low: float
    """Lower end."""
    high: float
    """Upper end."""
    confidence: float = 0.95
    """Two-sided confidence."""
    method: str = ""
    """How it was made, e.g. `wilson`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """What the policy wants to know of the data; fixed before the results exist."""

    accuracy_target: float
    """T, a share from 0 to 1."""
    bar_share: float = 0.90
    """r: prompting is enough at r x T."""
    gap_k: int | None = None
    """k of `k of n`."""
    gap_n: int | None = None
    """n of `k of n`."""
    confidence: float = 0.95
    """1 - alpha; every one-sided test has error alpha."""
    margin: float = 0.03
    """The smallest gap worth having, as a share (0.03 is 3 points)."""
    power: float = 0.80
    """The power that `examples_needed` promises."""
    examples_cap: int = 5000
    """Beyond this many examples a question counts as on the line."""
    seed: int = 7
    """For every random step."""
    stopping: Stopping = Stopping.NONE
    """With `anytime` every test and interval is one that holds at every look; the others change nothing here."""
    planned: int | None = None
    """Examples planned, where a run may stop before them; anytime intervals are narrowest there."""
    dev_share: float = 0.0
    """Share of the examples that only choose the best of each path; the rest judges. 0: all judge, and choosing is paid for."""
    share_of_fine_tuned: bool = False
    """Whether `bar_share` is asked of the best fine-tune's rate as well, on the same examples."""
    target_is: TargetIs = TargetIs.SHARE
    """What the target is asked of: the share of examples that matched, or the mean primary score."""
    classical_margin: float = 0.0
    """How far a classical model may trail what it is held against, as a share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BarTest:
    """Whether a candidate's true match rate reaches a bar, tested exactly on both sides."""

    bar: float
    """The bar as a share."""
    met: bool | None
    """On the point; None when nothing was measured."""
    proof: Proof
    """`proven`: at or above; `refuted`: below."""
    p_reaches: float | None
    """One-sided p-value of `below the bar` (small: it reaches)."""
    p_below: float | None
    """One-sided p-value of `at or above the bar` (small: it's below)."""
    examples_needed: int | None = None
    """Fresh examples that settle it if the observed rate is the true one; None when it's on the line or already settled."""
    on_the_line: bool = False
    """Whether no affordable number of examples would settle it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountTest:
    """Whether `k of n` is met, scaled to the examples there are."""

    k: int
    """Matches asked for."""
    n: int
    """Out of so many."""
    test: BarTest
    """The same as a bar of k / n."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateResult:
    """How one candidate did."""

    candidate: str
    """Its name."""
    prompt: str
    """Its prompt; empty for none."""
    path: str
    """`api`, `fine-tuned`, `self-hosted` or `classical`; `ruled-out` when it may not be asked."""
    matched: int | None
    """Examples that matched (k); None for graded scores without a match."""
    n: int
    """Examples measured."""
    expected: int
    """Examples of the golden set."""
    missing: int
    """Examples not measured."""
    rate: float | None
    """Matched share of the measured, or the mean score; None when nothing was measured."""
    interval: Interval | None
    """Two-sided 95% interval of the rate."""
    lower: float
    """Exact one-sided lower bound at the suite's confidence."""
    upper: float
    """Exact one-sided upper bound at the suite's confidence."""
    bar: BarTest
    """Against r x T."""
    target: BarTest
    """Against T."""
    gap: CountTest | None = None
    """The `k of n` rule, when the policy has one."""
    statuses: Mapping[str, int] = field(default_factory=dict)
    """How many rows ended in each status."""
    mean_score: float | None = None
    """Mean primary score of the measured."""
    missing_examples: tuple[str, ...] = ()
    """Ids of examples not measured, the first few."""
    planned: int | None = None
    """Examples planned, when the run stopped asking this candidate before them."""

    @property
    def key(self) -> str:
        """Return `candidate/prompt`."""
        return candidate_key(self.candidate, self.prompt)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedResult:
    """Two candidates on the same examples; differences are first minus second."""

    first: str
    """`candidate/prompt` of the first."""
    second: str
    """`candidate/prompt` of the second."""
    n: int
    """Examples both were measured on."""
    both: int
    """Examples both got right."""
    only_first: int
    """Examples only the first got right."""
    only_second: int
    """Examples only the second got right."""
    neither: int
    """Examples neither got right."""
    difference: float | None
    """Rate of the first minus rate of the second, as a share."""
    interval: Interval | None
    """Two-sided interval of the difference."""
    lower: float | None
    """One-sided lower bound of the difference at the suite's confidence."""
    upper: float | None
    """One-sided upper bound of the difference at the suite's confidence."""
    p_value: float | None
    """Exact McNemar, two-sided."""
    p_mid: float | None
    """Mid-p McNemar, two-sided."""
    test: str = "exact McNemar"
    """What made the p-value."""
    bounds: str = "exact unconditional test"
    """What made the one-sided bounds, and so what proves."""
    examples_needed: int | None = None
    """Fresh examples that would prove the observed difference is above zero; None when it's proven or no number would."""
    plain: bool = True
    """Whether every example counts as one independent yes or no; else `only_first` counts examples on which the first is ahead."""
    ratio: float | None = None
    """Rate of the second by rate of the first: the share of the first's quality that the second keeps."""
    ratio_interval: Interval | None = None
    """Of the ratio (Tang's score interval)."""
    ratio_proof: Proof | None = None
    """Whether the second keeps at least `bar_share` of the first's rate; None where no test holds (clusters, repeats)."""
    spread: float | None = None
    """Standard deviation of the difference on one example, as many as the examples are worth; None where nothing was measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Triviality:
    """What an answer without looking would score; a metric that can't tell it from a candidate can't decide."""

    majority_target: str | None
    """The most frequent target."""
    majority_rate: float | None
    """The match rate of always answering it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What choosing the best of several does to its rate."""

    path: str
    """Whose."""
    tried: int
    """How many were measured."""
    chosen: str
    """`candidate/prompt` of the best."""
    naive: float
    """Its rate on the examples it was chosen on."""
    honest: float
    """Its rate on examples it wasn't chosen on."""
    method: str
    """`cross-fitting`, or `dev split`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The same comparison with what's missing read in one way."""

    name: str
    """`as-miss`, `as-match`, or `against-` and a path: misses there, matches elsewhere."""
    comparison: "Comparison"
    """What the statistics find then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceResult:
    """The best fine-tune against one comparator within one slice of the golden set; every comparator has one for each slice."""

    name: str
    """Metadata key and value: `language=de`."""
    pair: PairedResult
    """On the slice's examples alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything the statistics found in one set of results."""

    questions: Questions
    """What was asked."""
    candidates: tuple[CandidateResult, ...]
    """Every candidate with at least one row, in suite order."""
    best_prompt: str | None
    """`candidate/prompt` of the best prompt-only candidate."""
    best_fine_tuned: str | None
    """The best fine-tuned one."""
    best_self_hosted: str | None
    """The best self-hosted one."""
    best_classical: str | None
    """The best classical one."""
    pairs: tuple[PairedResult, ...] = ()
    """The best fine-tune, the best self-hosted and the best classical model, each against every candidate it is held against."""
    triviality: Triviality | None = None
    """The baseline without looking, when targets are known."""
    readings: tuple[Reading, ...] = ()
    """What's missing, read otherwise; empty when nothing is missing."""
    selections: tuple[Selection, ...] = ()
    """By path with more than one candidate: the naive rate of the best and the honest one."""
    slices: tuple[SliceResult, ...] = ()
    """The best fine-tune against each comparator by protected slice; empty when none is protected."""

    def result(self, key: str | None) -> CandidateResult | None:
        """Return the result of `candidate/prompt`, or None."""
        return next((each for each in self.candidates if each.key == key), None)

    def against(self, first: str | None) -> tuple[PairedResult, ...]:
        """Return a key's pairs with everything it is held against, where both sides have an answer; empty for None."""
        return tuple(each for each in self.pairs if each.first == first and each.difference is not None)

    def on(self, *paths: str) -> tuple[CandidateResult, ...]:
        """Return the measured candidates on some paths."""
        return tuple(each for each in self.candidates if each.path in paths and each.n)

    def pair(self, first: str | None, second: str | None) -> PairedResult | None:
        """Return the paired result of two keys in that order, or None."""
        return next((each for each in self.pairs if (each.first, each.second) == (first, second)), None)


def candidate_key(candidate: str, prompt: str) -> str:
    """Return the one name of a candidate with its prompt."""
    return f"{candidate}/{prompt}" if prompt else candidate


def candidate_label(candidate: str, prompt: str) -> str:
    """Return the same name as tables show it: `candidate · prompt`."""
    return f"{candidate} · {prompt}" if prompt else candidate
