"""Scorers of one's own: a function in a file, a module of another package, an embedding model that lies here."""

import json
import socket
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchharness.errors import MistakesError, SetupError
from benchharness.interfaces import AnswerScorer, Scorer
from benchharness.pipeline.loading.files import files_of
from benchharness.pipeline.loading.policy import policy_hash, read_suite_text
from benchharness.records.example import Example
from benchharness.records.score import Score, Unparsable, Unscored
from benchharness.records.suite import ScorerEntry, Suite
from benchharness.scorers import make_scorer, runs_strange_code, scorer_options
from benchharness.suite.reading import parse_suite

HEAD = "name: x\ncandidates: [{name: a, model: rehearsal/a}]\ndecision: {accuracy_target: 0.9}\nscorers:\n"
SCORE = "from benchharness.records.score import Score\n"
EXAMPLE = Example(id="e7", input="q", target="a", metadata={"tone": "kind"})


def made(folder: Path, code: str, python: str = "checks.py:grade", **arguments: Any) -> Scorer:
    (folder / "checks.py").write_text(code, encoding="utf-8")
    scorer = make_scorer(ScorerEntry(type="python", options={"python": python, "arguments": arguments}), folder=folder)
    assert not isinstance(scorer, AnswerScorer)
    return scorer


def suite(scorers: str) -> Suite:
    return read_suite_text(HEAD + scorers, Path("s.yaml"))


@pytest.mark.parametrize(
    ("returned", "found"),
    [
        ("answer == example.target", Score(value=1.0, parsed="a")),
        ("0.25", Score(value=0.25, parsed="a")),
        ("len(word) / 4", Score(value=0.5, parsed="a")),
        ("None", Unscored(reason="checks.py:grade returned None")),
        ("Unparsable(reason='mumbled')", Unparsable(reason="mumbled")),
    ],
)
def test_a_function_scores(tmp_path: Path, returned: str, found: object) -> None:
    code = f"from benchharness.records.score import Unparsable\ndef grade(answer, example, word='ab'):\n    return {returned}\n"
    assert made(tmp_path, code).score("a", EXAMPLE) == found
    assert [each.name for each in tmp_path.iterdir()] == ["checks.py"], "no cache is left beside the suite"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("def grade(answer, example)\n", "checks.py:1: doesn't load: SyntaxError"),
        ("import nothing_like_this\n", "checks.py:1: doesn't load: ModuleNotFoundError"),
        ("other = 1\n", "checks.py: has no function 'grade'"),
        ("\ndef grade(answer, example):\n    return answer.x\n", "checks.py:3: failed at the example 'e7': AttributeError"),
        ("def grade(answer, example): return 7\n", "returned '7' for the example 'e7'"),
        ("def grade(answer, example): raise SystemExit(0)\n", "checks.py:1: failed at the example 'e7': SystemExit"),
        ("raise SystemExit(0)\n", "checks.py:1: doesn't load: SystemExit"),
        (f"{SCORE}def grade(answer, example): return Score(value=7.0)\n", "for the example 'e7'"),
        (f"{SCORE}def grade(answer, example): return Score(value=float('nan'))\n", "for the example 'e7'"),
        ("def grade(answer, example): return float('nan')\n", "returned 'nan'"),
    ],
)
def test_a_function_that_fails_is_one_message_with_its_line(tmp_path: Path, code: str, told: str) -> None:
    with pytest.raises(SetupError) as caught:
        made(tmp_path, code).score("a", EXAMPLE)
    assert told in str(caught.value)


@pytest.mark.parametrize("python", ["../outside.py:grade", "/etc/passwd.py:grade", "link.py:grade", "absent.py:grade"])
def test_only_a_file_below_the_suites_folder_is_run(tmp_path: Path, python: str) -> None:
    (tmp_path / "outside.py").write_text("raise SystemExit('was run')\n")
    folder = tmp_path / "suites"
    folder.mkdir()
    (folder / "link.py").symlink_to(tmp_path / "outside.py")
    with pytest.raises(SetupError):
        made(folder, "", python=python)


def test_the_functions_bytes_are_part_of_the_policy(tmp_path: Path) -> None:
    read = suite("  - {python: checks.py:grade, name: mine}\n")
    assert (read.scorers[0].type, read.scorers[0].label, read.scorers[0].primary) == ("python", "mine", True)
    assert runs_strange_code(read.scorers[0])
    hashes = []
    for body in ("1", "0"):
        (tmp_path / "checks.py").write_text(f"def grade(answer, example): return {body}\n")
        hashes.append(policy_hash(read, files_of(read, tmp_path)))
    assert len(set(hashes)) == 2
    assert policy_hash(suite("  - {type: label}\n"), {"checks.py": "sha256:0"}) == policy_hash(suite("  - {type: label}\n"))


@pytest.mark.parametrize(
    ("scorers", "told"),
    [
        ("  - {python: checks.py}\n", "expected `file.py:function`"),
        ("  - {python: checks.txt:grade}\n", "expected `file.py:function`"),
        ("  - {type: python}\n", "python"),
        ("  - {type: equals}\n", "`exact`"),
        ("  - {type: is-json}\n", "`form` with `json: true`"),
        ("  - {type: lable}\n", "did you mean 'label'?"),
        ("  - {type: length}\n", "least, most or both"),
        ("  - {type: form}\n", "exactly one of"),
        ("  - {type: rouge, variant: rougeX}\n", "rouge"),
        ("  - {type: json, response_schema: {type: 5}}\n", "not a JSON Schema"),
    ],
)
def test_a_mistake_in_a_scorer_says_what_to_write(scorers: str, told: str) -> None:
    with pytest.raises(MistakesError) as caught:
        suite(scorers)
    (mistake,) = caught.value.mistakes
    assert told in f"{mistake} {mistake.hint}"
    assert mistake.line == 5


def test_an_installed_package_brings_a_scorer_and_replaces_none(monkeypatch: pytest.MonkeyPatch) -> None:
    group = "benchharness.scorers"
    points = [
        EntryPoint("shouting", "benchharness.scorers.starts_with", group),
        EntryPoint("exact", "json", group),
        EntryPoint("broken", "nothing_like_this", group),
        EntryPoint("empty", "json", group),
    ]
    monkeypatch.setattr("benchharness.scorers.entry_points", lambda **_: points)
    options = scorer_options()
    assert [each for each in options if each in ("shouting", "broken", "empty")] == ["shouting", "broken", "empty"]
    assert options["exact"].__module__ == "benchharness.scorers.exact"
    read = parse_suite(HEAD + "  - {type: shouting, normalise: [casefold]}\n", path=Path("s.yaml"), scorer_options=options).suite
    scorer = make_scorer(read.scorers[0])
    assert not isinstance(scorer, AnswerScorer)
    assert scorer.score("A b", EXAMPLE) == Score(value=1.0, parsed="a b")
    assert runs_strange_code(read.scorers[0])
    for name in ("broken", "empty"):
        with pytest.raises(SetupError, match=name):
            make_scorer(ScorerEntry(type=name))


def static_model(folder: Path) -> Path:
    """Write a real model of four words, as model2vec keeps one."""
    pytest.importorskip("model2vec")
    from model2vec import StaticModel
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = {"[UNK]": 0, "good": 1, "great": 2, "bad": 3}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    vectors = np.array([[0, 0, 0], [1, 0.2, 0], [1, 0, 0], [-1, 0.1, 0]], dtype=np.float32)
    StaticModel(vectors, tokenizer).save_pretrained(folder / "model")
    return folder


@pytest.mark.filterwarnings("ignore")
def test_similar_is_the_cosine_of_a_model_that_lies_here_and_asks_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = static_model(tmp_path)

    def refused(*_: object) -> None:
        raise AssertionError("somebody wanted the network")

    monkeypatch.setattr(socket.socket, "connect", refused)
    scorer = make_scorer(ScorerEntry(type="similar", options={"model": "model"}), folder=folder)
    assert not isinstance(scorer, AnswerScorer)
    for answer, expected in (("great", 1 / np.sqrt(1.04)), ("good", 1.0), ("bad", 0.0), ("unknown", 0.0)):
        found = scorer.score(answer, Example(id="e", input="q", target="good"))
        assert isinstance(found, Score)
        assert found.value == pytest.approx(expected, abs=1e-6)
    read = suite("  - {type: similar, model: model/}\n")
    assert set(files_of(read, folder)) == {f"model/{name}" for name in ("model.safetensors", "tokenizer.json", "config.json")}


def test_a_model_that_is_not_here_is_not_looked_for_elsewhere(tmp_path: Path) -> None:
    pytest.importorskip("model2vec")
    with pytest.raises(SetupError, match="holds no embedding model"):
        make_scorer(ScorerEntry(type="similar", options={"model": "minishlab/potion-base-8M"}), folder=tmp_path)


def test_the_document_lists_suites_that_read_and_every_scorer() -> None:
    import re

    text = (Path(__file__).parents[2] / "docs" / "scorers.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    named = set()
    for block in blocks:
        read = parse_suite(HEAD.removesuffix("scorers:\n") + block, path=Path("docs/scorers.md"), scorer_options=scorer_options()).suite
        named |= {each.type for each in read.scorers}
    assert named == set(scorer_options())
    assert json.dumps(sorted(named))
