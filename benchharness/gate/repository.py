"""What git knows: the base commit's files and what changed since; the only place that starts a process."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchharness.errors import SetupError, UsageError

__all__ = ["Repository", "find_repository"]

SHORT = 12
LONGEST_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A working tree under git."""

    root: Path
    """Its top folder."""
    head: str
    """The commit it stands on; empty before the first."""

    def commit(self, ref: str) -> str:
        """Return the full hash of a commit; UsageError for a name git doesn't know."""
        if not ref or ref.startswith("-") or any(each.isspace() for each in ref):
            raise UsageError(f"{ref!r} is no commit", hint="a branch, tag or hash, e.g. --base origin/main")
        done = _git(self.root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        if done.returncode:
            hint = f"fetch it first: git fetch origin {ref.removeprefix('origin/')}; in GitHub: actions/checkout with fetch-depth: 0"
            raise UsageError(f"git knows no commit {ref!r}", hint=hint)
        return done.stdout.decode().strip()

    def changed(self, base: str) -> tuple[str, ...]:
        """Return every path that differs between the merge base with a commit and the working tree, new and deleted ones included."""
        merge_base = _git(self.root, "merge-base", base, "HEAD")
        if merge_base.returncode:
            hint = "the history may be cut off: git fetch --unshallow, or actions/checkout with fetch-depth: 0"
            raise UsageError(f"git finds no common ancestor with {base[:SHORT]}", hint=hint)
        since = merge_base.stdout.decode().strip()
        diff = _git(self.root, "diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", since, "--")
        new = _git(self.root, "ls-files", "--others", "--exclude-standard", "-z")
        for done in (diff, new):
            if done.returncode:
                # No list of changes is no empty list: nothing would be checked.
                told = done.stderr.decode(errors="replace").strip().splitlines()
                raise SetupError(f"git can't tell what changed: {told[0] if told else 'no reason given'}")
        return tuple(sorted({*_paths(diff.stdout), *_paths(new.stdout)}))

    def text_at(self, commit: str, path: str) -> str | None:
        """Return a file's text as a commit has it; None when it hasn't. Raises UsageError when it's not UTF-8."""
        done = _git(self.root, "cat-file", "blob", f"{commit}:{path}")
        if done.returncode:
            return None
        try:
            return done.stdout.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise UsageError(f"{path} in {commit[:SHORT]} is not UTF-8") from error

    def named(self, path: Path) -> str | None:
        """Return a path from the root, in git's own writing; None when it lies outside."""
        whole = path.resolve()
        return whole.relative_to(self.root).as_posix() if whole.is_relative_to(self.root) else None


def find_repository(folder: Path) -> Repository | None:
    """Return the repository a folder lies in; None when it's in none. SetupError when git refuses to say."""
    try:
        done = _git(folder, "rev-parse", "--show-toplevel")
    except SetupError:
        return None
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip()
        if "not a git repository" in told:
            return None
        raise SetupError(f"git can't read this repository: {told.splitlines()[0] if told else 'no reason given'}")
    head = _git(folder, "rev-parse", "--verify", "--quiet", "HEAD")
    root = Path(done.stdout.decode().rstrip("\n")).resolve()
    return Repository(root=root, head=head.stdout.decode().strip() if not head.returncode else "")


def _git(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(  # noqa: S603 - a fixed program; refs are checked, and paths stand after `commit:`
            ["git", "-c", "core.quotePath=false", "-C", str(folder), *arguments],  # noqa: S607 - git is found as the user finds it
            capture_output=True,
            check=False,
            timeout=LONGEST_S,
        )
    except FileNotFoundError as error:
        raise SetupError("git is not installed", hint="install git, or name the proposals: bench gate suites/proposals/ID.yaml") from error


def _paths(output: bytes) -> list[str]:
    return [each.decode(errors="surrogateescape") for each in output.split(b"\0") if each]
