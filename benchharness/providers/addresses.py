"""Find where a candidate's questions and keys go, and refuse an address that is from another place than the key sent to it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from benchharness.errors import SetupError
from benchharness.providers.environment import SHELL, source_of
from benchharness.providers.keys import ADDRESSES, HOSTED, OPEN, key_variables
from benchharness.records.address import Address
from benchharness.records.suite import CandidateEntry

__all__ = ["ALLOWED", "addresses_of", "bare", "check_addresses"]

# Hosts that may be sent a key from another place than their address; read from the process alone, as a `.env` would allow itself.
ALLOWED = "BENCH_SEND_KEYS_TO"
SUITE = "the suite"
# What libraries beneath litellm read by themselves; of the process alone, so those of a `.env` have no effect.
PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy")
# Who signs in by these holds the secret in a file of the machine, whatever names the file or profile.
OF_THE_MACHINE = {"aws_profile_name": "AWS_PROFILE", "vertex_credentials": "GOOGLE_APPLICATION_CREDENTIALS"}
MACHINE = "this machine"
# Stand within a host's name, so anything else would make another host of it.
IN_HOST = ("aws_region_name", "vertex_location")
HOST_PART = re.compile(r"[A-Za-z0-9-]+")
# By these litellm may sign in at Azure without being told, of the process alone.
BY_ITSELF = {"azure": ("AZURE_CLIENT_SECRET", "AZURE_PASSWORD")}
ENDS = ("API_BASE", "BASE_URL", "API_URL", "ENDPOINT", "ENDPOINT_URL", "HOST", "URL")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """An address as it was given, what names it, and the place that's from."""

    url: str
    what: str
    place: str
    sent_as_it_is: bool = True
    """Whether it's passed on; False for one that litellm may read by itself, and complete."""


def addresses_of(entry: CandidateEntry, environment: Mapping[str, str]) -> tuple[Address, ...]:
    """Return every address of a candidate that isn't its provider's own, with what is sent there; the last ones are proxies."""
    keys = tuple(f"{name} from {place}" for name, place in _keys(entry, environment))
    found = [
        Address(candidate=entry.name, url=bare(each.url), named_by=_address_sentence(each), keys=keys)
        for each in _named(entry, environment)
    ]
    if entry.endpoint is not None:
        return tuple(found)
    through = next((each for each in PROXIES if environment.get(each, "").strip() and source_of(environment, each) == SHELL), None)
    if through is not None:
        url = bare(environment[through].strip())
        found.append(Address(candidate=entry.name, url=url, named_by=f"{through} in {SHELL}", proxy=True))
    return tuple(found)


def check_addresses(entry: CandidateEntry, environment: Mapping[str, str]) -> None:
    """Raise SetupError when a key would be sent to an address from another place, unless its host is allowed by name."""
    held = {} if entry.endpoint is not None else key_variables(_prefix(entry), environment, api_key_env=entry.api_key_env)
    for name in (each for each in IN_HOST if each in held):
        if not HOST_PART.fullmatch(environment[held[name]].strip()):
            told = f"{entry.name}: {held[name]} in {source_of(environment, held[name])} is no name of a region"
            raise SetupError(told, hint="write it like us-east-1")
    for address in _named(entry, environment):
        if address.sent_as_it_is and not _is_url(address.url):
            raise SetupError(f"{entry.name}: {_address_sentence(address)} is no URL", hint="write it like https://gateway.example/v1")
        for key, place in _keys(entry, environment):
            # Whoever wrote the suite named both: the address, and the variable whose key goes there.
            both_named = address.place == SUITE and key == entry.api_key_env
            if not both_named and address.place != place.replace(MACHINE, SHELL) and not _allowed(address.url, environment):
                host = _host(address.url)
                sent = f"{key} from {place} would be sent to {bare(address.url)}"
                raise SetupError(
                    f"{entry.name}: {sent}, which {_address_sentence(address)} names; nothing was sent",
                    hint=f"take both from one place, or allow it by name: --send-keys-to {host} (or {ALLOWED}={host})",
                )


def bare(url: str) -> str:
    """Return an address without user, password, query and fragment, its host in ASCII: what may be shown and kept."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        if not host.isascii():
            # A letter of another alphabet that looks like ours makes another host.
            host = host.encode("idna").decode()
        return parts._replace(netloc=host, query="", fragment="").geturl()
    except ValueError:
        return "an address that is no URL"


def _named(entry: CandidateEntry, environment: Mapping[str, str]) -> Iterator[_Named]:
    """Yield the addresses something else than the provider names: the suite, a variable that's passed on, one litellm reads itself."""
    if entry.endpoint is not None:
        yield _Named(url=entry.endpoint, what="", place=SUITE)
        return
    prefix, _, rest = (entry.model or "").partition("/")
    if rest.lower().startswith(("http://", "https://")):
        yield _Named(url=rest, what="", place=SUITE)
    held = key_variables(prefix, environment, api_key_env=None)
    for name in (held[each] for each in ADDRESSES if each in held):
        yield _Named(url=environment[name].strip(), what=name, place=source_of(environment, name))
    if prefix not in HOSTED:
        for name in _read_by_litellm(prefix, environment):
            yield _Named(url=environment[name].strip(), what=name, place=SHELL, sent_as_it_is=False)


def _read_by_litellm(prefix: str, environment: Mapping[str, str]) -> list[str]:
    """Return the variables of the process by whose names litellm may look for the address of a provider that our table doesn't have."""
    stem = prefix.upper().replace("-", "_")
    stems = {stem, stem.removesuffix("_CHAT"), stem.removesuffix("_AI"), f"{stem}_AI", stem.replace("_", "")}
    # What speaks OpenAI's format and has no address of its own is asked where these say.
    names = {f"{each}_{end}" for each in stems for end in ENDS} | {"OPENAI_BASE_URL", "OPENAI_API_BASE", "OPENAI_LIKE_API_BASE"}
    return sorted(each for each in names if environment.get(each, "").strip() and source_of(environment, each) == SHELL)


def _keys(entry: CandidateEntry, environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what a candidate signs in with, and where it's from."""
    if entry.endpoint is not None:
        if entry.api_key_env is not None and environment.get(entry.api_key_env, "").strip():
            yield entry.api_key_env, source_of(environment, entry.api_key_env)
        return
    held = key_variables(_prefix(entry), environment, api_key_env=entry.api_key_env)
    for argument, name in held.items():
        if argument in OF_THE_MACHINE and not environment[name].lstrip().startswith("{"):
            yield name, MACHINE
        elif argument not in OPEN:
            yield name, source_of(environment, name)
    for name in BY_ITSELF.get(_prefix(entry), ()):
        if environment.get(name) and source_of(environment, name) == SHELL:
            yield name, SHELL
    if _prefix(entry) == "vertex_ai" and "vertex_credentials" not in held:
        yield "what Google's tools signed in with", MACHINE


def _address_sentence(address: _Named) -> str:
    return f"{address.what} in {address.place}" if address.what else address.place


def _prefix(entry: CandidateEntry) -> str:
    return (entry.model or "").split("/", 1)[0]


def _is_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _host(url: str) -> str:
    return urlsplit(bare(url)).netloc or bare(url)


def _allowed(url: str, environment: Mapping[str, str]) -> bool:
    allowed = environment.get(ALLOWED, "") if source_of(environment, ALLOWED) == SHELL else ""
    return _host(url).lower() in re.split(r"[\s,]+", allowed.lower())
