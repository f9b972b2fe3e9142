"""Similar: the answer means about what the target means, by embeddings of a model on this machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar

from annotated_types import MinLen

from benchharness.errors import SetupError
from benchharness.records.example import Example
from benchharness.records.score import Score, Unscored
from benchharness.records.scorer_traits import ScorerTraits
from benchharness.scorers.accepting import accepted_texts
from benchharness.scorers.extras import require

__all__ = ["Options", "SimilarScorer", "make_in"]

FILES = ("model.safetensors", "tokenizer.json", "config.json")


def _files(options: Mapping[str, Any]) -> list[str]:
    """Return what a static model is made of; another of its files decides nothing."""
    return [f"{str(options['model']).rstrip('/')}/{name}" for name in FILES]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `similar`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    traits: ClassVar[ScorerTraits] = ScorerTraits(literal=True, slow=True, files=_files)

    model: Annotated[str, MinLen(1)]
    """The folder of a static embedding model (model2vec), relative to the suite file; nothing is downloaded."""


def make_in(options: Options, name: str, folder: Path) -> "SimilarScorer":
    """Return the scorer; SetupError without the extra `embeddings`, or when no model lies in the folder."""
    require("embeddings", "similar", "model2vec")
    path = folder / options.model
    absent = [each for each in FILES if not (path / each).is_file()]
    if absent:
        hint = "name the folder of a model2vec model that lies here; nothing is downloaded"
        raise SetupError(f"holds no embedding model: no {', '.join(absent)}", file=options.model, hint=hint)
    return SimilarScorer(path.resolve(), name)


class SimilarScorer:
    """The cosine of both embeddings, 0 below 0; the nearest accepted answer counts. Alike isn't right: `not X` is much like X."""

    version = 2

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        self._path = path

    def score(self, answer: str, example: Example) -> Score | Unscored:
        """Compare the answer's direction with every accepted one's; a text without a known word is unscored."""
        accepted = accepted_texts(example)
        if not accepted:
            return Unscored(reason="the example has no target")
        if not answer.strip() or not any(map(str.strip, accepted)):
            return Score(value=float(not answer.strip() and not all(map(str.strip, accepted))), parsed=answer)
        vectors = _model(self._path).encode([answer, *filter(str.strip, accepted)])
        lengths = (vectors**2).sum(axis=1) ** 0.5
        if not lengths[1:].all():
            return Unscored(reason="the model knows no word of a target")
        if not lengths[0]:
            return Score(value=0.0, parsed=answer, why="the model knows no word of the answer")
        cosines = vectors[1:] @ vectors[0] / (lengths[1:] * lengths[0])
        return Score(value=min(1.0, max(0.0, float(cosines.max()))), parsed=answer)


@cache
def _model(path: Path) -> Any:
    from model2vec import StaticModel

    return StaticModel.from_pretrained(str(path))
