"""chrF: F-score over sequences of letters, which forgives endings and needs no words."""

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Le

from benchharness.records.scorer_traits import ScorerTraits
from benchharness.scorers.extras import require
from benchharness.scorers.sentence_metric import SentenceMetricScorer

__all__ = ["Options", "make"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `chrf`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    traits: ClassVar[ScorerTraits] = ScorerTraits(literal=True, slow=True)

    word_order: Annotated[int, Ge(0), Le(4)] = 0
    """Also count sequences of so many words; 2 is chrF++."""
    lowercase: bool = False
    """Whether case matters not."""


def make(options: Options, name: str, _labels: tuple[str, ...]) -> SentenceMetricScorer:
    """Return sentence chrF2 (Popovic 2015) by sacrebleu, the best over the accepted answers; SetupError without the extra `text`."""
    require("text", "chrf", "sacrebleu")
    return SentenceMetricScorer(name, lambda: _metric(options.word_order, options.lowercase))


@cache
def _metric(word_order: int, lowercase: bool) -> Any:
    from sacrebleu.metrics import CHRF

    return CHRF(word_order=word_order, lowercase=lowercase)
