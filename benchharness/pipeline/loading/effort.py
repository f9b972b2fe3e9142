"""What was tried for a candidate, and whether it may be asked at all."""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from benchharness.pipeline.loading.requests import sent_request, strategies_of
from benchharness.records.circumstances import Privacy, ResidencyApi
from benchharness.records.comparison import RULED_OUT
from benchharness.records.effort import Effort
from benchharness.records.provider_traits import provider_here, traits_here
from benchharness.records.roster import Listed, Roster
from benchharness.records.suite import CandidateEntry, CandidatePath, Prompt, Suite
from benchharness.suite.resolving import candidate_path

__all__ = ["barred", "effort_of", "model_of", "path_of", "roster_of"]

RECORDED = "recorded"
OWN_ENDINGS = (".local", ".internal", ".lan", ".svc", ".localhost")


def effort_of(entry: CandidateEntry, prompts: Mapping[str, Prompt], *, measured: bool = True, told: str = "") -> Effort:
    """Return what was tried for an entry with these of its prompts; `told` is the model its rows name, where they name one."""
    model = model_of(entry, told)
    # Without an adapter nobody can see what a fine-tune started from, whatever it's called.
    tuned = candidate_path(entry) is CandidatePath.FINE_TUNED and entry.adapter is None
    return Effort(
        candidate=entry.name,
        path=candidate_path(entry).value,
        model=model,
        provider=entry.endpoint or model.split("/", 1)[0],
        base_model=entry.base_model or ("" if tuned else model),
        strategies=strategies_of(prompts, entry.prompts),
        prompts=entry.prompts,
        requests=tuple(sent_request(entry, model, prompts.get(name)) for name in entry.prompts),
        pool_prompts=tuple(name for name in entry.prompts if name in prompts and prompts[name].shots),
        measured=measured,
    )


def model_of(entry: CandidateEntry, told: str = "") -> str:
    """Return the model that answers for an entry; empty when nobody knows: the name of a file or of a candidate is none.

    Of recorded answers it's what the suite says they stand for, else what their rows name.
    """
    recorded = provider_here(entry.model) == RECORDED
    if entry.model is not None and not recorded:
        return entry.model
    return entry.stands_for or (told if provider_here(told) != RECORDED else "")


def path_of(entry: CandidateEntry, suite: Suite) -> str:
    """Return an entry's path, or `ruled-out` when the data may not go where it is answered."""
    return RULED_OUT if barred(entry, suite.decision.privacy) else candidate_path(entry).value


def roster_of(suite: Suite) -> Roster:
    """Return a suite's candidates, as a reader of rows must know them."""
    listed = [
        Listed(name=entry.name, stated=candidate_path(entry).value, path=path_of(entry, suite), prompts=entry.prompts)
        for entry in suite.candidates
    ]
    return Roster(candidates=tuple(listed), match_at=suite.match_at)


def barred(entry: CandidateEntry, privacy: Privacy | None) -> bool:
    """Tell whether a candidate may not be asked: the data may not leave, and a third party answers for it.

    An API that was accepted because it's hosted where the data may be lifts the bar for all. Rows of a candidate without a
    model are judged by their path: an API is a third party's, a model of one's own isn't.
    """
    if privacy is None:
        return False
    stays = privacy.data_may_leave is False and privacy.residency_api is not ResidencyApi.ACCEPTED
    return (bool(privacy.offline) or stays) and _third_party(entry)


def _third_party(entry: CandidateEntry) -> bool:
    if entry.endpoint is not None:
        return not _own_host(urlsplit(entry.endpoint).hostname or "")
    here = traits_here(entry.model)
    if here.here and not here.stands_in:
        return False
    prefix, slash, _ = (entry.model or "").partition("/")
    somebodys = bool(prefix and slash) and not here.here
    return somebodys or candidate_path(entry) is CandidatePath.API


def _own_host(host: str) -> bool:
    """Tell whether a host is this machine or on a private network, by its address or its name."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(OWN_ENDINGS)
    return address.is_private or address.is_loopback
