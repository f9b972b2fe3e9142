"""What a suite's parts must agree on among themselves."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, Protocol
from urllib.parse import urlsplit

from benchharness.errors import Mistake
from benchharness.records.cost_plan import Hosting
from benchharness.records.policy_words import TargetIs
from benchharness.records.provider_traits import provider_here, traits_here
from benchharness.records.suite import CandidateEntry, CandidatePath, DataSource, Extract, Pick, Prompt, Shots, Strategy, Suite
from benchharness.suite.resolving import parse_gap_rule, resolve_prompts
from benchharness.suite.secrets import looks_random
from benchharness.suite.shorthand import not_filled_in
from benchharness.suite.wording import Places

__all__ = ["check"]

LONGEST_NAME = 80
# What a judge, written like a candidate, can't have.
NO_JUDGE = ("prompts", "path", "base_model", "stands_for", "trained_on")
# US dollars per million tokens.
LEAST_PRICE, MOST_PRICE = 0.001, 10_000


class Bounded(Protocol):
    """A number of the policy with the largest value that makes sense."""

    @property
    def most(self) -> float:
        """Return it."""


def check(suite: Suite, places: Places, *, thresholds: Mapping[str, Bounded]) -> list[Mistake]:
    """Return everything that doesn't fit together; `thresholds` are the names a policy may override."""
    chains = {name: _chain(suite, name) for name in suite.prompts}
    sound = {name: prompt for name, prompt in suite.prompts.items() if chains[name][-1] is None}
    return [
        *_names(suite, places),
        *_sources(suite, places),
        *_extends(suite, places, chains),
        *_prompts(replace(suite, prompts=sound), places),
        *_candidates(suite, places),
        *_judges(suite, places),
        *_scorers(suite, places),
        *_decision(suite, places, thresholds),
    ]


def _names(suite: Suite, places: Places) -> Iterator[Mistake]:
    """Names stand in tables, in file names and after `--only`."""
    named = [("name", suite.name), *((f"candidates[{at}].name", each.name) for at, each in enumerate(suite.candidates))]
    named += [(f"judges[{at}].name", each.name) for at, each in enumerate(suite.judges)]
    named += [(f"prompts.{name}", name) for name in suite.prompts]
    for key, name in named:
        if not name.isprintable() or name != name.strip() or not name:
            yield places.mistake(key, "expected a name of printable characters", "e.g. gpt-mini", at_key=key.startswith("prompts."))
        elif len(name) > LONGEST_NAME:
            yield places.mistake(key, f"a name of {len(name)} characters fits no table", f"at most {LONGEST_NAME}")


def _sources(suite: Suite, places: Places) -> Iterator[Mistake]:
    for key, source in (("golden_set", suite.golden_set), ("training_pool", suite.training_pool)):
        if source is not None:
            yield from _source(key, source, places)


def _source(key: str, source: DataSource, places: Places) -> Iterator[Mistake]:
    if (source.path is None) == (source.hub is None):
        yield places.mistake(key, "needs exactly one of path and hub", "a local file: `path: ...`; the hub: `hub: owner/name`")
    yield from _filled_in(f"{key}.path", source.path, places)
    if source.hub is not None:
        for name in ("split", "revision"):
            if getattr(source, name) is None:
                yield places.mistake(key, f"a data set of the hub needs {name!r}", "so that nobody can change the examples unseen")


def _filled_in(key: str, value: str | None, places: Places) -> Iterator[Mistake]:
    """Refuse what a shell would fill in: a suite says the same wherever it's read, and its run names the very files."""
    wanted = not_filled_in(value or "")
    if wanted:
        hint = "write the whole path, or one relative to the suite file"
        if "://" in (value or ""):
            hint = "write the address itself, e.g. http://localhost:8000/v1"
        elif key.endswith(".model"):
            hint = "write the model's name itself"
        yield places.mistake(key, f"{wanted} isn't filled in here", hint)


def _chain(suite: Suite, name: str) -> list[str | None]:
    """Return a prompt, what it extends and so on; the last is None, a name that isn't there or one met before."""
    chain: dict[str | None, None] = {name: None}
    at = suite.prompts[name].extends
    while at in suite.prompts and at not in chain:
        chain[at] = None
        at = suite.prompts[at].extends
    return [*chain, at]


def _extends(suite: Suite, places: Places, chains: Mapping[str, Sequence[str | None]]) -> Iterator[Mistake]:
    """Each is said where it's written, not again at every prompt that builds on it."""
    told: set[str | None] = set()
    for name, chain in chains.items():
        key, last = f"prompts.{name}.extends", chain[-1]
        if last == name and name not in told:
            told.update(chain)
            yield places.mistake(key, f"goes round in a circle: {' -> '.join(map(str, chain))}")
        elif last is not None and last not in suite.prompts and len(chain) == len((name, last)):
            yield places.unknown(key, "prompt", last, suite.prompts)


def _prompts(suite: Suite, places: Places) -> Iterator[Mistake]:
    """Check prompts as they are once `extends` is filled in; `suite` has only those whose chain ends."""
    for name, prompt in resolve_prompts(suite).items():
        key = f"prompts.{name}"
        if prompt.user is None and prompt.system is None:
            yield places.mistake(key, "says nothing: it needs `user` or `system`", 'e.g. user: "{{ input }}"')
        if prompt.shots is not None and suite.training_pool is None:
            yield places.mistake(
                f"{key}.shots", "shots come from the training pool, and the suite has none", "add `training_pool: {path: ...}`"
            )
        yield from _strategy(key, prompt, places)
        if prompt.extract is not None:
            yield from _extract(f"{key}.extract", prompt.extract, places)


def _extract(key: str, extract: Extract, places: Places) -> Iterator[Mistake]:
    given = [each for each in (extract.after, extract.regex, extract.json_key) if each is not None]
    if len(given) > 1 or not (given or extract.reasoning):
        yield places.mistake(key, "needs exactly one of after, regex and json_key")
    elif extract.after is not None and not extract.after.strip():
        yield places.mistake(f"{key}.after", "must not be empty", 'e.g. after: "Answer:"')
    elif extract.regex is not None:
        yield from _pattern(f"{key}.regex", extract.regex, places)


def _pattern(key: str, pattern: str, places: Places) -> Iterator[Mistake]:
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        yield places.mistake(key, f"not a regular expression: {error}")


def _strategy(key: str, prompt: Prompt, places: Places) -> Iterator[Mistake]:
    shots = prompt.shots if isinstance(prompt.shots, Shots) else None
    needs = {
        Strategy.ZERO_SHOT: (shots is None, "no `shots`"),
        Strategy.STRUCTURED: (prompt.response_schema is not None, "a `response_schema`"),
        Strategy.RETRIEVAL: (shots is not None and shots.pick is Pick.NEAREST, "`shots: {k: ..., pick: nearest}`"),
        Strategy.FEW_SHOT: (shots is not None and shots.pick is Pick.FIXED, "`shots` that are `fixed`"),
    }
    there, what = needs.get(prompt.strategy, (True, "")) if prompt.strategy is not None else (True, "")
    if not there:
        yield places.mistake(f"{key}.strategy", f"a {prompt.strategy} prompt needs {what}")


def _candidates(suite: Suite, places: Places) -> Iterator[Mistake]:
    names = [entry.name for entry in suite.candidates]
    for at, entry in enumerate(suite.candidates):
        key = f"candidates[{at}]"
        if entry.name in names[:at]:
            yield places.mistake(f"{key}.name", f"a second candidate called {entry.name!r}", "give each a name of its own")
        for index, prompt in enumerate(entry.prompts):
            if prompt not in suite.prompts:
                yield places.unknown(f"{key}.prompts[{index}]", "prompt", prompt, suite.prompts)
            elif prompt in entry.prompts[:index]:
                yield places.mistake(f"{key}.prompts[{index}]", f"the prompt {prompt!r} stands twice")
        yield from _candidate(key, entry, places)


def _candidate(key: str, entry: CandidateEntry, places: Places) -> Iterator[Mistake]:
    here = provider_here(entry.model)
    traits = traits_here(entry.model)
    if entry.adapter is not None and not traits.adapters:
        yield places.mistake(f"{key}.adapter", "only an embedded model takes an adapter", "serve it yourself and give `endpoint`")
    if entry.adapter is not None and entry.path not in (None, CandidatePath.FINE_TUNED, CandidatePath.SELF_HOSTED):
        yield places.mistake(f"{key}.path", f"a model with an adapter is fine-tuned, not {entry.path}")
    if entry.rehearsal is not None and not traits.pretends:
        yield places.mistake(f"{key}.rehearsal", "only a `rehearsal/...` model can pretend")
    if entry.stands_for is not None and here != "recorded":
        yield places.mistake(f"{key}.stands_for", "only recorded answers stand for a model", "`model` says who is asked")
    if entry.prompts and (traits.classical or entry.path is CandidatePath.CLASSICAL):
        yield places.mistake(f"{key}.prompts", "a classical model takes no prompt", "remove `prompts`")
    if traits.classical and entry.path not in (None, CandidatePath.CLASSICAL):
        yield places.mistake(f"{key}.path", f"a scikit-learn model is classical, not {entry.path}", "remove `path`")
    yield from _where(key, entry, here, places)
    yield from _price(key, entry, places)
    if entry.api_key_env is not None:
        yield from _variable(f"{key}.api_key_env", entry.api_key_env, places)


def _where(key: str, entry: CandidateEntry, here: str, places: Places) -> Iterator[Mistake]:
    """Yield what is wrong with where a candidate answers and what lies there."""
    yield from _filled_in(f"{key}.model", entry.model, places)
    yield from _filled_in(f"{key}.adapter", entry.adapter, places)
    yield from _filled_in(f"{key}.trained_on.path", None if entry.trained_on is None else entry.trained_on.path, places)
    if entry.endpoint is not None and not_filled_in(entry.endpoint):
        yield from _filled_in(f"{key}.endpoint", entry.endpoint if "://" in entry.endpoint else f"://{entry.endpoint}", places)
    elif entry.endpoint is not None:
        if here:
            yield places.mistake(
                f"{key}.endpoint", f"a `{here}/...` model answers on this machine, not at an endpoint", "remove `endpoint`"
            )
        yield from _endpoint(f"{key}.endpoint", entry.endpoint, places)


def _endpoint(key: str, endpoint: str, places: Places) -> Iterator[Mistake]:
    """Yield what keeps a base URL from being one; the URL itself isn't repeated, it may hold a key."""
    try:
        parts = urlsplit(endpoint)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0 and not re.search(r"\s", endpoint)
    except ValueError:
        fits = False
    if not fits:
        yield places.mistake(key, "expected a URL of http or https", "e.g. endpoint: http://localhost:8000/v1")
    elif parts.username or parts.password:
        yield places.mistake(key, "holds a user name or a password", "put the key into a variable and name that with api_key_env")
    elif parts.query or parts.fragment:
        # The path of each call is put behind it, and a key often stands there.
        yield places.mistake(key, "goes on after a ? or #", "end it with its path; a key belongs into a variable named with api_key_env")


def _variable(key: str, name: str, places: Places) -> Iterator[Mistake]:
    """Yield what keeps a variable's name from being one, without repeating it: it may be the key."""
    if looks_random(name):
        yield places.mistake(key, "this looks like a key itself", "name the environment variable that holds it, and revoke this one")
    elif not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        yield places.mistake(key, "expected the name of an environment variable", "e.g. api_key_env: OUR_VLLM_KEY")


def _judges(suite: Suite, places: Places) -> Iterator[Mistake]:
    """Check judges: models that are asked like candidates, with nothing of what makes a candidate."""
    names = [*(entry.name for entry in suite.candidates), *(entry.name for entry in suite.judges)]
    first = len(suite.candidates)
    for at, entry in enumerate(suite.judges):
        key = f"judges[{at}]"
        if entry.name in names[: first + at]:
            yield places.mistake(f"{key}.name", f"a second model called {entry.name!r}", "give each candidate and judge a name of its own")
        for name in NO_JUDGE:
            if getattr(entry, name):
                yield places.mistake(f"{key}.{name}", f"a judge has no {name!r}", "its words come from the scorer that asks it")
        if entry.model is None and entry.endpoint is None:
            yield places.mistake(key, "required key 'model' is missing", "e.g. model: openai/<model>")
        elif traits_here(entry.model).classical:
            yield places.mistake(f"{key}.model", "a classical model can't judge", "name a language model")
        yield from _candidate(key, entry, places)


def _scorers(suite: Suite, places: Places) -> Iterator[Mistake]:
    primary = [at for at, each in enumerate(suite.scorers) if each.primary]
    if len(suite.scorers) > 1 and not primary:
        yield places.mistake("scorers", "none of them is primary", "one decides: add `primary: true` to it")
    for at in primary[1:]:
        yield places.mistake(f"scorers[{at}].primary", "a second primary scorer", "exactly one decides")
    labels = [each.label for each in suite.scorers]
    for at, each in enumerate(suite.scorers):
        if each.label in labels[:at]:
            yield places.mistake(f"scorers[{at}]", f"a second score called {each.label!r}", "give it a `name` of its own")


def _decision(suite: Suite, places: Places, thresholds: Mapping[str, Bounded]) -> Iterator[Mistake]:
    decision = suite.decision
    if decision.gap_rule is not None:
        try:
            parse_gap_rule(decision.gap_rule)
        except ValueError as error:
            yield places.mistake("decision.gap_rule", str(error), "e.g. gap_rule: 44 of 50")
        if decision.target_is is TargetIs.MEAN:
            told = "counts matches, and with `target_is: mean` none is counted"
            yield places.mistake("decision.gap_rule", told, "leave it out, or write `target_is: share`")
    for name, value in decision.thresholds.items():
        if thresholds and name not in thresholds:
            yield places.unknown(f"decision.thresholds.{name}", "threshold", name, thresholds)
        elif name in thresholds and not 0 <= value <= thresholds[name].most:
            told = f"expected a number from 0 to {thresholds[name].most:g}, got {value:g}"
            yield places.mistake(f"decision.thresholds.{name}", told, "`bench explain` tells what it counts")
    if decision.costs is not None:
        yield from _amounts("decision.costs", decision.costs, places)


def _amounts(key: str, record: Any, places: Places) -> Iterator[Mistake]:
    """Check every `[low, high]` below a record, and what machines cost and serve."""
    for each in fields(record):
        value, name = getattr(record, each.name), f"{key}.{each.name}"
        if is_dataclass(value):
            yield from _amounts(name, value, places)
        elif isinstance(value, tuple) and value[0] > value[1]:
            yield places.mistake(name, f"the low end {value[0]:g} is above the high end {value[1]:g}", "write [low, high]")
    if isinstance(record, Hosting):
        yield from _hosting(key, record, places)


def _hosting(key: str, hosting: Hosting, places: Places) -> Iterator[Mistake]:
    if (hosting.usd_per_month is None) == (hosting.usd_per_hour is None):
        yield places.mistake(key, "needs exactly one of usd_per_month and usd_per_hour", "e.g. usd_per_hour: 2.5")
    if hosting.requests_per_month is not None and hosting.requests_per_second is not None:
        yield places.mistake(key, "needs at most one of requests_per_month and requests_per_second")
    for name in ("requests_per_month", "requests_per_second"):
        value = getattr(hosting, name)
        if value is not None and not (value[0] if isinstance(value, tuple) else value):
            yield places.mistake(f"{key}.{name}", "a machine that serves no request can't host", "leave it out if nobody knows")


def _price(key: str, entry: CandidateEntry, places: Places) -> Iterator[Mistake]:
    """Refuse a price in another unit: the dearest model costs hundreds of dollars a million tokens, the cheapest a cent."""
    for name in ("input_usd_per_million", "output_usd_per_million"):
        value = 0.0 if entry.price is None else getattr(entry.price, name)
        if 0 < value < LEAST_PRICE:
            yield places.mistake(
                f"{key}.price.{name}", f"{value:g} looks like dollars per token or per thousand", "give dollars per million tokens"
            )
        elif value > MOST_PRICE:
            yield places.mistake(f"{key}.price.{name}", f"{value:g} is no price of a million tokens", "give US dollars per million tokens")
