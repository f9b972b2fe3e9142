"""Remember every look at a golden set, so that a policy changed after results, or a rerun until it suits, is told."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchharness.errors import SetupError
from benchharness.records.run_facts import Looks

__all__ = ["Look", "look_at"]

SCHEMA = """
CREATE TABLE IF NOT EXISTS looks (
    golden_set TEXT NOT NULL,
    suite TEXT NOT NULL,
    policy_hash TEXT NOT NULL,
    results_hash TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    PRIMARY KEY (golden_set, suite, policy_hash, results_hash)
) WITHOUT ROWID;
"""
PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One finished run whose verdict somebody could read."""

    golden_set: str
    """Fingerprint of the golden set."""
    suite: str
    """The suite's name."""
    policy_hash: str
    """What decided."""
    results_hash: str
    """What the marks were: two runs with the same marks are one look, whatever they took or cost."""
    seen_at: str
    """UTC, ISO 8601."""


def look_at(store: Path, look: Look) -> Looks:
    """Write down a look beside the answers in the response store, and return how many there were.

    The same results under the same policy are no new look. Raises SetupError when the file can't be written.
    """
    try:
        with closing(sqlite3.connect(store, timeout=PATIENCE_S, isolation_level=None)) as database:
            database.execute(SCHEMA)
            database.execute(
                "INSERT OR IGNORE INTO looks VALUES (?, ?, ?, ?, ?)",
                (look.golden_set, look.suite, look.policy_hash, look.results_hash, look.seen_at),
            )
            rows = database.execute(
                "SELECT policy_hash, results_hash, seen_at FROM looks WHERE golden_set = ? AND suite = ? ORDER BY seen_at",
                (look.golden_set, look.suite),
            ).fetchall()
            others = database.execute(
                "SELECT suite, min(seen_at) FROM looks WHERE golden_set = ? AND suite != ? AND policy_hash != ? "
                "GROUP BY suite ORDER BY suite",
                (look.golden_set, look.suite, look.policy_hash),
            ).fetchall()
    except sqlite3.Error as error:
        raise SetupError(f"the looks can't be written down: {error}", file=store, hint="is the disk full, or the file damaged?") from error
    first_of_own = min(seen for policy, _, seen in rows if policy == look.policy_hash)
    return Looks(
        count=len({results for _, results, _ in rows}),
        policy_changed=any(policy != look.policy_hash and seen < first_of_own for policy, _, seen in rows),
        elsewhere=tuple(suite for suite, seen in others if seen < first_of_own),
    )
