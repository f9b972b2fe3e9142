"""What asking took and what held it up, in a few lines: one for each key and endpoint, more where something was slow."""

from collections.abc import Iterator, Mapping

from benchharness import numbers
from benchharness.records.asking_facts import AskingFacts, LaneFacts

__all__ = ["render"]

# Waiting below this share of the time isn't what made a run slow.
WORTH_TELLING = 0.1
WHY = {
    "retry-after": "for pauses it asked for",
    "pace": "to stay within its requests and tokens a minute",
    "breaker": "because it had stopped answering",
    "backoff": "before trying again what had failed",
}


def render(facts: AskingFacts | None) -> str:
    """Return the lines; empty when everything came from the store."""
    lanes = [] if facts is None else [lane for lane in facts.lanes if lane.asked]
    lines = [line for lane in lanes for line in _lane(lane)]
    if facts is not None and lanes and facts.spent_usd is not None:
        lines.append(f"spent {numbers.usd(facts.spent_usd)}, tries included that nobody heard the end of")
    return "\n".join(lines)


def _lane(lane: LaneFacts) -> Iterator[str]:
    rate = f"{lane.asked / lane.seconds:,.1f} a second" if lane.seconds > 0 else "at once"
    told = f"{numbers.quantity(lane.asked, 'question')} in {numbers.duration(lane.seconds)}, {rate}"
    at_once = f", up to {lane.widest} at once" if lane.widest > 1 else ""
    yield f"asked {lane.provider}: {told}{at_once}"
    waited = sum(lane.waited_s.values())
    busy = waited + lane.in_flight_s
    if busy and waited / busy >= WORTH_TELLING:
        reasons = sorted(lane.waited_s, key=lambda why: -lane.waited_s[why])
        words = ", ".join(f"{numbers.percent(lane.waited_s[why] / busy, digits=0)} {WHY[why]}" for why in reasons[:2])
        yield f"  slow because questions waited: {words}"
    else:
        yield f"  a try took {numbers.seconds(lane.in_flight_s / max(lane.tries, 1))} on the average; hardly any waiting besides"
    if lane.throttled:
        narrowed = f", so fewer were sent at once ({numbers.quantity(lane.cuts, 'cut')})" if lane.cuts else ""
        yield f"  {numbers.quantity(lane.throttled, 'try', 'tries')} refused for speed{narrowed}"
    mended = lane.tries - lane.asked
    if mended > 0:
        yield f"  {numbers.quantity(mended, 'try', 'tries')} more than questions; failed ones: {_kinds(lane.failed_tries)}"
    if lane.unanswered:
        yield f"  not answered: {_kinds(lane.unanswered)}"
    if lane.opened:
        yield f"  left alone {numbers.quantity(lane.opened, 'time')}, when ten tries in a row had failed"
    if lane.ended:
        yield f"  given up: {lane.ended}"


def _kinds(kinds: Mapping[str, int]) -> str:
    ordered = sorted(kinds.items(), key=lambda each: (-each[1], each[0]))
    return ", ".join(f"{kind} {numbers.whole(count)}" for kind, count in ordered) or "none"
