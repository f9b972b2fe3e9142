"""A suite as its file says it, and the hash of its bars."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchharness.digests import value_hash
from benchharness.pipeline.loading.files import scorer_files
from benchharness.records.json_form import to_json
from benchharness.records.run import RunRecord
from benchharness.records.suite import CandidateEntry, Decision, Suite
from benchharness.scorers import scorer_options
from benchharness.suite.reading import SuiteFile, parse_suite, read_suite
from benchharness.verdict.thresholds import THRESHOLDS, filled_in

__all__ = ["BARS", "load_suite", "policy_hash", "read_suite_text", "suite_of"]

# What of `decision:` is a bar that must stand before there are results.
BARS = (
    "accuracy_target", "ninety_percent_rule", "ninety_percent_of", "dev_share", "gap_rule", "confidence", "latency", "privacy",
    "allow_cost_migration", "protected_slices", "prompting_must_be", "target_is",
)  # fmt: skip
READ: dict[str, Suite] = {}
# Bars that came later, with the thresholds only they read: they enter the hash where they're set, so that older runs' stay good.
LATER = {"protected_slices": ("slice_margin", "least_slice_examples"), "prompting_must_be": ("most_unread",), "target_is": ()}
# Only a suite with judges reads these.
JUDGED_ONLY = {"judge_kappa_low"}


def load_suite(path: Path) -> SuiteFile:
    """Return the suite file, or raise MistakesError with every mistake in it."""
    return read_suite(path, scorer_options=scorer_options(), thresholds=THRESHOLDS)


def suite_of(record: RunRecord) -> Suite:
    """Return the suite as it was when the run was made."""
    return read_suite_text(record.suite_text, Path(record.suite_file))


def read_suite_text(text: str, path: Path) -> Suite:
    """Return the suite a text says; `path` is for messages alone, so that a text met again is read once."""
    if text not in READ:
        READ[text] = parse_suite(text, path=path, scorer_options=scorer_options(), thresholds=THRESHOLDS).suite
    return READ[text]


def policy_hash(suite: Suite, files: Mapping[str, str] | None = None) -> str:
    """Return `sha256:...` over every bar: target, rules, thresholds, limits, scorers and `match_at`.

    A scorer that is a file of one's own is what stands in the file: `files` are the digests by path, as a run's record has them.

    What a team states of its case (volume, costs, people) is a fact and no bar: filling it in later moves nothing.
    """
    defaults = Decision(accuracy_target=1.0)
    unset = {name: thresholds for name, thresholds in LATER.items() if getattr(suite.decision, name) == getattr(defaults, name)}
    idle = {each for thresholds in unset.values() for each in thresholds} | (set() if suite.judges else JUDGED_ONLY)
    idle -= set(suite.decision.thresholds)
    scored_by = {name: (files or {}).get(name) for name in scorer_files(suite)}
    policy = {
        "decision": {name: to_json(getattr(suite.decision, name)) for name in BARS if name not in unset},
        "thresholds": {name: value for name, value in filled_in(suite.decision).items() if name not in idle},
        "scorers": to_json(suite.scorers),
        "match_at": suite.match_at,
        # The seed parts the golden set, so it decides who judges.
        **({"seed": suite.seed} if suite.decision.dev_share else {}),
        **({"scorer_files": scored_by} if scored_by else {}),
        # Who judges decides as much as what by; what it costs and how fast it's asked doesn't.
        **({"judges": [_who(each) for each in suite.judges]} if suite.judges else {}),
    }
    return value_hash(policy)


def _who(judge: CandidateEntry) -> dict[str, Any]:
    return {name: to_json(getattr(judge, name)) for name in ("name", "model", "endpoint", "adapter", "parameters")}
