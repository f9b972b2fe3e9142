"""Find the texts most alike to a question by TF-IDF; the index is built once."""

from collections.abc import Sequence
from typing import Any

__all__ = ["Neighbours"]

# A single sign or digit counts as a word: answers can turn on them.
WORD_OR_SIGN = r"(?u)\w+|[^\w\s]"


class Neighbours:
    """The nearest of a fixed list of texts by the cosine of their TF-IDF vectors (words and word pairs)."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._index: tuple[Any, Any] | None = None

    def nearest(self, text: str, k: int) -> list[int]:
        """Return the indices of the k texts most alike, nearest first; ties keep the list's order."""
        import numpy as np

        vectorizer, matrix = self._built()
        likeness = (matrix @ vectorizer.transform([text]).T).toarray().ravel()
        return [int(index) for index in np.argsort(-likeness, kind="stable")[:k]]

    def _built(self) -> tuple[Any, Any]:
        if self._index is None:
            from sklearn.feature_extraction.text import TfidfVectorizer

            vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=WORD_OR_SIGN)
            self._index = (vectorizer, vectorizer.fit_transform(self._texts))
        return self._index
