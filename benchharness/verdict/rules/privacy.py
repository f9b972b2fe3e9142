"""May the data go to an API at all? If not, and one hosted where it may be was tried and rejected, every API is ruled out."""

from urllib.parse import urlsplit

from benchharness import numbers
from benchharness.records.circumstances import Privacy, ResidencyApi
from benchharness.records.comparison import Proof
from benchharness.records.evidence import Evidence
from benchharness.records.provider_traits import PROVIDERS
from benchharness.records.verdict import Finding, Status

__all__ = ["SOURCE", "find"]

SOURCE = (
    "S0: regulated data or residency may take external APIs off the table, check first, and an API in the region or a private cloud "
    "exists; S1 and S4: then a model of one's own; S3: air-gapped and on-device force a build. The residency API is tried first (RULES K12)"
)
RULE = "privacy"
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def find(evidence: Evidence) -> Finding:
    """Return whether an API may be asked, as the team states it under `decision.privacy`.

    Refuted, and with it every API, only when it must work offline, or the data may not leave and an API with residency was
    rejected; never while a prompted model on this machine is a candidate, for which nothing leaves.
    """
    stated = evidence.decision.privacy
    if stated is None or (stated.data_may_leave is None and not stated.offline):
        return _unstated(stated)
    local = _local(evidence)
    if stated.offline or not stated.data_may_leave:
        return _local_only(evidence, stated, local) if local else _leaving(stated)
    return Finding(
        rule=RULE,
        status=Status.MET,
        proof=Proof.PROVEN,
        sentence=f"The data may be sent to an API, as the suite states.{_rules(stated)}",
        source=SOURCE,
    )


def _unstated(stated: Privacy | None) -> Finding:
    told = "" if stated is None else _rules(stated)
    return Finding(
        rule=RULE,
        status=Status.NOT_TESTED,
        sentence=f"The suite doesn't say whether the data may be sent to an API (`decision.privacy.data_may_leave`).{told}",
        remedy="Say it with `decision.privacy: {data_may_leave: true}`; where it may not, add `residency_api`.",
        source=SOURCE,
    )


def _leaving(stated: Privacy) -> Finding:
    """Return the finding when the data may not go to just any API and no local model was prompted."""
    what = "It must answer without any network" if stated.offline else "The data may not be sent to a third party"
    if stated.offline or stated.residency_api is ResidencyApi.REJECTED:
        tried = "" if stated.offline else ", and an API hosted where it may be was rejected"
        status, proof, remedy = Status.NOT_MET, Proof.REFUTED, "Measure a model of your own, or a prompted open model on your machines."
        told = f"{what}{tried}: every API is ruled out."
    elif stated.residency_api is ResidencyApi.ACCEPTED:
        status, proof = Status.MET, None
        told = f"{what}, but an API hosted where it may be was accepted."
        remedy = "Make sure that the measured API is that one."
    else:
        status, proof = Status.NOT_MET, Proof.UNDECIDED
        told = f"{what}, and no API hosted where it may be was tried yet."
        remedy = "Try an API in your region or private cloud first, then set `decision.privacy.residency_api`."
    return Finding(rule=RULE, status=status, proof=proof, sentence=f"{told}{_rules(stated)}", remedy=remedy, source=SOURCE)


def _local_only(evidence: Evidence, stated: Privacy, local: list[str]) -> Finding:
    """Return the finding when nothing may leave and some prompted models don't ask it to."""
    best = evidence.comparison.result(evidence.comparison.best_prompt)
    mine = best is not None and best.candidate in local
    told = f"Nothing may be sent out; {numbers.listed(local)} {'is' if len(local) == 1 else 'are'} prompted on this machine"
    other = "" if mine or best is None else f", and the best prompt is asked elsewhere ({best.candidate})"
    return Finding(
        rule=RULE,
        status=Status.MET if mine else Status.NOT_MET,
        proof=None if mine else Proof.UNDECIDED,
        sentence=f"{told}{other}.{_rules(stated)}",
        remedy="" if mine else f"Leave out the candidates asked elsewhere (`--only {local[0]}`), and judge what may be used.",
        source=SOURCE,
    )


def _local(evidence: Evidence) -> list[str]:
    """Return the measured prompted candidates whose model runs on this machine."""
    return [each.candidate for each in evidence.effort if each.path == "api" and each.measured and _is_local(each.provider)]


def _is_local(provider: str) -> bool:
    if "://" not in provider:
        traits = PROVIDERS.get(provider)
        return traits is not None and traits.here and traits.needs_prompts and not traits.stands_in
    return urlsplit(provider).hostname in LOOPBACK


def _rules(stated: Privacy) -> str:
    return f" It's subject to {numbers.listed(stated.regulated_by)}." if stated.regulated_by else ""
