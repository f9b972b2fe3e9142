"""What is left when examples that were looked at are taken out: nothing that shares a cluster with one of them."""

import numpy as np

from benchharness.comparison.splitting import beyond
from benchharness.records.outcomes import Outcomes


def outcomes(clusters: list[int] | None, expected: int = 6) -> Outcomes:
    return Outcomes(
        candidate="a",
        prompt="",
        path="api",
        codes=np.arange(6),
        matched=np.ones(6, dtype=np.int8),
        clusters=None if clusters is None else np.array(clusters),
        expected=expected,
    )


def test_only_what_nobody_looked_at_is_left() -> None:
    (left,) = beyond([outcomes(None)], np.array([0, 5]))
    assert left.codes.tolist() == [1, 2, 3, 4]
    assert left.expected == 4


def test_a_cluster_is_fresh_as_a_whole_or_not_at_all() -> None:
    (left,) = beyond([outcomes([7, 7, 7, 8, 8, -1])], np.array([1]))
    assert left.codes.tolist() == [3, 4, 5]


def test_what_was_never_asked_still_may_hurt() -> None:
    (left,) = beyond([outcomes(None, expected=8)], np.array([0]))
    assert left.expected == 7
