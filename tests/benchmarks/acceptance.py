"""The promises, each held against what was measured."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.contest import OURS, Runs
from benchmarks.results import BARE, BARE_LITELLM, OURS_LITELLM, Results, paired, per_example, throughput

__all__ = ["Line", "check"]

MOST_OF_BARE, LEAST_BELOW_PEER, MOST_OF_LITELLM, LEAST_THROUGHPUT = 2.0, 5.0, 1.10, 0.80
MOST_MB, FLAT, LEAST_STORED, MOST_LATENCY_ERROR = 150.0, 1.10, 10.0, 0.03
# So many times the fastest real client, or the server is what was measured.
LEAST_CAPACITY, BUSY = 3.0, 0.8
ZERO, FIFTY = "0 ms", "50 ms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One promise."""

    promise: str
    """What is promised."""
    found: str
    """What was measured."""
    kept: bool
    """Whether it holds."""


def check(results: Results) -> list[Line]:
    """Return every promise that this execution can judge."""
    return [
        *_cost(results),
        *_litellm(results),
        *_speed(results),
        *_memory(results),
        *_stored(results),
        *_latency(results),
        *_sound(results),
    ]


def _cost(results: Results) -> Iterator[Line]:
    ours, bare = results.runs(ZERO, OURS), results.runs(ZERO, BARE)
    if ours is None:
        return
    if bare is not None:
        ratio = paired(per_example(ours), per_example(bare))
        yield Line(
            promise=f"CPU of an example at most {MOST_OF_BARE:g}× the bare aiohttp loop's",
            found=f"{ratio:.2f}×",
            kept=ratio <= MOST_OF_BARE,
        )
    fastest = results.fastest_peer(ZERO)
    if fastest is not None:
        below = paired(per_example(fastest), per_example(ours))
        name = fastest.contestant.name
        yield Line(
            promise=f"at least {LEAST_BELOW_PEER:g}× below the fastest peer", found=f"{below:.1f}× ({name})", kept=below >= LEAST_BELOW_PEER
        )


def _litellm(results: Results) -> Iterator[Line]:
    ours, bare = results.runs(ZERO, OURS_LITELLM), results.runs(ZERO, BARE_LITELLM)
    if ours is not None and bare is not None:
        ratio = paired(per_example(ours), per_example(bare))
        yield Line(
            promise="through litellm at most 10% above a bare litellm loop", found=f"{ratio - 1:+.1%}", kept=ratio <= MOST_OF_LITELLM
        )


def _speed(results: Results) -> Iterator[Line]:
    ours, bare = results.runs(FIFTY, OURS), results.runs(FIFTY, BARE)
    if ours is not None and bare is not None:
        share = paired(throughput(ours), throughput(bare))
        yield Line(promise="at 50 ms at least 80% of the bare loop's throughput", found=f"{share:.0%}", kept=share >= LEAST_THROUGHPUT)


def _memory(results: Results) -> Iterator[Line]:
    if not results.memory:
        return
    first, last = results.memory[0], results.memory[-1]
    yield Line(
        promise=f"memory at most {MOST_MB:g} MB at {first.examples:,} examples, the whole command",
        found=f"{first.whole_mb:.0f} MB ({first.asking_mb:.0f} while asking)",
        kept=first.whole_mb <= MOST_MB,
    )
    if last is not first:
        grown, asking = last.whole_mb / first.whole_mb, last.asking_mb / first.asking_mb
        yield Line(
            promise=f"and flat from there to {last.examples:,}",
            found=f"{grown:.2f}× ({last.whole_mb:.0f} MB; {asking:.2f}× while asking)",
            kept=grown <= FLAT,
        )


def _stored(results: Results) -> Iterator[Line]:
    found = results.stored.get(FIFTY)
    if found is not None:
        ratio = found.ratio("asking_wall_s")
        yield Line(
            promise=f"a stored re-run at least {LEAST_STORED:g}× faster than asking (50 ms)",
            found=f"{ratio:.1f}×",
            kept=ratio >= LEAST_STORED,
        )


def _latency(results: Results) -> Iterator[Line]:
    for ours in results.latencies[:1]:
        p50, p95 = ours.error(ours.p50_s), ours.error(ours.p95_s)
        yield Line(
            promise=f"the probe's p50 and p95 of a true {ours.true_s * 1e3:.0f} ms within 3%",
            found=f"{p50:+.1%}, {p95:+.1%}",
            kept=max(abs(p50), abs(p95)) <= MOST_LATENCY_ERROR,
        )
    runs = results.runs(ZERO, OURS)
    if runs is not None:
        told = [any("Don't trust the latency" in warning for warning in each.told["warnings"]) for each in runs.large]
        yield Line(
            promise="the report says so when the loop was too busy to time", found=f"{sum(told)} of {len(told)} runs", kept=all(told)
        )


def _sound(results: Results) -> Iterator[Line]:
    bare = results.runs(ZERO, BARE)
    if results.capacity is not None and bare is not None:
        ratio = results.capacity.per_s / max(throughput(bare))
        yield Line(
            promise="the server is not the bottleneck", found=f"{ratio:.1f}× the bare loop's fastest round", kept=ratio >= LEAST_CAPACITY
        )
    everybody = [each for contest in results.contests.values() for each in contest.values() if not each.failed]
    if everybody:
        wrong = [each.contestant.name for each in everybody if not each.scored_right]
        yield Line(promise="everybody's scores are right", found=", ".join(wrong) or "all", kept=not wrong)
        slowed = [each.contestant.name for each in everybody if _held_up(each)]
        yield Line(promise="nobody waited for the server's processor", found=", ".join(slowed) or "nobody", kept=not slowed)


def _held_up(runs: Runs) -> bool:
    # The floor is nearly as lean as the server, and nothing is compared with it.
    return runs.contestant.kind.value != "floor" and max(each.mock_busy for each in runs.large) > BUSY
