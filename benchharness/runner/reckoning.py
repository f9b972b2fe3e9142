"""What asking took, lane by lane, once it's over."""

from collections import Counter

from benchharness.records.asking_facts import AskingFacts, LaneFacts
from benchharness.records.comparison import candidate_key
from benchharness.runner.asking import Asking
from benchharness.runner.lane import Lane
from benchharness.runner.loop_lag import LoopLag

__all__ = ["asking_facts"]


def asking_facts(asking: Asking, lag: LoopLag) -> AskingFacts:
    """Return what a run took, and what held it up."""
    return AskingFacts(
        lanes=tuple(_lane(asking, name, lane) for name, lane in asking.lanes.items()),
        loop_lag_s=lag.percentile(0.95) if any(each.asked for each in asking.progress.values()) else None,
        spent_usd=asking.ledger.total() if asking.ledger.limited else None,
        halted="" if asking.halted is None else asking.halted.message,
    )


def _lane(asking: Asking, name: str, lane: Lane) -> LaneFacts:
    parts = [asking.progress[who] for who in sorted(asking.asked_over[name])]
    began = [each.began for each in parts if each.began is not None]
    waits = {**lane.waited_s, "backoff": sum(each.backoff_s for each in parts)}
    ended = lane.ended.message if lane.ended is not None else ""
    return LaneFacts(
        provider=lane.name,
        candidates=tuple(candidate_key(each.candidate, each.prompt) for each in parts),
        asked=sum(each.asked for each in parts),
        answered=sum(each.answered for each in parts),
        tries=sum(each.asked + each.retried for each in parts),
        seconds=max((each.ended for each in parts), default=0.0) - min(began, default=0.0),
        in_flight_s=sum(each.asked_s for each in parts),
        waited_s={why: seconds for why, seconds in waits.items() if seconds > 0},
        throttled=lane.throttled,
        cuts=lane.window.cuts,
        widest=lane.window.widest,
        opened=lane.breaker.opened,
        failed_tries=dict(lane.failures),
        unanswered=dict(sum((each.failures for each in parts), Counter[str]())),
        ended=ended,
    )
