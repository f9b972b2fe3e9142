"""A name says one thing, the field's words lead to their place, and what a comment cites can be opened here."""

import ast
import io
import re
import subprocess
import tokenize
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "benchharness"
# What every file of a table answers to, or a library calls: one meaning, many files.
SHARED = {
    "find": "a rule",
    "render": "a format, a chart, a page's part",
    "make": "a provider, a scorer",
    "make_in": "a scorer that reads files",
    "make_judged": "a scorer that asks a model",
    "rubric_of": "a scorer that asks a model",
    "Options": "a scorer's options, a command's options",
    "command": "a command",
    "drawn": "a chart",
}
# Two meanings or two homes today: no name joins these, and one that is renamed leaves.
TWICE = {
    "Measured", "Need", "Page", "Places", "Scales", "blocks", "costs", "element", "explained", "fenced", "held", "nearest", "one_line",
    "pack", "plain", "prose", "range_of", "rows_of", "share", "spread", "stats", "table", "texts_in",
}  # fmt: skip
WORDS = {
    "confidence interval": "comparison/rates.py",
    "retry": "runner/retrying.py",
    "backoff": "runner/retrying.py",
    "cache hit": "runner/store.py",
    "resume": "pipeline/run.py",
    "circuit breaker": "runner/breaker.py",
    "rate limits": "providers/limit_headers.py",
    "McNemar": "comparison/paired.py",
    "kappa": "comparison/kappa.py",
    "leak": "goldenset/leakage.py",
}
# Files that a run, a gate or a user writes, and those of data that lies outside.
WRITTEN = {"report.md", "decision.md", "brief.md", "comment.md", "c.md", "s.md", "SOURCE.md"}
CITED = re.compile(r"[\w./-]*\w\.md\b|\b(?:facts|shared)/[\w./-]*\w")


def trees(folder: Path = PACKAGE) -> dict[str, ast.Module]:
    return {path.relative_to(folder).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.py"))}


def homes(found: dict[str, ast.Module], *, public: bool) -> dict[str, list[str]]:
    """Return the files in which each function or class of that name stands on its own, none of a class."""
    where: dict[str, list[str]] = defaultdict(list)
    for file, tree in found.items():
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name.startswith("_") is not public:
                where[node.name].append(file)
    return where


def said(path: Path) -> Iterator[str]:
    """Yield every comment and docstring of a file."""
    text = path.read_text(encoding="utf-8")
    yield from (token.string for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type == tokenize.COMMENT)
    # A field's docstring stands alone below it.
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value


def unknown_citations(path: Path, known: set[str]) -> list[str]:
    """Return what a file's comments cite that nobody can open: a page by its path from the root or its name, notes kept elsewhere."""
    cited = [each for text in said(path) for each in CITED.findall(text)]
    return [each for each in cited if each.removeprefix("./") not in known and each not in WRITTEN and not each.startswith("shared/data")]


def test_a_public_name_has_one_meaning() -> None:
    twice = {
        name
        for name, files in homes(trees(), public=True).items()
        if name not in SHARED and sum(not each.startswith("cli/") for each in files) > 1
    }
    assert twice - TWICE == set(), "two files call two things by one name"
    assert TWICE - twice == set(), "renamed already"


def test_a_private_name_is_no_word_for_everything() -> None:
    many = {name: files for name, files in homes(trees(), public=False).items() if len(files) > 9}
    assert not many
    assert "_told" not in homes(trees(), public=False)


@pytest.mark.parametrize("word", sorted(WORDS))
def test_a_word_of_the_field_leads_to_its_place(word: str) -> None:
    assert any(word.lower() in text.lower() for text in said(PACKAGE / WORDS[word]))


def test_comments_cite_what_lies_in_this_repository() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    known = {*listed, *(Path(each).name for each in listed)}
    paths = [path for folder in (PACKAGE, ROOT / "tests") for path in folder.rglob("*.py") if path != Path(__file__)]
    wrong = {path.relative_to(ROOT).as_posix(): found for path in paths if (found := unknown_citations(path, known))}
    assert not wrong


@pytest.mark.parametrize(
    "line", ["# as facts/stats.md 1.9 has it", '"""As `notes/plan.md` says."""', "# see ../shared/redesign.md", "x = 1  # see OTHER.md"]
)
def test_a_comment_that_cites_what_nobody_can_open_is_seen(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.py").write_text(f"{line}\n# docs/scorers.md and decision.md are known\n")
    assert len(unknown_citations(tmp_path / "a.py", {"docs/scorers.md"})) == 1


def test_a_name_for_two_things_is_seen(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def outcomes_of(): ...\n")
    (tmp_path / "b.py").write_text("class outcomes_of: ...\ndef _private(): ...\n")
    assert homes(trees(tmp_path), public=True) == {"outcomes_of": ["a.py", "b.py"]}
