"""From a finished run to the decision record: options, drivers, consequences, evidence, and what calls it up again."""

import json
from collections.abc import Iterator

from benchharness import numbers
from benchharness.pipeline.deciding.verdict import Decided
from benchharness.records.costs import OwnPath
from benchharness.records.decision_record import DecisionRecord, Option, Trigger, TriggerKind
from benchharness.records.json_form import to_json
from benchharness.records.policy_words import TargetIs
from benchharness.records.run import RunRecord
from benchharness.records.suite import Decision, Suite
from benchharness.records.verdict import Door, Verdict, VerdictWord
from benchharness.verdict.matrix import fill_matrix

__all__ = ["decision_record"]

# What each word asks of the team; a reader must see what it costs to follow it.
CONSEQUENCES = {
    VerdictWord.SHIP_PROMPT: (
        "The best prompt goes out; the provider's prices, limits and model changes come with it.",
        "It can be undone in a day: the suite asks every other candidate the same questions.",
    ),
    VerdictWord.IMPROVE_PROMPT: ("No fine-tune is begun; the findings name the prompts and models to try first.",),
    VerdictWord.SHIP_CLASSICAL: (
        "No language model is called for this task; the classical model must be trained again when the data shifts.",
    ),
    VerdictWord.TRY_FINE_TUNE: ("A trial fine-tune is trained and measured on this golden set; nothing is shipped or hired for it.",),
    VerdictWord.FINE_TUNE: (
        "A model of one's own is trained, served, watched and trained again when its base or the data moves on.",
        "It is hard to undo: people, contracts and pipelines are built around it.",
    ),
    VerdictWord.SELF_HOST: (
        "Machines are rented or bought, and somebody is called at night.",
        "It is hard to undo: people and commitments are built around it.",
    ),
    VerdictWord.HYBRID: ("Two paths are kept alive, and a router that decides between them.",),
    VerdictWord.NEITHER: ("Neither path is shipped for this task; the target, the task or the data has to change.",),
    VerdictWord.MORE_EVIDENCE: ("Nothing is decided; prompting goes on, and the findings name what would settle it.",),
    VerdictWord.INVALID: ("The comparison is void; it must be repeated on examples that no candidate has seen.",),
}
TRIGGER_WORDS = {
    TriggerKind.GOLDEN_SET: "The golden set changes.",
    TriggerKind.POLICY: "The policy changes: target, rules, thresholds or scorers.",
}


def decision_record(decided: Decided, record: RunRecord, suite: Suite, *, run: str) -> DecisionRecord:
    """Return the decision record of a run; the same run gives the same record."""
    verdict = decided.verdict
    team = suite.decision.team
    return DecisionRecord(
        suite=record.suite,
        suite_file=record.suite_file,
        run=run,
        date=record.started_at[:10],
        status="proposed",
        owner="" if team is None else team.owner,
        verdict=verdict.verdict.value,
        grounds=verdict.grounds,
        flags=verdict.flags,
        door=verdict.door.value,
        headline=verdict.headline,
        confidence=verdict.confidence,
        context=suite.description or f"Whether prompting is enough for {suite.name}.",
        drivers=tuple(_drivers(suite.decision)),
        options=_options(decided, record),
        skipped=tuple(f"{each.candidate}: {each.reason}" for each in record.skipped),
        consequences=(*CONSEQUENCES[verdict.verdict], *_doubts(verdict)),
        evidence={
            "golden set": f"{record.golden_set['source']}, {record.golden_set['fingerprint']}",
            "suite": record.suite_hash,
            "policy": record.policy_hash,
            "results": record.results_hash,
        },
        flips_if=verdict.flips_if,
        review_by=verdict.review_by,
        triggers=tuple(_triggers(decided, record, suite)),
        warnings=verdict.warnings,
        matrix=fill_matrix(decided.evidence, {each.rule: each for each in verdict.findings}, _own(decided)),
        checklist=next((each.sentence for each in verdict.findings if each.rule == "checklist"), ""),
    )


def _own(decided: Decided) -> OwnPath:
    """Return whose scores stand beside prompting's: the self-hosted model's where it is decided for, or there is no fine-tune."""
    comparison = decided.comparison
    hosts = decided.verdict.verdict is VerdictWord.SELF_HOST or comparison.best_fine_tuned is None
    return "self_hosted" if hosts and comparison.best_self_hosted is not None else "fine_tuned"


def _drivers(decision: Decision) -> Iterator[str]:
    reason = f" ({decision.target_reason})" if decision.target_reason else ""
    share = numbers.percent(decision.ninety_percent_rule, digits=0)
    of = "Target of the mean score" if decision.target_is is TargetIs.MEAN else "Accuracy target"
    yield f"{of} {numbers.share(decision.accuracy_target)}{reason}; prompting is enough at {share} of it."
    if decision.gap_rule:
        yield f"The team's own rule: {decision.gap_rule}."
    if decision.volume:
        yield f"{numbers.quantity(decision.volume.requests_per_month, 'request')} a month."
    if decision.latency:
        yield f"19 of 20 answers within {numbers.seconds(decision.latency.p95_s)}."
    if decision.privacy and decision.privacy.regulated_by:
        yield f"Regulated by {numbers.listed(decision.privacy.regulated_by)}."


def _options(decided: Decided, record: RunRecord) -> tuple[Option, ...]:
    dollars = {each.key: each.usd_per_1k for each in record.totals}
    return tuple(
        Option(
            name=each.key,
            path=each.path,
            matched=each.matched,
            n=each.n,
            rate=each.rate,
            interval=each.interval,
            usd_per_1k=dollars.get(each.key),
        )
        for each in decided.comparison.candidates
    )


def _doubts(verdict: Verdict) -> Iterator[str]:
    if verdict.not_tested:
        yield f"Not tested, and so not known: {numbers.listed([each.split(':', 1)[0] for each in verdict.not_tested])}."
    if verdict.door is Door.ONE_WAY and "escalate" in verdict.flags:
        yield "It goes before senior people first."


def _triggers(decided: Decided, record: RunRecord, suite: Suite) -> Iterator[Trigger]:
    if decided.verdict.review_by:
        day = decided.verdict.review_by
        yield Trigger(kind=TriggerKind.REVIEW_DATE, sentence=f"The day {day} comes.", was=day)
    golden = str(record.golden_set["fingerprint"])
    yield Trigger(kind=TriggerKind.GOLDEN_SET, sentence=TRIGGER_WORDS[TriggerKind.GOLDEN_SET], subject=record.suite_file, was=golden)
    yield Trigger(kind=TriggerKind.POLICY, sentence=TRIGGER_WORDS[TriggerKind.POLICY], subject=record.suite_file, was=record.policy_hash)
    yield from _market(decided, record)
    sunset = suite.decision.sunset
    if sunset is not None and sunset.base_model:
        yield Trigger(kind=TriggerKind.BASE_MODEL, sentence=f"The base model is shut down on {sunset.base_model}.", was=sunset.base_model)
    if sunset is not None and sunset.tuning_service:
        told = f"The tuning service takes its last job on {sunset.tuning_service}."
        yield Trigger(kind=TriggerKind.TUNING_SERVICE, sentence=told, was=sunset.tuning_service)


def _market(decided: Decided, record: RunRecord) -> Iterator[Trigger]:
    """Yield what the price list and the volume may change."""
    limit = decided.evidence.thresholds["price_moved"]
    for model, price in record.facts.prices.items():
        yield Trigger(
            kind=TriggerKind.PRICE,
            sentence=f"The price of {model} moves by more than {numbers.percent(limit, digits=0)}.",
            subject=model,
            was=json.dumps(to_json(price), sort_keys=True),
            limit=limit,
        )
    for candidate, end in record.facts.ends.items():
        yield Trigger(kind=TriggerKind.BASE_MODEL, sentence=f"The model of {candidate} is shut down on {end}.", subject=candidate, was=end)
    for provider, models in record.facts.listed_models.items():
        told = f"{provider} lists a model that wasn't there."
        yield Trigger(kind=TriggerKind.NEW_MODEL, sentence=told, subject=provider, was=json.dumps(models))
    for costs in decided.evidence.compared:
        # A volume that's beyond it already isn't news, and the decision knew of it.
        if costs.crossover is None or costs.crossover.low is None or costs.crossover.low <= 1:
            continue
        beyond = costs.crossover.low * costs.requests_per_month
        yield Trigger(
            kind=TriggerKind.VOLUME,
            sentence=(
                f"The volume passes {beyond:,.0f} requests a month, where the {costs.name} may get cheaper; "
                f"it was {costs.requests_per_month:,.0f}."
            ),
            subject=record.suite_file,
            was=f"{beyond:.0f}",
        )
