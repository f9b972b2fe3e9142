"""What a pull request, a setting or a checkout may try so that git doesn't say what changed: real repositories, each held to the change."""

import os
import shutil
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from gate_worlds import World, git, world
from story.commanding import bench

from benchharness.errors import SetupError, UsageError
from benchharness.gate.repository import find_repository
from benchharness.records.gate import CheckStatus, GateReport, Outcome

GUARDED = "training/resume/data.jsonl"


@pytest.fixture
def guarded(tmp_path: Path) -> World:
    """Return a repository that guards `training/**`, with data in it and no proposal; a pull request has begun."""
    here = world("justified", tmp_path / "repo", reports=False)
    shutil.rmtree(here.proposal.parent)
    here.policy.write_text('guards: [{paths: ["training/**"]}]\n')
    write(here, GUARDED, "old\n")
    git(here.root, "init", "-q", "-b", "main")
    git(here.root, "add", "-A")
    git(here.root, "commit", "-q", "-m", "base")
    git(here.root, "checkout", "-q", "-b", "pull-request")
    return here


def write(here: World, name: str, text: str) -> None:
    (here.root / name).parent.mkdir(parents=True, exist_ok=True)
    (here.root / name).write_text(text)


def changed(here: World, text: str = "new\n") -> None:
    write(here, GUARDED, text)
    here.commit("train on something else")


def stopped(report: GateReport) -> list[str]:
    """Return the guarded paths that may not change."""
    assert report.exit_code == 10, report.headline
    return [each.place.file for each in report.guards if each.status is CheckStatus.FAILED and each.place is not None]


def configured(name: str, value: str) -> Callable[[World], object]:
    return lambda here: git(here.root, "config", name, value)


def described(line: str) -> Callable[[World], object]:
    return lambda here: (here.root / ".gitattributes").write_text(f"training/** {line}\n*.jsonl {line}\n")


def replaced_commit(here: World) -> None:
    git(here.root, "replace", "HEAD", "main")


def replaced_tree(here: World) -> None:
    git(here.root, "replace", "HEAD^{tree}", "main^{tree}")


def replaced_blob(here: World) -> None:
    git(here.root, "replace", f"HEAD:{GUARDED}", f"main:{GUARDED}")


def grafted(here: World) -> None:
    # The base becomes a child of the pull request: then nothing is new in it.
    parents = f"{git(here.root, 'rev-parse', 'main')} {git(here.root, 'rev-parse', 'HEAD')}\n"
    (here.root / ".git/info").mkdir(exist_ok=True)
    (here.root / ".git/info/grafts").write_text(parents)


def excluded(here: World) -> None:
    (here.root / ".git/info/exclude").write_text("training/\n")
    (here.root / ".gitignore").write_text("training/\n")


ATTRIBUTES = ("binary", "-diff", "diff=none", "export-ignore", "eol=crlf", "filter=same", "-text", "working-tree-encoding=latin1")
SETTINGS = (
    "diff.external=true", "diff.none.textconv=true", "diff.none.command=true", "diff.relative=true", "diff.renames=copies",
    "diff.ignoreSubmodules=all", "diff.orderFile=/dev/null", "status.showUntrackedFiles=no", "core.ignoreCase=true",
    "core.precomposeUnicode=true", "core.quotePath=true", "core.fileMode=false", "core.excludesFile=/dev/null",
    "core.attributesFile=/dev/null", "core.sparseCheckout=true", "filter.same.clean=true", "color.ui=always",
    "core.worktree=/", "core.bare=false", "alias.diff-tree=!true",
)  # fmt: skip
TRICKS: dict[str, Callable[[World], object]] = {
    **{f"attributes {line}": described(line) for line in ATTRIBUTES},
    **{each: configured(*each.split("=", 1)) for each in SETTINGS},
    "a replaced commit": replaced_commit, "a replaced tree": replaced_tree, "a replaced blob": replaced_blob, "a graft": grafted,
    "ignored": excluded,
}  # fmt: skip


@pytest.mark.parametrize("trick", TRICKS)
def test_nothing_hides_a_guarded_file_that_was_changed(trick: str, guarded: World) -> None:
    changed(guarded)
    TRICKS[trick](guarded)
    assert stopped(guarded.gate(base="main")) == [GUARDED]


@pytest.mark.parametrize("trick", [each for each in TRICKS if each.startswith("attributes")])
def test_attributes_that_came_with_the_change_hide_nothing(trick: str, guarded: World) -> None:
    TRICKS[trick](guarded)
    changed(guarded)
    assert stopped(guarded.gate(base="main")) == [GUARDED]


@pytest.mark.parametrize("ignore", ["all", "dirty", "untracked"])
@pytest.mark.parametrize("where", ["training/data", "training"])
def test_a_submodule_that_asks_to_be_ignored_counts(ignore: str, where: str, guarded: World, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "data.jsonl").write_text("x\n")
    git(other, "init", "-q", "-b", "main")
    git(other, "add", "-A")
    git(other, "commit", "-q", "-m", "data")
    git(guarded.root, "checkout", "-q", "main")
    git(guarded.root, "rm", "-rq", "training")
    git(guarded.root, "submodule", "add", "-q", str(other), where)
    git(guarded.root, "config", "-f", ".gitmodules", f"submodule.{where}.ignore", ignore)
    git(guarded.root, "config", f"submodule.{where}.ignore", ignore)
    git(guarded.root, "add", "-A")
    git(guarded.root, "commit", "-q", "-m", "data from elsewhere")
    git(guarded.root, "checkout", "-q", "-B", "pull-request")
    (guarded.root / where / "data.jsonl").write_text("leaked\n")
    git(guarded.root / where, "commit", "-qam", "other data")
    assert stopped(guarded.gate(base="main")) == [where], "moved, and not committed"
    git(guarded.root, "add", where)
    git(guarded.root, "commit", "-q", "-m", "bump")
    assert stopped(guarded.gate(base="main")) == [where]


class TestTheBase:
    def followed(self, here: World) -> None:
        """Give the repository a remote's branch, where `main` stood."""
        git(here.root, "update-ref", "refs/remotes/origin/main", "main")

    @pytest.mark.parametrize("kind", ["tag", "local branch", "file", "ref", "branch on a remote"])
    def test_is_the_remotes_branch_whatever_else_is_called_like_it(self, kind: str, guarded: World) -> None:
        self.followed(guarded)
        changed(guarded)
        head = git(guarded.root, "rev-parse", "HEAD")
        if kind == "tag":
            git(guarded.root, "tag", "origin/main", head)
        elif kind == "local branch":
            git(guarded.root, "branch", "origin/main", head)
        elif kind == "branch on a remote":
            git(guarded.root, "update-ref", "refs/remotes/origin/origin/main", head)
        else:
            path = guarded.root / ".git" / ("origin/main" if kind == "file" else "refs/origin/main")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{head}\n")
        report = guarded.gate(base="origin/main")
        assert stopped(report) == [GUARDED]
        assert (report.base, report.base_ref) == (git(guarded.root, "rev-parse", "main"), "refs/remotes/origin/main")

    @pytest.mark.parametrize("name", ["main", "heads/main"])
    def test_is_the_branch_where_a_tag_has_its_name(self, name: str, guarded: World) -> None:
        changed(guarded)
        git(guarded.root, "tag", name, "HEAD")
        report = guarded.gate(base=name)
        assert stopped(report) == [GUARDED]
        assert report.base_ref == "refs/heads/main"

    def test_is_the_remotes_branch_where_the_pull_requests_own_has_its_name(self, guarded: World) -> None:
        # A fork's branch may be called `main` as well, and some build servers check it out under its name.
        self.followed(guarded)
        changed(guarded)
        git(guarded.root, "branch", "-f", "main", "HEAD")
        report = guarded.gate(base="main")
        assert stopped(report) == [GUARDED]
        assert report.base_ref == "refs/remotes/origin/main"

    def test_is_no_tag_unless_it_is_named_in_full(self, guarded: World) -> None:
        git(guarded.root, "tag", "v1", "main")
        changed(guarded)
        with pytest.raises(UsageError) as caught:
            guarded.gate(base="v1")
        assert "refs/tags/v1" in caught.value.hint
        report = guarded.gate(base="refs/tags/v1")
        assert (stopped(report), report.base_ref) == ([GUARDED], "refs/tags/v1")

    def test_may_be_an_annotated_tag_a_hash_or_some_commits_before_a_branch(self, guarded: World) -> None:
        changed(guarded)
        git(guarded.root, "tag", "-a", "-m", "one", "v2", "main")
        whole = git(guarded.root, "rev-parse", "main")
        for name in ("refs/tags/v2", whole, whole[:10], "HEAD~1", "pull-request^", "HEAD"):
            found = guarded.gate(base=name)
            assert found.base == (whole if name != "HEAD" else git(guarded.root, "rev-parse", "HEAD")), name

    @pytest.mark.parametrize("name", ["@{-1}", "main@{yesterday}", ":/base", "HEAD^{/base}", "^main", "main^@", "refs/../HEAD"])
    def test_is_no_search_through_the_history(self, name: str, guarded: World) -> None:
        changed(guarded)
        with pytest.raises(UsageError):
            guarded.gate(base=name)

    def test_is_shown_on_the_screen_and_in_the_comment(self, guarded: World) -> None:
        changed(guarded)
        git(guarded.root, "tag", "main", "HEAD")
        done = bench(guarded.root, "gate", "--base", "main", "--comment", "c.md", "--today", guarded.days(0))
        told = f"refs/heads/main, {git(guarded.root, 'rev-parse', '--verify', 'refs/heads/main')[:12]}"
        assert told in done.stdout
        assert told in (guarded.root / "c.md").read_text().replace("\\", "")


class TestTheHistory:
    @pytest.mark.parametrize("first", ["left", "right"])
    def test_of_several_common_ancestors_each_is_compared_with(self, first: str, guarded: World, monkeypatch: pytest.MonkeyPatch) -> None:
        # Criss-cross: one ancestor of both already has the data that main took back later; the other one hasn't.
        root = guarded.root
        days = {"left": "2026-01-02T00:00:00Z", "right": "2026-01-01T00:00:00Z" if first == "left" else "2026-01-03T00:00:00Z"}
        for name, change in (("left", GUARDED), ("right", "README.md")):
            monkeypatch.setenv("GIT_COMMITTER_DATE", days[name])
            git(root, "checkout", "-q", "-b", name, "main")
            write(guarded, change, "new\n")
            guarded.commit(name)
        left, right = git(root, "rev-parse", "left"), git(root, "rev-parse", "right")
        git(root, "checkout", "-q", "-B", "main", left)
        git(root, "merge", "-q", "--no-edit", right)
        write(guarded, GUARDED, "old\n")
        guarded.commit("taken back")
        git(root, "checkout", "-q", "-B", "pull-request", right)
        git(root, "merge", "-q", "--no-edit", left)
        assert len(git(root, "merge-base", "--all", "main", "HEAD").splitlines()) == 2
        assert stopped(guarded.gate(base="main")) == [GUARDED]

    def test_what_the_base_has_by_itself_is_no_change_of_the_pull_request(self, guarded: World) -> None:
        root = guarded.root
        git(root, "checkout", "-q", "main")
        write(guarded, GUARDED, "newer\n")
        guarded.commit("main goes on")
        git(root, "checkout", "-q", "pull-request")
        write(guarded, "README.md", "mine\n")
        guarded.commit("another matter")
        assert guarded.gate(base="main").outcome is Outcome.NOTHING_TO_CHECK
        git(root, "merge", "-q", "--no-edit", "main")
        assert guarded.gate(base="main").outcome is Outcome.NOTHING_TO_CHECK

    def test_a_base_without_its_files_is_not_taken_for_one_that_never_had_them(self, guarded: World) -> None:
        # What a partial clone lacks would be fetched, and what a broken one lacks would be "new in this pull request".
        changed(guarded)
        oid = git(guarded.root, "rev-parse", "main:suites/gate.yaml")
        guarded.policy.write_text("guards: []\n")
        guarded.commit("no guards")
        (guarded.root / ".git/objects" / oid[:2] / oid[2:]).unlink()
        with pytest.raises(SetupError) as caught:
            guarded.gate(base="main")
        assert "suites/gate.yaml" in str(caught.value)
        assert caught.value.hint

    def test_a_partial_clone_asks_nobody_for_what_it_lacks(self, guarded: World, tmp_path: Path) -> None:
        git(guarded.root, "config", "uploadpack.allowFilter", "true")
        changed(guarded)
        guarded.policy.write_text("guards: []\n")
        guarded.commit("no guards")
        part = tmp_path / "part"
        git(tmp_path, "clone", "-q", "--filter=blob:none", "--branch", "pull-request", guarded.root.as_uri(), str(part))
        done = bench(part, "gate", "--base", "origin/main")
        assert done.returncode in (2, 10), done.stdout

    def test_a_branch_without_a_common_ancestor_is_refused(self, guarded: World) -> None:
        git(guarded.root, "checkout", "-q", "--orphan", "alone")
        guarded.commit("alone")
        with pytest.raises(UsageError, match="no common ancestor"):
            guarded.gate(base="main")


class TestTheWorkingTree:
    @pytest.mark.parametrize("bit", ["--assume-unchanged", "--skip-worktree"])
    @pytest.mark.parametrize("how", ["edited", "link", "gone"])
    def test_a_bit_of_the_index_hides_no_edit(self, bit: str, how: str, guarded: World) -> None:
        git(guarded.root, "update-index", bit, GUARDED)
        path = guarded.root / GUARDED
        path.unlink()
        if how == "edited":
            path.write_text("new\n")
        elif how == "link":
            path.symlink_to("/etc/passwd")
        report = guarded.gate(base="main")
        if (bit, how) == ("--skip-worktree", "gone"):
            # A sparse checkout: the commit still has it.
            assert report.outcome is Outcome.NOTHING_TO_CHECK
        else:
            assert stopped(report) == [GUARDED]

    def test_what_a_sparse_checkout_leaves_out_is_refused_where_it_was_changed(self, tmp_path: Path) -> None:
        here = world("not-justified", tmp_path, reports=False)
        here.begin()
        here.commit("propose")
        git(here.root, "sparse-checkout", "set", "--no-cone", "/*", "!/suites/proposals/")
        assert not here.proposal.exists()
        with pytest.raises(UsageError) as caught:
            here.gate(base="main")
        assert "git sparse-checkout disable" in caught.value.hint

    def test_what_was_only_touched_is_no_change(self, guarded: World) -> None:
        os.utime(guarded.root / GUARDED, (1, 1))
        assert guarded.gate(base="main").outcome is Outcome.NOTHING_TO_CHECK

    def test_a_program_that_watches_for_git_is_not_started(self, guarded: World, tmp_path: Path) -> None:
        watcher = tmp_path / "watcher"
        watcher.write_text(f"#!/bin/sh\ntouch {tmp_path}/started\nprintf 'token\\0'\n")
        watcher.chmod(0o755)
        git(guarded.root, "config", "core.fsmonitor", str(watcher))
        git(guarded.root, "config", "core.fsmonitorHookVersion", "2")
        git(guarded.root, "update-index", "--fsmonitor")
        (tmp_path / "started").unlink(missing_ok=True)
        write(guarded, GUARDED, "new\n")
        assert stopped(guarded.gate(base="main")) == [GUARDED]
        assert not (tmp_path / "started").exists()

    def test_a_rename_is_a_change_of_both_names(self, guarded: World) -> None:
        write(guarded, "notes.md", "a long enough text to be found again\n" * 20)
        guarded.merge()
        git(guarded.root, "mv", "notes.md", "training/notes.md")
        guarded.commit("moved in")
        assert stopped(guarded.gate(base="main")) == ["training/notes.md"]

    @pytest.mark.parametrize(
        "name", [b"training/\xff\xfe", b"training/a\nb", b"training/\x1b[31m", "training/\u202edata".encode(), b"training/ "]
    )
    def test_a_name_of_any_bytes_is_guarded(self, name: bytes, guarded: World) -> None:
        with open(os.path.join(os.fsencode(guarded.root), name), "wb") as file:  # noqa: PTH118, PTH123 - a name of bytes
            file.write(b"x")
        guarded.commit("odd")
        assert stopped(guarded.gate(base="main")) == [os.fsdecode(name)]

    @pytest.mark.parametrize("name", ["Training/data.jsonl", "TRAINING", unicodedata.normalize("NFKC", "training/\uff58")])
    def test_another_case_is_the_same_folder_on_somebodys_machine(self, name: str, guarded: World) -> None:
        path = guarded.root / name
        if path.exists():
            pytest.skip("this machine's own files have no case")
        write(guarded, name, "x")
        guarded.commit("a case of its own")
        assert stopped(guarded.gate(base="main")) == [name]

    def test_a_guard_on_an_accented_name_knows_both_its_spellings(self, guarded: World) -> None:
        folder = "donn\u00e9es"
        guarded.policy.write_text(f'guards: [{{paths: ["{folder}/**"]}}]\n')
        guarded.merge()
        name = f"{unicodedata.normalize('NFD', folder)}/data.jsonl"
        write(guarded, name, "x")
        guarded.commit("spelled apart")
        assert stopped(guarded.gate(base="main")) == [name]


class TestTheEnvironment:
    @pytest.fixture
    def elsewhere(self, tmp_path: Path) -> Path:
        folder = tmp_path / "elsewhere"
        folder.mkdir()
        git(folder, "init", "-q", "-b", "main")
        git(folder, "commit", "-q", "--allow-empty", "-m", "empty")
        return folder

    def variables(self, here: World, elsewhere: Path) -> Iterator[dict[str, str]]:
        yield {"GIT_DIR": str(elsewhere / ".git")}
        yield {"GIT_DIR": str(elsewhere / ".git"), "GIT_WORK_TREE": str(here.root)}
        yield {"GIT_INDEX_FILE": str(elsewhere / ".git/index")}
        yield {"GIT_OBJECT_DIRECTORY": str(elsewhere / ".git/objects")}
        yield {"GIT_EXTERNAL_DIFF": "true", "GIT_LITERAL_PATHSPECS": "1", "GIT_ICASE_PATHSPECS": "1"}
        yield {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.worktree", "GIT_CONFIG_VALUE_0": str(elsewhere)}
        yield {"GIT_CONFIG_PARAMETERS": f"'core.worktree'='{elsewhere}'"}
        yield {"GIT_NAMESPACE": "other", "GIT_CEILING_DIRECTORIES": str(here.root.parent)}
        yield {"GIT_TRACE": "1", "LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de"}

    def test_says_nothing_of_what_is_compared(self, guarded: World, elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        changed(guarded)
        graft = elsewhere / "graft"
        graft.write_text(f"{git(guarded.root, 'rev-parse', 'main')} {git(guarded.root, 'rev-parse', 'HEAD')}\n")
        for variables in (*self.variables(guarded, elsewhere), {"GIT_GRAFT_FILE": str(graft)}):
            with monkeypatch.context() as patched:
                for name, value in variables.items():
                    patched.setenv(name, value)
                report = guarded.gate(base="main")
            assert stopped(report) == [GUARDED], variables

    def test_a_users_own_settings_say_nothing_either(self, guarded: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        changed(guarded)
        (tmp_path / ".gitconfig").write_text(f"[core]\n\tworktree = {tmp_path}\n[diff]\n\tignoreSubmodules = all\n[include]\n\tpath = x\n")
        monkeypatch.setenv("HOME", str(tmp_path))
        assert stopped(guarded.gate(base="main")) == [GUARDED]

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
    def test_a_folder_of_another_user_is_read_where_the_user_trusts_it(
        self, guarded: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Containers of build servers: the checkout is another user's, and the server's own settings name it as safe.
        changed(guarded)
        head = git(guarded.root, "rev-parse", "HEAD")
        monkeypatch.setenv("HOME", str(tmp_path))
        subprocess.run(["chown", "-R", "12345", str(guarded.root)], check=True)
        with pytest.raises(SetupError, match="dubious ownership"):
            guarded.gate(base="main")
        (tmp_path / ".gitconfig").write_text(f"[safe]\n\tdirectory = {guarded.root}\n")
        report = guarded.gate(base="main")
        assert (stopped(report), report.head) == ([GUARDED], head)


def test_a_repository_is_found_from_below_and_a_broken_one_is_none(guarded: World, tmp_path: Path) -> None:
    found = find_repository(guarded.root / "goldensets")
    assert found is not None
    assert found.root == guarded.root
    (tmp_path / "none/.git").mkdir(parents=True)
    assert find_repository(tmp_path / "none") is None
