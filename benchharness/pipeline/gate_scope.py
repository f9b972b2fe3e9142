"""What a gate looks at: the repository, the base commit, its policy, the proposals a pull request touches, the guarded paths."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchharness.errors import BenchError, UsageError
from benchharness.gate.patterns import covered
from benchharness.gate.repository import SHORT, Repository, find_repository
from benchharness.records.gate_policy import GatePolicy
from benchharness.suite.proposal_reading import ProposalFile, parse_gate_policy, read_proposal
from benchharness.suite.record_reading import read_text

__all__ = ["GateOptions", "Scope", "chosen", "find_scope", "proposals_read", "touches"]

POLICY = "suites/gate.yaml"
ENDINGS = (".yaml", ".yml")


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
        """Return the whole path when it lies in the repository; None for one that leads out of it."""
        whole = path.resolve()
        return whole if whole.is_relative_to(self.root) else None

    def text_at_base(self, shown: str) -> str | None:
        """Return a file's text as the base commit has it; None when there is no base, or no such file in it."""
        return self.repository.text_at(self.base, shown) if self.repository is not None and self.base else None


def find_scope(options: GateOptions) -> Scope:
    """Return what to look at; UsageError for a base git doesn't know, MistakesError for a broken policy."""
    repository = find_repository(options.folder)
    root = repository.root if repository is not None else options.folder.resolve()
    if options.base and repository is None:
        raise UsageError("--base needs a git repository", hint="leave it out to judge the files as they lie here")
    base = repository.commit(options.base) if repository is not None and options.base else ""
    changed = repository.changed(base) if repository is not None and base else None
    path = options.policy or root / POLICY
    if options.policy is not None and not path.is_file():
        raise UsageError("there is no such policy", file=path, hint=f"leave --policy out to use {POLICY}")
    whole = path.resolve()
    shown = whole.relative_to(root).as_posix() if whole.is_relative_to(root) else str(path)
    policy, told = _policy(repository, base, path, shown)
    notices = [told] if told else []
    if base and changed is not None and shown in changed and not told:
        notices.append(f"This pull request changes {shown}; it's judged by the policy of {base[:SHORT]}.")
    folders = tuple((whole.parent / each).resolve() for each in policy.proposals)
    return Scope(
        root=root,
        repository=repository,
        base=base,
        changed=changed,
        policy=policy,
        folders=folders,
        notices=(*notices, *_deleted(changed, folders, root)),
        options=options,
    )


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
        each in named or each.startswith(below) or any(name.startswith(f"{each}/") for name in named) or covered(each, patterns)
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
    return [each for each in sorted(folder.glob("*")) if each.suffix in ENDINGS and each.is_file()] if folder.is_dir() else []


def _policy(repository: Repository | None, base: str, path: Path, shown: str) -> tuple[GatePolicy, str]:
    """Return the gate's policy, and what to say of where it comes from."""
    if repository is not None and base:
        text = repository.text_at(base, shown)
        if text is not None:
            return parse_gate_policy(text, path=Path(f"{shown}@{base[:SHORT]}")).record, ""
        if path.is_file():
            told = f"{shown} is new in this pull request, so it is judged by it: its limits need an owner's eye."
            return parse_gate_policy(read_text(path, noun="gate policy"), path=path).record, told
        return GatePolicy(), ""
    if path.is_file():
        return parse_gate_policy(read_text(path, noun="gate policy"), path=path).record, ""
    return GatePolicy(), ""


def _deleted(changed: tuple[str, ...] | None, folders: tuple[Path, ...], root: Path) -> Iterator[str]:
    for each in changed or ():
        path = root / each
        if path.suffix in ENDINGS and path.parent in folders and not path.exists():
            yield f"This pull request removes the proposal {each}: what it decided applies no longer."
