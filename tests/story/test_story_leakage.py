"""A fine-tune that has seen the exam proves nothing, however it was copied."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

WORDS = ("amber", "basin", "cedar", "delta", "ember", "flint", "grove", "haven", "inlet", "jetty", "knoll", "larch", "marsh", "nook")
SUITE = """\
name: leak
golden_set: {path: golden.jsonl}
prompts: {plain: {user: "{{ input }}"}}
candidates:
  - {name: prompted, model: rehearsal/p, prompts: [plain], rehearsal: {accuracy: 0.6}}
  - {name: tuned, path: fine-tuned, model: rehearsal/t, prompts: [plain], trained_on: {path: trained.jsonl}}
decision: {accuracy_target: 0.9}
"""


def text(at: int) -> str:
    """Twelve words, no two texts with many in common."""
    return " ".join(f"{WORDS[(at * 7 + each * each) % len(WORDS)]}{at}" for each in range(12))


def write(path: Path, texts: list[str], *, cluster: str = "") -> None:
    rows = [{"id": f"{path.stem}{at}", "input": each, "target": f"a{at}"} for at, each in enumerate(texts)]
    if cluster:
        rows = [{**each, "cluster": f"{cluster}{at % 10}"} for at, each in enumerate(rows)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def verdict(folder: Path) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-m", "benchharness", "run", "suite.yaml", "--stop", "none", "--json"],
        cwd=folder, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told


def leak_finding(told: dict[str, object]) -> dict[str, str]:
    return next(each for each in told["findings"] if each["rule"] == "leakage")  # type: ignore[attr-defined]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "suite.yaml").write_text(SUITE)
    write(tmp_path / "golden.jsonl", [text(at) for at in range(60)])
    return tmp_path


@pytest.mark.parametrize(
    ("copied", "words"),
    [
        (lambda each: each, "word for word"),
        (lambda each: each.upper() + "!", "but for case and punctuation"),
        (lambda each: each + " please", "nearly the same"),
    ],
)
def test_a_fine_tune_trained_on_the_exam_is_invalid(folder: Path, copied: Callable[[str], str], words: str) -> None:
    write(folder / "trained.jsonl", [*(copied(text(at)) for at in range(6)), *(text(at) for at in range(100, 160))])
    told = verdict(folder)
    assert told["verdict"] == "invalid"
    sentence = leak_finding(told)["sentence"]
    assert "6 of 60" in sentence
    assert words in sentence
    assert "trained.jsonl" in sentence
    assert "tuned/plain matches 6 of 6 leaked and 54 of 54 clean ones" in sentence


def test_examples_of_the_same_cluster_leak_as_well(folder: Path) -> None:
    write(folder / "golden.jsonl", [text(at) for at in range(60)], cluster="document")
    write(folder / "trained.jsonl", [text(at) for at in range(100, 160)], cluster="document")
    told = verdict(folder)
    assert told["verdict"] == "invalid"
    assert "of the same cluster" in leak_finding(told)["sentence"]


def test_a_clean_fine_tune_is_not_accused(folder: Path) -> None:
    write(folder / "trained.jsonl", [text(at) for at in range(100, 160)])
    told = verdict(folder)
    assert told["verdict"] != "invalid"
    assert leak_finding(told)["status"] == "met"
