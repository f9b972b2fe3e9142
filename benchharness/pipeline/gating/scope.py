"""What a gate looks at: the repository, the base commit, its policy, the proposals a pull request touches, the guarded paths."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from benchharness.errors import BenchError, MistakesError, UsageError
from benchharness.gate.patterns import guards
from benchharness.gate.repository import SHORT, Repository, find_repository
from benchharness.pipeline.loading.policy import read_suite_text
from benchharness.records.gate import Check, CheckStatus, Outcome, Place
from benchharness.records.gate_policy import GatePolicy
from benchharness.records.proposal import Proposal
from benchharness.records.suite import Suite
from benchharness.suite.proposal_reading import ProposalFile, parse_gate_policy, parse_proposal, read_proposal
from benchharness.suite.record_reading import read_text

__all__ = ["GateOptions", "Scope", "chosen", "find_scope", "proposals_read", "strays", "touches", "twice"]

POLICY = "suites/gate.yaml"
ENDINGS = (".yaml", ".yml")
LOOKS_LIKE = ("intervention", "evidence", "problem")
LARGEST_STRAY = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class GateOptions:
    """What a user chose on the command line."""

    proposals: tuple[Path, ...] = ()
    """Proposals to judge; those the pull request touches when empty, all of them without a base."""
    base: str | None = None
    """The commit the pull request goes into; policy is read from it."""
    policy: Path | None = None
    """The gate's policy; `suites/gate.yaml` below the repository's root when unset."""
    every: bool = False
    """Whether to judge every proposal, and to call those due that want another look."""
    today: date
    """The day to judge by, UTC."""
    folder: Path = Path()
    """Where the command was called."""
    reports: Path | None = None
    """Where run directories lie, to score stored outputs again; `reports` below the root when unset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is looked at."""

    root: Path
    """The repository's root, or the folder the command was called in."""
    repository: Repository | None
    """None outside of git."""
    base: str
    """The base commit's hash; empty for none."""
    base_ref: str
    """What that hash was taken from; empty for none."""
    changed: tuple[str, ...] | None
    """Paths the pull request touches, from the root; None without a base."""
    policy: GatePolicy
    """The gate's own policy, from the base commit where there is one."""
    folders: tuple[Path, ...]
    """Where proposals lie."""
    notices: tuple[str, ...]
    """What a reviewer must know."""
    options: GateOptions
    """As given."""

    def shown(self, path: Path) -> str:
        """Return a path from the root, or as it is when it lies outside."""
        whole = path.resolve()
        return whole.relative_to(self.root).as_posix() if whole.is_relative_to(self.root) else str(path)

    def written(self, path: Path) -> str:
        """Return a path from the root without following a link, or as it is when it lies outside."""
        parts: list[str] = []
        for part in path.absolute().parts:
            parts = parts[:-1] if part == ".." else [*parts, part]
        whole = Path(*parts)
        return whole.relative_to(self.root).as_posix() if whole.is_relative_to(self.root) else str(path)

    def inside(self, path: Path) -> Path | None:
        """Return the whole path when it lies in the repository; None for one that leads out of it, or over a link."""
        whole = path.resolve()
        return whole if whole.is_relative_to(self.root) and not self.linked(path) else None

    def linked(self, path: Path) -> bool:
        """Tell whether a link stands on the way to a path, stepped over by `..` or not: what it leads to changes without it."""
        at = Path(path.absolute().anchor)
        for part in path.absolute().parts[1:]:
            at = at.parent if part == ".." else at / part
            if at.is_symlink() and at.is_relative_to(self.root):
                return True
        return self.shown(path) != self.written(path)

    def proposal_at_base(self, shown: str) -> Proposal | None:
        """Return a proposal as the base commit has it; None when it has none, or one nobody can read."""
        text = self.text_at_base(shown)
        if text is None:
            return None
        try:
            return parse_proposal(text, path=Path(shown)).record
        except BenchError:
            return None

    def suite_at_base(self, shown: str) -> Suite | None:
        """Return a suite as the base commit has it; None when there is no base, no such suite in it, or one nobody can read."""
        text = self.text_at_base(shown)
        if text is None:
            return None
        try:
            return read_suite_text(text, Path(f"{shown}@{self.base[:SHORT]}"))
        except BenchError:
            return None

    def text_at_base(self, shown: str) -> str | None:
        """Return a file's text as the base commit has it; None when there is no base, or no such file in it."""
        return self.repository.text_at(self.base, shown) if self.repository is not None and self.base else None


def find_scope(options: GateOptions) -> Scope:
    """Return what to look at; UsageError for a base git doesn't know, MistakesError for a broken policy."""
    repository = find_repository(options.folder)
    root = repository.root if repository is not None else options.folder.resolve()
    if options.base and repository is None:
        raise UsageError("--base needs a git repository", hint="leave it out to judge the files as they lie here")
    found = repository.base(options.base) if repository is not None and options.base else None
    base = "" if found is None else found.commit
    changed = repository.changed(base) if repository is not None and base else None
    path = options.policy or root / POLICY
    if options.policy is not None and not path.is_file():
        raise UsageError("there is no such policy", file=path, hint=f"leave --policy out to use {POLICY}")
    shown = POLICY if options.policy is None else _written(path, root)
    policy, told = _policy(repository, base, path, shown)
    scope = Scope(
        root=root,
        repository=repository,
        base=base,
        base_ref="" if found is None else found.ref,
        changed=changed,
        policy=policy,
        folders=tuple(root / posixpath.normpath(f"{posixpath.dirname(shown)}/{each}") for each in policy.proposals),
        notices=told,
        options=options,
    )
    for folder in scope.folders:
        if scope.linked(folder):
            hint = "proposals, suites and evidence are files of this repository, reached without a link"
            raise UsageError("a link stands on the way to the proposals", file=scope.written(folder), hint=hint)
    return replace(scope, notices=(*told, *_deleted(changed, scope.folders, root), *_touched_suites(scope)))


def chosen(scope: Scope) -> list[Path]:
    """Return the proposal files to judge, in order of their names; UsageError for one that isn't there."""
    options = scope.options
    for path in options.proposals:
        if not path.is_file():
            raise UsageError("there is no such proposal", file=path, hint="`bench propose ID --from RUN` writes one")
    if options.proposals:
        return sorted(dict.fromkeys(options.proposals), key=lambda each: each.name)
    there = sorted((path for folder in scope.folders for path in _proposals_in(folder)), key=lambda each: each.name)
    if options.every or scope.changed is None:
        return there
    return [path for path in there if touches(scope, path)]


def touches(scope: Scope, path: Path) -> bool:
    """Tell whether the pull request touches a proposal: its file, its evidence, its data or what its decision covers."""
    changed = scope.changed or ()
    if not _names(scope, path).isdisjoint(changed):
        return True
    try:
        proposal = read_proposal(path).record
    except BenchError:
        # Broken before this pull request and not touched by it: whoever touches it will be told.
        return False
    files = [proposal.evidence.bundle]
    files += [proposal.training_data.path] if proposal.training_data is not None and proposal.training_data.path else []
    files += [proposal.decision.record] if proposal.decision is not None and proposal.decision.record else []
    named = {name for each in files for name in _names(scope, path.parent / each)}
    patterns = proposal.decision.applies_to if proposal.decision is not None else ()
    below = tuple(f"{name}/" for name in named)
    return any(
        # A link in a folder's place changes all that the folder held.
        each in named or each.startswith(below) or any(name.startswith(f"{each}/") for name in named) or guards(each, patterns)
        for each in changed
    )


def _names(scope: Scope, path: Path) -> set[str]:
    """Return a path's names from the root: as it's written, which is what git says of a link, and where it leads."""
    return {scope.shown(path), scope.written(path)}


def proposals_read(scope: Scope) -> Iterator[ProposalFile]:
    """Yield every proposal that can be read, whether or not this pull request touches it."""
    for folder in scope.folders:
        for path in _proposals_in(folder):
            if path.is_symlink():
                continue
            try:
                yield read_proposal(path)
            except BenchError:
                continue


def _proposals_in(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [each for each in sorted(folder.glob("*")) if each.suffix.lower() in ENDINGS and (each.is_file() or each.is_symlink())]


def twice(scope: Scope, path: Path) -> str:
    """Return another proposal that has the id of this one, on some people's machines at least; empty for none.

    An id is a file's name: two folders or endings hold it twice, and where files have no case so do `FT-1` and `ft-1`.
    """
    there = {scope.written(each): each for folder in scope.folders for each in _proposals_in(folder)}
    mine = path.stem.casefold()
    return next((shown for shown, each in there.items() if each.stem.casefold() == mine and shown != scope.written(path)), "")


def _policy(repository: Repository | None, base: str, path: Path, shown: str) -> tuple[GatePolicy, tuple[str, ...]]:
    """Return the gate's policy, from the base commit where it has one, and what to say of where it comes from."""
    text = repository.text_at(base, shown) if repository is not None and base else None
    here = read_text(path, noun="gate policy") if path.is_file() and not path.is_symlink() else None
    if text is not None:
        at = base[:SHORT]
        if here == text:
            return parse_gate_policy(text, path=Path(f"{shown}@{at}")).record, ()
        told = f"This pull request {'changes' if here is not None else 'takes away'} {shown}; it's judged by the policy of {at}."
        try:
            return parse_gate_policy(text, path=Path(f"{shown}@{at}")).record, (told,)
        except MistakesError:
            if here is None:
                raise
            told = f"{shown} of {at} can't be read, and this pull request mends it: it's judged by its own, which needs an owner's eye."
            return parse_gate_policy(here, path=path).record, (told,)
    if here is not None:
        told = f"{shown} is new in this pull request, so it's judged by it: its limits need an owner's eye."
        return parse_gate_policy(here, path=path).record, (told,) if base else ()
    return GatePolicy(), ()


def _written(path: Path, root: Path) -> str:
    whole = Path(posixpath.normpath(path.absolute().as_posix()))
    return whole.relative_to(root).as_posix() if whole.is_relative_to(root) else str(path)


def _touched_suites(scope: Scope) -> Iterator[str]:
    """Yield that bars or exam of a proposal that's there already are changed, though nothing else of it is."""
    for file in proposals_read(scope) if scope.changed else ():
        folder = scope.root / file.path.parent if not file.path.is_absolute() else file.path.parent
        suite = scope.shown(folder / file.record.problem.suite)
        for each in (suite, *_golden_file(scope, suite)):
            if each in (scope.changed or ()) and scope.text_at_base(each) is not None:
                yield f"This pull request changes {each}, on which {file.record.id} rests."


def _golden_file(scope: Scope, suite: str) -> tuple[str, ...]:
    """Return a suite's golden set by its path from the root; nothing for one that is no local file."""
    at_base = scope.suite_at_base(suite)
    if at_base is None or at_base.golden_set is None or at_base.golden_set.path is None:
        return ()
    return (scope.written(scope.root / posixpath.dirname(suite) / at_base.golden_set.path),)


def strays(scope: Scope) -> list[Check]:
    """Return one check for each changed file that looks like a proposal and lies where the gate doesn't look."""
    found = []
    for each in scope.changed or ():
        path = scope.root / each
        if path.suffix.lower() not in ENDINGS or path.parent in scope.folders or path.is_symlink() or not path.is_file():
            continue
        with path.open("rb") as file:
            text = file.read(LARGEST_STRAY).decode(errors="replace")
        if all(re.search(rf"^{key}:", text, re.MULTILINE) for key in LOOKS_LIKE):
            told = f"{each} looks like a proposal, and the gate's policy names no such folder, so nothing of it was judged."
            remedy = "Move it, name its folder under `proposals` in suites/gate.yaml, or name another policy with --policy."
            check = Check(
                name="stray", status=CheckStatus.FAILED, sentence=told, remedy=remedy, place=Place(file=each), outcome=Outcome.INVALID
            )
            found.append(check)
    return found


def _deleted(changed: tuple[str, ...] | None, folders: tuple[Path, ...], root: Path) -> Iterator[str]:
    for each in changed or ():
        path = root / each
        if path.suffix in ENDINGS and path.parent in folders and not path.exists():
            yield f"This pull request removes the proposal {each}: what it decided applies no longer."
