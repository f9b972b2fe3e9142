"""What a suite's parts must agree on among themselves."""

from collections import Counter
from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

from benchharness.errors import Mistake
from benchharness.records.suite import CandidateEntry, CandidatePath, DataSource, Pick, Prompt, Shots, Strategy, Suite
from benchharness.suite.resolving import parse_gap_rule, resolve_prompts
from benchharness.suite.wording import Places

__all__ = ["check"]


def check(suite: Suite, places: Places, *, thresholds: Collection[str]) -> list[Mistake]:
    """Return everything that doesn't fit together; `thresholds` are the names a policy may override."""
    mistakes = [
        *_sources(suite, places),
        *_extends(suite, places),
        *_candidates(suite, places),
        *_scorers(suite, places),
        *_decision(suite, places, thresholds),
    ]
    if not any(each.key.endswith(".extends") for each in mistakes):
        mistakes += _prompts(suite, places)
    return mistakes


def _sources(suite: Suite, places: Places) -> Iterator[Mistake]:
    for key, source in (("golden_set", suite.golden_set), ("training_pool", suite.training_pool)):
        if source is not None:
            yield from _source(key, source, places)


def _source(key: str, source: DataSource, places: Places) -> Iterator[Mistake]:
    if (source.path is None) == (source.hub is None):
        yield places.mistake(key, "needs exactly one of path and hub", "a local file: `path: ...`; the hub: `hub: owner/name`")
    if source.hub is not None:
        for name in ("split", "revision"):
            if getattr(source, name) is None:
                yield places.mistake(key, f"a data set of the hub needs {name!r}", "so that nobody can change the examples unseen")


def _extends(suite: Suite, places: Places) -> Iterator[Mistake]:
    for name, prompt in suite.prompts.items():
        seen, at = {name}, prompt.extends
        while at is not None:
            key = f"prompts.{name}.extends"
            if at not in suite.prompts:
                yield places.unknown(key, "prompt", at, suite.prompts)
                break
            if at in seen:
                yield places.mistake(key, f"goes round in a circle: {' -> '.join([*seen, at])}")
                break
            seen.add(at)
            at = suite.prompts[at].extends


def _prompts(suite: Suite, places: Places) -> Iterator[Mistake]:
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
            given = [each for each in (prompt.extract.after, prompt.extract.regex, prompt.extract.json_key) if each is not None]
            if len(given) != 1:
                yield places.mistake(f"{key}.extract", "needs exactly one of after, regex and json_key")


def _strategy(key: str, prompt: Prompt, places: Places) -> Iterator[Mistake]:
    shots = prompt.shots if isinstance(prompt.shots, Shots) else None
    needs = {
        Strategy.STRUCTURED: (prompt.response_schema is not None, "a `response_schema`"),
        Strategy.RETRIEVAL: (shots is not None and shots.pick is Pick.NEAREST, "`shots: {k: ..., pick: nearest}`"),
        Strategy.FEW_SHOT: (shots is not None, "`shots`"),
    }
    there, what = needs.get(prompt.strategy or Strategy.ZERO_SHOT, (True, ""))
    if not there:
        yield places.mistake(f"{key}.strategy", f"a {prompt.strategy} prompt needs {what}")


def _candidates(suite: Suite, places: Places) -> Iterator[Mistake]:
    names = Counter(entry.name for entry in suite.candidates)
    for at, entry in enumerate(suite.candidates):
        key = f"candidates[{at}]"
        if names[entry.name] > 1:
            yield places.mistake(f"{key}.name", f"{names[entry.name]} candidates are called {entry.name!r}", "give each a name of its own")
        for index, prompt in enumerate(entry.prompts):
            if prompt not in suite.prompts:
                yield places.unknown(f"{key}.prompts[{index}]", "prompt", prompt, suite.prompts)
            elif prompt in entry.prompts[:index]:
                yield places.mistake(f"{key}.prompts[{index}]", f"the prompt {prompt!r} stands twice")
        yield from _candidate(key, entry, places)


def _candidate(key: str, entry: CandidateEntry, places: Places) -> Iterator[Mistake]:
    model = entry.model or ""
    if entry.adapter is not None and not model.startswith("embedded/"):
        yield places.mistake(f"{key}.adapter", "only an embedded model takes an adapter", "serve it yourself and give `endpoint`")
    if entry.adapter is not None and entry.path not in (None, CandidatePath.FINE_TUNED, CandidatePath.SELF_HOSTED):
        yield places.mistake(f"{key}.path", f"a model with an adapter is fine-tuned, not {entry.path}")
    if entry.rehearsal is not None and not model.startswith("rehearsal/"):
        yield places.mistake(f"{key}.rehearsal", "only a `rehearsal/...` model can pretend")
    if entry.prompts and model.startswith("sklearn/"):
        yield places.mistake(f"{key}.prompts", "a classical model takes no prompt", "remove `prompts`")
    if entry.endpoint is not None:
        parts = urlsplit(entry.endpoint)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            yield places.mistake(f"{key}.endpoint", "expected a URL such as http://localhost:8000/v1")
        elif parts.password:
            yield places.mistake(f"{key}.endpoint", "holds a password", "put it into a variable and name that with api_key_env")
    if entry.api_key_env is not None and not entry.api_key_env.replace("_", "").isalnum():
        yield places.mistake(f"{key}.api_key_env", "expected the name of an environment variable", "e.g. api_key_env: OUR_VLLM_KEY")


def _scorers(suite: Suite, places: Places) -> Iterator[Mistake]:
    primary = [at for at, each in enumerate(suite.scorers) if each.primary]
    if len(suite.scorers) > 1 and not primary:
        yield places.mistake("scorers", "none of them is primary", "one decides: add `primary: true` to it")
    for at in primary[1:]:
        yield places.mistake(f"scorers[{at}].primary", "a second primary scorer", "exactly one decides")
    labels = Counter(each.label for each in suite.scorers)
    for at, each in enumerate(suite.scorers):
        if labels[each.label] > 1:
            yield places.mistake(f"scorers[{at}]", f"two scores would be called {each.label!r}", "give one of them a `name`")


def _decision(suite: Suite, places: Places, thresholds: Collection[str]) -> Iterator[Mistake]:
    decision = suite.decision
    if decision.gap_rule is not None:
        try:
            parse_gap_rule(decision.gap_rule)
        except ValueError as error:
            yield places.mistake("decision.gap_rule", str(error), "e.g. gap_rule: 44 of 50")
    for name in decision.thresholds:
        if thresholds and name not in thresholds:
            yield places.unknown(f"decision.thresholds.{name}", "threshold", name, thresholds)
