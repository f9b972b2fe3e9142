"""Was the answer right: one file per scorer, one table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from benchharness.errors import SetupError
from benchharness.interfaces import AnswerScorer, Scorer
from benchharness.records.score import Grades
from benchharness.records.scorer_traits import ScorerTraits, declared_by
from benchharness.records.suite import ScorerEntry
from benchharness.scorers.rubrics import Rubric

__all__ = [
    "GROUP",
    "SCORERS",
    "make_rubric",
    "make_scorer",
    "options_of",
    "runs_strange_code",
    "scorer_options",
    "scorer_traits_of",
]

# Name in a suite -> the module; each holds `Options` and `make(options, name, labels)`, or `make_in(options, name, folder)`
# when it reads files beside the suite, or `make_judged(options, name, grades)` and `rubric_of(options)` when a model is asked.
# What else a scorer is, it says by `traits` of its `Options`.
SCORERS = {
    "exact": "benchharness.scorers.exact",
    "contains": "benchharness.scorers.contains",
    "starts-with": "benchharness.scorers.starts_with",
    "regex": "benchharness.scorers.regex",
    "levenshtein": "benchharness.scorers.levenshtein",
    "number": "benchharness.scorers.number",
    "label": "benchharness.scorers.label",
    "json": "benchharness.scorers.json_fields",
    "spans": "benchharness.scorers.spans",
    "f1": "benchharness.scorers.word_overlap",
    "rouge": "benchharness.scorers.rouge",
    "bleu": "benchharness.scorers.bleu",
    "chrf": "benchharness.scorers.chrf",
    "similar": "benchharness.scorers.similar",
    "form": "benchharness.scorers.form",
    "refusal": "benchharness.scorers.refusal",
    "length": "benchharness.scorers.length",
    "latency": "benchharness.scorers.latency",
    "cost": "benchharness.scorers.cost",
    "python": "benchharness.scorers.python_function",
    "rubric": "benchharness.scorers.rubric",
    "reference": "benchharness.scorers.reference",
    "pairwise": "benchharness.scorers.pairwise",
}
# Where an installed package names scorers of its own: `name = "package.module"`, a module as those above.
GROUP = "benchharness.scorers"


class _Options(Mapping[str, type]):
    """Each scorer's options class by name; an installed package's is imported when a suite asks for it."""

    def __init__(self, strangers: Mapping[str, EntryPoint]) -> None:
        self._strangers = strangers

    def __getitem__(self, name: str) -> type:
        if name not in SCORERS and name not in self._strangers:
            raise KeyError(name)
        found: type = _module(name).Options
        return found

    def __iter__(self) -> Iterator[str]:
        return iter((*SCORERS, *self._strangers))

    def __len__(self) -> int:
        return len(SCORERS) + len(self._strangers)


def scorer_options() -> Mapping[str, type]:
    """Return each scorer's options class by name, for the suite reader and the JSON Schema."""
    return _Options(_strangers())


def make_scorer(
    entry: ScorerEntry, *, labels: Sequence[str] = (), folder: Path = Path(), grades: Grades | None = None
) -> Scorer | AnswerScorer:
    """Return the scorer of a suite's entry; SetupError when what it needs isn't there.

    `labels` are the data's targets, for scorers that want a closed list; `folder` is the suite file's; `grades` are the judges'.
    """
    module, options = _module(entry.type), options_of(entry)
    if declared_by(module.Options).asks_judges:
        judged: Scorer = module.make_judged(options, entry.label, grades)
        return judged
    made = module.make_in(options, entry.label, folder) if hasattr(module, "make_in") else module.make(options, entry.label, tuple(labels))
    found: Scorer | AnswerScorer = made
    return found


def make_rubric(entry: ScorerEntry) -> Rubric:
    """Return what the judges of a scorer grade by."""
    module, options = _module(entry.type), options_of(entry)
    found: Rubric = module.rubric_of(options)
    return found


def options_of(entry: ScorerEntry) -> Any:
    """Return a scorer's options as its own record."""
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in entry.options.items()}
    return _module(entry.type).Options(**values)


def runs_strange_code(entry: ScorerEntry) -> bool:
    """Tell whether a scorer is code that came with the suite or with another package; a gate runs neither."""
    return entry.type not in SCORERS or scorer_traits_of(entry).strange_code


def scorer_traits_of(entry: ScorerEntry) -> ScorerTraits:
    """Return what a scorer is; one of another package is strange code, and may look at everything whatever it says."""
    declared = declared_by(_module(entry.type).Options)
    return declared if entry.type in SCORERS else replace(declared, strange_code=True, reads_everything=True)


def _module(name: str) -> Any:
    if name in SCORERS:
        return import_module(SCORERS[name])
    stranger = _strangers().get(name)
    hint = "install the package that brings it, or mend it"
    if stranger is None:
        raise SetupError(f"no scorer is called {name!r}", hint=hint)
    try:
        module = stranger.load()
    except Exception as error:
        raise SetupError(f"the scorer {name!r} of {stranger.value} doesn't load: {type(error).__name__}: {error}", hint=hint) from error
    if not hasattr(module, "Options") or not any(hasattr(module, each) for each in ("make", "make_in", "make_judged")):
        raise SetupError(f"the scorer {name!r}: {stranger.value} has no Options and make", hint=hint)
    try:
        declared_by(module.Options)
    except TypeError as error:
        raise SetupError(f"the scorer {name!r} of {stranger.value}: {error}", hint=hint) from error
    return module


def _strangers() -> dict[str, EntryPoint]:
    """Return scorers of installed packages; none may stand in for one of ours."""
    return {each.name: each for each in entry_points(group=GROUP) if each.name not in SCORERS}
