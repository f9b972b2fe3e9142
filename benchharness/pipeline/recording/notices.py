"""What a run's answers tell that no rate shows: what was asked and not sent, who answered, where tokens went, what caching saved."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from benchharness import numbers
from benchharness.records.asking_facts import AskingFacts
from benchharness.records.comparison import candidate_label
from benchharness.records.provider_traits import traits_of
from benchharness.records.run import CandidateTotals
from benchharness.records.suite import CandidateEntry, Price
from benchharness.results.tallies import Tally

__all__ = ["asking_warnings", "notices", "uncached_usd_per_1k"]

# Below this share of a bill caching made no difference worth a sentence.
WORTH_SAYING = 0.01
MOST_NAMES, LONGEST_NAME = 3, 60
VARYING = ("temperature", "top_p", "seed")
FORMS = {"json_object": "in JSON mode", "tool": "as a tool's arguments", "text": "in words"}
# What may follow a model's name without making it another: a date, a version, a size, how it was packed.
SAME = re.compile(r"([-@:._]?(v?\d[\d.\-]*[bk]?|instruct|chat|it|hf|fp8|awq|latest|preview))*")


# How much of a median latency may be this program's own lateness: a busy loop measured itself, not the model, beyond that.
MOST_LAG = 0.05


def notices(tallies: Sequence[Tally], entries: Iterable[CandidateEntry], totals: Sequence[CandidateTotals]) -> list[str]:
    """Return one sentence for each kind of thing a reader must know; none for what happened to nobody."""
    asked = {entry.name: entry for entry in entries if not traits_of(entry).here}
    mine = [each for each in tallies if each.candidate in asked]
    return [
        *_not_sent(mine),
        *_looser(mine),
        *_ignored(mine),
        *_hidden(mine),
        *_served(mine, asked),
        *_cached(totals),
    ]


def uncached_usd_per_1k(tallies: Sequence[Tally], candidate: str, prompt: str, price: Price | None) -> float | None:
    """Return US dollars per 1,000 of the same answers with nothing cached; None where nothing was, or a count or the price is unknown."""
    own = [each for each in tallies if (each.candidate, each.prompt) == (candidate, prompt)]
    answers = sum(each.answers for each in own)
    if price is None or not answers or not any(each.cached_tokens or each.cache_write_tokens for each in own):
        return None
    usd = 0.0
    for each in own:
        if each.input_tokens is None or each.output_tokens is None:
            return None
        usd += each.input_tokens * price.input_usd_per_million + each.output_tokens * price.output_usd_per_million
    return usd / 1e6 / answers * 1000


def _not_sent(tallies: Sequence[Tally]) -> Iterator[str]:
    """Yield what models refused to be asked."""
    counts: dict[str, Counter[str]] = {}
    for each in tallies:
        for name, value in _left_out(each).items():
            if name != "response_format":
                counts.setdefault(f"{name} {numbers.brief(value) if isinstance(value, int | float) else value}", Counter())[
                    each.candidate
                ] += each.answers
    if not counts:
        return
    told = [f"{what} ({_shares(by, tallies)})" for what, by in counts.items()]
    varies = any(what.split(" ", 1)[0] in VARYING for what in counts)
    yield (
        f"Asked for, refused and not sent so: {numbers.listed(told, most=len(told))}."
        + (" Such answers may differ from run to run: look at repeats." if varies else "")
    )


def _looser(tallies: Sequence[Tally]) -> Iterator[str]:
    """Yield who wasn't asked by JSON Schema although the prompt has one."""
    counts: dict[str, Counter[str]] = {}
    for each in tallies:
        form = _plain(each.form)
        if form in FORMS and "response_format" in _left_out(each):
            counts.setdefault(form, Counter())[each.candidate] += each.answers
    if counts:
        told = [f"{FORMS[form]} ({_shares(by, tallies)})" for form, by in counts.items()]
        yield f"The response schema wasn't taken as one; asked {numbers.listed(told)} instead."


def _ignored(tallies: Sequence[Tally]) -> Iterator[str]:
    """Yield what was taken and not obeyed."""
    over = Counter[str]()
    loose = Counter[str]()
    for each in tallies:
        over[each.candidate] += each.answers if each.over else 0
        formed = _plain(each.form) in ("json_schema", "json_object", "tool") and each.status in ("answered", "unparsable")
        loose[each.candidate] += each.answers if formed and not each.json and not each.blank else 0
    if +over:
        yield f"`max_tokens` was sent and not kept: {_shares(+over, tallies)} are longer."
    if +loose:
        yield f"`response_format` was sent and not obeyed: {_shares(+loose, tallies)} aren't JSON."


def _hidden(tallies: Sequence[Tally]) -> Iterator[str]:
    """Yield whose `max_tokens` was spent before a word was said."""
    counts = Counter[str]()
    for each in tallies:
        counts[each.candidate] += each.answers if each.status == "truncated" and each.blank else 0
    if +counts:
        yield (
            f"`max_tokens` went into hidden reasoning before a word was said: {_shares(+counts, tallies)}. They count as misses; "
            "raise `max_tokens`, or ask the model to reason less."
        )


def _served(tallies: Sequence[Tally], entries: Mapping[str, CandidateEntry]) -> Iterator[str]:
    """Yield where another model answered than was asked, or more than one."""
    for name, entry in entries.items():
        served = Counter[str]()
        for each in tallies:
            if each.candidate == name and each.served_model:
                served[each.served_model] += each.answers
        if len(served) > 1:
            told = [f"{_short(model)} {numbers.whole(count)}" for model, count in served.most_common()]
            yield f"{name}: the served model changed within the run: {numbers.listed(told, most=MOST_NAMES)}. It isn't one candidate."
        if entry.model is None:
            continue
        strange = [model for model in served if not _same_family(entry.model, model)]
        if strange:
            told = [_short(model) for model in strange]
            yield f"{name}: asked for {entry.model}, and {numbers.listed(told, most=MOST_NAMES)} answered, as the provider says."


def _cached(totals: Sequence[CandidateTotals]) -> Iterator[str]:
    told = []
    for each in totals:
        bare = each.usd_per_1k_uncached
        if bare is None or each.usd_per_1k is None or abs(bare - each.usd_per_1k) <= WORTH_SAYING * bare:
            continue
        told.append(f"{each.key} {numbers.usd(each.usd_per_1k)} per 1,000 answers, {numbers.usd(bare)} with nothing cached")
    if told:
        yield (
            f"Prompt caching changed the bill: {numbers.listed(told, most=len(told))}. This run repeats its prompts; "
            "production may not find them cached."
        )


def _left_out(tally: Tally) -> Mapping[str, Any]:
    try:
        found = json.loads(tally.not_sent) if tally.not_sent else {}
    except ValueError:
        return {}
    return found if isinstance(found, Mapping) else {}


def _plain(text: str | None) -> str | None:
    return None if text is None else text.strip('"')


def _shares(counts: Mapping[str, int], tallies: Sequence[Tally]) -> str:
    """Return `gpt 3 of 40 answers` for each."""
    whole = Counter[str]()
    for each in tallies:
        whole[each.candidate] += each.answers
    return numbers.listed([f"{name} {numbers.count_of(count, whole[name])} answers" for name, count in counts.items()], most=len(counts))


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def _same_family(asked: str, served: str) -> bool:
    """Tell whether a served model's name is the one asked for, but for a date or version; a fine-tune's base isn't the fine-tune."""
    if ("ft:" in asked) != ("ft:" in served):
        return False
    mine, theirs = _bare(asked), _bare(served)
    shorter, longer = sorted((_named(mine), _named(theirs)), key=len)
    return longer.startswith(shorter) and SAME.fullmatch(longer[len(shorter) :]) is not None


def _bare(name: str) -> str:
    """Return the model's own part of a name, lower case, without the places before it."""
    last = name.lower().rsplit("/", 1)[-1].removeprefix("ft:")
    # `us.anthropic.claude-...` on Bedrock; a dot inside a version stands between digits.
    return re.split(r"(?<=[a-z])\.(?=[a-z])", last)[-1]


def _named(name: str) -> str:
    """Return a name without what stands for the newest of it."""
    return name.removesuffix("-latest").removesuffix("-preview")


def asking_warnings(facts: AskingFacts | None, totals: Sequence[CandidateTotals]) -> list[str]:
    """Return the warnings of a run's record; empty when it was asked whole and could be timed."""
    return [] if facts is None else [*_halted(facts), *_ended(facts), *_busy(facts, totals)]


def _halted(facts: AskingFacts) -> Iterator[str]:
    if facts.unasked:
        why = facts.halted.removeprefix("not asked: ") or "a candidate's budget is spent"
        yield f"Cut short: {why}. {numbers.quantity(facts.unasked, 'question')} not asked; they count as not measured."


def _ended(facts: AskingFacts) -> Iterator[str]:
    for lane in facts.lanes:
        if lane.ended:
            yield f"{lane.provider} was given up: {lane.ended}"


def _busy(facts: AskingFacts, totals: Sequence[CandidateTotals]) -> Iterator[str]:
    lag = facts.loop_lag_s or 0.0
    # One question at a time was no crowd, and a probe took its time apart.
    crowded = {key for lane in facts.lanes if lane.widest > 1 for key in lane.candidates}
    late = [each for each in totals if each.key in crowded and each.probed is None and each.p50_s and lag > MOST_LAG * each.p50_s]
    if late:
        names = numbers.listed([candidate_label(each.candidate, each.prompt) for each in late])
        yield (
            f"Don't trust the latency of {names}: this program was busy with many questions at once, and heard of an answer up to "
            f"{numbers.seconds(lag)} late (19 times of 20). `--latency-probe 100` measures it one question at a time."
        )
