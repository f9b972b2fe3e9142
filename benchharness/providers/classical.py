"""Small linear models of scikit-learn, trained on the pool: the cheap thing nobody tried."""

import asyncio
import hashlib
import time
from collections.abc import Mapping
from dataclasses import replace
from importlib import metadata
from typing import Any

from benchharness.errors import SetupError
from benchharness.providers.context import ProviderContext, machine
from benchharness.records.answer import Answer, Failure, LatencyKind, NoAnswer
from benchharness.records.example import Example, label_of
from benchharness.records.json_form import canonical
from benchharness.records.rate_limits import RateLimits
from benchharness.records.request import Request
from benchharness.records.run import Skipped
from benchharness.records.suite import CandidateEntry, Price

__all__ = ["ClassicalProvider", "make"]

MODELS = ("tfidf-logreg", "tfidf-nearest", "majority")
# Raised when a change makes the same pool give another model.
RECIPE_VERSION = 1


def make(entry: CandidateEntry, context: ProviderContext) -> "ClassicalProvider | Skipped":
    """Return the model of a candidate, not yet trained; Skipped without a pool, SetupError for an unknown model."""
    kind = (entry.model or "").split("/", 1)[1]
    if kind not in MODELS:
        raise SetupError(f"{entry.name}: unknown model sklearn/{kind}", hint="known: " + ", ".join(f"sklearn/{name}" for name in MODELS))
    labelled = [replace(each, target=text) for each in context.pool if (text := label_of(each.target)) is not None and text.strip()]
    if not labelled:
        return Skipped(
            candidate=entry.name, reason="a classical model learns from the training pool, and there is none", hint="give `training_pool`"
        )
    installed = machine(context, entry.model or "", {"scikit-learn": metadata.version("scikit-learn")})
    return ClassicalProvider(entry, kind, labelled, seed=context.seed, installed=installed)


class ClassicalProvider:
    """Trains once, when first asked; answers in a millisecond."""

    name = "scikit-learn"
    lane = "this machine"
    max_concurrent: int | None = 1

    def __init__(self, entry: CandidateEntry, kind: str, pool: list[Example], *, seed: int, installed: Mapping[str, Any]) -> None:
        self._entry = entry
        self._kind = kind
        # In one order whatever the file's: a model must be what its wire says it is.
        self._pool = sorted(pool, key=lambda each: (each.text, each.target))
        self._seed = seed
        self._model: Any = None
        rows = [(each.text, each.target) for each in self._pool]
        self._identity = {
            "model": f"sklearn/{kind}",
            "recipe": RECIPE_VERSION,
            **installed,
            "pool": hashlib.sha256(canonical(rows).encode()).hexdigest(),
            "seed": seed,
        }

    def price(self) -> Price | None:
        """Return the price the suite gives it; processor time has no list price."""
        return self._entry.price

    def wire(self, request: Request) -> Mapping[str, Any]:
        """Return the trained model's identity and the text."""
        return {**self._identity, "input": request.input}

    async def answer(self, request: Request) -> Answer | NoAnswer:
        """Return the label the model gives the text."""
        if self._model is None:
            try:
                self._model = await asyncio.to_thread(train, self._kind, self._pool, self._seed)
            except ValueError as error:
                return NoAnswer(failure=Failure.BAD_REQUEST, message=f"can't be trained on this pool: {error}")
        started = time.perf_counter()
        label = self._model.predict([request.input])[0]
        return Answer(
            output=str(label),
            finish_reason="stop",
            latency_s=time.perf_counter() - started,
            latency_kind=LatencyKind.UNLOADED,
            served_model=f"sklearn/{self._kind}",
        )

    def limits(self) -> RateLimits | None:
        """Return None; a model in memory has none."""
        return None

    async def close(self) -> None:
        """Do nothing; the model lives in memory."""


def train(kind: str, pool: list[Example], seed: int) -> Any:
    """Return a scikit-learn pipeline fitted on the pool's texts and targets; ValueError when it can't be."""
    from sklearn.dummy import DummyClassifier
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import make_pipeline, make_union

    features = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
    )
    models = {
        "tfidf-logreg": lambda: LogisticRegression(C=10.0, max_iter=2000, random_state=seed),
        "tfidf-nearest": lambda: KNeighborsClassifier(n_neighbors=min(5, len(pool)), metric="cosine"),
        "majority": lambda: DummyClassifier(strategy="most_frequent"),
    }
    model = make_pipeline(features, models[kind]())
    return model.fit([each.text for each in pool], [each.target for each in pool])
