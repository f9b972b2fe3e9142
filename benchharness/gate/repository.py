"""What git knows: the base commit's files and what changed since; the only place that starts a process.

Nothing that a pull request brings, a setting says or a checkout remembers may change what is compared. So commits are compared
by their trees alone (no attribute, filter, driver or `ignore` of a submodule has a say there), what git is told in settings,
replaced objects, grafts and variables is left aside, and files a bit of the index hides are looked at here.
"""

import os
import re
import subprocess
from dataclasses import dataclass
from functools import cache
from hashlib import sha1, sha256
from pathlib import Path

from benchharness.errors import SetupError, UsageError

__all__ = ["SHORT", "Base", "Repository", "find_repository"]

SHORT = 12
LONGEST_S = 60
# What git does differently by settings, as it's asked here. None of them starts a program or asks another machine.
SETTINGS = (
    "core.fsmonitor=false", "core.untrackedCache=false", "core.ignoreStat=false", "core.trustctime=true", "core.checkStat=default",
    "core.ignoreCase=false", "core.precomposeUnicode=false", "core.quotePath=false", f"core.hooksPath={os.devnull}",
    f"core.attributesFile={os.devnull}", "protocol.allow=never",
)  # fmt: skip
VARIABLES = {
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_REPLACE_OBJECTS": "1", "GIT_GRAFT_FILE": os.devnull, "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C",
}  # fmt: skip
TREES = ("-r", "-z", "--name-only", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-relative", "--ignore-submodules=none")
WHOLE_HASH = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
SHORT_HASH = re.compile(r"[0-9a-f]{7,63}")
# A name, and some commits before it: `main`, `HEAD~2`, `main^`.
NAME = re.compile(r"([^\s~^:?*\[\\@{}-][^\s~^:?*\[\\@{}]*?)([~^][0-9~^]*)?")
LINK, MODULE = "120000", "160000"
CHUNK = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The commit a pull request goes into."""

    commit: str
    """Its full hash."""
    ref: str
    """What it was taken from, in full: `refs/remotes/origin/main`; the hash where one was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A working tree under git."""

    root: Path
    """Its top folder."""
    head: str
    """The commit it stands on; empty before the first."""
    trusted: tuple[str, ...] = ()
    """Settings that let git read another user's repository: the folders this user's own settings call safe."""

    def base(self, name: str) -> Base:
        """Return the commit of a branch or hash; UsageError for what is neither. A tag counts only by its whole name.

        A remote's branch comes before one of the same name here, which may be the pull request's own.
        """
        parts = NAME.fullmatch(name)
        if parts is None or ".." in name:
            raise UsageError(f"{name!r} is no commit", hint="a branch or a hash, e.g. --base origin/main")
        start, steps = parts[1], parts[2] or ""
        for ref in self._refs(start):
            done = self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}{steps}^{{commit}}")
            commit = done.stdout.decode().strip()
            # A tag may look like the beginning of a hash.
            if not done.returncode and (ref.startswith(("refs/", "HEAD")) or steps or commit.startswith(ref)):
                return Base(commit=commit, ref=f"{ref}{steps}")
        hint = f"fetch it first: git fetch origin {name.removeprefix('origin/')}; in GitHub: actions/checkout with fetch-depth: 0"
        if not self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"refs/tags/{start}").returncode:
            hint = f"there is a tag of this name, and tags can be moved: name a branch, or say refs/tags/{start}"
        raise UsageError(f"git knows no branch and no commit {name!r}", hint=hint)

    def _refs(self, name: str) -> tuple[str, ...]:
        """Return what a name may stand for, in whole names, the first that there is before the others."""
        if name.startswith("refs/") or name == "HEAD" or WHOLE_HASH.fullmatch(name):
            return (name,)
        if name.startswith(("heads/", "remotes/")):
            return (f"refs/{name}",)
        if name.startswith("origin/"):
            # A branch that is itself called `origin/main`, here or on the remote, may be anybody's.
            return (f"refs/remotes/{name}",)
        branches = (*([f"refs/remotes/{name}"] if "/" in name else []), f"refs/remotes/origin/{name}", f"refs/heads/{name}")
        return (*branches, name) if SHORT_HASH.fullmatch(name) else branches

    def changed(self, base: str) -> tuple[str, ...]:
        """Return every path in which a pull request differs from what it goes into, files that aren't committed yet included.

        Of several common ancestors each is compared with: which of them git takes says nothing of what is new. What is in the
        base just so is no change. UsageError where the history is cut off, or a changed file isn't checked out.
        """
        if not self.head:
            raise UsageError("there is no commit yet to compare with the base", hint="commit first, or leave --base out")
        found = self._git("merge-base", "--all", base, self.head)
        since = found.stdout.decode().split()
        if found.returncode or not since:
            hint = "the history may be cut off: git fetch --unshallow, or actions/checkout with fetch-depth: 0"
            raise UsageError(f"git finds no common ancestor with {base[:SHORT]}", hint=hint)
        new = {path for each in since for path in _paths(self._printed("diff-tree", *TREES, each, self.head))}
        new &= set(_paths(self._printed("diff-tree", *TREES, base, self.head)))
        staged = _paths(self._printed("diff-index", "--cached", *TREES, self.head, "--"))
        untracked = _paths(self._printed("ls-files", "--others", "--exclude-standard", "-z"))
        edited, left_out = self._edited()
        hidden = sorted({*new, *staged} & left_out)
        if hidden:
            told = f"{hidden[0]!r} was changed and isn't checked out"
            raise UsageError(told, hint="git sparse-checkout disable: what isn't here can't be judged")
        return tuple(sorted({*new, *staged, *untracked, *edited}))

    def _edited(self) -> tuple[set[str], set[str]]:
        """Return files that differ from what git holds, and those a sparse checkout leaves out.

        Git believes its own marks of a file (its time, two bits of the index). What they hide is read here.
        """
        held = {}
        hidden = set()
        for each in _split(self._printed("ls-files", "--stage", "-v", "-z")):
            about, _, name = each.partition(b"\t")
            tag, mode, oid, _ = about.decode().split(" ")
            path = os.fsdecode(name)
            held[path] = (mode, oid)
            if tag in "Ss" or tag.islower():
                hidden.add((path, tag in "Ss"))
        looked = [(path, held[path], sparse) for path, sparse in hidden]
        parts = [
            os.fsdecode(each) for each in _split(self._printed("diff-files", "-z", *(each for each in TREES if each != "--name-only")))
        ]
        edited = set()
        for told, path in zip(parts[::2], parts[1::2], strict=True):
            if told.endswith(" M") and path in held and held[path][0] != MODULE:
                # Touched, or really another: only its content tells.
                looked.append((path, held[path], False))
            else:
                edited.add(path)
        left_out = {path for path, _, sparse in looked if sparse and not os.path.lexists(self.root / path)}
        edited |= {path for path, kept, _ in looked if path not in left_out and not _is_here(self.root / path, *kept)}
        return edited, left_out

    def _git(self, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
        return _git(self.root, self.trusted, *arguments)

    def _printed(self, *arguments: str) -> bytes:
        """Return what git prints; no list of changes is no empty list, so a failure is a SetupError."""
        done = self._git(*arguments)
        if done.returncode:
            raise SetupError(f"git can't tell what changed: {_first_line(done)}", hint=LACKING)
        return done.stdout

    def paths_at(self, commit: str, ending: str) -> tuple[str, ...]:
        """Return the files of a commit whose path ends so, links left out."""
        found = _tree(self, commit)
        return tuple(path for path, (mode, _) in found.items() if path.endswith(ending) and mode not in (LINK, MODULE))

    def bytes_at(self, commit: str, path: str) -> bytes | None:
        """Return a file as a commit has it; None when it has none, or a link or a module there. SetupError when git lacks it."""
        mode, oid = _tree(self, commit).get(path, (LINK, ""))
        if mode in (LINK, MODULE):
            return None
        done = self._git("cat-file", "blob", oid)
        if done.returncode:
            raise SetupError(f"git lacks {path!r} of {commit[:SHORT]}: {_first_line(done)}", hint=LACKING)
        return done.stdout

    def text_at(self, commit: str, path: str) -> str | None:
        """Return a file's text as a commit has it; None when it hasn't. UsageError when it's not UTF-8, SetupError as `bytes_at`."""
        data = self.bytes_at(commit, path)
        try:
            return None if data is None else data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise UsageError(f"{path} in {commit[:SHORT]} is not UTF-8") from error


LACKING = "the clone may be partial or broken: fetch it whole, in GitHub with fetch-depth: 0 and no filter"


def find_repository(folder: Path) -> Repository | None:
    """Return the repository a folder lies in; None when it's in none. SetupError when git refuses to say."""
    here = folder.resolve()
    root = next((each for each in (here, *here.parents) if (each / ".git").exists()), None)
    if root is None:
        return None
    trusted: tuple[str, ...] = ()
    asked = ("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    try:
        head = _git(root, (), *asked)
        if b"dubious ownership" in head.stderr:
            trusted = _trusted()
            head = _git(root, trusted, *asked)
    except SetupError:
        return None
    if head.returncode in (0, 1):
        return Repository(root=root, head=head.stdout.decode().strip(), trusted=trusted)
    if b"not a git repository" in head.stderr:
        return None
    raise SetupError(f"git can't read this repository: {_first_line(head)}")


def _is_here(path: Path, mode: str, oid: str) -> bool:
    """Tell whether a file has the content git holds of it; a module is compared by git itself."""
    if mode == MODULE:
        return path.is_dir()
    try:
        if path.is_symlink():
            return mode == LINK and _blob(os.fsencode(path.readlink()), oid) == oid
        return mode != LINK and path.is_file() and _blob(path.read_bytes(), oid) == oid
    except OSError:
        return False


def _blob(data: bytes, like: str) -> str:
    """Return git's own name of some content, by the hash that another name was made with."""
    made = sha1 if len(like) == len(sha1(usedforsecurity=False).hexdigest()) else sha256
    return made(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


@cache
def _tree(repository: Repository, commit: str) -> dict[str, tuple[str, str]]:
    """Return mode and name of every file of a commit, by path."""
    done = _git(repository.root, repository.trusted, "ls-tree", "-r", "-z", "--full-tree", commit)
    if done.returncode:
        raise SetupError(f"git can't list the files of {commit[:SHORT]}: {_first_line(done)}", hint=LACKING)
    found = {}
    for each in _split(done.stdout):
        about, _, name = each.partition(b"\t")
        mode, _, oid = about.decode().split(" ")
        found[os.fsdecode(name)] = (mode, oid)
    return found


def _trusted() -> tuple[str, ...]:
    """Return, as settings, the folders of other users that this user's own settings call safe.

    It's the one thing a user's settings say here: whether to read a repository at all, and nothing of what stands in it.
    """
    theirs = {name: value for name, value in _variables().items() if not name.startswith("GIT_CONFIG")}
    done = _run(Path(os.sep), (), theirs, ("config", "--null", "--get-all", "safe.directory"))
    return tuple(f"safe.directory={os.fsdecode(each)}" for each in _split(done.stdout))


def _git(root: Path, trusted: tuple[str, ...], *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    return _run(root, trusted, _variables(root), arguments)


def _run(
    folder: Path, settings: tuple[str, ...], variables: dict[str, str], arguments: tuple[str, ...]
) -> "subprocess.CompletedProcess[bytes]":
    told = [part for each in (*SETTINGS, *settings) for part in ("-c", each)]
    try:
        return subprocess.run(  # noqa: S603 - a fixed program; names of commits are checked
            ["git", *told, "-C", str(folder), *arguments],  # noqa: S607 - git is found as the user finds it
            capture_output=True, check=False, timeout=LONGEST_S, env=variables,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise SetupError("git is not installed", hint="install git, or name the proposals: bench gate suites/proposals/ID.yaml") from error
    except subprocess.TimeoutExpired as error:
        raise SetupError(f"git {arguments[0]} took longer than {LONGEST_S} s") from error


def _variables(root: Path | None = None) -> dict[str, str]:
    """Return the environment of git: nobody's `GIT_...` but our own, and the folder that is judged as its working tree."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, **VARIABLES, **({} if root is None else {"GIT_WORK_TREE": str(root)})}


def _first_line(done: "subprocess.CompletedProcess[bytes]") -> str:
    told = done.stderr.decode(errors="replace").strip().splitlines()
    return told[0] if told else "no reason given"


def _split(output: bytes) -> list[bytes]:
    return [each for each in output.split(b"\0") if each]


def _paths(output: bytes) -> list[str]:
    # A repository within this one is told with a slash behind it.
    return [os.fsdecode(each).rstrip("/") for each in _split(output)]
