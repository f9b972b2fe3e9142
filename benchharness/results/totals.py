"""Time and money of each candidate, from its rows."""

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from benchharness.records.comparison import Interval
from benchharness.records.row import MEASURED_COLUMNS
from benchharness.records.run import CandidateTotals, LabelSummary
from benchharness.results.arrow import Texts
from benchharness.results.by_label import label_report
from benchharness.results.columns import read_numbers
from benchharness.results.marks_hash import MARK_COLUMNS, hashes_of

__all__ = ["candidate_totals", "groups", "label_summaries", "marks_hash", "ranks_of", "totals_of"]

# Below this many timed answers a 95th percentile is the maximum under another name.
LEAST_FOR_P95 = 20
NORMAL_95 = 1.959963984540054
# Target and answer of a row, as the score reads them.
Pair = Callable[[str, str | None], tuple[str, str | None]]


def candidate_totals(results: Path) -> tuple[CandidateTotals, ...]:
    """Return the totals of every candidate and prompt in a run's results file, in its order.

    Latency comes only from answers of this run: a stored one measures nothing.
    """
    columns = read_numbers(results, ["candidate", "prompt", "status", "score", *MEASURED_COLUMNS])
    error = _is(columns["status"], "error")
    measured = {name: columns[name] for name in ("score", *MEASURED_COLUMNS)}
    return tuple(
        _totals(candidate, prompt, error[at], {name: values[at] for name, values in measured.items()})
        for candidate, prompt, at in groups(columns["candidate"], columns["prompt"])
    )


def groups(candidates: Texts, prompts: Texts) -> Iterator[tuple[str, str, Any]]:
    """Yield each candidate and prompt with the places of its rows, in the order in which they first occur."""
    import numpy as np

    known = np.flatnonzero((candidates.codes >= 0) & (prompts.codes >= 0))
    pairs = candidates.codes[known].astype(np.int64) * len(prompts.texts) + prompts.codes[known]
    for begin in sorted(np.unique(pairs, return_index=True)[1]):
        first = known[begin]
        yield candidates.texts[candidates.codes[first]], prompts.texts[prompts.codes[first]], known[pairs == pairs[begin]]


def _is(texts: Texts, value: str) -> Any:
    """Return whether each row's text is this one."""
    return texts.codes == (texts.texts.index(value) if value in texts.texts else len(texts.texts))


def totals_of(table: Any) -> tuple[CandidateTotals, ...]:
    """Return the totals of every candidate and prompt in a frame of rows; empty when it tells neither time nor money nor tokens."""
    import numpy as np

    there = [column for column in MEASURED_COLUMNS if column in table.columns and column != "cached"]
    if not there:
        return ()
    nothing = np.full(len(table), np.nan)
    measured = {
        name: table[name].to_numpy(dtype=float, na_value=np.nan) if name in table.columns else nothing
        for name in ("score", *MEASURED_COLUMNS)
    }
    error = (table["status"] == "error").to_numpy(dtype=bool)
    return tuple(
        _totals(str(candidate), str(prompt), error[at], {name: values[at] for name, values in measured.items()})
        for (candidate, prompt), at in table.groupby(["candidate", "prompt"], sort=False).indices.items()
    )


def marks_hash(results: Path) -> str:
    """Return `sha256:...` over who matched what: the same for a rerun from the store, whatever it took."""
    import numpy as np

    columns = read_numbers(results, MARK_COLUMNS)
    hashes, ranks = hashes_of(columns), [ranks_of(columns[name]) for name in MARK_COLUMNS[:4]]
    return "sha256:" + hashlib.sha256(hashes[np.lexsort(ranks[::-1])].tobytes()).hexdigest()


def ranks_of(values: Any) -> Any:
    """Return numbers that stand in the order of the values, none first."""
    import numpy as np

    if not isinstance(values, Texts):
        return values
    ranks = np.empty(len(values.texts) + 1, dtype=np.int32)
    ranks[sorted(range(len(values.texts)), key=values.texts.__getitem__)] = np.arange(len(values.texts))
    ranks[-1] = -1
    return ranks[values.codes]


def label_summaries(results: Path, pair: Pair) -> tuple[LabelSummary, ...]:
    """Return how every candidate of a results file did by label; a refusal or truncation is an answer without a label.

    `pair` reads a target and what was found as the score does, so that no table contradicts the matches.
    """
    columns = read_numbers(results, ["candidate", "prompt", "status", "target", "parsed"])
    asked = ~_is(columns["status"], "error") & (columns["target"].codes >= 0)
    answered = _is(columns["status"], "answered")
    found = []
    for candidate, prompt, at in groups(columns["candidate"], columns["prompt"]):
        rows = at[asked[at]]
        if len(rows):
            said = (columns["parsed"].codes[rows] + 1) * answered[rows] - 1
            right = columns["target"].codes[rows]
            found.append(_labels(candidate, prompt, pair, targets=columns["target"], answers=columns["parsed"], right=right, said=said))
    return tuple(found)


def _labels(candidate: str, prompt: str, pair: Pair, *, targets: Texts, answers: Texts, right: Any, said: Any) -> LabelSummary:
    counts = Counter(zip(right.tolist(), said.tolist(), strict=True))
    pairs = Counter[tuple[str, str | None]]()
    for (one, other), count in counts.items():
        pairs[pair(targets.texts[one], None if other < 0 else answers.texts[other])] += count
    report = label_report(pairs)
    return LabelSummary(
        candidate=candidate,
        prompt=prompt,
        macro_f1=report.macro_f1,
        kappa=report.kappa,
        unparsable=report.unparsable,
        f1={label: each.f1 for label, each in report.classes.items()},
        recall={label: each.recall for label, each in report.classes.items()},
        precision={label: each.precision for label, each in report.classes.items()},
    )


def _totals(candidate: str, prompt: str, error: Any, measured: Mapping[str, Any]) -> CandidateTotals:
    """Return one candidate's totals from arrays of its rows, NaN for none."""
    import numpy as np

    answered = {name: values[~error] for name, values in measured.items()}
    cached = np.nan_to_num(answered["cached"]) != 0
    timed = answered["latency_s"][~cached]
    timed = timed[~np.isnan(timed)]
    costs = answered["cost_usd"]
    known = len(costs) > 0 and not np.isnan(costs).any()
    return CandidateTotals(
        candidate=candidate,
        prompt=prompt,
        rows=len(error),
        missing=int(np.isnan(measured["score"]).sum()),
        p50_s=float(np.percentile(timed, 50.0)) if len(timed) else None,
        p95_s=float(np.percentile(timed, 95.0)) if len(timed) >= LEAST_FOR_P95 else None,
        timed=len(timed),
        usd_per_1k=float(1000 * costs.mean()) if known else None,
        usd_per_1k_interval=_mean_interval(1000 * costs) if known else None,
        input_tokens=_total(answered["input_tokens"]),
        output_tokens=_total(answered["output_tokens"]),
    )


def _mean_interval(costs: Any) -> Interval | None:
    """Return the 95% interval of a mean by the normal limit; None for a single value, which tells no spread."""
    if len(costs) == 1:
        return None
    mean, reach = float(costs.mean()), NORMAL_95 * float(costs.std(ddof=1)) / len(costs) ** 0.5
    return Interval(low=max(0.0, mean - reach), high=mean + reach, method="normal")


def _total(counts: Any) -> int | None:
    total = counts.sum() if len(counts) else math.nan
    return None if math.isnan(total) else int(total)
